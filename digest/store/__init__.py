"""The state: what was gathered, composed, settled and sent.

`open_store` opens it for work, `open_snapshot` a copy in memory for looking. SQLAlchemy Core over SQLite by default,
PostgreSQL for many machines; migrations inside the package.
"""

from digest.model import Edition
from digest.store.health import FeedStatistics
from digest.store.opening import open_snapshot, open_store
from digest.store.sql import SqlStore

__all__ = ["Edition", "FeedStatistics", "SqlStore", "open_snapshot", "open_store"]
