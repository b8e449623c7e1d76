"""What two texts are compared by: their letters, without spaces, marks and capitals."""

import re
from functools import lru_cache

_NEITHER = re.compile(r"[\W_]+")
_NO_LETTER = re.compile(r"[\W\d_]+")
_ASCII_NEITHER = {code: None for code in range(128) if not chr(code).isalnum()}
_ASCII_NO_LETTER = {code: None for code in range(128) if not chr(code).isalpha()}
_MARKS = "’“”‘–—…\u00a0«»€£•"  # of texts that are ASCII but for these


@lru_cache(maxsize=4_096)
def letters(text: str) -> str:
    """Letters and digits, case-folded."""
    text = _unmarked(text)
    if text.isascii():
        return text.lower().translate(_ASCII_NEITHER)
    return _NEITHER.sub("", text.casefold())


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
