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
_OPTIONS: dict[str, Any] = {
    "strip_important": False,
    "disable_validation": True,
    "allow_network": False,
    "disable_link_rewrites": True,
    "align_floating_images": False,
    "disable_basic_attributes": ["width", "height", "align", "valign", "bgcolor"],
}
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

    html = html.replace(split(css)[0], _used(split(css)[0], html), 1)
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
            element.set("style", style.replace("; ", ";").replace(", ", ",").strip("; "))
    body: str = etree.tostring(root, method="html", encoding="unicode")
    return "<!DOCTYPE html>\n" + body + "\n"


def of_classes(css: str, prefix: str) -> dict[str, str]:
    """The declarations of the plain rules `.PREFIXname`, by name: for what is put in after premailer."""
    found: dict[str, str] = {}
    for rule in re.finditer(rf"^\.{re.escape(prefix)}([\w-]+)\{{(.*)\}}$", split(css)[0], re.MULTILINE):
        found[rule[1]] = ";".join(filter(None, [found.get(rule[1]), rule[2].replace('"', "'")]))
    return found


def _used(plain: str, html: str) -> str:
    """The rules without those for one class that the document has nowhere: each costs a search through all of it."""
    there = frozenset(name for names in re.findall(r'class="([^"]*)"', html) for name in names.split())
    rules = [(re.match(r"\.([\w-]+)\{", rule), rule) for rule in plain.split("\n")]
    return "\n".join(rule for single, rule in rules if not single or single[1] in there)


@lru_cache(maxsize=1)
def _premailer() -> Any:
    """A Premailer that remembers the rules of a style sheet: reading them takes longer than inlining a usual day."""
    import logging

    import cssutils
    from premailer import Premailer

    class Inliner(Premailer):  # type: ignore[misc]  # premailer has no type information
        @staticmethod
        @lru_cache(maxsize=32)
        def _known(css: str) -> tuple[Any, Any]:
            return Premailer(**_OPTIONS)._parse_style_rules(css, 0)  # type: ignore[no-any-return]  # the same

        def _parse_style_rules(self, css_body: str, _ruleset_index: int) -> tuple[list[Any], list[Any]]:
            rules, leftover = self._known(css_body)
            return list(rules), list(leftover)

    cssutils.log.setLevel(logging.CRITICAL)
    cssutils.ser.prefs.minimizeColorHash = False
    return Inliner(**_OPTIONS)


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
