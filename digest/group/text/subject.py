"""Is a text about what its headline names? Asked where one headline names several things, as those of newsletters do.

Such a letter mostly opens with something else, and that is no summary of what the headline promises.
"""

import re
from collections.abc import Sequence

from digest.group.text.stopwords import STOP_WORDS
from digest.model import Block

_ITEMS = re.compile(r"[,;] ")
_SAYS = re.compile(r"\b(?:Says?|Said|Reports?|Warns?|Shows?|Finds?)\b")  # who tells it: one thing, not several
_LEAST_ITEMS, _LEAST_ITEM, _LEAST_TITLE = 3, 3, 40  # items, words of most of them, characters of the headline
_WORD = re.compile(r"[^\W_]{3,}")
_STEM = 5
_SHARED, _BEGINNING = 2, 400  # words of a headline that a block has within its first characters


def listed(title: str) -> bool:
    """Whether a headline names several things side by side ("Robots crawl sewers, Chatbots tell jokes, Graphs go deep")."""
    if len(title) < _LEAST_TITLE:
        return False
    items = _ITEMS.split(title)
    long = sum(len(item.split()) >= _LEAST_ITEM for item in items)
    if _SAYS.search(items[-1]):
        return False
    many = len(items) > _LEAST_ITEMS
    enough = long == len(items) == _LEAST_ITEMS or (many and all(" " in item for item in items))
    return enough and (many or title[-1] not in ".!?") and _titled(items)


def about(blocks: Sequence[Block], title: str) -> tuple[Block, ...]:
    """The blocks from the first that begins with words of the headline; none where none does."""
    wanted = _stems(title)
    for place, block in enumerate(blocks):
        if len(wanted & _stems(block.text[:_BEGINNING])) >= _SHARED:
            return tuple(blocks[place:])
    return ()


def shares(text: str, title: str) -> bool:
    """Whether a text has a word of the headline; asked of scripts that set words apart."""
    wanted = _stems(title)
    return not wanted or text.lower() == text.upper() or bool(wanted & _stems(text))


def _titled(items: Sequence[str]) -> bool:
    """Each item begins like a headline of its own: a sentence's parts go on in small letters."""
    begins = [item.strip(" \"'“‘(")[:1] for item in items]
    return all(first.isupper() or first.isdigit() for first in begins)


def _stems(text: str) -> set[str]:
    small = STOP_WORDS["en"]
    return {word[:_STEM] for word in _WORD.findall(text.casefold()) if word not in small}
