"""A feed whose address in the config was changed goes on where it was: what it brought is known, and what was shown stays
so. Without that its undated entries of a day, and those gathered since the last edition, would be lost.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, insert, literal, select

from digest.store.feeds import LISTED_AT_LEAST
from digest.store.tables import entries, feeds, profiles, settled

_KEPT = ("title", "link", "language", "first_ok", "last_ok", "newest", "listed", "outcome")
_EMPTY = {
    "etag": "",
    "last_modified": "",
    "body_hash": "",
    "moved_to": "",
    "moved_days": "",
    "last_error": "",
    "advice": "",
}
_NEW = {**_EMPTY, "gone": False, "failures": 0, "fresh": 0, "round": 0}


def predecessors(connection: Connection, new: Sequence[str], subscribed: Sequence[str]) -> dict[str, int]:
    """Feeds never seen -> the rows of those that they were, where there are such.

    A predecessor is a feed that the config does not name (any more), and that said it had moved there for good, or whose
    address is the same but for http or https, `www.` and a slash at the end.
    """
    named = set(subscribed)
    query = select(feeds.c.id, feeds.c.url, feeds.c.moved_to).where(feeds.c.last_ok.is_not(None))
    left = [row for row in connection.execute(query.order_by(feeds.c.last_ok)) if row.url not in named]
    alike = {_bare(row.url): row.id for row in left}
    moved = {row.moved_to: row.id for row in left if row.moved_to}
    found = {url: moved.get(url) or alike.get(_bare(url)) for url in new}
    return {url: row for url, row in found.items() if row is not None}


def inherit(connection: Connection, url: str, predecessor: int) -> None:
    """Make a feed with what another row has. That one keeps its own, for other digests over the state."""
    before = connection.execute(select(feeds).where(feeds.c.id == predecessor)).one()
    row = {"url": url, **{name: getattr(before, name) for name in _KEPT}, **_NEW}
    result = connection.execute(insert(feeds).values(row))
    assert result.inserted_primary_key is not None
    _hand_over(connection, before, int(result.inserted_primary_key[0]))


def _hand_over(connection: Connection, before: Row[Any], heir: int) -> None:
    """The newest entries, as many as a gather would know again, with what became of them; and the topics."""
    many = max(LISTED_AT_LEAST, 4 * before.listed)
    newest = select(entries.c.id).where(entries.c.feed_id == before.id).order_by(entries.c.id.desc()).limit(many)
    copied = [column for column in entries.c if column.name not in ("id", "feed_id")]
    rows = select(literal(heir), *copied).where(entries.c.id.in_(newest)).order_by(entries.c.id)
    connection.execute(insert(entries).from_select(["feed_id", *(column.name for column in copied)], rows))
    old, new = entries.alias("old"), entries.alias("new")
    fate = (
        select(settled.c.digest_id, new.c.id, settled.c.edition_id, settled.c.outcome, settled.c.reason)
        .select_from(settled)
        .join(old, old.c.id == settled.c.entry_id)
        .join(new, new.c.ident == old.c.ident)
        .where(old.c.feed_id == before.id, new.c.feed_id == heir)
    )
    names = ["digest_id", "entry_id", "edition_id", "outcome", "reason"]
    connection.execute(insert(settled).from_select(names, fate))
    filed = select(profiles.c.digest_id, literal(heir), profiles.c.topic, profiles.c.count)
    connection.execute(
        insert(profiles).from_select(
            ["digest_id", "feed_id", "topic", "count"], filed.where(profiles.c.feed_id == before.id)
        )
    )


def _bare(url: str) -> str:
    scheme, mark, rest = url.partition("://")
    return rest.removeprefix("www.").rstrip("/") if mark and scheme.lower() in ("http", "https") else url
