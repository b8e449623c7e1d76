"""A picture's caption is not the entry's summary.

feedparser takes `media:description` for the item's description wherever it stands. Inside `media:content`, or beside it in
an item that has a text of its own, it belongs to that picture or film (Media RSS 1.5.1); as the only text of an item, or in
a `media:group` (YouTube), it is the item's.
"""

import re

# One pass over the tags that matter, in order: nothing is looked at twice, however many never end.
_TAG = re.compile(
    rb"<(/?)(item|entry|media:group|media:content|media:description|(description|summary|content(?::encoded)?|[a-z]{0,20}:?body))(?=[\s/>])"
)
_EMPTY = re.compile(rb"\s*(?:<!\[CDATA\[\s*\]\]>\s*)?</")


def without_captions(data: bytes) -> bytes:
    """The document without the captions of media in items that have a text of their own; else as it is."""
    if b"<media:description" not in data or b"<media:content" not in data:
        return data
    cuts = _captions(data)
    begins = [0, *(end for _, end in cuts)]
    ends = [*(start for start, _ in cuts), len(data)]
    return b"".join(data[a:b] for a, b in zip(begins, ends, strict=True)) if cuts else data


def _captions(data: bytes) -> list[tuple[int, int]]:
    """Where they stand."""
    found: list[tuple[int, int]] = []
    here: list[tuple[int, int]] = []
    beside = grouped = text = False
    caption = -1
    for tag in _TAG.finditer(data):
        name, closes = tag[2], bool(tag[1])
        ends = data.find(b">", tag.end()) + 1
        if not ends:
            break
        alone = data[ends - 2 : ends - 1] == b"/"
        if name in (b"item", b"entry"):
            if closes and text:
                found += here
            here, beside, grouped, text, caption = [], False, False, False, -1
        elif tag[3]:
            text = text or not (closes or alone or _EMPTY.match(data, ends, ends + 60))
        elif name == b"media:group":
            grouped, beside = not closes and not alone, False
        elif name == b"media:content":
            beside, caption = not grouped or not (closes or alone), -1
        elif not closes:
            caption = tag.start() if beside and not alone else -1
        elif caption >= 0:
            here.append((caption, ends))
            caption = -1
    return found
