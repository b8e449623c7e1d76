"""What one document may cost: feedparser takes 20 to 60 µs and a few hundred bytes for every tag, whoever sent it.

A feed of a thousand entries holds some ten thousand tags; a document of millions is an attack or a mistake, and would
take minutes and gigabytes. Markup inside CDATA is text to the parser, and does not count.
"""

import re
from itertools import islice

MAX_TAGS = 60_000
MAX_LOOSE = 500_000  # ampersands of a document that is not well-formed: each is a search of its own
_ENDLESS = re.compile(rb"<[^<>!?][^<>]{1000000}")  # one tag with a megabyte of attributes
_TAG = re.compile(rb"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|(<)", re.DOTALL)
_ITEM_STARTS = (b"<item>", b"<item ", b"<entry>", b"<entry ")


def within(data: bytes, root: bytes, limit: int = MAX_TAGS) -> bytes:
    """The document with at most `limit` tags: as it is, or ended before the item that goes beyond; b"" where that is its
    first, or where a tag has no end. `root` is the root element's name, prefix and all.
    """
    if _ENDLESS.search(data):
        return b""
    if data.count(b"<") <= limit:
        return data
    tags = (match.start() for match in _TAG.finditer(data) if match[1])
    beyond = next(islice(tags, limit, None), -1)
    if beyond < 0:
        return data
    end = max(data.rfind(start, 0, beyond) for start in _ITEM_STARTS)
    if end <= 0 or not any(data.find(start, 0, end) >= 0 for start in _ITEM_STARTS):
        return b""
    kept = data[:end]
    channel = b"</channel>" if kept.rfind(b"<channel") > kept.rfind(b"</channel>") else b""
    return kept + channel + b"</" + root + b">"
