"""Where pairs alone would join what a reader would not: a paper of its town, features on one theme, a channel's blurb. Pure.

A wrong story hurts more than a missed one: it hides news under other news, and claims outlets that tell of something else.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

from digest.group.pairs.linkage import tightened
from digest.group.text.words import body, tokens
from digest.model import Entry

# a story of a single outlet's feed holds together at this mean: outlets seldom tell an event twice, and write of one town,
# firm or person all day; each entry that is hidden under another costs the reader news, and gains the story no source. Of
# pairs of one outlet said to be sure at 0.9 and more, 86 of 100 are, of pairs across outlets 97; 0.6 to 0.9 do as well
# within 0.003 of F1
ONE_OUTLET = 0.7
# a story has at its heart two entries that tell of one event at this: pairs between 0.5 and 0.8 come true as often as said
# where they lie within larger stories, but of stories that are nothing but such a pair only 4 in 10 are right, of three and
# more entries 1 in 5; from 0.9 on 95 in 100. 0.7 to 0.85 do as well within 0.002 of F1
HEART = 0.8
# … or at this, where the entries of the story are like nothing else of the day: the probabilities with all others sum up to
# no more than `COMPANY` an entry. What shares a theme is half like many. Of such pairs 16 of 19 are right, of others 9 of 48
QUIET_HEART, COMPANY = 0.5, 0.4
# a feed that prints the same text (so much of two texts' words is in both) under titles that share no word prints it
# everywhere: its blurb or its sponsors, and such a pair has that alone in common
SAME_TEXT = 0.7


def blurbs(
    entries: Sequence[Entry], pairs: Mapping[tuple[int, int], float], most: float
) -> dict[tuple[int, int], float]:
    """Those of the pairs that are surer than `most` and should not be: of one feed, with their text in common and no word of
    their titles; each at `most`."""
    words: dict[int, tuple[frozenset[str], frozenset[str]]] = {}

    def said(i: int) -> tuple[frozenset[str], frozenset[str]]:
        if i not in words:
            title, text = entries[i].title, body(entries[i])
            words[i] = (frozenset(key for _, key in tokens(title)), frozenset(key for _, key in tokens(text)))
        return words[i]

    def alike(a: int, b: int) -> bool:
        (title, text), (other_title, other_text) = said(a), said(b)
        return len(text & other_text) >= SAME_TEXT * len(text | other_text) > 0 and not title & other_title

    sure = (pair for pair, p in pairs.items() if p > most and entries[pair[0]].feed == entries[pair[1]].feed)
    return dict.fromkeys((pair for pair in sure if alike(*pair)), most)


def told_once(
    clusters: Sequence[Sequence[int]],
    pairs: Mapping[tuple[int, int], float],
    voices: Sequence[tuple[str, str]],
    largest: int,
) -> list[list[int]]:
    """The clusters; one of a single voice (a feed of one outlet) falls into what surely tells of one event."""
    alone = [len({voices[i] for i in cluster}) == 1 for cluster in clusters]
    one = [cluster for cluster, single in zip(clusters, alone, strict=True) if single]
    others = [list(cluster) for cluster, single in zip(clusters, alone, strict=True) if not single]
    return others + tightened(one, pairs, least=ONE_OUTLET, largest=largest, smallest=2)


def with_a_heart(clusters: Iterable[list[int]], pairs: Mapping[tuple[int, int], float]) -> list[list[int]]:
    """The clusters; one in which no two entries surely tell of one event (less surely, where the rest of the day is not like
    them) is as many stories as it has entries."""
    near: dict[int, float] = {}
    for (a, b), probability in pairs.items():
        near[a] = near.get(a, 0.0) + probability
        near[b] = near.get(b, 0.0) + probability
    found: list[list[int]] = []
    for cluster in clusters:
        found += [cluster] if len(cluster) == 1 or _has_a_heart(cluster, pairs, near) else [[one] for one in cluster]
    return found


def _has_a_heart(cluster: Sequence[int], pairs: Mapping[tuple[int, int], float], near: Mapping[int, float]) -> bool:
    inside = 0.0
    heart = 0.0
    for pair in combinations(sorted(cluster), 2):
        probability = pairs.get(pair, 0.0)
        if probability >= HEART:
            return True
        inside += probability
        heart = max(heart, probability)
    company = sum(near.get(one, 0.0) for one in cluster) - 2 * inside
    return heart >= QUIET_HEART and company <= COMPANY * len(cluster)
