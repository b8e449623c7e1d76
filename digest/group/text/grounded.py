"""Does a text say nothing but what its sources say? For whatever a model wrote.

Meaning cannot be checked here; what can is what misleads most when it is made up: each figure, each name and each date
must stand in the sources, and the text must be of their language and plain. When in doubt it is refused, and the extract is
used, which is true by construction.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from digest.group.text.language import detect, primary
from digest.group.text.sentences import open_quote
from digest.group.text.stopwords import STOP_WORDS
from digest.model import Story

_FIGURE = re.compile(r"\d+(?:[.,\u00a0\u202f' ]\d{3})+(?!\d)|\d+(?:[.,]\d+)?")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_NOT_PLAIN = re.compile(r"(?i)https?:|www\.|</?[a-z]|\[[^\]]*\]\(|[*_`#]{2,}|^\s*[-*#>]|\{|\}")
_ABOUT_ITSELF = re.compile(
    r"(?i)\b(?:as an ai|language model|i cannot|i can't|i'm sorry|the (?:provided|given) text|instructions?|system prompt|json|characters)\b"
)
_NUMBERS = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
    "dozen": 12, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "hundred": 100, "thousand": 1000,
    "million": 10**6, "millions": 10**6, "billion": 10**9, "billions": 10**9, "trillion": 10**12, "dozens": 12, "hundreds": 100, "thousands": 1000,
    "zwei": 2, "drei": 3, "vier": 4, "fünf": 5, "sechs": 6, "sieben": 7, "acht": 8, "neun": 9, "zehn": 10, "deux": 2, "trois": 3, "quatre": 4,
    "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "два": 2, "три": 3, "чотири": 4, "четыре": 4, "пять": 5, "п'ять": 5,
}  # fmt: skip
_MONTHS_AND_DAYS = frozenset(
    "january february march april may june july august september october november december monday tuesday wednesday thursday friday"
    " saturday sunday today yesterday tomorrow januar februar märz mai juni juli oktober dezember montag dienstag mittwoch donnerstag"
    " freitag samstag sonntag heute gestern morgen janvier février mars avril juin juillet août septembre octobre novembre décembre lundi"
    " mardi mercredi jeudi vendredi samedi dimanche hier demain enero febrero marzo abril mayo junio julio agosto septiembre octubre"
    " noviembre diciembre lunes martes miércoles jueves viernes sábado domingo ayer января февраля марта апреля мая июня июля августа"
    " сентября октября ноября декабря понедельник вторник среду четверг пятницу субботу воскресенье вчера сегодня завтра січня лютого"
    " березня квітня травня червня липня серпня вересня жовтня листопада грудня понеділок вівторок середу четвер пʼятницю учора вчора".split()
)  # fmt: skip


def accept(text: str | None, sources: Sequence[str], *, language: str, limit: int) -> str:
    """The text if it may be printed, else "". `sources` are all the words it may draw from, titles included."""
    if not text or len(text) > limit or _NOT_PLAIN.search(text) or _ABOUT_ITSELF.search(text) or open_quote(text):
        return ""
    told = unicodedata.normalize("NFKC", "\n".join(sources))
    said = unicodedata.normalize("NFKC", text)
    if language and primary(detect(said, language)) != primary(language):
        return ""
    return text if not strangers(said, told, language=primary(language)) and _same_words(said, told) else ""


def _same_words(said: str, told: str) -> bool:
    """In scripts without capitals names cannot be seen: there most pairs of characters must stand in the sources."""
    bare = ["".join(_WORD.findall(part)) for part in (said, told)]
    if bare[0].lower() != bare[0].upper():
        return True
    pairs = [bare[0][at : at + 2] for at in range(len(bare[0]) - 1)]
    return sum(pair in bare[1] for pair in pairs) >= 0.75 * len(pairs)


def strangers(said: str, told: str, *, language: str = "") -> tuple[str, ...]:
    """The figures, names and dates of a text that its sources do not have."""
    figures, words = _figures(told), {word.casefold() for word in _WORD.findall(told)}
    found = [figure for figure in _FIGURE.findall(said) if _plain(figure) not in figures]
    found += [
        word
        for word in _WORD.findall(said)
        if (word[0].isupper() or word.casefold() in _MONTHS_AND_DAYS) and not _known(word, words, language)
    ]
    found += [
        word
        for word in _WORD.findall(said)
        if (value := _NUMBERS.get(word.casefold())) is not None
        and word.casefold() not in words
        and str(value) not in figures
    ]
    return tuple(dict.fromkeys(found))


def sources_of(story: Story) -> tuple[str, ...]:
    """All words of a story's entries."""
    return tuple(
        part for e in story.entries for part in (e.title, e.summary, *(block.text for block in e.blocks), e.author)
    )


def _figures(text: str) -> frozenset[str]:
    return frozenset(_plain(figure) for figure in _FIGURE.findall(text))


def _plain(figure: str) -> str:
    """1,200 and 1.200 and 1 200 are one figure; 3,5 and 3.5 too."""
    grouped = re.fullmatch(r"\d{1,3}(?:[.,\u00a0\u202f' ]\d{3})+", figure)
    return re.sub(r"\D", "", figure) if grouped else figure.replace(",", ".")


def _known(word: str, words: set[str], language: str) -> bool:
    """In the sources, be it in another form (endings of at most three letters), or a small word that opens a sentence."""
    low = word.casefold()
    if low in words or low in STOP_WORDS.get(language, _small()):
        return True
    low = re.sub(r"['’]s?$", "", low)
    stem = low[: max(4, len(low) - 3)]
    if len(low) >= 4 and any(other.startswith(stem) and abs(len(other) - len(low)) <= 3 for other in words):
        return True
    return "-" in low and all(_known(part.capitalize(), words, language) for part in low.split("-") if part)


@lru_cache(maxsize=1)
def _small() -> frozenset[str]:
    return frozenset().union(*STOP_WORDS.values())
