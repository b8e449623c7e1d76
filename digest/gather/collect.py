"""All feeds of a run: fetched on one event loop in a thread of its own, read as they arrive, given out as they come.

The loop's thread does nothing but I/O; parsing goes through the `Executor`; the store is asked on the caller's thread
only, and while the caller is busy with a result, feeds go on arriving. A document waits in its fetcher's slot until it
is taken (a large one until it is read), so memory stays flat however many feeds there are.
"""

import asyncio
import queue
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from types import TracebackType
from typing import Self

from digest import __version__
from digest.config import GatherSettings
from digest.gather import outcome
from digest.gather.fetch import Fetcher, FileFetcher, Got, HttpFetcher, Missed, Request
from digest.gather.identity import recognise
from digest.gather.reading import Document, Parsed, prepare, read
from digest.gather.urls import shown
from digest.model import FeedFailure, FeedSource, FeedState, Fetched, FetchResult, Known, Unchanged
from digest.ports import Executor
from digest.web.addresses import is_public
from digest.web.client import STEP, Client, Limits
from digest.web.transport import Allowed

BATCH = 200  # arrivals to one stretch: what needs no parsing waits for its end
LULL = 0.01  # seconds without an arrival that end a stretch early
RESOLVERS = 32  # threads that look up names: a dead name server must not stop the others


def collect(
    sources: Sequence[FeedSource],
    states: Mapping[str, FeedState],
    known: Callable[[str], tuple[Known, ...]],
    now: datetime,
    *,
    limits: GatherSettings,
    executor: Executor,
    allowed: Allowed = is_public,
    leave: "Leave | None" = None,
) -> Iterator[FetchResult]:
    """Give the result of each feed once, in the order they are done. Never raises for a feed.

    `known` is called on the caller's thread only, for feeds whose document is new. `allowed` says which numeric
    addresses are public. Closing the iterator early ends all fetching; with `leave` another thread may end it while this
    one waits.
    """
    requests: list[Request] = []
    for source in sources:
        state = states.get(source.url) or FeedState(source.url)
        if outcome.is_due(state, now):
            requests.append(Request(source, state))
        elif state.gone:
            yield FeedFailure(source, state, "http", state.last_error or "is gone for good (410)", state.advice)
        else:
            yield Unchanged(source, state, asked=False)
    if not requests:
        return
    unread = sum(not (one.state.etag or one.state.last_modified) for one in requests)  # the rest may be a 304
    executor.expect(unread, prepare)
    with _Fetching(requests, limits, now, allowed) as fetching:
        if leave is not None:
            leave.calls(fetching.give_up)
        while fetching.open:
            yield from _results(fetching, known, now, limits, executor)


class Leave:
    """Ends a gather from another thread, also one that has not begun yet: what has not come is not waited for."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken = False
        self._end: Callable[[], object] | None = None

    def calls(self, end: Callable[[], object]) -> None:
        """What there is to call, at once if leave was taken before."""
        with self._lock:
            self._end = end
            if self._taken:
                end()

    def take(self) -> None:
        """Now."""
        with self._lock:
            self._taken = True
            if self._end is not None:
                self._end()


@dataclass(frozen=True, slots=True)
class _Arrival:
    """What came for a request; `taken` lets its fetcher go on."""

    request: Request
    result: Got | Missed
    taken: Callable[[], object]


def _results(
    fetching: "_Fetching",
    known: Callable[[str], tuple[Known, ...]],
    now: datetime,
    limits: GatherSettings,
    executor: Executor,
) -> Iterator[FetchResult]:
    """What a stretch of arrivals comes to. Documents flow into the executor as they arrive, and results out of it."""
    ready: list[FetchResult] = []
    waiting: dict[int, tuple[Request, Got, tuple[Known, ...]]] = {}
    large: dict[int, Callable[[], object]] = {}  # their room is held until they are read

    def documents() -> Iterator[Document]:
        for number, arrival in enumerate(fetching.flow()):
            request, result = arrival.request, arrival.result
            if isinstance(result, Missed):
                ready.append(_missed(request, result, now))
            elif result.unchanged:
                ready.append(Unchanged(request.source, outcome.succeeded(request.state, now, result.answer)))
            else:
                memory = known(request.source.url) if request.state.last_ok else ()  # never read: nothing is stored
                waiting[number] = (request, replace(result, body=b""), memory)
                if len(result.body) > STEP:
                    large[number] = arrival.taken
                else:
                    arrival.taken()
                yield _document(number, request, result, memory, now)

    for number, parsed in executor.stream(read, documents()):
        while ready:
            yield ready.pop()
        request, got, memory = waiting.pop(number)
        if number in large:
            large.pop(number)()
        if not parsed.problem:
            yield _fetched(request, got, parsed, memory, now, limits)
        elif (failure := _problem(request, got, parsed, now, fetching)) is not None:
            yield failure
    yield from ready


def _document(number: int, request: Request, got: Got, memory: tuple[Known, ...], now: datetime) -> Document:
    skip = frozenset(one.content_hash for one in memory)
    source = replace(request.source, headers=(), auth=None, cookies=())  # no secret needs to travel to a worker
    return Document(number, got.body, got.content_type, got.url, source, request.state.language, skip, now)


def _missed(request: Request, missed: Missed, now: datetime) -> FeedFailure:
    if request.address:
        reason = "it is a web page, and the feed that it names could not be read"
        missed = Missed("parse", reason, f"check {shown(request.address)}")
    state = outcome.failed(request.state, now, missed.reason, missed.advice, retry_after=missed.after, gone=missed.gone)
    return FeedFailure(request.source, state, missed.stage, missed.reason, missed.advice)


def _problem(request: Request, got: Got, parsed: Parsed, now: datetime, fetching: "_Fetching") -> FeedFailure | None:
    """A document that is no feed. Where a page names its feed, that is asked for instead, once."""
    if parsed.alternates and not request.address:
        fetching.add(replace(request, address=parsed.alternates[0]))
        return None
    named = ", ".join(shown(url) for url in parsed.alternates[:3])
    advice = f"the page names: {named}" if named else "look for its feed with `digest add` and the site's address"
    if got.answer is not None and got.answer.cut:
        return _missed(request, Missed("read", got.answer.cut), now)
    return _missed(replace(request, address=""), Missed("parse", parsed.problem, advice), now)


def _fetched(
    request: Request, got: Got, parsed: Parsed, memory: tuple[Known, ...], now: datetime, limits: GatherSettings
) -> FetchResult:
    recognised = recognise(
        parsed.entries, memory, request.state, now, max_entries=limits.max_entries, skipped=parsed.skipped
    )
    answer = got.answer
    state = outcome.succeeded(request.state, now, None if request.address else answer)
    state = outcome.read(state, parsed, recognised, None if request.address else answer, got.digest)
    notes = [*parsed.notes, *recognised.notes]
    if request.address:
        notes.append(f"is a web page; its feed was read from {shown(request.address)}: write that in config.yaml")
        state = replace(state, body_hash="", etag="", last_modified="", advice=notes[-1])
    if answer is not None and answer.cut:
        notes.append(f"{answer.cut}; what came was used")
    if recognised.overrun:
        notes.append(outcome.OVERRUN)
    if moved := outcome.moved_note(state, request.source.url):
        notes.append(moved)
    return Fetched(request.source, state, recognised.entries, parsed.total, tuple(dict.fromkeys(notes)))


class _Fetching:
    """The event loop's thread. `flow` gives what arrives."""

    def __init__(self, requests: Sequence[Request], limits: GatherSettings, now: datetime, allowed: Allowed) -> None:
        self._requests = requests
        self._limits = limits
        self._now = now
        self._allowed = allowed
        self._arrived: queue.SimpleQueue[_Arrival | None] = queue.SimpleQueue()
        self._open = len(requests)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="gather", daemon=True)
        self._main: asyncio.Task[None] | None = None
        self._error: BaseException | None = None
        self._more: asyncio.Queue[Request | None] = asyncio.Queue()

    @property
    def open(self) -> int:
        """How many requests are not answered yet."""
        return self._open

    def flow(self) -> Iterator[_Arrival]:
        """A stretch of arrivals, at least one. It ends where nothing more comes for a moment, so that what has come is
        not kept waiting by what has not.
        """
        count = 0
        while self._open and count < BATCH:
            try:
                arrival = self._arrived.get(timeout=LULL if count else None)
            except queue.Empty:
                return
            if arrival is None:  # given up; or the loop has ended before its time: that is a mistake, and must be seen
                self._open = 0
                if self._error is not None:
                    raise self._error
                return
            self._open -= 1
            count += 1
            yield arrival

    def give_up(self) -> None:
        """Let whoever waits for arrivals go: nothing more will come."""
        self._arrived.put(None)

    def add(self, request: Request) -> None:
        """Ask for one more."""
        self._open += 1
        self._loop.call_soon_threadsafe(self._more.put_nowait, request)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(RuntimeError):  # the loop may have ended by itself
            self._loop.call_soon_threadsafe(self._end)
        self._thread.join(timeout=10)

    def _end(self) -> None:
        if self._main is not None:
            self._main.cancel()

    def _run(self) -> None:
        resolvers = ThreadPoolExecutor(RESOLVERS, thread_name_prefix="resolve")
        self._loop.set_default_executor(resolvers)
        try:
            self._main = self._loop.create_task(self._fetch_all())
            self._loop.run_until_complete(asyncio.wait([self._main]))
            if not self._main.cancelled():
                self._error = self._main.exception()
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        finally:
            self._arrived.put(None)
            resolvers.shutdown(wait=False, cancel_futures=True)  # a lookup that hangs is left to end by itself
            self._loop.close()

    async def _fetch_all(self) -> None:
        bounds = bounds_of(self._limits)
        files = FileFetcher(self._limits.max_bytes)
        async with (
            Client(user_agent(self._limits), bounds, allowed=self._allowed) as client,
            asyncio.TaskGroup() as group,
        ):
            web = HttpFetcher(client, bounds, per_host=self._limits.per_host, at_once=self._limits.concurrency)
            for request in self._requests:
                group.create_task(self._one(request, web, files))
                await asyncio.sleep(0)  # one sets out after the other, so that the first is back while the last set out
            while request_or_end := await self._more.get():
                group.create_task(self._one(request_or_end, web, files))

    async def _one(self, request: Request, web: HttpFetcher, files: FileFetcher) -> None:
        is_web = request.source.url.lower().startswith(("http://", "https://"))
        fetcher: Fetcher = web if is_web else files
        async with fetcher.turn(request):
            result = await fetcher.fetch(request, self._now)
            taken = asyncio.Event()
            self._arrived.put(_Arrival(request, result, partial(self._loop.call_soon_threadsafe, taken.set)))
            if isinstance(result, Got) and not result.unchanged:
                await taken.wait()


def user_agent(limits: GatherSettings) -> str:
    """What feeds are asked as: the truth, and how to reach the one who asks, where that is known."""
    contact = f"; +{limits.contact}" if limits.contact else ""
    return limits.user_agent or f"digest/{__version__} (a reader's daily feed digest{contact})"


def bounds_of(limits: GatherSettings) -> Limits:
    """The settings as the client's limits."""
    return Limits(
        total=limits.timeout.total_seconds(),
        connect=limits.connect_timeout.total_seconds(),
        read=limits.read_timeout.total_seconds(),
        max_bytes=limits.max_bytes,
    )
