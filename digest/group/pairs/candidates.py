"""Which pairs of a day's entries are worth a closer look: a coarse likeness, block by block, never n × n. numpy only.

Words through an inverted index without the commonest terms, sentence vectors by matrix products of a block's height.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from digest.group.pairs.sparse import Bags, Floats

WORDS, TITLE, MEANING = 0.35, 0.25, 0.4  # shares of words, of the titles' words and of vectors
LEAST = 0.12  # coarse likeness of a pair looked at; 97 of 100 pairs of one story have it
ALONE = 0.6  # what word vectors' cosine counts where the sentence model could not read one of the two
SMALL, NEAREST = 2_000, 40  # a day of more entries than the first compares each with so many nearest
NEAR = 160  # and any other with so many: of fourteen days read by hand no story is another, and with 80 none either
WITH_VECTORS = 25_000  # a day of more entries finds candidates by words alone
_WIDEST, _WIDE = 250, 0.02  # entries of a day that a term may stand in to find pairs: so many, or that part
_GROUP = 32  # others that `_floor` takes together
_AT_ONCE = 1_000  # pairs whose vectors are in memory together: they stay within a processor's cache
_BLOCK_PLACES, _EXPANDED = 2_000_000, 4_000_000
Numbers = NDArray[np.int64]


class Cosines(NamedTuple):
    """Of each of some pairs: the cosine of its sentence vectors, or `ALONE` times that of its words' where one is missing;
    the words' cosine; and whether the first is one of sentence vectors."""

    meaning: Floats
    of_words: Floats
    read: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Vectors:
    """Sentence and word vectors, rows of unit length or zero; `readable` where there is a sentence vector.

    Of entries in more than one language also which language each is in, by number (below zero: nobody knows), and all
    sentence vectors centred on their languages' means: what cosines of two languages are taken of.
    """

    sentence: Floats
    words: Floats
    readable: NDArray[np.bool_]
    languages: Numbers | None = None
    centred: Floats | None = None

    def across(self, first: Numbers, second: Numbers) -> NDArray[np.bool_]:
        """Which pairs are in two languages."""
        if self.languages is None:
            return np.zeros(len(first), np.bool_)
        return _across(self.languages[first], self.languages[second])

    def cosines(self, first: Numbers, second: Numbers) -> Cosines:
        """Of each pair."""
        found = self._cosines(first, second)
        if self.centred is None or not (across := self.across(first, second)).any():
            return found
        a, b = first[across], second[across]
        there = np.asarray(self.centred.any(1))
        found.read[across] = there[a] & there[b]
        found.meaning[across] = np.where(
            found.read[across], _products(self.centred, a, b), ALONE * found.of_words[across]
        )
        return found

    def _cosines(self, first: Numbers, second: Numbers) -> Cosines:
        both = self.readable[first] & self.readable[second]
        if len(self.words) <= SMALL < len(first):  # one product of all is cheaper than one a pair
            of_words, of_sentences = (rows @ rows.T for rows in (self.words, self.sentence))
            words = of_words[first, second]
            return Cosines(np.where(both, of_sentences[first, second], ALONE * words).astype(np.float32), words, both)
        words = _products(self.words, first, second)
        found = np.where(both, _products(self.sentence, first, second), ALONE * words)
        return Cosines(found.astype(np.float32), words, both)


def _across(one: Numbers, other: Numbers) -> NDArray[np.bool_]:
    return np.asarray((one != other) & (one >= 0) & (other >= 0), np.bool_)


def _products(rows: Floats, first: Numbers, second: Numbers) -> Floats:
    found = np.zeros(len(first), np.float32)
    for low in range(0, len(first), _AT_ONCE):
        here = slice(low, low + _AT_ONCE)
        found[here] = np.einsum("ij,ij->i", rows[first[here]], rows[second[here]])
    return found


def compared(n: int) -> int:
    """With how many others each entry of a day of `n` is compared."""
    return NEAREST if n > SMALL else min(n, NEAR)


def candidates(bags: Bags, vectors: Vectors) -> tuple[Numbers, Numbers]:
    """Pairs (first < second), in ascending order. An entry brings so many of its nearest as `compared` says."""
    n = len(bags)
    index = _Index(bags)
    found: list[Numbers] = []
    height = max(16, min(256, _BLOCK_PLACES // max(1, n)))
    for low in range(0, n, height):
        here = slice(low, min(n, low + height))
        score = index.likeness(here)
        if n <= WITH_VECTORS:
            meaning = _meaning(vectors, here)
            np.maximum(meaning, 0, out=meaning)
            meaning *= MEANING
            score += meaning
        rows, others = _near(score, compared(n), low)
        found.append(np.minimum(rows, others) * n + np.maximum(rows, others))
    keys = np.sort(np.concatenate(found))  # and each once: numpy's own `unique` hashes, four times as slow here
    keys = keys[np.append(True, keys[1:] != keys[:-1])] if len(keys) else keys
    return keys // n, keys % n


def _meaning(vectors: Vectors, here: slice) -> Floats:
    found: Floats = vectors.sentence[here] @ vectors.sentence.T
    both: NDArray[np.bool_] = np.asarray(vectors.readable[here, None] & vectors.readable)
    if vectors.languages is not None and vectors.centred is not None:
        across = _across(vectors.languages[here, None], vectors.languages)
        there = np.asarray(vectors.centred.any(1))
        found = np.where(across, vectors.centred[here] @ vectors.centred.T, found)
        both = np.where(across, np.asarray(there[here])[:, None] & there, both)
    if not both.all():
        found = np.where(both, found, ALONE * (vectors.words[here] @ vectors.words.T))
    return found


def _near(score: Floats, most: int, low: int) -> tuple[Numbers, Numbers]:
    """Of rows `low` and on: who is near enough, at most about `most` others each (more where the last are equals)."""
    height, n = score.shape
    score[np.arange(height), np.arange(low, low + height)] = 0
    rows, others = np.divmod(np.flatnonzero(score >= _floor(score, most)), n)
    crowded = np.flatnonzero(np.bincount(rows, minlength=height) > most)
    if len(crowded):
        worth = score[rows, others]
        least = np.zeros(height, np.float32)
        begin = np.searchsorted(rows, [crowded, crowded + 1]).T
        least[crowded] = [np.partition(worth[a:b], b - a - most)[b - a - most] for a, b in begin.tolist()]
        kept = worth >= least[rows]
        rows, others = rows[kept], others[kept]
    return rows + low, others


def _floor(score: Floats, most: int) -> Floats:
    """Of each row, a score that at least `most` others reach, or LEAST where that is more: what is below need not be
    looked at. As many groups of others have their best there, and groups are quick to go through."""
    height, n = score.shape
    groups = n // _GROUP
    if groups <= most:
        return np.full((height, 1), LEAST, np.float32)
    best = score[:, : groups * _GROUP].reshape(height, groups, _GROUP).max(2)
    return np.maximum(np.partition(best, groups - most, 1)[:, groups - most, None], LEAST)


class _Index:
    """Rows by term."""

    def __init__(self, bags: Bags) -> None:
        self.n = len(bags)
        counts = np.bincount(bags.columns, minlength=len(bags.vocabulary))
        usable = (counts > 1) & (counts <= max(_WIDEST, int(_WIDE * self.n)))
        kept = usable[bags.columns]
        owner = np.repeat(np.arange(self.n), np.diff(bags.start))[kept]
        self.columns = bags.columns[kept]
        self.words, self.titles = bags.weights[kept], bags.titles[kept]
        self.start = np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=self.n))])
        order = np.argsort(self.columns, kind="stable")
        self.owner, self.by_words, self.by_titles = owner[order], self.words[order], self.titles[order]
        self.counts = np.where(usable, counts, 0)
        self.begin = np.concatenate([[0], np.cumsum(self.counts)])

    def likeness(self, here: slice) -> Floats:
        """Words' and titles' part of the coarse likeness of some rows with all."""
        found = np.zeros((here.stop - here.start, self.n), np.float32)
        row = here.start
        while row < here.stop:
            last = row + 1
            spent = self._expanded(row)
            while last < here.stop and spent < _EXPANDED:
                spent += self._expanded(last)
                last += 1
            found[row - here.start : last - here.start] = self._block(row, last)
            row = last
        return found

    def _expanded(self, row: int) -> int:
        return int(self.counts[self.columns[self.start[row] : self.start[row + 1]]].sum())

    def _block(self, row: int, last: int) -> Floats:
        terms = slice(int(self.start[row]), int(self.start[last]))
        columns = self.columns[terms]
        counts = self.counts[columns]
        ends = np.cumsum(counts)
        if not len(ends) or not ends[-1]:
            return np.zeros((last - row, self.n), np.float32)
        there = np.arange(ends[-1]) + np.repeat(self.begin[columns] - (ends - counts), counts)
        local = np.repeat(np.arange(last - row), np.diff(self.start[row : last + 1]))
        worth = np.repeat(WORDS * self.words[terms], counts) * self.by_words[there]
        worth += np.repeat(TITLE * self.titles[terms], counts) * self.by_titles[there]
        places = np.repeat(local * self.n, counts) + self.owner[there]
        return np.bincount(places, worth, (last - row) * self.n).reshape(last - row, self.n).astype(np.float32)
