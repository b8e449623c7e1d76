"""issue -> rendition: the newsletter as one reader gets it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path

from markupsafe import Markup

from digest.errors import TemplateError
from digest.model import Image, Issue, Picture, Rendition, View
from digest.render import budget
from digest.render.inline import inline, of_classes, style_blocks
from digest.render.layout import Draft, Rung, draft, numbered
from digest.render.page import Item, Page
from digest.render.select import select
from digest.render.subject import subject
from digest.render.templates import Template, Wishes, load
from digest.render.words import words

__all__ = ["render", "select", "selection", "wanted"]


def render(issue: Issue, how: View, *, pictures: Mapping[str, Picture] = {}, folder: Path | None = None) -> Rendition:
    """The issue as `how` selects and shows it. `pictures` are by image URL; `folder` is the config file's.

    The HTML is never longer than `budget.LIMIT` bytes; what had to be left out is said in it. Nothing is fetched.
    Raises `TemplateError`: the template is nowhere, fails, or is too long by itself.
    """
    template = load(how.template, folder)
    css = template.style(how, words(how.language or issue.language).direction)
    styles = of_classes(css, "article-")
    longest = draft(select(issue, how), how, pictures, styles=styles, articles=template.wishes.articles)
    rungs = budget.ladder(_asked(template.wishes, how, longest), len(longest.order), len(longest.articles))
    page, html = budget.fit(longest, rungs, lambda page: _document(template, page, css))
    if budget.size(html) > budget.LIMIT:
        raise TemplateError(
            f"template {how.template!r}: {budget.size(html):,} bytes without a single story, and Gmail hides what is "
            f"beyond {budget.LIMIT:,}; make its body.html or style.css shorter"
        )
    return Rendition(
        selection=selection(issue, how),
        subject=subject(template.page("subject.txt", page), page),
        html=html,
        text=_tidy(template.page("body.txt", numbered(page))),
        language=page.lang,
        pictures=tuple({p.cid: p for p in pictures.values() if f"cid:{p.cid}" in html}.values()),
    )


def wanted(issue: Issue, how: View) -> tuple[Image, ...]:
    """The images that `render` would show, best first: what is worth fetching for `images: embed`, else ()."""
    if how.images != "embed":
        return ()
    chosen = select(issue, how)
    stories = {story.id: story for story in chosen.stories}
    return tuple(image for ident in chosen.top if ident in stories and (image := stories[ident].image))


def selection(issue: Issue, how: View) -> str:
    """A stable hash of what `how` selects from the issue and how it is shown: 32 hex digits."""
    stories = [(story.id, story.shown) for story in select(issue, how).stories]
    facts = json.dumps([issue.digest, issue.day.isoformat(), asdict(how), stories], ensure_ascii=True, sort_keys=True)
    return hashlib.sha256(facts.encode()).hexdigest()[:32]


def _asked(wishes: Wishes, how: View, longest: Draft) -> Rung:
    """The longest page that the template and the config ask for."""
    told = len(longest.page.top) if wishes.told == "top" else len(longest.order)
    named = len(longest.order)
    if wishes.read_minutes and how.read_minutes is None:
        named = longest.named_in(wishes.read_minutes, told, wishes.summary_length)
    return Rung(wishes.summary_length, told, named, len(longest.order), 10**9)


def _document(template: Template, page: Page, css: str) -> str:
    """The HTML of a page. While premailer works, comments stand for the articles: it would restyle what is in them."""
    held = {mark: part for item in page.items for mark, part in zip(_marks(item), item.article, strict=True)}
    if held:
        page = replace(
            page,
            top=tuple(replace(item, article=_marks(item)) for item in page.top),
            sections=tuple(
                replace(section, items=tuple(replace(item, article=_marks(item)) for item in section.items))
                for section in page.sections
            ),
        )
    html = inline(template.page("body.html", page, style=style_blocks(css)), css)
    for mark, part in held.items():
        html = html.replace(mark, part, 1)
    return html


def _marks(item: Item) -> tuple[Markup, ...]:
    return tuple(Markup("<!--article:{}:{}-->").format(item.id, number) for number in range(len(item.article)))


def _tidy(text: str) -> str:
    """No space at a line's end, never two empty lines together, one line feed at the end."""
    lines: list[str] = []
    for line in (line.rstrip() for line in text.strip("\n").splitlines()):
        if line or (lines and lines[-1]):
            lines.append(line)
    return "\n".join(lines).strip("\n") + "\n"
