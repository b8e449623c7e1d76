"""issue -> rendition: the newsletter as one reader gets it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from digest.errors import TemplateError
from digest.model import Issue, Picture, Rendition, View
from digest.render import budget
from digest.render.inline import inline, style_blocks
from digest.render.layout import draft, wanted
from digest.render.page import Page
from digest.render.select import select
from digest.render.subject import subject
from digest.render.templates import Template, load

__all__ = ["render", "select", "selection", "wanted"]


def render(issue: Issue, how: View, *, pictures: Mapping[str, Picture] = {}, folder: Path | None = None) -> Rendition:
    """The issue as `how` selects and shows it. `pictures` are by image URL; `folder` is the config file's.

    The HTML is never longer than `budget.LIMIT` bytes; what had to be left out is said in it. Nothing is fetched.
    Raises `TemplateError`: the template is nowhere, fails, or is too long by itself.
    """
    template = load(how.template, folder)
    chosen = select(issue, how)
    longest = draft(chosen, how, pictures)
    page, html = budget.fit(longest, budget.ladder(len(longest.order)), lambda page: _document(template, page, how))
    if budget.size(html) > budget.LIMIT:
        raise TemplateError(
            f"template {how.template!r}: {budget.size(html):,} bytes without a single story, and Gmail hides what is "
            f"beyond {budget.LIMIT:,}; make its body.html or style.css shorter"
        )
    return Rendition(
        selection=selection(issue, how),
        subject=subject(template.render("subject.txt", page, how), page),
        html=html,
        text=_tidy(template.render("body.txt", page, how)),
        language=page.lang,
        pictures=tuple({p.cid: p for p in pictures.values() if f"cid:{p.cid}" in html}.values()),
    )


def selection(issue: Issue, how: View) -> str:
    """A stable hash of what `how` selects from the issue and how it is shown: 32 hex digits."""
    stories = [(story.id, story.shown) for story in select(issue, how).stories]
    facts = json.dumps([issue.digest, issue.day.isoformat(), asdict(how), stories], ensure_ascii=True, sort_keys=True)
    return hashlib.sha256(facts.encode()).hexdigest()[:32]


def _document(template: Template, page: Page, how: View) -> str:
    css = template.render("style.css", page, how)
    return inline(template.render("body.html", page, how, style=style_blocks(css)), css)


def _tidy(text: str) -> str:
    """No space at a line's end, never two empty lines together, one line feed at the end."""
    lines: list[str] = []
    for line in (line.rstrip() for line in text.strip("\n").splitlines()):
        if line or (lines and lines[-1]):
            lines.append(line)
    return "\n".join(lines).strip("\n") + "\n"
