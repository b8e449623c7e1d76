"""The values that flow: feeds -> entries -> stories -> topics -> issue -> rendition -> deliveries.

All are frozen; sequences are tuples; instants are aware UTC datetimes; durations are timedeltas.
Standard library only, so that every room may import this page.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from hashlib import blake2b


class Show(StrEnum):
    """How much of an entry the edition carries."""

    HEADLINE = "headline"
    SUMMARY = "summary"
    FULL = "full"


# ---------------------------------------------------------------- feeds


@dataclass(frozen=True, slots=True)
class FeedSource:
    """One feed as the user configured it. `url` (http(s), or an absolute file path) identifies it everywhere.

    What may hold a secret is kept out of `repr`; it is sent to the feed's own origin only.
    `include` and `exclude` hold words (case-folded substring of a whole word) or `re:` patterns.
    """

    url: str
    name: str = ""
    topic: str = ""
    show: Show = Show.SUMMARY
    weight: float = 1.0
    limit: int | None = None
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    fulltext: str = "never"
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    auth: tuple[str, str] | None = field(default=None, repr=False)
    cookies: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    timeout: float | None = None
    user_agent: str = ""
    ca_file: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What the store remembers of an entry, enough to recognise it: RFC 4287 id / RSS guid and its companions."""

    ident: str
    url_key: str
    title: str
    content_hash: str
    published: datetime | None
    seen: datetime


@dataclass(frozen=True, slots=True)
class FeedState:
    """What the store remembers of a feed between two fetches; all empty at first sight."""

    url: str
    title: str = ""
    link: str = ""
    language: str = ""
    etag: str = ""
    last_modified: str = ""
    body_hash: str = ""
    next_due: datetime | None = None  # not to be asked before (max-age, Retry-After)
    moved_to: str = ""  # permanent redirect seen lately …
    moved_days: tuple[date, ...] = ()  # … on these days; after three it is used
    gone: bool = False  # 410
    first_ok: datetime | None = None
    last_ok: datetime | None = None
    last_try: datetime | None = None
    failing_since: datetime | None = None
    failures: int = 0  # in a row
    last_error: str = ""
    advice: str = ""
    newest: datetime | None = None  # of the entries ever seen
    overrun: datetime | None = None  # when it was last found that items had come and gone between two visits


@dataclass(frozen=True, slots=True)
class Image:
    """An image a feed offers: an absolute http(s) URL, its alternative text, its size in pixels where known."""

    url: str
    alt: str = ""
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """One block of an entry's text after cleaning. `kind`: paragraph, heading, list, quote, code or table.

    `text` is plain (list items and table rows one a line); `link_share` is the share of its characters inside links.
    """

    kind: str
    text: str
    link_share: float = 0.0


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of one feed.

    `gather` fills the first part. `ident` identifies it within its feed (guid, else link, else title + date;
    made distinct where a feed repeats a guid); `url_key` is the canonical URL, equal across feeds, "" without a link.
    `teaser` and `content` are markup exactly as hostile as the publisher sent it; `title` is plain text already.
    `group.clean` fills the second part: plain text only.
    """

    feed: str
    ident: str
    title: str
    url: str = ""
    url_key: str = ""
    guid: str = ""
    teaser: str = ""
    content: str = ""
    author: str = ""
    categories: tuple[str, ...] = ()
    language: str = ""
    published: datetime | None = None
    date_only: bool = False
    seen: datetime = datetime(1, 1, 1, tzinfo=UTC)  # set by gather
    images: tuple[Image, ...] = ()
    raw_hash: str = ""  # of the item's own bytes, where gather could tell them apart; lets it skip what is unchanged
    held: bool = False  # the flood breaker's: remembered so that it is recognised, never due, not even after an edit
    # after cleaning
    blocks: tuple[Block, ...] = ()
    summary: str = ""
    image: Image | None = None
    words: int = 0

    @property
    def key(self) -> str:
        """What the world calls this entry: guid, else link, else title."""
        return self.guid or self.url or self.title

    @property
    def content_hash(self) -> str:
        """What the store remembers to notice an edit (`Known.content_hash`): 32 hex digits over what gather filled in.

        Independent of `feed`, `seen`, `language` and of cleaning, so that none of these looks like an edit.
        """
        if self.raw_hash:
            return self.raw_hash
        parts = (self.title, self.url, self.teaser, self.content, self.author, str(self.published), *self.categories)
        text = "\0".join((*parts, "", *(image.url for image in self.images)))
        return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()

    @property
    def dated(self) -> datetime:
        """When it counts as having happened: a date in the future counts as seen."""
        return min(self.published or self.seen, self.seen)


@dataclass(frozen=True, slots=True)
class Fetched:
    """A feed was read. `state` is the feed's next state; `entries` are new or changed ones, in the feed's order.

    `notes` are plain sentences for the user (moved, overrun, held back, damaged); `total` counts all items of the
    document.
    """

    source: FeedSource
    state: FeedState
    entries: tuple[Entry, ...]
    total: int = 0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unchanged:
    """Nothing new: a 304, the same body as before (both count as a success), or not due yet (`asked` is False)."""

    source: FeedSource
    state: FeedState
    asked: bool = True


@dataclass(frozen=True, slots=True)
class FeedFailure:
    """A feed could not be read. `stage`: address, connect, http, read or parse.

    `reason` and `advice` are plain words, no secrets.
    """

    source: FeedSource
    state: FeedState
    stage: str
    reason: str
    advice: str = ""


FetchResult = Fetched | Unchanged | FeedFailure


@dataclass(frozen=True, slots=True)
class FeedReport:
    """A feed's health for the edition and for `--json`.

    `status`: ok, unchanged, failed, gone, never, overrun or silent.

    `lasting` says that it has failed three times in a row or for two days: only then a mail mentions it.
    """

    url: str
    name: str
    status: str
    entries: int = 0
    shown: int = 0
    reason: str = ""
    advice: str = ""
    since: datetime | None = None
    lasting: bool = False


# ---------------------------------------------------------------- stories


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason for a decision, in words, with its weight: what `digest explain` shows."""

    about: str  # topic, story, rank or image
    text: str
    weight: float = 0.0


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier edition's story that this one continues."""

    day: date
    title: str
    url: str = ""


class Shown(StrEnum):
    """Where in the edition a story stands."""

    TOP = "top"
    FULL = "full"  # headline, source, summary
    HEADLINE = "headline"
    CUT = "cut"


@dataclass(frozen=True, slots=True)
class Story:
    """One event with all its entries; `entries[0]` leads. `title` and `summary` are plain text, neutral, complete.

    `id` is stable within the edition. `probability` is the topic's. `reason` says in one sentence why it stands
    where it stands.
    """

    id: str
    entries: tuple[Entry, ...]
    title: str
    summary: str = ""
    image: Image | None = None
    language: str = ""
    topic: str = ""
    probability: float = 1.0
    score: float = 0.0
    shown: Shown = Shown.FULL
    reason: str = ""
    minutes: float = 0.0
    whole: bool = False  # the lead's text stands whole in the edition: its feed's `show: full`
    continues: Earlier | None = None
    related: tuple[str, ...] = ()  # ids of stories to stand beside
    evidence: tuple[Evidence, ...] = ()

    @property
    def lead(self) -> Entry:
        """The entry the headline links to."""
        return self.entries[0]

    @property
    def published(self) -> datetime:
        """The newest date among its entries."""
        return max(entry.dated for entry in self.entries)


@dataclass(frozen=True, slots=True)
class Topic:
    """A heading of the edition and its stories in order, cut ones included (at the end)."""

    name: str
    stories: tuple[Story, ...] = ()


class Outcome(StrEnum):
    """What became of an entry in an edition; each is settled once for each digest."""

    SHOWN = "shown"
    CUT = "cut"
    DUPLICATE = "duplicate"
    FILTERED = "filtered"
    OLD = "old"


@dataclass(frozen=True, slots=True)
class Settled:
    """The outcome of one entry, with the reason in words."""

    feed: str
    ident: str
    outcome: Outcome
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Issue:
    """One edition, before anybody's selection. (digest, day) identifies it.

    `topics` are in the user's order; `top` holds the ids of the leading stories, best first; `settled` names every
    due entry once. `opening` is an optional paragraph (a language model's), "" otherwise.
    """

    digest: str
    title: str
    day: date
    start: datetime
    end: datetime
    language: str
    timezone: str
    topics: tuple[Topic, ...] = ()
    top: tuple[str, ...] = ()
    quiet: tuple[str, ...] = ()  # topics of the user's without news
    settled: tuple[Settled, ...] = ()
    feeds: tuple[FeedReport, ...] = ()
    notices: tuple[str, ...] = ()  # what the reader should be told once (deliveries given up, days caught up)
    opening: str = ""
    named: bool = (
        True  # whether the reader named the topics; else they are the built-in ones, to be said in any language
    )
    note: str = ""  # how the stories were put together, where it was more roughly than usual: a large day

    @property
    def stories(self) -> tuple[Story, ...]:
        """All stories in reading order, cut ones included."""
        return tuple(story for topic in self.topics for story in topic.stories)

    def only(self, stories: frozenset[str]) -> "Issue":
        """The same edition with no other stories than those named by id."""
        topics = tuple(replace(t, stories=tuple(s for s in t.stories if s.id in stories)) for t in self.topics)
        return replace(self, topics=topics, top=tuple(i for i in self.top if i in stories))


@dataclass(frozen=True, slots=True)
class TopicSpec:
    """A topic the user asked for: nothing but the name is needed; `description` and `keywords` help."""

    name: str
    description: str = ""
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Memory:
    """What the store knows that helps to compose; all may be empty.

    `boilerplate`: feed -> block fingerprint -> in how many of its entries it stood.
    `vectors`: content hash -> sentence vector as the embedder packs it.
    `profiles`: feed -> topic name -> number of its entries filed there by earlier editions.
    `earlier`: this digest's latest editions, newest first.
    """

    boilerplate: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    vectors: Mapping[str, bytes] = field(default_factory=dict)
    profiles: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    earlier: tuple[Issue, ...] = ()


# ---------------------------------------------------------------- mail


@dataclass(frozen=True, slots=True)
class View:
    """One selection of an issue and how it is shown: recipients with equal views share one rendition.

    `template` is a folder under templates/ or an absolute path; empty selections mean everything; names compare
    case-folded; `feeds` holds feed URLs or names. `theme` holds (name, value) pairs over the template's own.
    """

    template: str = "morning"
    language: str = "en"
    timezone: str = "UTC"
    topics: tuple[str, ...] = ()
    exclude_topics: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    max_stories: int | None = None
    read_minutes: float | None = None
    images: str = "none"
    theme: tuple[tuple[str, str], ...] = ()
    archive_url: str = ""
    sender: str = ""
    unsubscribe: bool = False  # an https address is configured; else the mail names a mailto one


@dataclass(frozen=True, slots=True)
class Envelope:
    """One message ready for the wire: `data` is RFC 5322, CRLF line ends, 7-bit; one recipient."""

    sender: str
    recipient: str
    data: bytes
    message_id: str = ""
    label: str = ""  # what a file that holds it may be called, such as 2026-02-18-morning


@dataclass(frozen=True, slots=True)
class Picture:
    """An image as it is embedded: JPEG or PNG bytes under a Content-ID (without angle brackets)."""

    cid: str
    data: bytes
    subtype: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Rendition:
    """What all recipients of one selection get. `selection` is a hash of what was selected and how it is shown.

    `html` holds the literal placeholder UNSUBSCRIBE_URL where the per-recipient address goes, and so does `text`.
    """

    selection: str
    subject: str
    html: str
    text: str
    language: str = "en"
    pictures: tuple[Picture, ...] = ()


class DeliveryState(StrEnum):
    """The outbox's states; all but the first three are final."""

    PENDING = "pending"
    SENDING = "sending"
    DEFERRED = "deferred"
    SENT = "sent"
    REJECTED = "rejected"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message to one recipient. `message_id` never changes between attempts."""

    id: int
    digest: str
    day: date
    recipient: str
    name: str
    message_id: str
    state: DeliveryState
    created: datetime
    attempts: int = 0
    next_try: datetime | None = None
    reason: str = ""
    rendition: int = 0  # the same number, the same rendition; 0 where it is not known


@dataclass(frozen=True, slots=True)
class Edition:
    """One line of a digest's history. `stories` counts those shown; `counts` the deliveries in each state."""

    digest: str
    day: date
    start: datetime
    end: datetime
    title: str
    stories: int
    counts: Mapping[DeliveryState, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The server's answer for one message: SENT, DEFERRED (4xx, connection lost) or REJECTED (5xx), with its words.

    `broken`: the trouble is the session's (connection lost, 421, sender refused): the next message would fare no better.
    `unsure`: the message had been handed over whole when the connection broke; it may have arrived.
    """

    state: DeliveryState
    reason: str = ""
    broken: bool = False
    unsure: bool = False


UNSUBSCRIBE_URL = "https://unsubscribe.invalid/"
"""Placeholder inside a rendition; replaced by each recipient's address when the message is built."""
