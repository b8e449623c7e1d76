"""Rebuild digest/group/models/topics.npz from entries read by hand.

    pip install scipy numpy feedparser httpx …     # digest's own requirements and scipy, this checkout on the path
    python -m tools.build_topics [DIRECTORY]

Reads the labels of ../shared/data/gold and tools/labels/topics.tsv, and the feeds beside the former. Ridge regression on
the topics' indicators over what `digest.group.filing.general` reads, solved in its dual form (one row and column an entry):
nothing random, so the same labels give the same weights, up to the rounding of the machine's vector units. A second fit
without the sentence vectors is for entries that have none.

Prints the quality on each day of 200 entries and more with that day's whole set left out (the three days of May 2020
together; with 2026-02-17 all sets of that day and the next), then fits on everything and writes the file. DIRECTORY is
where `tools/build_trunk.py` has left what branches of the sentence model, taught without those days, say of them: from
these days comes how the two are mixed. Without it the mixing stays what the file has.
"""

import csv
import hashlib
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve
from scipy.sparse import csr_matrix

from digest.gather.parse import parse
from digest.group import stories
from digest.group.filing.features import BITS, place_texts
from digest.group.filing.general import PLACE_VECTORS, dense, sparse
from digest.group.filing.lexicon import BUILT_IN
from digest.group.meaning.vectors import SENTENCE, default, parts, vectors_of, word_vectors
from digest.group.pairs.sparse import Background
from digest.group.stories import PairModel
from digest.model import Entry, FeedSource

MODELS = Path(__file__).parents[1] / "digest" / "group" / "models"
LABELS = Path(__file__).parent / "labels" / "topics.tsv"
SHARED = Path(__file__).parents[2] / "shared" / "data"
Floats = NDArray[np.float32]
PENALTY = 0.7
LEVELS, UNREAD_LEVELS = 39, 15  # of a weight of the hashed tables, on each side of zero
MAY_2020 = ("2020-05-27-world-en", "2020-05-28-world-en", "2020-05-29-world-en")
FEBRUARY_2026 = (
    "2026-02-17-world-en", "2026-02-17-ko-en", "2026-02-17-paywalled-en", "2026-02-18-ko-en", "2026-02-18-paywalled-en"
)  # fmt: skip
FOLDS = (
    (MAY_2020, MAY_2020),
    (("2017-01-07-multilingual",), ("2017-01-07-multilingual",)),
    (("2020-08-05-world-en",), ("2020-08-05-world-en",)),
    (("2024-12-21-de",), ("2024-12-21-de",)),
    (("2026-02-17-world-en",), FEBRUARY_2026),
    (("2026-05-28-india-en",), ("2026-05-28-india-en",)),
)
"""Days judged, and the sets that their model is not fitted on."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """An entry read by hand, of the feed file at `path`. `day`: the gold day that it is part of, or ""."""

    path: str
    day: str
    entry: Entry
    feed_title: str
    topic: int

    @property
    def set(self) -> str:
        """The folder of its feed."""
        return self.path.partition("/")[0]


@cache
def _feed(path: str) -> tuple[str, dict[str, Entry]]:
    """A feed file's title and entries, by key and by what stands for a key in tools/labels."""
    folder = SHARED / "feeds" / ("" if path.startswith("real/") else "sameday")
    read = parse((folder / path).read_bytes(), FeedSource(url=path), now=datetime(2027, 1, 1, tzinfo=UTC))
    found = {entry.key: entry for entry in reversed(read.entries)}
    return read.title, {**{hashed(key): entry for key, entry in found.items()}, **found}


def hashed(key: str) -> str:
    """What stands for a key that is a title."""
    return "#" + hashlib.blake2b(key.encode(), digest_size=8).hexdigest()


def labelled() -> list[Labelled]:
    """Every entry read by hand once for each gold day it is part of, in a fixed order."""
    found: dict[tuple[str, str, str], Labelled] = {}
    for path in [*sorted((SHARED / "gold").glob("*.tsv")), LABELS]:
        kind = {"topics-real": "real/", "topics-sameday": "", "topics": ""}.get(path.stem, f"{path.stem}/")
        day = path.stem if kind == f"{path.stem}/" else ""
        for row in csv.DictReader(path.open(encoding="utf-8", newline=""), delimiter="\t"):
            title, entries = _feed(kind + row["feed"])
            if (entry := entries.get(row["key"])) is not None:
                one = Labelled(kind + row["feed"], day, entry, title, BUILT_IN.index(row["topic"]))
                found.setdefault((one.path, entry.key, day), one)
    return list(found.values())


class Table:
    """Labelled entries as what the model reads of them."""

    def __init__(self, rows: Sequence[Labelled]) -> None:
        entries, titles = [row.entry for row in rows], [row.feed_title for row in rows]
        self.targets = np.eye(len(BUILT_IN), dtype=np.float32)[[row.topic for row in rows]]
        counts = _counts(entries, titles)
        self.seen_twice = counts >= 2
        self.rarity = np.asarray(np.round(16 * np.log(1 + len(entries) / (1 + counts))), np.uint8)
        found = [
            sparse(entry, title, self.rarity / np.float32(16)) for entry, title in zip(entries, titles, strict=True)
        ]
        starts = np.cumsum([0, *(len(numbers) for numbers, _ in found)])
        numbers, amounts = (np.concatenate([pair[k] for pair in found]) for k in (0, 1))
        self.sparse = csr_matrix((amounts.astype(np.float32), numbers, starts), (len(rows), 1 << BITS))
        self.vectors = vectors_of(entries, {}, default(), at_once=len(entries))
        self.means = _means(entries, titles, self.vectors)
        self.dense = dense(entries, self.vectors, titles, self.means)
        self.kernel = np.asarray((self.sparse @ self.sparse.T).todense(), np.float32) + self.dense @ self.dense.T

    def alike(self, some: NDArray[np.int64], others: NDArray[np.int64], *, read: bool = True) -> Floats:
        """Part of the kernel; if not `read`, as it is without sentence vectors."""
        whole = self.kernel[np.ix_(some, others)]
        if not read:
            sentence = self.dense[:, :SENTENCE]
            whole -= sentence[some] @ sentence[others].T
        return whole


def _counts(entries: Sequence[Entry], titles: Sequence[str]) -> NDArray[np.float64]:
    """In how many entries each place of the hashed table is used."""
    ones = np.ones(1 << BITS, np.float32)
    counts = np.zeros(1 << BITS)
    for entry, title in zip(entries, titles, strict=True):
        counts[np.unique(sparse(entry, title, ones)[0])] += 1
    return counts


def _means(entries: Sequence[Entry], titles: Sequence[str], vectors: Floats) -> dict[str, Floats]:
    """Means of the vectors that are there, which the model centres on."""

    def mean(rows: Floats) -> Floats:
        return np.asarray(rows[np.abs(rows).sum(1) > 0].mean(0), np.float32)

    texts = [place_texts(entry, title) for entry, title in zip(entries, titles, strict=True)]
    places = [mean(word_vectors([row[part] for row in texts])) for part in range(len(PLACE_VECTORS))]
    return {"words_mean": mean(parts(vectors)[1]), "place_means": np.stack(places)}


def fit(table: Table, rows: NDArray[np.int64], *, read: bool = True) -> tuple[Floats, Floats]:
    """Dual weights of the entries chosen, and the prior that they are about."""
    inner = table.alike(rows, rows, read=read)
    inner[np.diag_indices(len(rows))] += PENALTY
    prior = table.targets[rows].mean(0)
    factor = cho_factor(inner, overwrite_a=True, check_finite=False)
    return np.asarray(cho_solve(factor, table.targets[rows] - prior, check_finite=False), np.float32), prior


@dataclass(frozen=True, slots=True)
class Judged:
    """A day's entries: what a model says that has not seen it, and one without sentence vectors; what the branch says
    (zeros: nothing), what is true."""

    name: str
    scores: Floats
    unread: Floats
    branch: Floats
    true: NDArray[np.int64]
    stories: tuple[tuple[int, ...], ...]

    def mixed(self, alone: float, sharpness: float, trust: float) -> Floats:
        """As `digest.group.filing.general` mixes them."""
        read = self.branch.any(1, keepdims=True)
        return np.asarray(np.where(read, sharpness * self.scores + trust * self.branch, alone * self.unread))

    def by_story(self, scores: Floats) -> Floats:
        """Log-probabilities with each story's entries taken together, as `topics.file_story` does."""
        top = scores.max(1, keepdims=True)
        logs = scores - top - np.log(np.exp(scores - top).sum(1, keepdims=True))
        for members in self.stories:
            logs[list(members)] = logs[list(members)].mean(0)
        return np.asarray(logs)


Pairing = tuple[Background, PairModel]


def left_out(
    table: Table, rows: Sequence[Labelled], folder: Path | None, pairing: Mapping[str, Pairing] | None = None
) -> list[Judged]:
    """Every day judged by a model fitted without it; its stories made by what ships, unless `pairing` has its own."""
    sets, days = np.array([row.set for row in rows]), np.array([row.day for row in rows])
    branch = _branch(folder)
    nothing = np.zeros(len(BUILT_IN), np.float32)
    found = []
    for names, without in FOLDS:
        train = np.flatnonzero(~np.isin(sets, without))
        weights, prior = fit(table, train)
        unread, _ = fit(table, train, read=False)
        for name in names:
            test = np.flatnonzero(days == name)
            keys = [(rows[i].path, rows[i].entry.key) for i in test]
            said = np.stack([branch.get(key, nothing) for key in keys])
            scores = table.alike(test, train) @ weights + prior
            without_vectors = table.alike(test, train, read=False) @ unread + prior
            entries = [replace(rows[i].entry, feed=rows[i].path) for i in test]
            own = (pairing or {}).get(name, (None, None))
            clusters = stories.group(entries, table.vectors[test], *own).clusters
            found.append(Judged(name, scores, without_vectors, said, table.targets[test].argmax(1), clusters))
    return found


def _branch(folder: Path | None) -> dict[tuple[str, str], Floats]:
    """(feed file, key) -> log-probabilities, of the days that the branch was not taught."""
    found: dict[tuple[str, str], Floats] = {}
    for path in sorted(folder.glob("*.npz")) if folder else ():
        with np.load(path) as stored:
            for key, logs in zip(stored["keys"].tolist(), stored["logs"], strict=True):
                where, _, entry = key.partition("\t")
                found[where, entry] = logs
    return found


def mixing(judged: Sequence[Judged]) -> tuple[float, float, float]:
    """The sharpness alone, and the sharpness and trust in the branch, that make probabilities truest (log loss)."""

    def loss(*how: float) -> float:
        return float(np.mean([surprise(day.mixed(*how), day.true) for day in judged]))

    alone = min(np.arange(4.0, 13.0, 0.5), key=lambda s: np.mean([surprise(d.unread * s, d.true) for d in judged]))
    grid = [(s, t) for s in np.arange(2.0, 9.0, 0.5) for t in np.arange(0.1, 1.3, 0.1)]
    sharpness, trust = min(grid, key=lambda pair: loss(float(alone), *pair))
    return float(alone), float(sharpness), float(trust)


def report(judged: Sequence[Judged], how: tuple[float, float, float]) -> None:
    """Print each day's figures, their mean and the worst: of entries alone, with their stories' other entries, and of
    entries that the sentence model has not read."""
    if not any(day.branch.any() for day in judged):
        sys.stdout.write("no DIRECTORY of branches taught without these days: all entries count as not read\n")
    ways = {
        "each entry alone": [day.mixed(*how) for day in judged],
        "a story's entries together": [day.by_story(day.mixed(*how)) for day in judged],
        "each entry alone, without sentence vectors": [how[0] * day.unread for day in judged],
    }
    for title, told in ways.items():
        figures = np.array([quality(scores, day.true) for scores, day in zip(told, judged, strict=True)])
        sys.stdout.write(f"{title}\n")
        for day, row in zip(judged, figures, strict=True):
            sys.stdout.write(f"{day.name:26} {len(day.true):4} entries{_line(row)}\n")
        sys.stdout.write(f"{'mean':39}{_line(figures.mean(0))}\n{'worst':39}{_line(figures.min(0))}\n")


def _line(row: Floats) -> str:
    return f"  accuracy {row[0]:.3f}  macro-F1 {row[1]:.3f}  surest half {row[2]:.3f}"


def surprise(scores: Floats, true: NDArray[np.int64]) -> float:
    """Mean negative log-probability of the true topics."""
    top = scores.max(1, keepdims=True)
    logs = scores - top - np.log(np.exp(scores - top).sum(1, keepdims=True))
    return float(-logs[np.arange(len(true)), true].mean())


def quality(scores: Floats, true: NDArray[np.int64]) -> tuple[float, float, float]:
    """Accuracy; mean F1 of topics with ten entries and more; accuracy of the surest half."""
    said = scores.argmax(1)
    f1 = []
    for topic in range(len(BUILT_IN)):
        if (there := int((true == topic).sum())) >= 10:
            hit = int(((true == topic) & (said == topic)).sum())
            f1.append(2 * hit / (there + int((said == topic).sum())))
    odds = np.exp(scores - scores.max(1, keepdims=True))
    sure = np.argsort(-odds.max(1) / odds.sum(1), kind="stable")[: len(true) // 2]
    return float((said == true).mean()), float(np.mean(f1)), float((said == true)[sure].mean())


def judge(
    rows: Sequence[Labelled], table: Table, folder: Path | None, pairing: Mapping[str, Pairing] | None = None
) -> tuple[float, float, float]:
    """Print the quality with days left out; returns how the two models are mixed."""
    judged = left_out(table, rows, folder, pairing)
    if folder:
        how = mixing(judged)
    else:
        with np.load(MODELS / "topics.npz") as stored:
            how = (float(stored["sharpness"]), float(stored["mixing"][0]), float(stored["mixing"][1]))
    report(judged, how)
    return how


def main(folder: Path | None) -> None:
    """Judge with days left out, then fit on all and write the file."""
    rows = labelled()
    table = Table(rows)
    how = judge(rows, table, folder)
    everything = np.arange(len(rows))
    write(table, fit(table, everything), fit(table, everything, read=False), how)
    sys.stdout.write(
        f"{len(rows)} entries; sharpness alone {how[0]}, beside the branch {how[1]}, trust in it {how[2]}\n"
    )


Fitted = tuple[Floats, Floats]


def write(table: Table, read: Fitted, unread: Fitted, how: tuple[float, float, float]) -> None:
    """The file, from the dual weights of all entries with sentence vectors and without."""
    (weights, prior), (quick, _) = read, unread
    arrays: dict[str, NDArray[np.generic]] = {
        **hashed_table("hashed", table, weights, LEVELS),
        **hashed_table("hashed_unread", table, quick, UNREAD_LEVELS),
        "rarity": table.rarity,
        "dense": (table.dense.T @ weights).astype(np.float16),
        "dense_unread": without_sentence(table.dense.T @ quick).astype(np.float16),
        "bias": prior,
        "sharpness": np.array(how[0], np.float32),
        "mixing": np.array(how[1:], np.float32),
        **{name: value.astype(np.float16) for name, value in table.means.items()},
    }
    np.savez_compressed(MODELS / "topics.npz", **arrays)


def hashed_table(name: str, table: Table, weights: Floats, levels: int) -> dict[str, NDArray[np.generic]]:
    """Weights of the hashed features as small numbers with a scale a topic. What one entry alone has tells nothing of
    others: it is dropped."""
    primal = np.asarray(table.sparse.T @ weights, np.float32) * table.seen_twice[:, None]
    scale = np.abs(primal).max(0) / levels
    return {name: np.round(primal / scale).astype(np.int8), f"{name}_scale": scale.astype(np.float32)}


def without_sentence(dense_weights: Floats) -> Floats:
    """The same, zero where the sentence vectors' weights stand."""
    return np.vstack([np.zeros_like(dense_weights[:SENTENCE]), dense_weights[SENTENCE:]])


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
