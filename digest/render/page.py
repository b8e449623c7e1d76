"""What a template is given: every word and number of one edition for one reader, ready to print.

All text is plain (Jinja2 escapes it); addresses are http(s), percent-encoded ASCII; sequences are tuples in reading
order. These names are what people write templates against: add, never rename.
"""

from dataclasses import dataclass, field

from markupsafe import Markup

from digest.render.plain import isolated

SUBJECT = 78  # characters (RFC 5322 advises 78 a line; phones show 35 to 45 of them)


@dataclass(frozen=True, slots=True)
class Source:
    """An outlet that carries a story; `url` is "" where it gives no address of its own. `number` is its place in
    `Page.references`, 0 where it has none. `language` is what it writes in, in the page's words, where the story's
    headline is in another."""

    name: str
    url: str = ""
    dir: str = ""
    number: int = 0
    language: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """An image: `src` is https: or cid:; the size in CSS pixels at which it stands."""

    src: str
    width: int
    height: int
    alt: str = ""

    @property
    def remote(self) -> bool:
        """Whether it is fetched from the publisher when the mail is opened."""
        return not self.src.startswith("cid:")


@dataclass(frozen=True, slots=True)
class Item:
    """One story. `lang` and `dir` are "" where they are the page's; `update` says what earlier story it continues.

    `article` is the sanitised whole text as markup, () unless it is to stand whole: in parts, each for a table of its
    own (Outlook breaks tall ones). `article_text` is the same in plain text; `article_cut`: its end is missing.
    """

    id: str
    title: str
    url: str
    source: str
    time: str
    source_dir: str = ""
    summary: str = ""
    lang: str = ""
    dir: str = ""
    also: tuple[Source, ...] = ()
    also_more: int = 0
    figure: Figure | None = None
    update: str = ""
    update_url: str = ""
    article: tuple[Markup, ...] = field(default=(), repr=False)
    article_text: str = field(default="", repr=False)
    article_cut: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """A topic: the stories told, those named by their headline, and how many more there were."""

    name: str
    items: tuple[Item, ...] = ()
    headlines: tuple[Item, ...] = ()
    more: int = 0
    dir: str = ""


@dataclass(frozen=True, slots=True)
class Complaint:
    """A feed that has failed for long: its name, and what is the matter and what to do, as sentences."""

    name: str
    text: str
    dir: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """One edition for one reader. `start` and `end` are left and right, the other way round where `dir` is rtl.

    `comma` stands between the names of a list.

    `roughly` says that stories were compared less thoroughly than usual, for so much came in at once.
    `more` counts the stories left out of topics that have none here; `shortened` says that the size of a mail left out
    or shortened some.
    `unsubscribe_url` is https or mailto; `archive_url` is the page of this edition, "" without an archive.
    """

    title: str
    day: str
    date: str
    short_date: str
    lang: str
    dir: str
    start: str
    end: str
    stories: int = 0
    sources: int = 0
    minutes: int = 0
    preheader: str = ""
    opening: str = ""
    notices: tuple[str, ...] = ()
    top: tuple[Item, ...] = ()
    sections: tuple[Section, ...] = ()
    more: int = 0
    quiet: tuple[str, ...] = ()
    complaints: tuple[Complaint, ...] = ()
    complaints_more: int = 0
    shortened: bool = False
    roughly: bool = False
    archive_url: str = ""
    unsubscribe_url: str = ""
    sender: str = ""
    comma: str = ", "

    @property
    def items(self) -> tuple[Item, ...]:
        """All stories on the page, in reading order."""
        return self.top + tuple(i for section in self.sections for i in section.items + section.headlines)

    @property
    def references(self) -> tuple[Source, ...]:
        """The outlets that carry a story beside its first, with their addresses, as they are numbered: plain text names
        them in a line and lists the addresses at its end."""
        return tuple(source for item in self.items for source in item.also if source.number)

    @property
    def leading(self) -> tuple[str, ...]:
        """The headlines that a subject holds whole after the date; the first in any case."""
        left = SUBJECT - len(self.short_date)
        for number, title in enumerate(self.headlines):
            left -= len(isolated(title, self.dir)) + 3
            if left < 0:
                return self.headlines[: max(1, number)]
        return self.headlines

    @property
    def headlines(self) -> tuple[str, ...]:
        """The headlines that lead the page: for the subject and the preheader."""
        return tuple(item.title for item in self.items[:8])
