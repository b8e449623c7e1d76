"""A selected issue -> the page a template prints, at one rung of the budget."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from email.utils import parseaddr
from itertools import count
from math import ceil
from urllib.parse import quote

from digest.model import UNSUBSCRIBE_URL, Issue, Picture, Shown, Story, View
from digest.render.article import Piece, article, join
from digest.render.desk import NOTE, SUMMARY, Desk
from digest.render.page import Item, Page, Section
from digest.render.plain import clean, cut, is_blank, isolated, sentences
from digest.render.select import by_priority, reading_time
from digest.render.words import words

OPENING = 900  # characters at most
NOTICES, COMPLAINTS, QUIET = 6, 8, 12  # items at most
MOST = 800  # stories that can stand in one mail, however short each is
ALL = 10**9


@dataclass(frozen=True, slots=True)
class Rung:
    """How much there is at most: characters of a summary, stories told and named, articles and their characters."""

    summary: int = SUMMARY
    told: int = ALL
    named: int = ALL
    whole: int = 0
    article: int = 0


@dataclass(frozen=True, slots=True)
class Draft:
    """The page at its longest, and the order in which it gives way: story id -> place, the last goes first."""

    page: Page
    order: Mapping[str, int]
    articles: Mapping[str, tuple[Piece, ...]] = field(default_factory=dict)

    def at(self, rung: Rung) -> Page:
        """The page at a rung: articles become summaries, stories told become headlines, headlines a number."""
        return _counted(_at(self, rung))

    def named_in(self, minutes: float, told: int, summary: int) -> int:
        """How many stories can be named in so many minutes of reading, if the first `told` of them are told in
        `summary` characters."""
        items = {item.id: item for item in self.page.items}
        spent, number = 0.0, 0
        for ident in sorted(self.order, key=lambda ident: self.order[ident])[:MOST]:
            item = items[ident]
            told_in = f"{item.title} {_shortened(item.summary, summary)}" if number < told else item.title
            spent += reading_time(told_in)
            if number and spent > minutes:
                break
            number += 1
        return number


def draft(
    issue: Issue,
    how: View,
    pictures: Mapping[str, Picture],
    *,
    styles: Mapping[str, str],
    articles: bool,
    most: int | None = MOST,
) -> Draft:
    """Everything an already selected issue has to say to this reader.

    `articles`: whole articles are wanted of every story told; else only of those whose feed asks for it. `styles` are
    the style attributes of an article's tags. Stories beyond the first `most` are only counted.
    """
    order = {story.id: place for place, story in enumerate(by_priority(issue)[:most])}
    desk = Desk(issue, how, pictures)
    stories = {story.id: story for story in issue.stories}
    top = [stories[ident] for ident in issue.top if ident in order]
    page = replace(
        _frame(issue, how, desk),
        top=tuple(desk.item(story, top=place) for place, story in enumerate(top)),
        sections=tuple(
            _section(desk, topic.name, topic.stories, order, frozenset(issue.top)) for topic in issue.topics
        ),
    )
    told = [i.id for i in page.top] + [i.id for section in page.sections for i in section.items]
    found = {
        ident: article(stories[ident].lead, styles=styles, figure=desk.article_figure)
        for ident in told
        if articles or stories[ident].whole
    }
    return Draft(page, order, {ident: pieces for ident, pieces in found.items() if pieces})


def edition_url(archive_url: str, issue: Issue) -> str:
    """Where an edition stands in the archive on the web, "" without one."""
    return f"{archive_url.rstrip('/')}/{issue.day.isoformat()}.html" if archive_url else ""


def _frame(issue: Issue, how: View, desk: Desk) -> Page:
    """Everything but the stories."""
    say = desk.say
    name, address = parseaddr(how.sender)
    ailing = [report for report in issue.feeds if report.lasting]
    if issue.feeds and all(report.status in ("failed", "gone") for report in issue.feeds):
        ailing = list(issue.feeds)  # nothing could be read: that is the news
    by_mail = f"mailto:{quote(address, safe='@')}?subject=unsubscribe"
    start, end = ("right", "left") if say.direction == "rtl" else ("left", "right")
    return Page(
        title=clean(issue.title) if not is_blank(clean(issue.title)) else issue.digest,
        day=issue.day.isoformat(),
        date=say.full_date(issue.day),
        short_date=say.short_date(issue.day),
        lang=say.language,
        dir=say.direction,
        start=start,
        end=end,
        opening=sentences(clean(issue.opening), OPENING),
        notices=tuple(cut(clean(notice), NOTE) for notice in issue.notices[:NOTICES]),
        quiet=tuple(map(desk.topic, issue.quiet[:QUIET])),
        complaints=tuple(desk.complaint(report) for report in ailing[:COMPLAINTS]),
        complaints_more=len(ailing[COMPLAINTS:]),
        archive_url=edition_url(how.archive_url, issue),
        unsubscribe_url=UNSUBSCRIBE_URL if how.unsubscribe else by_mail,
        sender=clean(name or address),
        roughly=bool(issue.note),
        comma=say.comma,
    )


def _section(
    desk: Desk, name: str, stories: tuple[Story, ...], order: Mapping[str, int], top: frozenset[str]
) -> Section:
    rest = [story for story in stories if story.id not in top]
    near = [story for story in rest if story.id in order]
    name = desk.topic(name)
    return Section(
        name,
        items=tuple(desk.item(story) for story in near if story.shown is not Shown.HEADLINE),
        headlines=tuple(desk.item(story) for story in near if story.shown is Shown.HEADLINE),
        more=len(rest) - len(near),
        dir=desk.turned(name),
    )


def _at(draft: Draft, rung: Rung) -> Page:
    page, order = draft.page, draft.order
    whole = {ident for ident in draft.articles if order[ident] < rung.whole}
    told = {ident for ident, place in order.items() if place < min(rung.told, rung.named)}
    named = {ident for ident, place in order.items() if place < rung.named}

    def at(item: Item) -> Item:
        if item.id not in told:
            return _bare(item)
        if item.id in whole:
            html, text, is_cut = join(draft.articles[item.id], rung.article)
            return replace(item, article=html, article_text=text, article_cut=is_cut)
        return replace(item, summary=_shortened(item.summary, rung.summary))

    sections = []
    for section in page.sections:
        items = tuple(at(item) for item in section.items if item.id in told)
        folded = [item for item in section.items if item.id in named - told]
        headlines = tuple(_bare(item) for item in [*folded, *section.headlines] if item.id in named)
        lost = len(section.items) + len(section.headlines) - len(items) - len(headlines)
        sections.append(replace(section, items=items, headlines=headlines, more=section.more + lost))
    standing = tuple(section for section in sections if section.items or section.headlines)
    top = tuple(at(item) for item in page.top if item.id in named)
    lost = sum(section.more for section in sections if section not in standing)
    return replace(page, top=top, sections=standing, more=lost + len(page.top) - len(top))


def _counted(page: Page) -> Page:
    items = page.items
    names = {name for item in items for name in (item.source, *(source.name for source in item.also))}
    text = " ".join([page.opening, *(f"{i.title} {i.article_text or i.summary}" for i in items)])
    page = replace(page, stories=len(items), sources=len(names), minutes=max(1, ceil(reading_time(text) - 0.25)))
    return replace(page, preheader=_preheader(page))


def numbered(page: Page) -> Page:
    """The page with its further outlets numbered from 1 on, in reading order; not under whole articles, whose links
    have numbers of their own."""
    numbers = count(1)

    def told(items: tuple[Item, ...]) -> tuple[Item, ...]:
        return tuple(
            item
            if item.article or not item.also
            else replace(item, also=tuple(replace(s, number=next(numbers)) if s.url else s for s in item.also))
            for item in items
        )

    top = told(page.top)
    return replace(page, top=top, sections=tuple(replace(s, items=told(s.items)) for s in page.sections))


def _preheader(page: Page) -> str:
    """30 to 160 characters that go on where the subject ends: the next headlines, else the lead's summary."""
    text = ""
    for title in page.headlines[len(page.leading) :]:
        if text and len(text) + len(title) > 140:
            break
        text = " · ".join(filter(None, [text, isolated(title, page.dir)]))
    if len(text) < 40 and page.items:
        text = " · ".join(filter(None, [text, isolated(page.items[0].summary or page.items[0].title, page.dir)]))
    text = cut(text, 150)
    if text.count("\u2068") > text.count("\u2069"):
        text += "\u2069"
    if len(text) < 30:
        facts = [page.title, page.date, words(page.lang).count("%(num)s story", "%(num)s stories", page.stories)]
        text = " · ".join(filter(None, [text, *facts]))
    return cut(text, 158)


def _shortened(summary: str, limit: int) -> str:
    """A summary within a limit, or half as much again where that saves its first sentence."""
    return sentences(summary, limit, leeway=limit // 2)


def _bare(item: Item) -> Item:
    return replace(item, summary="", figure=None, also=(), also_more=0, update="", update_url="")
