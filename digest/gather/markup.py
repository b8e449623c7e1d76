"""Publishers' markup: plain titles, links and images made absolute. What comes out is as hostile as what went in."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

from digest.gather.urls import absolute
from digest.model import Image

MAX_TITLE = 500
MAX_MARKUP = 500_000  # characters of one entry; books do not belong in a mail

# Nothing below looks further than the next tag of its kind: else many unclosed ones would take quadratic time.
_ANY_TAG = re.compile(r"<!\[CDATA\[|\]\]>|</?[a-zA-Z][^<>]*>|<[!?][^<>]*>", re.DOTALL)
_INLINE = re.compile(
    r"(?is)<!--(?:(?!<!--).)*?-->|<!--[^<>]*(?:>|$)|</?(?:a|abbr|acronym|b|bdi|bdo|big|cite|code|dfn|em|font|i|ins|kbd|mark|q|rp|rt|ruby|s|samp|small|span|strike"
    r"|strong|sub|sup|time|tt|u|var|wbr)(?=[\s/>])[^<>]*>"
)
_SILENT_NAMES = r"script|style|template|noscript|iframe|object|svg"
_SILENT = re.compile(
    rf"(?is)<(?:{_SILENT_NAMES})\b[^<>]*/>|<({_SILENT_NAMES})\b(?:(?!<(?:{_SILENT_NAMES})\b).)*?</\1\s*>"
    r"|<(?:script|style)\b.*"
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
# Starts at the start of a word only: else a long word without a sign of equality would be walked again and again.
_ATTRIBUTE = re.compile(r"""(?<![-\w:.])([a-zA-Z_:][-\w:.]*)\s*=\s*("[^"]*"|'[^']*'|[^\s"'<>]+)""")
_PAIRED = re.compile(
    r"(?is)<(b|i|em|strong|u|s|sub|sup|span|a|font|small|big|code|tt|cite|q|p|mark|br)\b[^<>]*>((?:(?!<\1\b).)*?)</\1\s*>"
)
_LINKS = ("href", "src", "poster", "data", "cite", "action", "background", "longdesc")
_LAZY = (
    "data-src",
    "data-original",
    "data-lazy-src",
    "data-lazy",
    "data-orig-file",
    "data-url",
    "data-image",
    "data-hi-res-src",
)
_SETS = ("data-lazy-srcset", "data-srcset", "imagesrcset", "srcset")
_PLACEHOLDERS = ("placeholder", "/blank.", "/spacer.", "/pixel.", "/1x1", "/clear.gif", "/transparent.", "/lazy")
# Closed in themselves as XHTML allows, they would swallow all that follows where the markup is read as HTML.
_NEVER_EMPTY_NAMES = (
    r"iframe|object|script|style|noscript|template|title|textarea|video|audio|canvas|applet|noembed|noframes"
)
_NEVER_EMPTY = re.compile(rf"(?i)<({_NEVER_EMPTY_NAMES})\b")
# A tag that may have to be changed. One of ten does: the others' attributes, in double quotes, link to nothing, or in full.
_TAG = re.compile(
    rf"""(?x) <
    (?! (?!(?i:img|{_NEVER_EMPTY_NAMES})) [a-zA-Z][-\w:]*+
        (?: \s++ (?: (?!(?i:{"|".join((*_LINKS, *_SETS))})=) [a-zA-Z_:][-\w:.]*+ = "[^"<>]*+"
                  | (?i:{"|".join(_LINKS)}) = "(?i:https?://|mailto:|\#) [^"<>&]*+ (?:&amp;[^"<>&]*+)*+" ) )*+
        \s*+ /?> )
    [a-zA-Z][^<>]*>"""
)
_LOOKS_HTML = re.compile(
    r"(?i)</(p|div|a|b|i|em|strong|span|ul|ol|li|h[1-6]|blockquote|figure|table)>|<(br|img|p|hr)\b[^<>]*>"
)
_CANDIDATE = re.compile(r"(?:^|[\s,])\s*([^\s,][^\s]*?[^\s,])(?:\s+(\d+(?:\.\d+)?[wx]))?\s*(?=,|$)")
_PIXELS = re.compile(r"\s*(\d{1,5})(?:\.\d+)?\s*(?:px)?\s*$")
# Control characters, bidi embeddings, overrides and isolates, the byte order mark, noncharacters, lone surrogates:
# nothing of these is printable.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)


@dataclass(frozen=True, slots=True)
class Resolved:
    """Markup whose links are absolute, and the images it shows, best candidate of each."""

    markup: str
    images: tuple[Image, ...] = ()


def plain(text: str, *, markup: bool, limit: int = MAX_TITLE) -> str:
    """One line of plain text. `markup`: tags are taken out and references resolved, twice where they were escaped
    twice; else the text is taken literally. Control and bidi characters are dropped; longer than `limit` is cut.
    """
    text = text[: 40 * limit]
    if markup and ("<" in text or "&" in text):
        text = unescape(_ANY_TAG.sub(" ", _INLINE.sub("", _SILENT.sub(" ", text))) if "<" in text else text)
        if "&" in text:
            text = unescape(text)
        if "<" in text:
            text = _PAIRED.sub(r"\2", text)
    return cut(" ".join(_without_unsafe(text).split()), limit)


def unescape(text: str) -> str:
    """Entities resolved, but only where they are spelt out: `?a=1&copy=2` is an address, not a copyright sign."""
    return _ENTITY.sub(lambda match: html.unescape(match[0]), text)


def cut(text: str, limit: int) -> str:
    """At most `limit` characters, ending in … where something was left out, between words if one ends near."""
    if len(text) <= limit:
        return text
    short = text[: limit - 1]
    space = short.rfind(" ")
    return (short[:space] if space > limit * 0.6 else short).rstrip(" ,;:–-") + "…"


def heading(markup: str, limit: int = 100) -> str:
    """A heading for an entry that has none: the start of its text, a whole sentence if a short one stands there."""
    text = plain(markup[:4000], markup=True, limit=4000).replace("]]>", "").strip()
    sentence = re.match(rf"(.{{20,{limit}}}?[.!?。！？])(?:\s|$)", text)
    return sentence[1] if sentence else cut(text, limit)


def as_markup(text: str) -> str:
    """Plain text as markup that shows the same, paragraphs and all; text that is markup in disguise stays as it is."""
    if _LOOKS_HTML.search(text):
        return text
    if "&" in text:  # escaped once too often: nobody means to show "&nbsp;" or "&#8217;"
        text = _ENTITY.sub(lambda match: match[0] if match[0] in ("&lt;", "&gt;") else html.unescape(match[0]), text)
    escaped = html.escape(text, quote=False)
    if "\n\n" in escaped:
        return "".join(f"<p>{part.strip()}</p>" for part in re.split(r"\n\s*\n", escaped) if part.strip())
    return escaped


def clean_markup(text: str) -> str:
    """Markup without control characters and lone surrogates, cut to a sane length."""
    return _without_unsafe(text)[:MAX_MARKUP]


def _without_unsafe(text: str) -> str:
    return text if text.isprintable() else _UNSAFE.sub("", text)


def resolve(markup: str, base: str) -> Resolved:
    """Make every link of the markup absolute, seen from `base`; lazy images get the source they would get.

    Links that lead nowhere sane are emptied, and a frame closed in itself is closed as HTML needs it. Nothing else is
    changed: cleaning is not done here.
    """
    if "<" not in markup:
        return Resolved(markup)
    images: list[Image] = []

    def tag(match: re.Match[str]) -> str:
        text = match[0]
        if text.endswith("/>") and (name := _NEVER_EMPTY.match(text)):
            text = f"{text[:-2].rstrip()}></{name[1]}>"
        if "=" not in text:
            return text
        if text[1:4].lower() == "img" and not text[4:5].isalnum():
            return _image(text, base, images)
        return _ATTRIBUTE.sub(lambda attribute: _attribute(attribute, base), text)

    return Resolved(_TAG.sub(tag, markup), tuple(images))


def _attribute(match: re.Match[str], base: str) -> str:
    name = match[1].lower()
    if name in _SETS:
        parts = ", ".join(f"{url} {size}".rstrip() for url, size in _candidates(_value(match[2]), base))
        return f'{match[1]}="{html.escape(parts)}"'
    if name not in _LINKS:
        return match[0]
    value = _value(match[2])
    scheme = value[:12].lower().lstrip()
    if scheme.startswith(("http://", "https://", "mailto:", "#")) and '"' not in value:
        return match[0]
    return f'{match[1]}="{html.escape(absolute(base, value))}"'


def _value(quoted: str) -> str:
    text = quoted[1:-1] if quoted[0] in "\"'" else quoted
    return unescape(text).strip() if "&" in text else text.strip()


def _image(text: str, base: str, images: list[Image]) -> str:
    """An <img>: its best source becomes its `src`, and a candidate for the edition unless it is a pixel."""
    pairs = [(name, _value(quoted)) for name, quoted in _ATTRIBUTE.findall(text)]
    attributes = {name.lower(): value for name, value in pairs}
    source = attributes.get("src", "")
    lazy = next((attributes[name] for name in _LAZY if attributes.get(name)), "")
    sets = [one for name in _SETS if name in attributes for one in _candidates(attributes[name], base)]
    best = max(sets, key=lambda one: _weight(one[1]), default=("", ""))[0]
    if (lazy or best) and (not source or _shows_nothing(source)):
        source = lazy or best
    url = absolute(base, source) if source and not source.startswith("data:") else ""
    width, height = _pixels(attributes.get("width", "")), _pixels(attributes.get("height", ""))
    if url and not _is_pixel(url, width, height):
        alt = plain(attributes.get("alt", ""), markup=False, limit=300)
        images.append(Image(best if best and not width else url, alt, width, height))
    kept = "".join(
        f' {name}="{html.escape(value)}"'
        for name, value in pairs
        if (low := name.lower()) != "src" and low not in _SETS and low not in _LAZY
    )
    return f'<img src="{html.escape(url)}"{kept}>'


def _is_pixel(url: str, width: int | None, height: int | None) -> bool:
    """Something that counts readers instead of showing them anything."""
    return (width is not None and width < 3) or (height is not None and height < 3) or _shows_nothing(url)


def _shows_nothing(url: str) -> bool:
    """Whether it stands in for an image that a script would load."""
    low = url.casefold()
    return low.startswith("data:") or any(mark in low for mark in _PLACEHOLDERS)


def _candidates(value: str, base: str) -> Iterator[tuple[str, str]]:
    """(absolute URL, size) of a srcset; URLs may hold commas (HTML, section 4.8.4.2.1)."""
    for match in _CANDIDATE.finditer(value[:4000]):
        if url := absolute(base, match[1]):
            yield url, match[2] or ""


def _weight(size: str) -> float:
    """Big is good up to 1,200 pixels: a mail shows no more."""
    if not size:
        return 1.0
    number = float(size[:-1])
    return number * 600 if size.endswith("x") else (number if number <= 1200 else 1200 / number)


def _pixels(text: str) -> int | None:
    match = _PIXELS.match(text) if text else None
    return int(match[1]) if match else None
