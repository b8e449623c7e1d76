"""Vectors of texts from vectors of single words, in some thirty languages and one space. numpy only; quick.

A text is the weighted mean of its words (rare words weigh more; Arora et al. 2017). A word that is not known counts as
the two known ones that it is made of (as German and its neighbours make them), else as its longest known beginning;
runs of scripts without spaces are cut into the longest known pieces.
"""

import math
import re
import zlib
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from digest.group.text.words import NO_SPACES, WORD

Floats = NDArray[np.float32]
_LONGEST_PIECE, _SHORTEST_STEM, _MOST_CUT = 6, 4, 6
_COMPOUND, _PART, _JOINTS = 8, 4, ("s", "n")  # letters of the shortest compound and of its parts; what joins parts


class WordVectors:
    """The vocabulary and its vectors, as `tools/build_words.py` writes them."""

    def __init__(self, weights: Mapping[str, NDArray[np.generic]]) -> None:
        words = zlib.decompress(bytes(weights["vocabulary"])).decode("utf-8").split("\n")
        self._words = words
        self._number = {word: i for i, word in enumerate(words)}
        self._packed = np.asarray(weights["vectors"], np.uint8)
        self._scale = np.asarray(weights["scale"], np.float32)

    @property
    def dimension(self) -> int:
        """Of the vectors."""
        return 2 * int(self._packed.shape[1])

    def __call__(self, texts: Sequence[str]) -> Floats:
        """A row a text, of unit length; zeros where no word is known."""
        result = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in enumerate(texts):
            numbers = self._numbers(text)
            if numbers:
                mean = (self._unpacked(numbers) * self._scale[numbers]).sum(
                    0, dtype=np.float64
                )  # the same on every machine
                result[row] = mean / max(math.sqrt(float(mean @ mean)), 1e-9)
        return result

    def split(self, text: str) -> list[str]:
        """The words of a text in order, case-folded; runs of scripts without spaces in the pieces that are known."""
        found: list[str] = []
        for written in WORD.findall(text):
            word = written.casefold()
            found += [self._words[n] for n in self._pieces(word)] if NO_SPACES.match(word) else [word]
        return found

    def each(self, words: Sequence[str]) -> tuple[Floats, Floats]:
        """A row a word, of unit length or zero where it is not known, and what a word is worth, from 0 to 1: the rarer
        the more, one where it is not known."""
        rows = np.zeros((len(words), self.dimension), np.float32)
        worth = np.ones(len(words), np.float32)
        numbers = [self._numbers(word) for word in words]
        many = np.array([len(some) for some in numbers], np.int64)
        known = np.flatnonzero(many)
        if len(known):
            every = [number for some in numbers for number in some]
            begin = np.concatenate([[0], np.cumsum(many[known])[:-1]])
            # the same on every machine: a few numbers a word, in their order, in float64
            totals = np.add.reduceat((self._unpacked(every) * self._scale[every]).astype(np.float64), begin)
            lengths = np.sqrt((totals**2).sum(1))
            rows[known] = totals / np.maximum(lengths, 1e-9)[:, None]
            worth[known] = np.minimum(lengths / np.sqrt(many[known]), 1)
        return rows, worth

    def _unpacked(self, numbers: list[int]) -> Floats:
        both = self._packed[numbers]
        rows = np.empty((len(numbers), self.dimension), np.float32)
        rows[:, ::2], rows[:, 1::2] = both & 15, both >> 4
        return rows - 8

    def _numbers(self, text: str) -> list[int]:
        found: list[int] = []
        for written in WORD.findall(text):
            word = written.casefold()
            if (number := self._number.get(word)) is not None:
                found.append(number)
            elif NO_SPACES.match(word):
                found += self._pieces(word)
            elif len(word) > _SHORTEST_STEM and re.match(r"[^\W\d_]", word):
                found += self._compound(word) or self._stem(word)
        return found

    def _compound(self, word: str) -> list[int]:
        """The two known words that make up one, the first as long as can be; a joint between them is dropped."""
        for cut in range(len(word) - _PART, _PART - 1, -1) if len(word) >= _COMPOUND else ():
            second = self._number.get(word[cut:])
            first = self._number.get(word[:cut]) if second is not None else None
            if second is not None and first is None and word[cut - 1] in _JOINTS:
                first = self._number.get(word[: cut - 1])
            if first is not None and second is not None:
                return [first, second]
        return []

    def _stem(self, word: str) -> list[int]:
        shorter = (word[:-n] for n in range(1, min(_MOST_CUT, len(word) - _SHORTEST_STEM) + 1))
        return next(([self._number[s]] for s in shorter if s in self._number), [])

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
