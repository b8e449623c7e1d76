"""Feeds of the plainest kind, read without feedparser, a dozen times as fast, into the very dictionaries it would give.

feedparser stays the parser of record: what is read here is only what it reads in one way whatever stands around it
(RSS 2.0 and Atom 1.0, well-formed, known elements without markup of their own). At the least doubt about an item `read`
gives None for it, and about the document's frame None for all, and feedparser is asked. That both ways agree is tested
over the whole corpus. `elements` knows what becomes of an item's elements.
"""

import re
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element

from digest.gather.elements import Doubt, Item, address, attributes, is_text, joined, repaired
from digest.gather.tree import OddError, Tree

_ATOM = "{http://www.w3.org/2005/Atom}"
_RSS1 = "{http://purl.org/rss/1.0/}"
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_ROOTS = {"rss": "", f"{_ATOM}feed": _ATOM, f"{_RDF}RDF": _RSS1}  # with the namespace of what they hold
_VERSIONS = {"0.91": "rss091u", "0.92": "rss092", "0.93": "rss093", "0.94": "rss094"}
# Namespaces that feedparser has names of its own for (in lower case, as it compares them). Where such a name stands for
# something else in a document, feedparser mistakes one for the other, and is left to do so.
NAMES = {
    "http://www.w3.org/2005/atom": "",
    "http://purl.org/rss/1.0/": "",
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/dc/terms/": "dcterms",
    "http://search.yahoo.com/mrss/": "media",
    "http://search.yahoo.com/mrss": "media",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "http://rssnamespace.org/feedburner/ext/1.0": "feedburner",
    "http://www.georss.org/georss": "georss",
    "http://www.opengis.net/gml": "gml",
    "http://podlove.org/simple-chapters": "psc",
    "http://creativecommons.org/ns#license": "cc",
    "http://web.resource.org/cc/": "cc",
    "http://cyber.law.harvard.edu/rss/creativecommonsrssmodule.html": "creativecommons",
    "http://backend.userland.com/creativecommonsrssmodule": "creativecommons",
    "http://www.w3.org/1999/xhtml": "xhtml",
    "http://www.w3.org/1999/xlink": "xlink",
    "http://www.w3.org/xml/1998/namespace": "xml",
    "http://purl.org/rss/1.0/modules/slash/": "slash",
    "http://wellformedweb.org/commentapi/": "wfw",
    "http://purl.org/rss/1.0/modules/syndication/": "sy",
    "http://www.w3.org/2003/01/geo/wgs84_pos#": "geo",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf",
    "http://webns.net/mvcb/": "admin",
    "http://purl.org/rss/1.0/modules/threading/": "thr",
    "http://xmlns.com/foaf/0.1/": "foaf",
    "http://madskills.com/public/xml/rss/module/trackback/": "trackback",
    "http://prismstandard.org/namespaces/1.2/basic/": "prism",
}
RESERVED = frozenset(NAMES.values()) | frozenset(
    "ag annotate audio blogchannel co cp email ev fm icbm image l pingback rdfs ref reqv search soap ss str sub szf taxo "
    "ti wiki title summary".split()
)
# What feedparser takes for a version of RSS or Atom, under whatever prefix.
_VERSIONED = re.compile(
    r"(?i)userland\.com/rss|harvard\.edu/tech/rss|purl\.org/rss/1\.0/(?:modules/rss091#)?$|netscape\.com|example\.com"
    r"|purl\.org/(?:echo|pie|atom)|uri/of/echo"
)
_CHANNEL = frozenset(
    "description lastbuilddate pubdate generator docs ttl copyright webmaster category cloud updated subtitle site icon logo"
    " rights published managingeditor".split()
)
_NOTED = frozenset(
    {("dc", "publisher"), ("dc", "creator"), ("dc", "date"), ("dc", "rights"), ("dc", "subject"), ("dc", "source")}
)
_SILENT = frozenset({"?", "sy", "thr", "feedburner", "slash", "wfw", "geo", "admin", "foaf", "trackback"})
_BASE = "{http://www.w3.org/XML/1998/namespace}base"
_SOUND_BASE = re.compile(r"https?://[^\s/][^\s]*")
_PICTURE = frozenset({"url", "title", "link", "width", "height", "description"})


@dataclass(frozen=True, slots=True)
class Read:
    """What feedparser would give: the feed's own values, the items (None: in doubt, or not asked for), the version."""

    feed: dict[str, Any] | None
    items: list[dict[str, Any] | None]
    kind: str


def read(tree: Tree, where: str, known: frozenset[int] = frozenset()) -> Read | None:
    """A document from `where`, without the items at the places `known`. None where it is not plain. Never raises."""
    root = tree.root
    space = _ROOTS.get(root.tag)
    frame = root if space == _ATOM else root.find(f"{space}channel")
    if space is None or frame is None or (root.tag == "rss" and len(root) != 1):
        return None
    try:
        names = _Names(tree, space)
        kind, base = _kind(root), _base(root, where) if tree.based else ""
    except Doubt:
        return None
    atom = kind == "atom10"
    inside = f"{space}{'entry' if atom else 'item'}"
    found = [child for child in (root if space == _RSS1 else frame) if child.tag == inside]
    items = [None if place in known else _item(element, names, base, atom=atom) for place, element in enumerate(found)]
    return Read(_feed(root, frame, names, inside, base), items, kind)


def _base(root: Element, where: str) -> str:
    """What addresses start from: the root's xml:base, which other elements may only repeat."""
    said = {value for element in root.iter() for name, value in element.items() if name in (_BASE, "base")}
    if not said:
        return where
    base = root.get(_BASE)
    if base is None or said != {base} or not _SOUND_BASE.fullmatch(base):
        raise Doubt
    return joined(where, base)


def _kind(root: Element) -> str:
    if root.tag != "rss":
        return "rss10" if root.tag == f"{_RDF}RDF" else "atom10"
    version = root.get("version", "")
    return _VERSIONS.get(version) or ("rss20" if version.startswith("2.") else "rss")


class _Names(dict[str, tuple[str, str]]):
    """feedparser's names for the tags of a document: its prefix ("?" for a namespace it does not know) and the local name,
    in lower case. What a namespace is called where it is declared decides. Raises `Doubt` for a tag without a sure name.
    """

    def __init__(self, tree: Tree, space: str) -> None:
        self._tree = tree
        self._known: dict[str, str] = {}
        self._inner: frozenset[tuple[str, str]] | None = None
        for prefix, uri in tree.spaces:
            if prefix:
                if uri in self._known:
                    raise Doubt  # one namespace, two prefixes
                self._known[uri] = self._name(prefix, uri)
            elif uri != space[1:-1]:
                raise Doubt
            else:
                self._known[uri] = ""

    def __missing__(self, tag: str) -> tuple[str, str]:
        uri, _, local = tag[1:].rpartition("}") if tag[0] == "{" else ("", "", tag)
        name = "" if not uri else self._known[uri] if uri in self._known else self._declared_within(uri)
        self[tag] = name, local.lower()
        return self[tag]

    def _name(self, prefix: str, uri: str) -> str:
        """What feedparser calls it. A namespace that it does not know, under a name that it knows, is taken for that."""
        known, low = NAMES.get(uri.lower()), prefix.lower()
        if _VERSIONED.search(uri) or (low in RESERVED and low != prefix):
            raise Doubt
        if low in RESERVED and low != known and (known is not None or low not in NAMES.values()):
            raise Doubt
        name = known if known is not None else low if low in NAMES.values() else "?"
        if name not in ("", "?") and name in self._known.values():
            raise Doubt
        return name

    def _declared_within(self, uri: str) -> str:
        """Without a prefix, feedparser sees no namespace that it does not know."""
        if self._inner is None:
            try:
                self._inner = self._tree.inner()
            except OddError:
                raise Doubt from None
        prefixes = [prefix for prefix, its in self._inner if its == uri]
        if prefixes == [""] and uri.lower() not in NAMES and not _VERSIONED.search(uri):
            return ""
        if len(prefixes) != 1 or prefixes[0] in ("", *(prefix for prefix, _ in self._tree.spaces)):
            raise Doubt
        return self._name(prefixes[0], uri)


def _item(element: Element, names: _Names, base: str, *, atom: bool) -> dict[str, Any] | None:
    about = element.get(f"{_RDF}about")
    if len(element.keys()) != (about is not None) + (element.get(_BASE) is not None) or is_text(element.text):
        return None
    item = Item(names, atom=atom, ident=about or "", base=base)
    try:
        for child in element:
            item.take(child, 1)
        return item.values
    except Doubt:
        return None


def _feed(root: Element, frame: Element, names: _Names, inside: str, base: str) -> dict[str, Any] | None:
    """The feed's title, link and language, where its frame is plain."""
    if frame is not root and set(frame.keys()) - {f"{_RDF}about", _BASE}:
        return None
    feed: dict[str, Any] = {}
    for name, value in root.items():
        if root.tag != f"{_RDF}RDF" and name in ("lang", "{http://www.w3.org/XML/1998/namespace}lang") and value:
            feed["language"] = value.replace("_", "-")
    try:
        for child in frame:
            if child.tag != inside:
                _tell(child, names, feed, base)
        if inside == f"{_RSS1}item":
            _beside(root, names)
    except Doubt:
        return None
    return feed


def _tell(element: Element, names: _Names, feed: dict[str, Any], base: str) -> None:
    prefix, name = names[element.tag]
    if prefix == "" and name == "link":
        _link(element, feed, base)
    elif name == "language" or (prefix == "" and name == "title"):
        if name in feed and name == "title":
            raise Doubt
        if prefix not in ("", "dc") or len(element) or (name == "title" and set(element.keys()) - {"type", _BASE}):
            raise Doubt
        if element.get("type", "text").lower() not in ("text", "html", "text/html", "text/plain"):
            raise Doubt
        feed[name] = repaired((element.text or "").strip())
    elif prefix == "" and name == "id":
        if set(element.keys()) - {_BASE}:
            raise Doubt
        feed.setdefault("link", address(element, base))  # a quirk: an id is a link until one is named
    elif prefix == "" and name in ("image", "items"):
        _pass(element, names)
    elif prefix == "" and name == "author":
        if any(names[child.tag] not in (("", "name"), ("", "uri"), ("", "email")) or len(child) for child in element):
            raise Doubt
    elif len(element) or not (prefix in _SILENT or (prefix == "" and name in _CHANNEL) or (prefix, name) in _NOTED):
        raise Doubt


def _pass(element: Element, names: _Names) -> None:
    """A feed's picture, or RDF's list of its items: only their frame must be plain."""
    for child in element:
        prefix, name = names[child.tag]
        if prefix == "rdf":
            _pass(child, names)
        elif prefix or name not in _PICTURE or len(child):
            raise Doubt


def _beside(root: Element, names: _Names) -> None:
    """What stands beside RDF's channel and items."""
    for child in root:
        if child.tag not in (f"{_RSS1}channel", f"{_RSS1}item"):
            if child.tag not in (f"{_RSS1}image", f"{_RSS1}textinput"):
                raise Doubt
            _pass(child, names)


def _link(element: Element, feed: dict[str, Any], base: str) -> None:
    found = attributes(element)
    if len(element) or "url" in found or "uri" in found:
        raise Doubt
    if "href" in found:
        if "///" in found["href"] or is_text(element.text):
            raise Doubt
        if found.get("rel", "alternate") == "alternate" and found.get("type", "text/html") in (
            "text/html",
            "html",
            "xhtml",
            "application/xhtml+xml",
        ):
            feed["link"] = joined(base, found["href"])
    elif found:
        raise Doubt
    else:
        feed["link"] = re.sub("&([A-Za-z0-9_]+);", r"&\1", address(element, base))
