"""JSON Feed 1.0 and 1.1 (jsonfeed.org), in which feedparser finds nothing. Good items are kept, bad ones skipped."""

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from digest.gather import dates
from digest.gather.entries import MAX_CATEGORIES, Frame, unnamed
from digest.gather.language import differs, tidy
from digest.gather.markup import Resolved, clean_markup, heading, plain, resolve
from digest.gather.urls import absolute, untracked, url_key
from digest.model import Entry, Image

MAX_DEPTH = 50
MAX_BRACKETS = 200_000  # each becomes an object of its own: a feed of a thousand items has some ten thousand
_BRACKET = re.compile(r'"[^"]*(?:"|\Z)|([\[{])|([\]}])')


@dataclass(frozen=True, slots=True)
class Document:
    """A JSON Feed's own words; `items` as they came."""

    title: str
    link: str
    language: str
    items: tuple[dict[str, Any], ...]
    skipped: int = 0


def load(text: str) -> Document | None:
    """The feed in this JSON, or None where it is no JSON or no feed. Never raises."""
    if _too_much(text):
        return None
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(data, dict) or not isinstance(data.get("items"), list):
        return None
    items = tuple(item for item in data["items"] if isinstance(item, dict))
    if "jsonfeed" not in _text(data, "version") and not any(_looks_like_entry(item) for item in items):
        return None
    return Document(
        title=plain(_text(data, "title"), markup=False, limit=200),
        link=_text(data, "home_page_url"),
        language=tidy(_text(data, "language")),
        items=items,
        skipped=len(data["items"]) - len(items),
    )


def _looks_like_entry(item: dict[str, Any]) -> bool:
    return "id" in item and any(name in item for name in ("content_html", "content_text", "title", "url"))


def _too_much(text: str) -> bool:
    """Whether brackets nest deeper than any feed's, or are far more; counted outside strings, before a parser sees them."""
    depth = opened = 0
    unescaped = text.replace("\\\\", "").replace('\\"', "")  # what ends a string is then any quote
    for match in _BRACKET.finditer(unescaped):
        if match[1]:
            depth, opened = depth + 1, opened + 1
            if depth > MAX_DEPTH or opened > MAX_BRACKETS:
                return True
        elif match[2]:
            depth -= 1
    return False


def entry_of(item: dict[str, Any], frame: Frame) -> Entry | None:
    """One entry, or None for an item that says nothing."""
    guid = _ident(item)
    raw = next((one for name in ("url", "external_url") if (one := _name(_text(item, name)))), "")
    url = next(
        (
            found
            for one in (raw, guid if guid.startswith("http") else "")
            if one and (found := absolute(frame.base, one))
        ),
        "",
    )
    base = url or frame.base
    content = _body(item, base)
    teaser = html.escape(clean_markup(_text(item, "summary")), quote=False)
    title = plain(_text(item, "title"), markup=False) or heading(content.markup or teaser)
    if not title and not url:
        return None
    published, date_only = _published(item, frame)
    if not content.markup:
        content, teaser = Resolved(teaser), ""
    return Entry(
        feed=frame.feed,
        ident=guid or raw or f"{title}\n{published.isoformat() if published else ''}",
        title=title or unnamed(content.images, frame.title, url),
        url=untracked(url),
        url_key=url_key(url),
        guid=guid or (raw if raw != untracked(url) else ""),
        teaser="" if teaser == content.markup else teaser,
        content=content.markup,
        author=_author(item),
        categories=_categories(item),
        language=tidy(_text(item, "language")) or differs(title, frame.language) or frame.language,
        published=published,
        date_only=date_only,
        seen=frame.now,
        images=tuple({image.url: image for image in (*_images(item, base), *content.images)}.values())[:10],
    )


def sample(item: dict[str, Any]) -> str:
    """Some of an item's text, to tell its language by."""
    return _text(item, "title") or _text(item, "content_text")[:300]


def _ident(item: dict[str, Any]) -> str:
    """The id; JSON Feed 1.0 has numbers there, to be read as text."""
    value = item.get("id")
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return _name(str(value))


def _name(text: str) -> str:
    """What identifies an item: JSON can spell lone surrogates and NUL, which no database takes."""
    return clean_markup(text).strip()[:1000]


def _body(item: dict[str, Any], base: str) -> Resolved:
    markup = _text(item, "content_html")
    if markup:
        return resolve(clean_markup(markup), base)
    text = html.escape(clean_markup(_text(item, "content_text")), quote=False)
    parts = [part.strip() for part in re.split(r"\n\s*\n", text) if part.strip()]
    return Resolved("".join(f"<p>{part}</p>" for part in parts) if len(parts) > 1 else text)


def _published(item: dict[str, Any], frame: Frame) -> tuple[datetime | None, bool]:
    for name in ("date_published", "date_modified"):
        found = dates.read(_text(item, name), frame.now, frame.language)
        if found[0] is not None:
            return found
    return None, False


def _author(item: dict[str, Any]) -> str:
    people = item.get("authors")
    candidates = [*(people if isinstance(people, list) else []), item.get("author")]
    names = [_text(one, "name") for one in candidates if isinstance(one, dict)]
    return plain(next((name for name in names if name), ""), markup=False, limit=200)


def _categories(item: dict[str, Any]) -> tuple[str, ...]:
    tags = item.get("tags")
    names = (
        [plain(tag, markup=False, limit=100) for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else []
    )
    return tuple(name for name in dict.fromkeys(names) if name)[:MAX_CATEGORIES]


def _images(item: dict[str, Any], base: str) -> Iterator[Image]:
    attachments = item.get("attachments")
    offered = [_text(item, "image"), _text(item, "banner_image")]
    attached = [one for one in attachments if isinstance(one, dict)] if isinstance(attachments, list) else []
    offered += [_text(one, "url") for one in attached if _text(one, "mime_type").startswith("image/")]
    for url in offered:
        if address := absolute(base, url) if url else "":
            yield Image(address)


def _text(item: dict[str, Any], name: str) -> str:
    value = item.get(name)
    return value if isinstance(value, str) else ""
