"""The schema's version: looked up with one SELECT, brought up to date where it is older, refused where it is newer.

Alembic takes half a second to import, so only a migration does.
"""

from pathlib import Path

from sqlalchemy import Column, Connection, MetaData, String, Table, insert, inspect, select
from sqlalchemy.exc import DBAPIError, ProgrammingError

from digest.errors import StateError
from digest.store.database import Database
from digest.store.tables import REVISIONS, metadata

VERSION_TABLE = "digest_version"  # not Alembic's own name: a PostgreSQL database may hold another program's
_version = Table(VERSION_TABLE, MetaData(), Column("version_num", String(32), primary_key=True))


def bring_up_to_date(database: Database) -> None:
    """Create or migrate the tables where needed. Raises `StateError` for what is not ours or newer than we are."""
    if (found := read_version(database)) == REVISIONS[-1]:
        return
    with database.write() as connection:
        found = _version_inside(connection)  # another process may have been quicker
        if found == REVISIONS[-1]:
            return
        if found is None:
            _create(connection, database.where)
        elif found in REVISIONS:
            _migrate(connection)
        else:
            raise StateError(
                f"{database.where} was written by a newer version of digest (its schema is {found}, this program knows "
                f"{REVISIONS[-1]}); it was left as it is. Upgrade with pip install -U morning-digest"
            )


def read_version(database: Database) -> str | None:
    """The schema's version, None where there is no table that would say so."""
    with database.read() as connection:
        try:
            return connection.scalar(select(_version.c.version_num))
        except DBAPIError as error:
            if isinstance(error, ProgrammingError) or getattr(error.orig, "sqlite_errorname", "") == "SQLITE_ERROR":
                return None  # no such table; `_version_inside` looks closer
            raise


def _version_inside(connection: Connection) -> str | None:
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    return connection.scalar(select(_version.c.version_num))


def _create(connection: Connection, where: str) -> None:
    """A new state: the tables as they are now, which is what all migrations lead to (a test compares)."""
    there = set(inspect(connection).get_table_names())
    if there and (connection.dialect.name == "sqlite" or there & metadata.tables.keys()):
        raise StateError(f"{where} is another program's database; it was left as it is. Name a new file in `state:`")
    metadata.create_all(connection, checkfirst=False)
    _version.create(connection)
    connection.execute(insert(_version).values(version_num=REVISIONS[-1]))


def _migrate(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
