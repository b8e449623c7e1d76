"""One document to read, as work that may be done in another process: plain values in, plain values out.

Nothing of HTTP and nothing of the parsers is loaded with this page: who hands out the work does not do it, and who does
it fetches nothing.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from digest.model import FeedSource

if TYPE_CHECKING:
    from digest.gather.parse import Parsed


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


def read(document: Document) -> "tuple[int, Parsed]":
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
