"""The outlets of the demo, as they are kept: one TOML file each, the single source of what `serve` gives.

A file holds the outlet's own facts and an array `entry`, newest first. `ago` says how old an entry is whenever it is
asked for, so that the demo's news is always of today. `text` is the article: paragraphs parted by blank lines, each
plain text or, where it starts with `<`, markup as that outlet's publishing system would leave it.
"""

import tomllib
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from html import escape
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from digest.config import duration


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of an outlet. `html` is its full text, `teaser` its publisher's summary ("" where there is none)."""

    title: str
    url: str
    guid: str
    ago: timedelta
    html: str
    teaser: str
    tags: tuple[str, ...]
    author: str
    picture: str  # a file name under pictures/, or ""
    alt: str  # what the picture shows


@dataclass(frozen=True, slots=True)
class Outlet:
    """One fictional publisher. `slug` names its file and its address; `format` is rss, atom, rdf or json."""

    slug: str
    name: str
    format: str
    site: str
    language: str
    about: str
    items: tuple[Item, ...]


@cache
def outlets() -> tuple[Outlet, ...]:
    """All outlets, by slug."""
    kept = sorted((file for file in _folder("outlets").iterdir() if file.name.endswith(".toml")), key=lambda f: f.name)
    return tuple(_outlet(file.name.removesuffix(".toml"), tomllib.loads(file.read_text("utf-8"))) for file in kept)


def picture(name: str) -> bytes | None:
    """A picture's PNG bytes; None where the demo has no such file."""
    kept = {file.name: file for file in _folder("pictures").iterdir() if file.name.endswith(".png")}
    return kept[name].read_bytes() if name in kept else None


def _folder(name: str) -> Traversable:
    return files("digest.demo").joinpath(name)


def _outlet(slug: str, data: dict[str, Any]) -> Outlet:
    site, tail = data["site"], _html(data.get("tail", ""))
    items = tuple(
        Item(
            title=entry["title"],
            url=site + entry["path"] + data.get("tracking", ""),
            guid=site + entry["path"],
            ago=duration(entry["ago"]),
            html=_html(entry.get("text", "")) + tail.replace("{title}", escape(entry["title"])),
            teaser=entry.get("teaser", ""),
            tags=tuple(entry.get("tags", ())),
            author=entry.get("author", ""),
            picture=entry.get("picture", ""),
            alt=entry.get("alt", ""),
        )
        for entry in data["entry"]
    )
    return Outlet(slug, data["name"], data["format"], site, data["language"], data["about"], items)


def _html(text: str) -> str:
    blocks = [block.strip() for block in text.split("\n\n") if block.strip()]
    return "\n".join(block if block.startswith("<") else f"<p>{escape(block, quote=False)}</p>" for block in blocks)
