"""How much of what one text says the other says too, word by word, whatever the languages. Pure; numpy only.

Each word of a text is laid beside the word of the other that means most nearly the same (by the vectors of single words
in some thirty languages, or written alike), as BERTScore does with vectors in context (Zhang et al. 2020). Two
accidents on one day are alike as sentences; their places and numbers find no partner.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from digest.group.meaning.vectors import stepped, word_model
from digest.group.pairs.candidates import Numbers
from digest.group.pairs.sparse import Floats


@dataclass(frozen=True, slots=True)
class Worded:
    """The texts of a day as words, each word once a text: those of text i are `words[start[i]:start[i+1]]`, numbers of
    `rows` (unit vectors, zero where the word is not known) and `worth` (rare words weigh more; unknown ones most)."""

    start: Numbers
    words: Numbers
    in_title: NDArray[np.bool_]
    rows: Floats
    worth: Floats

    def aligned(self, first: Numbers, second: Numbers) -> Floats:
        """Of each pair of texts (`first` ascending), two numbers from 0 to 1: how well the titles' words find partners in
        the other text, and how well all words do, each the mean of both directions; 0 where a text has no words."""
        found = np.zeros((len(first), 2), np.float32)
        there = np.flatnonzero(
            (self.start[first + 1] > self.start[first]) & (self.start[second + 1] > self.start[second])
        )
        ends = np.flatnonzero(np.diff(first[there], append=-1)) + 1
        for low, high in pairwise([0, *ends.tolist()]):
            some = there[low:high]
            found[some] = self._with(int(first[some[0]]), second[some])
        return found

    def _with(self, one: int, others: Numbers) -> Floats:
        """Of one text with each of some others."""
        here = slice(int(self.start[one]), int(self.start[one + 1]))
        length = self.start[others + 1] - self.start[others]
        begin = np.concatenate([[0], np.cumsum(length)[:-1]])
        there = np.arange(int(length.sum())) + np.repeat(self.start[others] - begin, length)
        x, y = self.words[here], self.words[there]
        alike = self.rows[x] @ self.rows[y].T
        unknown = ~self.rows[x].any(1)
        alike[unknown] = x[unknown, None] == y
        ours = np.maximum(np.maximum.reduceat(alike, begin, axis=1), 0)
        theirs = np.maximum(alike.max(0), 0)
        sides = []
        for of_title in (True, False):
            worth = self.worth[x] * (self.in_title[here] | (not of_title))
            weight = self.worth[y] * (self.in_title[there] | (not of_title))
            back = np.add.reduceat(weight * theirs, begin) / np.maximum(np.add.reduceat(weight, begin), 1e-6)
            sides.append((worth @ ours / max(float(worth.sum()), 1e-6) + back) / 2)
        return np.stack(sides, 1)


def worded(texts: Iterable[tuple[str, str]]) -> Worded:
    """Of texts, each a title and what follows."""
    model = word_model()
    number: dict[str, int] = {}
    start: list[int] = [0]
    words: list[int] = []
    in_title: list[bool] = []
    for title, body in texts:
        seen: dict[int, bool] = {}
        for text, of_title in ((title, True), (body, False)):
            for word in model.split(text):
                seen.setdefault(number.setdefault(word, len(number)), of_title)
        words += seen
        in_title += seen.values()
        start.append(len(words))
    rows, worth = model.each(list(number))
    return Worded(np.array(start), np.array(words, np.int64), np.array(in_title, np.bool_), stepped(rows), worth)
