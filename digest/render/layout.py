"""A selected issue -> the page a template prints, at one rung of the budget."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from email.utils import parseaddr
from functools import lru_cache
from math import ceil
from pathlib import PurePath
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

from babel import Locale

from digest.model import UNSUBSCRIBE_URL, Earlier, Entry, FeedReport, Image, Issue, Picture, Shown, Story, View
from digest.render.page import Complaint, Figure, Item, Page, Section, Source
from digest.render.plain import clean, cut, direction, host, isolated, link, sentences
from digest.render.select import by_priority, reading_time
from digest.render.words import Words, words

WIDE, NARROW = 536, 112  # CSS pixels: the lead's picture across the column, a thumbnail beside the others
TITLE, NAME, NOTE, OPENING, SUMMARY = 220, 48, 300, 900, 600  # characters at most
ALSO, NOTICES, COMPLAINTS, QUIET = 6, 6, 8, 12  # items at most
GENERIC = frozenset(["click here", "here", "read more", "more", "link", "this", "learn more", "continue", "details"])
_OLD_TAGS = {"iw": "he", "in": "id", "ji": "yi", "mo": "ro", "jw": "jv"}


@dataclass(frozen=True, slots=True)
class Rung:
    """How much of the page there is: characters of a summary, stories told, stories named, characters of an article."""

    summary: int = SUMMARY
    told: int = 10**9
    named: int = 10**9
    article: int = 0


@dataclass(frozen=True, slots=True)
class Draft:
    """The page at its longest, and the order in which it gives way (story id -> place, the last goes first)."""

    page: Page
    order: Mapping[str, int]

    def at(self, rung: Rung) -> Page:
        """The page at a rung; stories told become headlines, then a number."""
        return _at(self, rung)


def draft(issue: Issue, how: View, pictures: Mapping[str, Picture]) -> Draft:
    """Everything an already selected issue has to say to this reader."""
    say = words(how.language or issue.language)
    desk = _Desk(issue, how, say, pictures, {report.url: _outlet(report.name, report.url) for report in issue.feeds})
    top = [story for ident in issue.top for story in issue.stories if story.id == ident]
    items = tuple(desk.item(story, lead=place == 0, picture=True) for place, story in enumerate(top))
    sections = tuple(desk.section(topic.name, topic.stories) for topic in issue.topics)
    name, address = parseaddr(how.sender)
    page = Page(
        title=clean(issue.title),
        day=issue.day.isoformat(),
        date=say.full_date(issue.day),
        short_date=say.short_date(issue.day),
        lang=say.language,
        dir=say.direction,
        start="right" if say.direction == "rtl" else "left",
        end="left" if say.direction == "rtl" else "right",
        stories=0,
        sources=0,
        minutes=0,
        opening=sentences(clean(issue.opening), OPENING),
        notices=tuple(cut(clean(notice), NOTE) for notice in issue.notices[:NOTICES]),
        top=items,
        sections=sections,
        quiet=tuple(cut(clean(topic), NAME) for topic in issue.quiet[:QUIET]),
        complaints=tuple(desk.complaint(report) for report in issue.feeds if report.lasting)[:COMPLAINTS],
        complaints_more=max(0, sum(report.lasting for report in issue.feeds) - COMPLAINTS),
        archive_url=edition_url(how.archive_url, issue),
        unsubscribe_url=UNSUBSCRIBE_URL
        if how.unsubscribe
        else f"mailto:{quote(address, safe='@')}?subject=unsubscribe",
        sender=clean(name or address),
    )
    return Draft(page, {story.id: place for place, story in enumerate(by_priority(issue))})


def edition_url(archive_url: str, issue: Issue) -> str:
    """Where an edition stands in the archive on the web, "" without one."""
    return f"{archive_url.rstrip('/')}/{issue.day.isoformat()}.html" if archive_url else ""


def wanted(issue: Issue, how: View) -> tuple[Image, ...]:
    """The images the page shows, best first: what is worth fetching for `images: embed`."""
    shown = {story.id: story for story in issue.stories}
    return (
        tuple(image for ident in issue.top if ident in shown and (image := shown[ident].image))
        if how.images == "embed"
        else ()
    )


@dataclass(frozen=True, slots=True)
class _Desk:
    """Turns values into words for one reader."""

    issue: Issue
    how: View
    say: Words
    pictures: Mapping[str, Picture]
    names: Mapping[str, str]

    def section(self, name: str, stories: tuple[Story, ...]) -> Section:
        rest = [story for story in stories if story.id not in self.issue.top]
        told = tuple(self.item(story) for story in rest if story.shown in (Shown.FULL, Shown.TOP))
        named = tuple(self.item(story) for story in rest if story.shown is Shown.HEADLINE)
        more = sum(story.shown is Shown.CUT for story in rest)
        name = cut(clean(name), NAME * 2)
        return Section(name, told, named, more, self._dir(name))

    def item(self, story: Story, *, lead: bool = False, picture: bool = False) -> Item:
        entry = story.lead
        outlet = self.outlet(entry.feed)
        lang = _tag(story.language or entry.language)
        same = not lang or lang.split("-")[0] == self.say.language.split("-")[0]
        text_direction = direction("", lang) if lang else direction(story.title) or self.say.direction
        also = self._also(story, outlet)
        update = self._update(story.continues) if story.continues else ""
        return Item(
            id=story.id,
            title=_headline(story, outlet),
            url=link(entry.url),
            source=outlet,
            time=self._when(entry),
            summary=sentences(_no_addresses(clean(story.summary)), SUMMARY),
            lang="" if same else lang,
            dir="" if text_direction == self.say.direction else text_direction,
            also=also[:ALSO],
            also_more=len(also[ALSO:]),
            figure=self._figure(story.image, WIDE if lead else NARROW) if picture and story.image else None,
            update=update,
            update_url=link(story.continues.url) if story.continues else "",
        )

    def outlet(self, feed: str) -> str:
        """A feed by its name; never by its address, which may hold a token."""
        return self.names.get(feed) or _outlet("", feed)

    def complaint(self, report: FeedReport) -> Complaint:
        name = _outlet(report.name, report.url)
        parts = [
            re.sub(r"https?://([^/\s]+)\S*", r"\1", clean(part)) for part in (report.reason, report.advice) if part
        ]
        text = cut(" ".join(part if part[-1] in ".!?" else part + "." for part in parts), NOTE)
        return Complaint(name, text, self._dir(name))

    def _also(self, story: Story, outlet: str) -> tuple[Source, ...]:
        found: dict[str, Source] = {}
        seen = {link(story.lead.url)}
        for entry in story.entries[1:]:
            name = self.outlet(entry.feed)
            url = link(entry.url)
            if name != outlet and (name not in found or (url and not found[name].url)):
                found[name] = Source(name, "" if url in seen else url, self._dir(name))
                seen.add(url)
        return tuple(found.values())

    def _when(self, entry: Entry) -> str:
        zone = ZoneInfo(self.how.timezone)
        return self.say.when(entry.dated, self.issue.end.astimezone(zone).date(), zone, date_only=entry.date_only)

    def _update(self, earlier: Earlier) -> str:
        title = isolated(cut(clean(earlier.title), 90), self.say.direction)
        days = (self.issue.day - earlier.day).days
        if days == 1:
            return self.say.say("Update on yesterday’s story: %(title)s", title=title)
        if 1 < days < 7:
            day = self.say.weekday(earlier.day)
            return self.say.say("Update on %(weekday)s’s story: %(title)s", weekday=day, title=title)
        return self.say.say(
            "Update on our story of %(date)s: %(title)s", date=self.say.day_of(earlier.day), title=title
        )

    def _figure(self, image: Image, width: int) -> Figure | None:
        alt = cut(clean(image.alt), 160)
        if picture := self.pictures.get(image.url) if self.how.images == "embed" else None:
            return Figure(f"cid:{picture.cid}", width, max(1, round(picture.height * width / picture.width)), alt)
        if self.how.images == "remote" and (src := link(image.url)).startswith("https:"):
            ratio = image.height / image.width if image.width and image.height else 9 / 16
            return Figure(src, width, max(1, round(width * min(ratio, 1.25))), alt)
        return None

    def _dir(self, text: str) -> str:
        found = direction(text)
        return "" if found in ("", self.say.direction) else found


def _at(draft: Draft, rung: Rung) -> Page:
    page, order = draft.page, draft.order
    told = {ident for ident, place in order.items() if place < min(rung.told, rung.named)}
    named = {ident for ident, place in order.items() if place < rung.named}
    top = tuple(_short(item, rung) if item.id in told else _bare(item) for item in page.top if item.id in named)
    sections = []
    for section in page.sections:
        items = tuple(_short(item, rung) for item in section.items if item.id in told)
        folded = tuple(_bare(item) for item in section.items if item.id in named - told)
        headlines = folded + tuple(_bare(item) for item in section.headlines if item.id in named)
        lost = len(section.items) + len(section.headlines) - len(items) - len(headlines)
        sections.append(replace(section, items=items, headlines=headlines, more=section.more + lost))
    standing = tuple(section for section in sections if section.items or section.headlines)
    page = replace(
        page,
        top=top,
        sections=standing,
        more=sum(section.more for section in sections if section not in standing) + len(draft.page.top) - len(top),
        clipped=sum(place >= rung.named for place in order.values()),
        trimmed=rung.told < len(order) or rung.summary < SUMMARY,
    )
    return _counted(page)


def _counted(page: Page) -> Page:
    items = page.items
    names = {name for item in items for name in (item.source, *(source.name for source in item.also))}
    text = " ".join([page.opening, *(f"{i.title} {i.summary} {i.article_text}" for i in items)])
    page = replace(page, stories=len(items), sources=len(names), minutes=max(1, ceil(reading_time(text) - 0.25)))
    return replace(page, preheader=_preheader(page))


def _preheader(page: Page) -> str:
    """30 to 160 characters that go on where the subject ends: the next headlines, else the lead's summary."""
    say = words(page.lang)
    further = [isolated(title, page.dir) for title in page.headlines[1:]]
    text = ""
    for title in further:
        if text and len(text) + len(title) > 140:
            break
        text = f"{text} · {title}" if text else title
    if len(text) < 40 and page.items:
        text = " · ".join(filter(None, [text, isolated(page.items[0].summary or page.items[0].title, page.dir)]))
    text = cut(text, 150)
    if text.count("\u2068") > text.count("\u2069"):
        text += "\u2069"
    if len(text) < 30:
        facts = [page.title, page.date, say.count("%(num)s story", "%(num)s stories", page.stories)]
        text = " · ".join(filter(None, [text, *facts]))
    return cut(text, 158)


def _short(item: Item, rung: Rung) -> Item:
    return replace(item, summary=sentences(item.summary, rung.summary)) if len(item.summary) > rung.summary else item


def _bare(item: Item) -> Item:
    return replace(item, summary="", figure=None, also=(), also_more=0, update="", update_url="")


def _headline(story: Story, outlet: str) -> str:
    """The headline as a link's text: never empty, never an address, never a word that says nothing alone."""
    title = cut(_no_addresses(clean(story.title)), TITLE)
    if not re.search(r"\w", title):
        path = PurePath(urlsplit(link(story.lead.url)).path).stem.replace("-", " ").replace("_", " ")
        title = cut(clean(title + " " + path), TITLE)
    if len(title) < 2 or title.casefold().rstrip(".!»>→ ") in GENERIC:
        title = " – ".join(filter(None, [title, outlet]))
    return title


def _no_addresses(text: str) -> str:
    """Addresses without their scheme: a link must not show one domain and lead to another."""
    return re.sub(r"(?i)\b(https?://)(www\.)?|\bwww\.(?=\w)", "", text)


def _outlet(name: str, feed: str) -> str:
    name = cut(_no_addresses(clean(name)), NAME)
    if len(name) > 1 and name.casefold() not in GENERIC:
        return name
    place = host(feed) or PurePath(feed).stem or feed
    return cut(f"{name} {place}".strip(), NAME)


@lru_cache(maxsize=256)
def _tag(language: str) -> str:
    """A language tag that a validator knows, "" for anything else."""
    parts = language.strip().replace("_", "-").split("-")
    primary = _OLD_TAGS.get(parts[0].lower(), parts[0].lower())
    if primary not in Locale("en").languages or not re.fullmatch("[a-z]{2,3}", primary):
        return ""
    further = [p for p in parts[1:] if primary == "zh" and p.upper() in ("CN", "TW", "HK", "HANS", "HANT")]
    return "-".join([primary, *(p.upper() if len(p) == 2 else p.title() for p in further)])
