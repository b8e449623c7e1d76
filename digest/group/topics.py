"""Which topic a story belongs to: evidence combined, never first match. Pure; numpy only.

Every topic of the user's gets a score from each kind of evidence: a pinned feed, the entry's own categories, the
section in its address, the feed's profile, words of the topic's name, description and keywords, the general model.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from digest.group.filing.clues import PIN, PROFILE, Asked, Clue, asked, clues, said
from digest.group.filing.lexicon import BUILT_IN, OTHER, meaning_of, meanings_of
from digest.group.filing.named import leanings
from digest.group.filing.taught import doubt, taught
from digest.model import Entry, Evidence, FeedSource, TopicSpec
from digest.ports import Embedder

PLAINLY = 2.5  # logits that a name has to be said more plainly where what is about nothing asked for has a place, Other
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
    pinned, wanted, one = _pinned(source, specs), asked(tuple(specs)), said(entry)
    scores, reasons = [], []
    known = sum(profile.values())
    plainly = PLAINLY if any(topic.is_other for topic in wanted) else 0.0
    for number, topic in enumerate(wanted):
        name = topic.spec.name
        found = clues(one, topic, general)
        if name == pinned:
            found.append(Clue(f"the feed is pinned to {name}", PIN))
        if known >= 5 and (share := profile.get(name, 0) / known) > 0.2:
            found.append(Clue(f"{share:.0%} of the feed's earlier entries are {name}", PROFILE * share))
        if general and meant and (near := round(meant[number], 3)):
            found.append(Clue(f"what it says is near to {name}" if near > 0 else "", near))
        scores.append(sum(clue.weight for clue in found) + _start(topic, plainly, model=bool(general)))
        reasons.append(tuple(Evidence("topic", clue.text, round(clue.weight, 3)) for clue in found if clue.text))
    top = max(scores)
    total = math.log(sum(math.exp(s - top) for s in scores)) + top
    logs = tuple(s - total for s in scores)
    best = _best(logs)
    return Filing(specs[best].name, math.exp(logs[best]), reasons[best], logs)


def _start(topic: Asked, plainly: float, *, model: bool) -> float:
    """Where a topic's score begins: a name that the model does not know has to be said; nothing said at all is Other."""
    if model:
        return 0.0 if topic.meanings else -plainly
    return 0.8 if topic.is_other else 0.0


def file_story(filings: Sequence[Filing], specs: Sequence[TopicSpec]) -> Filing:
    """One topic for a story: its entries' scores taken together."""
    sums = [sum(f.scores[i] for f in filings) / len(filings) for i in range(len(specs))]
    best = max(range(len(specs)), key=lambda i: (round(sums[i], 6), -i))
    top = max(sums)
    probability = math.exp(sums[best] - top) / sum(math.exp(s - top) for s in sums)
    why = next((f.evidence for f in filings if f.topic == specs[best].name), ())
    return Filing(specs[best].name, probability, why, tuple(sums))
