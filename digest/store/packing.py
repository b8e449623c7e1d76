"""Values to bytes and back, without loss: what entries and editions carry beyond their keys.

JSON in UTF-8, deflated where that saves something worth the time.
"""

import json
import zlib
from dataclasses import asdict, replace
from functools import cache
from typing import TYPE_CHECKING

from pydantic_core import to_json

from digest.model import Entry, Image, Issue, Story, Topic

if TYPE_CHECKING:
    from pydantic import TypeAdapter

LARGE = 4096  # bytes; below, deflating costs more than it saves


def pack(data: bytes) -> bytes:
    """Deflate what is large. JSON never starts with zlib's first byte (0x78), so nothing need be marked."""
    return zlib.compress(data, 1) if len(data) > LARGE else data


def unpack(data: bytes) -> bytes:
    """The reverse of `pack`."""
    return zlib.decompress(data) if data[:1] == b"\x78" else data


def pack_text(text: str) -> bytes:
    """A mail's body or the like; always deflated, so that it cannot be taken for anything else."""
    return zlib.compress(text.encode("utf-8", "surrogatepass"), 6)


def unpack_text(data: bytes) -> str:
    """The reverse of `pack_text`."""
    return zlib.decompress(data).decode("utf-8", "surrogatepass")


def pack_content(entry: Entry) -> bytes:
    """What of an entry has no column: teaser, content, author, categories, images."""
    images = [(image.url, image.alt, image.width, image.height) for image in entry.images]
    parts = (entry.teaser, entry.content, entry.author, entry.categories, images)
    try:
        return pack(to_json(parts))
    except ValueError:  # a lone surrogate
        return pack(json.dumps(parts).encode())


def unpack_content(data: bytes | None) -> tuple[str, str, str, tuple[str, ...], tuple[Image, ...]]:
    """The reverse, in the same order; all empty where the content was pruned."""
    if data is None:
        return "", "", "", (), ()
    teaser, content, author, categories, images = json.loads(unpack(data))
    return teaser, content, author, tuple(categories), tuple(Image(*image) for image in images)


def pack_issue(issue: Issue) -> bytes:
    """An edition as it was composed, whole."""
    try:
        data = _adapter().dump_json(issue)
    except ValueError:  # a lone surrogate, such as a language model may write; nothing else in it is lost
        data = json.dumps(asdict(issue), default=str, ensure_ascii=False).encode("utf-8", "replace")
    return zlib.compress(data, 6)


def unpack_issue(data: bytes) -> Issue:
    """The reverse of `pack_issue`."""
    return _adapter().validate_json(zlib.decompress(data))


def headlines(issue: Issue) -> Issue:
    """What remains of an edition when its content is pruned: titles, links and dates, in their order."""

    def bare(entry: Entry) -> Entry:
        return replace(
            entry, teaser="", content="", author="", categories=(), images=(), blocks=(), summary="", image=None
        )

    def story(full: Story) -> Story:
        return replace(full, entries=tuple(bare(e) for e in full.entries), summary="", image=None, evidence=())

    topics = tuple(Topic(topic.name, tuple(story(one) for one in topic.stories)) for topic in issue.topics)
    return replace(issue, topics=topics, settled=(), feeds=(), opening="")


@cache
def _adapter() -> "TypeAdapter[Issue]":
    from pydantic import TypeAdapter  # builds its schema once, and only where an edition is read or written

    return TypeAdapter(Issue)
