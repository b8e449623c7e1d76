"""What speaks for two entries telling of one event, and against: the features of a pair. Pure; numpy only.

Reads words by their rarity and by whether they mean one thing today (`coherence`), names, numbers, titles, sentence
vectors, times and outlets; `tools/build_pairs.py` fits what each is worth, `digest.group.stories` adds it up.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from digest.group.outlets import reached
from digest.group.pairs.candidates import Cosines
from digest.group.pairs.coherence import Coherence
from digest.group.pairs.rubrics import ROLLING
from digest.group.pairs.sparse import Bags, Floats, Ints
from digest.group.text.words import tokens
from digest.model import Entry

FEATURES = (
    "words", "title", "meaning", "names", "plain", "numbers", "rare", "title rarity", "rarity", "name rarity",
    "title count", "told less", "told more", "named less", "named more", "days", "hours", "feed", "outlet",
    "feed title", "length", "title length", "rolling", "both rolling", "words meaning", "names plain", "title root",
    "names meaning", "a number", "meaning square", "word meaning", "rarest", "second rarest", "coherence",
    "rarest coherence", "company", "outlet size",
)  # fmt: skip
UNKNOWN_GAP, LONGEST_GAP = 8.0, 24.0  # hours between two entries: where one has no date; more counts as this
_NAME = 4  # letters of an outlet's name that is no abbreviation, which stands for other things too
_AT_ONCE = 4_000_000  # places of the table in which one block of rows is looked up
_PAIRS = 2_000  # whose terms are in memory together: they stay within a processor's cache
Numbers = NDArray[np.int64]


def outlet(entry: Entry) -> str:
    """The publisher as far as an address tells it: the registrable part of the entry's host, else of its feed's. Of a
    page that is linked in an archive it is the page's, or all who are read there would be one."""
    return _site(reached(entry.url) or entry.feed)


def _site(address: str) -> str:
    host = (urlsplit(address).hostname or address).lower()
    parts = host.split(".")
    short = len(parts) > 2 and len(parts[-1]) == 2 and len(parts[-2]) <= 3
    return ".".join(parts[-3:] if short else parts[-2:])


def outlet_names(entries: Iterable[Entry], feeds: Iterable[str] = ()) -> frozenset[str]:
    """The names of the outlets themselves, as terms ("claude" of claude.com), of feeds that are silent today too: who
    reads a maker's own blog reads its name every day, and two posts that share it need have nothing else in common."""
    labels = {site.partition(".")[0] for site in (*map(outlet, entries), *map(_site, feeds))}
    return frozenset(key for label in labels if len(label) >= _NAME and label.isalpha() for _, key in tokens(label))


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Of each entry: hours since 1970 (NaN unknown), feed and outlet by number, whether its title says that it is
    a page that goes on or a round-up."""

    hours: NDArray[np.float64]
    feeds: Numbers
    outlets: Numbers
    rolling: NDArray[np.bool_]

    def gap(self, first: Numbers, second: Numbers) -> NDArray[np.float64]:
        """Hours between the two of each pair."""
        apart = np.abs(self.hours[first] - self.hours[second])
        return np.asarray(np.minimum(np.nan_to_num(apart, nan=UNKNOWN_GAP), LONGEST_GAP), np.float64)


def circumstances(entries: Sequence[Entry]) -> Circumstances:
    """What `features` needs to know beside the words."""
    return Circumstances(
        np.array([e.published.timestamp() / 3600 if e.published else np.nan for e in entries]),
        _numbered([e.feed for e in entries]),
        _numbered([outlet(e) for e in entries]),
        np.array([bool(ROLLING.search(e.title)) for e in entries], np.bool_),
    )


def features(
    bags: Bags, around: Circumstances, together: Coherence, alike: Cosines, first: Numbers, second: Numbers
) -> Floats:
    """A row a pair (`first` ascending), columns as FEATURES; `together` is of the same bags, `alike` of the same pairs."""
    meaning, of_words, _ = alike
    shared = _shared(_Weights(bags, together), alike, first, second)
    whole, many = np.diff(bags.start), bags.sums(bags.titles > 0)
    gap = around.gap(first, second)
    feed = (around.feeds[first] == around.feeds[second]).astype(np.float32)
    told = np.sort(np.stack([shared["told a"], shared["told b"]]), 0)
    named = np.sort(np.stack([shared["named a"], shared["named b"]]), 0)
    rolling = around.rolling[first].astype(np.float32) + around.rolling[second]
    positive = np.maximum(meaning, 0)
    one = around.outlets[first] == around.outlets[second]
    many_of = np.bincount(around.outlets)[around.outlets]
    columns = [
        shared["words"], shared["title"], meaning, shared["names"], shared["plain"], shared["numbers"], shared["rare"],
        *(np.log1p(shared[key], dtype=np.float64) for key in ("title rarity", "rarity", "name rarity")),
        np.sqrt(shared["title count"]), *told, *named, gap / 24, np.log1p(gap), feed,
        one, feed * shared["title"],
        np.log(np.minimum(whole[first], whole[second]) + 1.0), np.log1p(np.minimum(many[first], many[second]), dtype=np.float64),
        rolling > 0, rolling > 1, shared["words"] * positive, shared["names"] * shared["plain"],
        np.sqrt(np.maximum(shared["title"], 0)), shared["names"] * positive, shared["numbers"] > 0, positive**2, of_words,
        shared["rarest"], shared["second rarest"], shared["coherence"], shared["rarest coherence"], shared["company"],
        one * np.log(many_of[first]),
    ]  # fmt: skip
    return np.stack([np.asarray(c, np.float32) for c in columns], 1)


def _shared(of: "_Weights", alike: Cosines, first: Numbers, second: Numbers) -> dict[str, Floats]:
    """Sums over the terms that both entries of a pair hold."""
    bags = of.bags
    size = len(bags.vocabulary)
    found: dict[str, list[Floats]] = {}
    block = max(1, _AT_ONCE // max(1, size))
    for low in range(0, len(bags), block):
        begin, end = np.searchsorted(first, [low, low + block])
        if begin == end:
            continue
        table = np.full(min(block, len(bags) - low) * size, -1, np.int32)
        rows = np.arange(bags.start[low], bags.start[min(low + block, len(bags))])
        owner = np.repeat(np.arange(min(block, len(bags) - low)), np.diff(bags.start[low : low + block + 1]))
        table[owner * size + bags.columns[rows]] = rows
        for start in range(int(begin), int(end), _PAIRS):
            some = slice(start, min(start + _PAIRS, int(end)))
            here = Cosines(alike.meaning[some], alike.of_words[some], alike.read[some])
            for key, values in of.sums(table, first[some] - low, second[some], here).items():
                found.setdefault(key, []).append(values)
    sums = {key: np.concatenate(values) for key, values in found.items()}
    return of.normalised(sums, first, second) if sums else {}


class _Weights:
    """What each term of each row is worth, beside the cosine's weights."""

    def __init__(self, bags: Bags, together: Coherence) -> None:
        self.bags, self.together = bags, together
        columns = bags.columns
        in_title = bags.titles > 0
        self.idf = bags.idf[columns]
        self.name, self.number = bags.names[columns], bags.numbers[columns]
        self.plain = ~(self.name | self.number)
        self.title_idf = np.where(in_title, self.idf, 0)
        self.title_names = np.where(in_title & (self.name | self.number), self.idf, 0)
        square = bags.weights**2
        self.lengths = {
            key: np.sqrt(bags.sums(np.where(kind, square, 0)))
            for key, kind in (("names", self.name), ("plain", self.plain), ("numbers", self.number))
        }
        self.rank = np.empty(len(bags.vocabulary), np.int64)  # by rarity, no two alike
        self.rank[np.argsort(bags.idf, kind="stable")] = np.arange(len(bags.vocabulary))
        self.title_total, self.names_total = bags.sums(self.title_idf), bags.sums(self.title_names)

    def sums(self, table: NDArray[np.int32], a: Numbers, b: Numbers, alike: Cosines) -> dict[str, Floats]:
        bags = self.bags
        size = len(bags.vocabulary)
        counts = np.diff(bags.start)[b]
        ends = np.cumsum(counts)
        there = np.arange(ends[-1], dtype=np.int32)
        there += np.repeat((bags.start[b] - (ends - counts)).astype(np.int32), counts)
        place = bags.columns[there]
        place += np.repeat((a * size).astype(np.int32), counts)
        here = table.take(place)
        both = np.flatnonzero(here >= 0)
        pair = np.repeat(np.arange(len(b)), counts)[both]
        x, y = here[both].astype(np.int64), there[both].astype(np.int64)
        product = bags.weights[x] * bags.weights[y]

        def add(values: NDArray[np.floating] | NDArray[np.bool_]) -> Floats:
            return np.bincount(pair, values, len(b)).astype(np.float32)

        least = np.zeros(len(b), np.float32)
        begin = np.flatnonzero(np.diff(pair, prepend=-1))
        if len(begin):
            least[pair[begin]] = np.maximum.reduceat(np.minimum(bags.weights[x], bags.weights[y]), begin)
        titles = (bags.titles[x] > 0) & (bags.titles[y] > 0)
        idf = self.idf[x]
        return {
            "words": add(product),
            "title": add(bags.titles[x] * bags.titles[y]),
            "names": add(product * self.name[x]),
            "plain": add(product * self.plain[x]),
            "numbers": add(product * self.number[x]),
            "rare": least,
            "title rarity": add(idf * titles),
            "title count": add(titles),
            "rarity": add(idf),
            "name rarity": add(idf * self.name[x]),
            "told a": add(self.title_idf[x]),
            "told b": add(self.title_idf[y]),
            "named a": add(self.title_names[x]),
            "named b": add(self.title_names[y]),
            **self._together(pair, bags.columns[x], product, alike),
        }

    def _together(self, pair: Numbers, term: Ints, product: Floats, alike: Cosines) -> dict[str, Floats]:
        """What is to be said of shared terms beside each other: the rarest two, and how coherent their holders are."""
        n = len(alike.meaning)
        begin = np.flatnonzero(np.diff(pair, prepend=-1))
        who = pair[begin]

        def most(values: NDArray[np.generic], least: float) -> NDArray[np.floating]:
            found = np.full(n, least)
            if len(begin):
                found[who] = np.maximum.reduceat(values, begin)
            return found

        rank = self.rank[term]
        first = rank == most(rank, -1)[pair]
        mean, known = self.together.without(term, alike.meaning[pair])
        known &= alike.read[pair]
        mean *= known
        worth = np.bincount(pair, product * known, n)
        whole = np.bincount(pair, product, n)
        found = {
            "rarest": most(self.bags.idf[term], 0),
            "second rarest": most(np.where(first, 0, self.bags.idf[term]), 0),
            "coherence": np.bincount(pair, product * mean, n) / np.maximum(worth, 1e-6),
            "rarest coherence": np.bincount(pair, mean * first, n),
            "company": worth / np.maximum(whole, 1e-6),
        }
        return {key: values.astype(np.float32) for key, values in found.items()}

    def normalised(self, sums: dict[str, Floats], first: Numbers, second: Numbers) -> dict[str, Floats]:
        for key, length in self.lengths.items():
            sums[key] /= np.maximum(length[first] * length[second], 1e-6)
        for key, total, who in (("told", self.title_total, "ab"), ("named", self.names_total, "ab")):
            for side, row in zip(who, (first, second), strict=True):
                share = sums[f"{key} {side}"] / np.maximum(total[row], 1e-6)
                sums[f"{key} {side}"] = np.where(total[row] > 0, share, 0.5).astype(np.float32)
        return sums


def _numbered(values: Sequence[str]) -> Numbers:
    number = {value: i for i, value in enumerate(dict.fromkeys(values))}
    return np.fromiter((number[value] for value in values), np.int64, len(values))
