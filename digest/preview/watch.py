"""Tells when one of some files or folders changes, however an editor writes it."""

import asyncio
from collections.abc import AsyncIterator, Collection
from pathlib import Path

from watchfiles import Change, DefaultFilter, awatch

_STEP_MS, _DEBOUNCE_MS = 40, 250  # a save is over when nothing moves for one step; a long burst is cut at the other


async def changes(paths: Collection[Path], stop: asyncio.Event) -> AsyncIterator[None]:
    """Yields after each burst of changes to `paths` (files, and folders with all they hold), until `stop` is set.

    Files are watched through their folder, because editors replace a file rather than write into it; what does not
    exist is watched through its nearest folder that does, so that it is noticed when it comes. Editors' own temporary
    files are passed over.
    """
    folders = {path.resolve() for path in paths if path.is_dir()}
    around = {_nearest(path.resolve().parent) for path in paths if not path.is_dir()}
    queue: asyncio.Queue[None] = asyncio.Queue()
    wanted = _Wanted(paths)
    jobs = [
        asyncio.create_task(_forward(places, deep, wanted, stop, queue))
        for places, deep in ((folders, True), (around, False))
        if places
    ]
    stopped = asyncio.create_task(stop.wait())
    try:
        while not stop.is_set():
            news = asyncio.create_task(queue.get())
            await asyncio.wait([news, stopped], return_when=asyncio.FIRST_COMPLETED)
            if news.done():
                yield
            else:
                news.cancel()
    finally:
        stop.set()
        stopped.cancel()
        await asyncio.gather(*jobs, return_exceptions=True)


async def _forward(
    places: set[Path], deep: bool, wanted: "_Wanted", stop: asyncio.Event, queue: asyncio.Queue[None]
) -> None:
    async for _ in awatch(
        *places, watch_filter=wanted, debounce=_DEBOUNCE_MS, step=_STEP_MS, stop_event=stop, recursive=deep
    ):
        queue.put_nowait(None)


class _Wanted(DefaultFilter):
    """Lets pass what concerns one of `paths`: the path itself, what it holds, or a folder on the way to it."""

    def __init__(self, paths: Collection[Path]) -> None:
        super().__init__()
        self._paths = tuple(path.resolve() for path in paths)

    def __call__(self, change: Change, path: str) -> bool:
        """See `watchfiles.BaseFilter`."""
        changed = Path(path)
        near = any(changed.is_relative_to(one) or one.is_relative_to(changed) for one in self._paths)
        return near and super().__call__(change, path)


def _nearest(folder: Path) -> Path:
    """The folder, or the nearest above it that exists."""
    return next(one for one in (folder, *folder.parents) if one.is_dir())
