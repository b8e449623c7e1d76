"""What becomes of the elements of one plain item: the dictionary that feedparser makes of it, its quirks included.

feedparser keeps one state for a whole item: which texts came before decides what a later one is taken for. `Item` keeps
the same state, and raises `Doubt` for whatever it has not been told of.
"""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import lru_cache
from typing import Any
from urllib.parse import urljoin
from xml.etree.ElementTree import Element

_WINDOWS = {
    code: bytes([code]).decode("cp1252")
    for code in range(0x80, 0xA0)
    if code not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}  # fmt: skip
_C1 = re.compile("[\x80-\x9f]")
_SLASHES = re.compile(r"[A-Za-z][A-Za-z0-9+-.]*:///")
_SHORT = re.compile("&([A-Za-z0-9_]+);")
_HTML_SIGN = re.compile(r"</\w+>|&#?\w+;")
_XML = ("{http://www.w3.org/XML/1998/namespace}lang", "{http://www.w3.org/XML/1998/namespace}base")
_TYPES = {
    "": "", "text": "text/plain", "plain": "text/plain", "text/plain": "text/plain", "html": "text/html",
    "text/html": "text/html",
}  # fmt: skip
_HTML = ("text/html", "application/xhtml+xml", "html", "xhtml")
_DATES = {
    ("", "pubdate"): "published", ("", "published"): "published", ("", "issued"): "published",
    ("", "updated"): "updated", ("", "modified"): "updated", ("", "lastbuilddate"): "updated", ("dc", "date"): "updated",
    ("dcterms", "modified"): "updated", ("dcterms", "issued"): "published", ("dcterms", "created"): "created",
    ("", "created"): "created",
}  # fmt: skip
_TEXTS = {
    ("feedburner", "origlink"): "feedburner_origlink",
    ("", "language"): "language",
    ("dc", "language"): "language",
}
_PERSON = (("", "name"), ("", "uri"), ("", "email"))
# Of no consequence for an entry: stored under names that nobody here reads.
_SILENT = frozenset(
    {
        ("", "comments"), ("media", "credit"), ("media", "copyright"), ("media", "text"), ("media", "rating"),
        ("media", "community"), ("media", "starrating"), ("media", "statistics"), ("dc", "identifier"), ("dc", "format"),
        ("dc", "source"), ("itunes", "duration"), ("itunes", "explicit"), ("itunes", "episodetype"), ("itunes", "episode"),
        ("itunes", "season"), ("itunes", "title"), ("dcterms", "alternative"), ("", "twitter_summary"),
        ("dc", "publisher"), ("media", "player"), ("media", "license"), ("media", "restriction"), ("georss", "point"),
        ("georss", "line"), ("georss", "polygon"), ("georss", "box"),
    }
)  # fmt: skip
# What feedparser has no handler for it keeps under the element's own name. Under these it keeps something else.
_KEPT = frozenset(
    "id link title summary published updated created author language tags links content image enclosures authors contributors "
    "publisher publishers source where validity entries feed date items".split()
)
_SILENT_SPACES = frozenset({"?", "thr", "slash", "wfw", "geo", "admin", "trackback", "foaf"})


class Doubt(Exception):  # noqa: N818  it is none: feedparser is asked instead
    """This is not plain enough."""


class Item:
    """One item's values under feedparser's names. `names` gives a tag's prefix and local name as feedparser has them, or
    raises `Doubt`.

    Atom's texts are what they say they are; those of RSS may be HTML in disguise. `base` is what addresses start from,
    "" where the document says nothing of it and they are left as they are.
    """

    def __init__(self, names: Mapping[str, tuple[str, str]], *, atom: bool, ident: str = "", base: str = "") -> None:
        self.values: dict[str, Any] = {"id": ident} if ident else {}
        self._base = base
        self._names = names
        self._atom = atom
        self._depths: dict[str, int] = {}
        self._has_content = False
        self._titled = -1  # how deep the title stands that nothing deeper replaces

    def take(self, element: Element, depth: int) -> None:
        """One element, `depth` levels below the item's own. Raises `Doubt`."""
        name = self._names[element.tag]
        if name in _DATES:
            self._store(_DATES[name], _only_text(element), depth)
        elif name in _WAYS:
            _WAYS[name](self, element, depth)
        elif name in _TEXTS:
            if element.keys():
                raise Doubt
            self._store(_TEXTS[name], _only_text(element), depth)
        elif name in _SILENT or name[0] in _SILENT_SPACES:
            self._pass(element, name)
        elif len(element) or _is_meant(name):
            raise Doubt

    # ---- places

    def _store(self, name: str, value: str, depth: int) -> None:
        """A value, unless one from a place less deep is there."""
        before = self._depths.get(name)
        if before is None or depth <= before:
            self._depths[name] = depth
            self.values[name] = value

    def _pass(self, element: Element, name: tuple[str, str]) -> None:
        if name[1] == "publicationdate" and name[0] == "?":
            raise Doubt
        for child in element:
            inner = self._names[child.tag]
            if inner[0] not in ("?", "media") or (inner[0] == "media" and inner not in _SILENT):
                raise Doubt
            self._pass(child, inner)

    def _pass_by(self, element: Element, _: int) -> None:
        """Rights and contributors: texts that nobody reads, with names and addresses at most inside."""
        _kind(element, "")
        if any(self._names[child.tag] not in _PERSON or len(child) for child in element):
            raise Doubt

    def _subtitle(self, element: Element, _: int) -> None:
        _kind(element, "")
        _only_text(element)

    def _untitle(self, element: Element, _: int) -> None:
        if self._atom:
            raise Doubt
        _only_text(element)
        self._titled = -1

    # ---- texts

    def _title(self, element: Element, depth: int) -> None:
        kind = _kind(element, "text/plain")
        text = _only_text(element)
        if -1 < self._titled <= depth:
            return
        detail = {"type": self._guessed(kind, text), "value": text}
        self._store("title", text, depth)
        self.values["title_detail"] = detail
        if text:
            self._titled = depth

    def _guessed(self, kind: str, text: str) -> str:
        if self._atom or kind != "text/plain" or not _HTML_SIGN.search(text):
            return kind
        from feedparser.mixin import _FeedParserMixin as Mixin  # its list of HTML's elements; seldom needed

        return "text/html" if Mixin.looks_like_html(text) else kind

    def _description(self, element: Element, depth: int) -> None:
        if "summary" in self.values and not self._has_content:
            self._add_content(element, "text/plain")  # a second description is the content: feedparser's rule
            return
        kind = _kind(element, "text/html")
        self._summarised(_only_text(element), kind, depth)

    def _summary(self, element: Element, depth: int) -> None:
        if "summary" in self.values and not self._has_content:
            self._add_content(element, "text/plain")
            return
        self._summarised(_only_text(element), _kind(element, "text/plain"), depth)

    def _summarised(self, text: str, kind: str, depth: int) -> None:
        kind = self._guessed(kind, text)
        self._store("summary", text, depth)
        self.values["summary_detail"] = {"type": kind, "value": text, "base": self._base}

    def _content(self, element: Element, _: int) -> None:
        if not self._atom:
            raise Doubt
        self._add_content(element, "text/plain")

    def _encoded(self, element: Element, _: int) -> None:
        self._add_content(element, "text/html")

    def _add_content(self, element: Element, default: str) -> None:
        kind, text = _kind(element, default), _only_text(element)
        self._has_content = True
        self.values.setdefault("content", []).append(
            {"type": self._guessed(kind, text), "value": text, "base": self._base}
        )
        self.values.setdefault("summary", text)

    # ---- links

    def _link(self, element: Element, depth: int) -> None:
        values, found = self.values, attributes(element)
        if "url" in found or "uri" in found:
            raise Doubt
        found.setdefault("rel", "alternate")
        found.setdefault("type", "application/atom+xml" if found["rel"] == "self" else "text/html")
        values.setdefault("links", []).append(found)
        if "href" in found:
            if _SLASHES.match(found["href"]) or is_text(element.text):
                raise Doubt
            found["href"] = joined(self._base, found["href"])
            if found["rel"] == "alternate" and found["type"] in _HTML:
                values["link"] = found["href"]
            self._group(element, depth)
            return
        if len(element):
            raise Doubt
        text = address(element, self._base)
        values["link"] = _SHORT.sub(r"&\1", text.replace("&amp;", "&"))
        if text:
            found["href"] = values["link"]

    def _guid(self, element: Element, depth: int) -> None:
        is_link = attributes(element).get("ispermalink", "true") == "true"
        text = address(element, self._base if is_link else "")
        self._store("id", text, depth)
        if is_link:
            self.values.setdefault("link", text)

    def _enclosure(self, element: Element, _: int) -> None:
        found = attributes(element)
        _only_text(element)
        href = found.get("url", found.get("uri", found.get("href")))
        if href:
            found.pop("url", None)
            found.pop("uri", None)
            found["href"] = href
        found["rel"] = "enclosure"
        self.values.setdefault("links", []).append(found)

    # ---- names

    def _category(self, element: Element, _: int) -> None:
        found = attributes(element)
        self._tag(found.get("term"), found.get("scheme", found.get("domain")), found.get("label"))
        if value := _only_text(element):
            tags = self.values["tags"]
            if tags and not tags[-1]["term"]:
                tags[-1]["term"] = value
            else:
                self._tag(value, None, None)

    def _keywords(self, element: Element, _: int) -> None:
        text = _only_text(element)
        if element.keys():
            return  # a quirk: with attributes they are none
        scheme = "http://www.itunes.com/" if self._names[element.tag][0] == "itunes" else None
        for term in text.split(","):
            if term.strip():
                self._tag(term.strip(), scheme, None)

    def _tag(self, term: str | None, scheme: str | None, label: str | None) -> None:
        tags = self.values.setdefault("tags", [])
        if term or scheme or label:
            tag = {"term": term, "scheme": scheme, "label": label}
            if tag not in tags:
                tags.append(tag)

    def _author(self, element: Element, depth: int) -> None:
        if not len(element):
            self._store("author", _only_text(element), depth)
            return
        if "@" in self.values.get("author", "") or depth != 1 or is_text(element.text):
            raise Doubt  # feedparser gives that address to the next author
        parts: dict[str, str] = {}
        for child in element:
            prefix, name = self._names[child.tag]
            if len(child) or (prefix == "" and (name not in ("name", "email", "uri") or name in parts)):
                raise Doubt
            if prefix not in ("", "?"):
                raise Doubt
            if prefix == "":
                parts[name] = (child.text or "").strip()
        if not parts.get("name"):
            raise Doubt
        self._depths.setdefault("author", depth)
        email = parts.get("email")
        self.values["author"] = f"{parts['name']} ({email})" if email else parts["name"]

    # ---- media

    def _group(self, element: Element, depth: int) -> None:
        for child in element:
            self.take(child, depth + 1)

    def _medium(self, element: Element, depth: int) -> None:
        self.values.setdefault("media_content", []).append(attributes(element))
        self._group(element, depth)

    def _thumbnail(self, element: Element, _: int) -> None:
        for child in element:
            if is_text(child.text) or is_text(child.tail) or len(child) or _is_meant(self._names[child.tag]):
                raise Doubt
        if is_text(element.text):
            raise Doubt
        self.values.setdefault("media_thumbnail", []).append(attributes(element))

    def _picture(self, element: Element, _: int) -> None:
        _only_text(element)
        found = attributes(element)
        if href := found.get("href") or found.get("url"):
            self.values["image"] = {"href": href}

    def _medium_title(self, element: Element, depth: int) -> None:
        titled = self._titled
        self._title(element, depth)
        self._titled = titled


_WAYS: dict[tuple[str, str], Callable[[Item, Element, int], None]] = {
    ("", "title"): Item._title,
    ("dc", "title"): Item._title,
    ("", "link"): Item._link,
    ("", "guid"): Item._guid,
    ("", "id"): Item._guid,
    ("", "description"): Item._description,
    ("dc", "description"): Item._description,
    ("", "summary"): Item._summary,
    ("itunes", "summary"): Item._summary,
    ("itunes", "subtitle"): Item._subtitle,
    ("", "subtitle"): Item._subtitle,
    ("", "content"): Item._content,
    ("content", "encoded"): Item._encoded,
    ("", "category"): Item._category,
    ("dc", "subject"): Item._category,
    ("", "keywords"): Item._category,
    ("media", "keywords"): Item._keywords,
    ("itunes", "keywords"): Item._keywords,
    ("itunes", "image"): Item._picture,
    ("", "enclosure"): Item._enclosure,
    ("", "image"): Item._untitle,
    ("", "source"): Item._untitle,
    ("", "rights"): Item._pass_by,
    ("", "contributor"): Item._pass_by,
    ("", "author"): Item._author,
    ("dc", "creator"): Item._author,
    ("dc", "author"): Item._author,
    ("itunes", "author"): Item._author,
    ("media", "group"): Item._group,
    ("media", "content"): Item._medium,
    ("media", "thumbnail"): Item._thumbnail,
    ("media", "title"): Item._medium_title,
    ("media", "description"): Item._description,
}


@lru_cache(maxsize=500)
def _is_meant(name: tuple[str, str]) -> bool:
    """Whether feedparser takes an element of that name for something, or may."""
    from feedparser.mixin import _FeedParserMixin as Mixin  # where its handlers come together

    key = f"{name[0]}_{name[1]}" if name[0] else name[1]
    handled = hasattr(Mixin, f"_start_{key}") or hasattr(Mixin, f"_end_{key}")
    return handled or name == ("prism", "publicationdate") or name[1] in _KEPT or "_" in name[1] or name[0] == "gml"


def attributes(element: Element) -> dict[str, str]:
    """An element's attributes under feedparser's names. Raises `Doubt` for those of another namespace."""
    found = {}
    for name, value in element.items():
        if name in _XML:
            continue
        if name[0] == "{":
            raise Doubt
        name = name.lower()
        found[name] = value.lower() if name in ("rel", "type") else value
    return found


def repaired(text: str) -> str:
    """A text as feedparser repairs it: UTF-8 that was taken for Latin-1, and Windows's quotation marks."""
    if text.isascii():
        return text
    with suppress(UnicodeError):
        text = text.encode("iso-8859-1").decode("utf-8")
    return text.translate(_WINDOWS) if _C1.search(text) else text


def _only_text(element: Element) -> str:
    if len(element):
        raise Doubt
    text = (element.text or "").strip()
    return text if text.isascii() else repaired(text)


def is_text(text: str | None) -> bool:
    """Whether anything but white space stands there."""
    return bool(text) and not str(text).isspace()


def address(element: Element, base: str = "") -> str:
    """The address that is an element's text."""
    text = _only_text(element)
    if _SLASHES.match(text):
        raise Doubt
    return joined(base, text) if text else text


def joined(base: str, address: str) -> str:
    """An address as the document's xml:base makes it."""
    if not base:
        return address
    try:
        return urljoin(base, address)
    except ValueError:
        raise Doubt from None


def _kind(element: Element, default: str) -> str:
    """What an element says that its text is."""
    if not element.keys():
        return default
    found = attributes(element)
    if found.keys() - {"type", "url", "domain", "lang"}:
        raise Doubt
    kind = _TYPES.get(found.get("type", ""))
    if kind is None:
        raise Doubt
    return kind or default
