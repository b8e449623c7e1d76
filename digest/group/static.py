"""Vectors of texts from vectors of single words, in some thirty languages and one space. numpy only; quick.

A text is the weighted mean of its words (rare words weigh more; Arora et al. 2017). A word that is not known counts as
its longest known beginning; runs of scripts without spaces are cut into the longest known pieces.
"""

import re
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from digest.group.words import NO_SPACES, WORD

Floats = NDArray[np.float32]
_LONGEST_PIECE, _SHORTEST_STEM, _MOST_CUT = 6, 4, 4


class WordVectors:
    """The vocabulary and its vectors, as `tools/build_words.py` writes them."""

    def __init__(self, weights: Mapping[str, NDArray[np.generic]]) -> None:
        words = bytes(weights["vocabulary"]).decode("utf-8").split("\n")
        self._number = {word: i for i, word in enumerate(words)}
        self._vectors = np.asarray(weights["vectors"], np.int8)
        self._scale = np.asarray(weights["scale"], np.float32)

    @property
    def dimension(self) -> int:
        """Of the vectors."""
        return int(self._vectors.shape[1])

    def __call__(self, texts: Sequence[str]) -> Floats:
        """A row a text, of unit length; zeros where no word is known."""
        result = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in enumerate(texts):
            numbers = self._numbers(text)
            if numbers:
                mean = (self._vectors[numbers] * self._scale[numbers]).mean(0)
                result[row] = mean / max(float(np.linalg.norm(mean)), 1e-9)
        return result

    def _numbers(self, text: str) -> list[int]:
        found: list[int] = []
        for written in WORD.findall(text):
            word = written.casefold()
            if (number := self._number.get(word)) is not None:
                found.append(number)
            elif NO_SPACES.match(word):
                found += self._pieces(word)
            elif len(word) > _SHORTEST_STEM and re.match(r"[^\W\d_]", word):
                shorter = (word[:-n] for n in range(1, min(_MOST_CUT, len(word) - _SHORTEST_STEM) + 1))
                found += next(([self._number[s]] for s in shorter if s in self._number), [])
        return found

    def _pieces(self, run: str) -> list[int]:
        found: list[int] = []
        start = 0
        while start < len(run):
            for end in range(min(len(run), start + _LONGEST_PIECE), start, -1):
                if (number := self._number.get(run[start:end])) is not None:
                    found.append(number)
                    start = end
                    break
            else:
                start += 1
        return found
