"""The edition on show, kept up to date: built again when a watched file changes, with every open page told of it."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TypeVar

from digest.errors import DigestError
from digest.preview.model import Edition, Preview
from digest.preview.watch import changes

T = TypeVar("T")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class State:
    """What there is to show. `version` counts builds, failed ones too.

    With an `error` (plain words), `preview` is the last one that could be built, or None. `seconds` is what the build
    took.
    """

    version: int = 0
    building: bool = True
    preview: Preview | None = None
    error: str = ""
    seconds: float = 0.0


class Live:
    """Holds the state; builds in one thread of its own, one build at a time, so what `build` opens stays in that
    thread.

    `build` and `past` raise `DigestError` for what the user can mend. Anything else they raise is a defect: it is
    told on the page as such and logged with its traceback, and the page lives on.
    """

    def __init__(
        self,
        build: Callable[[], Preview],
        *,
        editions: Callable[[], Sequence[Edition]],
        past: Callable[[date], Preview | None],
        watch: Sequence[Path],
    ) -> None:
        self.state = State()
        self._build, self._editions, self._past = build, editions, past
        self._always = frozenset(path.absolute() for path in watch)
        self._watched, self._rewatch = self._always, asyncio.Event()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="preview")
        self._dirty, self._stop = asyncio.Event(), asyncio.Event()
        self._news = asyncio.Condition()
        self._kept: tuple[int, dict[date, Preview | None]] = (0, {})

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """While open, the edition is built now and after every change."""
        self._dirty.set()
        builder, watcher = asyncio.create_task(self._builder()), asyncio.create_task(self._watcher())
        try:
            yield
        finally:
            await self.close()
            builder.cancel()
            await asyncio.gather(builder, watcher, return_exceptions=True)
            self._thread.shutdown(wait=False, cancel_futures=True)

    async def close(self) -> None:
        """End all `states`, so that open pages do not hold the server."""
        self._stop.set()
        self._rewatch.set()
        async with self._news:
            self._news.notify_all()

    async def states(self, *, heartbeat: float) -> AsyncIterator[State | None]:
        """The state now and after each change; None after `heartbeat` seconds without one."""
        seen = self.state
        yield seen
        while not self._stop.is_set():
            if self.state is not seen:
                seen = self.state
                yield seen
                continue
            try:
                async with asyncio.timeout(heartbeat):
                    await self._after(seen)
            except TimeoutError:
                yield None

    async def _after(self, seen: State) -> None:
        async with self._news:
            await self._news.wait_for(lambda: self._stop.is_set() or self.state is not seen)

    async def preview(self, day: date | None) -> tuple[Preview | None, str]:
        """The edition of a past day, or the one on show, and an error in words, "" for none."""
        if day is None or (self.state.preview and self.state.preview.issue.day == day):
            return self.state.preview, self.state.error
        version, kept = self._kept
        if version != self.state.version:
            version, kept = self._kept = (self.state.version, {})
        if day not in kept:
            found, error = await self._work(lambda: self._past(day))
            if error:
                return None, error
            kept[day] = found
        return kept[day], "" if kept[day] else f"no edition of {day} is stored"

    async def editions(self) -> tuple[Sequence[Edition], str]:
        """The past editions, newest first, and an error in words."""
        found, error = await self._work(self._editions)
        return found or (), error

    # ---- building

    async def _builder(self) -> None:
        while True:
            await self._dirty.wait()
            self._dirty.clear()
            await self._tell(replace(self.state, building=True))
            begun = time.monotonic()
            preview, error = await self._work(self._build)
            if preview and self._watched != (made_from := self._always | {path.absolute() for path in preview.watch}):
                self._watched = made_from
                self._rewatch.set()
            await self._tell(
                State(
                    version=self.state.version + 1,
                    building=self._dirty.is_set(),
                    preview=preview or self.state.preview,
                    error=error,
                    seconds=time.monotonic() - begun,
                )
            )

    async def _work(self, job: Callable[[], T]) -> tuple[T | None, str]:
        future = asyncio.get_running_loop().run_in_executor(self._thread, job)
        await asyncio.wait([future])
        problem = future.exception()
        if problem is None:
            return future.result(), ""
        if isinstance(problem, DigestError):
            return None, str(problem)
        _log.error("the preview could not be built", exc_info=problem)
        return None, f"a defect in digest itself: {type(problem).__name__}: {problem} (the terminal has the traceback)"

    async def _tell(self, state: State) -> None:
        self.state = state
        async with self._news:
            self._news.notify_all()

    async def _watcher(self) -> None:
        while not self._stop.is_set():
            self._rewatch.clear()
            async for _ in changes(self._watched, self._rewatch):
                self._dirty.set()
