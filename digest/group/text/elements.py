"""What elements and their attributes say: which are read, of what kind their text is, which picture is meant."""

import re
from collections.abc import Mapping
from functools import lru_cache

Attributes = Mapping[str, str | None]

UNSEEN = frozenset(
    "script style noscript template svg math iframe object embed applet form button select option textarea input audio"
    " video canvas map head title meta link base dialog source track progress meter".split()
)
BLOCK = frozenset(
    "p div section article main header footer aside nav figure figcaption blockquote ul ol li dl dt dd table caption thead"
    " tbody tfoot tr td th h1 h2 h3 h4 h5 h6 pre hr address details summary fieldset center hgroup body html legend".split()
)
HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
VOID = frozenset("area base br col embed hr img input link meta source track wbr param".split())  # never closed
KINDS = {
    "figcaption": "caption",
    "caption": "caption",
    "blockquote": "quote",
    "pre": "code",
    "li": "list",
    "dt": "list",
    "dd": "list",
    "tr": "table",
    "td": "table",
    "th": "table",
}
TELLING = frozenset(  # say something without any attribute
    (*HEADINGS, *KINDS, *"aside nav footer address figure header ul ol dl table a strong b em i textarea".split())
)
STRONG = frozenset({"caption", "embed", "card"})  # kinds that hold for everything inside them
_EMBEDS = re.compile(
    r"twitter-(tweet|video)|instagram-media|tiktok-embed|fb-(post|video)|bluesky-embed|mastodon-embed|reddit-(embed|card)"
    r"|telegram-post|imgur-embed|threads-post|text-post-media|pinterest|embedly-card|wp-embedded-content|wp-block-embed"
    r"|kg-embed-card|youtube-embed|substack-post-embed|tumblr-post|soundcloud"
)
_CARDS = re.compile(
    r"kg-(bookmark|cta|product|signup|email|header|toggle|file|button|audio|video)|bookmark-card|post-card|embedded-post"
    r"|digest-post-embed|subscription-widget|captioned-button|paywall-jump|link-?card|story-?card|product-?card"
)
_CAPTIONS = re.compile(r"(^|[\s_-])(wp-caption(-text)?|caption|credit|image-caption|photo-?credit|legende)([\s_-]|$)")
_HIDING = re.compile(r"(?i)display\s*:\s*none|visibility\s*:\s*hidden")


def named(tag: str, attributes: Attributes) -> str:
    """What an element is called, in lower case. A heading's id is its own text."""
    names = ("class",) if tag in HEADINGS else ("class", "id", "role", "itemprop")
    return " ".join([value for name in names if (value := attributes.get(name))]).lower()[:200]


def hidden(attributes: Attributes) -> bool:
    """Whether a reader never sees the element."""
    if "hidden" in attributes or attributes.get("aria-hidden") == "true":
        return True
    style = attributes.get("style")
    return bool(style) and _HIDING.search(style or "") is not None


@lru_cache(maxsize=4096)
def special(own: str) -> str:
    """What elements of such a name hold where it is no text ("card", "embed", "caption"), else ""."""
    if _CARDS.search(own):
        return "card"
    if _EMBEDS.search(own):
        return "embed"
    return "caption" if _CAPTIONS.search(own) else ""


def source(attributes: Attributes) -> str:
    """The address of the real picture: lazy loaders keep it in `data-*`, `srcset` holds the widest."""
    for name in ("data-src", "data-lazy-src", "data-original", "data-orig-file", "data-large-file"):
        value = (attributes.get(name) or "").strip()
        if value and not value.startswith("data:"):
            return value
    url = (attributes.get("src") or "").strip()
    if url and not url.startswith("data:"):
        return url
    return _widest(attributes.get("srcset") or attributes.get("data-srcset") or "")


def _widest(srcset: str) -> str:
    best, width = "", -1.0
    for match in re.finditer(r"(\S+?)(?:\s+([\d.]+)[wx])?\s*(?:,\s|,?$)", srcset[:20_000]):
        size = float(match[2]) if match[2] and match[2].count(".") <= 1 and match[2] != "." else 0.0
        if size > width and not match[1].startswith("data:"):
            best, width = match[1], size
    return best


def pixels(attributes: Attributes, name: str) -> int | None:
    """A picture's `width` or `height`, as its attribute or its style says."""
    match = re.match(r"\s*(\d{1,5})(?:\.\d+)?\s*(?:px)?\s*$", attributes.get(name) or "")
    if not match:
        match = re.search(rf"(?:^|;)\s*{name}\s*:\s*(\d{{1,5}})(?:\.\d+)?px", attributes.get("style") or "")
    return int(match[1]) if match else None
