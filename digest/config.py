"""config.yaml -> Settings, with file and line in every complaint.

`load(path)` reads YAML 1.2 (ruamel.yaml), expands `${VAR}` from the environment *after* parsing (a value can never
change the structure; `$$` is a dollar sign), and validates with pydantic. Every problem of the file is told at once, as
`config.yaml:14: feeds[3]: unknown key 'ulr'; did you mean 'url'?`. Raises `ConfigError`, nothing else.
"""

import difflib
import os
import re
import stat
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from digest.errors import ConfigError
from digest.model import FeedSource, Show, TopicSpec

os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # it looks for plugins in every installed distribution

# ---------------------------------------------------------------- scalar types

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}


def duration(value: object) -> timedelta:
    """`90s`, `30m`, `24h`, `7d`, `2w`, or several of them ("1d 12h"). Positive and at most ten years."""
    if isinstance(value, timedelta):
        return value
    text = str(value).strip().lower()
    if not re.fullmatch(r"(\d+(\.\d+)?\s*[smhdw]\s*)+", text):
        raise ValueError("write a duration like 30s, 90m, 24h or 7d")
    parts = re.findall(r"(\d+(?:\.\d+)?)\s*([smhdw])", text)
    seconds = sum(float(number) * _UNITS[unit] for number, unit in parts)
    if not 0 < seconds <= 3660 * 86400:
        raise ValueError("a duration must be longer than nothing and shorter than ten years")
    return timedelta(seconds=seconds)


def rate(value: object) -> float:
    """`60/min`, `10/s`, `500/h` -> messages a second."""
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*/\s*(s|sec|min|m|h|hour)\s*", str(value).lower())
    if not match or not float(match[1]):
        raise ValueError("write a rate like 60/min")
    return float(match[1]) / {"s": 1, "sec": 1, "m": 60, "min": 60, "h": 3600, "hour": 3600}[match[2]]


def _words(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _pattern(word: str) -> str:
    if word.startswith("re:"):
        try:
            re.compile(word[3:])
        except re.error as error:
            raise ValueError(f"{word!r} is not a regular expression: {error}") from None
    elif not word.strip():
        raise ValueError("an empty word would match everything")
    return word


_ADDRESS = r"""(?:"[^"\\\x00-\x1f\x7f]+"|[^\s@<>,;:"()\[\]\\\x00-\x1f\x7f]+)@[^\s@<>,;:"()\\\x00-\x1f\x7f]+"""


def mailbox(value: str) -> tuple[str, str]:
    """`Name <address>` or a bare address -> display name ("" without one) and address.

    One address only, no comments, no control characters: stricter than RFC 5322, so that no value can name a second
    recipient or start another header. Raises ValueError.
    """
    form = rf'(?:(?P<name>"[^"<>]*"|[^"<>,;]*?)\s*<(?P<angle>{_ADDRESS})>|(?P<bare>{_ADDRESS}))'
    match = re.fullmatch(form, value.strip())
    if not match or any(ord(c) < 32 or ord(c) == 127 for c in value):
        message = f"{value!r} is not a mail address like me@example.org or Name <me@example.org>"
        raise ValueError(message)
    return (match["name"] or "").strip().strip('"'), match["angle"] or match["bare"]


def ascii_domain(domain: str) -> str:
    """A domain name or an address literal ([192.0.2.1]) as the wire wants it: IDNA form (RFC 5891). Raises ValueError."""
    if re.fullmatch(r"\[(?:IPv6:)?[0-9A-Fa-f:.]+\]", domain):
        return domain
    if domain.isascii():  # underscores and the like exist in private networks
        if len(domain) > 255 or not re.fullmatch(r"[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63})*", domain):
            raise ValueError(f"{domain!r} is not a domain name")
        return domain
    import idna

    try:
        return idna.encode(domain, uts46=True).decode("ascii")
    except idna.IDNAError:
        raise ValueError(f"{domain!r} is not a domain name") from None


def _mailbox(value: str) -> str:
    ascii_domain(mailbox(value)[1].rpartition("@")[2])
    return value.strip()


Duration = Annotated[timedelta, BeforeValidator(duration)]
Rate = Annotated[float, BeforeValidator(rate)]
Patterns = Annotated[tuple[Annotated[str, AfterValidator(_pattern)], ...], BeforeValidator(_words)]
Words = Annotated[tuple[str, ...], BeforeValidator(_words)]
Mailbox = Annotated[str, AfterValidator(_mailbox)]
Command = Annotated[tuple[str, ...], Field(min_length=1)]  # a list of words: never given to a shell


class _Part(BaseModel):
    model_config = ConfigDict(
        extra="forbid", frozen=True, hide_input_in_errors=True, str_strip_whitespace=True, defer_build=True
    )


# ---------------------------------------------------------------- parts of the file


class Feed(_Part):
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
    auth: Annotated[str, Field(pattern="^[^:]+:")] | None = Field(default=None, repr=False)
    cookies: dict[str, str] = Field(default={}, repr=False)
    timeout: Duration | None = None
    user_agent: str = ""
    ca_file: str = ""

    @field_validator("headers")
    @classmethod
    def _one_line(cls, value: dict[str, str]) -> dict[str, str]:
        for name, text in value.items():
            if not re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name) or re.search(r"[\r\n\0]", text):
                raise ValueError(f"header {name!r} is not one line of an HTTP header")
        return value


class TopicSetting(_Part):
    """An item of `topics:` that is more than a name."""

    name: Annotated[str, Field(min_length=1)]
    description: str = ""
    keywords: Words = ()

    @property
    def spec(self) -> TopicSpec:
        """The value that flows."""
        return TopicSpec(self.name, self.description, self.keywords)


class Recipient(_Part):
    """Who gets the edition, and which part of it. Empty selections mean everything."""

    address: Mailbox
    name: str = ""
    topics: Words = ()
    exclude_topics: Words = ()
    feeds: Words = ()
    max_stories: Annotated[int, Field(ge=1)] | None = None
    template: str = ""
    language: str = ""
    timezone: str = ""

    @property
    def mailbox(self) -> tuple[str, str]:
        """Display name and bare address."""
        name, address = mailbox(self.address)
        return self.name or name, address


class Smtp(_Part):
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


class Sendmail(_Part):
    """A local program that takes a message on standard input, as sendmail(8) does: `{sender}` is filled in, the recipient
    is appended."""

    command: Command = ("/usr/sbin/sendmail", "-i", "-f", "{sender}", "--")
    timeout: Duration = timedelta(seconds=60)


class Dkim(_Part):
    """Signs outgoing mail (RFC 6376); needs the extra `dkim`."""

    selector: str
    domain: str
    key_file: str


class Llm(_Part):
    """Any endpoint that speaks OpenAI's chat completions, local ones included."""

    kind: Literal["openai"] = "openai"
    base_url: str
    model: str
    api_key: SecretStr | None = None
    timeout: Duration = timedelta(seconds=60)
    budget: Annotated[int, Field(ge=0)] = 100_000  # tokens an edition
    opening: bool = True


class GatherSettings(_Part):
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


class Theme(_Part):
    """Colours (#rrggbb) and fonts over a template's own."""

    accent: Annotated[str, Field(pattern=r"^(#[0-9a-fA-F]{6})?$")] = ""
    accent_dark: Annotated[str, Field(pattern=r"^(#[0-9a-fA-F]{6})?$")] = ""
    background: Annotated[str, Field(pattern=r"^(#[0-9a-fA-F]{6})?$")] = ""
    text: Annotated[str, Field(pattern=r"^(#[0-9a-fA-F]{6})?$")] = ""
    font: Annotated[str, Field(pattern=r"^[\w ,'\"-]*$")] = ""
    heading_font: Annotated[str, Field(pattern=r"^[\w ,'\"-]*$")] = ""


class Settings(_Part):
    """One digest as its file describes it. `folder` is the file's folder: relative paths start there."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
    title: Annotated[str, Field(min_length=1, max_length=100)] = "Morning Digest"
    language: str = "en"
    timezone: str = "UTC"
    window: Duration = timedelta(hours=24)
    grace: Duration = timedelta(hours=12)
    catch_up: Duration = timedelta(days=7)
    sender: Mailbox = "Morning Digest <digest@localhost.localdomain>"
    envelope_from: Mailbox | None = None
    reply_to: Mailbox | None = None
    recipients: tuple[Recipient, ...] = ()
    unsubscribe_url: str = ""
    unsubscribe_key: SecretStr | None = None
    feeds: Annotated[tuple[Feed, ...], Field(min_length=1)]
    include: Patterns = ()
    exclude: Patterns = ()
    topics: tuple[TopicSetting, ...] = ()
    boost: Words = ()
    mute: Words = ()
    smtp: Smtp | None = None
    sendmail: Sendmail | None = None
    maildir: str = ""
    outbox: str = "outbox"  # where .eml files go when nothing else is configured
    dkim: Dkim | None = None
    template: str = "morning"
    theme: Theme = Theme()
    images: Literal["embed", "remote", "none"] = "none"
    state: str = "digest.db"
    keep: Duration = timedelta(days=90)
    max_stories: Annotated[int, Field(ge=1, le=5000)] = 40
    read_minutes: Annotated[float, Field(gt=0, le=600)] | None = None
    summary_length: Annotated[int, Field(ge=80, le=1000)] = 280
    fulltext: Literal["auto", "always", "never"] = "never"
    summariser: Llm | None = None
    send_empty: bool = False
    after_crash: Literal["resend", "report"] = "resend"
    give_up_after: Duration = timedelta(days=3)
    archive: str = ""
    archive_url: str = ""
    gather: GatherSettings = GatherSettings()
    path: Path = Path("config.yaml")  # the file itself; set by `load`

    @field_validator("feeds", mode="before")
    @classmethod
    def _feeds(cls, value: object) -> object:
        return (
            [{"url": item} if isinstance(item, str) else item for item in value] if isinstance(value, list) else value
        )

    @field_validator("topics", mode="before")
    @classmethod
    def _topics(cls, value: object) -> object:
        return (
            [{"name": item} if isinstance(item, str) else item for item in value] if isinstance(value, list) else value
        )

    @field_validator("recipients", mode="before")
    @classmethod
    def _recipients(cls, value: object) -> object:
        return (
            [{"address": item} if isinstance(item, str) else item for item in value]
            if isinstance(value, list)
            else value
        )

    @field_validator("timezone")
    @classmethod
    def _zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ValueError, OSError, KeyError):  # not found, not a key, or the name of a folder
            raise ValueError(f"no time zone is called {value!r}; write one like Europe/Kyiv") from None
        return value

    @field_validator("unsubscribe_url", "archive_url")
    @classmethod
    def _https(cls, value: str) -> str:
        if value and (urlsplit(value).scheme != "https" or not urlsplit(value).hostname):
            raise ValueError("must be an https:// address (RFC 8058 allows no other)")
        return value

    @field_validator("recipients")
    @classmethod
    def _once(cls, value: tuple[Recipient, ...]) -> tuple[Recipient, ...]:
        seen: set[str] = set()
        for recipient in value:
            address = recipient.mailbox[1].casefold()
            if address in seen:
                raise ValueError(f"{address} stands here twice")
            seen.add(address)
        return value

    @model_validator(mode="after")
    def _fits(self) -> Self:
        ways = [name for name in ("smtp", "sendmail", "maildir") if getattr(self, name)]
        if len(ways) > 1:
            raise ValueError(f"mail can leave one way only: {' or '.join(ways)}")
        names = {topic.name.casefold() for topic in self.topics}
        for number, feed in enumerate(self.feeds):
            if feed.topic and names and feed.topic.casefold() not in names:
                close = difflib.get_close_matches(feed.topic, [t.name for t in self.topics], 1, 0.6)
                hint = f"; did you mean {close[0]!r}?" if close else "; add it there or correct it here"
                raise ValueError(f"feeds[{number}]: topic {feed.topic!r} is not in topics{hint}")
        return self

    # ---- what follows from the file

    @property
    def folder(self) -> Path:
        """Where relative paths start."""
        return self.path.parent

    def at(self, path: str) -> Path:
        """A path of the file, made absolute; `~` is the home."""
        return (self.folder / Path(path).expanduser()).resolve()

    @property
    def zone(self) -> ZoneInfo:
        """The digest's time zone."""
        return ZoneInfo(self.timezone)

    def day(self, now: datetime) -> date:
        """The local date of an instant: what makes an edition one of its day."""
        return now.astimezone(self.zone).date()

    @property
    def whole_articles(self) -> bool:
        """Whether a template may want articles whole: all but two of ours may."""
        used = {self.template, *(recipient.template for recipient in self.recipients if recipient.template)}
        return bool({Path(template).name for template in used} - {"morning", "brief"})

    @property
    def state_url(self) -> str:
        """SQLAlchemy's URL of the state."""
        return self.state if "://" in self.state else f"sqlite:///{self.at(self.state)}"

    @property
    def destination(self) -> str:
        """Where mail goes, in words."""
        if self.smtp:
            return "{}:{}".format(*self.smtp.endpoint)
        if self.sendmail:
            return self.sendmail.command[0]
        return str(self.at(self.maildir or self.outbox))

    @property
    def sources(self) -> tuple[FeedSource, ...]:
        """The feeds as values; paths absolute, each address once (the first mention counts)."""
        sources: dict[str, FeedSource] = {}
        for feed in self.feeds:
            url = feed.url if re.match(r"(?i)https?://", feed.url) else str(self.at(feed.url.removeprefix("file://")))
            user, _, password = (feed.auth or "").partition(":")
            sources.setdefault(
                url,
                FeedSource(
                    url=url,
                    name=feed.name,
                    topic=next((t.name for t in self.topics if t.name.casefold() == feed.topic.casefold()), feed.topic),
                    show=feed.show,
                    weight=feed.weight,
                    limit=feed.limit,
                    include=feed.include,
                    exclude=feed.exclude,
                    fulltext=feed.fulltext or self.fulltext,
                    headers=tuple(feed.headers.items()),
                    auth=(user, password) if feed.auth else None,
                    cookies=tuple(feed.cookies.items()),
                    timeout=feed.timeout.total_seconds() if feed.timeout else None,
                    user_agent=feed.user_agent,
                    ca_file=str(self.at(feed.ca_file)) if feed.ca_file else "",
                ),
            )
        return tuple(sources.values())

    @property
    def sender_domain(self) -> str:
        """The domain of From, for Message-ID and List-Id; IDNA form."""
        return ascii_domain(mailbox(self.sender)[1].rpartition("@")[2])


# ---------------------------------------------------------------- reading


def load(path: Path) -> Settings:
    """Read one config file. Raises `ConfigError` with one line a problem."""
    path = path.resolve()
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ConfigError(
            f"{path}: there is no such file; copy the example config.yaml, or name yours with --config"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read as UTF-8 text: {error}") from None
    return parse(text, path)


def parse(text: str, path: Path) -> Settings:
    """The same for a text already read; `path` names it and anchors its relative paths."""
    root = _compose(text, path)
    if not isinstance(root, MappingNode):
        raise ConfigError(f"{path.name}:1: expected keys such as feeds: and recipients:, found something else")
    lines: dict[tuple[object, ...], int] = {}
    problems: list[tuple[int, str]] = []
    data = _plain(root, (), lines, problems, path)
    data.setdefault("name", re.sub(r"[^A-Za-z0-9._-]+", "-", path.stem).strip("-.") or "digest")
    data["path"] = path
    problems += _readable_by_others(path, root)
    try:
        settings = Settings.model_validate(data)
    except ValidationError as error:
        found: list[dict[str, Any]] = [dict(i) for i in error.errors(include_url=False, include_input=False)]
        inside = {tuple(item["loc"][:n]) for item in found for n in range(len(item["loc"]))}
        # pydantic counts only valid items: "too short" says nothing where an item has its own complaint
        problems += [_complaint(i, lines) for i in found if i["type"] != "too_short" or tuple(i["loc"]) not in inside]
    if problems:
        raise ConfigError("\n".join(f"{path.name}:{line}: {words}" for line, words in sorted(set(problems))))
    return settings


def _compose(text: str, path: Path) -> Node | None:
    yaml = YAML(typ="rt", pure=True)
    try:
        root: Node | None = yaml.compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise ConfigError(f"{path.name}:{line}: not valid YAML: {error.problem or error.context}") from None
    except (YAMLError, ValueError) as error:
        raise ConfigError(f"{path.name}:1: not valid YAML: {str(error).splitlines()[0]}") from None
    return root


def _plain(
    node: Node,
    at: tuple[object, ...],
    lines: dict[tuple[object, ...], int],
    problems: list[tuple[int, str]],
    path: Path,
) -> Any:
    """Plain Python values of a node tree; remembers each value's line under its pydantic location."""
    lines[at] = node.start_mark.line + 1
    if isinstance(node, MappingNode):
        result: dict[str, Any] = {}
        for key, value in node.value:
            name = str(key.value)
            if name in result:
                problems.append((key.start_mark.line + 1, f"{_place(at)}{name!r} stands here twice"))
            lines[(*at, name)] = key.start_mark.line + 1
            result[name] = _plain(value, (*at, name), lines, problems, path)
            lines[(*at, name)] = key.start_mark.line + 1
        return result
    if isinstance(node, SequenceNode):
        return [_plain(value, (*at, number), lines, problems, path) for number, value in enumerate(node.value)]
    assert isinstance(node, ScalarNode)
    return _scalar(node, at, problems)


def _scalar(node: ScalarNode, at: tuple[object, ...], problems: list[tuple[int, str]]) -> Any:
    text, kind = str(node.value), str(node.tag).rpartition(":")[2]
    match kind:
        case "null":
            return None
        case "bool":
            return text.lower() == "true"
        case "int" | "float":
            try:
                return int(text, 0) if kind == "int" else float(text)
            except ValueError:
                return text

    def variable(match: re.Match[str]) -> str:
        if match[0] == "$$":
            return "$"
        if match[1] not in os.environ:
            problems.append((node.start_mark.line + 1, f"{_place(at)}the environment has no variable {match[1]}"))
        return os.environ.get(match[1], "")

    return re.sub(r"\$\$|\$\{(\w+)\}", variable, text)


def _place(at: tuple[object, ...]) -> str:
    words = ""
    for part in at:
        words += f"[{part}]" if isinstance(part, int) else (f".{part}" if words else str(part))
    return f"{words}: " if words else ""


def _complaint(error: dict[str, Any], lines: dict[tuple[object, ...], int]) -> tuple[int, str]:
    at = tuple(error["loc"])
    line = next((lines[at[:n]] for n in range(len(at), -1, -1) if at[:n] in lines), 1)
    match error["type"]:
        case "extra_forbidden":
            known = list(_fields_at(at[:-1]))
            close = difflib.get_close_matches(str(at[-1]), known, 1, 0.6)
            hint = f"; did you mean {close[0]!r}?" if close else f"; known keys: {', '.join(sorted(known))}"
            return line, f"{_place(at[:-1])}unknown key {str(at[-1])!r}{hint}"
        case "too_short":
            return line, f"{_place(at)}is empty; at least one is needed"
        case "missing":
            return line, f"{_place(at[:-1])}the key {str(at[-1])!r} is missing"
        case _:
            words = str(error["msg"]).removeprefix("Value error, ")
            return line, f"{_place(at)}{words[:1].lower() + words[1:]}"


def _fields_at(at: tuple[object, ...]) -> list[str]:
    """The keys allowed at a place of the file."""
    inside: dict[str, type[BaseModel]] = {
        "feeds": Feed, "topics": TopicSetting, "recipients": Recipient, "smtp": Smtp, "sendmail": Sendmail,
        "dkim": Dkim, "summariser": Llm, "gather": GatherSettings, "theme": Theme,
    }  # fmt: skip
    model = inside.get(str(at[0])) if at else Settings
    return [name for name in (model.model_fields if model else {}) if name != "path"]


def _readable_by_others(path: Path, root: MappingNode) -> list[tuple[int, str]]:
    """A secret written out in a file that other users can read is refused, with the command that mends it."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return []
    if not mode & (stat.S_IRGRP | stat.S_IROTH) or os.name != "posix":
        return []
    found = []
    for at, node in _scalars(root):
        secret = at[-1] in ("password", "api_key", "unsubscribe_key", "auth") or (
            len(at) > 1
            and at[-2] in ("headers", "cookies")
            and re.search(r"(?i)auth|token|key|cookie|session", str(at[-1]))
        )
        if secret and node.value and "${" not in str(node.value):
            found.append(
                (
                    node.start_mark.line + 1,
                    f"{_place(at)}others can read this secret: run  chmod 600 {path}  or write ${{VARIABLE}} here",
                )
            )
    return found


def _scalars(node: Node, at: tuple[object, ...] = ()) -> list[tuple[tuple[object, ...], ScalarNode]]:
    if isinstance(node, MappingNode):
        return [leaf for key, value in node.value for leaf in _scalars(value, (*at, str(key.value)))]
    if isinstance(node, SequenceNode):
        return [leaf for number, value in enumerate(node.value) for leaf in _scalars(value, (*at, number))]
    return [(at, node)] if isinstance(node, ScalarNode) and at else []
