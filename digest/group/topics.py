"""Which topic a story belongs to: evidence combined, never first match. Pure; numpy only.

Every topic of the user's gets a score from each kind of evidence: a pinned feed, the entry's own categories, the
section in its address, the feed's profile, words of the topic's name, description and keywords, the general model.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from digest.group.filing.features import sections
from digest.group.filing.lexicon import (
    BUILT_IN,
    OTHER,
    POLITICS,
    WORLD,
    around,
    folded,
    meaning_of,
    meanings_of,
    names,
)
from digest.group.filing.named import leanings
from digest.group.filing.taught import doubt, taught
from digest.group.text.words import body, tokens
from digest.model import Entry, Evidence, FeedSource, TopicSpec
from digest.ports import Embedder

PLAINLY = 2.0  # logits that a name has to be said more plainly where what is about nothing asked for has a place, Other
WORTH_TELLING = 0.1  # logits


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


def file_day(
    entries: Sequence[Entry],
    sources: Mapping[str, FeedSource],
    specs: Sequence[TopicSpec],
    profiles: Mapping[str, Mapping[str, int]],
    general: NDArray[np.float32],
    vectors: NDArray[np.float32],
    embedder: Embedder,
) -> tuple[Filing, ...]:
    """Every entry's filing, in their order: each by its own evidence, then, where the reader divides the news in another
    way than the general model was taught, by what the day's surest entries teach. A feed's pin is never overruled.

    `general` and `vectors` hold one row an entry; `sources` and `profiles` are by feed.
    """
    pinned = [_pinned(sources.get(entry.feed), specs) for entry in entries]
    known = _as_taught(specs)
    doubtful = 0.0 if known else doubt(general)
    meant = leanings(specs, vectors, embedder, pinned, doubt=doubtful)
    filings = tuple(
        file_entry(e, sources.get(e.feed), specs, profiles.get(e.feed, {}), row.tolist(), near.tolist())
        for e, row, near in zip(entries, general, meant, strict=True)
    )
    if not filings or known:
        return filings
    other = next((j for j, spec in enumerate(specs) if meaning_of(spec.name) == OTHER), None)
    before = np.array([filing.scores for filing in filings], np.float32)
    after = taught(before, vectors, doubtful, other)
    if after is before:
        return filings
    return tuple(
        f if pin else _learned(f, row, specs) for f, row, pin in zip(filings, after.tolist(), pinned, strict=True)
    )


def _as_taught(specs: Sequence[TopicSpec]) -> bool:
    """Whether each of the built-in topics is asked for by itself: then the model was fitted to tell just these apart."""
    asked = [meanings_of(spec.name) for spec in specs]
    return all(frozenset((name,)) in asked for name in BUILT_IN if name != OTHER)


def _learned(filing: Filing, logs: Sequence[float], specs: Sequence[TopicSpec]) -> Filing:
    """A filing by the log-probabilities that the day's surest entries leave it."""
    best = _best(logs)
    gain = round(_odds(logs, best) - _odds(filing.scores, best), 3)
    told = filing.evidence if specs[best].name == filing.topic else ()
    if gain >= WORTH_TELLING:
        told = (*told, Evidence("topic", f"the day's surest entries of {specs[best].name} are like it", gain))
    return replace(filing, topic=specs[best].name, probability=math.exp(logs[best]), evidence=told, scores=tuple(logs))


def _odds(logs: Sequence[float], topic: int) -> float:
    """A topic's log-odds against all others."""
    return logs[topic] - math.log(sum(math.exp(one) for j, one in enumerate(logs) if j != topic) + 1e-9)


def _best(logs: Sequence[float]) -> int:
    """The first of the best, whatever the machine's last digits."""
    return max(range(len(logs)), key=lambda i: (round(logs[i], 6), -i))


def _pinned(source: FeedSource | None, specs: Sequence[TopicSpec]) -> str:
    """The topic that a feed is pinned to, "" where it is to none of these."""
    return next((s.name for s in specs if source and s.name.casefold() == source.topic.casefold()), "")


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
    pinned = _pinned(source, specs)
    scores, reasons = [], []
    keys = frozenset(k for _, k in tokens(entry.title)), frozenset(k for _, k in tokens(body(entry)))
    known = sum(profile.values())
    start = _Start(model=bool(general), other=any(meaning_of(spec.name) == OTHER for spec in specs))
    for number, spec in enumerate(specs):
        meanings = meanings_of(spec.name)
        read = bool(general and meanings)
        shared = read and sum(meanings_of(one.name) == meanings for one in specs) > 1
        clues = [c for c in _clues(entry, spec, *keys) if not read or _tells_more(c, spec, shared=shared)]
        if spec.name == pinned:
            clues.append(_Clue(_Of.READER, f"the feed is pinned to {spec.name}", 8.0))
        if known >= 5 and (share := profile.get(spec.name, 0) / known) > 0.2:
            said = f"{share:.0%} of the feed's earlier entries are {spec.name}"
            clues.append(_Clue(_Of.PROFILE, said, 1.5 * share))
        if read:
            clues.append(_model_says(general, meanings, specs))
        elif general and (wider := around(spec.name)):
            clues.append(_part_of(general, wider))
        if general and meant and (near := round(meant[number], 3)):
            clues.append(_Clue(_Of.MEANING, f"what it says is near to {spec.name}" if near > 0 else "", near))
        scores.append(sum(c.weight for c in clues) + start(spec, read=read))
        reasons.append(tuple(Evidence("topic", c.text, round(c.weight, 3)) for c in clues if c.text))
    top = max(scores)
    total = math.log(sum(math.exp(s - top) for s in scores)) + top
    logs = tuple(s - total for s in scores)
    best = _best(logs)
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


def _tells_more(clue: _Clue, spec: TopicSpec, *, shared: bool) -> bool:
    """Whether a clue says more than the general model, which has read words, categories and sections already: the
    reader's own keywords do, and the very name where to the model two topics are one."""
    return (clue.of is _Of.WORDS and bool(spec.keywords)) or (shared and clue.of is _Of.PLACE)


def _model_says(general: Sequence[float], meanings: frozenset[str], specs: Sequence[TopicSpec]) -> _Clue:
    value = _share(general, meanings, specs)
    sure = math.exp(value)
    said = " or ".join(name for name in BUILT_IN if name in meanings)
    return _Clue(_Of.MODEL, f"the general model is {sure:.0%} sure of {said}" if sure >= 0.1 else "", value)


def _part_of(general: Sequence[float], wider: frozenset[str]) -> _Clue:
    """What is not Sport is not Formula 1; what is may well be something else."""
    sure = sum(math.exp(general[BUILT_IN.index(name)]) for name in wider)
    worth = min(0.5, max(-1.5, 0.7 * math.log((sure + 0.02) / 0.3)))
    return _Clue(_Of.MODEL, f"the general model is {sure:.0%} sure of {' or '.join(sorted(wider))}", worth)


@dataclass(frozen=True, slots=True)
class _Start:
    """Where a topic's score begins: a name that the model does not know has to be said; nothing said at all is Other."""

    model: bool
    other: bool

    def __call__(self, spec: TopicSpec, *, read: bool) -> float:
        if read:
            return 0.0
        if self.model:
            return -PLAINLY if self.other else 0.0
        return 0.8 if meaning_of(spec.name) == OTHER else 0.0


def _share(general: Sequence[float], meanings: frozenset[str], specs: Sequence[TopicSpec]) -> float:
    """What the general model gives a topic; what it gives to topics that nobody asked for goes to Other, and politics to
    World, where an editor without a politics page would run it. Topics of one meaning share it."""
    wanted = [meanings_of(spec.name) for spec in specs]
    asked = frozenset().union(*wanted)
    takes = set(meanings)
    if WORLD in takes and POLITICS not in asked:
        takes.add(POLITICS)
    if OTHER in takes:
        takes |= set(BUILT_IN) - asked - ({POLITICS} if WORLD in asked else set())
    mine = {name: max(1, sum(name in one for one in wanted)) for name in takes}
    return math.log(sum(math.exp(general[BUILT_IN.index(name)]) / mine[name] for name in takes) + 1e-9)


def _clues(entry: Entry, spec: TopicSpec, title: frozenset[str], text: frozenset[str]) -> list[_Clue]:
    """What the entry itself says for a topic; `title` and `text` are the keys of its words."""
    meanings, name = meanings_of(spec.name) - {OTHER}, folded(spec.name)
    found = []
    for category in entry.categories[:20]:
        if folded(category) == name or names().get(folded(category)) in meanings:
            found.append(_Clue(_Of.PLACE, f"its category is {category}", 2.5))
            break
    for section in sections(entry.url):
        if section == name or names().get(section) in meanings:
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
