"""One document to read, as work that may be done in another process: plain values in, plain values out.

Nothing of HTTP and nothing of the parsers is loaded with this page: who hands out the work does not do it, and who does
it fetches nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from digest.model import Entry, FeedSource

if TYPE_CHECKING:
    from digest.gather.parse import Parsed

Marks = Callable[[Entry], tuple[str, ...]]
"""What of an entry its feed may repeat (`Entry.marks`). A top-level function, so that it can be sent to a worker."""


def no_marks(_: Entry) -> tuple[str, ...]:
    """Nothing is looked for."""
    return ()


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
    marks: Marks


def read(document: Document) -> "tuple[int, Parsed]":
    """Parse it, and take the marks of its entries. Never raises."""
    from digest.gather.parse import parse

    parsed = parse(
        document.body,
        document.source,
        content_type=document.content_type,
        url=document.url,
        now=document.now,
        skip=document.skip,
        language=document.language,
    )
    entries = tuple(replace(entry, marks=document.marks(entry)) for entry in parsed.entries)
    return document.number, replace(parsed, entries=entries)


def prepare(marks: Marks) -> None:
    """Load what reading needs, where it will be done, before there is anything to read: a quarter of a second."""
    import feedparser  # noqa: F401

    import digest.gather.parse  # noqa: F401

    marks(Entry("", "", ""))
