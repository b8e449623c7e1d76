"""Editions: composed once a day for each digest, and with them the settlement of every entry of its feeds."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import Connection, func, insert, or_, select
from sqlalchemy.exc import IntegrityError

from digest.errors import StateError
from digest.model import DeliveryState, Edition, Entry, Issue, Outcome, Rendition, Settled, Shown
from digest.store.database import chunks, upsert
from digest.store.due import unsettled
from digest.store.feeds import ids, read_entry
from digest.store.outbox import add_deliveries, add_rendition
from digest.store.packing import pack_issue, unpack_issue
from digest.store.tables import deliveries, digests, editions, entries, feeds, profiles, settled

if TYPE_CHECKING:
    from digest.ports import Addressee


def digest_id(connection: Connection, name: str) -> int | None:
    """The row of a digest, None before its first edition."""
    return connection.scalar(select(digests.c.id).where(digests.c.name == name))


def ensure_digest(connection: Connection, name: str) -> int:
    """The row of a digest, made where there is none."""
    upsert(connection, digests, [{"name": name, "config": ""}], key=["name"])
    found = digest_id(connection, name)
    assert found is not None
    return found


def newest(connection: Connection, digest: str) -> tuple[date, datetime] | None:
    """Day and end of the digest's newest edition."""
    query = select(editions.c.day, editions.c.end).join(digests).where(digests.c.name == digest)
    row = connection.execute(query.order_by(editions.c.end.desc()).limit(1)).first()
    return (row.day, row.end) if row else None


def issues(connection: Connection, digest: str, *, day: date | None = None, limit: int = 1) -> tuple[Issue, ...]:
    """Editions as they were composed, newest first; of one day, or the latest."""
    query = select(editions.c.issue).join(digests).where(digests.c.name == digest)
    if day:
        query = query.where(editions.c.day == day)
    rows = connection.scalars(query.order_by(editions.c.end.desc()).limit(limit)).all()
    return tuple(unpack_issue(data) for data in rows)


def history(connection: Connection, digest: str, limit: int) -> tuple[Edition, ...]:
    """The latest editions, newest first, without their content."""
    query = select(editions).join(digests).where(digests.c.name == digest)
    rows = connection.execute(query.order_by(editions.c.end.desc()).limit(limit)).all()
    counts: dict[int, dict[DeliveryState, int]] = {row.id: {} for row in rows}
    for some in chunks(list(counts)):
        tally = select(deliveries.c.edition_id, deliveries.c.state, func.count().label("many"))
        grouped = tally.where(deliveries.c.edition_id.in_(some)).group_by(deliveries.c.edition_id, deliveries.c.state)
        for edition_id, state, many in connection.execute(grouped):
            counts[edition_id][DeliveryState(state)] = many
    return tuple(Edition(digest, row.day, row.start, row.end, row.title, row.stories, counts[row.id]) for row in rows)


def commit(
    connection: Connection,
    issue: Issue,
    urls: Sequence[str],
    outgoing: Sequence[tuple[Rendition, Sequence["Addressee"]]],
    now: datetime,
    horizon: int | None,
) -> None:
    """Everything an edition means, within the caller's transaction.

    `horizon` is the newest entry when the due ones were read: what another gather stored since stays for the next
    edition, as does what was seen after the edition's end (the clock went back).
    """
    number = ensure_digest(connection, issue.digest)
    edition_id = _add_edition(connection, number, issue)
    for rendition, addressees in outgoing:
        rendition_id = add_rendition(connection, edition_id, rendition)
        add_deliveries(connection, edition_id, rendition_id, addressees, now)
    feed_ids = ids(connection, urls)
    _settle(connection, issue, number, edition_id, feed_ids, horizon)
    filed = Counter((entry.feed, topic.name) for topic in issue.topics for s in topic.stories for entry in s.entries)
    rows = [
        {"digest_id": number, "feed_id": feed_ids[feed], "topic": topic, "count": count}
        for (feed, topic), count in filed.items()
        if feed in feed_ids
    ]
    upsert(connection, profiles, rows, key=["digest_id", "feed_id", "topic"], add=["count"])


def filed(connection: Connection, digest: str) -> dict[str, dict[str, int]]:
    """Feed -> topic -> how many of its entries earlier editions filed there."""
    query = select(feeds.c.url, profiles.c.topic, profiles.c.count).select_from(profiles.join(feeds).join(digests))
    found: dict[str, dict[str, int]] = {}
    for url, topic, count in connection.execute(query.where(digests.c.name == digest)):
        found.setdefault(url, {})[topic] = count
    return found


def find(connection: Connection, digest: str, texts: Sequence[str]) -> tuple[tuple[Entry, str], ...]:
    """Stored entries that one of these texts names (link, canonical link, guid or ident), and what became of each."""
    number = digest_id(connection, digest)
    named = or_(*(column.in_(texts) for column in (entries.c.url_key, entries.c.url, entries.c.guid, entries.c.ident)))
    query = (
        select(entries, feeds.c.url.label("feed_url"), settled.c.outcome, settled.c.reason, editions.c.day)
        .join(feeds)
        .outerjoin(settled, (settled.c.entry_id == entries.c.id) & (settled.c.digest_id == number))
        .outerjoin(editions, editions.c.id == settled.c.edition_id)
        .where(named)
        .order_by(entries.c.id)
    )
    return tuple(
        (read_entry(row), _verdict(row.outcome, row.day, row.reason, held=row.held))
        for row in connection.execute(query)
    )


def spellings(text: str) -> list[str]:
    """How an entry that the user names may be stored: as typed, and as canonical links begin and end."""
    bare = re.sub(r"(?i)^https?://(www\.)?", "", text.strip()).rstrip("/")
    return list(dict.fromkeys([text, text.strip(), bare, f"https://{bare}", f"http://{bare}", f"https://www.{bare}"]))


def _verdict(outcome: str | None, day: date | None, reason: str | None, *, held: bool) -> str:
    if outcome:
        return f"settled as {outcome} on {day}{': ' + reason if reason else ''}"
    return "held back as part of a flood; never due" if held else "not settled yet"


def _add_edition(connection: Connection, digest_number: int, issue: Issue) -> int:
    row = {
        "digest_id": digest_number,
        "day": issue.day,
        "start": issue.start,
        "end": issue.end,
        "title": issue.title,
        "stories": sum(story.shown is not Shown.CUT for story in issue.stories),
        "issue": pack_issue(issue),
        "pruned": False,
    }
    try:
        result = connection.execute(insert(editions).values(row))
    except IntegrityError:
        raise StateError(f"digest {issue.digest} has its edition of {issue.day} already; nothing was changed") from None
    assert result.inserted_primary_key is not None
    return int(result.inserted_primary_key[0])


def _settle(
    connection: Connection,
    issue: Issue,
    digest_number: int,
    edition_id: int,
    feed_ids: Mapping[str, int],
    horizon: int | None,
) -> None:
    """Give every unsettled entry of these feeds its outcome; those the issue does not name are old."""
    named: dict[tuple[int, str], Settled] = {}
    for one in issue.settled:
        if one.feed in feed_ids:
            named.setdefault((feed_ids[one.feed], one.ident), one)
    columns = [entries.c[n] for n in ("id", "feed_id", "ident", "seen", "published", "prev_ok", "held")]
    rows = []
    for some in chunks(list(feed_ids.values())):
        query = select(*columns).where(entries.c.feed_id.in_(some), unsettled(digest_number))
        for row in connection.execute(query):
            verdict = named.get((row.feed_id, row.ident))
            if verdict is None and (row.seen > issue.end or (horizon is not None and row.id > horizon)):
                continue
            undated = row.published is None and row.prev_ok is None
            outcome = verdict.outcome if verdict else Outcome.OLD
            reason = verdict.reason if verdict else _why_old(held=row.held, undated=undated)
            rows.append(
                {
                    "digest_id": digest_number,
                    "entry_id": row.id,
                    "edition_id": edition_id,
                    "outcome": outcome.value,
                    "reason": reason,
                }
            )
    if rows:
        connection.execute(insert(settled), rows)


def _why_old(*, held: bool, undated: bool) -> str:
    if held:
        return "held back as part of a flood"
    return "no date, and there already when the feed was first read" if undated else "older than the edition's window"
