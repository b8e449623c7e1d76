"""The words of an entry, as every model here sees them. Pure and quick: some 20,000 entries a second.

One text per entry (`content`): its title and the first sixty words of what follows, as plain text. From it `terms`
makes a weighted bag: lightly stemmed words, pairs of characters where a script writes no spaces.
"""

import html
import re
import unicodedata
import zlib
from functools import lru_cache
from typing import NamedTuple

from digest.model import Entry

FIRST_WORDS = 60  # of the text after the title; more adds background, not the event (measured on whole days)
_LONGEST = 12_000  # characters of markup looked at: sixty words stand well before that

_HIDDEN = re.compile(r"(?is)<(script|style|figcaption|svg|iframe)\b[^>]{0,2000}>.{0,8000}?</\1\s*>")
_TAG = re.compile(r"<[^<>]{0,4000}>")
_TAIL = re.compile(
    r"(?i)\s*(\bthe post\b.{0,300}\b(appeared first on|first appeared on)\b.*|\[?…\]?|\[\.\.\.\]|"
    r"\b(continue reading|read more|weiterlesen|lire la suite|читать далее)\b.{0,40})\s*$"
)
_TAILS = ("…", "...", "the post", "continue reading", "read more", "weiterlesen", "lire la suite", "читать далее")
WORD = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*")
NO_SPACES = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_CYRILLIC_END = re.compile(
    r"(иями|ями|ами|ого|его|ому|ему|ыми|ими|ость|ая|яя|ой|ей|ые|ие|ый|ий|ій|ов|ев|ів|ам|ям|ах|"
    r"ях|ом|ем|ым|им|ую|юю|ть|ти|[аяоеёиіїыуюйьъ])$"
)
_LATIN_END = re.compile(r"(?:'s|’s|'|’)$")


def plain(markup: str) -> str:
    """Markup as one line of plain text: tags dropped, entities resolved once more than usual (feeds escape twice)."""
    text = markup[:_LONGEST]
    if "<" in text or "&" in text:
        text = html.unescape(_TAG.sub(" ", _HIDDEN.sub(" ", text)))
        if "<" in text or "&" in text:
            text = html.unescape(_TAG.sub(" ", text))
    return " ".join(text.split())


def body(entry: Entry) -> str:
    """The first words of an entry after its title: of its cleaned blocks, else of its teaser, else of its content."""
    if entry.blocks:
        text = " ".join(block.text for block in entry.blocks[:8])
    else:
        text = plain(entry.teaser)
        if len(text) < 40 and entry.content:
            longer = plain(entry.content)
            text = longer if len(longer) > len(text) else text
    text = " ".join(text[:2000].split()[:FIRST_WORDS])
    folded = text.casefold()
    return _TAIL.sub("", text) if any(tail in folded for tail in _TAILS) else text  # a tenth of the time


def content(entry: Entry) -> str:
    """Title and first words: what is embedded, and what the models read."""
    title, text = entry.title.strip(), body(entry)
    if text.startswith(title):
        text = text[len(title) :].lstrip(" .:–—-")
    return f"{title}. {text}" if text else title


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """A light stem of a case-folded word: plural, possessive and the commonest endings; never more than that."""
    if len(word) < 4 or word[0].isdigit():
        return word
    first = word[0]
    if "\u0400" <= first <= "\u04ff":
        shorter = _CYRILLIC_END.sub("", word)
        return shorter if len(shorter) >= 3 else word
    if "\u0590" <= first <= "\u05ff":  # Hebrew: one prefixed particle
        return word[1:] if len(word) > 4 and first in "הובלמשכ" else word
    if "\u0600" <= first <= "\u06ff":  # Arabic: the article
        return word[2:] if len(word) > 4 and word.startswith("ال") else word
    return _latin(_LATIN_END.sub("", word))


def _latin(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    for ending in ("sses", "ing", "ed", "en", "er", "es", "e", "s", "n"):
        if word.endswith(ending) and len(word) - len(ending) >= 4 and not word.endswith("ss"):
            return word[: -len(ending)] if ending != "sses" else word[:-2]
    return word[:-1] if word.endswith("s") and len(word) > 3 and not word.endswith("ss") else word


class _Token(NamedTuple):
    """A word as written, its case-folded stem, what it counts for beside others, and whether it is all capitals."""

    written: str
    key: str
    worth: float
    shouted: bool


_CAPITAL, _NUMBER, _PLAIN = 2.0, 1.5, 1.0


@lru_cache(maxsize=200_000)
def _token(word: str) -> _Token:
    return _told(word, stem(word.casefold()))


def _told(word: str, key: str) -> _Token:
    first = word[0]
    worth = _CAPITAL if first.isupper() else _NUMBER if first.isdigit() else _PLAIN
    return _Token(word, key, worth, word.isupper())


def _tokens(text: str) -> list[_Token]:
    if text.isascii():
        return list(map(_token, WORD.findall(text)))
    found: list[_Token] = []
    for word in WORD.findall(unicodedata.normalize("NFKC", text)):
        if word[0] > "\u0dff" and NO_SPACES.match(word):
            pairs = (word[i : i + 2] for i in range(max(1, len(word) - 1)))
            found += [_told(pair, pair) for pair in pairs]
        else:
            found.append(_token(word))
    return found


def tokens(text: str) -> list[tuple[str, str]]:
    """The words of a text in order, each as (as written, case-folded stem); numbers keep their digits.

    Runs of scripts without spaces give pairs of characters.
    """
    return [token[:2] for token in _tokens(text)]


def terms(title: str, text: str) -> dict[str, float]:
    """A weighted bag: a word of the title counts twice, a capitalised one twice, a number one and a half times."""
    return bag(title, text)[1]


def bag(title: str, text: str) -> tuple[dict[str, float], dict[str, float]]:
    """`terms` of a title alone, and of title and text."""
    alone = _weighed({}, title, 2.0)
    return alone, _weighed(dict(alone), text, 1.0)


def _weighed(found: dict[str, float], text: str, factor: float) -> dict[str, float]:
    words = _tokens(text)
    shouting = 2 * sum([token.shouted for token in words]) > len(words)  # then a capital means nothing
    for _, key, worth, _ in words:
        found[key] = found.get(key, 0.0) + factor * (_PLAIN if shouting and worth == _CAPITAL else worth)
    return found


def bucket(term: str, bits: int) -> int:
    """A term's place in a hashed table of 2**bits: the same on every platform and in every run."""
    return zlib.crc32(term.encode("utf-8", "surrogatepass")) & ((1 << bits) - 1)
