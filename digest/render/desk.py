"""A story, a topic, a sick feed in words for one reader."""

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import PurePath
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from babel import Locale

from digest.model import Earlier, Entry, FeedReport, Image, Issue, Picture, Story, View
from digest.render.ailments import in_words
from digest.render.page import Complaint, Figure, Item, Source
from digest.render.plain import (
    clean,
    cut,
    direction,
    host,
    is_blank,
    is_generic,
    isolated,
    link,
    not_an_address,
    sentences,
    without_schemes,
)
from digest.render.words import words

WIDE, NARROW = 536, 112  # CSS pixels: the lead's picture across the column, a thumbnail beside the others
TITLE, NAME, NOTE, SUMMARY = 220, 48, 300, 600  # characters at most
ALT, ALT_NARROW = 160, 70  # characters of a picture's words, across the column and in a corner
ALSO, ALSO_TOP = 6, 24  # outlets at most: beside the first of a story, and of a top story
_OLD_TAGS = {"iw": "he", "in": "id", "ji": "yi", "mo": "ro", "jw": "jv"}


class Desk:
    """Turns values into words for one reader."""

    def __init__(self, issue: Issue, how: View, pictures: Mapping[str, Picture]) -> None:
        self.say = words(how.language or issue.language)
        self._issue, self._how, self._pictures = issue, how, pictures
        self._names = {report.url: _outlet(report.name, report.url) for report in issue.feeds}
        self._zone = ZoneInfo(how.timezone)
        self._today = issue.day  # the masthead's: a bare time is understood as of that day

    def item(self, story: Story, *, top: int | None = None) -> Item:
        """A story at its longest. `top`: its place among the top stories: they name all outlets and may have a picture."""
        entry = story.lead
        outlet = self.outlet(entry.feed)
        lang = _tag(story.language or entry.language)
        same = not lang or lang.split("-")[0] == self.say.language.split("-")[0]
        text_direction = direction("", lang) if lang else direction(story.title) or self.say.direction
        also, most = self._also(story, outlet), ALSO if top is None else ALSO_TOP
        update = self._update(story.continues) if story.continues else ""
        image = None if top is None else story.image
        return Item(
            id=story.id,
            title=not_an_address(_headline(story, outlet), link(entry.url)),
            url=link(entry.url),
            source=outlet,
            time=self._when(entry),
            source_dir=self.turned(outlet),
            summary=sentences(without_schemes(clean(story.summary)), SUMMARY),
            lang="" if same else lang,
            dir="" if text_direction == self.say.direction else text_direction,
            also=also[:most],
            also_more=len(also[most:]),
            figure=self._figure(image, NARROW if top else WIDE, outlet) if image else None,
            update=update,
            update_url=link(story.continues.url) if story.continues else "",
        )

    def topic(self, name: str) -> str:
        """A topic's name. Ours to translate are the one that takes what fits no other, and the built-in ones of a reader
        who named none."""
        name = cut(clean(name), NAME * 2)
        if name == "Other" or is_blank(name):
            return self.say.say("Other")
        return name if self._issue.named else self._built_in().get(name, name)

    def _built_in(self) -> dict[str, str]:
        say = self.say
        return {
            "World": say.say("World"),
            "Politics": say.say("Politics"),
            "Business": say.say("Business"),
            "Technology": say.say("Technology"),
            "Science": say.say("Science"),
            "Health": say.say("Health"),
            "Sport": say.say("Sport"),
            "Culture": say.say("Culture"),
            "Life": say.say("Life"),
        }

    def outlet(self, feed: str) -> str:
        """A feed by its name; never by its address, which may hold a token."""
        return self._names.get(feed) or _outlet("", feed)

    def complaint(self, report: FeedReport) -> Complaint:
        """A feed in trouble, with advice; hosts stand in the place of addresses."""
        name = _outlet(report.name, report.url)
        said = [re.sub(r"https?://([^/\s]+)\S*", r"\1", clean(part)) for part in (report.reason, report.advice)]
        text = cut(in_words(self.say, *said), NOTE)
        return Complaint(name, text, self.turned(name))

    def _also(self, story: Story, outlet: str) -> tuple[Source, ...]:
        """Who else tells it, each once and each article once. An article that another outlet passes on is named without a
        link; one that stands in two feeds of its own outlet ("BBC", "BBC News") is not another source."""
        found: dict[str, Source] = {}
        whose = {link(story.lead.url): outlet}
        for entry in story.entries[1:]:
            name = self.outlet(entry.feed)
            url = link(entry.url)
            if url in whose and _same_house(name, whose[url]):
                continue
            if name != outlet and (name not in found or (url and not found[name].url)):
                shown, own = not_an_address(name, url), "" if url in whose else url
                found[name] = Source(shown, own, self.turned(name), language=self._foreign(entry, story))
                whose.setdefault(url, name)
        return tuple(found.values())

    def _foreign(self, entry: Entry, story: Story) -> str:
        """What an entry is written in, by name, where its story's headline is in another language."""
        own, told = (_tag(tag).partition("-")[0] for tag in (entry.language, story.language or story.lead.language))
        return self.say.language_of(own) if own and told and own != told else ""

    def _when(self, entry: Entry) -> str:
        return self.say.when(entry.dated, self._today, self._zone, date_only=entry.date_only)

    def _update(self, earlier: Earlier) -> str:
        title = isolated(cut(clean(earlier.title), 90), self.say.direction)
        days = (self._issue.day - earlier.day).days
        if days == 1:
            return self.say.say("Update on yesterday’s story: %(title)s", title=title)
        if 1 < days < 7:
            day = self.say.weekday(earlier.day)
            return self.say.say("Update on %(weekday)s’s story: %(title)s", weekday=day, title=title)
        return self.say.say(
            "Update on our story of %(date)s: %(title)s", date=self.say.day_of(earlier.day), title=title
        )

    def article_figure(self, src: str, alt: str, width: int | None, height: int | None) -> Figure | None:
        """An image inside an article: only where images are remote, of a known and sensible size."""
        if self._how.images != "remote" or not _is_remote(src) or not width or not height:
            return None
        if width < 64 or height < 64 or height > width * 3:
            return None
        shown = min(width, WIDE)
        return Figure(src, shown, max(1, round(height * shown / width)), cut(alt, 160))

    def _figure(self, image: Image, width: int, outlet: str) -> Figure | None:
        """A story's picture. Without words of its own it says nothing that the headline beside it does not; a remote one
        is a link, which needs some: the outlet's name is short, for a narrow column where pictures are blocked."""
        alt = cut(without_schemes(clean(image.alt)), ALT if width == WIDE else ALT_NARROW)
        alt = "" if not re.search(r"\w", alt) or is_generic(alt) else alt
        if picture := self._pictures.get(image.url) if self._how.images == "embed" else None:
            return Figure(f"cid:{picture.cid}", width, max(1, round(picture.height * width / picture.width)), alt)
        if self._how.images == "remote" and _is_remote(src := link(image.url)):
            ratio = image.height / image.width if image.width and image.height else 9 / 16
            return Figure(src, width, max(1, round(width * min(ratio, 1.25))), alt or outlet)
        return None

    def turned(self, text: str) -> str:
        """The text's direction where it is not the page's, else ""."""
        found = direction(text)
        return "" if found in ("", self.say.direction) else found


def _same_house(name: str, other: str) -> bool:
    """Whether two feeds that carry one article are called by the same first word: sections of one outlet."""
    return name.split()[:1] == other.split()[:1]


def _is_remote(src: str) -> bool:
    """Whether every mail program can show it: over https, in a format that Outlook knows too."""
    path = urlsplit(src).path.lower()
    return src.startswith("https:") and not path.endswith(
        (".webp", ".svg", ".avif", ".apng", ".bmp", ".tif", ".tiff", ".ico")
    )


def _headline(story: Story, outlet: str) -> str:
    """The headline as a link's text: never empty, never an address, never a word that says nothing alone."""
    title = cut(without_schemes(clean(story.title)), TITLE)
    if not re.search(r"\w", title):
        path = PurePath(urlsplit(link(story.lead.url)).path).stem.replace("-", " ").replace("_", " ")
        title = cut(clean(title + " " + path), TITLE)
    if len(title) < 2 or is_generic(title):
        title = " – ".join(filter(None, [title, outlet]))
    return title


def _outlet(name: str, feed: str) -> str:
    name = cut(without_schemes(clean(name)), NAME)
    if len(name) > 1 and not is_generic(name) and not is_blank(name):
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
