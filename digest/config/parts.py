"""The mappings within config.yaml: feeds, topics, recipients, ways out, gathering, theme."""

import os
import re
from datetime import timedelta
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

from digest.config.values import Command, Duration, Mailbox, Patterns, Rate, Words, Zone, mailbox
from digest.model import Show, TopicSpec

os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # it looks for plugins in every installed distribution


class Part(BaseModel):
    """A mapping of the file: frozen, unknown keys refused, no value of it ever repeated in a complaint."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, hide_input_in_errors=True, str_strip_whitespace=True, defer_build=True
    )


class Feed(Part):
    """An item of `feeds:` that is more than an address."""

    url: Annotated[str, Field(min_length=1)]
    name: str = ""
    topic: str = ""
    show: Show = Show.SUMMARY
    weight: Annotated[float, Field(ge=0, le=100)] = 1.0
    limit: Annotated[int, Field(ge=1)] | None = None
    include: Patterns = ()
    exclude: Patterns = ()
    fulltext: Literal["auto", "always", "never", ""] = ""
    headers: dict[str, str] = Field(default={}, repr=False)
    auth: str | None = Field(default=None, repr=False)
    cookies: dict[str, str] = Field(default={}, repr=False)
    timeout: Duration | None = None
    user_agent: str = ""
    ca_file: str = ""

    @field_validator("url")
    @classmethod
    def _is_an_address(cls, value: str) -> str:
        scheme = re.match(r"(?i)([a-z][a-z0-9+.-]*)://", value)
        if scheme and scheme[1].lower() not in ("http", "https", "file"):
            raise ValueError(f"{scheme[1]}: cannot be read; an address begins with https:// or http://, or is a path")
        try:
            urlsplit(value)
        except ValueError:
            raise ValueError("is not a web address; check its spelling") from None
        return value

    @field_validator("auth")
    @classmethod
    def _is_a_login(cls, value: str | None) -> str | None:
        if value is not None and not re.match("[^:]+:", value):
            raise ValueError('write it as "user:password"')
        return value

    @field_validator("headers")
    @classmethod
    def _one_line(cls, value: dict[str, str]) -> dict[str, str]:
        for name, text in value.items():
            if not re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name) or re.search(r"[\r\n\0]", text):
                raise ValueError(f"header {name!r} is not one line of an HTTP header")
        return value


class TopicSetting(Part):
    """An item of `topics:` that is more than a name."""

    name: Annotated[str, Field(min_length=1)]
    description: str = ""
    keywords: Words = ()

    @property
    def spec(self) -> TopicSpec:
        """The value that flows."""
        return TopicSpec(self.name, self.description, self.keywords)


class Recipient(Part):
    """Who gets the edition, and which part of it. Empty selections mean everything."""

    address: Mailbox
    name: str = ""
    topics: Words = ()
    exclude_topics: Words = ()
    feeds: Words = ()
    max_stories: Annotated[int, Field(ge=1)] | None = None
    template: str = ""
    language: str = ""
    timezone: Zone = ""

    @property
    def mailbox(self) -> tuple[str, str]:
        """Display name and bare address."""
        name, address = mailbox(self.address)
        return self.name or name, address


class Smtp(Part):
    """A mail server. The secret comes from one of `password`, `password_file`, `password_command`, or for XOAUTH2
    from `token_command`."""

    host: Annotated[str, Field(min_length=1)]
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: str = ""
    password: SecretStr | None = None
    password_file: str = ""
    password_command: Command | None = None
    token_command: Command | None = None
    ca_file: str = ""
    timeout: Duration = timedelta(seconds=20)
    retry_for: Duration = timedelta(seconds=30)
    connections: Annotated[int, Field(ge=1, le=20)] = 1
    rate: Rate | None = None

    @property
    def endpoint(self) -> tuple[str, int]:
        """Host and port; the port defaults to 587, 465 with tls, 25 with none."""
        return self.host, self.port or {"starttls": 587, "tls": 465, "none": 25}[self.security]

    @model_validator(mode="after")
    def _one_secret(self) -> Self:
        given = [n for n in ("password", "password_file", "password_command", "token_command") if getattr(self, n)]
        if len(given) > 1:
            raise ValueError(f"only one of {' and '.join(given)} can be used")
        if given and not self.username:
            raise ValueError(f"{given[0]} needs a username beside it")
        return self


class Sendmail(Part):
    """A local program that takes a message on standard input, as sendmail(8) does: `{sender}` is filled in, the recipient
    is appended."""

    command: Command = ("/usr/sbin/sendmail", "-i", "-f", "{sender}", "--")
    timeout: Duration = timedelta(seconds=60)


class Dkim(Part):
    """Signs outgoing mail (RFC 6376); needs the extra `dkim`."""

    selector: str
    domain: str
    key_file: str


class Llm(Part):
    """Any endpoint that speaks OpenAI's chat completions, local ones included."""

    kind: Literal["openai"] = "openai"
    base_url: str
    model: str
    api_key: SecretStr | None = None
    timeout: Duration = timedelta(seconds=60)
    budget: Annotated[int, Field(ge=0)] = 100_000  # tokens an edition
    opening: bool = True


class GatherSettings(Part):
    """How feeds are asked for."""

    per_host: Annotated[int, Field(ge=1, le=20)] = 2
    concurrency: Annotated[int, Field(ge=1, le=1000)] = 200
    timeout: Duration = timedelta(seconds=30)  # a whole feed
    connect_timeout: Duration = timedelta(seconds=10)
    read_timeout: Duration = timedelta(seconds=20)  # without a single byte
    max_bytes: Annotated[int, Field(ge=10_000)] = 20_000_000  # of a feed, inflated
    max_entries: Annotated[int, Field(ge=1)] = 500  # new ones of a feed at once; more is held to be a flood
    user_agent: str = ""
    contact: str = ""  # a URL or address in the User-Agent, so that a publisher can reach you


class Theme(Part):
    """Colours (#rrggbb) and fonts over a template's own."""

    accent: Annotated[str, Field(pattern=r"^(#[0-9a-fA-F]{6})?$")] = ""
    accent_dark: Annotated[str, Field(pattern=r"^(#[0-9a-fA-F]{6})?$")] = ""
    background: Annotated[str, Field(pattern=r"^(#[0-9a-fA-F]{6})?$")] = ""
    text: Annotated[str, Field(pattern=r"^(#[0-9a-fA-F]{6})?$")] = ""
    font: Annotated[str, Field(pattern=r"^[\w ,'\"-]*$")] = ""
    heading_font: Annotated[str, Field(pattern=r"^[\w ,'\"-]*$")] = ""
