"""OPML, the format in which readers exchange lists of feeds: read as forgivingly as HTML, written strictly.

Half the lists in the wild are not well-formed XML (bare ampersands, mostly), so the outlines are picked out tag by tag.
"""

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from digest.gather import encoding
from digest.gather.markup import plain, unescape

# An outline reaches to the next tag of the outline's kind: its attributes may hold anything, stray quotes included.
_PIECE = re.compile(
    r"<!--.*?(?:-->|$)|<(/?)outline\b(.*?)(?=<!--|</?outline\b|</body\b|</opml\b|$)", re.DOTALL | re.IGNORECASE
)
_ATTRIBUTE = re.compile(r"""([\w:.-]+)\s*=\s*("[^"]*"|'[^']*')""", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Subscription:
    """A feed in a list: its address, what the list calls it, and the folder it lies in ("" for none)."""

    url: str
    title: str = ""
    topic: str = ""


def read(data: bytes) -> tuple[Subscription, ...]:
    """The feeds of an OPML document, or of a list with an address on each line; each address once. Never raises."""
    text = encoding.read(data, "").data.decode("utf-8", "replace")
    found: dict[str, Subscription] = {}
    for one in _outlines(text) if "<outline" in text.lower() else _lines(text):
        found.setdefault(one.url, one)
    return tuple(found.values())


def write(subscriptions: Iterable[Subscription], title: str) -> str:
    """An OPML 2.0 document: folders for topics, in the order in which they first occur."""
    folders: dict[str, list[Subscription]] = {}
    for one in subscriptions:
        folders.setdefault(one.topic, []).append(one)
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<opml version="2.0">']
    lines += [f"  <head><title>{html.escape(title, quote=False)}</title></head>", "  <body>"]
    for topic, some in folders.items():
        indent = "      " if topic else "    "
        if topic:
            lines.append(f"    <outline text={_quoted(topic)} title={_quoted(topic)}>")
        for one in some:
            name = _quoted(one.title or one.url)
            lines.append(f'{indent}<outline type="rss" text={name} title={name} xmlUrl={_quoted(one.url)}/>')
        if topic:
            lines.append("    </outline>")
    return "\n".join([*lines, "  </body>", "</opml>", ""])


def _outlines(text: str) -> Iterable[Subscription]:
    folders: list[str] = []
    for piece in _PIECE.finditer(text):
        if piece[0].startswith("<!--"):
            continue
        if piece[1]:
            if folders:
                folders.pop()
            continue
        values = {name.lower(): _value(quoted) for name, quoted in _ATTRIBUTE.findall(piece[2])}
        title = plain(values.get("title") or values.get("text", ""), markup=False, limit=200)
        url = values.get("xmlurl", "").strip() or (values.get("url", "") if values.get("type") == "rss" else "")
        if re.match(r"(?i)(https?|feed)://", url) and _is_address(url):
            topic = next((name for name in reversed(folders) if name), "") or _category(values.get("category", ""))
            address = re.sub(r"(?i)^feed://", "http://", url)
            yield Subscription(address, "" if title == address else title, topic)
        if not piece[2].rstrip().endswith("/>"):
            folders.append("" if url else title)


def _category(value: str) -> str:
    """The last step of the first category path ("/Food/Japanese,/Tourism" -> Japanese)."""
    return value.split(",")[0].strip("/ ").rpartition("/")[2]


def _lines(text: str) -> Iterable[Subscription]:
    for line in text.splitlines():
        url, _, title = line.strip().partition(" ")
        if re.match(r"(?i)https?://[^\s<>\"]+$", url) and _is_address(url):
            yield Subscription(url, plain(title, markup=False, limit=200))


def _is_address(url: str) -> bool:
    """Whether it can be taken apart; what cannot would be refused in a config."""
    try:
        return bool(urlsplit(url).hostname)
    except ValueError:
        return False


def _value(quoted: str) -> str:
    """An attribute's value; only what is spelt as a whole entity is one, so that `?a=1&copy=2` stays an address."""
    return unescape(quoted[1:-1])


def _quoted(text: str) -> str:
    clean = " ".join(re.sub(r"[\x00-\x1f\x7f]", " ", text).split())
    return f'"{html.escape(clean)}"'
