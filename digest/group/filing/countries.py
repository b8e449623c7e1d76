"""Which countries a text names: what tells news between countries from the news within one. Pure.

Names, peoples and capitals in some twenty languages come from `models/countries.txt`, which says how they are written.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import NamedTuple

from digest.group.text.words import NO_SPACES, WORD

_NONE = "-"  # the line of what only looks like a country
_PARTICLES = 2  # letters that Hebrew and Arabic write before a name: and, in, to, the
_OPENING = 2  # letters of a first word by which names of several words are looked up
_SEMITIC = re.compile(r"[\u0590-\u06ff]")


def countries(text: str) -> frozenset[str]:
    """The countries named, by the first word of their line; alliances of countries are among them."""
    found: set[str] = set()
    written = WORD.findall(text)
    done = 0  # words that belong to names found
    for at, word in enumerate(written):
        told = _told(word)
        if told is None or at < done:
            continue
        country = told.alone
        for rest, named in told.before:
            following = written[at + 1 : at + 1 + len(rest)]
            if len(following) == len(rest) and all(map(_fits, map(str.casefold, following), rest)):
                country, done = named, at + 1 + len(rest)
                break
        found.add(country)
    if NO_SPACES.search(text):
        known = _known()
        found.update(known.within[name] for name in known.inside.findall(text))
    return frozenset(found - {_NONE, ""})


class _Told(NamedTuple):
    """What a word says: the country that it is by itself, "" if none, and the names that it begins: what follows, and
    of which country."""

    alone: str
    before: tuple[tuple[tuple[str, ...], str], ...]


@lru_cache(maxsize=100_000)
def _told(written: str) -> _Told | None:
    """None of most words."""
    known, folded = _known(), written.casefold()
    alike = known.runs.get(folded[:_OPENING], ())
    before = tuple((tuple(rest), country) for (first, *rest), country in alike if _fits(folded, first))
    alone = known.of_word(written, folded)
    return _Told(alone, before) if alone or before else None


@dataclass(frozen=True, slots=True)
class _Names:
    """Names as they are looked for: as written, folded, by how they begin, several words together, and within words."""

    written: dict[str, str]
    whole: dict[str, str]
    begins: dict[str, str]
    lengths: tuple[int, ...]  # of what `begins` holds, longest first
    runs: dict[str, list[tuple[list[str], str]]]  # by how the first word opens
    within: dict[str, str]
    inside: re.Pattern[str]

    def of_word(self, written: str, folded: str) -> str:
        """The country of one word, "" if none."""
        if told := self.written.get(written) or self._of(folded):
            return told
        if _SEMITIC.match(folded):
            for cut in range(1, min(_PARTICLES, len(folded) - 3) + 1):
                if told := self._of(folded[cut:]):
                    return told
        return ""

    def _of(self, folded: str) -> str:
        if told := self.whole.get(folded):
            return told
        for length in self.lengths:
            if told := self.begins.get(folded[:length]):
                return told
        return ""


def _fits(word: str, name: str) -> bool:
    return word.startswith(name[:-1]) if name.endswith("*") else word == name


@lru_cache(maxsize=1)
def _known() -> _Names:
    lines = (resources.files("digest.group") / "models" / "countries.txt").read_text(encoding="utf-8").splitlines()
    written: dict[str, str] = {}
    whole: dict[str, str] = {}
    begins: dict[str, str] = {}
    runs: dict[str, list[tuple[list[str], str]]] = {}
    within: dict[str, str] = {}
    for line in lines:
        if line.startswith("#"):
            continue
        country, *names = line.split()
        for name in names:
            if "+" in name:
                words = name.casefold().split("+")
                runs.setdefault(words[0][:_OPENING], []).append((words, country))
            elif NO_SPACES.match(name):
                within[name] = country
            elif name.isupper() and name.isascii():
                written[name] = country
            elif name.endswith("*"):
                begins[name[:-1].casefold()] = country
            else:
                whole[name.casefold()] = country
    lengths = tuple(sorted({len(name) for name in begins}, reverse=True))
    return _Names(written, whole, begins, lengths, runs, within, re.compile("|".join(sorted(within, key=len)[::-1])))
