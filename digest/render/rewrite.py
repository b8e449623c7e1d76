"""A publisher's markup, element by element, into few kinds of blocks: what `article` then sanitises.

Nothing is trusted here and nothing is repaired: known elements are written anew, unknown ones give only their text.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import escape
from itertools import groupby
from typing import Any
from urllib.parse import urljoin

from digest.render.page import Figure
from digest.render.plain import clean, host, is_generic, link, not_an_address, scrub, without_schemes

DEEPEST = 60  # levels of nesting that are walked; what is deeper is dropped
FigureOf = Callable[[str, str, int | None, int | None], Figure | None]

# fmt: off
_SKIPPED = frozenset([
    "script", "style", "noscript", "template", "iframe", "frame", "frameset", "object", "embed", "applet", "form",
    "input", "button", "select", "textarea", "option", "label", "svg", "math", "head", "title", "meta", "link", "base",
    "video", "audio", "source", "track", "canvas", "map", "area", "nav", "dialog", "menu", "marquee",
])
# fmt: on
_INLINE = {"b": "b", "strong": "b", "i": "i", "em": "i", "cite": "i", "code": "code", "kbd": "code", "samp": "code"}
_INLINE |= {"sub": "sub", "sup": "sup", "s": "s", "del": "s", "strike": "s"}
# fmt: off
_NOT_BLOCKS = frozenset([
    "span", "font", "abbr", "acronym", "u", "ins", "mark", "small", "big", "time", "tt", "bdi", "bdo", "q", "var",
    "dfn", "data", "wbr", "ruby", "rb", "rt", "rp", "body", "html",
])
# fmt: on


@dataclass(slots=True)
class Raw:
    """A block being written: its kind, its markup, its text with a mark after each link, and the links' addresses."""

    kind: str
    html: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    depth: int = 0
    ordered: bool = False


def rewrite(root: Any, base: str, title: str, figure: FigureOf) -> Iterator[Raw]:
    """The blocks below an lxml element. `base` makes addresses absolute; `figure` says how an image stands.

    Images are links to `base`, the article on the web; one without words is called by the article's `title`.
    """
    writer = _Writer(base, title, figure)
    _walk(root, writer, 0)
    writer.flush()
    return writer.blocks()


class _Writer:
    """Collects blocks; inline elements that are open where a block ends are closed there and opened again after it."""

    def __init__(self, base: str, title: str, figure: FigureOf) -> None:
        self._base, self._title, self._figure = base, title, figure
        self._done: list[Raw] = []
        self._now: Raw | None = None
        self._open: list[str] = []
        self._href = ""
        self._linked = False  # the link's tag is written, lazily: no link without words
        self.kinds = ["p"]
        self.lists: list[bool] = []

    def blocks(self) -> Iterator[Raw]:
        """The finished blocks: list items gathered into lists, paragraphs of a quotation into one."""
        for kind, run in groupby(self._done, key=lambda raw: (raw.kind, raw.ordered)):
            if kind[0] == "li":
                yield _list(list(run))
            elif kind[0] == "blockquote":
                yield _merged(list(run))
            else:
                yield from run

    def block(self, kind: str) -> None:
        """What follows belongs to a new block of this kind."""
        self.flush()
        self.kinds.append(kind)

    def leave(self) -> None:
        """Back to the kind before."""
        self.flush()
        self.kinds.pop()

    def flush(self) -> None:
        """End the current block, if there is one."""
        raw, self._now = self._now, None
        if raw is None:
            return
        self._unlink(raw)
        raw.html += [f"</{tag}>" for tag in reversed(self._open)]
        if "".join(raw.text).strip() or raw.kind == "img":
            self._done.append(raw)

    def text(self, text: str) -> None:
        """Plain text in the current block."""
        if self.kinds[-1] != "pre":
            text = re.sub(r"\s+", " ", text)
            if self._now is None or not self._now.text or self._now.text[-1].endswith((" ", "\n")):
                text = text.lstrip()
        elif self._now is None:
            text = text.lstrip("\n")
        text = without_schemes(scrub(text)) if self._href else scrub(text)
        if text:
            raw = self._begun()
            if self._href and not self._linked and text.strip():
                text = not_an_address(text, self._href)
                raw.html.append(f'<a href="{escape(self._href)}">')
                self._linked = True
            raw.html.append(escape(text, quote=False))
            raw.text.append(text)

    def end_list(self) -> None:
        """End the innermost list."""
        self.flush()
        self.lists.pop()

    def inline(self, tag: str) -> bool:
        """Open an inline element; False if it is open already."""
        if tag in self._open or self.kinds[-1] == "pre":
            return False
        self._open.append(tag)
        if self._now is not None:
            self._now.html.append(f"<{tag}>")
        return True

    def close(self, tag: str) -> None:
        """Close the inline element opened last."""
        self._open.pop()
        if self._now is not None:
            self._now.html.append(f"</{tag}>")

    def anchor(self, href: str, element: Any) -> bool:
        """Open a link, if it leads somewhere and has words; links are innermost, never one in another."""
        words = clean("".join(element.itertext()))[:200]
        url = _absolute(self._base, href)
        if self._href or not url or not words or self.kinds[-1] == "pre":
            return False
        self._href = url
        return True

    def end_anchor(self, words: str) -> None:
        """Close the link; one whose words say nothing gets its host's name."""
        if self._now is not None and self._linked and is_generic(words):
            said = f" ({host(self._href)})"
            self._now.html.append(escape(said, quote=False))
            self._now.text.append(said)
        if self._now is not None:
            self._unlink(self._now)
        self._href = ""

    def _unlink(self, raw: Raw) -> None:
        if self._linked:
            raw.html.append("</a>")
            raw.links.append(self._href)  # as often as in the markup: filters count, and compare the two parts
            raw.text.append(f"\ue000{len(raw.links)}\ue001")
            self._linked = False

    def line(self) -> None:
        """A line break inside a block."""
        if self.kinds[-1] == "pre":
            self.text("\n")
        elif self._now is not None and "".join(self._now.text).strip():
            self._now.html.append("<br>")
            self._now.text.append("\n")

    def picture(self, element: Any) -> None:
        """An image, as a block of its own, if the caller wants it."""
        sizes = [int(v) if (v := element.get(name) or "").isdigit() else None for name in ("width", "height")]
        found = self._figure(_absolute(self._base, element.get("src") or ""), clean(element.get("alt") or ""), *sizes)
        if found is None:
            return
        self.flush()
        alt = without_schemes(found.alt)
        alt = clean(self._title) if not re.search(r"\w", alt) or is_generic(alt) else alt
        tag = f'<img src="{escape(found.src)}" width="{found.width}" height="{found.height}" alt="{escape(alt)}">'
        home = link(self._base)
        html = f'<a href="{escape(home)}">{tag}</a>' if home and alt else tag
        self._done.append(Raw("img", [html], [f"[{found.alt}]"] if found.alt else []))

    def _begun(self) -> Raw:
        if self._now is None:
            self._now = Raw(self.kinds[-1], depth=len(self.lists), ordered=bool(self.lists and self.lists[-1]))
            self._now.html += [f"<{tag}>" for tag in self._open]
        return self._now


def _walk(element: Any, writer: _Writer, depth: int) -> None:
    if depth > DEEPEST or not isinstance(element.tag, str) or element.tag in _SKIPPED:
        return
    if re.search(r"display\s*:\s*none", element.get("style") or "") or element.get("hidden") is not None:
        return
    tag = element.tag
    if tag == "img":
        writer.picture(element)
        return
    if tag in ("br", "hr"):
        writer.line() if tag == "br" else writer.flush()
        return
    leave = _enter(tag, element, writer)
    if element.text:
        writer.text(element.text)
    for child in element:
        _walk(child, writer, depth + 1)
        if child.tail:
            writer.text(child.tail)
    leave()


def _enter(tag: str, element: Any, writer: _Writer) -> Callable[[], None]:
    """Tell the writer what begins; gives what ends it."""
    if tag == "a":
        if writer.anchor(element.get("href") or "", element):
            words = clean("".join(element.itertext()))
            return lambda: writer.end_anchor(words)
        return _nothing
    if inline := _INLINE.get(tag):
        return (lambda: writer.close(inline)) if writer.inline(inline) else _nothing
    if tag in _NOT_BLOCKS:
        return _nothing
    if tag in ("td", "th"):
        writer.text(" ")
        return lambda: writer.text(" · ") if element.getnext() is not None else None
    if tag in ("ul", "ol"):
        writer.flush()
        writer.lists.append(tag == "ol")
        return writer.end_list
    kind = writer.kinds[-1]
    if tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
        kind = "h4"
    elif tag == "li":
        kind = "li"
    elif tag in ("blockquote", "pre"):
        kind = tag
    writer.block(kind)
    return writer.leave


def _nothing() -> None:
    """Nothing to end."""


def _list(items: list[Raw]) -> Raw:
    """Items as one list; deeper ones are indented in the text alone, so that the markup stays flat and narrow."""
    tag = "ol" if items[0].ordered else "ul"
    lines: list[str] = []
    links: list[str] = []
    for number, item in enumerate(items, 1):
        mark = f"{number}. " if tag == "ol" else "*  "
        text = renumbered("".join(item.text).strip(), item.links, links)
        lines.append("  " * max(0, item.depth - 1) + mark + text)
    html = "".join(f"<li>{''.join(item.html)}</li>" for item in items)
    return Raw(tag, [html], ["\n".join(lines)], links)


def _merged(quotes: list[Raw]) -> Raw:
    """Paragraphs of one quotation as one block."""
    links: list[str] = []
    lines = [renumbered("".join(quote.text).strip(), quote.links, links) for quote in quotes]
    return Raw("blockquote", ["<br><br>".join("".join(quote.html) for quote in quotes)], ["\n".join(lines)], links)


def renumbered(text: str, own: list[str], links: list[str]) -> str:
    """The text with its link marks counted on from `links`, which grows by `own`."""
    before = len(links)
    links += own
    return re.sub("\ue000(\\d+)\ue001", lambda mark: f"\ue000{before + int(mark[1])}\ue001", text)


def _absolute(base: str, url: str) -> str:
    try:
        return link(urljoin(base, url.strip()))
    except ValueError:
        return ""
