"""Alembic's way in. The caller's connection is used, within its transaction: a failing migration changes nothing.

By hand, on a copy of a state:  alembic -c digest/store/migrations/alembic.ini -x state=sqlite:///copy.db upgrade head
"""

from alembic import context
from sqlalchemy import Connection, create_engine

from digest.store.schema import VERSION_TABLE
from digest.store.tables import metadata


def _run(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=metadata, version_table=VERSION_TABLE)
    with context.begin_transaction():
        context.run_migrations()


if (given := context.config.attributes.get("connection")) is not None:
    _run(given)
else:
    with create_engine(context.get_x_argument(as_dictionary=True)["state"]).begin() as own:
        _run(own)
