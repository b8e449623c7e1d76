"""`SqlStore`: the port `Store` over a database. A method that writes is one transaction, durable when it returns."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Self

from sqlalchemy import delete, func, select, update

from digest.errors import StateError
from digest.model import (
    Delivery,
    DeliveryState,
    Edition,
    Entry,
    FeedReport,
    FeedSource,
    FeedState,
    FetchResult,
    Issue,
    Known,
    Rendition,
)
from digest.store import caches, copies, editions, feeds, health, heirs, outbox
from digest.store.database import Database, upsert
from digest.store.due import Window, due
from digest.store.health import FeedStatistics
from digest.store.tables import digests, entries, suppressed

if TYPE_CHECKING:
    from digest.ports import Addressee


class SqlStore:
    """The state behind the port `digest.ports.Store`, where the contract of each method stands."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._round = 0  # of the gather under way
        self._horizon: dict[str, int] = {}  # digest -> the newest entry when `due` was last asked

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the state."""
        self._database.close()

    # ---- turns

    @contextmanager
    def turn(self, digest: str, *, wait: timedelta) -> Iterator[None]:
        """One run of a digest at a time."""
        with self._database.lock(f"run-{digest}", wait, f"another run of digest {digest} is still at work"):
            yield

    @contextmanager
    def gathering(self, *, wait: timedelta, urls: Sequence[str] = ()) -> Iterator[bool]:
        """One gather at a time; True where another ended well while we waited and handled all of `urls`."""
        with self._database.read() as connection:
            before = feeds.number_of(connection, "ended")
        with self._database.lock("gather", wait, "another gather is still at work") as waited:
            if waited:
                with self._database.read() as connection:
                    ended = feeds.number_of(connection, "ended")
                    done = ended > before and feeds.handled_since(connection, ended, urls)
                if done:
                    yield True
                    return
            with self._database.write() as connection:
                self._round = feeds.next_round(connection)
            yield False
            with self._database.write() as connection:
                feeds.set_number(connection, "ended", self._round)

    def claim(self, digest: str, config: Path) -> None:
        """Note which config file is this digest's; `StateError` where another that still exists has its name."""
        place = self._relative(config)
        with self._database.read() as connection:
            holder = connection.scalar(select(digests.c.config).where(digests.c.name == digest)) or ""
        if holder == place:
            return
        if holder and (other := self._absolute(holder)).exists():
            raise StateError(
                f"{config.name}: the name {digest!r} is {other}'s in this state; give one of the two another `name:`, "
                f"or remove {other.name}"
            )
        with self._database.write() as connection:
            editions.ensure_digest(connection, digest)
            connection.execute(update(digests).where(digests.c.name == digest).values(config=place))

    # ---- feeds and entries

    def states(self, urls: Sequence[str]) -> dict[str, FeedState]:
        """The remembered state of each feed."""
        with self._database.read() as connection:
            return feeds.states(connection, urls)

    def inherit(self, new: Sequence[str], subscribed: Sequence[str]) -> bool:
        """Give feeds never seen what they were under another address; False where none was."""
        with self._database.read() as connection:
            found = heirs.predecessors(connection, new, subscribed)
        if found:
            with self._database.write() as connection:
                for url, predecessor in found.items():
                    heirs.inherit(connection, url, predecessor)
        return bool(found)

    def known(self, urls: Sequence[str]) -> dict[str, tuple[Known, ...]]:
        """What is remembered of each feed's entries."""
        with self._database.read() as connection:
            return feeds.known(connection, urls)

    def keep(self, results: Iterable[FetchResult], now: datetime) -> frozenset[tuple[str, str]]:
        """Store feed states and entries; gives (feed, ident) of the entries that were new."""
        with self._database.write() as connection:
            return feeds.keep(connection, results, now, self._round)

    def boilerplate(self, urls: Sequence[str]) -> dict[str, dict[str, int]]:
        """Feed -> block fingerprint -> in how many entries it has stood, where that is more than one."""
        with self._database.read() as connection:
            return caches.counts(connection, urls)

    def unlearnt(self, *, most: int) -> tuple[int, tuple[Entry, ...]]:
        """The next entries whose blocks are not counted yet, and the mark behind them."""
        with self._database.read() as connection:
            return feeds.unread(connection, caches.LEARNT, None, most)

    def learn(self, mark: int, fingerprints: Mapping[tuple[str, str], Sequence[str]]) -> None:
        """Add these entries' blocks to what `boilerplate` counts."""
        with self._database.write() as connection:
            caches.learn(connection, mark, fingerprints)

    def vectors(self, keys: Sequence[str]) -> dict[str, bytes]:
        """The cached vectors among these keys."""
        with self._database.read() as connection:
            return caches.read_vectors(connection, keys)

    def keep_vectors(self, vectors: Mapping[str, bytes]) -> None:
        """Cache vectors."""
        if vectors:
            with self._database.write() as connection:
                caches.keep_vectors(connection, vectors)

    def unread(self, reader: str, oldest: datetime, *, most: int) -> tuple[int, tuple[Entry, ...]]:
        """The next entries that `reader` has not passed yet, and the mark behind them."""
        with self._database.read() as connection:
            return feeds.unread(connection, reader, oldest, most)

    def passed(self, reader: str, mark: int) -> None:
        """`reader` has dealt with all entries up to the mark."""
        with self._database.read() as connection:
            before = feeds.number_of(connection, reader)
        if before < mark:
            with self._database.write() as connection:
                feeds.set_number(connection, reader, mark)

    # ---- editions

    def start(self, digest: str, now: datetime, window: timedelta) -> datetime:
        """End of the digest's newest edition, else now − window."""
        newest = self.newest(digest)
        return newest[1] if newest else now - window

    def newest(self, digest: str) -> tuple[date, datetime] | None:
        """Day and end of the digest's newest edition."""
        with self._database.read() as connection:
            return editions.newest(connection, digest)

    def due(
        self,
        digest: str,
        urls: Sequence[str],
        now: datetime,
        *,
        start: datetime,
        grace: timedelta,
        catch_up: timedelta,
        zone: tzinfo = UTC,
    ) -> tuple[Entry, ...]:
        """The entries an edition composed now must deal with; `zone` is for dates without a time."""
        window = Window(now, start, grace, catch_up, zone)
        with self._database.read() as connection:
            found = due(connection, editions.digest_id(connection, digest), urls, window)
            self._horizon[digest] = connection.scalar(select(func.max(entries.c.id))) or 0
        return found

    def profiles(self, digest: str) -> dict[str, dict[str, int]]:
        """Feed -> topic -> how many of its entries earlier editions filed there."""
        with self._database.read() as connection:
            return editions.filed(connection, digest)

    def commit(
        self,
        issue: Issue,
        urls: Sequence[str],
        outgoing: Sequence[tuple[Rendition, Sequence["Addressee"]]],
        now: datetime,
    ) -> None:
        """The edition, its renditions, deliveries and settlements, in one transaction."""
        with self._database.write() as connection:
            editions.commit(connection, issue, urls, outgoing, now, self._horizon.get(issue.digest))

    def issue(self, digest: str, day: date) -> Issue | None:
        """An edition as it was composed; once older than `keep`, its headlines."""
        with self._database.read() as connection:
            return next(iter(editions.issues(connection, digest, day=day)), None)

    def issues(self, digest: str, *, limit: int) -> tuple[Issue, ...]:
        """The latest editions, newest first."""
        with self._database.read() as connection:
            return editions.issues(connection, digest, limit=limit)

    def history(self, digest: str, *, limit: int = 30) -> tuple[Edition, ...]:
        """The latest editions, newest first, with the number of deliveries in each state."""
        with self._database.read() as connection:
            return editions.history(connection, digest, limit)

    def find(self, digest: str, text: str) -> tuple[tuple[Entry, str], ...]:
        """Stored entries that `text` names, with what became of each."""
        with self._database.read() as connection:
            return editions.find(connection, digest, editions.spellings(text))

    # ---- outbox

    def outbox(self, digest: str | None = None) -> tuple[Delivery, ...]:
        """Unfinished deliveries, older editions first."""
        with self._database.read() as connection:
            return outbox.unfinished(connection, digest)

    def deliveries(self, digest: str, day: date) -> tuple[Delivery, ...]:
        """All deliveries of an edition, resent ones last."""
        with self._database.read() as connection:
            return outbox.of_day(connection, digest, day)

    def rendition(self, delivery: Delivery) -> Rendition:
        """What that delivery carries."""
        with self._database.read() as connection:
            return outbox.rendition(connection, delivery)

    def mark(
        self,
        delivery: Delivery,
        state: DeliveryState,
        now: datetime,
        *,
        reason: str = "",
        next_try: datetime | None = None,
    ) -> None:
        """Move one delivery to a state; SENDING counts an attempt; a finished one never changes (`StateError`)."""
        with self._database.write() as connection:
            outbox.mark(connection, delivery, state, now, reason, next_try)

    def record(self, deliveries: Sequence[Delivery], now: datetime) -> None:
        """Several deliveries as they stand now, in one transaction; a finished one never changes (`StateError`)."""
        with self._database.write() as connection:
            outbox.record(connection, deliveries, now)

    def resend(self, like: Delivery, to: "Addressee", now: datetime) -> Delivery:
        """A new pending delivery of what `like` carries; an unfinished one to the same recipient is cancelled."""
        with self._database.write() as connection:
            return outbox.resend(connection, like, to, now)

    def suppressed(self, digest: str) -> frozenset[str]:
        """Addresses (case-folded) that asked for no more mail of this digest."""
        with self._database.read() as connection:
            return outbox.suppressed_addresses(connection, digest)

    def suppress(self, digest: str, address: str, now: datetime) -> bool:
        """No more mail of this digest to this address; False where it was so already."""
        if address.casefold() in self.suppressed(digest):
            return False
        with self._database.write() as connection:
            number = editions.ensure_digest(connection, digest)
            row = {"digest_id": number, "address": address.casefold(), "since": now}
            upsert(connection, suppressed, [row], key=["digest_id", "address"])
        return True

    def unsuppress(self, digest: str, address: str) -> bool:
        """Undo `suppress`; False where there was nothing to undo."""
        with self._database.write() as connection:
            number = editions.digest_id(connection, digest)
            one = (suppressed.c.digest_id == number, suppressed.c.address == address.casefold())
            return connection.execute(delete(suppressed).where(*one)).rowcount > 0

    # ---- health and upkeep

    def reports(self, sources: Sequence[FeedSource], now: datetime) -> tuple[FeedReport, ...]:
        """The health of each feed as it stands."""
        with self._database.read() as connection:
            return health.reports(connection, sources, now)

    def statistics(self, digest: str, urls: Sequence[str], now: datetime) -> tuple[FeedStatistics, ...]:
        """Each feed's last four weeks, for a table."""
        with self._database.read() as connection:
            return health.statistics(connection, digest, urls, now)

    def prune(self, digest: str, now: datetime, keep: timedelta) -> None:
        """Forget content older than `keep` (which must not be shorter than catch_up); never a key or what was sent."""
        with self._database.write() as connection:
            caches.prune(connection, digest, now, keep)
        self._database.reclaim()

    def backup(self, target: Path) -> None:
        """A consistent copy of the whole state in a new SQLite file, whole or not at all."""
        copies.backup(self._database, target)

    def _relative(self, config: Path) -> str:
        """A config file as seen from the state, so that both may move together."""
        path = self._database.path
        return os.path.relpath(config.resolve(), path.parent.resolve()) if path else str(config.resolve())

    def _absolute(self, place: str) -> Path:
        path = self._database.path
        return Path(os.path.normpath(path.parent.resolve() / place)) if path else Path(place)
