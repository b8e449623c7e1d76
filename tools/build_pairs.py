"""Rebuild digest/group/models/pairs.npz: what speaks for two entries telling of one event, fitted on days read by hand.

    python -m tools.build_pairs [--dry]     # the product's own environment; ../shared/data beside the checkout

Logistic regression (ridge, iteratively reweighted least squares; numpy alone) over the features of `likeness` of all
candidate pairs. A pair of a story of n entries weighs 1/√(n−1), so that one great story does not teach alone, and
every day weighs alike; the odd themes of ECB+ (CC BY 3.0; two events alike in each theme) weigh `THEMES` of a day. Then
the sums are made probabilities by days that they were not fitted on. Pairs in two languages teach signs of their own too
(`crosslingual`), together with `STRANGERS`.

Prints precision, recall and F1 of each day's stories with that day (the three of May 2020 together) left out of
everything: weights, calibration, background counts; how often such probabilities came true; then fits on all days and
writes the file, unless `--dry`. After another encoder: `tools.build_background --mean --languages` first. Two minutes on one core.
Deterministic.
"""

import csv
import json
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from html import escape
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from digest.gather.parse import parse
from digest.group import stories
from digest.group.continuing import continued
from digest.group.meaning.vectors import SENTENCE, default, vectors_of
from digest.group.pairs.alignment import Worded, worded
from digest.group.pairs.candidates import Numbers, Vectors, candidates
from digest.group.pairs.coherence import coherence
from digest.group.pairs.crosslingual import SIGNS, odds, signs, worthwhile
from digest.group.pairs.likeness import FEATURES, Circumstances, circumstances, features, outlet_names
from digest.group.pairs.rubrics import headlines
from digest.group.pairs.sparse import Background, Floats, bags
from digest.group.stories import PairModel, pair_model
from digest.group.text.words import bag, body
from digest.model import Entry, FeedSource, Issue, Story, Topic
from tools.build_background import FEEDS, MODELS, background, entries_of, expected, folders, table

GOLD = FEEDS.parent / "gold"
MAY = frozenset({"2020-05-27-world-en", "2020-05-28-world-en", "2020-05-29-world-en"})
LARGE = 200  # entries of a day that is judged
RIDGE = 10.0
THEMES, ECB = 0.3, FEEDS.parent / "labelled" / "ecbplus" / "docs.jsonl"
FOLDS = 4  # of days, for calibration
STRANGERS = (  # days years apart, in other languages: what is alike in both is of one kind, and never one event
    ("2024-12-21-de", "2026-02-17-world-en"), ("2024-12-21-de", "2020-08-05-world-en"),
    ("2024-12-21-de", "2017-01-07-multilingual"), ("2024-12-21-de", "2015-02-23-mixed"),
    ("2024-12-21-de", "2026-08-22-ru"), ("2026-08-21-ru", "2026-05-28-india-en"),
    ("2017-01-07-multilingual", "2020-05-28-world-en"), ("2015-03-16-zh", "2026-02-17-world-en"),
)  # fmt: skip
STRANGE = 0.3  # what such a pair weighs beside one of a day, chosen on two days: half the wrong merges, nine in ten right ones
DAY, LEAST_DAY = 100.0, 20.0  # what the pairs of a day's stories weigh together; of a day of fewer, in proportion


@dataclass(frozen=True, slots=True)
class Day:
    """One day read by hand: its entries, the story of each, their vectors."""

    name: str
    entries: tuple[Entry, ...]
    stories: tuple[str, ...]
    vectors: Floats
    worth: float = 1.0
    """What it weighs beside other days; what weighs less is no day, and judges nothing."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """Candidate pairs of one day: features with sentence vectors and without, whether both can be read, the truth."""

    read: Floats
    unread: Floats
    both: NDArray[np.bool_]
    same: NDArray[np.bool_]
    weight: NDArray[np.float64]
    whole: bool
    across: "Across"


@dataclass(frozen=True, slots=True)
class Across:
    """The pairs of one day in two languages that are looked at: their signs, the truth."""

    signs: Floats
    same: NDArray[np.bool_]
    weight: NDArray[np.float64]


def days() -> list[Day]:
    """Every day read by hand."""
    found = []
    for path in sorted(GOLD.glob("2*.tsv")):
        rows = list(csv.DictReader(path.open(encoding="utf-8", newline=""), delimiter="\t"))
        read: dict[tuple[str, str], Entry] = {}
        for feed in sorted({row["feed"] for row in rows}):
            raw = (FEEDS / "sameday" / path.stem / feed).read_bytes()
            for entry in parse(raw, FeedSource(url=feed), now=datetime(2027, 1, 1, tzinfo=UTC)).entries:
                read.setdefault((feed, entry.key), entry)
        kept = [(read[row["feed"], row["key"]], row["story"]) for row in rows if (row["feed"], row["key"]) in read]
        entries = tuple(entry for entry, _ in kept)
        vectors = vectors_of(entries, {}, default(), at_once=len(entries))
        found.append(Day(path.stem, entries, tuple(story for _, story in kept), vectors))
    return found


def themes(*, odd: bool) -> Day:
    """The documents of the odd themes of ECB+, or of the even ones, as one day."""
    rows = [row for row in map(json.loads, ECB.open(encoding="utf-8")) if int(row["topic"]) % 2 == odd]
    entries = tuple(
        Entry(feed="ecb", ident=str(i), title=row["title"], teaser=escape(row["text"])) for i, row in enumerate(rows)
    )
    vectors = vectors_of(entries, {}, default(), at_once=len(entries))
    return Day("ECB+", entries, tuple(row["story"] for row in rows), vectors, THEMES)


def pairs_of(day: Day, known: Background) -> Pairs:
    """Its candidate pairs."""
    texts = [(title, body(e)) for title, e in zip(headlines(day.entries), day.entries, strict=True)]
    rows = bags([bag(*text) for text in texts], known, outlet_names(day.entries))
    # Wider than `stories.readable`: with scripts without spaces left out, probabilities and the cuts move (0.48 then gives
    # F1 0.779 at precision 0.851, beside 0.784 at 0.837), and days come out no better.
    vectors = stories.known_vectors(day.entries, day.vectors)
    vectors = replace(vectors, readable=np.abs(vectors.sentence).sum(1) > 0)
    first, second = candidates(rows, vectors)
    around = circumstances(day.entries)
    across = worthwhile(vectors, first, second)
    abroad = _across(day, vectors, worded(texts), around, first[across], second[across])
    alike = vectors.cosines(first, second)
    blind = _blind(vectors)
    same, weight = _truth(day, first, second)
    return Pairs(
        features(rows, around, coherence(rows, vectors), alike, first, second),
        features(rows, around, coherence(rows, blind), blind.cosines(first, second), first, second),
        alike.read,
        same,
        weight,
        day.worth == 1,
        abroad,
    )


def _across(
    day: Day, vectors: Vectors, words: Worded, around: Circumstances, first: Numbers, second: Numbers
) -> Across:
    return Across(signs(words, vectors, around.gap(first, second), first, second), *_truth(day, first, second))


def strangers(found: Sequence[Day]) -> dict[frozenset[str], Across]:
    """The pairs of STRANGERS, by the two days' names, as if they were of one day: any hours may lie between them."""
    by_name = {day.name: day for day in found}
    told = {}
    for one, other in ((by_name[a], by_name[b]) for a, b in STRANGERS):
        entries = (*one.entries, *other.entries)
        texts = [(title, body(e)) for title, e in zip(headlines(entries), entries, strict=True)]
        vectors = stories.known_vectors(entries, np.concatenate([one.vectors, other.vectors]))
        first, second = np.divmod(np.arange(len(one.entries) * len(other.entries)), len(other.entries))
        kept = worthwhile(vectors, first, second + len(one.entries))
        hours = np.asarray(np.arange(len(kept)) % 24, np.float64)
        rows = signs(worded(texts), vectors, hours, first[kept], second[kept] + len(one.entries))
        told[frozenset({one.name, other.name})] = Across(
            rows, np.zeros(len(kept), np.bool_), np.full(len(kept), STRANGE * DAY / LEAST_DAY)
        )
    return told


def _blind(vectors: Vectors) -> Vectors:
    """The same as if there were no sentence vectors."""
    centred = None if vectors.centred is None else np.zeros_like(vectors.centred)
    return replace(vectors, readable=np.zeros_like(vectors.readable), centred=centred)


def _truth(day: Day, first: Numbers, second: Numbers) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Of each pair, whether it is one story, and what it weighs."""
    story = np.array(day.stories)
    same = story[first] == story[second]
    size = Counter(day.stories)
    weight = np.array([(size[story[a]] - 1) ** -0.5 if true else 1.0 for a, true in zip(first, same, strict=True)])
    return same, weight * day.worth * DAY / max(float(weight[same].sum()), LEAST_DAY)


def logistic(rows: Floats, same: NDArray[np.bool_], weight: NDArray[np.float64]) -> Floats:
    """Weights of the features, and the constant last."""
    middle, spread = rows.mean(0, dtype=np.float64), rows.std(0, dtype=np.float64) + 1e-9
    x = np.column_stack([(rows - middle) / spread, np.ones(len(rows))])
    weight = weight * len(weight) / weight.sum()
    ridge = np.diag([RIDGE] * rows.shape[1] + [0.0])
    fitted = np.zeros(x.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-np.clip(x @ fitted, -30, 30)))
        slope = x.T @ (weight * (p - same)) + ridge @ fitted
        step = np.linalg.solve(x.T @ (x * (weight * p * (1 - p) + 1e-9)[:, None]) + ridge, slope)
        fitted -= step
        if np.abs(step).max() < 1e-8:
            break
    scaled = fitted[:-1] / spread
    return np.append(scaled, fitted[-1] - scaled @ middle).astype(np.float32)


def fitted(read: Iterable[Pairs], strange: Iterable[Across] = ()) -> dict[str, NDArray[np.generic]]:
    """The file's arrays. What serves texts without sentence vectors is fitted on all pairs as if there were none; what
    serves two languages, on `strange` pairs too."""
    each = list(read)
    found: dict[str, NDArray[np.generic]] = {"features": np.frombuffer("\n".join(FEATURES).encode(), np.uint8)}
    for key in ("read", "unread"):
        found[key] = _weights(each, key)
        found[f"{key} sure"] = _calibrated(each, key)
    return {**found, **_of_languages(each, strange)}


def uncalibrated(read: Iterable[Pairs]) -> dict[str, NDArray[np.generic]]:
    """The same of pairs too few to be judged by days left out: the sums are taken for what they say."""
    each = list(read)
    sure = np.array([1, 1, 0], np.float32)
    found: dict[str, NDArray[np.generic]] = {"features": np.frombuffer("\n".join(FEATURES).encode(), np.uint8)}
    found |= {key: _weights(each, key) for key in ("read", "unread")}
    return {**found, "read sure": sure, "unread sure": sure, **_of_languages(each, ())}


def _of_languages(each: Sequence[Pairs], strange: Iterable[Across]) -> dict[str, NDArray[np.generic]]:
    """Weights of pairs in two languages, and what makes probabilities of the sums: such as hold for the pairs of real days,
    though these were learnt from (five signs of thousands of pairs). Where there are none, such that none is one story."""
    days_told = [p.across for p in each if p.across.same.any()]
    if not days_told:
        return {
            "across": np.array([0] * len(SIGNS) + [-30], np.float32),
            "across sure": np.array([1, 1, 0], np.float32),
        }
    weights = logistic(*_together([*days_told, *strange]))
    rows, same, _ = _together(days_told)
    sure = logistic(odds(rows @ weights[:-1] + weights[-1]).astype(np.float32), same, np.ones(len(same)))
    assert (sure[:2] > 0).all(), sure
    return {"across": weights, "across sure": sure}


def _together(some: Sequence[Across]) -> tuple[Floats, NDArray[np.bool_], NDArray[np.float64]]:
    signs_of, same, weight = zip(*((one.signs, one.same, one.weight) for one in some), strict=True)
    return np.concatenate(signs_of), np.concatenate(same), np.concatenate(weight)


def _weights(each: Sequence[Pairs], key: str) -> Floats:
    rows, same, weight = (np.concatenate(part) for part in zip(*(_usable(p, key) for p in each), strict=True))
    return logistic(rows, same, weight)


def _usable(p: Pairs, key: str) -> tuple[Floats, NDArray[np.bool_], NDArray[np.float64]]:
    if key == "unread":
        return p.unread, p.same, p.weight
    return p.read[p.both], p.same[p.both], p.weight[p.both]


def _calibrated(each: Sequence[Pairs], key: str) -> Floats:
    """What makes probabilities of the sums, from days in four parts, each judged by weights from the other three.

    Days weigh alike (those of few true pairs less, in proportion), and the pairs of one day too: a probability is to
    hold for any pair that a reader asks about.
    """
    judged = [i for i, p in enumerate(each) if p.whole]
    found = []
    for fold in range(FOLDS):
        without = set(judged[fold * len(judged) // FOLDS : (fold + 1) * len(judged) // FOLDS])
        weights = _weights([p for i, p in enumerate(each) if i not in without], key)
        for i in without:
            rows, same, _ = _usable(each[i], key)
            share = np.full(len(same), 1 / max(float(same.sum()), DAY))
            found.append((odds(rows @ weights[:-1] + weights[-1]), same, share))
    rows, same, share = (np.concatenate(part) for part in zip(*found, strict=True))
    sure = logistic(rows.astype(np.float32), same, share)
    assert (sure[:2] > 0).all(), sure  # a more likely pair must stay the more likely one
    return sure


def score(truth: Sequence[str], clusters: Iterable[Sequence[int]]) -> tuple[float, float, float]:
    """Pairwise precision, recall and F1."""
    said = {i: c for c, members in enumerate(clusters) for i in members}

    def count(labels: Iterable[object]) -> int:
        return sum(n * (n - 1) // 2 for n in Counter(labels).values())

    hit = count((story, said[i]) for i, story in enumerate(truth))
    precision, recall = hit / max(1, count(said.values())), hit / max(1, count(truth))
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


Judged = tuple[Day, PairModel, Background]


def judge(found: Sequence[Day]) -> Iterable[Judged]:
    """Each day with weights and counts that have not seen it."""
    shares, tables = expected(), {folder.name: table(entries_of(folder)) for folder in folders()}
    apart = strangers(found)
    for held in dict.fromkeys(MAY if day.name in MAY else frozenset({day.name}) for day in found if day.worth == 1):
        known = background((one for name, one in tables.items() if name not in held), shares)
        strange = [across for names, across in apart.items() if not names & held]
        model = pair_model(fitted((pairs_of(day, known) for day in found if day.name not in held), strange))
        yield from ((day, model, known) for day in found if day.name in held and day.worth == 1)


def report(judged: Iterable[Judged]) -> None:
    """Print what `judge` gives, as it comes: stories, continuing stories, and how often probabilities came true."""
    sys.stdout.write("day, entries; precision, recall, F1 of stories; the same without sentence vectors\n")
    large: list[tuple[float, ...]] = []
    said: list[tuple[float, bool, float]] = []
    before: Day | None = None
    for day, model, known in judged:
        if before and day.name in MAY:
            sys.stdout.write(going_on(before, day, model, known))
        before = day if day.name in MAY else None
        quick = np.array(day.vectors)
        quick[:, :SENTENCE] = 0
        whole, blind = (stories.group(day.entries, v, known, model) for v in (day.vectors, quick))
        figures = (*score(day.stories, whole.clusters), *score(day.stories, blind.clusters))
        sys.stdout.write(f"{day.name:26} {len(day.entries):4}  {_columns(figures)}\n")
        sys.stdout.flush()
        if len(day.entries) >= LARGE:
            large.append(figures)
            told = [(p, day.stories[a] == day.stories[b]) for (a, b), p in whole.pairs.items()]
            said += [(p, true, 1 / max(1, sum(same for _, same in told))) for p, true in told]
    sys.stdout.write(f"{'mean of the large days':26}       {_columns(np.mean(large, 0))}\n")
    sys.stdout.write(f"{'worst of them':26}       {_columns(np.min(large, 0))}\n{reliability(said)}")


def _columns(figures: Iterable[float]) -> str:
    return "  ".join(f"{value:.3f}" for value in figures)


def reliability(said: Sequence[tuple[float, bool, float]]) -> str:
    """How often pairs came true by the probability that was said, every day weighing alike; a table."""
    p, true, weight = (np.array(column, np.float64) for column in zip(*said, strict=True))
    lines = ["probability said, in the mean; how often true, days weighing alike, and all pairs alike; pairs\n"]
    edges = [stories.WORTH, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.01]
    for low, high in pairwise(edges):
        here = (p >= low) & (p < high)
        if here.any():
            means = (np.average(p[here], weights=weight[here]), np.average(true[here], weights=weight[here]))
            lines.append(f"{_columns((*means, float(true[here].mean())))}  {here.sum():6}\n")
    return "".join(lines)


def going_on(before: Day, after: Day, model: PairModel, known: Background) -> str:
    """Precision and recall of "continues yesterday's story", stories given: equal names on both days are one story.

    Of the earlier day titles alone are known, and the first words of each story's first entry, as of an edition.
    """
    told = _told(after, {(entry.feed, entry.key) for entry in before.entries})
    old = _told(before, set())
    bare = tuple(
        replace(s, summary=body(s.lead), entries=tuple(replace(e, teaser="", content="") for e in s.entries))
        for s in old
    )
    instant = datetime(2020, 5, 28, tzinfo=UTC)
    issue = Issue("d", "d", instant.date(), instant, instant, "en", "UTC", topics=(Topic("all", bare),))
    said = continued(told, [issue], known, model)
    names = {s.title: s.id for s in old}
    right = sum(names[earlier.title] == story for story, earlier in said.items())
    true = len({s.id for s in told} & {s.id for s in old})
    precision, recall = right / max(1, len(said)), right / max(1, true)
    return f"continuing from {before.name}: precision {precision:.3f}, recall {recall:.3f} of {true}\n"


def _told(day: Day, without: set[tuple[str, str]]) -> list[Story]:
    of: dict[str, list[Entry]] = {}
    for entry, story in zip(day.entries, day.stories, strict=True):
        if (entry.feed, entry.key) not in without:
            of.setdefault(story, []).append(entry)
    return [Story(id=name, entries=tuple(entries), title=f"{name}: {entries[0].title}") for name, entries in of.items()]


def main(*, dry: bool) -> None:
    """Judge, fit, write."""
    found = [*days(), themes(odd=True)]
    report(judge(found))
    if not dry:
        tables = [table(entries_of(folder)) for folder in folders()]
        known = background(tables, expected())
        arrays = fitted((pairs_of(day, known) for day in found), strangers(found).values())
        np.savez(MODELS / "pairs.npz", allow_pickle=False, **arrays)


if __name__ == "__main__":
    main(dry="--dry" in sys.argv[1:])
