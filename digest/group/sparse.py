"""Bags of words as sparse unit vectors, and the pairs of entries that resemble each other. numpy only.

Weights are (1 + ln tf) · idf, with the idf of a large fixed background and never the day's own: on a day of one great
story its words are frequent, and would count for least exactly where they matter.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digest.group.words import bucket

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Background:
    """In how many of `documents` earlier entries each hashed term stood; `counts` has a power of two of places."""

    documents: int
    counts: NDArray[np.uint16]

    def __call__(self, term: str) -> int:
        return int(self.counts[bucket(term, int(math.log2(len(self.counts))))])


NOTHING = Background(0, np.zeros(1, np.uint16))


@dataclass(frozen=True, slots=True)
class Bags:
    """Rows of unit length: row i holds terms `columns[start[i]:start[i+1]]` with `weights` of the same places.

    `vocabulary` names the columns; `idf` is theirs.
    """

    start: NDArray[np.int64]
    columns: Ints
    weights: Floats
    vocabulary: tuple[str, ...]
    idf: Floats

    def __len__(self) -> int:
        return len(self.start) - 1

    def row(self, i: int) -> tuple[Ints, Floats]:
        """Columns and weights of one row."""
        where = slice(int(self.start[i]), int(self.start[i + 1]))
        return self.columns[where], self.weights[where]


def bags(texts: Sequence[Mapping[str, float]], background: Background = NOTHING) -> Bags:
    """Unit tf-idf rows of weighted bags. Columns are numbered in sorted order: the same input, the same output."""
    df: dict[str, int] = {}
    for text in texts:
        for term in text:
            df[term] = df.get(term, 0) + 1
    vocabulary = tuple(sorted(df))
    number = {term: i for i, term in enumerate(vocabulary)}
    day = df if not background.documents else dict.fromkeys(df, 0)
    everything = 1 + (background.documents or len(texts))
    rarity = (math.log(everything / (1 + day[t] + background(t))) for t in vocabulary)
    idf = np.array([max(0.0, r) for r in rarity], np.float32)
    start = np.zeros(len(texts) + 1, np.int64)
    columns: list[int] = []
    tf: list[float] = []
    for i, text in enumerate(texts):
        ordered = sorted((number[term], weight) for term, weight in text.items())
        columns += [column for column, _ in ordered]
        tf += [weight for _, weight in ordered]
        start[i + 1] = len(columns)
    at = np.array(columns, np.int32)
    weights = (1 + np.log(np.array(tf, np.float32))) * idf[at] if columns else np.zeros(0, np.float32)
    square = np.concatenate([[0.0], np.cumsum(weights.astype(np.float64) ** 2)])
    length = np.sqrt(square[start[1:]] - square[start[:-1]])
    scale = np.repeat(np.where(length > 1e-9, length, 1.0), np.diff(start)).astype(np.float32)
    return Bags(start, at, np.maximum(weights / scale, 0), vocabulary, idf)


def cosine_rows(rows: Bags, *, block: int = 256, widest: int | None = None) -> Iterator[tuple[int, Floats]]:
    """For blocks of rows, their cosines with every row: (first row, matrix of block × len(rows)).

    Works through an inverted index. Terms in more than `widest` rows are left out (they cost most and say least).
    """
    n = len(rows)
    order = np.argsort(rows.columns, kind="stable")
    owner = np.repeat(np.arange(n, dtype=np.int32), np.diff(rows.start))[order]
    weight = rows.weights[order]
    counts = np.bincount(rows.columns, minlength=len(rows.vocabulary))
    begin = np.concatenate([[0], np.cumsum(counts)])
    usable = counts > 1 if widest is None else (counts > 1) & (counts <= widest)
    for first in range(0, n, block):
        last = min(n, first + block)
        result = np.zeros((last - first, n), np.float32)
        for i in range(first, last):
            columns, weights = rows.row(i)
            keep = usable[columns]
            columns, weights = columns[keep], weights[keep]
            if not len(columns):
                continue
            spans = [slice(int(begin[c]), int(begin[c + 1])) for c in columns]
            whom = np.concatenate([owner[s] for s in spans])
            how = np.concatenate([weight[s] for s in spans]) * np.repeat(weights, counts[columns])
            result[i - first] = np.bincount(whom, how, n)
        yield first, result
