"""Where the bytes of an edition go: by what they are, and by the part of the edition they stand in."""

import re
from collections import Counter
from dataclasses import dataclass
from html import unescape

WORDS, LINKS, INLINE, SHEETS, OUTLOOK, MARKUP = (
    "Words",
    "Addresses",
    "Inline styles",
    "Style sheets",
    "Outlook only",
    "Markup",
)
HEAD, MASTHEAD = "Head", "Masthead"

_TOKEN = re.compile(
    r"""(?P<comment><!--.*?-->|<!\[.*?\]>)
      | (?P<sheet><style\b[^>]*>.*?</style\s*>)
      | (?P<tag></?[a-zA-Z!](?:[^<>"']|"[^"]*"|'[^']*')*>)
      | (?P<words>[^<]+|<)""",
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_ATTRIBUTE = re.compile(r"""\s(href|src|background|style)\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)""", re.IGNORECASE)
_BODY = re.compile(r"<body\b", re.IGNORECASE)
_HEADING = re.compile(r"<h2\b[^>]*>(.*?)</h2\s*>", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Part:
    """A share of the edition, in bytes of UTF-8."""

    name: str
    bytes: int


def by_kind(html: str) -> tuple[Part, ...]:
    """What the bytes are, largest first. They add up to the size of `html`, whatever it holds."""
    sizes: Counter[str] = Counter()
    for token in _TOKEN.finditer(html):
        size = _size(token[0])
        if token["tag"]:
            for name, value in _ATTRIBUTE.findall(token[0]):
                kind = INLINE if name.lower() == "style" else LINKS
                sizes[kind] += _size(value)
                size -= _size(value)
        kind = {"comment": OUTLOOK, "sheet": SHEETS, "tag": MARKUP, "words": WORDS}[token.lastgroup or "words"]
        sizes[kind] += size
    return tuple(Part(name, size) for name, size in sizes.most_common() if size)


def by_place(html: str) -> tuple[Part, ...]:
    """Which part of the edition the bytes stand in, in reading order: the head, the masthead, then each section.

    A section starts at its `<h2>` and is named by it; the last one holds the footer too. They add up to the size of
    `html`.
    """
    marks = [(0, HEAD)]
    if body := _BODY.search(html):
        marks.append((body.start(), MASTHEAD))
    marks += [
        (found.start(), " ".join(unescape(re.sub(r"<[^>]*>", " ", found[1])).split()))
        for found in _HEADING.finditer(html)
    ]
    ends = [start for start, _ in marks[1:]] + [len(html)]
    return tuple(
        Part(name, _size(html[start:end])) for (start, name), end in zip(marks, ends, strict=True) if end > start
    )


def _size(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))
