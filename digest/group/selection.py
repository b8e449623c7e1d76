"""The selection that fits an edition, and the order in which it is read. Pure.

Each topic gets its floor, no feed more than its share; beyond that the best stories compete, and what differs from what
is already chosen is preferred (maximal marginal relevance; Carbonell & Goldstein 1998): the more a topic has, the more
its next story must weigh.
"""

import math
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from digest.group.filing.lexicon import OTHER, meaning_of
from digest.group.rank import NO_DOUBT, Near, independent
from digest.group.text.language import primary
from digest.model import FeedSource, Show, Shown, Story

FLOOR = 2  # stories a topic gets before the rest compete; what fits none of them has no such right
CROWD = 0.6  # what a topic's next story must weigh more when the topic has its fair share of the edition already
NEWS = 0.5  # of that for a story that several outlets tell: a full page is no reason to leave out what all report
MORE_OF_IT = 0.3  # what each story of an affair must weigh more from the third on: the day has other news too
SEVERAL = 1.4  # outlets, counted as far as they are sure, that make a story more than one outlet's
MANY = 6  # … that make it an event in its own right, whatever else it belongs to
SHARE = 0.2  # of the edition that one feed may lead while others wait
TOP = 5
# stories from which an edition opens with the best; where each has one outlet only, what is best is anybody's guess, and so
# few are read in their topics' order
OPENS, OPENS_WITHOUT_NEWS = 6, 15
# when it comes to opening with it: what a story of the first topic weighs more than one of the last, one in the edition's
# language more than another, and what a second story of one affair loses
FIRST, AT_HOME, AFFAIR = 0.4, 0.4, 0.75
HEADLINE_SECONDS = 4.0
WORDS_A_MINUTE = 230
WHOLE = 15  # stories that have a summary whatever the edition's size; beyond them half of it, the rest are headlines


@dataclass(frozen=True, slots=True)
class Limits:
    """How much an edition holds."""

    stories: int
    minutes: float | None = None

    @property
    def whole(self) -> int:
        """How many of the stories are shown with their summary."""
        return max(WHOLE, self.stories // 2)


def select(
    by_topic: Mapping[str, Sequence[Story]],
    limits: Limits,
    sources: Mapping[str, FeedSource],
    alike: Callable[[Story, Story], float],
    near: Near = NO_DOUBT,
    language: str = "",
) -> tuple[dict[str, list[Story]], tuple[str, ...]]:
    """Marks each story TOP, FULL, HEADLINE or CUT, with the reason; gives the topics' stories in reading order, what is
    related side by side and cut ones last, and the ids of the top stories, best first. `language` is the edition's."""
    everything = [story for stories in by_topic.values() for story in stories]
    outlets = {s.id: sum(independent(s, {}, near)) for s in everything}
    several = {ident for ident, sure in outlets.items() if sure >= SEVERAL}
    chosen = _choose(by_topic, limits, sources, alike, several)
    asked = [topic for topic in by_topic if not _left_over(topic)]
    early = {topic: FIRST * (1 - place / max(1, len(asked) - 1)) for place, topic in enumerate(asked)}
    home = primary(language)
    opens = {
        s.id: early.get(s.topic, 0.0) + (AT_HOME if home and primary(s.language) in ("", home) else 0.0) for s in chosen
    }
    top = tuple(s.id for s in _leading(chosen, alike, outlets, opens))
    cut = _why_cut(everything, chosen, limits, sources)
    whole = _whole(chosen, limits, top)
    marked = {}
    for topic, stories in by_topic.items():
        done = [_marked(s, s.id in top, s.id in whole, cut.get(s.id, ""), sources) for s in stories]
        marked[topic] = _in_order(done)
    return marked, top


_PLACES = {Shown.TOP: 0, Shown.FULL: 0, Shown.HEADLINE: 1, Shown.CUT: 2}


def _in_order(stories: Sequence[Story]) -> list[Story]:
    """Best first; right behind each story those related to it, if they are shown in the same way."""
    waiting = {s.id: s for s in sorted(stories, key=lambda s: (_PLACES[s.shown], *_best_first(s)))}
    found: list[Story] = []
    while waiting:
        beside = [next(iter(waiting))]
        while beside:
            if story := waiting.pop(beside.pop(0), None):
                found.append(story)
                kin = [waiting[i] for i in story.related if i in waiting and waiting[i].shown is story.shown]
                beside += [s.id for s in sorted(kin, key=_best_first)]
    return found


def _whole(chosen: Sequence[Story], limits: Limits, top: Collection[str]) -> set[str]:
    """The stories with a summary: the top ones, the best of what each topic's own page holds, and the best of all."""
    best: dict[str, Story] = {}
    ranked = sorted(chosen, key=_best_first)
    for story in ranked:
        if not _left_over(story.topic) and story.id not in top:
            best.setdefault(story.topic, story)
    first = {*top, *(story.id for story in best.values())}
    rest = [story.id for story in ranked if story.id not in first]
    return first | set(rest[: max(0, limits.whole - len(first))])


def _left_over(topic: str) -> bool:
    """Whether a topic holds what fits no other."""
    return meaning_of(topic) == OTHER


class _Edition:
    """An edition while it fills: what is in, and what may come in."""

    def __init__(self, limits: Limits, sources: Mapping[str, FeedSource], topics: int) -> None:
        self.chosen: list[Story] = []
        self.ids: set[str] = set()
        self._limits, self._sources = limits, sources
        self._led: Counter[str] = Counter()
        self._filed: Counter[str] = Counter()
        self._spent = 0.0
        self._share = max(3, round(SHARE * limits.stories))
        self._fair = max(1.0, limits.stories / max(1, topics))

    @property
    def full(self) -> bool:
        """Whether nothing more can come in, however short."""
        minutes = self._limits.minutes
        return len(self.chosen) >= self._limits.stories or (
            minutes is not None and bool(self.chosen) and self._spent + HEADLINE_SECONDS / 60 > minutes
        )

    def fits(self, story: Story, *, fair: bool) -> bool:
        """Whether the story's feed may lead one more."""
        source, used = self._sources.get(story.lead.feed), self._led[story.lead.feed]
        if source and source.limit is not None and used >= source.limit:
            return False
        return not (fair and used >= self._share and len(story.entries) == 1)

    def take(self, story: Story) -> bool:
        """Takes the story in if there is room for it."""
        minutes = story.minutes if len(self.chosen) < self._limits.whole else as_headline(story)
        most = self._limits.minutes
        if self.full or (most is not None and self.chosen and self._spent + minutes > most):
            return False
        self.chosen.append(story)
        self.ids.add(story.id)
        self._led[story.lead.feed] += 1
        self._filed[story.topic] += 1
        self._spent += minutes
        return True

    def crowds(self, topics: Iterable[str]) -> dict[str, float]:
        """What the next story of each topic must weigh more than the first of one that has none yet. What fits no topic
        fares as those of the fullest."""
        found = {topic: CROWD * math.log2(1 + self._filed[topic] / self._fair) for topic in topics}
        most = max(found.values(), default=0.0)
        return {topic: most if _left_over(topic) else crowd for topic, crowd in found.items()}


def _choose(
    by_topic: Mapping[str, Sequence[Story]],
    limits: Limits,
    sources: Mapping[str, FeedSource],
    alike: Callable[[Story, Story], float],
    several: Collection[str],
) -> list[Story]:
    edition = _Edition(limits, sources, sum(1 for stories in by_topic.values() if stories))
    everything = [story for stories in by_topic.values() for story in stories]
    asked = [stories for topic, stories in by_topic.items() if not _left_over(topic)]
    for rank in range(FLOOR):
        heads = [[s for s in stories if edition.fits(s, fair=True)][rank : rank + 1] for stories in asked]
        for story in sorted((s for head in heads for s in head if s.id not in edition.ids), key=_best_first):
            if edition.fits(story, fair=True):
                edition.take(story)
    hub = _hubs(everything)
    for fair in (True, False):
        if edition.full:
            break
        left = [s for s in everything if s.id not in edition.ids]
        penalty = {s.id: max((alike(s, c) for c in edition.chosen), default=0.0) for s in left}
        while left and not edition.full:
            crowd = {
                (topic, many): much * (NEWS if many else 1.0)
                for topic, much in edition.crowds(by_topic).items()
                for many in (True, False)
            }
            more = {affair: MORE_OF_IT * (n - 1) for affair, n in Counter(hub[s.id] for s in edition.chosen).items()}
            best = min(
                left,
                key=lambda s: (
                    -round(s.score - penalty[s.id] - crowd[s.topic, s.id in several] - more.get(hub[s.id], 0.0), 6),
                    s.id,
                ),
            )
            left.remove(best)
            if edition.fits(best, fair=fair) and edition.take(best):
                for other in left:
                    penalty[other.id] = max(penalty[other.id], alike(other, best))
    return edition.chosen


def _hubs(stories: Sequence[Story]) -> dict[str, str]:
    """The affair of each story: the weightiest of those related to it, itself if none weighs more."""
    weight = {s.id: (s.score, s.id) for s in stories}
    return {s.id: max(weight[i] for i in (s.id, *s.related) if i in weight)[1] for s in stories}


def as_headline(story: Story) -> float:
    """Minutes to read its headline alone."""
    return round(min(story.minutes, len(story.title.split()) / WORDS_A_MINUTE + HEADLINE_SECONDS / 60), 3)


def _best_first(story: Story) -> tuple[float, str]:
    return (-story.score, story.id)


def _leading(
    chosen: Sequence[Story],
    alike: Callable[[Story, Story], float],
    outlets: Mapping[str, float],
    opens: Mapping[str, float],
) -> list[Story]:
    """Three to five stories to open with, each about something else; more than three only while several outlets tell
    them, and of what one outlet alone tells no feed leads two. `outlets`: how many surely tell each, by its id; `opens`:
    what speaks for opening with it beside its score; among stories told alike it decides."""
    top: list[Story] = []
    enough = OPENS if any(outlets[s.id] >= SEVERAL for s in chosen) else OPENS_WITHOUT_NEWS
    left = sorted(chosen, key=_best_first) if len(chosen) >= enough else []
    worth = {s.id: s.score + opens[s.id] for s in left}

    def again(story: Story) -> float:
        affair = AFFAIR if outlets[story.id] < MANY else 0.0
        return max((alike(story, t) + (affair if t.id in story.related else 0.0) for t in top), default=0.0)

    while left and len(top) < TOP:
        best = min(left, key=lambda s: (-round(worth[s.id] - again(s), 6), s.id))
        left.remove(best)
        if outlets[best.id] >= SEVERAL or (len(top) < 3 and all(best.lead.feed != t.lead.feed for t in top)):
            top.append(best)
    return sorted(top, key=lambda s: (-round(worth[s.id], 6), s.id))


def _why_cut(
    everything: Sequence[Story], chosen: Sequence[Story], limits: Limits, sources: Mapping[str, FeedSource]
) -> dict[str, str]:
    ids = {s.id for s in chosen}
    filed = Counter(s.topic for s in chosen)
    least = min((s.score for s in chosen), default=0.0)
    hub = _hubs(everything)
    affairs = Counter(hub[s.id] for s in chosen)
    led: dict[str, int] = {}
    for story in chosen:
        led[story.lead.feed] = led.get(story.lead.feed, 0) + 1
    why = {}
    for story in everything:
        source = sources.get(story.lead.feed)
        if story.id in ids:
            continue
        if source and source.limit is not None and led.get(source.url, 0) >= source.limit:
            why[story.id] = f"its feed has its {source.limit} stories of this edition already"
        elif limits.minutes is not None and len(chosen) < limits.stories:
            why[story.id] = f"the edition is full at {limits.minutes:g} minutes of reading"
        elif story.score > least and affairs[hub[story.id]] > 1:
            why[story.id] = (
                f"the edition is full at {len(chosen)} stories, {affairs[hub[story.id]]} of them on its affair"
            )
        elif story.score > least:
            here = f"{filed[story.topic]} of them in {story.topic} already"
            why[story.id] = f"the edition is full at {len(chosen)} stories, {here}, and each topic gets its share"
        else:
            why[story.id] = f"the edition is full at {len(chosen)} stories, and others rank higher"
    return why


def _marked(story: Story, top: bool, whole: bool, why_cut: str, sources: Mapping[str, FeedSource]) -> Story:
    if why_cut:
        return replace(story, shown=Shown.CUT, reason=f"Not shown: {why_cut}.")
    source = sources.get(story.lead.feed)
    told = "; ".join(e.text for e in story.evidence if e.about == "rank" and e.weight > 0)
    if top:
        return replace(story, shown=Shown.TOP, reason=f"Among the top stories: {told}.")
    headline = replace(story, shown=Shown.HEADLINE, minutes=as_headline(story))
    if source and source.show is Show.HEADLINE:
        return replace(headline, reason=f"Headline only, as its feed is set; {told}.")
    if not whole and not (source and source.show is Show.FULL):
        return replace(headline, reason=f"A headline in {story.topic}, where others rank higher: {told}.")
    return replace(story, shown=Shown.FULL, reason=f"Shown in {story.topic}: {told}.")
