"""Whether a word means one thing today: how alike those entries are that hold it. Pure; numpy only.

The name of the day's event stands in entries that are all alike; the name of a town, of a games or of a person of many
affairs stands in entries of any kind, however rare the background thinks it is. This tells an event from a theme without
the day's own word frequencies, which are highest for the greatest event.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from digest.group.pairs.candidates import Vectors
from digest.group.pairs.sparse import Bags, Floats

_LEAST = 3  # entries that hold a word: of two, the pair itself is all that could be said
_AT_ONCE = 1_000  # rows of vectors in memory together: they stay within a processor's cache


@dataclass(frozen=True, slots=True)
class Coherence:
    """Of each term of a vocabulary: how many entries with a sentence vector hold it, and the sum of the cosines of all
    ordered pairs of these; zero where fewer than three do."""

    holders: Floats
    cosines: Floats

    def without(self, terms: NDArray[np.integer], cosines: Floats) -> tuple[Floats, NDArray[np.bool_]]:
        """Of each term the mean cosine of two of its holders, other than the pair whose own cosine is given; zero and
        False where there is none to tell."""
        holders = self.holders[terms]
        pairs = np.maximum(holders * (holders - 1) - 2, 1)
        known = holders >= _LEAST
        return np.where(known, (self.cosines[terms] - 2 * cosines) / pairs, 0).astype(np.float32), known


def coherence(bags: Bags, vectors: Vectors) -> Coherence:
    """Of all terms of some entries."""
    size = len(bags.vocabulary)
    owner = np.repeat(np.arange(len(bags)), np.diff(bags.start))
    there = vectors.readable[owner]
    columns, owner = bags.columns[there], owner[there]
    holders = np.bincount(columns, minlength=size)
    kept = holders[columns] >= _LEAST
    columns, owner = columns[kept], owner[kept]
    order = np.argsort(columns, kind="stable")
    owner = owner[order]
    terms = np.flatnonzero(holders >= _LEAST)
    begin = np.concatenate([[0], np.cumsum(holders[terms])])
    cosines = np.zeros(size, np.float32)
    first = 0
    while first < len(terms):
        last = max(first + 1, int(np.searchsorted(begin, begin[first] + _AT_ONCE, side="right")) - 1)
        rows = vectors.sentence[owner[begin[first] : begin[last]]]
        ends = (begin[first : last + 1] - begin[first]).tolist()
        # whole steps: exact in any order; several times as fast as `reduceat`, which goes down column by column
        total = np.stack([rows[a:b].sum(0) for a, b in pairwise(ends)])
        squares = np.einsum("ij,ij->i", total, total, dtype=np.float64)
        cosines[terms[first:last]] = squares - holders[terms[first:last]]
        first = last
    return Coherence(np.where(holders >= _LEAST, holders, 0).astype(np.float32), cosines)
