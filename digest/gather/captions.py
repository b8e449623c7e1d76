"""A picture's caption is not the entry's summary.

feedparser takes `media:description` for the item's description wherever it stands. Inside `media:content` it belongs to
that picture or film (Media RSS 1.5.1); as the only text of an item, or beside the media (YouTube), it is the item's.
"""

import re

# One pass over the tags that matter, in order: nothing is looked at twice, however many never end.
_TAG = re.compile(
    rb"<(/?)(item|entry|media:content|media:description|(description|summary|content(?::encoded)?|[a-z]{0,20}:?body))(?=[\s/>])"
)


def without_captions(data: bytes) -> bytes:
    """The document without the captions of media in items that have a text of their own; else as it is."""
    if b"<media:description" not in data or b"</media:content" not in data:
        return data
    cuts = _captions(data)
    begins = [0, *(end for _, end in cuts)]
    ends = [*(start for start, _ in cuts), len(data)]
    return b"".join(data[a:b] for a, b in zip(begins, ends, strict=True)) if cuts else data


def _captions(data: bytes) -> list[tuple[int, int]]:
    """Where they stand."""
    found: list[tuple[int, int]] = []
    here: list[tuple[int, int]] = []
    within, text, caption = False, False, -1
    for tag in _TAG.finditer(data):
        name, closes = tag[2], bool(tag[1])
        ends = data.find(b">", tag.end()) + 1
        if not ends:
            break
        if name in (b"item", b"entry"):
            if closes and text:
                found += here
            here, within, text, caption = [], False, False, -1
        elif tag[3]:
            text = True
        elif name == b"media:content":
            within, caption = not closes and data[ends - 2 : ends - 1] != b"/", -1
        elif not closes:
            caption = tag.start() if within and data[ends - 2 : ends - 1] != b"/" else -1
        elif caption >= 0:
            here.append((caption, ends))
            caption = -1
    return found
