"""Bags of words as sparse unit vectors, and the pairs of entries that resemble each other. numpy only.

Weights are (1 + ln tf) · idf, with the idf of a large fixed background and never the day's own: on a day of one great
story its words are frequent, and would count for least exactly where they matter.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digest.group.text.words import bucket

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]
Bools = NDArray[np.bool_]
Bag = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Background:
    """In how many of `documents` earlier entries each hashed term stood; `counts` has a power of two of places.

    `capitals` is how often it was written with a capital within a sentence, of 255; of the same length.
    """

    documents: int
    counts: NDArray[np.uint16]
    capitals: NDArray[np.uint8]

    def places(self, terms: Sequence[str]) -> NDArray[np.int64]:
        """Where terms stand in the tables."""
        bits = int(math.log2(len(self.counts)))
        return np.fromiter((bucket(term, bits) for term in terms), np.int64, len(terms))


@dataclass(frozen=True, slots=True)
class Bags:
    """Rows of unit length: row i holds terms `columns[start[i]:start[i+1]]`, ascending, with `weights` of the same places.

    `titles` are the weights of the titles alone, of unit length too, zero where a term is not in the title.
    `vocabulary` names the columns; `idf`, `names` (mostly written with a capital) and `numbers` are theirs.
    """

    start: NDArray[np.int64]
    columns: Ints
    weights: Floats
    titles: Floats
    vocabulary: tuple[str, ...]
    idf: Floats
    names: Bools
    numbers: Bools

    def __len__(self) -> int:
        return len(self.start) - 1

    def row(self, i: int) -> tuple[Ints, Floats]:
        """Columns and weights of one row."""
        where = slice(int(self.start[i]), int(self.start[i + 1]))
        return self.columns[where], self.weights[where]

    def sums(self, values: NDArray[np.floating] | Bools) -> Floats:
        """Of each row's values (one for each of its terms)."""
        total = np.concatenate([[0.0], np.cumsum(values, dtype=np.float64)])
        return np.asarray(total[self.start[1:]] - total[self.start[:-1]], np.float32)


NAME = 0.55 * 255  # capitals of a term that is a name
ORDINARY = 2.0  # what a word is worth that stands in every seventh entry
UNHEARD = 6.0  # a word so rare that whether it is a name cannot be told


def bags(texts: Sequence[tuple[Bag, Bag]], background: Background, ordinary: Collection[str] = ()) -> Bags:
    """Unit tf-idf rows of weighted bags, each of a title and of title and text together. Columns are numbered in
    sorted order: the same input, the same output. Names that are `ordinary` to this reader (and words
    that may be names) are worth at most ORDINARY, however rare they are elsewhere."""
    vocabulary = tuple(sorted({term for _, whole in texts for term in whole}))
    number = {term: i for i, term in enumerate(vocabulary)}
    places = background.places(vocabulary)
    rarity = np.log((1 + background.documents) / (1.0 + background.counts[places]))
    idf = np.maximum(rarity, 0).astype(np.float32)
    start = np.zeros(len(texts) + 1, np.int64)
    columns: list[int] = []
    tf: list[float] = []
    in_title: list[float] = []
    for i, (title, whole) in enumerate(texts):
        columns += [number[term] for term in whole]
        tf += whole.values()
        in_title += [title.get(term, 0.0) for term in whole] if title else [0.0] * len(whole)
        start[i + 1] = len(columns)
    order = np.lexsort((np.array(columns, np.int32), np.repeat(np.arange(len(texts)), np.diff(start))))
    at = np.array(columns, np.int32)[order]
    amounts, title_amounts = np.array(tf, np.float32)[order], np.array(in_title, np.float32)[order]
    digits = np.fromiter((term[:1].isdigit() for term in vocabulary), np.bool_, len(vocabulary))
    names = (background.capitals[places] > NAME) & ~digits
    own = np.fromiter((term in ordinary for term in vocabulary), np.bool_, len(vocabulary)) & (names | (idf > UNHEARD))
    idf[own] = np.minimum(idf[own], ORDINARY)
    names &= ~own
    empty = np.zeros(len(at), np.float32)
    rows = Bags(start, at, empty, empty, vocabulary, idf, names, digits)
    return Bags(start, at, _unit(rows, amounts, idf), _unit(rows, title_amounts, idf), vocabulary, idf, names, digits)


def _unit(rows: Bags, amounts: Floats, idf: Floats) -> Floats:
    weights = np.where(amounts > 0, 1 + np.log(np.maximum(amounts, 1e-9), dtype=np.float64), 0) * idf[rows.columns]
    length = np.sqrt(rows.sums(weights.astype(np.float64) ** 2))
    scale = np.repeat(np.where(length > 1e-6, length, 1.0), np.diff(rows.start))
    return np.asarray(np.maximum(weights / scale, 0), np.float32)
