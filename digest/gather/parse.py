"""The bytes of one feed -> its entries. No bytes raise out of here, none are read from elsewhere.

feedparser is the parser of record for everything XML; its sanitiser and URL resolver are off (cleaning is `group`'s,
links are made absolute in `markup`). JSON Feed has its own adapter. HTML is answered with the feeds it names.
"""

import io
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice, repeat
from typing import Any

from digest.gather import driver, encoding, jsonfeed, simple
from digest.gather.bounds import MAX_LOOSE, within
from digest.gather.captions import without_captions
from digest.gather.discover import alternates
from digest.gather.entries import Frame, entry_of
from digest.gather.language import judge, tidy
from digest.gather.markup import plain
from digest.gather.mend import with_sound_references
from digest.gather.reading import Parsed
from digest.gather.scan import Scan, scan, without
from digest.gather.tree import OddError, Tree, grow
from digest.gather.urls import absolute
from digest.model import FeedSource

_PROLOG = re.compile(rb"(?:\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[<>]*(?:\[.*?\]\s*)?>)*", re.DOTALL | re.IGNORECASE)
_ROOT = re.compile(rb"<(?:[\w.-]+:)?(?:rss|feed|rdf|channel)\b[^<>]*>", re.IGNORECASE)
_NAME = re.compile(rb"<([\w.:-]+)")
_PAGE = re.compile(rb"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_COMMENTS = re.compile(rb"<!--.*?-->|<\?.*?\?>", re.DOTALL)
_DOCTYPE = re.compile(rb"<!DOCTYPE[^\[<>]*(?:\[.*?\]\s*)?>", re.DOTALL)
_CHANNEL_LINK = re.compile(rb"<link>\s*+(?:<!\[CDATA\[)?+\s*+(https?://[^\s<\]]{1,2000})")
_ENDS = (b"</rss>", b"</feed>", b"</rdf:RDF>", b"</RDF>")
_ITEM_START = re.compile(rb"<(?:item|entry)[> ]")
_ITEM_STARTS = (b"<item>", b"<item ", b"<entry>", b"<entry ")
_ITEM_ENDS = (b"</item>", b"</entry>")


def parse(
    body: bytes,
    source: FeedSource,
    *,
    content_type: str = "",
    url: str = "",
    now: datetime,
    skip: frozenset[str] = frozenset(),
    language: str = "",
) -> Parsed:
    """Read one document. `url` is where it came from; `skip` holds content hashes that need not be read again;
    `language` is what an earlier reading of the feed found. Never raises.
    """
    text = encoding.read(body, content_type)
    data = text.data.lstrip()
    where = url or source.url
    if not data:
        return Parsed("empty", problem="it unpacks to far more than a feed" if text.bomb else "the answer was empty")
    if data[:1] in (b"{", b"["):
        return _json(data, source, where, now, language)
    prolog = _PROLOG.match(data)
    root = _ROOT.match(data, prolog.end() if prolog else 0) or _ROOT.search(data)
    begins = prolog.end() if prolog else 0
    if root is None or (
        root.start() != begins
        and _PAGE.search(data, 0, root.start())
        and not any(mark in data for mark in _ITEM_STARTS)
    ):
        if not _PAGE.search(data[:5000]):
            return Parsed("", problem="it is not a feed")
        named = alternates(data, where)
        words = "it is a web page, not a feed" if named else "it is a web page that names no feed (or asks for a human)"
        return Parsed("html", problem=words, alternates=named)
    data, trimmed = _trimmed(data, root, begins)
    bounded = within(data, _NAME.findall(root[0])[0])
    if not bounded:
        return Parsed("", problem="it holds far more markup than a feed does")
    parsed = _xml(bounded, source, where, now, skip, language, trimmed)
    if bounded is data:
        return parsed
    note = f"the feed is far larger than others; its first {parsed.total:,} entries were read"
    return replace(parsed, notes=(*parsed.notes, note))


def _json(data: bytes, source: FeedSource, where: str, now: datetime, language: str) -> Parsed:
    document = jsonfeed.load(data.decode("utf-8", "replace"))
    if document is None:
        return Parsed("", problem="it is JSON, but not a whole JSON Feed")
    base = absolute(where, document.link) or where
    texts = (jsonfeed.sample(item) for item in document.items)
    language = language or judge(document.language, _sample(document.title, texts))
    frame = Frame(source.url, base, language, now, document.title)
    entries = tuple(entry for item in document.items if (entry := jsonfeed.entry_of(item, frame)))
    notes = ("some of its items were not readable",) if document.skipped else ()
    return Parsed("json", document.title, base, language, entries, len(document.items), 0, notes)


def _xml(
    data: bytes, source: FeedSource, where: str, now: datetime, skip: frozenset[str], language: str, trimmed: bool
) -> Parsed:
    scanned = scan(data, where)
    if not scanned.sound and data.count(b"&") > MAX_LOOSE:
        return Parsed("", problem="it is damaged beyond reading")
    if not scanned.sound and (mended := with_sound_references(data)) != data and (again := scan(mended, where)).sound:
        data, scanned, trimmed = mended, again, True
    known = frozenset(place for place, item in enumerate(scanned.items) if item.hash in skip)
    fresh = [item.hash for item in scanned.items if item.hash not in skip]
    base = _base(data, where)
    reading = _read(data, scanned, known, base)
    if known and len(reading.items) != len(fresh):  # not as plain as it looked: read everything
        known, fresh = frozenset(), [item.hash for item in scanned.items]
        reading = _by_feedparser(data, base)
    items, notes, cut = reading.items, [], False
    if reading.damaged and not scanned.sound and _is_cut(data):
        cut = True
        if not _tells_enough(data):
            items = _by_feedparser(data[: max(data.rfind(mark) for mark in _ITEM_STARTS)], base).items
        notes.append("the end of the feed is missing; what came before it was used")
    elif trimmed or reading.damaged:
        notes.append("the feed is damaged; what could be read was used")
    title = plain(_text(reading.feed, "title"), markup=True, limit=200)
    if (
        not items
        and not known
        and ((not reading.kind and not title) or (reading.damaged and not cut and b"item" in data))
    ):
        return Parsed("", problem="it is damaged beyond reading")
    declared = tidy(_text(reading.feed, "language"))
    language = language or judge(declared, _sample(title, (_text(item, "title") for item in items)))
    frame = Frame(source.url, base, language, now, title)
    hashes = fresh if len(fresh) == len(items) else repeat("")
    pairs = zip(items, hashes, strict=False)
    entries = tuple(entry for item, raw_hash in pairs if (entry := entry_of(item, frame, raw_hash)))
    link = absolute(where, _text(reading.feed, "link")) or where
    total = len(items) + len(known)
    return Parsed(reading.kind or "xml", title, link, language, entries, total, len(known), tuple(notes), whole=not cut)


@dataclass(frozen=True, slots=True)
class _Reading:
    feed: dict[str, Any]
    items: list[dict[str, Any]]
    kind: str
    damaged: bool


def _read(data: bytes, scanned: Scan, known: frozenset[int], base: str) -> _Reading:
    """The document without its known items: what is plain is read in the quick way, the rest by feedparser."""
    items = scanned.items
    rest = without(data, tuple(items[place] for place in sorted(known))) if known else data
    tree = _uncaptioned(data, scanned.tree) if scanned.tree else None
    quick = simple.read(tree, base, known) if tree else None
    if quick is None or len(quick.items) != len(items):
        return _by_feedparser(rest, base)
    fresh = [values for place, values in enumerate(quick.items) if place not in known]
    if quick.feed is not None and None not in fresh:
        return _Reading(quick.feed, [values for values in fresh if values is not None], quick.kind, damaged=False)
    done = tuple(items[place] for place, values in enumerate(quick.items) if values is not None or place in known)
    slow = _by_feedparser(without(data, done), base)
    if len(slow.items) != fresh.count(None):
        return _by_feedparser(rest, base)
    left = iter(slow.items)
    return _Reading(slow.feed, [next(left) if values is None else values for values in fresh], slow.kind, slow.damaged)


def _uncaptioned(data: bytes, tree: Tree) -> Tree | None:
    told = without_captions(data)
    if told is data:
        return tree
    try:
        return grow(told)
    except OddError:
        return None


def _by_feedparser(data: bytes, base: str) -> _Reading:
    """feedparser's view of clean UTF-8 bytes. It is given a stream: a string might be taken for a path or a URL."""
    import feedparser
    from feedparser.api import PREFERRED_XML_PARSERS

    driver.name_it(PREFERRED_XML_PARSERS)
    headers = {"content-type": "application/xml; charset=utf-8"}
    if b"base=" in data:  # xml:base starts from here; else a base only costs feedparser a URL join for every element
        headers["content-location"] = base
    try:
        result = feedparser.parse(
            io.BytesIO(without_captions(data)),
            response_headers=headers,
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except Exception:  # noqa: BLE001  feedparser raises a dozen kinds for hostile bytes; none may cost the run
        return _Reading({}, [], "", damaged=True)
    feed = result.get("feed")
    items = [item for item in result.get("entries", ()) if isinstance(item, dict)]
    return _Reading(
        feed if isinstance(feed, dict) else {}, items, result.get("version") or "", bool(result.get("bozo"))
    )


def _trimmed(data: bytes, root: re.Match[bytes], prolog: int) -> tuple[bytes, bool]:
    """The document without what stands before its prolog and behind its root, as PHP and bad hosts leave it there."""
    trimmed = False
    if not data.rstrip().endswith(_ENDS):  # nearly all do: there is nothing to look for
        ends = max((found + len(end) for end in _ENDS if (found := data.rfind(end)) >= 0), default=0)
        if ends > root.end() and _COMMENTS.sub(b"", data[ends : ends + 10_000]).strip():
            data, trimmed = data[:ends], True
    if root.start() != prolog or data.find(b"<?xml ", 5, prolog) >= 0:
        doctype = _DOCTYPE.search(data, 0, min(root.start(), 20_000))
        data, trimmed = (doctype[0] if doctype else b"") + data[root.start() :], True
    return data, trimmed


def _base(data: bytes, where: str) -> str:
    """What relative links start from: RSS has only the channel's link to say where its site is (xml:base goes first,
    and is feedparser's to apply); Atom starts from the feed's own address (RFC 4287, 2.).
    """
    item = _ITEM_START.search(data)
    head = data[: item.start() if item else 4000]
    if b"<channel" not in head:
        return where
    link = _CHANNEL_LINK.search(head)
    return absolute(where, link[1].decode("utf-8", "replace").replace("&amp;", "&")) or where if link else where


def _is_cut(data: bytes) -> bool:
    """Whether the last item was begun and never ended."""
    return max(data.rfind(mark) for mark in _ITEM_STARTS) > max(data.rfind(mark) for mark in _ITEM_ENDS)


def _tells_enough(data: bytes) -> bool:
    """Whether the item that was cut in two got as far as its text, so that title, link and id are whole."""
    last = data[max(data.rfind(mark) for mark in _ITEM_STARTS) :]
    names = (
        b"</title>",
        b"</description",
        b"</link>",
        b"</guid>",
        b"</id>",
        b"</pubDate>",
        b"</updated>",
        b"</published>",
    )
    return all(any(name in last for name in group) for group in (names[:1], names[2:5], names[5:])) and (
        b"<description" in last or b"<content" in last or b"<summary" in last
    )


def _sample(title: str, texts: Iterable[str]) -> str:
    return " ".join([title, *(text[:300] for text in islice(texts, 30))])


def _text(values: dict[str, Any], name: str) -> str:
    value = dict.get(values, name)
    return value if isinstance(value, str) else ""
