"""config.yaml as a value, with what follows from it: paths, the day, the feeds as sources."""

import difflib
import re
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, field_validator, model_validator

from digest.config.parts import Dkim, Feed, GatherSettings, Llm, Part, Recipient, Sendmail, Smtp, Theme, TopicSetting
from digest.config.values import Duration, Mailbox, Patterns, Words, Zone, ascii_domain, mailbox
from digest.model import FeedSource


class Settings(Part):
    """One digest as its file describes it. `folder` is the file's folder: relative paths start there."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
    title: Annotated[str, Field(min_length=1, max_length=100)] = "Morning Digest"
    language: str = "en"
    timezone: Annotated[Zone, Field(min_length=1)] = "UTC"
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
                close = self._meant(feed.topic, 0.6)
                hint = f"; did you mean {close!r}?" if close else "; add it there or correct it here"
                raise ValueError(f"feeds[{number}]: topic {feed.topic!r} is not in topics{hint}")
        for number, recipient in enumerate(self.recipients):
            for topic in (*recipient.topics, *recipient.exclude_topics):  # may be a heading that the day's news gave
                if topic.casefold() not in names and (close := self._meant(topic, 0.75)):
                    where = f"recipients[{number}]: topic {topic!r}"
                    raise ValueError(f"{where} is not in topics; did you mean {close!r}?")
        return self

    def _meant(self, topic: str, alike: float) -> str:
        """The topic that is written nearly so, "" where none is."""
        return next(iter(difflib.get_close_matches(topic, [t.name for t in self.topics], 1, alike)), "")

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
