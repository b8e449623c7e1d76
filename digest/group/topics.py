"""Which topic a story belongs to: evidence combined, never first match. Pure; numpy only.

Every topic of the user's gets a score from each kind of evidence: a pinned feed, the entry's own categories, the
section in its address, the feed's profile, words of the topic's name, description and keywords, the general model.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from digest.group.filing.features import sections
from digest.group.filing.lexicon import BUILT_IN, OTHER, POLITICS, WORLD, folded, meaning_of, names
from digest.group.text.words import body, tokens
from digest.model import Entry, Evidence, FeedSource, TopicSpec


@dataclass(frozen=True, slots=True)
class Filing:
    """The topic of one entry or story, how sure, and why."""

    topic: str
    probability: float
    evidence: tuple[Evidence, ...]
    scores: tuple[float, ...]  # log-probabilities in the order of the specs


def specs_for(specs: Sequence[TopicSpec]) -> tuple[TopicSpec, ...]:
    """The user's topics, or the built-in ones; "Other" is always among them, last unless the user placed it."""
    chosen = tuple(specs) or tuple(TopicSpec(name) for name in BUILT_IN)
    if any(meaning_of(spec.name) == OTHER for spec in chosen):
        return chosen
    return (*chosen, TopicSpec(OTHER))


def file_entry(
    entry: Entry,
    source: FeedSource | None,
    specs: Sequence[TopicSpec],
    profile: Mapping[str, int],
    general: Sequence[float] = (),
    meant: Sequence[float] = (),
) -> Filing:
    """One entry's scores by the evidence it carries itself, and by the general model's log-probabilities where given.

    A topic that the model does not know is judged by its words and by `meant` (`named.leanings`: one number a spec),
    against the model's surest doubt.
    """
    pinned = next((s.name for s in specs if source and s.name.casefold() == source.topic.casefold()), "")
    scores, reasons = [], []
    keys = frozenset(k for _, k in tokens(entry.title)), frozenset(k for _, k in tokens(body(entry)))
    known = sum(profile.values())
    for number, spec in enumerate(specs):
        read = bool(general and meaning_of(spec.name))
        clues = [c for c in _clues(entry, spec, *keys) if not read or _tells_more(c, spec)]
        if spec.name == pinned:
            clues.append(_Clue(_Of.READER, f"the feed is pinned to {spec.name}", 8.0))
        if known >= 5 and (share := profile.get(spec.name, 0) / known) > 0.2:
            said = f"{share:.0%} of the feed's earlier entries are {spec.name}"
            clues.append(_Clue(_Of.PROFILE, said, 1.5 * share))
        if read:
            clues.append(_model_says(general, spec, specs))
        elif general and meant and (near := round(meant[number], 3)) > 0:
            clues.append(_Clue(_Of.MEANING, f"what it says is near to {spec.name}", near))
        scores.append(sum(c.weight for c in clues) + _start(spec, read=read, model=bool(general)))
        reasons.append(tuple(Evidence("topic", c.text, round(c.weight, 3)) for c in clues if c.text))
    top = max(scores)
    total = math.log(sum(math.exp(s - top) for s in scores)) + top
    logs = tuple(s - total for s in scores)
    best = max(range(len(specs)), key=lambda i: (round(logs[i], 6), -i))
    return Filing(specs[best].name, math.exp(logs[best]), reasons[best], logs)


class _Of(Enum):
    """Where a clue comes from."""

    PLACE = "category or address"
    WORDS = "title or text"
    READER = "the reader's own word"
    PROFILE = "the feed's earlier entries"
    MODEL = "the general model"
    MEANING = "vectors"


@dataclass(frozen=True, slots=True)
class _Clue:
    """A piece of evidence with its origin; one without a text counts, and is not worth telling."""

    of: _Of
    text: str
    weight: float


def _tells_more(clue: _Clue, spec: TopicSpec) -> bool:
    """Whether a clue says more than the general model, which has read words, categories and sections already: the
    reader's own keywords do."""
    return clue.of is _Of.WORDS and bool(spec.keywords)


def _model_says(general: Sequence[float], spec: TopicSpec, specs: Sequence[TopicSpec]) -> _Clue:
    meaning = meaning_of(spec.name)
    value = _share(general, meaning, specs)
    sure = math.exp(value)
    return _Clue(_Of.MODEL, f"the general model is {sure:.0%} sure of {meaning}" if sure >= 0.1 else "", value)


def _start(spec: TopicSpec, *, read: bool, model: bool) -> float:
    """Where a topic's score begins: a name that the model does not know has to be said; nothing said at all is Other."""
    if read:
        return 0.0
    if model:
        return -1.5
    return 0.8 if meaning_of(spec.name) == OTHER else 0.0


def _share(general: Sequence[float], meaning: str, specs: Sequence[TopicSpec]) -> float:
    """What the general model gives a topic; what it gives to topics that nobody asked for goes to Other, and politics to
    World, where an editor without a politics page would run it."""
    asked = {meaning_of(spec.name) for spec in specs}
    takes = {meaning}
    if meaning == WORLD and POLITICS not in asked:
        takes.add(POLITICS)
    if meaning == OTHER:
        takes |= set(BUILT_IN) - asked - ({POLITICS} if WORLD in asked else set())
    sharing = sum(meaning_of(spec.name) == meaning for spec in specs)
    return math.log(sum(math.exp(general[BUILT_IN.index(name)]) for name in takes) / sharing + 1e-9)


def _clues(entry: Entry, spec: TopicSpec, title: frozenset[str], text: frozenset[str]) -> list[_Clue]:
    """What the entry itself says for a topic; `title` and `text` are the keys of its words."""
    meaning, name = meaning_of(spec.name), folded(spec.name)
    found = []
    for category in entry.categories[:20]:
        if folded(category) == name or (meaning and meaning != OTHER and names().get(folded(category)) == meaning):
            found.append(_Clue(_Of.PLACE, f"its category is {category}", 2.5))
            break
    for section in sections(entry.url):
        if section == name or (meaning and meaning != OTHER and names().get(section) == meaning):
            found.append(_Clue(_Of.PLACE, f"its address has the section {section}", 2.0))
            break
    for word in (spec.name, *spec.keywords, *re.findall(r"[^\W\d_]{4,}", spec.description)):
        keys = {k for _, k in tokens(word)}
        if keys and keys <= title:
            found.append(_Clue(_Of.WORDS, f"its title has “{word}”", 2.0))
        elif keys and keys <= text:
            found.append(_Clue(_Of.WORDS, f"its text has “{word}”", 1.0))
    return found


def file_story(filings: Sequence[Filing], specs: Sequence[TopicSpec]) -> Filing:
    """One topic for a story: its entries' scores taken together."""
    sums = [sum(f.scores[i] for f in filings) / len(filings) for i in range(len(specs))]
    best = max(range(len(specs)), key=lambda i: (round(sums[i], 6), -i))
    top = max(sums)
    probability = math.exp(sums[best] - top) / sum(math.exp(s - top) for s in sums)
    why = next((f.evidence for f in filings if f.topic == specs[best].name), ())
    return Filing(specs[best].name, probability, why, tuple(sums))
