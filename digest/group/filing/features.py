"""What the general topic model reads of an entry: words, characters, categories, the address, the feed. Pure.

Features are strings with a prefix that says what they are; the model keeps one weight a topic for each hashed feature.
"""

import math
from collections.abc import Iterable
from itertools import pairwise
from urllib.parse import unquote, urlsplit

from digest.group.filing.countries import countries
from digest.group.filing.lexicon import built_in, folded, names
from digest.group.text.words import body, content, tokens
from digest.model import Entry

BITS = 18
_LONG_SECTION = 30  # characters; longer parts of an address are headlines


def sections(url: str) -> tuple[str, ...]:
    """The parts of an address's path that may name a section, folded, without dates and the article's own part."""
    parts = [folded(unquote(part)) for part in urlsplit(url).path.split("/")[1:-1]]
    return tuple(p for p in parts if p and len(p) <= _LONG_SECTION and not p.replace(" ", "").isdigit())


def words(entry: Entry) -> dict[str, float]:
    """The words of title (twice) and text and their pairs, damped counts."""
    title = [key for _, key in tokens(entry.title)]
    text = [key for _, key in tokens(body(entry))]
    counts: dict[str, float] = {}
    for key in title:
        counts[f"w {key}"] = counts.get(f"w {key}", 0.0) + 2.0
    for key in text:
        counts[f"w {key}"] = counts.get(f"w {key}", 0.0) + 1.0
    for part, factor in ((title, 1.0), (text, 0.6)):
        for a, b in pairwise(part):
            counts[f"b {a} {b}"] = counts.get(f"b {a} {b}", 0.0) + factor
    return {key: math.log1p(count) for key, count in counts.items()}


def characters(entry: Entry) -> list[str]:
    """Runs of four characters of the title, each once: parts of compounds and inflected words."""
    line = f" {folded(entry.title)} "
    return list(dict.fromkeys(f"g {line[i : i + 4]}" for i in range(len(line) - 3)))


def counted(entry: Entry) -> list[str]:
    """How many countries the whole names, up to three, and its title, up to two: news between countries names two, the
    politics of one names one."""
    return [f"k {min(len(countries(content(entry))), 3)}", f"kt {min(len(countries(entry.title)), 2)}"]


def place_texts(entry: Entry, feed_title: str) -> tuple[str, str, str]:
    """What says where an entry stands, as three texts: its categories, its address's sections, its feed's title."""
    return " ".join(entry.categories[:12]), " ".join(sections(entry.url)), feed_title


def places(entry: Entry, feed_title: str) -> list[str]:
    """Categories, sections, host and feed title, whole, by word and as the built-in topic that they name."""
    found: list[str] = []
    known = names()
    for category in dict.fromkeys(folded(c) for c in entry.categories[:12]):
        found.append(f"c {category}")
        found += [f"cw {word}" for word in category.split()[:4]]
        if category in known:
            found.append(f"ct {known[category]}")
    for section in sections(entry.url):
        found.append(f"u {section}")
        found += [f"uw {word}" for word in section.split()[:4]]
        if section in known:
            found.append(f"ut {known[section]}")
    host = (urlsplit(entry.url).hostname or "").removeprefix("www.")
    found += [f"h {host}", *(f"hw {part}" for part in host.split(".")[:-1])]
    for word in folded(feed_title).split()[:8]:
        found.append(f"f {word}")
        if word in known:
            found.append(f"ft {known[word]}")
    if meaning := built_in(feed_title):
        found.append(f"ft {meaning}")
    return [feature for feature in dict.fromkeys(found) if len(feature) > 2]


def named(found: Iterable[str]) -> list[str]:
    """Of `places`, those that name a built-in topic, to be told apart from a feed's own names."""
    return [f"n {place}" for place in found if place.startswith(("ct ", "ut ", "ft "))]
