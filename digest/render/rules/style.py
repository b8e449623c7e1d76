"""H01, H02, H09 to H12, H24: bytes, and style sheets that every client understands or ignores without harm."""

import re
from collections.abc import Iterator

from digest.render.budget import AIM, LIMIT
from digest.render.rules.document import Document, Finding, judged, words_of
from digest.render.stylesheet import declarations

STYLE_LIMIT = 8_192  # bytes in <style>: the smallest limit of Gmail's apps
_PLAIN = re.compile(r"[.#]?[\w-]+(\s*,\s*[.#]?[\w-]+)*")


def findings(document: Document) -> Iterator[Finding]:
    """One finding a rule."""
    yield _size(document)
    total = len(document.style.encode())
    yield judged("H02", f"{total} bytes of <style>", [f"{total} bytes of <style>"] if total > STYLE_LIMIT else [])
    yield judged("H09", "only plain rules and @media", _unsafe(document))
    yield judged("H10", "every declaration in @media is important", _weak(document))
    dark = "prefers-color-scheme" in document.style
    yield judged("H11", "dark mode has rules", [] if dark else ["no rule for dark mode"], soft=True)
    yield _inlined(document)
    wide = any("max-width" in (element.get("style") or "") for element in document.body)
    ghost = "<!--[if mso" in document.html.lower()
    yield judged(
        "H24", "Outlook has its table", ["max-width without a table for Outlook"] if wide and not ghost else []
    )


def _size(document: Document) -> Finding:
    size = len(document.html.encode("utf-8", "replace"))
    if AIM < size <= LIMIT:
        return Finding("H01", "WARN", f"{size:,} bytes, over 90 % of what Gmail shows")
    return judged("H01", f"{size:,} bytes of {LIMIT:,}", [f"{size:,} bytes: Gmail clips it"] if size > LIMIT else [])


def _unsafe(document: Document) -> list[str]:
    bad = [rule.at for rule in document.rules if rule.at and rule.at != "@media"]
    bad += ["@ inside @media" for rule in document.rules if any(inner.at for inner in rule.inner)]
    return bad + (["url()"] if "url(" in document.style else [])


def _weak(document: Document) -> list[str]:
    """Selectors in @media whose declarations an inline style beats."""
    bad = []
    for rule in (inner for outer in document.rules for inner in outer.inner):
        names = {name for d in rule.declarations if not d.important for name in (d.name, d.name.partition("-")[0])}
        last = {part.split()[-1].lstrip(".") for part in rule.prelude.split(",") if part.split()}
        for element in document.body if names else ():
            there = {element.tag, *(element.get("class") or "").split()} & last
            if there and names & {d.name for d in declarations(element.get("style") or "")}:
                bad.append(rule.prelude)
                break
    return bad


def _inlined(document: Document) -> Finding:
    styled = sum(1 for element in document.body if element.get("style"))
    worded = [e for e in document.body if e.tag in ("td", "p", "h1", "h2", "h3", "a") and words_of(e)]
    plain = [rule.prelude for rule in document.rules if not rule.at and _PLAIN.fullmatch(rule.prelude)]
    bad = plain if len(plain) > 3 else []
    if styled < len(worded) / 2:
        bad = [f"{styled} elements have a style of their own, {len(worded)} have words", *bad]
    return judged("H12", f"{styled} elements carry their style", bad)
