"""What is worth the reader's time: how much a story weighs, and why. Pure.

Importance grows with the number of independent outlets (copies of one agency text count once, and an outlet no more
than it surely tells of the event) and their weights, with how often they come back to it, and falls with age.
"""

import math
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType

from digest.group.filters import matching
from digest.group.lead import teasing
from digest.group.pairs.rubrics import ROLLING
from digest.group.stories import outlet, title_key
from digest.model import Entry, Evidence, FeedSource, Story

TEASES = 0.3  # what a headline loses that does nothing but tease
GOES_ON = 0.4  # what a page that goes on or a round-up loses: it is about no one thing
HALF_LIFE = timedelta(hours=30)  # of freshness; of an edition that covers more, as long as it covers
SURE = 0.64  # mean probability with the others of its story from which an entry counts in full
AGAIN, MOST_AGAIN = 0.35, 0.7  # for each doubling of what an outlet tells of it, and at most
LOOSE = 0.75  # of the outlets that carry a story: it is told by fewer if that much of them is not sure

Near = Mapping[tuple[str, str], float]  # entry by feed and ident -> how surely it belongs to its story
NO_DOUBT: Near = MappingProxyType({})


def independent(story: Story, sources: Mapping[str, FeedSource], near: Near = NO_DOUBT) -> list[float]:
    """The weight of each outlet that tells the story in its own words, heaviest first; a repeated title counts once,
    and an outlet as far as it is sure that it tells of this event."""
    weights: dict[str, float] = {}
    own = _own(story.entries)
    for entry, name in zip(own, _outlets(own), strict=True):
        source = sources.get(entry.feed)
        weights[name] = max(weights.get(name, 0.0), (source.weight if source else 1.0) * _sure(entry, near))
    return sorted((w for w in weights.values() if w > 0), reverse=True)


def _own(entries: Sequence[Entry]) -> list[Entry]:
    """The entries without those whose title an earlier one has."""
    return list({title_key(entry.title): entry for entry in reversed(entries)}.values())[::-1]


def _outlets(entries: Sequence[Entry]) -> list[str]:
    """Whose each entry is. Those of one feed are one voice: addresses that lead elsewhere are its shortened links, or
    what its editors have found at others'."""
    of_feed: dict[str, str] = {}
    return [of_feed.setdefault(entry.feed, outlet(entry)) for entry in entries]


def _sure(entry: Entry, near: Near) -> float:
    """How far an entry counts for its story, 0 to 1."""
    return min(1.0, near.get((entry.feed, entry.ident), 1.0) / SURE)


def again(story: Story, near: Near = NO_DOUBT) -> float:
    """How many entries of its own each outlet has of the story, as far as they are sure of it; at least 1.

    What an outlet comes back to is news: of the days read by hand, stories of which one outlet has a single entry are
    told by another in 20 of 100 cases, those of two in 64, of four in 87. (What one outlet alone has of a series is not.)
    """
    sure: dict[str, list[float]] = {}
    own = _own(story.entries)
    for entry, name in zip(own, _outlets(own), strict=True):
        sure.setdefault(name, []).append(_sure(entry, near))
    outlets = sum(max(each) for each in sure.values())
    return max(1.0, sum(map(sum, sure.values())) / outlets) if outlets else 1.0


def importance(
    story: Story,
    sources: Mapping[str, FeedSource],
    *,
    now: datetime,
    boost: Sequence[str] = (),
    mute: Sequence[str] = (),
    near: Near = NO_DOUBT,
    filler: bool = False,
    covered: timedelta = HALF_LIFE,
) -> tuple[float, tuple[Evidence, ...]]:
    """A story's score and what it is made of. `filler`: it is no news, in a feed of news; `covered`: the time that the
    edition covers (to who reads once a week, Monday's news is as new as Friday's)."""
    weights = independent(story, sources, near)
    told = _told_by(weights, independent(story, sources))
    found = [Evidence("rank", told, round(math.log2(1 + sum(weights)), 3))] if weights else []
    score = found[0].weight if found else 0.0
    if len(weights) > 1 and (often := again(story, near)) > 1:
        more = round(min(MOST_AGAIN, AGAIN * math.log2(often)), 3)
        found.append(Evidence("rank", "its outlets come back to it", more))
        score += more
    age = max(timedelta(0), now - story.published)
    fresh = 0.5 ** (age / max(HALF_LIFE, covered))
    found.append(Evidence("rank", _old(age), round(fresh, 3)))
    score += 0.8 * fresh
    if story.continues:
        found.append(Evidence("rank", "more on a story of an earlier edition", 0.2))
        score += 0.2
    if filler:
        found.append(Evidence("rank", "a regular feature of its feed rather than news", -0.7))
        score -= 0.7
    if ROLLING.search(story.title):
        found.append(Evidence("rank", "a page that goes on, or a round-up, rather than a report", -GOES_ON))
        score -= GOES_ON
    elif held := round(TEASES * min(1.0, teasing(story.title)), 3):
        found.append(Evidence("rank", "its headline asks or promises instead of telling", -held))
        score -= held
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


def _told_by(sure: Sequence[float], all_of_them: Sequence[float]) -> str:
    outlets = len(all_of_them)
    said = "told by one outlet" if outlets == 1 else f"told by {outlets} outlets"
    return f"{said}, not all of them surely about one event" if sum(sure) < LOOSE * sum(all_of_them) else said
