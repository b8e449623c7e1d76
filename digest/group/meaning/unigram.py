"""Pieces of a text as multilingual models read it: the likeliest split by a unigram model (Kudo 2018), by Viterbi.

A word is split on its own, as SentencePiece does, so that its split can be remembered; a script without spaces is one
long word. Unicode is normalised by NFKC.
"""

import unicodedata
from collections.abc import Sequence

SPACE = "\u2581"  # stands before each word, as in SentencePiece
FIRST, LAST, UNKNOWN = 0, 1, 2  # the pieces that open and close a text, and what no piece covers
_REMEMBERED = 100_000  # words
_LONGEST_WORD = 200  # characters; of longer ones the beginning is read
_UNKNOWN_COSTS = 10.0  # below the rarest piece (as SentencePiece does)


class Unigram:
    """A vocabulary with the logarithm of each piece's probability; its first three are `FIRST`, `LAST`, `UNKNOWN`."""

    def __init__(self, pieces: Sequence[str], scores: Sequence[float]) -> None:
        self._number = {piece: i for i, piece in enumerate(pieces) if i > UNKNOWN}
        self._scores = [float(score) for score in scores]
        self._unknown = min(self._scores) - _UNKNOWN_COSTS
        self._longest = max(map(len, pieces))
        self._known: dict[str, tuple[int, ...]] = {}

    def __call__(self, text: str, limit: int) -> list[int]:
        """At most `limit` piece numbers, those that open and close the text among them."""
        found = [FIRST]
        for word in unicodedata.normalize("NFKC", text).split():
            found += self._remembered(word[:_LONGEST_WORD])
            if len(found) >= limit - 1:
                break
        return [*found[: limit - 1], LAST]

    def _remembered(self, word: str) -> tuple[int, ...]:
        if (known := self._known.get(word)) is not None:
            return known
        split = self._split(SPACE + word)
        if len(self._known) < _REMEMBERED:
            self._known[word] = split
        return split

    def _split(self, text: str) -> tuple[int, ...]:
        """The pieces whose probabilities multiply to the most."""
        best = [0.0] + [float("-inf")] * len(text)
        back = [(0, UNKNOWN)] * (len(text) + 1)  # where the piece that ends here begins, and which it is
        for start in range(len(text)):
            before = best[start]
            if before + self._unknown > best[start + 1]:
                best[start + 1], back[start + 1] = before + self._unknown, (start, UNKNOWN)
            for end in range(start + 1, min(len(text), start + self._longest) + 1):
                number = self._number.get(text[start:end])
                if number is not None and before + self._scores[number] > best[end]:
                    best[end], back[end] = before + self._scores[number], (start, number)
        pieces: list[int] = []
        end = len(text)
        while end:
            end, number = back[end]
            pieces.append(number)
        return tuple(reversed(pieces))
