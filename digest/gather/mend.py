"""The commonest damage, mended: ampersands that stand for themselves, and HTML's names for characters.

One `&` that should have been `&amp;`, or one `&nbsp;`, makes a whole document not well-formed. feedparser then reads it with
a parser that takes `&copy=` inside an address for a copyright sign, and no item of it can be left out unread.
"""

import re
from html.entities import html5

_PLACE = re.compile(
    rb"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|&(#(?:[0-9]+|[xX][0-9a-fA-F]+);|([A-Za-z][A-Za-z0-9]*);)?",
    re.DOTALL,
)
_XML = (b"amp", b"lt", b"gt", b"quot", b"apos")


def with_sound_references(data: bytes) -> bytes:
    """The document with every `&` outside CDATA and comments part of a reference that XML knows; else as it is.

    Unchanged where a DOCTYPE may declare names of its own.
    """
    if b"&" not in data or b"<!DOCTYPE" in data or b"<!doctype" in data:
        return data
    return _PLACE.sub(_mended, data)


def _mended(match: re.Match[bytes]) -> bytes:
    reference, name = match[1], match[2]
    if match[0][:1] != b"&" or name in _XML or (reference and not name):
        return match[0]
    characters = html5.get(f"{name.decode('ascii')};", "") if name else ""
    if characters:
        return "".join(f"&#{ord(character)};" for character in characters).encode("ascii")
    return b"&amp;" + match[0][1:]
