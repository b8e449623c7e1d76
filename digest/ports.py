"""Every seam where another implementation plugs in, on one page.

A port exists because two implementations do (a fake in the tests counts); each has one shared test class
that every implementation passes. `wiring` alone names implementations.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Protocol, TypeVar

from digest.model import (
    Delivery,
    DeliveryState,
    Edition,
    Entry,
    Envelope,
    FeedReport,
    FeedSource,
    FeedState,
    FetchResult,
    Issue,
    Known,
    Rendition,
    Story,
    Verdict,
)

A = TypeVar("A")
B = TypeVar("B")


class Executor(Protocol):
    """The only parallelism seam for computation: serial, processes, later a cluster."""

    def map(self, function: Callable[[A], B], items: Iterable[A]) -> Iterator[B]:
        """Apply a top-level pure function to plain values, lazily, **in any order**.

        An exception of `function` is raised by the iterator; a worker that dies is a `DigestError`.
        """
        ...

    def stream(self, function: Callable[[A], B], items: Iterable[A]) -> Iterator[B]:
        """`map` for large items that come one by one: each is begun when it comes, and `items` is asked for the next
        while some are still under way, a bounded number of them."""
        ...

    def expect(self, count: int, prepare: Callable[[], object]) -> None:
        """So many items may come to `stream`: a moment to get ready, before threads are started. Whoever works in
        another process calls `prepare` there, which loads what the work will need."""
        ...


class Embedder(Protocol):
    """Turns texts into sentence vectors. `name` changes whenever the same text would give another vector."""

    @property
    def name(self) -> str: ...

    def quick(self, texts: Sequence[str]) -> list[bytes]:
        """The same in a hundredth of the time, and less telling: for a morning with too many new texts to wait for."""
        ...

    def embed(self, texts: Sequence[str]) -> list[bytes]:
        """One packed little-endian float16 vector of unit length a text, all of one dimension; takes any text."""
        ...


class Summariser(Protocol):
    """Writes a story's summary from its sources' text alone."""

    def summarise(self, story: Story, *, limit: int) -> str | None:
        """At most `limit` characters in the story's language, or None: the extract is used then. Never raises."""
        ...

    def opening(self, stories: Sequence[Story], *, language: str, limit: int) -> str | None:
        """A paragraph of at most `limit` characters about the leading stories, or None. Never raises."""
        ...

    def trouble(self) -> str:
        """Why it cannot be used now, in words, found out by asking; "" where it can. Never raises."""
        ...


class Session(Protocol):
    """An open way to a mail server or folder, good for many messages."""

    def send(self, envelope: Envelope) -> Verdict:
        """Hand over one message and return the server's own answer; a lost connection is DEFERRED and `broken`.

        Bounded in time. After a `broken` verdict the session is of no more use. The same message handed over again
        (same Message-ID) may arrive again, never in part.
        """
        ...


class Transport(Protocol):
    """Where messages go."""

    @property
    def connections(self) -> int:
        """How many sessions may be open at once, each in a thread of its own."""
        ...

    @property
    def interval(self) -> timedelta:
        """The shortest time between two messages, over all sessions; zero for none."""
        ...

    def open(self) -> AbstractContextManager[Session]:
        """A session; raises `TransportError` (plain words, no secret) where none can be had. Leaving it never raises."""
        ...

    def check(self) -> str:
        """Everything but a message: connect, TLS, log in. What was found, in plain words; raises `TransportError`."""
        ...


class Store(Protocol):
    """The state. One writer at a time; every method that writes is one transaction, durable when it returns.

    Raises `StateError`, never anything of a database driver's. Instants go in and come out as aware UTC datetimes.
    """

    # ---- turns
    def turn(self, digest: str, *, wait: timedelta) -> AbstractContextManager[None]:
        """One run of a digest at a time, over all processes; `StateBusy` after `wait`.

        A dead owner's turn is free at once.
        """
        ...

    def gathering(self, *, wait: timedelta, urls: Sequence[str] = ()) -> AbstractContextManager[bool]:
        """One gather at a time; gives True where, while we waited, another ended well that had handled all of `urls`:
        its result can be used."""
        ...

    # ---- feeds and entries
    def states(self, urls: Sequence[str]) -> dict[str, FeedState]:
        """The remembered state of each feed; a feed never seen gets an empty one."""
        ...

    def inherit(self, new: Sequence[str], subscribed: Sequence[str]) -> bool:
        """Give each of the feeds `new`, never seen, the entries and settlements that it had under another address: one that
        is not among those `subscribed`, and that moved here for good or differs by http or https, `www.` or a slash alone.
        False where there was none."""
        ...

    def known(self, urls: Sequence[str]) -> dict[str, tuple[Known, ...]]:
        """What is remembered of each feed's entries (all that a feed could still list), to recognise them again."""
        ...

    def claim(self, digest: str, config: Path) -> None:
        """Note which config file is this digest's; `StateError` where another one that still exists has its name."""
        ...

    def keep(self, results: Iterable[FetchResult], now: datetime) -> frozenset[tuple[str, str]]:
        """Store feed states and entries. A new (feed, ident) is inserted with `seen` and the feed's previous success;
        an already known one has its content updated, and keeps its date and `seen`. An entry once `held` stays so: it
        is known, and never due. Gives (feed, ident) of those that were new."""
        ...

    def boilerplate(self, urls: Sequence[str]) -> dict[str, dict[str, int]]:
        """Feed -> block fingerprint -> in how many of the learnt entries it has stood; those that stood in one only are
        left out."""
        ...

    def unlearnt(self, *, most: int) -> tuple[int, tuple[Entry, ...]]:
        """The next entries whose blocks `boilerplate` does not count yet, of any date, in the order they were stored; with
        them the mark that `learn` takes."""
        ...

    def learn(self, mark: int, fingerprints: Mapping[tuple[str, str], Sequence[str]]) -> None:
        """Count the fingerprints of the blocks of these (feed, ident), all those up to the mark. Each entry counts once,
        however often it is edited and however many processes learn at the same time."""
        ...

    def vectors(self, keys: Sequence[str]) -> dict[str, bytes]:
        """The cached vectors among these keys (embedder name + content hash)."""
        ...

    def keep_vectors(self, vectors: Mapping[str, bytes]) -> None:
        """Cache vectors."""
        ...

    def unread(self, reader: str, oldest: datetime, *, most: int) -> tuple[int, tuple[Entry, ...]]:
        """For work that follows the gathers at its own pace: the next entries, in the order they were stored, that
        `reader` has not passed yet; those published (the undated: seen) before `oldest` and the held are left out. With them the mark that
        `passed` takes: behind the last of them, or behind all entries where there are fewer than `most`."""
        ...

    def passed(self, reader: str, mark: int) -> None:
        """`reader` has dealt with all entries up to the mark."""
        ...

    # ---- editions
    def start(self, digest: str, now: datetime, window: timedelta) -> datetime:
        """End of the digest's newest edition, else now − window."""
        ...

    def newest(self, digest: str) -> tuple[date, datetime] | None:
        """Day and end of the digest's newest edition."""
        ...

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
        """The entries an edition composed now must deal with, in a stable order (see `store.due` for the rule).

        `zone` is the digest's own: a date without a time counts as that local day.
        """
        ...

    def profiles(self, digest: str) -> dict[str, dict[str, int]]:
        """Feed -> topic -> how many of its entries earlier editions filed there."""
        ...

    def commit(
        self,
        issue: Issue,
        urls: Sequence[str],
        outgoing: Sequence[tuple[Rendition, Sequence["Addressee"]]],
        now: datetime,
    ) -> None:
        """In one transaction: the edition, its renditions, a pending delivery for each addressee, and the settlement of
        every unsettled entry of the feeds `urls`: those the issue does not name are settled as old, but for those that
        another gather stored since `due` was asked, or that were seen after the issue's end: they wait for the next."""
        ...

    def issue(self, digest: str, day: date) -> Issue | None:
        """An edition as it was composed."""
        ...

    def issues(self, digest: str, *, limit: int) -> tuple[Issue, ...]:
        """The latest editions, newest first."""
        ...

    def find(self, digest: str, text: str) -> tuple[tuple[Entry, str], ...]:
        """Stored entries whose link (canonical form compared), guid or ident is `text`, with what this digest settled
        of each in words ("settled as old on 2026-02-17: …", "not settled yet")."""
        ...

    def history(self, digest: str, *, limit: int) -> tuple[Edition, ...]:
        """The latest editions without their content, newest first."""
        ...

    # ---- outbox
    def outbox(self, digest: str | None = None) -> tuple[Delivery, ...]:
        """Unfinished deliveries (pending, sending, deferred), older editions first; of one digest or of all."""
        ...

    def deliveries(self, digest: str, day: date) -> tuple[Delivery, ...]:
        """All deliveries of an edition."""
        ...

    def rendition(self, delivery: Delivery) -> Rendition:
        """What that delivery carries."""
        ...

    def mark(
        self,
        delivery: Delivery,
        state: DeliveryState,
        now: datetime,
        *,
        reason: str = "",
        next_try: datetime | None = None,
    ) -> None:
        """Move one delivery to a state; SENDING counts an attempt."""
        ...

    def record(self, deliveries: Sequence[Delivery], now: datetime) -> None:
        """Several deliveries as they stand now (state, attempts, next try, reason), in one transaction.

        A finished one never changes: `StateError`, and then none is recorded.
        """
        ...

    def resend(self, like: Delivery, to: "Addressee", now: datetime) -> Delivery:
        """Asked for by hand: a new pending delivery of what `like` carries, to `to`, under `to`'s (new) Message-ID.

        What that recipient had of the edition stays beside it as history; where it was unfinished, it is cancelled.
        """
        ...

    def suppressed(self, digest: str) -> frozenset[str]:
        """Addresses (case-folded) that asked for no more mail of this digest."""
        ...

    def suppress(self, digest: str, address: str, now: datetime) -> bool:
        """No more mail of this digest to this address, whatever the config says; False where it was so already."""
        ...

    def unsuppress(self, digest: str, address: str) -> bool:
        """Undo `suppress`; False where there was nothing to undo."""
        ...

    def backup(self, target: Path) -> None:
        """A consistent copy of the whole state in a new file (mode 0600), whole or not at all; never overwrites one."""
        ...

    # ---- health
    def reports(self, sources: Sequence[FeedSource], now: datetime) -> tuple[FeedReport, ...]:
        """The health of each feed as it stands."""
        ...

    def prune(self, digest: str, now: datetime, keep: timedelta) -> None:
        """Forget the content of what is older than `keep`; never a key, a settlement, or what was sent to whom."""
        ...

    def close(self) -> None:
        """Let go of the state."""
        ...


class Addressee(Protocol):
    """A recipient as the outbox needs it."""

    @property
    def address(self) -> str: ...

    @property
    def name(self) -> str: ...

    @property
    def message_id(self) -> str: ...
