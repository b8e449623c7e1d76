"""How likely an editor would not print a sentence in a summary, by what it looks like: its words, marks, length, and what it
says beyond headline and sentences before it.

A weighted sum of signs that are there or not; the weights (`models/worth.json`) were fitted on thousands of sentences read
singly (`tools/build_worth.py`). Where no rule sees why a sentence tells nothing (a letter's chat, a caption, a slogan), its
manner often does.
"""

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from digest.group.text.language import primary
from digest.group.text.letters import beginnings

_WORD = re.compile(r"\d+|[^\W\d_]+(?:['’][^\W\d_]+)*")
_STEPS = (40, 60, 80, 110, 150, 200)  # characters
_TEXTS = (100, 150, 220, 300, 450, 700, 1200, 2500)  # … of the whole text: a standfirst, a teaser, an article
_DENSE, _SPARE = 2.5, 1.5  # what a character counts beside a letter, in scripts without spaces and without capitals
_MARKS = frozenset('?!:;("“„«–—…#@*|/&$%+•[')
_ENDS = frozenset('.!?。…"”»؟।')
_MOST_NEW = 8
_I = frozenset("i my me i'm i’m i've i’ve i'd i’d ich mein meine je mon ma я мне мой jag min yo eu io".split())
_WE = frozenset(
    "we our us we're we’re we've we’ve wir unser unsere nous notre мы наш нам vi vår nosotros noi nós".split()
)
_YOU = frozenset(
    "you your you're you’re you'll you’ll euch ihr du dein vous votre вы вам ваш tu te du dig dina".split()
)
_VERBS = frozenset(
    "is are was were has have had will would can could said says be been ist sind war waren hat haben wird werden wurde wurden"
    " est sont a ont sera был была были было является может är har var kan es son ha han fue é foi são do does did may must should".split()
)
_VERB_ENDS = ("ed", "te", "ten", "et", "ит", "ет", "ют", "ал", "ла", "ли", "ло", "ó", "ou")
_VERBED = frozenset("en de fr es pt it ru sv".split())  # languages of these

_MANNER = frozenset(("I", "we", "you", "small beginning", *(f"has {mark}" for mark in "?!:#@/*+")))
"""Signs of somebody who talks, asks, calls or lists; without any a sentence states something, however shortly."""
_PLAIN_OPENS, _PLAIN_FOLLOWS = 0.7, 1.2  # what that counts for it, in log odds


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, the paragraph it stands in and that block's kind, its number within the text; how many characters
    that text has."""

    text: str
    paragraph: int
    kind: str
    place: int
    within: int


def doubt(
    sentence: Sentence, title: str, before: Sequence[str] = (), *, language: str = "", against: float = 0.0
) -> float:
    """What speaks for a strict reader's striking a sentence out, 0 to 1: the probability, but for plain facts ("Nobody was
    hurt."), which look like fragments and are not: they have the benefit of the doubt. `before`: the sentences it would
    follow, none for the one that opens a summary; `against`: what speaks against it besides, in log odds."""
    get, said = _weights().get, signs(sentence, title, before, language=language)
    total = sum([get(sign, 0.0) for sign in said])
    return 1 / (1 + math.exp(benefit(said, bool(before)) - total - against))


def benefit(said: Iterable[str], follows: bool) -> float:
    """What speaks for a plain fact, in log odds; 0 for any other sentence."""
    if not _MANNER.isdisjoint(said):
        return 0.0
    return _PLAIN_FOLLOWS if follows else _PLAIN_OPENS


def signs(sentence: Sentence, title: str, before: Sequence[str] = (), *, language: str = "") -> list[str]:
    """All that is looked at, by name; each counts once."""
    text = sentence.text
    part = "2" if before else "1"
    low = text.casefold()
    cased = text.isascii() or text.lower() != text.upper()
    dense = not cased and " " not in text[:40]
    written = _WORD.findall(text)
    words = [low[at : at + 2] for at in range(len(low) - 1)] if dense else [word.casefold() for word in written]
    counts = _DENSE if dense else 1 if cased else _SPARE
    size, whole = len(text) * counts, sentence.within * counts
    found = ["", part, f"{part} place {min(sentence.place, 3)}", f"{part} paragraph {min(sentence.paragraph, 2)}"]
    found.append(f"kind {sentence.kind}")
    found += [f"{part} under {step}" for step in _STEPS if size < step]
    found.append(f"{part} of {next((step for step in _TEXTS if whole < step), 'many')}")
    found += [f"has {mark}" for mark in _MARKS.intersection(text)]
    if cased:
        found += _beyond(words, title, before, part)
        found += _letters(written, part)
    found += _ends(text, written)
    unique = set(words)
    found += _persons(unique, part)
    if primary(language) in _VERBED:
        found.append("verb" if _verb(unique) else "no verb")
    found += [f"w {word}" for word in unique]
    if words:
        found += [f"^{part} {words[0]}", f"^ {words[0]}", f"^ {' '.join(words[:2])}", f"$ {words[-1]}"]
    return found


def verbless(text: str, language: str) -> bool:
    """No verb is seen, in a language where most are."""
    return primary(language) in _VERBED and not _verb({word.casefold() for word in _WORD.findall(text)})


def _verb(words: set[str]) -> bool:
    return not words.isdisjoint(_VERBS) or any(word.endswith(_VERB_ENDS) for word in words)


def _beyond(words: Sequence[str], title: str, before: Sequence[str], part: str) -> list[str]:
    """How many of its longer words are new, and whether any stands in the headline."""
    headline = _beginnings(title)
    mine = beginnings(words)
    known = headline.union(*map(_beginnings, before))
    new = len(mine - known)
    found = [f"{part} new {min(new, _MOST_NEW)}"]
    if headline and headline.isdisjoint(mine):
        found.append(f"{part} nothing of the headline")
    if mine and new * 2 <= len(mine):
        found.append(f"{part} half known")
    return found


@lru_cache(maxsize=64)  # a headline is laid beside several sentences
def _beginnings(text: str) -> frozenset[str]:
    return frozenset(beginnings(_WORD.findall(text.casefold())))


def _letters(written: Sequence[str], part: str) -> list[str]:
    """Capitals behind the first word."""
    capitals = sum([word[0].isupper() for word in written[1:]])
    found = [f"{part} no capitals" if not capitals else "many capitals" if capitals * 3 > len(written) else "capitals"]
    if any(len(word) > 3 and word.isupper() for word in written):
        found.append("shouts")
    return found


def _ends(text: str, written: Sequence[str]) -> list[str]:
    """Figures, commas, how it begins and ends."""
    found = [f"commas {min(text.count(','), 3)}"]
    figures = sum([word[0].isdigit() for word in written])
    if figures:
        found.append("figures" if figures > 2 else "figure")
    if text[-1:] not in _ENDS:
        found.append("no end")
    if text[:1].islower():
        found.append("small beginning")
    elif not text[:1].isalnum():
        found.append("odd beginning")
    return found


def _persons(words: set[str], part: str) -> list[str]:
    found = []
    if not words.isdisjoint(_I):
        found += ["I", f"{part} I"]
    if not words.isdisjoint(_WE):
        found.append("we")
    if not words.isdisjoint(_YOU):
        found.append("you")
    return found


@lru_cache(maxsize=1)
def _weights() -> Mapping[str, float]:
    """Sign -> weight; that of "" is added always."""
    stored = json.loads((resources.files("digest.group") / "models" / "worth.json").read_text("utf-8"))
    return {sign: weight / 100 for sign, weight in stored.items()}
