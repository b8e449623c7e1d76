"""Stylesheet and markup -> one HTML document with inline styles (premailer), as mail clients need it.

One `style.css` is enough: what can be inlined goes through premailer; `@media`, `:root` and pseudo-classes stay in a
`<style>` block, whose `@media` declarations get `!important` (they could not beat an inline style otherwise).
premailer never sees feed text as markup: it is escaped, or a placeholder while premailer works.
"""

import re
from dataclasses import replace
from functools import lru_cache
from typing import Any

from markupsafe import Markup

from digest.render.stylesheet import Rule, parse

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
    plain: list[str] = []
    kept: list[str] = []
    for rule in parse(css):
        if rule.at == "@media" and not any(inner.at for inner in rule.inner):
            inside = (
                replace(r, declarations=tuple(replace(d, important=True) for d in r.declarations)) for r in rule.inner
            )
            kept.append(f"{rule.prelude}{{{''.join(map(_written, inside))}}}")
        elif not rule.at:
            (kept if ":" in rule.prelude else plain).append(_written(rule))
    return "\n".join(plain), "\n".join(kept)


def _written(rule: Rule) -> str:
    return f"{rule.prelude}{{{';'.join(map(str, rule.declarations))}}}"


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
