"""An article's own markup -> a few plain blocks that are safe in a mail: the only place where markup of a feed passes.

The publisher's HTML is not repaired but rewritten: paragraphs, headings, lists, quotes, code and pictures, with links,
bold and the like inside them; everything else gives only its text. nh3 (ammonia) then sanitises every block: it is
always the last to touch it. No class, id or style of a feed survives; scripts, forms, frames and media are gone.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from markupsafe import Markup

from digest.model import Block, Entry
from digest.render.plain import cut, scrub
from digest.render.rewrite import FigureOf, Raw, renumbered, rewrite
from digest.render.textwidth import width

TALL = 1_200  # CSS pixels of a part: Outlook breaks tables that are taller than 1,790
LONGEST = 400_000  # characters of markup that are read at all
_TAGS = {"p", "h4", "ul", "ol", "li", "blockquote", "a", "b", "i", "code", "sub", "sup", "s", "br", "img"}
_KINDS = {"heading": "h4", "quote": "blockquote", "code": "pre"}
_MARK = re.compile("\ue000(\\d+)\ue001")


@dataclass(frozen=True, slots=True)
class Piece:
    """One block: sanitised markup, its text with a mark where a link is, and those links' addresses."""

    html: str
    text: str
    links: tuple[str, ...] = ()


def article(entry: Entry, *, styles: Mapping[str, str], figure: FigureOf = lambda *_: None) -> tuple[Piece, ...]:
    """The pieces of an entry's whole text: its markup where cleaning left it, else the cleaned blocks. () without any.

    `styles` gives style attributes by tag; `figure` gets an image's address, alternative text, width and height, and
    says whether and how it stands. Never raises for any markup.
    """
    raws = list(_parsed(entry, figure)) if entry.content else []
    if entry.blocks:
        raws = _cleaned(raws, entry.blocks)
    return tuple(_sanitised(raw, styles) for raw in raws)


def join(pieces: Sequence[Piece], limit: int) -> tuple[tuple[Markup, ...], str, bool]:
    """The first pieces, some `limit` characters together: markup in parts, plain text, whether the end is missing."""
    if pieces and len(pieces[0].text) > limit * 2:  # one endless paragraph
        text = cut(_MARK.sub("", pieces[0].text), limit)
        return (Markup("<p>{}</p>").format(text),), text, True
    parts: list[list[str]] = []
    lines: list[str] = []
    links: list[str] = []
    spent, full = 0, TALL
    for piece in pieces:
        if lines and spent + len(piece.text) > limit:
            break
        spent += len(piece.text)
        lines.append(_MARK.sub(r" [\1]", renumbered(piece.text, list(piece.links), links)))
        if (full := full + _height(piece)) > TALL:
            parts.append([])
            full = _height(piece)
        parts[-1].append(piece.html)
    notes = "\n".join(f"[{number}] {url}" for number, url in enumerate(links, 1))
    text = "\n\n".join([*lines, notes] if notes else lines)
    markup = tuple(Markup("\n".join(part)) for part in parts)  # noqa: S704  sanitised piece by piece
    return markup, text, len(lines) < len(pieces)


def _height(piece: Piece) -> int:
    """About how tall a piece stands, in CSS pixels, at 65 characters a line of 28."""
    if "<img" in piece.html:
        return 420
    return sum(14 + 28 * (1 + width(line) // 65) for line in piece.text.split("\n"))


def _parsed(entry: Entry, figure: FigureOf) -> Iterable[Raw]:
    from lxml import etree

    source = entry.content[:LONGEST].encode("utf-8", "replace").replace(b"\0", b"")
    try:
        root = etree.fromstring(source, etree.HTMLParser(encoding="utf-8", huge_tree=True, no_network=True))
    except (etree.ParserError, etree.XMLSyntaxError):
        return ()
    return () if root is None else rewrite(root, entry.url, entry.title, figure)


def _cleaned(raws: Sequence[Raw], blocks: Sequence[Block]) -> list[Raw]:
    """Of what the publisher sent, what cleaning left in: no cards, captions, promotions. The blocks if that fails."""
    text = _letters(" ".join(block.text for block in blocks))
    kept = [raw for raw in raws if raw.kind in ("img", "pre") or _letters(_MARK.sub("", "".join(raw.text))) in text]
    share = sum(len(_letters(_MARK.sub("", "".join(raw.text)))) for raw in kept)
    return kept if share >= len(text) / 2 else [_of_block(block) for block in blocks]


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()


def _of_block(block: Block) -> Raw:
    text = scrub(block.text)
    if block.kind == "list":
        items = "".join(f"<li>{escape(line, quote=False)}</li>" for line in text.split("\n") if line.strip())
        return Raw("ul", [items], ["\n".join(f"*  {line}" for line in text.split("\n") if line.strip())])
    kind = _KINDS.get(block.kind, "p")
    html = escape(text, quote=False)
    return Raw(kind, [html if kind == "pre" else html.replace("\n", "<br>")], [text])


def _sanitised(raw: Raw, styles: Mapping[str, str]) -> Piece:
    """A finished block, through nh3: last, whatever was done before."""
    import nh3

    inner = "".join(raw.html)
    if raw.kind == "pre":  # `white-space` is not known everywhere, and unbroken lines scroll sideways
        lines = [line.replace("  ", "\u00a0 ") for line in inner.strip("\n").expandtabs(4).split("\n")]
        html = f"<p><code>{'<br>'.join(lines)}</code></p>"
    else:
        html = f"<p>{inner}</p>" if raw.kind == "img" else f"<{raw.kind}>{inner}</{raw.kind}>"
    given = {tag: {"style": style} for tag, style in styles.items() if style and tag in _TAGS}
    given.setdefault("a", {})["class"] = "accent"  # the class that gives links their colour in dark mode
    given.setdefault("img", {})["class"] = "picture"
    safe = nh3.clean(
        html,
        tags=_TAGS,
        clean_content_tags={"script", "style"},
        attributes={"a": {"href"}, "img": {"src", "alt", "width", "height"}},
        url_schemes={"http", "https", "cid"},
        set_tag_attribute_values=given,
        link_rel=None,
    )
    for tag in ("a", "img"):  # nh3 sets two attributes in any order, and the same issue must give the same bytes
        if style := given[tag].get("style"):
            name = given[tag]["class"]
            safe = safe.replace(f' style="{style}" class="{name}"', f' class="{name}" style="{style}"')
    return Piece(safe, "".join(raw.text).strip(), tuple(raw.links))
