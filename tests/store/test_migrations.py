"""Migrations: one history, from the first version on, that leads exactly to the tables the program uses."""

import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

import digest.store
from digest.errors import StateError
from digest.store import open_snapshot, open_store
from digest.store.schema import VERSION_TABLE, _migrate
from digest.store.tables import REVISIONS, metadata
from tests.store.made import NOW, edition, entry, fetched


def script() -> ScriptDirectory:
    """The migrations as Alembic finds them in the package."""
    config = Config()
    config.set_main_option("script_location", str(Path(digest.store.__file__).parent / "migrations"))
    return ScriptDirectory.from_config(config)


def schema(path: Path) -> list[tuple[str, str, str]]:
    """A file's tables, columns and indexes, as SQLite tells them."""
    with sqlite3.connect(path) as connection:
        found = []
        for kind, name in connection.execute("SELECT type, name FROM sqlite_master ORDER BY type, name").fetchall():
            about = {"table": ["table_xinfo", "foreign_key_list"], "index": ["index_xinfo"]}[kind]
            for pragma in about:
                rows = connection.execute(f"PRAGMA {pragma}('{name}')").fetchall()
                found.append((kind, name, str(sorted(row[pragma == "foreign_key_list" :] for row in rows))))
    connection.close()
    return found


def migrated(path: Path) -> None:
    """A state made by the migrations alone."""
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        _migrate(connection)
    engine.dispose()


def test_the_list_of_revisions_is_the_migrations_own() -> None:
    """A straight line, oldest first, all known to the quick check."""
    assert [one.revision for one in reversed(list(script().walk_revisions()))] == list(REVISIONS)
    assert script().get_heads() == [REVISIONS[-1]]


def test_migrations_lead_to_what_a_new_state_has(tmp_path: Path) -> None:
    """A state that grew up and a new one are the same to the last column, key and index."""
    migrated(tmp_path / "grown.db")
    open_store(f"sqlite:///{tmp_path}/new.db").close()
    assert schema(tmp_path / "grown.db") == schema(tmp_path / "new.db")


def test_nothing_is_left_to_migrate(tmp_path: Path) -> None:
    """Alembic's own comparison of the tables in the code with those in the database."""
    open_store(f"sqlite:///{tmp_path}/new.db").close()
    engine = create_engine(f"sqlite:///{tmp_path}/new.db")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_an_older_state_is_migrated_when_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With its content; and by a preview in its copy only."""
    path = tmp_path / "digest.db"
    with open_store(f"sqlite:///{path}") as store:
        store.keep([fetched(entry("a"))], NOW)
        edition(store)
    monkeypatch.setattr("digest.store.schema.REVISIONS", (*REVISIONS, "next"))
    monkeypatch.setattr("digest.store.schema._migrate", _to_the_next)
    before = path.read_bytes()
    with open_snapshot(f"sqlite:///{path}") as copy:
        assert copy.newest("morning") == (NOW.date(), NOW)
    assert path.read_bytes() == before
    with open_store(f"sqlite:///{path}") as store:
        assert store.newest("morning") == (NOW.date(), NOW)
        with store._database.read() as connection:
            assert connection.scalar(text("SELECT version_num FROM digest_version")) == "next"
            assert connection.scalar(text("SELECT count(mood) FROM feeds")) == 0


def test_what_was_counted_before_is_not_counted_again(tmp_path: Path) -> None:
    """Up to 0001 each entry was counted when it was stored."""
    path = tmp_path / "digest.db"
    with open_store(f"sqlite:///{path}") as store:
        store.keep([fetched(entry("a"), entry("b"))], NOW)
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE digest_version SET version_num = '0001'")
    connection.close()
    with open_store(f"sqlite:///{path}") as store:
        assert store.unlearnt(most=9)[1] == ()
        store.keep([fetched(entry("c"))], NOW)
        assert [one.ident for one in store.unlearnt(most=9)[1]] == ["c"]


def test_a_migration_that_fails_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of its steps are one transaction."""
    path = tmp_path / "digest.db"
    open_store(f"sqlite:///{path}").close()
    before = schema(path)
    monkeypatch.setattr("digest.store.schema.REVISIONS", (*REVISIONS, "next"))

    def half(connection: object) -> None:
        _to_the_next(connection)
        connection.execute(text("CREATE TABLE feeds (x)"))  # type: ignore[attr-defined]  # a connection

    monkeypatch.setattr("digest.store.schema._migrate", half)
    with pytest.raises(StateError, match="already exists"):
        open_store(f"sqlite:///{path}")
    assert schema(path) == before
    monkeypatch.undo()
    open_store(f"sqlite:///{path}").close()


def test_the_real_way_runs_alembic_within_our_transaction(tmp_path: Path) -> None:
    """From nothing to the newest version, then rolled back: not one table remains."""
    path = tmp_path / "digest.db"
    engine = create_engine(f"sqlite:///{path}", isolation_level=None)  # transactions are ours to begin
    with engine.connect() as connection:
        connection.exec_driver_sql("BEGIN")
        _migrate(connection)
        assert connection.scalar(text("SELECT version_num FROM digest_version")) == REVISIONS[-1]
        connection.rollback()
    engine.dispose()
    assert schema(path) == []


def _to_the_next(connection: object) -> None:
    connection.execute(text("ALTER TABLE feeds ADD COLUMN mood TEXT"))  # type: ignore[attr-defined]  # a connection
    connection.execute(text("UPDATE digest_version SET version_num = 'next'"))  # type: ignore[attr-defined]  # the same
