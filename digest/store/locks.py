"""One at a time, over all processes, and free at once when the owner dies.

Beside an SQLite file: flock(2) on a file of its own for each lock; the kernel lets go when the owner ends, however it
ends. PostgreSQL: advisory locks of a session kept open meanwhile. A state in memory has no other process to fear.
"""

import fcntl
import hashlib
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Engine, func, select
from sqlalchemy.exc import DBAPIError

from digest.errors import StateBusy, StateError

_POLL = 0.1  # seconds between two looks; the first looks come quicker


@contextmanager
def file_lock(state: Path, name: str, wait: timedelta, busy: str) -> Iterator[bool]:
    """Hold `<state>.<name>.lock`; gives True where another owner had to be waited for. Removed again at the end."""
    path = state.with_name(f"{state.name}.{_file_name(name)}.lock")
    with _wait(lambda: _try_file(path), wait, busy, lambda: _owner(path)) as (handle, waited):
        try:
            with suppress(OSError):  # only who waits reads it; a full disk is told by the state, which knows what to do
                os.ftruncate(handle, 0)
                os.write(handle, str(os.getpid()).encode())
            yield waited
        finally:
            with suppress(FileNotFoundError):
                path.unlink()  # while it is still held: whoever gets it now finds it unlinked, and takes a new one
            os.close(handle)


@contextmanager
def advisory_lock(engine: Engine, name: str, wait: timedelta, busy: str) -> Iterator[bool]:
    """The same in PostgreSQL, where the name is hashed to a number of 64 bits."""
    number = int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "big", signed=True)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:

        def attempt() -> int | None:
            return number if connection.scalar(select(func.pg_try_advisory_lock(number))) else None

        with _wait(attempt, wait, busy, lambda: "") as (_, waited):
            try:
                yield waited
            finally:
                with suppress(DBAPIError):  # a lost connection has let go already
                    connection.execute(select(func.pg_advisory_unlock(number)))


@contextmanager
def _wait(
    attempt: Callable[[], int | None], wait: timedelta, busy: str, owner: Callable[[], str]
) -> Iterator[tuple[int, bool]]:
    deadline, pause, waited = time.monotonic() + wait.total_seconds(), 0.005, False
    while (held := attempt()) is None:
        waited = True
        left = deadline - time.monotonic()
        if left <= 0:
            raise StateBusy(f"{busy}{owner()}; waited {wait.total_seconds():g} seconds, try again later")
        time.sleep(min(pause, left))
        pause = min(pause * 2, _POLL)
    yield held, waited


def _try_file(path: Path) -> int | None:
    """A handle that holds the lock, or None. The file must still bear its name: its owner may have removed it."""
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise StateError(f"{path} cannot be written: {error.strerror}; the state's folder must be writable") from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.path.samestat(os.fstat(handle), path.stat()):
            return handle
    except (BlockingIOError, FileNotFoundError):
        pass
    except OSError as error:
        os.close(handle)
        raise StateError(f"{path} cannot be locked: {error.strerror}; keep the state on a local disk") from None
    os.close(handle)
    return None


def _owner(path: Path) -> str:
    with suppress(OSError, ValueError):
        return f" (process {int(path.read_text())})"
    return ""


def _file_name(name: str) -> str:
    """A lock's name as part of a file name; names that are none are hashed."""
    if re.fullmatch(r"[A-Za-z0-9._-]{1,80}", name):
        return name
    return hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
