"""Small made-up values for the store's tests."""

import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from digest.model import (
    Entry,
    FeedFailure,
    FeedSource,
    FeedState,
    Fetched,
    Issue,
    Outcome,
    Rendition,
    Settled,
    Shown,
    Story,
    Topic,
    Unchanged,
)
from digest.store import SqlStore

NOW = datetime(2026, 2, 18, 7, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
FEED = "https://news.example/feed.xml"


@dataclass(frozen=True)
class To:
    """An addressee."""

    address: str
    message_id: str = "<1@example.org>"
    name: str = ""


def entry(ident: str = "a", *, feed: str = FEED, published: datetime | None = NOW - HOUR, **more: Any) -> Entry:
    """An entry; `seen` defaults to what `keep` is told."""
    more.setdefault("title", f"Title of {ident}")
    return Entry(feed=feed, ident=ident, published=published, **more)


def fetched(*entries: Entry, url: str = FEED, now: datetime = NOW, total: int = 0, **state: Any) -> Fetched:
    """A feed read well at `now`."""
    state = {"first_ok": now, "last_ok": now, "last_try": now, **state}
    return Fetched(FeedSource(url), FeedState(url, **state), entries, total or len(entries))


def unchanged(url: str = FEED, *, now: datetime = NOW, asked: bool = True) -> Unchanged:
    """A 304."""
    return Unchanged(FeedSource(url), FeedState(url, first_ok=now, last_ok=now, last_try=now), asked)


def failure(url: str = FEED, *, now: datetime = NOW, last_ok: datetime | None = None, **state: Any) -> FeedFailure:
    """A feed that could not be read at `now`."""
    state = {"last_try": now, "failures": 1, "failing_since": now, "last_error": "no answer", **state}
    return FeedFailure(FeedSource(url), FeedState(url, last_ok=last_ok, **state), "connect", "no answer")


def issue(entries: Iterable[Entry] = (), *, now: datetime = NOW, digest: str = "morning", **more: Any) -> Issue:
    """An edition that shows these entries, each as a story of its own."""
    entries = tuple(entries)
    stories = tuple(Story(str(n), (one,), one.title, shown=Shown.FULL) for n, one in enumerate(entries))
    values: dict[str, Any] = {
        "title": "Morning Digest",
        "day": now.date(),
        "start": now - DAY,
        "end": now,
        "language": "en",
        "timezone": "UTC",
        "topics": (Topic("World", stories),) if stories else (),
        "settled": tuple(Settled(one.feed, one.ident, Outcome.SHOWN, "shown in World") for one in entries),
    }
    return Issue(digest=digest, **{**values, **more})


def rendition(selection: str = "all", **more: Any) -> Rendition:
    """What a selection's recipients get."""
    values: dict[str, Any] = {"subject": "Morning", "html": f"<p>{selection} é</p>", "text": f"{selection} é"}
    return Rendition(selection=selection, **{**values, **more})


def due(
    store: SqlStore,
    now: datetime = NOW,
    *,
    digest: str = "morning",
    urls: Sequence[str] = (FEED,),
    window: timedelta = DAY,
    grace: timedelta = 12 * HOUR,
    catch_up: timedelta = 7 * DAY,
    **more: Any,
) -> list[str]:
    """Idents of what is due, as a run would ask for it."""
    start = store.start(digest, now, window)
    return [one.ident for one in store.due(digest, urls, now, start=start, grace=grace, catch_up=catch_up, **more)]


def edition(
    store: SqlStore, now: datetime = NOW, *, digest: str = "morning", urls: Sequence[str] = (FEED,)
) -> list[str]:
    """Compose and commit what is due, all of it shown; gives its idents."""
    start = store.start(digest, now, DAY)
    found = store.due(digest, urls, now, start=start, grace=12 * HOUR, catch_up=7 * DAY)
    store.commit(issue(found, now=now, digest=digest, start=start), urls, [(rendition(), [To("me@example.org")])], now)
    return [one.ident for one in found]


def a_day(text: str) -> date:
    """`2026-02-18`."""
    return date.fromisoformat(text)


def as_nobody(folder: Path, code: str) -> str:
    """What code prints in another process, run in a folder that it may read but not write; `StateError`s are printed.

    Root may write anywhere, so where the tests run as root the process becomes nobody first.
    """
    script = f"""
import os, stat
from digest.errors import StateError
from digest.store import open_snapshot, open_store
from digest.store import sql, copies, packing, schema  # all there is to load, before the rights are gone
os.chdir({str(folder)!r})
if os.getuid() == 0:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
try:
    {code}
except StateError as error:
    print("StateError", error)
"""
    rights = {one: one.stat().st_mode for one in (folder, *folder.iterdir())}
    try:
        for one in rights:
            one.chmod(0o555 if one.is_dir() else 0o444)
        done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True, timeout=60)
    finally:
        for one, mode in rights.items():
            one.chmod(mode)
    return done.stdout.strip()
