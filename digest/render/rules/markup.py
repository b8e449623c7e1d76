"""H03 to H07, H13 to H17, H21 to H23, H28: a document that reads well in every client, aloud too."""

import re
from collections.abc import Iterator
from typing import Any

from digest.render.rules.document import Document, Finding, hidden, judged, words_of
from digest.render.stylesheet import declarations

FORBIDDEN = frozenset(
    (
        *("script", "form", "input", "button", "select", "textarea", "iframe", "object", "embed", "video", "audio"),
        *("base", "svg", "canvas", "link", "font", "center", "marquee", "dialog", "picture"),
    )
)
METAS = (
    *("charset", "viewport", "color-scheme", "supported-color-schemes", "format-detection"),
    "x-apple-disable-message-reformatting",
)
BOXES = frozenset(
    ("padding", "padding-left", "padding-right", "padding-top", "padding-bottom", "width", "height")
)  # what Word's engine knows on tables alone


def findings(document: Document) -> Iterator[Finding]:
    """One finding a rule."""
    yield from _head(document)
    yield _lang(document)
    yield _elements(document)
    yield from _tables(document)
    yield from _images(document)
    yield _headings(document)
    yield _preheader(document)
    yield from _boxes(document)
    holes = re.findall(r"\{\{.{0,20}|\{%.{0,20}|\bundefined\b|>None<", document.html + document.text)
    yield judged("H28", "no placeholder is left", holes, soft=True)


def _head(document: Document) -> Iterator[Finding]:
    root = document.root
    proper = re.match(r"\s*<!doctype html", document.html, re.IGNORECASE) and root.get("lang") and root.get("dir")
    yield judged(
        "H03", f"doctype, lang {root.get('lang')}, dir {root.get('dir')}", [] if proper else ["doctype, lang or dir"]
    )
    title = root.findtext("head/title") or ""
    yield judged("H05", title.strip()[:60], [] if title.strip() else ["an empty <title>"])
    there = {("charset" if meta.get("charset") else meta.get("name") or "").lower() for meta in root.iter("meta")}
    absent = [name for name in METAS if name not in there]
    grave = {"charset", "viewport", "color-scheme"} & set(absent)
    yield judged("H06", "all metas", [f"no {name}" for name in absent], soft=not grave)


def _lang(document: Document) -> Finding:
    body = document.body[0]
    top = [e for e in body if isinstance(e.tag, str) and words_of(e) and not hidden(e)]
    bad = [e for e in top if not (e.get("lang") and e.get("dir"))]
    said = [f"<{e.tag}> lacks lang or dir" for e in bad] if top else ["nothing to read"]
    return judged("H04", "lang and dir again inside body", said, where=bad[0] if bad else None)


def _elements(document: Document) -> Finding:
    bad = [e for e in document.root.iter() if isinstance(e.tag, str) and (e.tag in FORBIDDEN or _handlers(e))]
    said = [f"<{e.tag}>" if e.tag in FORBIDDEN else f"{_handlers(e)[0]} on <{e.tag}>" for e in bad]
    return judged("H07", "no active element", said, where=bad[0] if bad else None)


def _handlers(element: Any) -> list[str]:
    return [name for name in element.attrib if name.startswith("on")]


def _tables(document: Document) -> Iterator[Finding]:
    layout = [e for e in document.body if e.tag == "table" and not e.findall(".//th")]
    bad = [e for e in layout if e.get("role") not in ("presentation", "none")]
    yield judged("H13", f"{len(layout)} tables, all for layout", ["no role=presentation"] * len(bad), where=_first(bad))
    bad = [e for e in layout if (e.get("cellpadding"), e.get("cellspacing"), e.get("border")) != ("0", "0", "0")]
    said = ["no cellpadding, cellspacing or border 0"] * len(bad)
    yield judged("H14", "tables reset", said, soft=True, where=_first(bad))


def _images(document: Document) -> Iterator[Finding]:
    images = [e for e in document.body if e.tag == "img"]
    bad = [e for e in images if e.get("alt") is None or not _digits(e, "width") or not _digits(e, "height")]
    bad += [
        e for e in images if e.getparent().tag == "a" and not (words_of(e.getparent()) or (e.get("alt") or "").strip())
    ]
    said = [(e.get("src") or "")[:30] for e in bad]
    yield judged("H15", f"{len(images)} images with alt, width, height", said, where=_first(bad))
    bad = [e for e in images if e.get("width") in ("0", "1") and e.get("height") in ("0", "1")]
    yield judged("H16", "no tracking pixel", [(e.get("src") or "")[:30] for e in bad], where=_first(bad))


def _digits(element: Any, name: str) -> bool:
    return (element.get(name) or "").isdigit()


def _headings(document: Document) -> Finding:
    levels = [(int(e.tag[1]), e) for e in document.body if re.fullmatch("h[1-6]", e.tag)]
    bad = [
        f"h{b} after h{a}"
        for a, b in zip([0, *(n for n, _ in levels)], (n for n, _ in levels), strict=False)
        if b > a + 1
    ]
    bad += [f"an empty h{n}" for n, e in levels if not words_of(e)]
    first = sum(1 for n, _ in levels if n == 1)
    bad += [f"{first} h1"] if first != 1 else []
    return judged("H17", f"one h1, {len(levels)} headings in order", bad)


def _preheader(document: Document) -> Finding:
    first = next((e for e in document.body[0] if isinstance(e.tag, str) and words_of(e)), None)
    text = words_of(first) if first is not None and hidden(first) else ""
    said = [] if 30 <= len(text) <= 160 else [f"a hidden preheader of 30 to 160 characters, not {len(text)}"]
    return judged("H21", f"{len(text)} characters: {text[:40]}…", said, soft=True)


def _boxes(document: Document) -> Iterator[Finding]:
    small: list[Any] = []
    word: list[tuple[str, Any]] = []
    for element in document.body:
        styles = {d.name: d.value for d in declarations(element.get("style") or "")}
        own = ((element.text or "") + "".join(child.tail or "" for child in element)).strip("\xa0\u200c\u034f \n\t")
        points = re.match(r"([\d.]+)px", styles.get("font-size", ""))
        if points and float(points[1]) < 14 and own and not hidden(element):
            small.append(element)
        if element.tag in ("p", "div", "span", "body") and not hidden(element):
            odd = [n for n in styles if n in BOXES and styles[n] not in ("0", "0px", "100%")]
            word += [(f"{name} on <{element.tag}>", element) for name in odd]
    yield judged("H22", "no text below 14 px", [f"<{e.tag}>" for e in small], soft=True, where=_first(small))
    yield judged("H23", "boxes on tables alone", [s for s, _ in word], soft=True, where=_first([e for _, e in word]))


def _first(elements: list[Any]) -> Any:
    return elements[0] if elements else None
