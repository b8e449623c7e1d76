"""Markup -> typed blocks of text, nothing judged yet.

`walk` parses an entry's markup once (lexbor, the HTML5 algorithm) and cuts it where a browser would break the line for
good: at block-level elements, at list items, table rows and double `<br>`. What a reader never sees (scripts, forms,
frames, templates) is left out. Each block keeps what tells an article from its surroundings: its kind, how much of it is
link text, where the links go, and the class names around it.
"""

import html
import re
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from digest.group.text.elements import (
    BLOCK,
    HEADINGS,
    KINDS,
    STRONG,
    TELLING,
    UNSEEN,
    VOID,
    Attributes,
    hidden,
    named,
    pixels,
    source,
    special,
)

LIMIT = 400_000  # characters of markup read of one entry: twenty times the longest real article seen
DEPTH = 400  # elements inside one another; the parser's time grows with the square of it

_TAGS = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_ESCAPED = re.compile(
    r"</?(p|div|span|a|br|img|em|strong|b|i|u|ul|ol|li|h[1-6]|figure|blockquote|table|iframe|font)\b[^<>]*>",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&(#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,8}\d?);")
# Controls, soft hyphens, zero-width and bidi marks, private use, lone surrogates: they carry no text of an article.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufe0f\ufeff\ufff9-\ufffc\ud800-\udfff\ue000-\uf8ff]"
)


@dataclass(frozen=True, slots=True)
class RawBlock:
    """One block as it stands in the markup.

    `kind`: paragraph, heading, list, quote, code, table, or what is hardly ever text: caption, embed, card.
    `text`: plain, one line (code keeps its lines). `links`: the addresses in it, `linked`: characters inside them.
    `marks`: class names, ids and roles of the elements around it, lower case, a space between. `group`: equal for the
    items of one list and the rows of one table, 0 elsewhere. `heavy`: the share of it in bold or italics. `tail`: characters
    of its last line where that line, set off by a break, is one link and nothing else.
    """

    kind: str
    text: str
    linked: int = 0
    links: tuple[str, ...] = ()
    marks: str = ""
    group: int = 0
    heavy: float = 0.0
    tail: int = 0

    @property
    def link_share(self) -> float:
        """Share of the characters inside links, 0 to 1."""
        return min(1.0, self.linked / len(self.text)) if self.linked and self.text else 0.0


@dataclass(slots=True)
class _Scope:
    """What holds inside one open element."""

    kind: str
    marks: str
    group: int
    link: bool
    heavy: bool
    pre: bool


@dataclass(frozen=True, slots=True)
class RawImage:
    """An `<img>` as it stands: its address as written, the rest as attributes say; `marks` as for a block."""

    url: str
    alt: str
    width: int | None
    height: int | None
    marks: str


class _Walker:
    """Collects blocks while the tree is walked once, without recursion."""

    def __init__(self) -> None:
        self.blocks: list[RawBlock] = []
        self.images: list[RawImage] = []
        self._pieces: list[str] = []
        self._links: list[str] = []
        self._linked = self._heavy = self._breaks = self._groups = 0
        self._line = self._line_linked = 0  # where the last line begins among the pieces, and what was linked before it

    def run(self, root: LexborNode) -> None:
        scopes = [_Scope("paragraph", "", 0, link=False, heavy=False, pre=False)]
        open_elements: list[tuple[LexborNode, str]] = []  # each with its tag, the root first
        node = root
        while True:
            tag = node.tag or ""
            inside = None
            if tag == "-text":
                self._text(node.text_content or "", scopes[-1])
            elif tag and tag[0] != "-":  # no comment
                inside = self._enter(node, tag, scopes)
            if inside is not None:
                open_elements.append((node, tag))
                node = inside
                continue
            while open_elements:  # the root's own neighbours are not looked at
                if (following := node.next) is not None:
                    node = following
                    break
                node, tag = open_elements.pop()
                closed = scopes.pop()
                if tag in BLOCK:
                    self._flush(closed)
            else:
                return

    def _enter(self, node: LexborNode, tag: str, scopes: list[_Scope]) -> LexborNode | None:
        """Note an element; its first child if there is something to walk inside."""
        outer = scopes[-1]
        if tag == "br":
            self._break(outer)
            return None
        if tag == "img":
            self._image(node, outer.marks)
            return None
        if tag in UNSEEN:
            if tag == "noscript" and not self.images:
                self._hidden_image(node, outer.marks)
            return None
        attributes = node.attributes
        if attributes and hidden(attributes):
            return None
        block = tag in BLOCK
        if block:
            self._flush(outer)
        child = node.first_child
        if child is None:
            return None
        scopes.append(self._scope(tag, attributes, outer, block=block))
        return child

    def _scope(self, tag: str, attributes: Attributes, outer: _Scope, *, block: bool) -> _Scope:
        own = named(tag, attributes) if attributes else ""
        if not own and tag not in TELLING and not (block and outer.kind == "heading"):
            return outer
        if tag in ("aside", "nav", "footer", "address", "figure", "header"):
            own = f"{own} {tag}"
        marks = f"{outer.marks} {own}" if own else outer.marks
        kind = outer.kind
        if kind not in STRONG or (kind == "caption" and tag in ("table", "pre", "blockquote") and _in_figure(outer)):
            if own and (known := special(own)):
                kind = known
            elif tag in HEADINGS:
                kind = "heading"
            elif tag in KINDS and not (tag in ("td", "th") and kind != "table"):
                kind = KINDS[tag]
            elif tag == "figure":
                kind = "caption"  # unless a table, a quote or code stands in it
            elif kind == "heading" and block:
                kind = "paragraph"
        group = outer.group
        if tag in ("ul", "ol", "dl", "table") and not group:
            self._groups += 1
            group = self._groups
        if tag == "a" and (address := (attributes.get("href") or "").strip()):
            self._links.append(address)
        return _Scope(
            kind,
            marks,
            group,
            link=outer.link or (tag == "a" and bool(attributes.get("href"))),
            heavy=outer.heavy or tag in ("strong", "b", "em", "i"),
            pre=outer.pre or tag in ("pre", "textarea"),
        )

    def _text(self, text: str, scope: _Scope) -> None:
        if text.isspace():
            self._pieces.append(text if scope.pre else " ")
            return
        self._breaks = 0
        self._pieces.append(text if scope.pre else text.replace("\n", " "))
        if scope.link:
            self._linked += len(text.strip())
        if scope.heavy:
            self._heavy += len(text.strip())

    def _break(self, scope: _Scope) -> None:
        self._breaks += 1
        if self._breaks >= 2 and not scope.pre:
            self._flush(scope)
        else:
            self._pieces.append("\n")
            self._line, self._line_linked = len(self._pieces), self._linked

    def _last_line(self) -> int:
        """How long the last line is, if it follows another and is all link."""
        if self._linked == self._line_linked:
            return 0
        line = plain("".join(self._pieces[self._line :]))
        return len(line) if self._linked - self._line_linked >= len(line) > 0 else 0

    def _flush(self, scope: _Scope) -> None:
        """Let a block end here."""
        if not self._pieces:
            if self._links and not scope.link:
                self._links = []
            return
        text = plain("".join(self._pieces), code=scope.pre)
        if text:
            self.blocks.append(
                RawBlock(
                    scope.kind,
                    text,
                    self._linked,
                    tuple(self._links),
                    scope.marks.strip(),
                    scope.group if scope.kind in ("list", "table") else 0,
                    round(min(1.0, self._heavy / len(text)), 2) if self._heavy else 0.0,
                    self._last_line() if self._line else 0,
                )
            )
            self._links = []
        elif not scope.link:
            self._links = []
        self._pieces = []
        self._linked = self._heavy = self._breaks = self._line = self._line_linked = 0

    def _image(self, node: LexborNode, marks: str) -> None:
        attributes = node.attributes
        url = source(attributes)
        if url:
            own = f"{marks} {attributes.get('class') or ''} {attributes.get('id') or ''}".lower()
            alt = plain(attributes.get("alt") or "")
            self.images.append(RawImage(url, alt, pixels(attributes, "width"), pixels(attributes, "height"), own))

    def _hidden_image(self, node: LexborNode, marks: str) -> None:
        """The real picture of a lazy one stands in `<noscript>`, which the parser leaves as text or as elements."""
        inner = node.html or ""
        if "<img" in inner or "&lt;img" in inner:
            body = LexborHTMLParser(html.unescape(inner.partition(">")[2]) if "&lt;img" in inner else inner).body
            for image in body.css("img") if body is not None else ():
                self._image(image, marks)


def _in_figure(outer: _Scope) -> bool:
    return outer.marks.endswith("figure")


def plain(text: str, *, code: bool = False) -> str:
    """Text without invisible characters and doubly escaped entities, its white space single; code keeps its lines."""
    printable = text.isprintable()
    if not printable or "\ufe0f" in text or "\ufffc" in text:  # what else is invisible is not printable
        text = _INVISIBLE.sub("", text)
    if code:
        return text.strip("\n").rstrip()
    if "&" in text and ";" in text and _ENTITY.search(text):
        text = _ENTITY.sub(lambda match: html.unescape(match[0]), text)
        text = _INVISIBLE.sub("", text)
    elif printable and "  " not in text:  # of all white space a blank alone is printable
        return text.strip()
    return " ".join(text.split())


def _too_deep(markup: str) -> bool:
    if markup.count("<") <= DEPTH:
        return False
    depth = 0
    for match in _TAGS.finditer(markup):
        if match[1]:
            depth = max(0, depth - 1)
        elif match[2].lower() not in VOID:
            depth += 1
            if depth > DEPTH:
                return True
    return False


def walk(markup: str) -> tuple[list[RawBlock], list[RawImage]]:
    """The blocks and images of an entry's markup in order; any text whatever is accepted, none of it is trusted.

    At most `LIMIT` characters are read. Markup nested deeper than `DEPTH` (unclosed tags count) loses its tags.
    """
    markup = markup[:LIMIT]
    if "<" not in markup and "&" not in markup:
        return _lines(markup), []
    if _too_deep(markup):
        markup = re.sub(r"<(/?)(?:p|div|br|li|tr|h[1-6])\b[^<>]*>", "\n\n", markup, flags=re.IGNORECASE)
        return _lines(html.unescape(re.sub(r"<[^<>]*>", "", markup))), []
    walker = _walked(markup)
    if not walker.images and all(block.kind == "paragraph" for block in walker.blocks):
        twice = "\n".join(block.text for block in walker.blocks)
        if _escaped(markup, twice) and not _too_deep(twice):
            walker = _walked(twice)
    return walker.blocks, walker.images


def _escaped(markup: str, text: str) -> bool:
    """The text is itself markup, escaped once too often: not a word about one tag, but nothing else, or a lot of them."""
    tags = [match[0] for match in _ESCAPED.finditer(text)] if "<" in text else []
    if not tags:
        return False
    bare = "<" not in re.sub(r"<!--.{0,2000}?-->", "", markup, flags=re.DOTALL)
    return bare or (len(tags) >= 4 and any(tag.startswith("</") for tag in tags))


def _walked(markup: str) -> _Walker:
    walker = _Walker()
    if "<" not in markup:  # entities alone: line breaks still count
        walker.blocks = _lines(html.unescape(markup))
        return walker
    body = LexborHTMLParser(markup).body
    if body is not None:
        walker.run(body)
    return walker


def _lines(text: str) -> list[RawBlock]:
    paragraphs = (plain(part) for part in re.split(r"\r?\n[ \t]*\r?\n", text))
    return [RawBlock("paragraph", paragraph) for paragraph in paragraphs if paragraph]
