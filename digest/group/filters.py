"""Which entries the user wants at all: include and exclude words, of one feed and of all; boosts and mutes. Pure.

A pattern is a word or phrase, or `re:` and a regular expression, and never minds case. A word matches whole words and
their plainest inflections (plural, possessive; the endings of Cyrillic words), so that "war" spares "software"; in
scripts without spaces it matches anywhere.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from digest.group.text.words import body
from digest.model import Entry, FeedSource

_LOOK_AT = 4_000  # characters: bounds what a careless regular expression can cost on one entry
_NO_SPACES = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> re.Pattern[str]:
    if pattern.startswith("re:"):
        return re.compile(pattern[3:], re.IGNORECASE)
    phrase = pattern.strip()
    words = [_inflected(word) for word in phrase.split()]
    joined = r"\s+".join(words)
    if _NO_SPACES.search(phrase):
        return re.compile(joined, re.IGNORECASE)
    return re.compile(rf"(?<!\w){joined}(?!\w)", re.IGNORECASE)


def _inflected(word: str) -> str:
    if re.fullmatch(r"[\u0400-\u04ff]{5,}", word):
        return re.escape(re.sub(r"[аяоеёиіїыуюйьъ]$", "", word.casefold())) + r"[\u0400-\u04ff]{0,3}"
    if re.fullmatch(r"[^\W\d_]{3,}", word) and not _NO_SPACES.search(word):
        return re.escape(word) + r"(?:['’]?s|es)?"
    return re.escape(word)


def matching(patterns: Iterable[str], entry: Entry) -> str:
    """The first pattern that the entry's title, first words or categories match, or ""."""
    text = ""
    for pattern in patterns:
        text = text or "\n".join((entry.title, body(entry), *entry.categories))[:_LOOK_AT]
        if _compiled(pattern).search(text):
            return pattern
    return ""


def refused(entry: Entry, source: FeedSource, *, include: tuple[str, ...] = (), exclude: tuple[str, ...] = ()) -> str:
    """Why the user does not want this entry, in words; "" where nothing speaks against it.

    `include` and `exclude` are those for all feeds; the feed's own are in `source`. Excluding wins.
    """
    if word := matching(source.exclude, entry):
        return f"the feed excludes {word!r}"
    if word := matching(exclude, entry):
        return f"{word!r} is excluded for all feeds"
    if source.include and not matching(source.include, entry):
        return "nothing in it is among the words the feed is to include"
    if include and not matching(include, entry):
        return "nothing in it is among the words to include"
    return ""
