"""Executors: the only place where computation is spread over cores. Contract: `ports.Executor`."""

import os
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from digest.errors import DigestError

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor

A = TypeVar("A")
B = TypeVar("B")

CHUNK = 16  # items to one message between processes: pickling costs less than the work, and a chunk is done in a moment
WORTH_IT = 400  # fewer items are done sooner here than a pool is up (0.3 s to start and import, measured)


class Serial:
    """Everything in this process, in order."""

    def map(self, function: Callable[[A], B], items: Iterable[A]) -> Iterator[B]:
        """See `ports.Executor.map`."""
        return map(function, items)

    def close(self) -> None:
        """Nothing to let go of."""


class Processes:
    """A pool of worker processes, started by the first `map` that is worth it; small work stays in this process.

    Workers are started afresh (forkserver, or spawn where there is none), never forked from a process that may hold
    threads. At most a few chunks a worker are in flight, so memory stays flat however long `items` is.
    """

    def __init__(self, workers: int | None = None) -> None:
        allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
        self._workers = workers or allowed or 1
        self._pool: ProcessPoolExecutor | None = None

    def map(self, function: Callable[[A], B], items: Iterable[A]) -> Iterator[B]:
        """See `ports.Executor.map`."""
        source = iter(items)
        first = list(islice(source, WORTH_IT))
        if self._workers < 2 or len(first) < WORTH_IT:
            yield from map(function, first)
            yield from map(function, source)
            return
        from concurrent.futures import FIRST_COMPLETED, wait  # 50 ms with multiprocessing: not for small work
        from concurrent.futures.process import BrokenProcessPool

        pool = self._started()
        waiting: set[Future[list[B]]] = set()
        chunks = _chunks(first, source)
        try:
            while True:
                waiting |= {pool.submit(_apply, function, c) for c in islice(chunks, 3 * self._workers - len(waiting))}
                if not waiting:
                    return
                done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                for future in done:
                    yield from future.result()
        except BrokenProcessPool:
            self._pool = None
            message = "a worker process died (out of memory?); run again, or with fewer feeds at once"
            raise DigestError(message) from None
        finally:
            for future in waiting:
                future.cancel()

    def _started(self) -> "ProcessPoolExecutor":
        if self._pool is None:
            import multiprocessing
            from concurrent.futures import ProcessPoolExecutor

            methods = multiprocessing.get_all_start_methods()
            context = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
            self._pool = ProcessPoolExecutor(self._workers, mp_context=context)
        return self._pool

    def close(self) -> None:
        """Stop the workers; `map` may be called again."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None


def _chunks(first: list[A], rest: Iterator[A]) -> Iterator[list[A]]:
    for at in range(0, len(first), CHUNK):
        yield first[at : at + CHUNK]
    while chunk := list(islice(rest, CHUNK)):
        yield chunk


def _apply(function: Callable[[A], B], items: list[A]) -> list[B]:
    return [function(item) for item in items]
