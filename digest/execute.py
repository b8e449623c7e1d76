"""Executors: the only place where computation is spread over cores. Contract: `ports.Executor`."""

import gc
import os
import queue
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path
from pickle import PicklingError
from typing import TYPE_CHECKING, Any, TypeVar

from digest.errors import DigestError

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor
    from multiprocessing.connection import Connection

A = TypeVar("A")
B = TypeVar("B")

CHUNK = 16  # items to one message between processes: pickling costs less than the work, and a chunk is done in a moment
WORTH_IT = 400  # fewer items are done sooner here than a pool is up (0.3 s to start and import, measured)


STREAMED = 40  # large items that are worth a helper; below, all is done before two processes have found their stride
UNDER_WAY = 32  # items that a helper may have, done ones that nobody asked for included
FED = 16  # items that a helper is given before what it did is looked at: it has work then while we store that

_EVERY = 0  # concerns every stream
_DIED = "a worker process died (out of memory?); run again, or with fewer feeds at once"


class Serial:
    """Everything in this process, in order."""

    def map(self, function: Callable[[A], B], items: Iterable[A]) -> Iterator[B]:
        """See `ports.Executor.map`."""
        return map(function, items)

    def stream(self, function: Callable[[A], B], items: Iterable[A]) -> Iterator[B]:
        """See `ports.Executor.stream`."""
        return map(function, items)

    def expect(self, count: int, prepare: Callable[[], object]) -> None:
        """See `ports.Executor.expect`."""

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
        self._helper: _Helper | None = None

    def expect(self, count: int, prepare: Callable[[], object]) -> None:
        """See `ports.Executor.expect`. Forks, which is safe in a process of one thread alone."""
        if count >= STREAMED and self._workers > 1 and self._helper is None and _is_single():
            with suppress(OSError):  # no process can be had: all is done here
                self._helper = _Helper(prepare)

    def stream(self, function: Callable[[A], B], items: Iterable[A]) -> Iterator[B]:
        """See `ports.Executor.stream`."""
        return map(function, items) if self._helper is None else self._helper.stream(function, items)

    def map(self, function: Callable[[A], B], items: Iterable[A]) -> Iterator[B]:
        """See `ports.Executor.map`."""
        source = iter(items)
        first = list(islice(source, WORTH_IT))
        pool = None if self._workers < 2 or len(first) < WORTH_IT else self._started()
        if pool is None:
            yield from map(function, first)
            yield from map(function, source)
            return
        from concurrent.futures import FIRST_COMPLETED, wait  # 50 ms with multiprocessing: not for small work
        from concurrent.futures.process import BrokenProcessPool

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
            raise DigestError(_DIED) from None
        finally:
            for future in waiting:
                future.cancel()

    def _started(self) -> "ProcessPoolExecutor | None":
        """The pool; None where there can be none: a system without semaphores (no /dev/shm), or one that lets us start no
        process. All is done here then, and takes longer.
        """
        if self._pool is None and self._workers > 1:
            pool = None
            try:
                import multiprocessing
                from concurrent.futures import ProcessPoolExecutor

                methods = multiprocessing.get_all_start_methods()
                context = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
                pool = ProcessPoolExecutor(self._workers, mp_context=context)
                pool.submit(int)  # starts a worker: it fails here, or not at all
            except (ImportError, NotImplementedError, OSError, EOFError):
                self._workers = 1
                if pool is not None:
                    pool.shutdown(wait=False)
                return None
            self._pool = pool
        return self._pool

    def close(self) -> None:
        """Stop the workers; `map` may be called again."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None
        if self._helper is not None:
            self._helper.close()
            self._helper = None


class _Helper:
    """One worker forked from a process of a single thread: it is up at once, with all that was imported, and gets ready
    while its parent does.

    It ends when this process does, however that comes: its end of the line is then closed.
    """

    def __init__(self, prepare: Callable[[], object]) -> None:
        from multiprocessing.connection import Pipe

        self._line, theirs = Pipe()
        gc.freeze()  # what is there stays shared: the helper's collector need not look at it
        self._pid = os.fork()
        if self._pid == 0:
            self._line.close()
            _serve(theirs, prepare)
        theirs.close()
        self._outgoing: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._results: queue.SimpleQueue[tuple[int, bool, Any]] = queue.SimpleQueue()
        self._streams = 0  # counted, so that what is left of one that was given up is not taken for another's
        for work in (
            self._send,
            self._receive,
        ):  # two threads: else both processes could be sending, and none listening
            threading.Thread(target=work, daemon=True).start()

    def stream(self, function: Callable[[A], B], items: Iterable[A]) -> Iterator[B]:
        self._streams += 1
        under_way, stream = 0, self._streams
        for item in items:
            self._outgoing.put((stream, function, item))
            under_way += 1
            while under_way >= UNDER_WAY or (under_way - self._results.qsize() >= FED and not self._results.empty()):
                yield self._take(stream)
                under_way -= 1
        for _ in range(under_way):
            yield self._take(stream)

    def _take(self, stream: int) -> Any:
        while True:
            of, good, value = self._results.get()
            if of == _EVERY:
                self._results.put((of, good, value))  # for whoever asks next
            elif of != stream:
                continue
            if not good:
                raise value
            return value

    def _send(self) -> None:
        while (job := self._outgoing.get()) is not None:
            try:
                self._line.send(job)
            except OSError:
                return  # `_receive` tells
            except (PicklingError, TypeError, AttributeError) as error:
                self._results.put((job[0], False, error))

    def _receive(self) -> None:
        try:
            while True:
                self._results.put(self._line.recv())
        except (EOFError, OSError):
            self._results.put((_EVERY, False, DigestError(_DIED)))

    def close(self) -> None:
        """End the helper, whatever it does."""
        self._outgoing.put(None)
        os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)


def _is_single() -> bool:
    """Whether this process has one thread, those of libraries counted: only then forking is safe. Linux alone tells."""
    try:
        return len(list(Path("/proc/self/task").iterdir())) == 1
    except OSError:
        return False


def _serve(line: "Connection", prepare: Callable[[], object]) -> None:
    """The helper's life. It leaves without a word: what was open or buffered is its parent's."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches both; the parent ends us
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.closerange(3, line.fileno())  # the state, its locks: the parent's, and not to be held for it
        os.closerange(line.fileno() + 1, os.sysconf("SC_OPEN_MAX"))
        prepare()
        while True:
            stream, function, item = line.recv()
            try:
                answer = (stream, True, function(item))
            except Exception as error:  # noqa: BLE001  whatever it is, it is raised where the result was asked for
                answer = (stream, False, error)
            line.send(answer)
    except (EOFError, OSError):
        pass
    finally:
        os._exit(0)


def _chunks(first: list[A], rest: Iterator[A]) -> Iterator[list[A]]:
    for at in range(0, len(first), CHUNK):
        yield first[at : at + CHUNK]
    while chunk := list(islice(rest, CHUNK)):
        yield chunk


def _apply(function: Callable[[A], B], items: list[A]) -> list[B]:
    return [function(item) for item in items]
