"""What is due, as an issue: filter, clean, group into stories, file under topics, rank, select, summarise. Pure.

The page to read first in this room. Every due entry is settled exactly once, with the reason in words.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from digest.config import Settings
from digest.group import rank, selection, topics
from digest.group.continuing import continued
from digest.group.day import Day, read_day
from digest.group.discovered import discovered
from digest.group.filing.lexicon import OTHER, meaning_of
from digest.group.filters import refused
from digest.group.lead import headed, lead_first
from digest.group.outlets import named
from digest.group.summarise import summarise
from digest.group.text.grounded import accept, sources_of
from digest.model import (
    Entry,
    FeedReport,
    FeedSource,
    Issue,
    Memory,
    Outcome,
    Settled,
    Show,
    Shown,
    Story,
    Topic,
    TopicSpec,
)
from digest.ports import Embedder, Executor, Summariser

__all__ = ["Day", "compose", "read_day"]

ONE_EVENT = 0.6  # how surely a source tells of the event that its leader tells of, for its sentences to stand beside
_OPENING = 400  # characters of a paragraph about the day


def compose(
    settings: Settings,
    due: tuple[Entry, ...],
    memory: Memory,
    *,
    start: datetime,
    now: datetime,
    health: tuple[FeedReport, ...],
    embedder: Embedder,
    executor: Executor,
    summariser: Summariser | None,
    read: Callable[..., Day] | None = None,
) -> Issue:
    """One edition. `due` in any order; the result depends on nothing else than what is given.

    `read` may stand for `read_day`: one that remembers the day as long as it is given the same.
    """
    sources = {source.url: source for source in settings.sources}
    wanted, filtered = _wanted(due, settings, sources)
    titles = {r.url: r.name for r in health} | {url: one.name for url, one in sources.items() if one.name}
    day = (read or read_day)(tuple(wanted), memory, titles, embedder=embedder, executor=executor)
    specs = topics.specs_for(tuple(topic.spec for topic in settings.topics))
    near, filler = day.near, day.filler
    filed = topics.file_day(day.entries, sources, specs, memory.profiles, day.general, day.vectors, embedder)
    told, copies = _stories(day, near, sources, specs, filed, settings.language)
    names = {report.url: report.name for report in named(health, sources, due)}
    headings = [spec.name for spec in specs]
    if not settings.topics:
        also = discovered(told, names, filler)
        told = [replace(story, topic=also.get(story.id, story.topic)) for story in told]
        headings = [*headings[:-1], *dict.fromkeys(also.values()), headings[-1]]
    going_on = continued(told, memory.earlier)
    told = [replace(story, continues=going_on.get(story.id)) for story in told]
    ranked = [_ranked(story, sources, settings, start, now, near, filler) for story in told]
    by_topic = {name: sorted((s for s in ranked if s.topic == name), key=_order) for name in headings}
    limits = selection.Limits(settings.max_stories, settings.read_minutes)
    selected, top = selection.select(by_topic, limits, sources, _alike(day, ranked), near, settings.language)
    surely = _surely(day)
    written = {
        name: [_written(s, settings, sources, names, summariser, surely) for s in chosen]
        for name, chosen in selected.items()
    }
    shown = [story for chosen in written.values() for story in chosen]
    return Issue(
        digest=settings.name,
        title=settings.title,
        day=settings.day(now),
        start=start,
        end=now,
        language=settings.language,
        timezone=settings.timezone,
        topics=tuple(Topic(name, tuple(chosen)) for name, chosen in written.items() if chosen),
        top=top,
        quiet=_quiet(settings, written),
        settled=(*filtered, *copies, *_settled(shown, copies)),
        feeds=named(_counted(health, due, shown), sources, due),
        named=bool(settings.topics),
        note=day.note,
        opening=_opening([s for i in top for s in shown if s.id == i], settings.language, summariser),
    )


def _quiet(settings: Settings, written: Mapping[str, Sequence[Story]]) -> tuple[str, ...]:
    """The topics that the reader asked for and that have no news; what fits no topic was not asked for."""
    asked = (topic.name for topic in settings.topics if meaning_of(topic.name) != OTHER)
    return tuple(name for name in asked if not any(s.shown is not Shown.CUT for s in written[name]))


def _opening(leading: Sequence[Story], language: str, summariser: Summariser | None) -> str:
    """A model's paragraph about the day, if it says nothing but what the leading stories say."""
    text = summariser.opening(leading, language=language, limit=_OPENING) if summariser else None
    return accept(text, [part for s in leading for part in (s.title, s.summary)], language=language, limit=_OPENING)


def _wanted(
    due: Iterable[Entry], settings: Settings, sources: Mapping[str, FeedSource]
) -> tuple[list[Entry], list[Settled]]:
    kept, out = [], []
    for entry in sorted(due, key=lambda e: (e.dated, e.feed, e.ident), reverse=True):
        source = sources.get(entry.feed, FeedSource(entry.feed))
        why = refused(entry, source, include=settings.include, exclude=settings.exclude)
        if why:
            out.append(Settled(entry.feed, entry.ident, Outcome.FILTERED, why))
        else:
            kept.append(entry)
    return kept, out


def _stories(
    day: Day,
    near: rank.Near,
    sources: Mapping[str, FeedSource],
    specs: Sequence[TopicSpec],
    filed: Sequence[topics.Filing],
    language: str,
) -> tuple[list[Story], list[Settled]]:
    told: list[Story] = []
    copies: list[Settled] = []
    row = day.place
    related: dict[int, list[int]] = {}
    for a, b in day.groups.related:
        related.setdefault(a, []).append(b)
        related.setdefault(b, []).append(a)
    for number, members in enumerate(day.groups.clusters):
        entries, same = lead_first([day.entries[i] for i in members], sources, near, language)
        copies += same
        filing = topics.file_story([filed[row[e.feed, e.ident]] for e in entries], specs)
        entries = headed(entries, _of_one_event(entries, row, day.groups.pairs))
        told.append(
            Story(
                id=f"s{number + 1}",
                entries=entries,
                title=entries[0].title,
                image=next((e.image for e in entries if e.image), None),
                language=entries[0].language,
                topic=filing.topic,
                probability=round(filing.probability, 4),
                related=tuple(f"s{other + 1}" for other in related.get(number, ())),
                evidence=(*filing.evidence, *day.groups.evidence[number]),
            )
        )
    return told, copies


def _ranked(
    story: Story,
    sources: Mapping[str, FeedSource],
    settings: Settings,
    start: datetime,
    now: datetime,
    near: rank.Near,
    filler: frozenset[tuple[str, str]],
) -> Story:
    score, why = rank.importance(
        story,
        sources,
        now=now,
        boost=settings.boost,
        mute=settings.mute,
        near=near,
        filler=all((e.feed, e.ident) in filler for e in story.entries),
        covered=now - start,
    )
    return replace(story, score=score, evidence=(*story.evidence, *why), minutes=_minutes(story, sources, settings))


def _minutes(story: Story, sources: Mapping[str, FeedSource], settings: Settings) -> float:
    source = sources.get(story.lead.feed)
    words = len(story.title.split())
    if source and source.show is Show.FULL:
        words += story.lead.words
    elif not source or source.show is Show.SUMMARY:
        words += settings.summary_length // 6
    return round(words / selection.WORDS_A_MINUTE, 3)


def _order(story: Story) -> tuple[float, str]:
    return (-story.score, story.id)


def _alike(day: Day, told: Sequence[Story]) -> Callable[[Story, Story], float]:
    row = day.place
    of = {story.id: day.vectors[row[story.lead.feed, story.lead.ident]].astype("f8") for story in told}

    def alike(a: Story, b: Story) -> float:
        cosine = round(float(of[a.id] @ of[b.id]), 4)
        kin = 0.25 if b.id in a.related else 0.0
        return max(0.0, cosine - 0.3, kin) + (0.15 if a.lead.feed == b.lead.feed else 0.0)

    return alike


def _surely(day: Day) -> Callable[[Story], Story]:
    """What makes of a story one of those sources alone that tell of its leader's event: what only shares the subject has
    its place among the sources, not in the summary."""
    place, pairs = day.place, day.groups.pairs

    def surely(story: Story) -> Story:
        return replace(story, entries=_of_one_event(story.entries, place, pairs))

    return surely


def _of_one_event(
    entries: Sequence[Entry], place: Mapping[tuple[str, str], int], pairs: Mapping[tuple[int, int], float]
) -> tuple[Entry, ...]:
    """The first of the entries, and those of the others that surely tell of the event it tells of."""
    lead, *others = ((place[e.feed, e.ident], e) for e in entries)
    sure = (e for i, e in others if pairs.get((min(i, lead[0]), max(i, lead[0])), 0.0) >= ONE_EVENT)
    return (lead[1], *sure)


def _written(
    story: Story,
    settings: Settings,
    sources: Mapping[str, FeedSource],
    names: Mapping[str, str],
    summariser: Summariser | None,
    surely: Callable[[Story], Story],
) -> Story:
    """With its summary where one is shown; without the text that no page needs."""
    if story.shown in (Shown.TOP, Shown.FULL):
        short = summarise(surely(story), limit=settings.summary_length, names=names)
        story = replace(story, summary=short.summary, minutes=short.minutes)
        if summariser:
            text = summariser.summarise(story, limit=settings.summary_length)
            true = accept(text, sources_of(story), language=story.language, limit=settings.summary_length)
            story = replace(story, summary=true or story.summary)
    source = sources.get(story.lead.feed)
    told = story.shown in (Shown.TOP, Shown.FULL)
    whole = told and source is not None and source.show is Show.FULL
    kept = whole or (told and settings.whole_articles)  # markup for templates that show articles whole
    lead = replace(story.lead, teaser="", images=()) if kept else _bare(story.lead)
    return replace(story, whole=whole, entries=(lead, *map(_bare, story.entries[1:])))


def _bare(entry: Entry) -> Entry:
    return replace(entry, content="", teaser="", blocks=(), images=())


def _settled(told: Iterable[Story], copies: Iterable[Settled]) -> list[Settled]:
    done = {(one.feed, one.ident) for one in copies}
    return [
        Settled(e.feed, e.ident, Outcome.CUT if story.shown is Shown.CUT else Outcome.SHOWN, story.reason)
        for story in told
        for e in story.entries
        if (e.feed, e.ident) not in done
    ]


def _counted(health: Sequence[FeedReport], due: Sequence[Entry], told: Sequence[Story]) -> tuple[FeedReport, ...]:
    entries: dict[str, int] = {}
    shown: dict[str, int] = {}
    for entry in due:
        entries[entry.feed] = entries.get(entry.feed, 0) + 1
    for story in told:
        for entry in story.entries if story.shown is not Shown.CUT else ():
            shown[entry.feed] = shown.get(entry.feed, 0) + 1
    return tuple(replace(r, entries=entries.get(r.url, 0), shown=shown.get(r.url, 0)) for r in health)
