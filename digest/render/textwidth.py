"""Plain text in columns: East Asian characters take two, marks none (UAX #11)."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

COLUMNS = 72
# Neither may begin a line in Chinese and Japanese (a small part of JIS X 4051's kinsoku).
_NOT_FIRST = frozenset("、。，．：；！？）」』】〉》〕’”…ー々,.:;!?)]}")
# A clause of such a script, with the marks that end it; text of others stays together.
_CLAUSE = re.compile(
    r"[^、。，．：；！？）」』】〉》]*[、。，．：；！？）」』】〉》]+|[^、。，．：；！？）」』】〉》]+"
)


@lru_cache(maxsize=4096)
def _columns(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Cf", "Mn", "Me", "Cc"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def width(text: str) -> int:
    """How many columns a text takes in a terminal."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def wrap(text: str, indent: int = 0, first: str | None = None, columns: int = COLUMNS) -> str:
    """The text in lines of at most `columns` columns, each `indent` spaces in; the first begins with `first`.

    Paragraphs (line feeds) stay apart. A word longer than a line is broken, an address never.
    """
    lines: list[str] = []
    for paragraph in text.split("\n"):
        lead = paragraph[: min(len(paragraph) - len(paragraph.lstrip()), 16)]  # code and inner lists are set in
        lines += [lead + line for line in _lines(paragraph, columns - indent - len(lead))]
    start = " " * indent if first is None else first
    return "\n".join((start if number == 0 else " " * indent) + line for number, line in enumerate(lines))


def _lines(paragraph: str, columns: int) -> list[str]:
    lines, line, used = [], "", 0
    for piece in _pieces(paragraph, columns):
        size = width(piece)
        if line and used + size > columns and piece[0] not in _NOT_FIRST:
            lines.append(line.rstrip())
            line, used = "", 0
            piece = piece.lstrip()
            size = width(piece)
        line += piece
        used += size
    return [*lines, line.rstrip()]


def _pieces(paragraph: str, columns: int) -> Iterator[str]:
    """What may not be parted: words with the space before them; in scripts without spaces clauses, to their comma."""
    for number, word in enumerate(paragraph.split()):
        space = " " if number else ""
        if "://" in word or (len(word) <= columns and word.isascii()):
            yield space + word
            continue
        for clause in _CLAUSE.findall(word) or [word]:
            if width(clause) <= columns:
                yield space + clause
            else:
                yield from _torn(space + clause, columns)
            space = ""


def _torn(word: str, columns: int) -> Iterator[str]:
    """An endless word or clause in pieces of nearly a line."""
    run = ""
    for character in word:
        if width(run) + _columns(character) > columns - 2 and character not in _NOT_FIRST:
            yield run
            run = ""
        run += character
    if run:
        yield run
