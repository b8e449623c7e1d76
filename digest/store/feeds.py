"""Feeds and their entries: what is remembered, and what a gather adds."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, select, update

from digest.model import Entry, FeedFailure, FeedState, Fetched, FetchResult, Known, Unchanged
from digest.store.database import chunks, upsert
from digest.store.packing import pack_content, unpack_content
from digest.store.tables import entries, feeds, numbers

LISTED_AT_LEAST = 500  # a feed's document may grow: so many of its entries are remembered to `known` in any case
_STATE = [
    feeds.c[name]
    for name in (
        "url", "title", "link", "language", "etag", "last_modified", "body_hash", "next_due", "moved_to", "moved_days",
        "gone", "first_ok", "last_ok", "last_try", "failing_since", "failures", "last_error", "advice", "newest",
        "overrun",
    )
]  # fmt: skip
_UNSET = Entry.__dataclass_fields__["seen"].default
_OUTCOMES = {Fetched: "ok", Unchanged: "unchanged", FeedFailure: "failed"}


def states(connection: Connection, urls: Sequence[str]) -> dict[str, FeedState]:
    """The remembered state of each feed; an empty one at first sight."""
    found = {url: FeedState(url) for url in urls}
    for some in chunks(list(found)):
        for row in connection.execute(select(*_STATE).where(feeds.c.url.in_(some))):
            found[row.url] = _state(row)
    return found


def ids(connection: Connection, urls: Sequence[str]) -> dict[str, int]:
    """Row numbers of those feeds that have been seen."""
    found: dict[str, int] = {}
    for some in chunks(urls):
        rows = connection.execute(select(feeds.c.url, feeds.c.id).where(feeds.c.url.in_(some)))
        found.update((row.url, row.id) for row in rows)
    return found


def known(connection: Connection, urls: Sequence[str]) -> dict[str, tuple[Known, ...]]:
    """The newest entries of each feed, four times as many as its document ever listed (at least `LISTED_AT_LEAST`)."""
    columns = [entries.c[name] for name in ("ident", "url_key", "title", "content_hash", "published", "seen")]
    found: dict[str, tuple[Known, ...]] = dict.fromkeys(urls, ())
    for some in chunks(urls):
        for url, number, listed in connection.execute(
            select(feeds.c.url, feeds.c.id, feeds.c.listed).where(feeds.c.url.in_(some))
        ).all():
            query = select(*columns).where(entries.c.feed_id == number).order_by(entries.c.id.desc())
            rows = connection.execute(query.limit(max(LISTED_AT_LEAST, 4 * listed))).all()
            found[url] = tuple(Known(*row) for row in rows)
    return found


def keep(
    connection: Connection,
    results: Iterable[FetchResult],
    now: datetime,
    current_round: int,
) -> frozenset[tuple[str, str]]:
    """Store what a gather brought. Gives (feed, ident) of the entries that were new."""
    results = list(results)
    urls = [one.source.url for one in results]
    before = _previous(connection, urls)
    upsert(
        connection,
        feeds,
        [_feed_row(one, before.get(one.source.url), current_round) for one in results],
        key=["url"],
        replace=[column.name for column in _STATE if column.name != "url"] + ["outcome", "listed", "fresh", "round"],
    )
    number = {url: row.id for url, row in before.items()}
    number |= ids(connection, [url for url in urls if url not in number])
    rows = [
        _entry_row(
            entry, now, number[one.source.url], before[one.source.url].last_ok if one.source.url in before else None
        )
        for one in results
        if isinstance(one, Fetched)
        for entry in one.entries
    ]
    if not rows:
        return frozenset()
    return _keep_entries(connection, rows)


def _keep_entries(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> frozenset[tuple[str, str]]:
    newest = connection.scalar(select(func.max(entries.c.id))) or 0
    # `published`, `seen`, `prev_ok` and `held` stay as they were first: an edit must neither bring an entry back nor
    # push it out of the window before it was shown
    replace = ["url_key", "guid", "url", "title", "language", "content_hash", "content"]
    upsert(connection, entries, rows, key=["feed_id", "ident"], replace=replace)
    query = select(feeds.c.url, entries.c.ident, feeds.c.id).join(feeds).where(entries.c.id > newest)
    fresh = connection.execute(query).all()
    counts = Counter(row.id for row in fresh)
    if counts:
        statement = update(feeds).where(feeds.c.id == bindparam("feed")).values(fresh=bindparam("count"))
        connection.execute(statement, [{"feed": feed, "count": count} for feed, count in counts.items()])
    return frozenset((row.url, row.ident) for row in fresh)


def read_entry(row: Row[Any]) -> Entry:
    """A row of `entries` with its feed's `feed_url` -> the value."""
    teaser, content, author, categories, images = unpack_content(row.content)
    return Entry(
        feed=row.feed_url,
        ident=row.ident,
        title=row.title,
        url=row.url,
        url_key=row.url_key,
        guid=row.guid,
        teaser=teaser,
        content=content,
        author=author,
        categories=categories,
        language=row.language,
        published=row.published,
        date_only=row.date_only,
        seen=row.seen,
        images=images,
        held=row.held,
    )


def unread(connection: Connection, reader: str, oldest: datetime | None, most: int) -> tuple[int, tuple[Entry, ...]]:
    """The next entries behind a reader's mark, and the new mark: see `ports.Store.unread`. Without `oldest`, of any date,
    the held too."""
    newest = connection.scalar(select(func.max(entries.c.id))) or 0
    before = number_of(connection, reader)
    if newest <= before:
        return newest, ()
    query = select(entries, feeds.c.url.label("feed_url")).join(feeds).where(entries.c.id > before)
    if oldest is not None:
        query = query.where(entries.c.held.is_(False), func.coalesce(entries.c.published, entries.c.seen) >= oldest)
    rows = connection.execute(query.order_by(entries.c.id).limit(most)).all()
    return (rows[-1].id if len(rows) == most else newest), tuple(read_entry(row) for row in rows)


def next_round(connection: Connection) -> int:
    """Begin a gather: its number."""
    upsert(connection, numbers, [{"name": "round", "value": 1}], key=["name"], add=["value"])
    return number_of(connection, "round")


def set_number(connection: Connection, name: str, value: int) -> None:
    """Set a counter."""
    upsert(connection, numbers, [{"name": name, "value": value}], key=["name"], replace=["value"])


def number_of(connection: Connection, name: str) -> int:
    """A counter's value, 0 before it was ever set."""
    return connection.scalar(select(numbers.c.value).where(numbers.c.name == name)) or 0


def handled_since(connection: Connection, round_number: int, urls: Sequence[str]) -> bool:
    """Whether each of these feeds was handled by a gather with this number or a later one."""
    count = 0
    for some in chunks(urls):
        query = select(func.count()).where(feeds.c.url.in_(some), feeds.c.round >= round_number)
        count += connection.scalar(query) or 0
    return count == len(set(urls))


def _previous(connection: Connection, urls: Sequence[str]) -> dict[str, Row[Any]]:
    found: dict[str, Row[Any]] = {}
    for some in chunks(urls):
        query = select(feeds.c.id, feeds.c.url, feeds.c.last_ok, feeds.c.listed, feeds.c.fresh, feeds.c.outcome)
        found.update({row.url: row for row in connection.execute(query.where(feeds.c.url.in_(some)))})
    return found


def _state(row: Row[Any]) -> FeedState:
    values = dict(row._mapping)
    values["moved_days"] = tuple(date.fromisoformat(day) for day in row.moved_days.split())
    return FeedState(**values)


def _feed_row(result: FetchResult, before: Row[Any] | None, current_round: int) -> dict[str, Any]:
    row: dict[str, Any] = {column.name: getattr(result.state, column.name) for column in _STATE}
    row["url"] = result.source.url
    row["moved_days"] = " ".join(day.isoformat() for day in result.state.moved_days)
    asked = not isinstance(result, Unchanged) or result.asked
    row["outcome"] = _OUTCOMES[type(result)] if asked or before is None else before.outcome
    row["listed"] = max(before.listed if before else 0, result.total if isinstance(result, Fetched) else 0)
    row["fresh"] = 0 if asked or before is None else before.fresh
    row["round"] = current_round
    return row


def _entry_row(entry: Entry, now: datetime, feed_id: int, prev_ok: datetime | None) -> dict[str, Any]:
    return {
        "feed_id": feed_id,
        "ident": entry.ident,
        "url_key": entry.url_key,
        "guid": entry.guid,
        "url": entry.url,
        "title": entry.title,
        "language": entry.language,
        "published": entry.published,
        "date_only": entry.date_only,
        "seen": now if entry.seen == _UNSET else entry.seen,
        "prev_ok": prev_ok,
        "held": entry.held,
        "content_hash": entry.content_hash,
        "content": pack_content(entry),
    }
