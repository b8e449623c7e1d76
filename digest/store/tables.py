"""The state's tables, as the newest migration leaves them.

Instants are whole microseconds since 1970 (UTC) in a BIGINT: exact, ordered, the same in every database, and good for
the year 1 that some feeds claim. Texts that may be long are blobs (see `packing`).
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.types import TypeDecorator

REVISIONS = ("0001", "0002")
"""Every schema version there has been, oldest first; a test holds it against the migrations' own list."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def to_number(moment: datetime) -> int:
    """An aware instant as microseconds since 1970."""
    return (moment - _EPOCH) // _MICROSECOND


def to_moment(number: int) -> datetime:
    """The reverse, in UTC."""
    return _EPOCH + timedelta(microseconds=number)


class Instant(TypeDecorator[datetime]):
    """An aware datetime, kept as a number and given back in UTC."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> int | None:
        """Into the database."""
        return None if value is None else to_number(value)

    def process_result_value(self, value: Any | None, _dialect: Dialect) -> datetime | None:
        """Out of it."""
        return None if value is None else to_moment(value)


class Day(TypeDecorator[date]):
    """A calendar date as `2026-02-18`."""

    impl = String(10)
    cache_ok = True

    def process_bind_param(self, value: date | None, _dialect: Dialect) -> str | None:
        """Into the database."""
        return None if value is None else value.isoformat()

    def process_result_value(self, value: Any | None, _dialect: Dialect) -> date | None:
        """Out of it."""
        return None if value is None else date.fromisoformat(value)


class Words(TypeDecorator[str]):
    """Text that any database takes: no NUL (PostgreSQL) and no lone surrogate (not UTF-8)."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> str | None:
        """Into the database."""
        if value is None or (value.isascii() and "\0" not in value):
            return value
        return value.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


Key = BigInteger().with_variant(Integer, "sqlite")  # only INTEGER PRIMARY KEY is SQLite's own row number

metadata = MetaData()

numbers = Table(
    "numbers",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", BigInteger, nullable=False),
)

feeds = Table(
    "feeds",
    metadata,
    Column("id", Key, primary_key=True),
    Column("url", Words, nullable=False, unique=True),
    Column("title", Words, nullable=False),
    Column("link", Words, nullable=False),
    Column("language", Words, nullable=False),
    Column("etag", Words, nullable=False),
    Column("last_modified", Words, nullable=False),
    Column("body_hash", Words, nullable=False),
    Column("next_due", Instant),
    Column("moved_to", Words, nullable=False),
    Column("moved_days", Words, nullable=False),
    Column("gone", Boolean, nullable=False),
    Column("first_ok", Instant),
    Column("last_ok", Instant),
    Column("last_try", Instant),
    Column("failing_since", Instant),
    Column("failures", Integer, nullable=False),
    Column("last_error", Words, nullable=False),
    Column("advice", Words, nullable=False),
    Column("newest", Instant),
    Column("overrun", Instant),
    Column("outcome", String(10), nullable=False),  # of the latest visit: ok, unchanged or failed
    Column("listed", Integer, nullable=False),  # the most items its document ever had
    Column("fresh", Integer, nullable=False),  # entries that the latest good visit brought
    Column("round", BigInteger, nullable=False),  # the gather that handled it last
)

entries = Table(
    "entries",
    metadata,
    Column("id", Key, primary_key=True),
    Column("feed_id", ForeignKey("feeds.id"), nullable=False),
    Column("ident", Words, nullable=False),
    Column("url_key", Words, nullable=False),
    Column("guid", Words, nullable=False),
    Column("url", Words, nullable=False),
    Column("title", Words, nullable=False),
    Column("language", Words, nullable=False),
    Column("published", Instant),
    Column("date_only", Boolean, nullable=False),
    Column("seen", Instant, nullable=False),
    Column("prev_ok", Instant),  # the feed's success before this entry was first seen; NULL at first sight of the feed
    Column("held", Boolean, nullable=False),
    Column("content_hash", String(64), nullable=False),
    Column("content", LargeBinary),  # NULL once pruned
    UniqueConstraint("feed_id", "ident"),
    Index("entries_by_feed", "feed_id", "id"),
    Index("entries_by_url_key", "url_key"),
    Index("entries_by_seen", "seen"),
)

digests = Table(
    "digests",
    metadata,
    Column("id", Key, primary_key=True),
    Column("name", Words, nullable=False, unique=True),
    Column("config", Words, nullable=False),  # the file that uses this name
)

editions = Table(
    "editions",
    metadata,
    Column("id", Key, primary_key=True),
    Column("digest_id", ForeignKey("digests.id"), nullable=False),
    Column("day", Day, nullable=False),
    Column("start", Instant, nullable=False),
    Column("end", Instant, nullable=False),
    Column("title", Words, nullable=False),
    Column("stories", Integer, nullable=False),  # shown ones
    Column("issue", LargeBinary, nullable=False),
    Column("pruned", Boolean, nullable=False),
    UniqueConstraint("digest_id", "day"),
)

settled = Table(
    "settled",
    metadata,
    Column("digest_id", ForeignKey("digests.id"), primary_key=True),
    Column("entry_id", ForeignKey("entries.id"), primary_key=True),
    Column("edition_id", ForeignKey("editions.id"), nullable=False, index=True),
    Column("outcome", String(10), nullable=False),
    Column("reason", Words, nullable=False),
    sqlite_with_rowid=False,
)

renditions = Table(
    "renditions",
    metadata,
    Column("id", Key, primary_key=True),
    Column("edition_id", ForeignKey("editions.id"), nullable=False),
    Column("selection", Words, nullable=False),
    Column("subject", Words, nullable=False),
    Column("language", Words, nullable=False),
    Column("html", LargeBinary),  # NULL once pruned, and so is the text
    Column("text", LargeBinary),
    UniqueConstraint("edition_id", "selection"),
)

pictures = Table(
    "pictures",
    metadata,
    Column("rendition_id", ForeignKey("renditions.id"), primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("cid", Words, nullable=False),
    Column("subtype", Words, nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("data", LargeBinary, nullable=False),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Key, primary_key=True),
    Column("edition_id", ForeignKey("editions.id"), nullable=False),
    Column("recipient", Words, nullable=False),
    Column("resent", Integer, nullable=False),  # 0: with the edition; then one more for each resend by hand
    Column("rendition_id", ForeignKey("renditions.id"), nullable=False, index=True),
    Column("name", Words, nullable=False),
    Column("message_id", Words, nullable=False),
    Column("state", String(10), nullable=False, index=True),
    Column("created", Instant, nullable=False),
    Column("changed", Instant, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_try", Instant),
    Column("reason", Words, nullable=False),
    UniqueConstraint("edition_id", "recipient", "resent"),
)

suppressed = Table(
    "suppressed",
    metadata,
    Column("digest_id", ForeignKey("digests.id"), primary_key=True),
    Column("address", Words, primary_key=True),  # case-folded
    Column("since", Instant, nullable=False),
)

boilerplate = Table(
    "boilerplate",
    metadata,
    Column("feed_id", ForeignKey("feeds.id"), primary_key=True),
    Column("fingerprint", String(64), primary_key=True),
    Column("count", Integer, nullable=False),
    Column("entry_id", BigInteger, nullable=False),  # the newest entry when last counted: a clock for pruning
    sqlite_with_rowid=False,
)

vectors = Table(
    "vectors",
    metadata,
    Column("key", String(200), primary_key=True),
    Column("vector", LargeBinary, nullable=False),
    Column("entry_id", BigInteger, nullable=False),  # the newest entry when it was computed: a clock for pruning
    sqlite_with_rowid=False,
)

profiles = Table(
    "profiles",
    metadata,
    Column("digest_id", ForeignKey("digests.id"), primary_key=True),
    Column("feed_id", ForeignKey("feeds.id"), primary_key=True),
    Column("topic", Words, primary_key=True),
    Column("count", Integer, nullable=False),
    sqlite_with_rowid=False,
)
