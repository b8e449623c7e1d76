"""The program on one page: feeds -> entries -> stories -> topics -> issue -> rendition -> deliveries.

The store stands at the side: `gather` writes it, `compose` is given what is due, `commit` settles, `deliver` empties
the outbox. An edition is composed from the store, never from responses, so a 304 or a feed that is down this morning
loses nothing gathered before. The clock enters once, as `now`. What is heavy is imported by the step that needs it: an
hourly gather composes, draws and sends nothing.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from time import monotonic
from typing import TYPE_CHECKING

from digest.config import Recipient, Settings
from digest.errors import StateBusy
from digest.model import (
    Delivery,
    DeliveryState,
    Entry,
    Envelope,
    FeedSource,
    FeedState,
    Fetched,
    FetchResult,
    Image,
    Issue,
    Known,
    Memory,
    Picture,
    Rendition,
    Shown,
    View,
)
from digest.ports import Embedder, Executor, Store, Summariser, Transport

if TYPE_CHECKING:
    from digest.group.compose import Day
    from digest.send.message import Addressed
    from digest.services.archive import Shelf

AHEAD = timedelta(seconds=3)  # for sentence vectors in one gather, some 300 on two cores; an hour seldom brings more
AT_ONCE = 25  # of them to one transaction
LEARNT_AT_ONCE = 500  # entries whose blocks are counted in one transaction, a twentieth of a second's work
BATCH = 20  # feeds with news to one transaction: a kill loses at most these, and they are fetched again
QUIET = 50  # feeds to one in any case: where nothing is new, a transaction's 3 ms on the disk are all its cost

Collect = Callable[
    [Sequence[FeedSource], Mapping[str, FeedState], Callable[[str], tuple[Known, ...]], datetime], Iterator[FetchResult]
]


@dataclass(frozen=True, slots=True)
class Parts:
    """What a run is made of; `wiring` puts it together."""

    store: Store
    collect: Collect
    executor: Executor
    embedder: Embedder
    pictures: Callable[[Sequence[Image]], Mapping[str, Picture]]
    summariser: Summariser | None
    transport: Transport
    build: Callable[[Rendition, Delivery], Envelope]
    shelf: "Shelf | None" = None  # where an archive is kept
    tell: Callable[[str, int, int], None] = lambda *_: None  # progress: "feeds", 12, 28
    read: "Callable[..., Day] | None" = None  # stands for `read_day` where a day is composed again and again


class Status(StrEnum):
    """What a run came to."""

    SENT = "sent"  # every recipient was served
    PARTLY = "partly"  # some were not; the next run or gather tries again
    ALREADY = "already"  # today's edition had been composed before, and nothing was left over
    EMPTY = "empty"  # nothing to tell
    BACK = "back"  # the newest edition ends after `now`: the clock went back, or `--now` names the past


@dataclass(frozen=True, slots=True)
class Report:
    """What a run did. `deliveries` are those it touched."""

    status: Status
    issue: Issue | None = None
    deliveries: tuple[Delivery, ...] = ()
    subject: str = ""
    warnings: tuple[str, ...] = ()


def run(settings: Settings, parts: Parts, *, now: datetime) -> Report:
    """One edition a local day for one digest: gathered, composed, rendered, committed, delivered."""
    with parts.store.turn(settings.name, wait=timedelta(minutes=10)):
        left = deliver(settings, parts, now=now)  # what an earlier run could not send
        newest = parts.store.newest(settings.name)
        if newest and newest[1] >= now and newest[0] != settings.day(now):
            return _report(Status.BACK, settings, parts, None, left)
        if newest and newest[0] >= settings.day(now):  # later than today: the digest moved west since
            stored = parts.store.issue(settings.name, newest[0])
            return _report(Status.ALREADY, settings, parts, stored, left, archive(settings, parts, stored))
        gather(settings, parts, now=now)
        issue = compose(settings, parts, now=now)
        if not issue.stories and not settings.send_empty:
            return _report(Status.EMPTY, settings, parts, issue, left)
        outgoing = [(draw(issue, how, settings, parts), who) for how, who in selections(settings, issue, parts.store)]
        parts.store.commit(issue, [source.url for source in settings.sources], outgoing, now)
        parts.store.prune(settings.name, now, max(settings.keep, settings.catch_up + settings.grace))
        warnings = archive(settings, parts, issue)  # first, so that "view in browser" finds its page
        return _report(Status.SENT, settings, parts, issue, left + deliver(settings, parts, now=now), warnings)


def preview(settings: Settings, parts: Parts, *, now: datetime, offline: bool = False) -> tuple[Issue, Rendition]:
    """The edition that would be sent, or that day's as stored. Give it a snapshot of the store: it gathers into it."""
    issue = parts.store.issue(settings.name, settings.day(now))
    if issue is None:
        if not offline:
            gather(settings, parts, now=now)
        issue = compose(settings, parts, now=now)
    return issue, drawn(issue, settings, parts)


def gather(settings: Settings, parts: Parts, *, now: datetime, ahead: bool = False) -> tuple[FetchResult, ...]:
    """Feeds into the store. Meant to run hourly too; gives () where another gather did it while we waited.

    With `ahead` it also works out what the morning would else wait for, once all is stored and others may gather; not
    for feeds seen for the first time: somebody is looking on, and the next gather makes up for it.
    """
    urls = [source.url for source in settings.sources]
    results: list[FetchResult] = []
    with parts.store.gathering(wait=timedelta(minutes=10), urls=urls) as done_meanwhile:
        if done_meanwhile:
            return ()
        states = parts.store.states(urls)
        new = [url for url, state in states.items() if state.last_try is None]
        if new and parts.store.inherit(new, urls):
            states = parts.store.states(urls)
        arriving = parts.collect(settings.sources, states, lambda url: parts.store.known([url])[url], now)
        for batch in _batches(arriving):
            parts.store.keep(batch, now)
            results += [replace(one, entries=()) if isinstance(one, Fetched) else one for one in batch]
            parts.tell("feeds", len(results), len(urls))
    if ahead and any(state.first_ok for state in states.values()):
        _embed(parts, oldest=now - settings.window - settings.grace)
        _learn(parts)  # second, in the memory that the vectors needed
    return tuple(results)


def _batches(results: Iterable[FetchResult]) -> Iterator[list[FetchResult]]:
    """What is stored together."""
    batch: list[FetchResult] = []
    for one in results:
        batch.append(one)
        if len(batch) == QUIET or sum(isinstance(one, Fetched) for one in batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _learn(parts: Parts) -> None:
    """What feeds repeat: the fingerprints of the blocks of each entry stored since this was last done."""
    while True:
        mark, entries = parts.store.unlearnt(most=LEARNT_AT_ONCE)
        if entries:
            from digest.group.text.repeats import fingerprints

            parts.store.learn(mark, {(entry.feed, entry.ident): fingerprints(entry) for entry in entries})
        if len(entries) < LEARNT_AT_ONCE:
            return


def _embed(parts: Parts, *, oldest: datetime) -> None:
    """Sentence vectors of entries since `oldest` (older ones are hardly ever due), in the order they arrived, going on
    where the last gather ended, for some seconds at most.
    """
    until = monotonic() + AHEAD.total_seconds()
    while monotonic() < until:
        mark, entries = parts.store.unread("vectors", oldest, most=AT_ONCE)
        if entries:
            from digest.group.meaning.vectors import content_key, content_text

            texts = {content_key(parts.embedder.name, entry): content_text(entry) for entry in entries}
            missing = sorted(texts.keys() - parts.store.vectors(list(texts)).keys())
            vectors = parts.embedder.embed([texts[key] for key in missing])
            parts.store.keep_vectors(dict(zip(missing, vectors, strict=True)))
        parts.store.passed("vectors", mark)
        if len(entries) < AT_ONCE:
            return


def due(settings: Settings, parts: Parts, *, now: datetime) -> tuple[Entry, ...]:
    """The entries that an edition composed now must deal with."""
    start = parts.store.start(settings.name, now, settings.window)
    urls = [source.url for source in settings.sources]
    rule = {"grace": settings.grace, "catch_up": settings.catch_up}
    return parts.store.due(settings.name, urls, now, start=start, zone=settings.zone, **rule)


def compose(settings: Settings, parts: Parts, *, now: datetime) -> Issue:
    """What is due, as topics of stories. Writes nothing but what can be worked out anew."""
    from digest.group.compose import compose as compose_issue
    from digest.group.meaning.vectors import content_key
    from digest.render.notices import given_up
    from digest.send.outbox import undelivered

    _learn(parts)
    store, sources = parts.store, settings.sources
    entries = due(settings, parts, now=now)
    memory = Memory(
        boilerplate=store.boilerplate([source.url for source in sources]),
        vectors=store.vectors([content_key(parts.embedder.name, entry) for entry in entries]),
        profiles=store.profiles(settings.name),
        earlier=store.issues(settings.name, limit=7),
    )
    issue = compose_issue(
        settings,
        entries,
        memory,
        start=store.start(settings.name, now, settings.window),
        now=now,
        health=store.reports(sources, now),
        embedder=parts.embedder,
        executor=parts.executor,
        summariser=parts.summariser,
        read=parts.read,
    )
    told = {notice for earlier in memory.earlier for notice in earlier.notices}
    lost = undelivered(store.history(settings.name, limit=14))
    new = [words for words in (given_up(settings.language, *one) for one in lost) if words not in told]
    return replace(issue, notices=(*issue.notices, *new))


def selections(settings: Settings, issue: Issue, store: Store) -> "list[tuple[View, list[Addressed]]]":
    """Who gets the issue, grouped by what they see; suppressed addresses are left out, and those for whom there is nothing
    in it, unless `send_empty`.
    """
    from digest.render.newsletter import select
    from digest.send.message import Addressed, message_id

    gone = store.suppressed(settings.name)
    groups: dict[View, list[Addressed]] = {}
    for recipient in settings.recipients:
        name, address = recipient.mailbox
        if address.casefold() not in gone:
            identity = message_id(settings.name, issue.day, address, settings.sender_domain)
            groups.setdefault(view(settings, recipient), []).append(Addressed(address, name, identity))
    if settings.send_empty:
        return list(groups.items())
    return [
        one for one in groups.items() if any(story.shown is not Shown.CUT for story in select(issue, one[0]).stories)
    ]


def view(settings: Settings, recipient: Recipient | None = None) -> View:
    """How one recipient sees an issue; without one, the digest's own way (preview, archive)."""
    who = recipient or Recipient(address=settings.sender)
    template = who.template or settings.template
    return View(
        template=str(settings.at(template)) if "/" in template else template,
        language=who.language or settings.language,
        timezone=who.timezone or settings.timezone,
        topics=who.topics,
        exclude_topics=who.exclude_topics,
        feeds=who.feeds,
        max_stories=who.max_stories,
        read_minutes=settings.read_minutes,
        images=settings.images,
        theme=tuple(sorted((name, value) for name, value in settings.theme.model_dump().items() if value)),
        archive_url=settings.archive_url,
        sender=settings.sender,
        unsubscribe=bool(settings.unsubscribe_url),
    )


def draw(issue: Issue, how: View, settings: Settings, parts: Parts) -> Rendition:
    """One rendition of an issue, with its pictures fetched where they are to be embedded."""
    from digest.render.newsletter import render, wanted

    images = wanted(issue, how)
    return render(issue, how, pictures=parts.pictures(images) if images else {}, folder=settings.folder)


def archive(settings: Settings, parts: Parts, issue: Issue | None) -> tuple[str, ...]:
    """The edition onto the archive's static site, if there is one and it is not there yet; what went wrong, in words.

    A full disk there costs neither the edition nor its delivery, and the next run of the day tries again.
    """
    if issue is None or parts.shelf is None or parts.shelf.holds(f"{issue.day}.html"):
        return ()
    from digest.render.archive import archive as archived
    from digest.render.archive import built_upon

    try:
        known = parts.shelf.read(built_upon(issue.day))
        parts.shelf.write(archived(issue, view(settings), known, folder=settings.folder))
    except OSError as error:
        return (f"the archive {settings.archive} cannot be written ({error.strerror}); the next run tries again",)
    return ()


def specimen(settings: Settings, issue: Issue, now: datetime, *, test: bool = False) -> Delivery:
    """A delivery that is in no outbox: the first recipient's, for previews and test mails."""
    from digest.send.message import message_id

    name, address = settings.recipients[0].mailbox if settings.recipients else ("", "reader@example.org")
    identity = message_id(settings.name, issue.day, f"{address}{now if test else ''}", settings.sender_domain)
    return Delivery(0, settings.name, issue.day, address, name, identity, DeliveryState.PENDING, created=now)


def deliver(
    settings: Settings, parts: Parts, *, now: datetime, also: frozenset[str] = frozenset()
) -> tuple[Delivery, ...]:
    """The outbox's unfinished deliveries of this digest to the mail server; a status for each.

    `also` names addresses that may have mail although the config does not name them (a resend by hand).
    """
    from digest.send.outbox import deliver as empty_outbox

    current = {recipient.mailbox[1].casefold() for recipient in settings.recipients} - parts.store.suppressed(
        settings.name
    )
    return empty_outbox(
        parts.store,
        parts.transport,
        parts.build,
        digest=settings.name,
        recipients=frozenset(current) | also,
        now=now,
        retry_for=settings.smtp.retry_for if settings.smtp else timedelta(0),
        give_up_after=settings.give_up_after,
        after_crash=settings.after_crash,
    )


def leftovers(settings: Settings, parts: Parts, *, now: datetime) -> tuple[Delivery, ...]:
    """The same for an hourly gather: where a run holds this digest's turn, the outbox is that run's business."""
    if not parts.store.outbox(settings.name):
        return ()
    try:
        with parts.store.turn(settings.name, wait=timedelta(0)):
            return deliver(settings, parts, now=now)
    except StateBusy:
        return ()


def drawn(issue: Issue, settings: Settings, parts: Parts) -> Rendition:
    """The rendition of an issue as it was sent, if it was; else drawn now as the digest's own settings say."""
    for delivery in parts.store.deliveries(issue.digest, issue.day):
        return parts.store.rendition(delivery)
    return draw(issue, view(settings), settings, parts)


def _report(
    status: Status,
    settings: Settings,
    parts: Parts,
    issue: Issue | None,
    deliveries: tuple[Delivery, ...],
    warnings: tuple[str, ...] = (),
) -> Report:
    if any(one.state not in (DeliveryState.SENT, DeliveryState.CANCELLED) for one in deliveries):
        status = Status.PARTLY
    elif status is Status.ALREADY and deliveries:
        status = Status.SENT
    subject = drawn(issue, settings, parts).subject if issue else ""
    return Report(status, issue, deliveries, subject, warnings)
