"""What is worth the reader's time: importance, order, and the selection that fits an edition. Pure.

Importance grows with the number of independent outlets (copies of one agency text count once) and their weights,
and falls with age. The selection gives each topic its floor, no feed more than its share, and prefers what differs
from what is already chosen (maximal marginal relevance; Carbonell & Goldstein 1998).
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from digest.group.filters import matching
from digest.group.stories import outlet, title_key
from digest.model import Evidence, FeedSource, Show, Shown, Story

HALF_LIFE = timedelta(hours=30)
FLOOR = 2  # stories a topic gets before the rest compete
SHARE = 0.2  # of the edition that one feed may lead while others wait
TOP = 5
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


def independent(story: Story, sources: Mapping[str, FeedSource]) -> list[float]:
    """The weight of each outlet that tells the story in its own words, heaviest first; a repeated title counts once."""
    weights: dict[str, float] = {}
    titles: set[str] = set()
    for entry in story.entries:
        source = sources.get(entry.feed)
        name, title = outlet(entry), title_key(entry.title)
        if name in weights or title in titles:
            weights[name] = max(weights.get(name, 0.0), 0.0)
            continue
        titles.add(title)
        weights[name] = source.weight if source else 1.0
    return sorted((w for w in weights.values() if w > 0), reverse=True)


def importance(
    story: Story,
    sources: Mapping[str, FeedSource],
    *,
    now: datetime,
    boost: Sequence[str] = (),
    mute: Sequence[str] = (),
) -> tuple[float, tuple[Evidence, ...]]:
    """A story's score and what it is made of."""
    weights = independent(story, sources)
    found = [Evidence("rank", _told_by(len(weights)), round(math.log2(1 + sum(weights)), 3))] if weights else []
    score = found[0].weight if found else 0.0
    age = max(timedelta(0), now - story.published)
    fresh = 0.5 ** (age / HALF_LIFE)
    found.append(Evidence("rank", _old(age), round(fresh, 3)))
    score += 0.8 * fresh
    if story.continues:
        found.append(Evidence("rank", "more on a story of an earlier edition", 0.2))
        score += 0.2
    if word := next((w for e in story.entries if (w := matching(boost, e))), ""):
        found.append(Evidence("rank", f"you boost {word!r}", 1.5))
        score += 1.5
    if word := next((w for e in story.entries if (w := matching(mute, e))), ""):
        found.append(Evidence("rank", f"you mute {word!r}", -3.0))
        score -= 3.0
    return round(score, 6), tuple(found)


def _old(age: timedelta) -> str:
    hours = round(age / timedelta(hours=1))
    return "less than an hour old" if hours < 1 else "an hour old" if hours == 1 else f"{hours} hours old"


def _told_by(outlets: int) -> str:
    return "told by one outlet" if outlets == 1 else f"told by {outlets} outlets"


def select(
    by_topic: Mapping[str, Sequence[Story]],
    limits: Limits,
    sources: Mapping[str, FeedSource],
    alike: Callable[[Story, Story], float],
) -> tuple[dict[str, list[Story]], tuple[str, ...]]:
    """Marks each story TOP, FULL, HEADLINE or CUT, with the reason; gives the topics' stories in reading order, cut ones
    last, and the ids of the top stories, best first."""
    everything = [story for stories in by_topic.values() for story in stories]
    chosen = _choose(by_topic, everything, limits, sources, alike)
    top = tuple(s.id for s in _leading(chosen, sources))
    cut = _why_cut(everything, chosen, limits, sources)
    whole = _whole(chosen, limits)
    marked = {}
    for topic, stories in by_topic.items():
        done = [_marked(s, s.id in top, s.id in whole, cut.get(s.id, ""), sources) for s in stories]
        marked[topic] = sorted(done, key=lambda s: (_PLACES[s.shown], -s.score, s.id))
    return marked, top


_PLACES = {Shown.TOP: 0, Shown.FULL: 0, Shown.HEADLINE: 1, Shown.CUT: 2}


def _whole(chosen: Sequence[Story], limits: Limits) -> set[str]:
    """The stories with a summary: the best of each topic, and the best of all."""
    best: dict[str, Story] = {}
    ranked = sorted(chosen, key=_best_first)
    for story in ranked:
        best.setdefault(story.topic, story)
    first = {story.id for story in best.values()}
    rest = [story.id for story in ranked if story.id not in first]
    return first | set(rest[: max(0, limits.whole - len(first))])


def _choose(
    by_topic: Mapping[str, Sequence[Story]],
    everything: Sequence[Story],
    limits: Limits,
    sources: Mapping[str, FeedSource],
    alike: Callable[[Story, Story], float],
) -> list[Story]:
    chosen: list[Story] = []
    led: dict[str, int] = {}
    share = max(3, round(SHARE * limits.stories))
    spent = 0.0

    def fits(story: Story, *, fair: bool) -> bool:
        source, used = sources.get(story.lead.feed), led.get(story.lead.feed, 0)
        if source and source.limit is not None and used >= source.limit:
            return False
        return not (fair and used >= share and len(story.entries) == 1)

    def take(story: Story) -> bool:
        nonlocal spent
        minutes = story.minutes if len(chosen) < limits.whole else as_headline(story)
        if len(chosen) >= limits.stories or (
            limits.minutes is not None and chosen and spent + minutes > limits.minutes
        ):
            return False
        chosen.append(story)
        led[story.lead.feed] = led.get(story.lead.feed, 0) + 1
        spent += minutes
        return True

    for rank in range(FLOOR):
        heads = [[s for s in stories if fits(s, fair=True)][rank : rank + 1] for stories in by_topic.values()]
        for story in sorted((s for head in heads for s in head if s not in chosen), key=_best_first):
            if fits(story, fair=True):
                take(story)
    for fair in (True, False):
        left = [s for s in everything if s not in chosen]
        penalty = {s.id: max((alike(s, c) for c in chosen), default=0.0) for s in left}
        while left:
            best = min(left, key=lambda s: (-round(s.score - penalty[s.id], 6), s.id))
            left.remove(best)
            if fits(best, fair=fair) and take(best):
                for other in left:
                    penalty[other.id] = max(penalty[other.id], alike(other, best))
    return chosen


def as_headline(story: Story) -> float:
    """Minutes to read its headline alone."""
    return round(min(story.minutes, len(story.title.split()) / WORDS_A_MINUTE + HEADLINE_SECONDS / 60), 3)


def _best_first(story: Story) -> tuple[float, str]:
    return (-story.score, story.id)


def _leading(chosen: Sequence[Story], sources: Mapping[str, FeedSource]) -> list[Story]:
    """Three to five stories to open with; more than three only while several outlets tell them; each feed leads one."""
    top: list[Story] = []
    if len(chosen) < 6:
        return top
    for story in sorted(chosen, key=_best_first):
        several = len(independent(story, sources)) > 1
        if len(top) < TOP and (several or len(top) < 3) and all(story.lead.feed != t.lead.feed for t in top):
            top.append(story)
    return top


def _why_cut(
    everything: Sequence[Story], chosen: Sequence[Story], limits: Limits, sources: Mapping[str, FeedSource]
) -> dict[str, str]:
    ids = {s.id for s in chosen}
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
