"""A picture's caption is not the entry's summary.

feedparser takes `media:description` for the item's description wherever it stands. Inside `media:content` it belongs to
that picture or film (Media RSS 1.5.1); as the only text of an item, or beside the media (YouTube), it is the item's.
"""

import re

# None looks past the next tag of its kind, and none looks back: many that never end cost no more than one.
_ITEM = re.compile(rb"<(item|entry)\b(?:[^<]++|<(?!/?(?:item|entry)\b))*+</\1\s*>")
_MEDIUM = re.compile(
    rb"<media:content\b(?:[^>\"']++|\"[^\"]*\"|'[^']*')*+(?<!/)>(?:[^<]++|<(?!/?media:content\b))*+</media:content\s*>"
)
_CAPTION = re.compile(rb"<media:description\b(?:[^<]++|<(?!/?media:description\b))*+</media:description\s*>")
_OWN_TEXT = re.compile(rb"<(?:description|summary|content|content:encoded|[a-z]*:?body)\b")


def without_captions(data: bytes) -> bytes:
    """The document without the captions of media in items that have a text of their own; else as it is."""
    if b"<media:description" not in data or b"</media:content" not in data:
        return data
    return _ITEM.sub(_without, data)


def _without(match: re.Match[bytes]) -> bytes:
    item = match[0]
    if b"<media:description" not in item or not _OWN_TEXT.search(item):
        return item
    return _MEDIUM.sub(lambda medium: _CAPTION.sub(b"", medium[0]), item)
