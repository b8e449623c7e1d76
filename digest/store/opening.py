"""Opening a state: for work, or a copy of it for looking."""

from pathlib import Path

from digest.errors import StateError
from digest.store import copies
from digest.store.database import connect_file, connect_server, examine, log_ahead
from digest.store.schema import bring_up_to_date
from digest.store.sql import SqlStore


def open_store(url: str, *, digest: str = "", config: Path | None = None) -> SqlStore:
    """The state at SQLAlchemy's URL (`sqlite:////path/digest.db`, `postgresql://…`), created or migrated where needed.

    With `config`, that file claims the name `digest` in it. Raises `StateError` where the state is damaged, not ours,
    newer than this program, cannot be written, or has the name from another file.
    """
    path = _file_of(url)
    clean = not (path and _log_left(path))
    database = connect_file(path, str(path)) if path else connect_server(url)
    store = SqlStore(database)
    try:
        if path:
            examine(database, size=path.stat().st_size, clean=clean)
        bring_up_to_date(database)
        if path:
            log_ahead(database)
        if config:
            store.claim(digest, config)
    except BaseException:
        database.engine.dispose()
        raise
    return store


def open_snapshot(url: str) -> SqlStore:
    """A copy of the state in memory, good for anything and discarded at the end. Changes no byte of the state.

    Where there is none yet, the copy is empty.
    """
    path = _file_of(url)
    if path:
        copy = copies.file_in_memory(path, str(path))
        examine(copy, size=path.stat().st_size if path.exists() else 0)
    else:
        server = connect_server(url)
        try:
            copy = copies.server_in_memory(server)
        finally:
            server.close()
    bring_up_to_date(copy)
    return SqlStore(copy)


def _log_left(path: Path) -> bool:
    """Whether another process is at work on the file, or ended without closing it."""
    return path.with_name(f"{path.name}-wal").exists()


def _file_of(url: str) -> Path | None:
    """The file an SQLite URL names; None for a database server."""
    if not url.startswith("sqlite:"):
        return None
    name = url.partition(":///")[2].partition("?")[0]
    if not name or name == ":memory:":
        raise StateError(f"state: {url} names no file; a state must outlive the program")
    return Path(name)
