"""One document to read, as work that may be done in another process: plain values in, plain values out.

Nothing of HTTP and nothing of the parsers is loaded with this page: who hands out the work does not do it, and who does
it fetches nothing.
"""

from dataclasses import dataclass
from datetime import datetime

from digest.model import Entry, FeedSource


@dataclass(frozen=True, slots=True)
class Document:
    """What came for one feed, and what its reader must know. `number` tells whose it is."""

    number: int
    body: bytes
    content_type: str
    url: str
    source: FeedSource
    language: str
    skip: frozenset[str]
    now: datetime


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a document held. `kind`: feedparser's name for the format, json, html, empty, or "" for none of these.

    `entries` leaves out the items whose hash was to be skipped; `total` counts all items, `skipped` those left out.
    `problem` says why this is no feed, "" where it is one (a feed may well have no entries); `alternates` are the feed
    URLs that a page names. `whole` is False where the document ended too early.
    """

    kind: str
    title: str = ""
    link: str = ""
    language: str = ""
    entries: tuple[Entry, ...] = ()
    total: int = 0
    skipped: int = 0
    notes: tuple[str, ...] = ()
    problem: str = ""
    alternates: tuple[str, ...] = ()
    whole: bool = True


def read(document: Document) -> tuple[int, Parsed]:
    """Parse it; see `parse`. Never raises."""
    from digest.gather.parse import parse

    return document.number, parse(
        document.body,
        document.source,
        content_type=document.content_type,
        url=document.url,
        now=document.now,
        skip=document.skip,
        language=document.language,
    )


def prepare() -> None:
    """Load what reading needs, where it will be done, before there is anything to read: a tenth of a second."""
    import feedparser  # noqa: F401

    import digest.gather.parse  # noqa: F401
