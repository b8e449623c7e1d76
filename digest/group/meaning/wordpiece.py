"""WordPiece tokens of a text, as an uncased BERT reads it (Devlin et al. 2019; Schuster & Nakajima 2012)."""

import unicodedata
from collections.abc import Sequence

UNKNOWN, FIRST, LAST = "[UNK]", "[CLS]", "[SEP]"
_LONGEST_WORD = 60


def _is_punctuation(char: str) -> bool:
    return (char.isascii() and not char.isalnum() and char > " ") or unicodedata.category(char).startswith("P")


def _is_ideograph(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff" or "\uf900" <= char <= "\ufaff" or "\U00020000" <= char <= "\U0002fa1f"


class WordPiece:
    """A vocabulary and its greedy longest-match split. Words met before are remembered, up to a bound."""

    def __init__(self, vocabulary: Sequence[str]) -> None:
        self._number = {piece: i for i, piece in enumerate(vocabulary)}
        self._known: dict[str, tuple[int, ...]] = {}

    def __call__(self, text: str, limit: int) -> list[int]:
        """At most `limit` token numbers, those that open and close the text among them."""
        found = [self._number[FIRST]]
        for word in _words(text):
            found += self._split(word)
            if len(found) >= limit - 1:
                break
        return [*found[: limit - 1], self._number[LAST]]

    def _split(self, word: str) -> tuple[int, ...]:
        if (known := self._known.get(word)) is not None:
            return known
        pieces: list[int] = []
        start = 0
        while start < len(word) and len(word) <= _LONGEST_WORD:
            for end in range(len(word), start, -1):
                piece = word[start:end] if start == 0 else "##" + word[start:end]
                if piece in self._number:
                    pieces.append(self._number[piece])
                    start = end
                    break
            else:
                break
        result = tuple(pieces) if start == len(word) else (self._number[UNKNOWN],)
        if len(self._known) < 100_000:
            self._known[word] = result
        return result


def _words(text: str) -> list[str]:
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFD", text.lower()) if unicodedata.category(c) != "Mn")
        text = "".join(
            f" {c} " if _is_ideograph(c) else c
            for c in text
            if unicodedata.category(c) not in {"Cc", "Cf", "Cn"} or c in "\t\n\r"
        )
    else:
        text = text.lower()
    found: list[str] = []
    for word in text.split():
        if word.isalnum():
            found.append(word)
            continue
        start = 0
        for i, char in enumerate(word):
            if _is_punctuation(char):
                found += [word[start:i], char] if i > start else [char]
                start = i + 1
        if start < len(word):
            found.append(word[start:])
    return found
