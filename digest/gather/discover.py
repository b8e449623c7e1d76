"""From the address of a page to the address of its feed."""

import html
import re
from urllib.parse import parse_qs, urlsplit

from digest.gather.urls import absolute

_LINK = re.compile(rb"<link\b[^<>]{1,2000}>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([a-zA-Z-]+)\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)""")
_BASE = re.compile(rb"""<base\b[^>]{0,500}?href\s*=\s*["']?([^"'\s>]+)""", re.IGNORECASE)
_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml")
_ANCHOR = re.compile(rb"<a\b([^<>]{1,2000})>(.{0,300}?)</a", re.IGNORECASE | re.DOTALL)
_FEEDLIKE = re.compile(
    r"(?i)\.(rss|atom|rdf)$|(rss|atom|feed|index)[\w.-]*\.(xml|json|php)$|/(rss|atom|feeds?)([._-]?\w+)?/?$"
)
_SAYS_FEED = re.compile(r"(?i)\b(rss|atom|feed|flux|newsfeed|подписка)\b")
_LESSER = re.compile(r"(?i)comment|/tag/|/category/|/author/|\bsearch\b")
COMMON_PATHS = (
    "feed",
    "feed/",
    "rss",
    "rss.xml",
    "feed.xml",
    "atom.xml",
    "index.xml",
    "feed.json",
    "feeds/posts/default",
)
_CHANNEL_ID = re.compile(rb'(?:"channelId"|"externalId"|itemprop="identifier" content=)\s*:?\s*"(UC[\w-]{22})"')
_NO_OWNER = frozenset(
    {"about", "collections", "customer-stories", "explore", "features", "login", "marketplace", "new", "notifications",
     "orgs", "pricing", "search", "settings", "sponsors", "topics", "trending"}
)  # fmt: skip


def alternates(page: bytes, url: str) -> tuple[str, ...]:
    """The feeds that an HTML page names (<link rel=alternate>), the whole site's before those of comments and tags."""
    head = page[:500_000]
    start = _base(head, url)
    found: dict[str, bool] = {}
    for match in _LINK.finditer(head):
        pairs = _ATTRIBUTE.findall(match[0].decode("utf-8", "replace"))
        values = {name.lower(): html.unescape(value.strip("\"'")) for name, value in pairs}
        rel, kind = values.get("rel", "").lower().split(), values.get("type", "").lower().partition(";")[0].strip()
        if "alternate" in rel and (kind in _TYPES or (kind == "application/json" and "feed" in values.get("href", ""))):
            address = absolute(start, values.get("href", ""))
            if address:
                found.setdefault(address, bool(_LESSER.search(address + " " + values.get("title", ""))))
    if not found and (channel := _CHANNEL_ID.search(page)) and "youtube." in url:
        found[f"https://www.youtube.com/feeds/videos.xml?channel_id={channel[1].decode('ascii')}"] = False
    return tuple(sorted(found, key=lambda one: found[one]))[:20]


def _base(page: bytes, url: str) -> str:
    """What a page's links are relative to."""
    base = _BASE.search(page[:500_000])
    return absolute(url, base[1].decode("utf-8", "replace")) or url if base else url


def linked(page: bytes, url: str) -> tuple[str, ...]:
    """Addresses that an HTML page links to and that may be feeds, by how they end or what their link says: for pages that
    name no feed to programs, only to readers. The likelier ones first, at most a few.
    """
    start = _base(page, url)
    found: dict[str, int] = {}
    for attributes, inside in _ANCHOR.findall(page[:1_000_000]):
        pairs = _ATTRIBUTE.findall(attributes.decode("utf-8", "replace"))
        values = {name.lower(): html.unescape(value.strip("\"'")) for name, value in pairs}
        address = absolute(start, values.get("href", "")).partition("#")[0]
        if not address or address == url:
            continue
        words = f"{values.get('title', '')} {values.get('class', '')} {inside.decode('utf-8', 'replace')}"
        told = 2 * bool(_FEEDLIKE.search(urlsplit(address).path)) + bool(_SAYS_FEED.search(words))
        if told:
            found[address] = max(told, found.get(address, 0))
    return tuple(sorted(found, key=lambda one: (-found[one], bool(_LESSER.search(one)))))[:5]


def known_site(url: str) -> str:
    """The feed that belongs to a page of a site whose rules are known (YouTube, Reddit, Mastodon, GitHub, Substack, …),
    "" where no rule applies, or the address is a feed's already.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    host = re.sub(r"^(?:www|m|old|new|np)\.(?=[^.]+\.[^.]+$)", "", parts.hostname or "")
    path = [part for part in parts.path.split("/") if part]
    if not host or (path and path[-1].endswith((".rss", ".atom", ".xml", ".json"))):
        return ""
    if host == "youtube.com":
        return _youtube(path, parse_qs(parts.query))
    if host == "reddit.com":
        return _reddit(path, parts.query)
    if host == "github.com":
        return _github(path)
    if host == "open.substack.com" and path[:1] == ["pub"] and len(path) > 1:
        return f"https://{path[1]}.substack.com/feed"
    if host.endswith(".substack.com") and path[:1] != ["feed"]:
        return f"https://{parts.hostname}/feed"
    if host == "medium.com" and path and path[0] not in ("feed", "m", "me", "tag", "p"):
        return f"https://medium.com/feed/{path[0]}"
    if host == "bsky.app" and len(path) == 2 and path[0] == "profile":
        return f"https://bsky.app/profile/{path[1]}/rss"
    return ""


def likely(url: str) -> tuple[str, ...]:
    """Addresses worth asking when a page names no feed: Mastodon's rule, then the paths that most software uses."""
    parts = urlsplit(url)
    path = [part for part in parts.path.split("/") if part]
    site = f"{parts.scheme}://{parts.netloc}/"
    found = []
    if path and re.fullmatch(r"@[\w.]+", path[0]):  # a profile, or one of its posts
        found.append(f"{site}{path[0]}.rss")
    folders = path if path and "." not in path[-1] else path[:-1]
    for depth in range(
        len(folders), max(len(folders) - 2, 0), -1
    ):  # the page's own, then the part of the site it is in
        found += [f"{site}{'/'.join(folders[:depth])}/{name}" for name in COMMON_PATHS[:2]]
    return tuple(dict.fromkeys([*found, *(site + name for name in COMMON_PATHS)]))


def _youtube(path: list[str], query: dict[str, list[str]]) -> str:
    start = "https://www.youtube.com/feeds/videos.xml?"
    match path:
        case ["channel", channel, *_] if channel.startswith("UC"):
            return f"{start}channel_id={channel}"
        case ["user", name, *_]:
            return f"{start}user={name}"
        case ["playlist"] if query.get("list"):
            return f"{start}playlist_id={query['list'][0]}"
    return ""  # @handles and /c/ names: the page itself names its feed


def _reddit(path: list[str], query: str) -> str:
    if path and (path[0] not in ("r", "user", "u") or len(path) < 2):
        return ""
    return f"https://www.reddit.com/{'/'.join(path)}{'/' if path else ''}.rss{'?' + query if query else ''}"


def _github(path: list[str]) -> str:
    start = "https://github.com/"
    match path:
        case [owner] if owner not in _NO_OWNER:
            return f"{start}{owner}.atom"
        case [owner, project] if owner not in _NO_OWNER:
            return f"{start}{owner}/{project}/releases.atom"
        case [owner, project, "releases" | "tags" as what, *_]:
            return f"{start}{owner}/{project}/{what}.atom"
        case [owner, project, "commits" | "tree", branch, *_]:
            return f"{start}{owner}/{project}/commits/{branch}.atom"
        case [owner, project, "commits"]:
            return f"{start}{owner}/{project}/commits.atom"
        case [owner, project, what, *_] if owner not in _NO_OWNER and what not in (
            "raw",
            "suites",
        ):  # files, perhaps feeds
            return f"{start}{owner}/{project}/releases.atom"
    return ""
