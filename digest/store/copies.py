"""Copies of a state: into memory for the preview, which may not change one byte of it, and into a file as a backup."""

import errno
import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection, insert, select

from digest.errors import StateError
from digest.store.database import Database, connect_memory, translated
from digest.store.schema import bring_up_to_date, read_version
from digest.store.tables import REVISIONS, metadata

IN_MEMORY = 256_000_000
"""Bytes up to which a copy is held in memory; a larger one is an unnamed temporary file of SQLite's."""

_ROWS = 1000
_NO_LINKS = {errno.EPERM, errno.ENOSYS, errno.EOPNOTSUPP, errno.EMLINK}  # FAT on a USB stick, some network shares


def file_in_memory(path: Path, where: str) -> Database:
    """An SQLite file's content as a database in memory; the file and its companions stay as they are, to the byte.

    A missing file gives an empty database.
    """
    large = path.exists() and path.stat().st_size > IN_MEMORY
    memory = sqlite3.connect("" if large else ":memory:", check_same_thread=False)
    with translated(where):
        if path.exists() and path.stat().st_size:
            _copy_undisturbed(path, memory)
    return connect_memory(memory, f"a copy of {where}")


def server_in_memory(database: Database) -> Database:
    """The same for a database server: one consistent view of all tables; empty where it has none."""
    version = read_version(database)
    if version not in (None, REVISIONS[-1]):
        raise StateError(
            f"{database.where} has another schema ({version}); `digest gather` brings an older one up to date"
        )
    copy = connect_memory(sqlite3.connect(":memory:", check_same_thread=False), f"a copy of {database.where}")
    bring_up_to_date(copy)
    if version:
        with database.read() as source, copy.write() as target:
            _copy_rows(source, target)
    return copy


def backup(database: Database, target: Path) -> None:
    """A consistent copy as an SQLite file of mode 0600: whole or not at all, never over an existing file."""
    if target.exists():
        raise StateError(f"{target} exists already; it was not overwritten. Name a new file")
    if not target.parent.is_dir():
        raise StateError(f"{target}: the folder {target.parent} does not exist; create it")
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)  # mode 0600
    os.close(handle)
    part = Path(name)
    try:
        with translated(str(target)):
            _write_copy(database, part)
        with part.open("rb") as file:
            os.fsync(file.fileno())
        try:
            _put(part, target)
        except FileExistsError:
            raise StateError(f"{target} exists already; it was not overwritten. Name a new file") from None
    except OSError as error:
        raise StateError(f"{target} cannot be written: {error.strerror}") from None
    finally:
        part.unlink(missing_ok=True)


def _put(part: Path, target: Path) -> None:
    """Give a finished file its name, never replacing what came there meanwhile; `FileExistsError` then."""
    try:
        os.link(part, target)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))  # ours now
        part.replace(target)


def _write_copy(database: Database, part: Path) -> None:
    with closing(sqlite3.connect(part)) as target:
        if database.engine.dialect.name == "sqlite":
            with database.engine.connect() as connection:
                raw = connection.connection.driver_connection
                assert isinstance(raw, sqlite3.Connection)
                raw.backup(target, pages=-1)
            target.execute("PRAGMA journal_mode = DELETE")
            return
        memory = server_in_memory(database)
        with memory.engine.connect() as connection:
            raw = connection.connection.driver_connection
            assert isinstance(raw, sqlite3.Connection)
            raw.backup(target)
        memory.close()


def _copy_rows(source: Connection, target: Connection) -> None:
    for table in metadata.sorted_tables:
        rows = source.execution_options(yield_per=_ROWS).execute(select(table)).mappings()
        for some in rows.partitions(_ROWS):
            target.execute(insert(table), [dict(row) for row in some])


def _copy_undisturbed(path: Path, memory: sqlite3.Connection) -> None:
    """Back up into memory; again where a writer came in between and SQLite could not have noticed."""
    for attempt in range(10):
        before = _marks(path)
        with suppress(sqlite3.OperationalError), _opened_to_read(path) as (source, guarded):
            source.backup(memory)
            if guarded or _marks(path) == before:
                return
        time.sleep(0.02 * attempt)
    with _opened_to_read(path) as (source, _):  # say what is wrong, if it still is
        source.backup(memory)


@contextmanager
def _opened_to_read(path: Path) -> Iterator[tuple[sqlite3.Connection, bool]]:
    """A connection that never writes, however the file was left; and whether SQLite guards it against writers.

    Without a write-ahead log: `immutable`, for `mode=ro` alone would create one. With a log and its index: the index is
    opened read-only, which SQLite does on request. With a log whose index is gone nobody can be writing: files are
    copied, as SQLite would have to rebuild the index.
    """
    wal, index = path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")
    if not wal.exists() or not wal.stat().st_size:
        with closing(_connect(path, "mode=ro&immutable=1")) as source:
            yield source, False
    elif index.exists():
        with closing(_connect(path, "mode=ro&readonly_shm=1")) as source:
            yield source, True
    else:
        with tempfile.TemporaryDirectory(prefix="digest-") as folder:
            aside = Path(folder) / "copy.db"
            shutil.copyfile(path, aside)
            shutil.copyfile(wal, aside.with_name("copy.db-wal"))
            with closing(sqlite3.connect(aside)) as source:
                yield source, False


def _connect(path: Path, options: str) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(path))}?{options}", uri=True, timeout=10)


def _marks(path: Path) -> tuple[tuple[int, int] | None, ...]:
    """What a writer would change: size and time of the file and of its log."""
    marks: list[tuple[int, int] | None] = []
    for one in (path, path.with_name(path.name + "-wal")):
        try:
            found = one.stat()
            marks.append((found.st_mtime_ns, found.st_size))
        except FileNotFoundError:
            marks.append(None)
    return tuple(marks)
