"""What an entry itself says for each topic that the reader asks for, as clues: a text in words and a weight in logits. Pure.

`asked` reads the reader's list once for a whole day; `clues` compares one entry with one topic of it.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from digest.group.filing.features import sections
from digest.group.filing.lexicon import BUILT_IN, OTHER, POLITICS, WORLD, around, folded, meanings_of, names
from digest.group.text.words import body, tokens
from digest.model import Entry, TopicSpec

CATEGORY, SECTION, IN_TITLE, IN_TEXT, PIN, PROFILE = 2.5, 2.0, 2.0, 1.0, 8.0, 1.5
_PART_AT, _PART_LEAST, _PART_MOST = 0.3, -1.5, 0.5  # of a wider topic's probability: where it says nothing; its bounds
POLITICAL = 0.3  # of what is World to the general model: wars, treaties and elections abroad, not storms and crimes
_TOLD_FROM = 0.1  # probability that is worth telling


@dataclass(frozen=True, slots=True)
class Clue:
    """A piece of evidence; one without a text counts, and is not worth telling."""

    text: str
    weight: float


@dataclass(frozen=True, slots=True)
class Asked:
    """One of the reader's topics and what its name means: the built-in topics that it takes in whole (`meanings`; with
    politics and what nobody asked for: `takes`, each with the part that is its own), those that it is a part of
    (`wider`), whether another topic means the same (`shared`), and words with their keys."""

    spec: TopicSpec
    folded: str
    meanings: frozenset[str]
    takes: tuple[tuple[int, float], ...]
    wider: frozenset[str]
    shared: bool
    words: tuple[tuple[str, frozenset[str]], ...]

    @property
    def is_other(self) -> bool:
        """Whether it is the place of what fits no topic."""
        return self.meanings == {OTHER}


@lru_cache(maxsize=16)
def asked(specs: tuple[TopicSpec, ...]) -> tuple[Asked, ...]:
    """The reader's topics, in their order."""
    wanted = [meanings_of(spec.name) for spec in specs]
    return tuple(
        Asked(
            spec,
            folded(spec.name),
            own,
            _takes(own, wanted),
            frozenset() if own else around(spec.name),
            bool(own) and wanted.count(own) > 1,
            _words(spec),
        )
        for spec, own in zip(specs, wanted, strict=True)
    )


def _takes(own: frozenset[str], wanted: Sequence[frozenset[str]]) -> tuple[tuple[int, float], ...]:
    """What the general model gives to topics that nobody asked for goes to Other; but politics to World, where an editor
    without a politics page would run it, and some of the world's news to Politics. Topics of one meaning share it."""
    everybodys = frozenset().union(*wanted)
    parts = dict.fromkeys(own, 1.0)
    if WORLD in own and POLITICS not in everybodys:
        parts[POLITICS] = 1.0
    if POLITICS in own and WORLD not in everybodys:
        parts[WORLD] = POLITICAL
    if OTHER in own:
        parts |= dict.fromkeys(set(BUILT_IN) - everybodys - ({POLITICS} if WORLD in everybodys else set()), 1.0)
        if POLITICS in everybodys and WORLD in parts:
            parts[WORLD] = 1 - POLITICAL
    sharing = {name: max(1, sum(name in one for one in wanted)) for name in parts}
    return tuple(sorted((BUILT_IN.index(name), part / sharing[name]) for name, part in parts.items()))


def _words(spec: TopicSpec) -> tuple[tuple[str, frozenset[str]], ...]:
    listed = (spec.name, *spec.keywords, *re.findall(r"[^\W\d_]{4,}", spec.description))
    keys = ((word, frozenset(key for _, key in tokens(word))) for word in listed)
    return tuple((word, found) for word, found in keys if found)


@dataclass(frozen=True, slots=True)
class Said:
    """What is compared of an entry: categories and sections (as written, folded), keys of title and of text."""

    categories: tuple[tuple[str, str], ...]
    sections: tuple[str, ...]
    title: frozenset[str]
    text: frozenset[str]


def said(entry: Entry) -> Said:
    """An entry, read once for all topics."""
    return Said(
        tuple((category, folded(category)) for category in entry.categories[:20]),
        sections(entry.url),
        frozenset(key for _, key in tokens(entry.title)),
        frozenset(key for _, key in tokens(body(entry))),
    )


def clues(one: Said, topic: Asked, general: Sequence[float]) -> list[Clue]:
    """What an entry says for a topic by its place and words, and by the general model's log-probabilities where given.

    The model has read words, categories and sections already: where it knows the topic these say no more, but for the
    reader's own keywords, and for the very name where two topics mean the same to the model.
    """
    read = bool(general and topic.meanings)
    found: list[Clue] = []
    if not read or topic.shared:
        found += _of_place(one, topic)
    if not read or topic.spec.keywords:
        found += _of_words(one, topic)
    if read:
        found.append(_model_says(general, topic))
    elif general and topic.wider:
        found.append(_part_of(general, topic.wider))
    return found


def _of_place(one: Said, topic: Asked) -> list[Clue]:
    meanings, found = topic.meanings - {OTHER}, []
    for written, category in one.categories:
        if category == topic.folded or names().get(category) in meanings:
            found.append(Clue(f"its category is {written}", CATEGORY))
            break
    for section in one.sections:
        if section == topic.folded or names().get(section) in meanings:
            found.append(Clue(f"its address has the section {section}", SECTION))
            break
    return found


def _of_words(one: Said, topic: Asked) -> list[Clue]:
    found = []
    for word, keys in topic.words:
        if keys <= one.title:
            found.append(Clue(f"its title has “{word}”", IN_TITLE))
        elif keys <= one.text:
            found.append(Clue(f"its text has “{word}”", IN_TEXT))
    return found


def _model_says(general: Sequence[float], topic: Asked) -> Clue:
    value = math.log(sum(math.exp(general[number]) * part for number, part in topic.takes) + 1e-9)
    sure = math.exp(value)
    if sure < _TOLD_FROM:
        return Clue("", value)
    listed = " or ".join(name for name in BUILT_IN if name in topic.meanings)
    return Clue(f"the general model is {sure:.0%} sure of {listed}", value)


def _part_of(general: Sequence[float], wider: frozenset[str]) -> Clue:
    """What is not Sport is not Formula 1; what is may well be something else."""
    sure = sum(math.exp(general[BUILT_IN.index(name)]) for name in wider)
    worth = min(_PART_MOST, max(_PART_LEAST, 0.7 * math.log((sure + 0.02) / _PART_AT)))
    return Clue(f"the general model is {sure:.0%} sure of {' or '.join(sorted(wider))}", worth)
