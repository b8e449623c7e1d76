"""What two texts are compared by: their letters, without spaces, marks and capitals; how their words begin."""

import re
from collections.abc import Iterable
from functools import lru_cache

_NEITHER = re.compile(r"[\W_]+")
_LETTER = re.compile(r"[^\W_]")
_NO_LETTER = re.compile(r"[\W\d_]+")
_ASCII_NEITHER = {code: None for code in range(128) if not chr(code).isalnum()}
_ASCII_NO_LETTER = {code: None for code in range(128) if not chr(code).isalpha()}
_LONG_WORD, _BEGINNING = 4, 5
_MARKS = "’“”‘–—…\u00a0«»€£•"  # of texts that are ASCII but for these


@lru_cache(maxsize=4_096)
def letters(text: str) -> str:
    """Letters and digits, case-folded."""
    text = _unmarked(text)
    if text.isascii():
        return text.lower().translate(_ASCII_NEITHER)
    return _NEITHER.sub("", text.casefold())


def any_letter(text: str) -> bool:
    """Whether there is a letter or a digit."""
    return text[:1].isalnum() or _LETTER.search(text) is not None


@lru_cache(maxsize=4_096)
def letters_only(text: str) -> str:
    """Letters, case-folded: figures change from day to day."""
    text = _unmarked(text)
    if text.isascii():
        return text.lower().translate(_ASCII_NO_LETTER)
    return _NO_LETTER.sub("", text.casefold())


def _unmarked(text: str) -> str:
    if not text.isascii():
        for mark in _MARKS:
            if mark in text:
                text = text.replace(mark, "")
    return text


def beginnings(words: Iterable[str], *, figures: bool = False) -> set[str]:
    """The first letters of longer words, so that an ending makes no other word of one; figures of any length, if asked for."""
    return {word[:_BEGINNING] for word in words if len(word) >= _LONG_WORD or (figures and word[0].isdigit())}
