"""What is remembered to work better or faster and may be forgotten: block counts, vectors; and the pruning of all."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, select, update

from digest.store.database import chunks, upsert
from digest.store.editions import digest_id
from digest.store.feeds import number_of, set_number
from digest.store.outbox import UNFINISHED
from digest.store.packing import headlines, pack_issue, unpack_issue
from digest.store.tables import (
    boilerplate,
    deliveries,
    editions,
    entries,
    feeds,
    numbers,
    pictures,
    renditions,
    to_number,
    vectors,
)

REPEATED_WITHIN = timedelta(days=30)
"""A block that no second entry of its feed brought within this time is forgotten: nearly all are unique."""


LEARNT = "boilerplate"
"""The number, and the name of the reader, behind which no entry's blocks are counted yet."""

PRUNED_EVERY = timedelta(days=7)
"""How often what digests share is pruned."""


def counts(connection: Connection, urls: Sequence[str]) -> dict[str, dict[str, int]]:
    """Feed -> block fingerprint -> in how many entries it has stood, where that is more than one."""
    found: dict[str, dict[str, int]] = {url: {} for url in urls}
    for some in chunks(urls):
        query = select(feeds.c.url, boilerplate.c.fingerprint, boilerplate.c.count).join(feeds)
        for url, mark, count in connection.execute(query.where(feeds.c.url.in_(some), boilerplate.c.count > 1)):
            found[url][mark] = count
    return found


def learn(connection: Connection, mark: int, fingerprints: Mapping[tuple[str, str], Sequence[str]]) -> None:
    """Add up what feeds repeat: see `ports.Store.learn`."""
    upsert(connection, numbers, [{"name": LEARNT, "value": 0}], key=["name"], add=["value"])  # others wait here for us
    before = number_of(connection, LEARNT)
    if mark <= before:
        return
    query = select(feeds.c.url, entries.c.ident, feeds.c.id).join(feeds)
    rows = connection.execute(query.where(entries.c.id > before, entries.c.id <= mark))
    counts = Counter((number, one) for url, ident, number in rows for one in fingerprints.get((url, ident), ()))
    added = [
        {"feed_id": feed, "fingerprint": one, "count": count, "entry_id": mark} for (feed, one), count in counts.items()
    ]
    upsert(connection, boilerplate, added, key=["feed_id", "fingerprint"], replace=["entry_id"], add=["count"])
    set_number(connection, LEARNT, mark)


def read_vectors(connection: Connection, keys: Sequence[str]) -> dict[str, bytes]:
    """The cached vectors among these keys."""
    found: dict[str, bytes] = {}
    for some in chunks(keys):
        rows = connection.execute(select(vectors.c.key, vectors.c.vector).where(vectors.c.key.in_(some)))
        found.update((row.key, row.vector) for row in rows)
    return found


def keep_vectors(connection: Connection, added: Mapping[str, bytes]) -> None:
    """Cache vectors."""
    newest = _newest(connection)
    rows = [{"key": key, "vector": vector, "entry_id": newest} for key, vector in added.items()]
    upsert(connection, vectors, rows, key=["key"], replace=["vector", "entry_id"])


def prune(connection: Connection, digest: str, now: datetime, keep: timedelta) -> None:
    """Forget the content of what is older than `keep`; never a key, a settlement, or what was sent to whom."""
    before = now - keep
    if number_of(connection, "pruned") < to_number(before - PRUNED_EVERY):
        _prune_gathered(connection, now, keep)
        set_number(connection, "pruned", to_number(before))
    waiting = select(deliveries.c.edition_id).where(deliveries.c.state.in_([state.value for state in UNFINISHED]))
    old = connection.execute(
        select(editions.c.id, editions.c.issue).where(
            editions.c.digest_id == digest_id(connection, digest),
            editions.c.end < before,
            editions.c.pruned.is_(False),
            editions.c.id.not_in(waiting),
        )
    ).all()
    for edition_id, issue in old:
        bare = pack_issue(headlines(unpack_issue(issue)))
        connection.execute(update(editions).where(editions.c.id == edition_id).values(issue=bare, pruned=True))
        theirs = select(renditions.c.id).where(renditions.c.edition_id == edition_id)
        connection.execute(delete(pictures).where(pictures.c.rendition_id.in_(theirs)))
        connection.execute(update(renditions).where(renditions.c.edition_id == edition_id).values(html=None, text=None))


def _prune_gathered(connection: Connection, now: datetime, keep: timedelta) -> None:
    """The part that all digests share; it reads whole tables, hence not every day."""
    aged = (entries.c.seen < now - keep, entries.c.content.is_not(None))
    connection.execute(update(entries).where(*aged).values(content=None))
    connection.execute(delete(vectors).where(vectors.c.entry_id < _first_since(connection, now - keep)))
    lonely = _first_since(connection, now - min(keep, REPEATED_WITHIN))
    connection.execute(delete(boilerplate).where(boilerplate.c.entry_id < lonely, boilerplate.c.count == 1))


def _first_since(connection: Connection, moment: datetime) -> int:
    """The first entry seen since; where there is none, the one that will come next."""
    found = connection.scalar(select(func.min(entries.c.id)).where(entries.c.seen >= moment))
    return _newest(connection) + 1 if found is None else found


def _newest(connection: Connection) -> int:
    return connection.scalar(select(func.max(entries.c.id))) or 0
