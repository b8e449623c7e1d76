"""Stylesheet and markup -> one HTML document with inline styles (premailer), as mail clients need it.

One `style.css` is enough: what can be inlined goes through premailer; `@media`, `:root` and pseudo-classes stay in a
`<style>` block, whose `@media` declarations get `!important` (they could not beat an inline style otherwise).
premailer never sees feed text as markup: it is escaped, or a placeholder while premailer works.
"""

import re
from functools import lru_cache
from typing import Any

from markupsafe import Markup

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_KEPT_CLASS = re.compile(r"\.([A-Za-z_][\w-]*)")


@lru_cache(maxsize=64)
def split(css: str) -> tuple[str, str]:
    """A stylesheet as (rules to inline, rules to keep), comments and needless space removed.

    Only plain rules and `@media` are kept: anything else makes some client drop the whole block.
    """
    plain, kept = [], []
    for prelude, body in _rules(_COMMENT.sub("", css)):
        if prelude.startswith("@"):
            if prelude.lower().startswith("@media") and "@" not in body:
                inner = "".join(f"{sel}{{{_declarations(decl, important=True)}}}" for sel, decl in _rules(body))
                kept.append(f"{prelude}{{{inner}}}")
        elif ":" in prelude:
            kept.append(f"{prelude}{{{_declarations(body)}}}")
        else:
            plain.append(f"{prelude}{{{_declarations(body)}}}")
    return "\n".join(plain), "\n".join(kept)


def style_blocks(css: str) -> Markup:
    """The two `<style>` blocks for a document's head."""
    plain, kept = (part.replace("</", "<\\/") for part in split(css))
    blocks = f'<style>{plain}</style>\n<style data-premailer="ignore">\n{kept}\n</style>'
    return Markup(blocks)  # noqa: S704  the template's own stylesheet


def inline(html: str, css: str) -> str:
    """The document with every plain rule of its first `<style>` in style attributes; unused classes are removed."""
    from lxml import etree  # heavy: only when something is rendered

    root = etree.fromstring(html.encode(), etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=False))
    _premailer().transform(root)
    kept = frozenset(_KEPT_CLASS.findall(split(css)[1]))
    for element in root.iter(etree.Element):
        if names := element.get("class"):
            if left := [name for name in names.split() if name in kept]:
                element.set("class", " ".join(left))
            else:
                del element.attrib["class"]
        if style := element.get("style"):
            element.set("style", style.replace("; ", ";").strip("; "))
    body: str = etree.tostring(root, method="html", encoding="unicode")
    return "<!DOCTYPE html>\n" + body + "\n"


def _premailer() -> Any:
    transformer = _class()
    return transformer(
        html=None,
        strip_important=False,
        disable_validation=True,
        allow_network=False,
        disable_link_rewrites=True,
        align_floating_images=False,
        disable_basic_attributes=["width", "height", "align", "valign", "bgcolor"],
    )


@lru_cache(maxsize=1)
def _class() -> Any:
    import logging

    import cssutils
    from premailer import Premailer

    cssutils.log.setLevel(logging.CRITICAL)
    cssutils.ser.prefs.minimizeColorHash = False
    return Premailer


def _rules(css: str) -> list[tuple[str, str]]:
    """The (prelude, body) pairs at the top level of a stylesheet; what is not a block is dropped."""
    found, depth, start, prelude = [], 0, 0, ""
    for match in re.finditer(r"[{};]", css):
        sign = match[0]
        if sign == "{":
            depth += 1
            if depth == 1:
                prelude, start = " ".join(css[start : match.start()].split()), match.end()
        elif sign == "}":
            depth = max(0, depth - 1)
            if depth == 0:
                found.append((prelude, css[start : match.start()]))
                start = match.end()
        elif depth == 0:  # @import and @charset end here: neither is wanted
            start = match.end()
    return [(prelude, body) for prelude, body in found if prelude]


def _declarations(body: str, *, important: bool = False) -> str:
    found = []
    for declaration in body.split(";"):
        name, colon, value = declaration.partition(":")
        value = " ".join(value.split())
        if colon and value:
            if important and "!important" not in value:
                value += "!important"
            found.append(f"{name.strip()}:{value}")
    return ";".join(found)
