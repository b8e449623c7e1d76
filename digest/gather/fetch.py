"""Asking for one feed, politely: conditional, few at once to a host, with patience where it helps and none where not.

Two fetchers stand behind one seam: `HttpFetcher` for addresses, `FileFetcher` for files the user named.
"""

import asyncio
import hashlib
import random
import stat
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from digest.gather.discover import known_site
from digest.gather.outcome import asked_at, retry_after
from digest.gather.room import Room
from digest.model import FeedSource, FeedState
from digest.web.client import NOTHING, STEP, Answer, Client, Limits, Private, outside
from digest.web.failures import WebError

ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, "
    "application/xml;q=0.8, text/xml;q=0.8, text/html;q=0.5, */*;q=0.1"
)
BROWSER_ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
RETRIES = 2
PAUSE = 0.5  # seconds before the first retry; doubled for the next, and jittered
PATIENCE = 10.0  # the longest Retry-After that is waited for within a run
FILES = 8  # read at once, and waiting to be taken
TROUBLES = 3  # feeds of one host in a row without an answer, after which the rest of them is not asked


@dataclass(frozen=True, slots=True)
class Request:
    """One feed to ask for. `address` is set where a page named it: then it may not lead into a private network."""

    source: FeedSource
    state: FeedState
    address: str = ""


@dataclass(frozen=True, slots=True)
class Got:
    """A document, to be read. `digest` is its hash; `unchanged` says that it is the one read last time."""

    body: bytes
    content_type: str
    url: str
    digest: str
    answer: Answer | None = None
    unchanged: bool = False


@dataclass(frozen=True, slots=True)
class Missed:
    """No document. `after`: not to be asked again before; `gone`: never to be expected again."""

    stage: str
    reason: str
    advice: str = ""
    after: timedelta | None = None
    gone: bool = False


class Fetcher(Protocol):
    """Something that can bring a feed's document."""

    def turn(self, request: Request, /) -> AbstractAsyncContextManager[None]:
        """The right to fetch, held until the document has been taken over; waiting for it is not in the feed's time."""
        ...

    async def fetch(self, request: Request, now: datetime, /) -> Got | Missed:
        """Never raises but for cancellation; bounded in time and in bytes."""
        ...


@dataclass(slots=True)
class _Host:
    """One server, and how it has behaved in this run. Instants are the event loop's."""

    turns: asyncio.Semaphore
    troubles: int = 0
    closed_until: float = 0.0
    closed_for: timedelta = field(default_factory=timedelta)


class FileFetcher:
    """Reads feeds that the user keeps in files."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._slots = asyncio.Semaphore(FILES)

    @asynccontextmanager
    async def turn(self, _: Request) -> AsyncIterator[None]:
        """See `Fetcher`."""
        async with self._slots:
            yield

    async def fetch(self, request: Request, _: datetime) -> Got | Missed:
        """See `Fetcher`."""
        return await asyncio.to_thread(self._read, request)

    def _read(self, request: Request) -> Got | Missed:
        path = Path(request.source.url)
        got = read_file(path, self._max_bytes)
        return got if isinstance(got, Missed) else _got(got, "", path.as_uri(), request.state, None)


def read_file(path: Path, max_bytes: int) -> bytes | Missed:
    """What stands in a plain file, or why it cannot be had: no device is opened, and no more is read than may be."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return Missed("read", "is not a file", "check its path")
        with path.open("rb") as file:
            body = file.read(max_bytes + 1)
    except (OSError, ValueError) as error:
        words = error.strerror if isinstance(error, OSError) else "no such name"
        return Missed("read", f"the file cannot be read ({(words or 'error').lower()})", "check its path")
    if len(body) > max_bytes:
        return Missed(
            "read",
            f"larger than {max_bytes / 1e6:g} MB",
            "if that is right, raise max_bytes under gather: in config.yaml",
        )
    return body


class HttpFetcher:
    """Asks over HTTP through the guarded client. One for each event loop; `chance` gives the jitter, 0 to 1."""

    def __init__(
        self,
        client: Client,
        limits: Limits,
        *,
        per_host: int,
        at_once: int,
        chance: Callable[[], float] = random.random,
        room: Room | None = None,
    ) -> None:
        self._client = client
        self._limits = limits
        self._per_host = per_host
        self._slots = asyncio.Semaphore(at_once)
        self._hosts: dict[str, _Host] = {}
        self._chance = chance
        self._room = room or Room()

    @asynccontextmanager
    async def turn(self, request: Request) -> AsyncIterator[None]:
        """See `Fetcher`: first the host's turn, then a place among all, so that one host's queue blocks no other."""
        async with self._host(_address(request)).turns, self._slots:
            try:
                yield
            finally:
                self._room.leave(request)

    async def fetch(self, request: Request, now: datetime) -> Got | Missed:
        """See `Fetcher`."""
        address = _address(request)
        host = self._host(address)
        if (closed := self._is_closed(host)) is not None:
            return closed
        total = request.source.timeout or self._limits.total
        try:
            async with asyncio.timeout(total) as clock:
                return await self._patiently(request, address, host, now, clock)
        except TimeoutError:
            host.troubles += 1
            return Missed("read", f"did not finish within {total:g} s", "if it is only slow, set a longer timeout")

    async def _patiently(
        self, request: Request, address: str, host: _Host, now: datetime, clock: asyncio.Timeout
    ) -> Got | Missed:
        """Ask, and ask again where that may help, until it helps or there is no time left."""
        accept = ACCEPT
        cut: Answer | None = None
        attempt = 0
        while True:
            answer: Answer | None = None
            try:
                answer = await self._ask(request, address, accept, clock)
                host.troubles = 0
                if answer.status == 403 and accept == ACCEPT:
                    accept = BROWSER_ACCEPT
                    continue
                result, wait = judged(answer, request.state, now)
                cut = answer if answer.cut else None
            except WebError as error:
                if cut is not None:
                    return _got(cut.body, cut.headers.get("content-type", ""), cut.url, request.state, cut)
                result = Missed(error.stage, str(error), error.advice)
                wait = timedelta(0) if error.passing else None
            if wait is None or attempt >= RETRIES:
                self._remember(host, result, answer)
                return result
            pause = max(wait.total_seconds(), PAUSE * 2**attempt * (0.5 + self._chance()))
            if wait.total_seconds() > PATIENCE or pause > _left(clock) - 1:
                self._remember(host, result, answer)
                return result
            await asyncio.sleep(pause)
            attempt += 1

    async def _ask(self, request: Request, address: str, accept: str, clock: asyncio.Timeout) -> Answer:
        source, state = request.source, request.state
        headers = {"Accept": accept}
        if source.user_agent:
            headers["User-Agent"] = source.user_agent
        if not request.address:
            if state.etag:
                headers["If-None-Match"] = state.etag
            if state.last_modified:
                headers["If-Modified-Since"] = state.last_modified
        own = site_of(address) == site_of(source.url)
        limits = self._limits
        return await self._client.get(
            address,
            anywhere=not request.address or own,
            headers=headers,
            private=Private(source.headers, source.auth, source.cookies) if own else NOTHING,
            ca_file=source.ca_file,
            limits=replace(limits, total=max(_left(clock), 0.01)),
            grow=partial(outside, clock, partial(self._room.take, request, STEP)),
        )

    def _host(self, address: str) -> _Host:
        site = site_of(address)
        if site not in self._hosts:
            self._hosts[site] = _Host(asyncio.Semaphore(self._per_host))
        return self._hosts[site]

    def _is_closed(self, host: _Host) -> Missed | None:
        if host.closed_until > asyncio.get_running_loop().time():
            return Missed("http", "its server asked for a pause", after=host.closed_for)
        if host.troubles >= TROUBLES:
            return Missed("connect", "its server did not answer for other feeds a moment ago")
        return None

    def _remember(self, host: _Host, result: Got | Missed, answer: Answer | None) -> None:
        """What one feed's failure means for the others of its host."""
        if answer is None:
            host.troubles += isinstance(result, Missed) and result.stage in ("connect", "read")
        elif answer.status == 429 and isinstance(result, Missed):
            host.closed_for = result.after or timedelta(minutes=15)
            host.closed_until = asyncio.get_running_loop().time() + host.closed_for.total_seconds()


def _left(clock: asyncio.Timeout) -> float:
    """Seconds until a time limit ends."""
    return (clock.when() or 0.0) - asyncio.get_running_loop().time()


def judged(answer: Answer, state: FeedState, now: datetime) -> tuple[Got | Missed, timedelta | None]:
    """What a status means, and how long to wait before another try, None where another try is no use."""
    match answer.status:
        case 200:
            got = _got(answer.body, answer.headers.get("content-type", ""), answer.url, state, answer)
            return got, timedelta(0) if answer.cut else None
        case 304:
            return Got(b"", "", answer.url, state.body_hash, answer, unchanged=True), None
        case 401 | 407:
            return Missed("http", f"asks for a login ({answer.status})", "set auth: or headers: beside the feed"), None
        case 403:
            advice = "the site may turn programs away: a user_agent: beside the feed may help, or another of its feeds"
            return Missed("http", "refuses to answer us (403)", advice), None
        case 404:
            return Missed(
                "http", "is not there (404)", "if that lasts, `digest add` with the site's address may find it"
            ), None
        case 410:
            return Missed("http", "is gone for good (410)", "remove it: `digest remove`", gone=True), None
        case 429:
            after = retry_after(answer, now) or timedelta(minutes=15)
            return Missed(
                "http", "was asked too often (429)", "gather less often, or fewer feeds of that host", after
            ), after
        case status if status >= 500 or status == 408:
            told = retry_after(answer, now)
            return Missed("http", f"has trouble of its own ({status})", after=told), told or timedelta(0)
        case status:
            return Missed("http", f"answered {status}, which is no feed"), None


def _got(body: bytes, content_type: str, url: str, state: FeedState, answer: Answer | None) -> Got:
    digest = hashlib.blake2b(body, digest_size=16).hexdigest()
    whole = answer is None or not answer.cut
    return Got(body, content_type, url, digest, answer, unchanged=whole and digest == state.body_hash)


def _address(request: Request) -> str:
    """What to ask for: where a page pointed, where the feed has moved to, or what the user wrote."""
    url = request.source.url
    return request.address or asked_at(request.state, known_site(url) or url)


def site_of(address: str) -> str:
    """scheme://host:port, without user and password: one server, one origin."""
    try:
        parts = urlsplit(address)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
        return f"{parts.scheme}://{parts.hostname}:{port}"
    except ValueError:
        return address
