"""feedparser's dictionaries -> entries. No dictionary of feedparser's leaves this module."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import chain
from typing import Any
from urllib.parse import urlsplit

from digest.gather import dates
from digest.gather.language import differs, tidy
from digest.gather.markup import Resolved, as_markup, clean_markup, heading, plain, resolve
from digest.gather.urls import absolute, untracked, url_key
from digest.model import Entry, Image

MAX_CATEGORIES = 20
_get = dict.get  # FeedParserDict.get looks through aliases, and is six times slower
_NOTHING = Resolved("")


@dataclass(frozen=True, slots=True)
class Frame:
    """What all entries of one document share."""

    feed: str
    base: str
    language: str
    now: datetime
    title: str = ""


def entry_of(item: dict[str, Any], frame: Frame, raw_hash: str = "") -> Entry | None:
    """One entry, or None for an item that says nothing at all (no title, no link, no text)."""
    base = frame.base
    guid = _said(item, "id").strip()[:1000]
    raw, url = _link(item, guid, base)
    teaser, content = _bodies(item, url or base)
    title = _title(item)
    if not title:
        title = heading(teaser.markup or content.markup)
    if not title and not url and not content.markup:
        return None
    published, date_only = _published(item, frame)
    categories = dict.fromkeys(
        _name(_text(_get(tag, "label") or _get(tag, "term")), 100)
        for tag in _dicts(_get(item, "tags"))[: 3 * MAX_CATEGORIES]
    )
    return Entry(
        feed=frame.feed,
        ident=guid or raw or f"{title}\n{published.isoformat() if published else ''}",
        title=title or unnamed((*content.images, *teaser.images), frame.title, url),
        url=url,
        url_key=url_key(url),
        guid=guid or (raw if raw != url else ""),
        teaser=teaser.markup,
        content=content.markup,
        author=_name(_said(item, "author"), 200),
        categories=tuple(filter(None, categories))[:MAX_CATEGORIES],
        language=_language(item) or differs(title, frame.language) or frame.language,
        published=published,
        date_only=date_only,
        seen=frame.now,
        images=_images(item, base, (*content.images, *teaser.images)),
        raw_hash=raw_hash,
    )


def unnamed(images: Iterable[Image], feed: str, url: str) -> str:
    """A heading for an entry without title and text: what its picture is said to show, else the feed's, or its address."""
    return next((image.alt for image in images if image.alt), "") or feed or plain(url, markup=False) or "…"


def _title(item: dict[str, Any]) -> str:
    detail = _get(item, "title_detail")
    markup = not isinstance(detail, dict) or _get(detail, "type") != "text/plain"
    return plain(_said(item, "title"), markup=markup)


@lru_cache(maxsize=1000)
def _name(text: str, limit: int) -> str:
    """An author's or a category's name: there are few to a feed."""
    return plain(text, markup=True, limit=limit)


def _link(item: dict[str, Any], guid: str, base: str) -> tuple[str, str]:
    """The link as the feed has it, and the address it comes to ("" where it comes to none)."""
    own = (_said(item, "feedburner_origlink"), _said(item, "link"))
    for raw in chain(own, _further_links(item, guid)):
        raw = raw.strip()
        url = absolute(base, raw) if raw else ""
        if url and _host_is_sane(url):
            return raw, untracked(url)
    return next((raw for raw in own if raw), ""), ""


def _further_links(item: dict[str, Any], guid: str) -> Iterator[str]:
    links = _dicts(_get(item, "links"))
    yield from (_said(link, "href") for link in links if _get(link, "rel", "alternate") in ("alternate", "via"))
    yield guid if guid.startswith(("http://", "https://")) else ""
    yield from (_said(link, "href") for link in links if _get(link, "rel") == "enclosure")


def _host_is_sane(url: str) -> bool:
    place = url.split("/", 3)[2]
    if "." in place and "@" not in place:
        return True
    host = urlsplit(url).hostname or ""
    return "." in host or ":" in host or host == "localhost" or host.isalnum()


def _bodies(item: dict[str, Any], base: str) -> tuple[Resolved, Resolved]:
    """Teaser and content; where only one is given, or both say the same, the teaser is empty and the content full."""
    bodies = [(_said(part, "value"), part) for part in _dicts(_get(item, "content")) if _is_text(part)]
    content = _resolved(*max(bodies, key=lambda one: len(one[0])), base) if bodies else _NOTHING
    detail = _get(item, "summary_detail")
    summary = _said(item, "summary")
    teaser = _resolved(summary, detail if isinstance(detail, dict) else {}, base) if summary else _NOTHING
    if len(teaser.markup) > len(content.markup):
        teaser, content = (content, teaser) if content.markup else (_NOTHING, teaser)
    return (_NOTHING if teaser.markup == content.markup else teaser), content


def _is_text(part: dict[str, Any]) -> bool:
    kind = _said(part, "type")
    return not kind or kind.startswith("text/") or "html" in kind or kind.endswith("xml")


def _resolved(value: str, detail: dict[str, Any], base: str) -> Resolved:
    text = clean_markup(value)
    if _get(detail, "type") == "text/plain":
        text = as_markup(text)
    own = _said(detail, "base")
    return resolve(text, own if own.startswith(("http://", "https://")) and own != base else base)


def _published(item: dict[str, Any], frame: Frame) -> tuple[datetime | None, bool]:
    for name in ("published", "updated", "created", "prism_publicationdate", "dcterms_created"):
        if raw := _said(item, name):
            found = dates.read(raw, frame.now, frame.language)
            if found[0] is not None:
                return found
    return None, False


def _language(item: dict[str, Any]) -> str:
    """What the entry says of itself, other than its feed does."""
    own = _text(_get(item, "language") or _get(item, "dc_language"))
    return tidy(own) if own else ""


def _images(item: dict[str, Any], base: str, inside: Iterable[Image]) -> tuple[Image, ...]:
    """Every image the entry offers, what the publisher chose for it first."""
    found: dict[str, Image] = {}
    chosen = (image for url, size in _chosen(item) if (image := _image(url, base, size)))
    for image in chain(chosen, inside):
        known = found.get(image.url)
        if known is None or (not known.alt and image.alt):
            found[image.url] = image
    return tuple(found.values())[:10]


def _chosen(item: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The images that the publisher chose: their addresses, and what may tell their size."""
    for media in _dicts(_get(item, "media_content")):
        kind = f"{_get(media, 'medium', '')} {_get(media, 'type', '')}"
        url = _said(media, "url")
        if "image" in kind or (not kind.strip() and _looks_like_image(url)):
            yield url, media
    for media in _dicts(_get(item, "media_thumbnail")):
        yield _said(media, "url"), media
    for link in _dicts(_get(item, "links")):
        if _get(link, "rel") == "enclosure" and (
            _said(link, "type").startswith("image/") or _looks_like_image(_said(link, "href"))
        ):
            yield _said(link, "href"), {}
    picture = _get(item, "image")
    if isinstance(picture, dict):
        yield _text(_get(picture, "href") or _get(picture, "url")), {}


def _image(url: str, base: str, size: dict[str, Any]) -> Image | None:
    address = absolute(base, url) if url else ""
    width, height = _pixels(_get(size, "width")), _pixels(_get(size, "height"))
    if not address or (width and width < 3) or (height and height < 3):
        return None
    return Image(address, "", width, height)


def _pixels(value: object) -> int | None:
    if not value:
        return None
    text = str(value).removesuffix("px")
    return int(text) if text.isdecimal() and text.isascii() and 0 < int(text[:6]) < 100_000 else None


def _looks_like_image(url: str) -> bool:
    return url.partition("?")[0].lower().endswith((".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif"))


def _said(values: dict[str, Any], name: str) -> str:
    """The text under that name, "" where there is none."""
    value = _get(values, name)
    return value if isinstance(value, str) else ""


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _dicts(value: object) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
