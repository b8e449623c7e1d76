"""The database itself: opened safely, every driver's error told as a `StateError`, reads and writes as transactions.

SQLite: WAL, `synchronous=FULL` (with NORMAL a power cut forgets a committed "sent"), foreign keys, mode 0600. A file
that is damaged, not ours, newer or read-only is refused and left as it was.
"""

import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

from sqlalchemy import (
    Connection,
    Engine,
    StaticPool,
    Table,
    create_engine,
    event,
    make_url,
)
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

from digest.errors import StateBusy, StateError
from digest.store.locks import advisory_lock, file_lock

PATIENCE = timedelta(seconds=30)
"""How long one transaction waits for another process's."""

_ONE_VIEW: dict[str, Any] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
SMALL, MIDDLING = 64_000_000, 1_000_000_000
"""Bytes up to which a state is looked through at each start, and after it was not closed properly."""

_AFRESH = (
    "it was left as it is. Put a backup in its place, or move it away to start afresh (what was sent is forgotten then)"
)


class Database:
    """An open database. `where` names it in errors, without secrets; `path` is None unless it is an SQLite file."""

    def __init__(self, engine: Engine, where: str, path: Path | None = None) -> None:
        self.engine = engine
        self.where = where
        self.path = path

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only reads: one consistent view."""
        view = {} if self.path or self.engine.dialect.name == "sqlite" else _ONE_VIEW
        with translated(self.where), self.engine.connect().execution_options(**view) as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that writes: all or nothing, durable at the end."""
        with (
            translated(self.where),
            self.engine.connect().execution_options(digest_writes=True) as connection,
            connection.begin(),
        ):
            yield connection

    def reclaim(self) -> None:
        """Give space that pruning freed back to the file system, a bit (8 MB) at a time."""
        if self.path:
            with translated(self.where), self.engine.connect() as connection:
                raw = cast("sqlite3.Connection", connection.connection.driver_connection)
                raw.execute("PRAGMA incremental_vacuum(2000)").fetchall()

    def lock(self, name: str, wait: timedelta, busy: str) -> AbstractContextManager[bool]:
        """Hold a named lock over all processes that use this database; gives True where it had to be waited for."""
        if self.path:
            return file_lock(self.path, name, wait, busy)
        if self.engine.dialect.name == "postgresql":
            return advisory_lock(self.engine, name, wait, busy)
        return nullcontext(False)

    def close(self) -> None:
        """Close every connection."""
        with translated(self.where):
            self.engine.dispose()


def connect_file(path: Path, where: str) -> Database:
    """An SQLite file, created (empty, mode 0600) where there is none."""
    folder = path.parent
    if not folder.is_dir():
        raise StateError(f"{where}: the folder {folder} does not exist; create it, or correct `state:`")
    if path.is_dir():
        raise StateError(f"{where} is a folder; `state:` must name a file")
    try:
        if not path.exists():
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        pass  # another process was quicker
    except OSError as error:
        raise StateError(
            f"{where} cannot be created: {error.strerror}; correct `state:`, or the folder's rights"
        ) from None
    for place, words in ((path, "file"), (folder, "folder")):
        if not os.access(place, os.R_OK | os.W_OK):
            raise StateError(
                f"{where}: the {words} is read-only for this user; run as its owner, or chmod u+rw {place}"
            )
    engine = create_engine(
        f"sqlite:///{path}", hide_parameters=True, connect_args={"timeout": PATIENCE.total_seconds()}
    )
    _tune(engine, durable=True)
    return Database(engine, where, path)


def examine(database: Database, *, size: int, clean: bool = True) -> None:
    """Look for damage where that is quick: in a small file, or a middling one that was not closed properly.

    A tenth of a second for 100 MB in the page cache; a larger file is believed until a page of it turns out bad.
    Raises `StateError`.
    """
    if size > (SMALL if clean else MIDDLING):
        return
    with database.read() as connection:
        found = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()
    if found != "ok":
        raise StateError(f"{database.where} is damaged ({' '.join(str(found).split())}): {_AFRESH}")


def log_ahead(database: Database) -> None:
    """Switch a file that is known to be ours to a write-ahead log, as a restored backup must be."""
    with translated(database.where), database.engine.connect() as connection:
        raw = cast("sqlite3.Connection", connection.connection.driver_connection)
        if raw.execute("PRAGMA journal_mode").fetchone() != ("wal",):
            raw.execute("PRAGMA journal_mode = WAL")


def connect_memory(connection: sqlite3.Connection, where: str) -> Database:
    """An SQLite database in memory, over this one connection."""
    engine = create_engine("sqlite://", creator=lambda: connection, poolclass=StaticPool, hide_parameters=True)
    _tune(engine, durable=False)
    return Database(engine, where)


def connect_server(url: str) -> Database:
    """Any other database that SQLAlchemy knows by URL; PostgreSQL is the one that is tested."""
    try:
        parsed = make_url(url)
        if parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        where = parsed.render_as_string(hide_password=True)
        if parsed.get_backend_name() not in ("postgresql", "sqlite"):
            raise StateError(f"state: {where}: only SQLite and PostgreSQL are supported")
        return Database(create_engine(parsed, hide_parameters=True, pool_pre_ping=True), where)
    except ArgumentError:
        raise StateError("state: not a database address; write a file name or postgresql://user@host/name") from None
    except (ImportError, NoSuchModuleError):
        raise StateError("state: PostgreSQL needs a driver: pip install 'morning-digest[postgresql]'") from None


def upsert(
    connection: Connection,
    table: Table,
    rows: Sequence[Mapping[str, Any]],
    *,
    key: Sequence[str],
    replace: Sequence[str] = (),
    add: Sequence[str] = (),
) -> None:
    """Insert rows; where the key exists, replace and add to these columns (with neither, leave the row as it is).

    The one place where SQLite's and PostgreSQL's words differ.
    """
    if not rows:
        return
    insert: Any
    if connection.dialect.name == "sqlite":
        from sqlalchemy.dialects.sqlite import insert
    else:
        from sqlalchemy.dialects.postgresql import insert
    statement = insert(table)
    changes = {name: statement.excluded[name] for name in replace}
    changes |= {name: table.c[name] + statement.excluded[name] for name in add}
    if changes:
        statement = statement.on_conflict_do_update(index_elements=list(key), set_=changes)
    else:
        statement = statement.on_conflict_do_nothing(index_elements=list(key))
    connection.execute(statement, cast("list[Mapping[str, Any]]", rows))


def chunks(values: Sequence[Any], size: int = 500) -> Iterator[Sequence[Any]]:
    """Slices short enough for any database's limit on parameters."""
    for start in range(0, len(values), size):
        yield values[start : start + size]


@contextmanager
def translated(where: str) -> Iterator[None]:
    """Errors of SQLAlchemy and its drivers -> `StateError`."""
    try:
        yield
    except DBAPIError as error:
        raise explained(error.orig or error, where) from None
    except sqlite3.Error as error:
        raise explained(error, where) from None
    except SQLAlchemyError as error:
        raise StateError(f"{where}: {_first_line(error)}") from None


def explained(error: BaseException, where: str) -> StateError:
    """A driver's error in plain words, with what to do."""
    name = getattr(error, "sqlite_errorname", None) or ""
    words = _first_line(error)
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return StateBusy(f"{where} is kept busy by another process for more than {PATIENCE.seconds} s; try again later")
    if name == "SQLITE_FULL":
        return StateError(f"{where}: the disk is full; nothing was half-written. Free some space and run again")
    if name.startswith("SQLITE_READONLY"):
        return StateError(f"{where} is read-only; nothing was changed. Allow writing to the file and its folder")
    if name == "SQLITE_NOTADB":
        return StateError(f"{where} is not a database of digest's: {_AFRESH}")
    if name.startswith("SQLITE_CORRUPT"):
        return StateError(f"{where} is damaged ({words}): {_AFRESH}")
    if name.startswith("SQLITE_IOERR"):
        return StateError(f"{where}: reading or writing failed ({words}); nothing was half-written. Look at the disk")
    if name.startswith("SQLITE_CANTOPEN"):
        return StateError(f"{where} cannot be opened; look at the rights of the file and its folder")
    return StateError(f"{where}: {words}")


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def _tune(engine: Engine, *, durable: bool) -> None:
    @event.listens_for(engine, "connect")
    def prepare(connection: DBAPIConnection, _record: object) -> None:
        raw = cast("sqlite3.Connection", connection)
        raw.isolation_level = None  # transactions are begun below, not by the driver's guess
        raw.execute("PRAGMA foreign_keys = ON")
        raw.execute("PRAGMA temp_store = MEMORY")
        if durable:
            if not raw.execute("PRAGMA schema_version").fetchone()[
                0
            ]:  # a new file; no other is touched before it is known
                raw.execute("PRAGMA auto_vacuum = INCREMENTAL")
                raw.execute("PRAGMA journal_mode = WAL")
            raw.execute("PRAGMA synchronous = FULL")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("digest_writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
