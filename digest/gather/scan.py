"""Which items of a document can be left out before feedparser reads it.

feedparser takes a third of a millisecond and more for each item, and nearly all items of a feed are known already. The
document is walked once with expat, the parser that feedparser's strict path uses, so both agree on what is well-formed.
Every item is known by the hash of its own bytes: equal bytes in an equal frame give an equal entry. At the least doubt
(not well-formed, a DOCTYPE, items in unusual places) nothing is left out.
"""

import re
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any
from xml.parsers import expat

_TAG = re.compile(rb"""<(?:"[^"]*"|'[^']*'|[^>"'])*>""")
_ITEMS = frozenset({"item", "entry"})
_ROOTS = frozenset({"rss", "feed", "RDF", "rdf"})
# What changes without the entry changing: comment counts, view counts, ratings.
_VOLATILE = frozenset(
    {
        "http://purl.org/rss/1.0/modules/slash/ comments",
        "http://purl.org/syndication/thread/1.0 total",
        "http://search.yahoo.com/mrss/ community",
        "http://search.yahoo.com/mrss/ statistics",
        "http://search.yahoo.com/mrss/ starRating",
    }
)


@dataclass(frozen=True, slots=True)
class Item:
    """One item's place in the document (byte offsets) and its hash."""

    start: int
    end: int
    hash: str


@dataclass(frozen=True, slots=True)
class Scan:
    """The items in document order. `sound`: the document is well-formed and plain, so that items may be cut out."""

    items: tuple[Item, ...] = ()
    sound: bool = False


class _OddError(Exception):
    """The document is not as plain as it must be."""


@dataclass(slots=True)
class _Walk:
    """expat's handlers and what they have seen."""

    parser: Any
    data: bytes
    path: list[str] = field(default_factory=list)
    spans: list[tuple[int, int]] = field(default_factory=list)
    holes: list[tuple[int, int]] = field(default_factory=list)
    frame: list[bytes] = field(default_factory=list)
    begun: int = -1
    hole: int = -1
    hole_depth: int = 0
    item_depth: int = 0

    def start(self, name: str, attributes: list[str]) -> None:
        local = name.rpartition(" ")[2]
        at, depth = self.parser.CurrentByteIndex, len(self.path)
        if depth == 0:
            if local not in _ROOTS:
                raise _OddError
            self.frame.append(repr((name, attributes)).encode())
        if local in _ITEMS:
            if self.begun >= 0 or depth not in (1, 2) or (self.item_depth and depth != self.item_depth):
                raise _OddError
            self.begun, self.item_depth = at, depth
            self.parser.CharacterDataHandler = None
        elif self.begun >= 0 and self.hole < 0 and name in _VOLATILE:
            self.hole, self.hole_depth = at, depth
        elif self.begun < 0 and depth == 2 and local in ("link", "base", "language"):
            self.frame.append(repr(attributes).encode())
        elif self.begun < 0 and depth == 1:
            self.frame.append(repr((local, attributes)).encode())  # an Atom link, RSS's channel
        self.path.append(name)

    def end(self, _: str) -> None:
        self.path.pop()
        if self.begun < 0:
            return
        if self.hole >= 0:
            if len(self.path) == self.hole_depth:
                self.holes.append((self.hole, self._end_of(self.hole)))
                self.hole = -1
        elif len(self.path) == self.item_depth:
            self.spans.append((self.begun, self._end_of(self.begun)))
            self.begun = -1
            self.parser.CharacterDataHandler = self.text

    def _end_of(self, start: int) -> int:
        """The offset behind the element begun at `start`, whose end is being reported."""
        tag = _TAG.match(self.data, start)
        if tag is None:
            raise _OddError
        return tag.end() if tag[0].endswith(b"/>") else self.data.index(b">", self.parser.CurrentByteIndex) + 1

    def text(self, data: str) -> None:
        if len(self.path) == 3 and self.path[-1].rpartition(" ")[2] in ("link", "language"):
            self.frame.append(data.encode("utf-8", "replace"))

    def doctype(self, *_: object) -> None:
        raise _OddError  # its entities are not for expat to expand: see feedparser's replace_doctype


def scan(data: bytes, frame: str) -> Scan:
    """The items of clean UTF-8 bytes. `frame` is whatever else an entry depends on (the feed's URL). Never raises."""
    parser = expat.ParserCreate("utf-8", namespace_separator=" ")
    walk = _Walk(parser, data)
    parser.ordered_attributes = True
    parser.buffer_text = True
    parser.StartElementHandler = walk.start
    parser.EndElementHandler = walk.end
    parser.CharacterDataHandler = walk.text
    parser.StartDoctypeDeclHandler = walk.doctype
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError, _OddError):
        return Scan()
    finally:
        walk.parser = None  # parser and walk would hold each other, and the document, until the collector comes by
    around = blake2b(b"\n".join([frame.encode("utf-8", "replace"), *walk.frame]), digest_size=16).digest()
    return Scan(tuple(_item(data, start, end, walk.holes, around) for start, end in walk.spans), sound=True)


def _item(data: bytes, start: int, end: int, holes: list[tuple[int, int]], around: bytes) -> Item:
    hash_ = blake2b(around, digest_size=16)
    at = start
    while holes and holes[0][0] < end:
        hole = holes.pop(0)
        hash_.update(data[at : hole[0]])
        at = hole[1]
    hash_.update(data[at:end])
    return Item(start, end, hash_.hexdigest())


def without(data: bytes, items: tuple[Item, ...]) -> bytes:
    """The document with these items cut out."""
    pieces, at = [], 0
    for item in items:
        pieces.append(data[at : item.start])
        at = item.end
    return b"".join([*pieces, data[at:]])
