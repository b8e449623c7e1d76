"""The stores that every test of the port's contract runs against."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from digest.store import SqlStore, open_snapshot, open_store

POSTGRESQL = os.environ.get("DIGEST_TEST_POSTGRESQL", "")
"""URL of an empty database that tests may fill and empty again, such as postgresql://digest@127.0.0.1/test."""


def empty_server() -> str:
    """The PostgreSQL database, emptied."""
    engine = create_engine(POSTGRESQL.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
    return POSTGRESQL


@pytest.fixture(
    params=[
        "file",
        "memory",
        pytest.param(
            "postgresql", marks=pytest.mark.skipif(not POSTGRESQL, reason="DIGEST_TEST_POSTGRESQL is not set")
        ),
    ]
)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqlStore]:
    """An empty store of each kind."""
    url = f"sqlite:///{tmp_path}/digest.db"
    match request.param:
        case "file":
            opened = open_store(url)
        case "memory":
            opened = open_snapshot(url)
        case _:
            opened = open_store(empty_server())
    with opened:
        yield opened


@pytest.fixture
def state(tmp_path: Path) -> str:
    """URL of a state file that is not there yet."""
    return f"sqlite:///{tmp_path}/digest.db"


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that another user can reach, which pytest's own are not."""
    with tempfile.TemporaryDirectory(prefix="digest-test-") as folder:
        yield Path(folder)
