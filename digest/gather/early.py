"""A gather begun before there is a state to ask: for feeds that nobody has asked for yet, there is nothing in it."""

import queue
import threading
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from digest.config import GatherSettings
from digest.gather.collect import Leave, collect
from digest.model import FeedSource, FeedState, FetchResult
from digest.ports import Executor

WAITING = 32  # results that may lie here until somebody takes them
HEAD_START = 0.06  # seconds for the first requests to set out: what the caller does next holds the interpreter


class Early:
    """The results of `collect` for feeds at first sight, worked out in a thread of its own from now on.

    What is not taken has not been gathered: nothing is stored here. `close` ends the fetching, in any case.
    """

    def __init__(
        self, sources: Sequence[FeedSource], now: datetime, *, limits: GatherSettings, executor: Executor
    ) -> None:
        self._asked = tuple(sources), now
        self._results: queue.Queue[FetchResult | BaseException | None] = queue.Queue(WAITING)
        self._given = False
        self._first, self._closed = threading.Event(), threading.Event()
        self._leave = Leave()
        results = collect(sources, {}, lambda _: (), now, limits=limits, executor=executor, leave=self._leave)
        self._thread = threading.Thread(target=self._work, args=[results], name="early", daemon=True)
        self._thread.start()
        self._first.wait(HEAD_START)

    def serves(self, sources: Sequence[FeedSource], states: Mapping[str, FeedState], now: datetime) -> bool:
        """Whether these are the feeds that were asked for, the state knows no more of them than was thought, and nobody has
        had the results."""
        if self._given or self._asked != (tuple(sources), now):
            return False
        return all(states[one.url] == FeedState(one.url) for one in sources)

    def results(self) -> Iterator[FetchResult]:
        """As `collect` gives them; once."""
        self._given = True
        return self._taken()

    def _taken(self) -> Iterator[FetchResult]:
        while (result := self._results.get()) is not None:
            if isinstance(result, BaseException):
                raise result
            yield result

    def _work(self, results: Iterator[FetchResult]) -> None:
        end: BaseException | None = None
        try:
            for result in results:
                self._put(result)
                self._first.set()
                if self._closed.is_set():
                    return
        except BaseException as error:  # noqa: BLE001  whatever it is, it is raised where the results are taken
            end = error
        finally:
            results.close()  # type: ignore[attr-defined]  # a generator: ends all fetching
            self._put(end)

    def _put(self, result: FetchResult | BaseException | None) -> None:
        while not self._closed.is_set():
            try:
                self._results.put(result, timeout=0.1)
            except queue.Full:
                continue
            return

    def close(self) -> None:
        """End it, whatever it does."""
        self._closed.set()
        self._leave.take()
        self._thread.join(timeout=10)
