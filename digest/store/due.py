"""Which entries an edition must deal with: the one rule of the whole program.

An entry is due when its feed is subscribed, this digest has not settled it, `seen ≤ now`, and
`dated ≥ max(since, now - catch_up)`, where `since = start` at first sight of its feed, else `min(start, prev_ok) - grace`.
First sight is the store's (the feed had never been read before the entry was first seen), or this digest's: it was seen
before `start`, for another digest over the same state or by gathers before the first edition, and nothing of its feed is
settled here. What was seen before `start` of a feed that is no news here was stored while the last edition was made; there,
`since = start - grace`. There is no upper bound. This covers the first run, a feed added later, a second digest, late
entries, a feed's outage and missed days alike.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo

from sqlalchemy import Connection, and_, exists, or_, select
from sqlalchemy.sql.elements import ColumnElement

from digest.model import Entry
from digest.store.database import chunks
from digest.store.feeds import ids, read_entry
from digest.store.tables import entries, feeds, settled


@dataclass(frozen=True, slots=True)
class Window:
    """What an edition composed at `now` looks at; `zone` is the digest's own, for dates without a time."""

    now: datetime
    start: datetime
    grace: timedelta
    catch_up: timedelta
    zone: tzinfo

    @property
    def floor(self) -> datetime:
        """Nothing dated before this is ever due."""
        return self.now - self.catch_up

    def holds(
        self,
        published: datetime | None,
        *,
        date_only: bool,
        seen: datetime,
        prev_ok: datetime | None,
        settles: bool = True,
    ) -> bool:
        """Whether an entry with these dates is due. `settles`: earlier editions of this digest have settled entries of its
        feed (asked for only where it was seen before `start`).
        """
        if seen > self.now:
            return False
        if published is None:
            if prev_ok is None:  # it was there when the feed was first seen: nobody knows how old it is
                return False
            dated = seen
        else:
            dated = min(day_end(published, self.zone) if date_only else published, seen)
        if prev_ok is None or (seen <= self.start and not settles):
            since = self.start
        else:
            since = (self.start if seen <= self.start else min(self.start, prev_ok)) - self.grace
        return dated >= max(since, self.floor)


def day_end(published: datetime, zone: tzinfo) -> datetime:
    """The end of the local day that a date without a time names: it counts as any moment of that day.

    The date is read at noon, so that midnight of the publisher's zone, seen from UTC, is still that date.
    """
    try:
        day = (published + timedelta(hours=12)).date() + timedelta(days=1)
        return datetime.combine(day, time.min, zone)
    except OverflowError:
        return published


def due(connection: Connection, digest_id: int | None, urls: Sequence[str], window: Window) -> tuple[Entry, ...]:
    """The due entries: feeds in the order of `urls`, each feed's entries in the order they arrived."""
    order = {url: place for place, url in enumerate(urls)}
    place = {number: order[url] for url, number in ids(connection, urls).items()}
    columns = [entries.c[name] for name in ("id", "feed_id", "published", "date_only", "seen", "prev_ok")]
    query = select(*columns).where(
        entries.c.seen.between(window.floor, window.now),  # dated ≤ seen, so this index finds all
        entries.c.held.is_(False),
        unsettled(digest_id),
        _sieve(window),
    )
    rows = [row for row in connection.execute(query) if row.feed_id in place]
    earlier = {row.feed_id for row in rows if row.seen <= window.start and row.prev_ok is not None}
    settles = {feed for feed in earlier if _settles(connection, digest_id, feed)}
    chosen = [
        (place[row.feed_id], row.id)
        for row in rows
        if window.holds(
            row.published,
            date_only=row.date_only,
            seen=row.seen,
            prev_ok=row.prev_ok,
            settles=row.feed_id in settles,
        )
    ]
    return tuple(_read(connection, [number for _, number in sorted(chosen)]))


def unsettled(digest_id: int | None) -> ColumnElement[bool]:
    """The condition on `entries` that this digest (None: one that has no edition yet) has not settled the entry."""
    return ~exists().where(and_(settled.c.digest_id == digest_id, settled.c.entry_id == entries.c.id))


def _settles(connection: Connection, digest_id: int | None, feed: int) -> bool:
    """Whether this digest has settled any entry of a feed."""
    join = and_(settled.c.digest_id == digest_id, settled.c.entry_id == entries.c.id)
    return bool(connection.scalar(select(exists().where(join, entries.c.feed_id == feed))))


def _sieve(window: Window) -> ColumnElement[bool]:
    """What can hold at all, coarsely: `Window.holds` decides. Spares most of a feed's old items, seen first with it."""
    published, first_sight = entries.c.published, entries.c.prev_ok.is_(None)

    def since(moment: datetime) -> ColumnElement[bool]:
        # a date without a time counts for later than the moment it is stored as
        return or_(published >= moment, and_(entries.c.date_only, published >= moment - timedelta(days=3)))

    return or_(
        and_(first_sight, since(max(window.start, window.floor))),
        and_(~first_sight, or_(published.is_(None), since(window.floor))),
    )


def _read(connection: Connection, numbers: Sequence[int]) -> list[Entry]:
    found: dict[int, Entry] = {}
    for some in chunks(numbers):
        query = select(entries, feeds.c.url.label("feed_url")).join(feeds).where(entries.c.id.in_(some))
        found.update({row.id: read_entry(row) for row in connection.execute(query)})
    return [found[number] for number in numbers]
