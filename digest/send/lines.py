"""Sessions in worker threads: the network's half of the outbox. The store is never touched here."""

import time
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from typing import Generic, Self, TypeVar

from digest.errors import TransportError
from digest.model import Envelope, Verdict
from digest.ports import Session, Transport

T = TypeVar("T")
Answer = Verdict | TransportError | None
"""Of a message its verdict; of an opening None, or why no session could be had."""


class Line:
    """One session, opened when needed, and again after it broke. One thread at a time uses it."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._stack = ExitStack()
        self._session: Session | None = None
        self.opened = 0.0  # monotonic seconds
        self.carried = 0  # messages on the open session

    @property
    def is_open(self) -> bool:
        """Whether a message can be sent."""
        return self._session is not None

    def open(self) -> TransportError | None:
        """A new session; the old one is closed."""
        self.close()
        try:
            self._session = self._stack.enter_context(self._transport.open())
        except TransportError as error:
            return error
        self.opened, self.carried = time.monotonic(), 0
        return None

    def send(self, envelope: Envelope) -> Verdict:
        """Hand over one message; a session that broke is closed."""
        assert self._session is not None
        verdict = self._session.send(envelope)
        if verdict.broken:
            self.close()
        else:
            self.carried += 1
        return verdict

    def close(self) -> None:
        """Let go of the session, if there is one."""
        self._session = None
        self._stack.close()


class Lines(Generic[T]):
    """So many lines, each with a thread; `T` is what the caller wants back with an answer."""

    def __init__(self, transport: Transport, count: int) -> None:
        self._all = [Line(transport) for _ in range(count)]
        self._pool = ThreadPoolExecutor(count, thread_name_prefix="mail")
        self._flying: dict[Future[Answer], tuple[Line, T]] = {}
        self.free = list(self._all)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for line in self._all:
            self._pool.submit(line.close)
        self._pool.shutdown()

    @property
    def busy(self) -> bool:
        """Whether an answer is awaited."""
        return bool(self._flying)

    def open(self, line: Line, about: T) -> None:
        """Begin to open a free line."""
        self.free.remove(line)
        self._flying[self._pool.submit(line.open)] = (line, about)

    def send(self, line: Line, envelope: Envelope, about: T) -> None:
        """Begin to send over a free, open line."""
        self.free.remove(line)
        self._flying[self._pool.submit(line.send, envelope)] = (line, about)

    def landed(self, patience: float | None) -> Iterator[tuple[Line, T, Answer]]:
        """What has been answered, once something has or so many seconds (None: however many) have passed."""
        if not self._flying:
            time.sleep(patience or 0.0)
            return
        done, _ = wait(self._flying, timeout=patience, return_when=FIRST_COMPLETED)
        for future in done:
            line, about = self._flying.pop(future)
            self.free.append(line)
            yield line, about, future.result()
