"""The general topic model: log-probabilities of the ten built-in topics for any entry. numpy only.

Two judges, mixed: a linear one over hashed features and vectors (of the text, and of the words of categories, sections
and the feed's title), and what the sentence model's own branch said when the entry was embedded. What the sentence model
has not read is judged by a linear one that was fitted without it: one that counts on sentence vectors is lost where there
are none. All are fitted on entries of real feeds read by hand (`tools/build_topics.py`, `tools/build_trunk.py`; quality
in docs/model-card.md).
"""

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from digest.group.filing.features import BITS, characters, counted, named, place_texts, places, words
from digest.group.meaning.vectors import parts, topic_logs, weights, word_vectors
from digest.group.text.words import bucket
from digest.model import Entry

Floats = NDArray[np.float32]
Sparse = tuple[NDArray[np.int64], Floats]  # numbers of hashed features and their amounts
CHARACTERS, PLACES = 0.55, 0.55  # length of these parts of an entry beside its words, of length 1
NAMED = 0.45  # weight of each category, section or feed title that names a topic
COUNTED = 0.5  # weight of how many countries it names
_AT_ONCE = 1_000  # rows of vectors that are in memory as float64
PLACE_VECTORS = (0.45, 0.32, 0.32)  # length of the vectors of categories, sections and the feed's title


def log_probabilities(entries: Sequence[Entry], vectors: Floats, feed_titles: Sequence[str]) -> Floats:
    """One row an entry, one column a topic of `lexicon.BUILT_IN`; `vectors` as the default embedder gives them.

    Added up in float64: what machines differ by in its last digits is gone when it is rounded.
    """
    model = _model()
    scores = np.zeros((len(entries), len(model["bias"])))
    if not entries:
        return scores.astype(np.float32)
    said = topic_logs(vectors)
    read = np.asarray(said.any(1))
    for row, (entry, title) in enumerate(zip(entries, feed_titles, strict=True)):
        numbers, amounts = sparse(entry, title, model["rarity"])
        scores[row] = amounts.astype(np.float64) @ model["hashed" if read[row] else "hashed_unread"][numbers]
    rows = dense(entries, vectors, feed_titles, model)
    for low in range(0, len(rows), _AT_ONCE):
        some, there = rows[low : low + _AT_ONCE].astype(np.float64), read[low : low + _AT_ONCE, None]
        scores[low : low + _AT_ONCE] += np.where(there, some @ model["dense"], some @ model["dense_unread"])
    scores += model["bias"]
    sharpness, trust = model["mixing"]
    scores = np.where(read[:, None], sharpness * scores + trust * said, model["sharpness"] * scores)
    scores -= scores.max(1, keepdims=True)
    return np.asarray(scores - np.log(np.exp(scores).sum(1, keepdims=True)), np.float32)


def sparse(entry: Entry, feed_title: str, rarity: Floats) -> Sparse:
    """An entry's hashed features; `rarity` is the inverse document frequency of each place of the table."""
    found = words(entry)
    where = places(entry, feed_title)
    parts_of = [
        _hashed(list(found), list(found.values()), rarity, 1.0),
        _hashed(runs := characters(entry), [1.0] * len(runs), rarity, CHARACTERS),
        _hashed(where, [1.0] * len(where), None, PLACES),  # a rare place is a feed's own, and tells no more than others
    ]
    for names, weight in ((named(where), NAMED), (counted(entry), COUNTED)):
        parts_of.append((_numbers(names), np.full(len(names), weight, np.float32)))
    return np.concatenate([numbers for numbers, _ in parts_of]), np.concatenate([amounts for _, amounts in parts_of])


def _hashed(names: Sequence[str], counts: Sequence[float], rarity: Floats | None, length: float) -> Sparse:
    """One part of an entry, of the length given."""
    numbers, amounts = _numbers(names), np.asarray(counts, np.float32)
    if rarity is not None:
        amounts = amounts * rarity[numbers]
    exact = amounts.astype(np.float64)
    return numbers, amounts * np.float32(length / max(math.sqrt(float(exact @ exact)), 1e-6))


def _numbers(names: Sequence[str]) -> NDArray[np.int64]:
    return np.array([bucket(name, BITS) for name in names], np.int64)


def dense(entries: Sequence[Entry], vectors: Floats, feed_titles: Sequence[str], means: Mapping[str, Floats]) -> Floats:
    """The vectors that the model reads, side by side, centred on its fixed `means`."""
    sentence, text = parts(vectors)
    told = [sentence, _centred(text, means["words_mean"], 1.0)]
    texts = [place_texts(entry, title) for entry, title in zip(entries, feed_titles, strict=True)]
    for part, length in enumerate(PLACE_VECTORS):
        column = [row[part] for row in texts]
        distinct = list(dict.fromkeys(column))
        number = {name: i for i, name in enumerate(distinct)}
        rows = word_vectors(distinct)[[number[name] for name in column]]
        told.append(_centred(rows, means["place_means"][part], length))
    return np.hstack(told)


def _centred(rows: Floats, mean: Floats, length: float) -> Floats:
    """Rows less the mean, of the length given; rows of zeros stay zeros."""
    there = np.abs(rows).sum(1, keepdims=True) > 0
    moved = np.where(there, rows - mean, 0)
    norm = np.sqrt(np.einsum("ij,ij->i", moved, moved, dtype=np.float64))[:, None]
    return np.asarray(moved * (length / np.maximum(norm, 1e-6)).astype(np.float32), np.float32)


@lru_cache(maxsize=1)
def _model() -> dict[str, Floats]:
    stored = weights("topics.npz")
    tables = {
        name: stored.pop(name).astype(np.float32) * stored.pop(f"{name}_scale").astype(np.float32)
        for name in ("hashed", "hashed_unread")
    }
    rarity = stored.pop("rarity").astype(np.float32) / np.float32(16)
    rest = {name: np.asarray(value, np.float32) for name, value in stored.items()}
    return {**tables, "rarity": rarity, **rest}
