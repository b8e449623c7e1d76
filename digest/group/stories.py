"""Entries about one event, across outlets, wordings and days: a story each. Pure; numpy only.

Each pair of entries that is at all alike gets a probability of telling of one event (`likeness` says what it reads,
`models/pairs.npz` what that is worth); average linkage makes stories of them. The same address and near-identical
titles are one story whatever the probability.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from digest.group.meaning.vectors import centred, parts, weights
from digest.group.pairs.alignment import Worded, worded
from digest.group.pairs.candidates import NEAREST, SMALL, WITH_VECTORS, Numbers, Vectors, candidates, compared
from digest.group.pairs.coherence import Coherence, coherence
from digest.group.pairs.crosslingual import Crosslingual, odds, signs, worthwhile
from digest.group.pairs.doubts import blurbs, told_once, with_a_heart
from digest.group.pairs.likeness import FEATURES, Circumstances, circumstances, features, outlet, outlet_names
from digest.group.pairs.linkage import average_linkage, tightened
from digest.group.pairs.reasons import MOST, reasons, reasons_across
from digest.group.pairs.rubrics import headlines
from digest.group.pairs.sparse import Background, Bags, Floats, bags
from digest.group.text.language import primary
from digest.group.text.words import NO_SPACES, bag, body, tokens
from digest.model import Entry, Evidence

__all__ = [
    "CUT",
    "Groups",
    "PairModel",
    "group",
    "outlet",
    "readable",
    "shipped_background",
    "shipped_pairs",
    "title_key",
]

# of the mean probability within a story, where most entries have sentence vectors, and where words alone speak; and what a
# story of three and more holds together at. Chosen over eight days with those that ship of `pairs.doubts`: 0.24 to 0.28 and
# 0.43 to 0.47 do as well within 0.01 of F1, and chosen by seven of the days gain 0.014 on the eighth over 0.32 and 0.5
CUT, WORDS_CUT, TIGHT = 0.27, 0.34, 0.46
# below this likeness of meaning, with no second shared word this rare, a pair is one of a name alone (same person, other
# event) and no surer than the last; over eight days left out it costs 0.003 of F1
FAR, COMMON, ALONE = 0.3, 4.0, 0.25
RELATED = 0.12
_MEANING, _SECOND = FEATURES.index("meaning"), FEATURES.index("second rarest")
_AT_ONCE = 100_000  # pairs whose features are in memory together
WORTH = 0.02  # a probability that counts; below it a pair is as good as unlike


@dataclass(frozen=True, slots=True)
class PairModel:
    """What each of `likeness.FEATURES` is worth, and the constant: with sentence vectors, and without them.

    `read_sure` and `unread_sure` make the sum a probability that held on days not learnt from (beta calibration: Kull,
    Silva Filho & Flach 2017): weights of its logarithm and of that of its complement, and a constant.
    """

    read: Floats
    read_bias: float
    unread: Floats
    unread_bias: float
    read_sure: Floats
    unread_sure: Floats
    crosslingual: Crosslingual

    def __call__(self, rows: Floats, both: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Of each row of features, the probability that the two entries tell of one event."""
        exact = rows.astype(np.float64)  # what machines differ by in its last digits is gone when `_probable` rounds
        with_vectors = odds(exact @ self.read + self.read_bias) @ self.read_sure[:2] + self.read_sure[2]
        without = odds(exact @ self.unread + self.unread_bias) @ self.unread_sure[:2] + self.unread_sure[2]
        logits = np.where(both, with_vectors, without)
        return np.asarray(1 / (1 + np.exp(-np.clip(logits, -30, 30))), np.float64)


@dataclass(frozen=True, slots=True)
class Groups:
    """`clusters`: positions of the entries of each story. `related`: pairs of clusters to stand side by side.

    `pairs`: how probably each pair of entries tells of one event, where that is worth anything. `note`: what was left
    out because the day is too large, "" where nothing was. `evidence`: of each cluster, why its entries are together,
    the surest pairs of entries first.
    """

    clusters: tuple[tuple[int, ...], ...]
    related: tuple[tuple[int, int], ...]
    pairs: dict[tuple[int, int], float]
    note: str = ""
    evidence: tuple[tuple[Evidence, ...], ...] = ()


def title_key(title: str) -> str:
    """What near-identical titles share: their words without case, punctuation and the outlet's name after a bar."""
    head = re.split(r"\s[|–—]\s", title)[0] if len(title) > 40 else title
    return " ".join(key for _, key in tokens(head))


def readable(entries: Sequence[Entry], sentence: Floats) -> NDArray[np.bool_]:
    """Which entries' sentence vectors may tell events apart: those that are there, but for scripts without spaces, which
    the pairs were hardly taught. Of the one Chinese day read by hand, left out, such vectors gave a precision of 0.23,
    shared characters alone 0.96.
    """
    spaced = [2 * len(NO_SPACES.findall(e.title)) <= len(e.title.replace(" ", "")) for e in entries]
    return np.asarray((np.abs(sentence).sum(1) > 0) & np.array(spaced, np.bool_), np.bool_)


def group(
    entries: Sequence[Entry],
    vectors: NDArray[np.float32],
    background: Background | None = None,
    model: PairModel | None = None,
    *,
    feeds: Iterable[str] = (),
) -> Groups:
    """The stories of a day, whatever the order of its entries. `vectors` holds one row an entry, of the default
    embedder; `feeds` are the addresses of all that the reader follows."""
    if not entries:
        return Groups((), (), {})
    order = sorted(range(len(entries)), key=lambda i: (entries[i].feed, entries[i].ident, entries[i].title))
    own = outlet_names(entries, feeds)
    day = _read([entries[i] for i in order], vectors[order], background or shipped_background(), own)
    model = model or shipped_pairs()
    pairs = _probable(day, model)
    pairs |= blurbs(day.entries, pairs, ALONE)
    pairs |= _same(day.entries)
    known = compared(len(order))
    cut = CUT if 2 * int(day.vectors.readable.sum()) > len(order) else WORDS_CUT
    found = average_linkage(len(order), ((a, b, p) for (a, b), p in pairs.items()), cut=cut, known=known)
    found = tightened(found, pairs, least=TIGHT, largest=known)
    found = with_a_heart(told_once(found, pairs, [(entry.feed, outlet(entry)) for entry in day.entries], known), pairs)
    found.sort(key=lambda cluster: min(order[i] for i in cluster))
    clusters = tuple(tuple(sorted(order[i] for i in cluster)) for cluster in found)
    back = {(min(order[a], order[b]), max(order[a], order[b])): p for (a, b), p in pairs.items()}
    return Groups(clusters, _related(clusters, back), back, _note(len(order)), _evidence(day, model, found, pairs))


@lru_cache(maxsize=1)
def shipped_background() -> Background:
    """What a term is worth anywhere, from `models/background.npz`."""
    stored = weights("background.npz")
    counts, capitals = np.asarray(stored["counts"], np.uint16), np.asarray(stored["capitals"], np.uint8)
    return Background(int(stored["documents"]), counts, capitals)


@lru_cache(maxsize=1)
def shipped_pairs() -> PairModel:
    """The weights of `models/pairs.npz`; `tools/build_pairs.py` writes them."""
    return pair_model(weights("pairs.npz"))


def pair_model(stored: Mapping[str, NDArray[np.generic]]) -> PairModel:
    """A model out of its file's arrays: features' weights by name, so that another order does no harm."""
    names = bytes(np.asarray(stored["features"], np.uint8)).decode().split("\n")
    place = [names.index(feature) for feature in FEATURES]
    read, unread, read_sure, unread_sure = (
        np.asarray(stored[key], np.float32) for key in ("read", "unread", "read sure", "unread sure")
    )
    across = Crosslingual(*(np.asarray(stored[key], np.float32) for key in ("across", "across sure")))
    return PairModel(read[place], float(read[-1]), unread[place], float(unread[-1]), read_sure, unread_sure, across)


@dataclass(frozen=True)
class _Day:
    entries: Sequence[Entry]
    bags: Bags
    vectors: Vectors
    around: Circumstances
    together: Coherence
    texts: Sequence[tuple[str, str]]

    @cached_property
    def words(self) -> Worded:
        """The same texts word by word; for pairs in two languages."""
        return worded(self.texts)

    def features(self, first: Numbers, second: Numbers) -> tuple[Floats, NDArray[np.bool_]]:
        """Of each pair, and whether it is one of sentence vectors."""
        alike = self.vectors.cosines(first, second)
        return features(self.bags, self.around, self.together, alike, first, second), alike.read

    def signs(self, first: Numbers, second: Numbers) -> Floats:
        """Of each pair in two languages."""
        return signs(self.words, self.vectors, self.around.gap(first, second), first, second)

    def probability(self, first: Numbers, second: Numbers, model: PairModel) -> NDArray[np.float64]:
        """Of each pair, that both tell of one event."""
        rows, read = self.features(first, second)
        found = model(rows, read)
        name_alone = read & (rows[:, _MEANING] < FAR) & (rows[:, _SECOND] < COMMON)
        found[name_alone] = np.minimum(found[name_alone], ALONE)
        across = worthwhile(self.vectors, first, second)
        if len(across):  # what they share of words and names, or what means the same: either may say so
            found[across] = np.maximum(found[across], model.crosslingual(self.signs(first[across], second[across])))
        return found


def _read(entries: Sequence[Entry], vectors: Floats, background: Background, own: Collection[str]) -> _Day:
    texts = [(title, body(e)) for title, e in zip(headlines(entries), entries, strict=True)]
    rows = bags([bag(*text) for text in texts], background, own)
    known = known_vectors(entries, vectors)
    return _Day(entries, rows, known, circumstances(entries), coherence(rows, known), texts)


def known_vectors(entries: Sequence[Entry], vectors: Floats) -> Vectors:
    """An embedder's rows, one an entry, as pairs are compared by them."""
    sentence, words = parts(vectors)
    read = readable(entries, sentence)
    languages = [primary(entry.language) for entry in entries]
    names = sorted(set(languages) - {""})
    if len(names) < 2:
        return Vectors(sentence, words, read)
    number = np.array([names.index(language) if language else -1 for language in languages], np.int64)
    return Vectors(sentence, words, read, number, centred(vectors, languages))


def _probable(day: _Day, model: PairModel) -> dict[tuple[int, int], float]:
    first, second = candidates(day.bags, day.vectors)
    found: dict[tuple[int, int], float] = {}
    for low in range(0, len(first), _AT_ONCE):
        a, b = first[low : low + _AT_ONCE], second[low : low + _AT_ONCE]
        probability = np.round(day.probability(a, b, model), 5)
        worth = probability >= WORTH
        keys = zip(a[worth].tolist(), b[worth].tolist(), strict=True)
        found.update(zip(keys, probability[worth].tolist(), strict=True))
    return found


def _evidence(
    day: _Day, model: PairModel, clusters: Sequence[Sequence[int]], pairs: Mapping[tuple[int, int], float]
) -> tuple[tuple[Evidence, ...], ...]:
    """The surest pairs of each story: a few, of a large day one."""
    most = MOST if len(day.entries) <= SMALL else 1
    chosen: list[list[tuple[int, int]]] = []
    for cluster in clusters:
        sure = sorted((-pairs.get((a, b), 0.0), a, b) for n, a in enumerate(cluster) for b in cluster[n + 1 :])
        chosen.append([(a, b) for p, a, b in sure[:most] if p < 0])
    wanted = sorted({pair for some in chosen for pair in some})
    if not wanted:
        return tuple(() for _ in clusters)
    reason = _reasons(day, model, wanted, pairs)
    return tuple(tuple(reason[pair] for pair in some) for some in chosen)


def _reasons(
    day: _Day, model: PairModel, wanted: Sequence[tuple[int, int]], pairs: Mapping[tuple[int, int], float]
) -> dict[tuple[int, int], Evidence]:
    """Of each pair, why; of one in two languages, which of the two ways of telling was the surer."""
    first, second = (np.array(side, np.int64) for side in zip(*wanted, strict=True))
    rows, read = day.features(first, second)
    found = {
        pair: reasons(day.bags, day.entries, pair, rows[i], model.read if read[i] else model.unread, pairs[pair])
        for i, pair in enumerate(wanted)
    }
    across = worthwhile(day.vectors, first, second)
    if len(across):
        said = day.signs(first[across], second[across])
        surer = model.crosslingual(said) > model(rows[across], read[across])
        for i, row in zip(across[surer].tolist(), said[surer], strict=True):
            pair = wanted[i]
            found[pair] = reasons_across(day.entries, pair, row, model.crosslingual.weights, pairs[pair])
    return found


def _note(entries: int) -> str:
    if entries > WITH_VECTORS:
        return f"{entries} entries are too many to compare each with each: pairs are found by their rare words alone."
    if entries > SMALL:
        return f"{entries} entries are too many to compare each with each: each was, with its {NEAREST} nearest."
    return ""


def _same(entries: Sequence[Entry]) -> dict[tuple[int, int], float]:
    """Pairs of one address, or of one title long enough to be nobody's rubric."""
    by_key: dict[str, list[int]] = {}
    for i, entry in enumerate(entries):
        if entry.url_key:
            by_key.setdefault(f"url {entry.url_key}", []).append(i)
        if len((title := title_key(entry.title)).split()) >= 4:
            by_key.setdefault(f"title {title}", []).append(i)
    return {(a, b): 1.0 for same in by_key.values() for n, a in enumerate(same) for b in same[n + 1 :]}


def _related(
    clusters: Sequence[tuple[int, ...]], pairs: Mapping[tuple[int, int], float]
) -> tuple[tuple[int, int], ...]:
    home = {i: c for c, cluster in enumerate(clusters) for i in cluster}
    total: dict[tuple[int, int], float] = {}
    for (a, b), score in pairs.items():
        if home[a] != home[b]:
            key = (min(home[a], home[b]), max(home[a], home[b]))
            total[key] = total.get(key, 0.0) + score
    return tuple(
        sorted(key for key, s in total.items() if s / (len(clusters[key[0]]) * len(clusters[key[1]])) >= RELATED)
    )
