"""Which items of a document can be left out before they are read.

Reading an item takes a tenth of a millisecond, by feedparser several times that, and nearly all items of a feed are known
already. Every item is known by the hash of its own bytes: equal bytes in an equal frame give an equal entry. What the items
are is told by the document's tree, where they stand by its tags. At the least doubt (not well-formed, a DOCTYPE, items in
unusual places) nothing is left out.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from xml.etree.ElementTree import Element

from digest.gather.tree import OddError, Tree, grow

_TAG = re.compile(rb"""<(?:"[^"]*"|'[^']*'|[^>"'])*>""")
_ITEMS = frozenset({"item", "entry"})
_ROOTS = frozenset({"rss", "feed", "RDF", "rdf"})
# What changes without the entry changing: comment counts, view counts, ratings.
_VOLATILE = frozenset(
    {
        "{http://purl.org/rss/1.0/modules/slash/}comments",
        "{http://purl.org/syndication/thread/1.0}total",
        "{http://search.yahoo.com/mrss/}community",
        "{http://search.yahoo.com/mrss/}statistics",
        "{http://search.yahoo.com/mrss/}starRating",
    }
)
_NAMES = ("item", "entry", "comments", "total", "community", "statistics", "starRating")  # of all these
# A tag under one of the names. CDATA, comments and instructions are passed over, each in one go.
_MARK = (
    r"<(?:(/?)(?:{})(?=[\s/>])|!\[CDATA\[[^]]*+(?:\](?!\]>)[^]]*+)*+\]\]>"
    r"|!--[^-]*+(?:-(?!->)[^-]*+)*+-->|\?[^?]*+(?:\?(?!>)[^?]*+)*+\?>)"
)
_ANY_PREFIX = "(?:[^\\s<>/:!?]++:)?"


@dataclass(frozen=True, slots=True)
class Item:
    """One item's place in the document (byte offsets) and its hash."""

    start: int
    end: int
    hash: str


@dataclass(frozen=True, slots=True)
class Scan:
    """The items in document order, and the tree of a document that is well-formed and plain, so that items may be cut out."""

    items: tuple[Item, ...] = ()
    tree: Tree | None = None

    @property
    def sound(self) -> bool:
        """Whether there is a tree."""
        return self.tree is not None


def scan(data: bytes, frame: str) -> Scan:
    """The items of clean UTF-8 bytes. `frame` is whatever else an entry depends on (the feed's URL). Never raises."""
    try:
        tree = grow(data)
        pieces = list(_frame(tree.root))
        spans, holes = _spans(data, tree)
    except OddError:
        return Scan()
    around = blake2b(b"\n".join([frame.encode("utf-8", "replace"), *pieces]), digest_size=16)
    return Scan(tuple(_item(data, start, end, holes, around.digest()) for start, end in spans), tree)


def _frame(root: Element) -> Iterator[bytes]:
    """What stands around the items and goes into the entries: above all the feed's link, base and language."""
    if _local(root.tag) not in _ROOTS:
        raise OddError
    yield repr((_spaced(root.tag), _attributes(root))).encode()
    for child in root:
        if _local(child.tag) in _ITEMS:
            continue
        yield repr((_local(child.tag), _attributes(child))).encode()  # an Atom link, RSS's channel
        for inner in child:
            local = _local(inner.tag)
            if local in ("link", "base", "language"):
                yield repr(_attributes(inner)).encode()
            if local in ("link", "language"):
                yield from (
                    text.encode("utf-8", "replace") for text in (inner.text, *(one.tail for one in inner)) if text
                )


def _spans(data: bytes, tree: Tree) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Where the items stand, and what in them is volatile."""
    root = tree.root
    tags = {tag: name for tag in {one.tag for one in root.iter()} if (name := _local(tag)) in _NAMES}
    elements = [tag for one in root.iter() if (tag := one.tag) in tags]
    places = _places(data, "|".join(re.escape(name) for tag in tags for name in _spelt(tag, tree)))
    if len(places) != len(elements):  # there are prefixes that the root does not declare
        places = _places(data, _ANY_PREFIX + f"(?:{'|'.join(_NAMES)})")
    spans: list[tuple[int, int]] = []
    holes: list[tuple[int, int]] = []
    for tag, (start, end) in zip(elements, places, strict=True):
        if tags[tag] in _ITEMS:
            if spans and start < spans[-1][1]:
                raise OddError  # one within another
            spans.append((start, end))
        elif tag in _VOLATILE and spans and end < spans[-1][1] and not (holes and start < holes[-1][1]):
            holes.append((start, end))
    of_root = sum(_local(child.tag) in _ITEMS for child in root)
    within = sum(_local(inner.tag) in _ITEMS for child in root for inner in child)
    if len(spans) != max(of_root, within):
        raise OddError  # some stand in other places
    return spans, holes


def _spelt(tag: str, tree: Tree) -> list[str]:
    """How the tag is written under the prefixes that the root declares."""
    uri, _, local = tag[1:].rpartition("}") if tag[0] == "{" else ("", "", tag)
    prefixes = [prefix for prefix, its in tree.spaces if its == uri] or [""]
    return [f"{prefix}:{local}" if prefix else local for prefix in prefixes]


def _places(data: bytes, names: str) -> list[tuple[int, int]]:
    """Where the elements stand that are written so, in the order of their beginning."""
    begun: list[int] = []
    ends: dict[int, int] = {}
    for mark in re.finditer(_MARK.format(names).encode(), data):
        if mark[1] is None:
            continue
        start, after = mark.span()
        if mark[1]:
            ends[begun.pop()] = data.index(b">", after) + 1
            continue
        ends[start] = -1
        if data[after] == ord(">"):
            begun.append(start)
        elif (tag := _TAG.match(data, start)) is None:
            raise OddError
        elif tag[0].endswith(b"/>"):
            ends[start] = tag.end()
        else:
            begun.append(start)
    return list(ends.items())


def _item(data: bytes, start: int, end: int, holes: list[tuple[int, int]], around: bytes) -> Item:
    hash_ = blake2b(around, digest_size=16)
    at = start
    while holes and holes[0][0] < end:
        hole = holes.pop(0)
        hash_.update(data[at : hole[0]])
        at = hole[1]
    hash_.update(data[at:end])
    return Item(start, end, hash_.hexdigest())


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _spaced(name: str) -> str:
    """A name as expat has it: hashes of before are still good."""
    return name[1:].replace("}", " ", 1) if name[0] == "{" else name


def _attributes(element: Element) -> list[str]:
    return [part for name, value in element.items() for part in (_spaced(name), value)]


def without(data: bytes, items: tuple[Item, ...]) -> bytes:
    """The document with these items cut out."""
    pieces, at = [], 0
    for item in items:
        pieces.append(data[at : item.start])
        at = item.end
    return b"".join([*pieces, data[at:]])
