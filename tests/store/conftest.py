"""The stores that every test of the port's contract runs against: a file, a copy in memory, and PostgreSQL.

PostgreSQL's are part of the acceptance run. They use the empty database that DIGEST_TEST_POSTGRESQL names
(postgresql://digest@127.0.0.1/test), else a server of their own on loopback, else they are skipped.
"""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from digest.store import SqlStore, open_snapshot, open_store


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that another user can reach, which pytest's own are not."""
    with tempfile.TemporaryDirectory(prefix="digest-test-") as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """URL of a PostgreSQL database for tests alone."""
    if given := os.environ.get("DIGEST_TEST_POSTGRESQL"):
        yield given
        return
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    initdb = str(programs[0]) if programs else shutil.which("initdb")
    if not initdb:
        pytest.skip("neither DIGEST_TEST_POSTGRESQL nor an installed PostgreSQL server")
    with tempfile.TemporaryDirectory(prefix="digest-postgresql-") as folder:
        user = _owner(Path(folder))
        if user is None:
            pytest.skip("PostgreSQL does not run as root, and there is no user postgres to run it as")
        port = _free_port()
        settings = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"
        control = str(Path(initdb).with_name("pg_ctl"))
        if not Path(control).exists():
            control = "pg_ctl"

        def run(*command: str) -> None:
            # its own output goes to a file: the server would keep our pipe open
            subprocess.run(command, check=True, user=user or None, cwd=folder, timeout=60, stdout=subprocess.DEVNULL)

        run(initdb, "-D", f"{folder}/data", "-U", "digest", "-A", "trust", "-E", "UTF8", "--no-sync")
        run(control, "-D", f"{folder}/data", "-o", settings, "-l", f"{folder}/log", "-w", "start")
        try:
            yield f"postgresql://digest@127.0.0.1:{port}/postgres"
        finally:
            run(control, "-D", f"{folder}/data", "-m", "immediate", "-w", "stop")


@pytest.fixture
def postgresql(server: str) -> str:
    """The same, emptied."""
    engine = create_engine(server.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
    return server


@pytest.fixture
def state(tmp_path: Path) -> str:
    """URL of a state file that is not there yet."""
    return f"sqlite:///{tmp_path}/digest.db"


@pytest.fixture(params=["file", "memory", pytest.param("postgresql", marks=pytest.mark.acceptance)])
def store(request: pytest.FixtureRequest, state: str) -> Iterator[SqlStore]:
    """An empty store of each kind."""
    match request.param:
        case "file":
            opened = open_store(state)
        case "memory":
            opened = open_snapshot(state)
        case _:
            opened = open_store(request.getfixturevalue("postgresql"))
    with opened:
        yield opened


def _owner(folder: Path) -> str | None:
    """Whom the server runs as: ourselves (""), or postgres where we are root; None where neither can be."""
    if os.getuid():
        return ""
    try:
        shutil.chown(folder, "postgres")
    except LookupError:
        return None
    return "postgres"


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
