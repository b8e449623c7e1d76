"""How each feed fares: what the footer, `--json` and `digest feeds` tell."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection, Row, and_, case, func, select

from digest.model import FeedReport, FeedSource, Outcome
from digest.store.database import chunks
from digest.store.editions import digest_id
from digest.store.tables import entries, feeds, settled

LASTING_FAILURES = 3
LASTING = timedelta(days=2)
SILENT = timedelta(days=30)  # a feed that answers, and has had nothing new for so long
OVERRUN_TOLD = timedelta(days=1)  # what was lost in the night is told in the morning
RECENT = timedelta(days=28)  # what the statistics count


@dataclass(frozen=True, slots=True)
class FeedStatistics:
    """One feed's last four weeks. `shown` is the share (0 to 1) of its settled entries that a digest has shown."""

    url: str
    title: str
    entries: int
    per_day: float
    shown: float | None
    newest: datetime | None
    last_ok: datetime | None
    first_ok: datetime | None = None


def reports(connection: Connection, sources: Sequence[FeedSource], now: datetime) -> tuple[FeedReport, ...]:
    """The health of each feed, in the order given. `entries` counts what its latest good visit brought."""
    found: dict[str, Row[Any]] = {}
    for some in chunks([source.url for source in sources]):
        found.update({row.url: row for row in connection.execute(select(feeds).where(feeds.c.url.in_(some)))})
    return tuple(_report(source, found.get(source.url), now) for source in sources)


def statistics(connection: Connection, digest: str, urls: Sequence[str], now: datetime) -> tuple[FeedStatistics, ...]:
    """Figures for each feed that has ever been seen, in the order given."""
    number, since = digest_id(connection, digest), now - RECENT
    shown = func.sum(case((settled.c.outcome == Outcome.SHOWN.value, 1), else_=0))
    query = (
        select(entries.c.feed_id, func.count(), func.count(settled.c.entry_id), shown)
        .outerjoin(settled, and_(settled.c.entry_id == entries.c.id, settled.c.digest_id == number))
        .where(entries.c.seen > since, entries.c.prev_ok.is_not(None))
        .group_by(entries.c.feed_id)
    )
    counted = {feed_id: (many, judged, seen) for feed_id, many, judged, seen in connection.execute(query)}
    found: dict[str, FeedStatistics] = {}
    for some in chunks(urls):
        for row in connection.execute(select(feeds).where(feeds.c.url.in_(some))):
            many, judged, seen = counted.get(row.id, (0, 0, 0))
            days = max(1.0, (now - max(row.first_ok or now, since)) / timedelta(days=1))
            share = int(seen) / judged if judged else None
            found[row.url] = FeedStatistics(
                row.url, row.title, many, many / days, share, row.newest, row.last_ok, row.first_ok
            )
    return tuple(found[url] for url in urls if url in found)


def without_addresses(words: str) -> str:
    """A sentence with its web addresses cut down to their hosts: paths and queries may hold a token."""
    return re.sub(r"(?i)\bhttps?://[^\s'\"<>)]*", lambda match: _host(match[0]), words)


def _report(source: FeedSource, row: Row[Any] | None, now: datetime) -> FeedReport:
    name = source.name or (row.title if row else "") or _host(source.url)
    if row is None or row.last_try is None:
        return FeedReport(source.url, name, "never")
    failing, status = row.failures > 0 or row.gone, _status(row, now)
    since = row.failing_since or (row.last_try if failing else None)
    lasting = row.gone or (failing and (row.failures >= LASTING_FAILURES or (since and now - since >= LASTING)))
    if status in ("overrun", "silent"):
        since = row.overrun if status == "overrun" else row.newest
    return FeedReport(
        url=source.url,
        name=name,
        status=status,
        entries=row.fresh,
        reason=without_addresses(row.last_error) if failing else "",
        advice=without_addresses(row.advice) if failing else row.advice,  # else the address is ours: shown() made it
        since=since,
        lasting=bool(lasting),
    )


def _status(row: Row[Any], now: datetime) -> str:
    if row.gone:
        return "gone"
    if row.failures:
        return "failed"
    if row.overrun and now - row.overrun < OVERRUN_TOLD:
        return "overrun"
    if row.newest and now - row.newest >= SILENT:
        return "silent"
    return str(row.outcome)


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or PurePath(url).name
    except ValueError:
        return PurePath(url).name
