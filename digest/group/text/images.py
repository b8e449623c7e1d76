"""The picture of an entry: the best of what its feed offers, or none. Nothing is fetched here."""

import re
from collections.abc import Sequence
from urllib.parse import urljoin, urlsplit

from digest.group.text.blocks import RawImage
from digest.model import Image

SMALLEST = 120  # pixels on the shorter side, where known: less is an icon or a portrait
_WIDEST = 4.5  # width to height: more is a banner or a rule

_NEVER = re.compile(  # asked of a path in small letters
    r"[/_.\-=?&](?:logos?|icons?|favicon|avatars?|gravatar|emojis?|smil(?:ey|ies)|pixels?|spacer|blank|transparent|1x1|placeholder|"
    r"default[_-]?(?:image|thumb|thumbnail|img|photo)?(?=[._-])|no[_-]?(?:image|photo|picture|thumb)|noimage|missing|badge|button|banner|sprite|rss|feed-?icon|share|subscribe|"
    r"advert|sponsor|captcha|loading|loader|ajax-loader|wp-smiley|beacon|track(?:ing|er)?|counter|analytics|stats|profile[_-]?(?:pic|photo|image)|author|byline|headshot|rating|stars|newsletters?)(?:[/_.\-=?&\d]|$)"
)
_TRACKERS = (
    "feedburner.com/~|feeds.feedburner|doubleclick|/pixel|pixel.|stats.wordpress|b.gif|/p.gif|scorecardresearch|google-analytics|gravatar.com|s.w.org/images|feedsportal|pheedo"
    "|feedblitz|mf.gif|/ad/|/ads/|/adx/|adserver|amazon-adsystem|ir-na.amazon|assoc-amazon|rcm.amazon|paypal|patreon.com|ko-fi|buymeacoffee|shields.io|badge|emoji|smilies|counter."
    "|medium.com/_/stat|tracking|wp-includes/images|blogblog|/sharebutton|/share-button|/share_button|addtoany"
).split("|")
_NO_MEDIA = re.compile(r"(?i)twitter\.com/(?!media)|img\.youtube\.com/vi/[^/]*/default")
_PICTURE = re.compile(r"(?i)\.(?:jpe?g|png|webp|avif|gif)(?:$|[?&#/])")
_NOT_PICTURE = re.compile(r"(?i)\.(?:svg|svgz|ico|bmp|mp4|m4v|webm|mov|mp3|m4a|pdf|html?|php)(?:$|[?#])")
_EMBLEM = re.compile(r"Logo(?![a-z])|[A-Z\d]LOGO(?![A-Z])")  # "ATBLogo.jpg"; "Logotype" may be a subject
_MARKS = re.compile(
    r"(?:^|[\s_-])(?:avatar|author|emoji|wp-smiley|icon|logo|bookmark|related|share|social|sponsor|ad|ads|byline|signature|tracking|pixel)(?:$|[\s_-])"
)
_WHOLE = re.compile(r"https?://[a-zA-Z\d.-]*[a-zA-Z\d](?:/[^\s?#;[\]\\]*)?(?:\?[^\s?#;[\]\\]+)?")  # nothing to be done
_SIZE_IN_NAME = re.compile(r"[-_/](\d{2,4})x(\d{2,4})(?=[-_./?]|$)")
_SIZE_ASKED = re.compile(r"[?&](?:w|width|h|height|resize|fit|size)=(\d{1,4})(?:(?:[,x]|%2C)(\d{1,4}))?", re.IGNORECASE)


def choose(offered: Sequence[Image], inside: Sequence[RawImage], *, base: str = "", title: str = "") -> Image | None:
    """The best picture for an entry, or None.

    `offered` is what the feed names as the entry's picture (media:content, thumbnail, enclosure, og:image), `inside` what
    stands in its text, `base` what relative addresses start from. Logos, portraits, trackers, placeholders, icons and
    banners never win. Sizes are the publisher's word, else read out of the address, else None.
    """
    candidates: list[tuple[float, int, Image]] = []
    for place, image in enumerate(offered):
        checked = _checked(image.url, image.alt, image.width, image.height, "", base)
        if checked:
            candidates.append((3.0 + _worth(checked), -place, checked))
    for place, raw in enumerate(inside):
        checked = _checked(raw.url, raw.alt, raw.width, raw.height, raw.marks, base)
        if checked:
            first = 1.0 if place == 0 else 0.5 if place < 3 else 0.0
            candidates.append((2.0 + first + _worth(checked), -place, checked))
    if not candidates:
        return None
    best = max(candidates, key=lambda candidate: candidate[:2])[2]
    alt = "" if best.alt.casefold() == title.casefold() or re.fullmatch(r"[\w-]+\.\w{3,4}", best.alt) else best.alt
    return Image(best.url, alt[:300], best.width, best.height)


def _checked(url: str, alt: str, width: int | None, height: int | None, marks: str, base: str) -> Image | None:
    address = _absolute(url, base)
    if not address or (marks and _MARKS.search(marks)):
        return None
    parts = urlsplit(address)
    if (
        _NOT_PICTURE.search(parts.path)
        or _NEVER.search(f"/{parts.path.lower()}")
        or _EMBLEM.search(parts.path)
        or _tracks(address)
    ):
        return None
    if width is None or height is None:
        width, height = _stated(address, width, height)
    known = [side for side in (width, height) if side is not None]
    if known and min(known) < SMALLEST:
        return None
    if width and height and not 1 / 3 <= width / height <= _WIDEST:
        return None
    return Image(address, " ".join(alt.split()), width, height)


def _tracks(address: str) -> bool:
    low = address.lower()
    return bool([word for word in _TRACKERS if word in low]) or _NO_MEDIA.search(address) is not None


def _absolute(url: str, base: str) -> str:
    if _WHOLE.fullmatch(url) and len(url) <= 2000:
        return url
    try:
        address = urljoin(base, url.strip()) if base else url.strip()
        parts = urlsplit(address)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:  # a bracket or a port that is none
        return ""
    return address.replace(" ", "%20") if usable and len(address) <= 2000 else ""


def _stated(address: str, width: int | None, height: int | None) -> tuple[int | None, int | None]:
    named = _SIZE_IN_NAME.search(address)
    if named:
        return int(named[1]), int(named[2])
    asked = _SIZE_ASKED.search(address)
    if asked and asked[2]:
        return int(asked[1]), int(asked[2])
    if asked and asked[0][1:2].lower() == "w" and width is None:
        return int(asked[1]), height
    return width, height


def _worth(image: Image) -> float:
    """How much a picture's size and form say for it: −0.5 to 1.5."""
    worth = 0.2 if _PICTURE.search(image.url) else 0.0
    if image.url.lower().split("?")[0].endswith(".gif"):
        worth -= 0.5
    if image.width:
        worth += min(image.width, 1200) / 1200
        if image.height and 1.2 <= image.width / image.height <= 2.1:
            worth += 0.3
    elif not image.height:
        worth += 0.45
    return worth
