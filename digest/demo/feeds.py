"""An outlet as the feed document it publishes: RSS 2.0, Atom, RDF (RSS 1.0) or JSON Feed 1.1."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from xml.etree import ElementTree as ET

from digest.demo.outlets import Item, Outlet

_ATOM = "http://www.w3.org/2005/Atom"
_CONTENT = "http://purl.org/rss/1.0/modules/content/"
_DC = "http://purl.org/dc/elements/1.1/"
_MEDIA = "http://search.yahoo.com/mrss/"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_RSS1 = "http://purl.org/rss/1.0/"


def document(outlet: Outlet, now: datetime, base_url: str) -> tuple[str, bytes]:
    """Media type and body of the outlet's feed as it would stand at `now`; pictures are named under `base_url`."""
    media, write = _FORMATS[outlet.format]
    return media, write(outlet, now, base_url)


def _rss(outlet: Outlet, now: datetime, base_url: str) -> bytes:
    root = ET.Element("rss", version="2.0")
    channel = _add(root, "channel")
    for name, text in (("title", outlet.name), ("link", outlet.site), ("description", outlet.about)):
        _add(channel, name, text)
    _add(channel, "language", outlet.language)
    for item in outlet.items:
        node = _add(channel, "item")
        _add(node, "title", item.title)
        _add(node, "link", item.url)
        _add(node, "guid", item.guid, isPermaLink="true")
        _add(node, "pubDate", format_datetime((now - item.ago).astimezone(UTC), usegmt=True))
        for tag in item.tags:
            _add(node, "category", tag)
        _optional(node, f"{{{_DC}}}creator", item.author)
        _optional(node, "description", item.teaser)
        _optional(node, f"{{{_CONTENT}}}encoded", item.html)
        _media(node, item, base_url)
    return _bytes(root, content=_CONTENT, dc=_DC, media=_MEDIA)


def _atom(outlet: Outlet, now: datetime, base_url: str) -> bytes:
    root = ET.Element(f"{{{_ATOM}}}feed", {"xml:lang": outlet.language})
    _add(root, f"{{{_ATOM}}}title", outlet.name)
    _add(root, f"{{{_ATOM}}}subtitle", outlet.about)
    _add(root, f"{{{_ATOM}}}id", outlet.site)
    _add(root, f"{{{_ATOM}}}link", href=outlet.site)
    _add(root, f"{{{_ATOM}}}updated", _iso(now))
    for item in outlet.items:
        node = _add(root, f"{{{_ATOM}}}entry")
        _add(node, f"{{{_ATOM}}}title", item.title)
        _add(node, f"{{{_ATOM}}}id", item.guid)
        _add(node, f"{{{_ATOM}}}link", href=item.url, rel="alternate")
        _add(node, f"{{{_ATOM}}}published", _iso(now - item.ago))
        _add(node, f"{{{_ATOM}}}updated", _iso(now - item.ago))
        for tag in item.tags:
            _add(node, f"{{{_ATOM}}}category", term=tag)
        if item.author:
            _add(_add(node, f"{{{_ATOM}}}author"), f"{{{_ATOM}}}name", item.author)
        _optional(node, f"{{{_ATOM}}}summary", item.teaser)
        picture = f'<p><img src="{_picture(base_url, item)}" alt="{escape(item.alt)}"></p>\n' if item.picture else ""
        _add(node, f"{{{_ATOM}}}content", picture + item.html, type="html")
    return _bytes(root, **{"": _ATOM})


def _rdf(outlet: Outlet, now: datetime, base_url: str) -> bytes:
    root = ET.Element(f"{{{_RDF}}}RDF")
    channel = _add(root, f"{{{_RSS1}}}channel", **{f"{{{_RDF}}}about": outlet.site})
    for name, text in (("title", outlet.name), ("link", outlet.site), ("description", outlet.about)):
        _add(channel, f"{{{_RSS1}}}{name}", text)
    _add(channel, f"{{{_DC}}}language", outlet.language)
    listed = _add(_add(channel, f"{{{_RSS1}}}items"), f"{{{_RDF}}}Seq")
    for item in outlet.items:
        _add(listed, f"{{{_RDF}}}li", **{f"{{{_RDF}}}resource": item.guid})
        node = _add(root, f"{{{_RSS1}}}item", **{f"{{{_RDF}}}about": item.guid})
        _add(node, f"{{{_RSS1}}}title", item.title)
        _add(node, f"{{{_RSS1}}}link", item.url)
        _optional(node, f"{{{_RSS1}}}description", item.teaser)
        _optional(node, f"{{{_CONTENT}}}encoded", item.html)
        _add(node, f"{{{_DC}}}date", _iso(now - item.ago))
        for tag in item.tags:
            _add(node, f"{{{_DC}}}subject", tag)
        _optional(node, f"{{{_DC}}}creator", item.author)
        _media(node, item, base_url)
    return _bytes(root, rdf=_RDF, content=_CONTENT, dc=_DC, media=_MEDIA, **{"": _RSS1})


def _json(outlet: Outlet, now: datetime, base_url: str) -> bytes:
    items = []
    for item in outlet.items:
        value = {
            "id": item.guid,
            "url": item.url,
            "title": item.title,
            "content_html": item.html,
            "date_published": _iso(now - item.ago),
            "tags": list(item.tags),
            "authors": [{"name": item.author}] if item.author else [],
            "summary": item.teaser,
            "image": _picture(base_url, item) if item.picture else "",
        }
        items.append({key: kept for key, kept in value.items() if kept})
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": outlet.name,
        "home_page_url": outlet.site,
        "description": outlet.about,
        "language": outlet.language,
        "items": items,
    }
    return json.dumps(feed, ensure_ascii=False, indent=1).encode()


_FORMATS: dict[str, tuple[str, Callable[[Outlet, datetime, str], bytes]]] = {
    "rss": ("application/rss+xml; charset=utf-8", _rss),
    "atom": ("application/atom+xml; charset=utf-8", _atom),
    "rdf": ("application/rdf+xml; charset=utf-8", _rdf),
    "json": ("application/feed+json", _json),
}


def _add(parent: ET.Element, name: str, text: str = "", /, **attributes: str) -> ET.Element:
    node = ET.SubElement(parent, name, attributes)
    node.text = text or None
    return node


def _optional(parent: ET.Element, name: str, text: str) -> None:
    if text:
        _add(parent, name, text)


def _media(node: ET.Element, item: Item, base_url: str) -> None:
    """Media RSS, as pictures come in RSS and RDF."""
    if item.picture:
        media = _add(node, f"{{{_MEDIA}}}content", url=_picture(base_url, item), type="image/png", medium="image")
        _optional(media, f"{{{_MEDIA}}}description", item.alt)


def _picture(base_url: str, item: Item) -> str:
    return f"{base_url}/pictures/{item.picture}"


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _bytes(root: ET.Element, **prefixes: str) -> bytes:
    for prefix, uri in prefixes.items():
        ET.register_namespace(prefix, uri)
    ET.indent(root)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))
