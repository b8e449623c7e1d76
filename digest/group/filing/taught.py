"""What a day's surest entries teach about the rest of it. Pure; numpy only; nothing random.

A model that knows topics by their names, or from another editor's division of the news, is right about the entries that
it is sure of and vague about the others; but the others resemble some of the sure ones. So a ridge regression learns from
those, by sentence and word vectors, what each topic looks like today, decides anew, and at last each entry also hears its
nearest neighbours (Meng et al. 2018 and Wang et al. 2021 do alike with larger models). Where the reader divides the news
just as the general model was taught to, the model knows better and is left alone (`topics.file_day`).

Reckoned in float64: what machines differ by in its last digits is gone when the result is rounded.
"""

import numpy as np
from numpy.typing import NDArray

from digest.group.meaning.vectors import parts, stepped

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
SURE, UNSURE = 0.76, 0.66  # mean probability of the general model's best topic: on days it knows, on quite other ones
LEAST = 50  # entries; fewer teach nothing
ROUNDS = 3
SUREST, FEWEST = 0.7, 5  # share of a topic's entries that teach, and how many at least
PENALTY = 1.0
SHARPNESS = (6.0, 8.0)  # logits of a prediction of one, without doubt and in full doubt, as the two that follow
KEPT = (1.0, 0.6)  # of what was said before
NEIGHBOURS, THEIR_SAY = 10, (0.3, 0.5)
TEACHERS = 4_000  # entries that a regression learns from at most; twice the neighbours to choose from
_AT_ONCE = 1_000  # rows compared at a time


def doubt(general: Floats) -> float:
    """How strange the day is to the general model, 0 to 1, by its own `general` log-probabilities, one row an entry: on
    days like those that it was taught on it is right about as often as it is sure."""
    if not len(general):
        return 0.0
    certainty = float(np.exp(general.max(1).astype(np.float64)).mean())
    return round(min(1.0, max(0.0, (SURE - certainty) / (SURE - UNSURE))), 3)


def taught(logs: Floats, vectors: Floats, doubtful: float, other: int | None) -> Floats:
    """Log-probabilities, as `logs` gives them (a row an entry, a column a topic), after the day's surest entries have
    spoken; the more `doubtful` the general model is of the day, the more they say.

    What is not among the topics (the column `other`) is no topic to learn, and words alone show too little: such entries,
    and those without a sentence vector, neither teach nor change.
    """
    sentence, words = parts(vectors)
    rows = np.flatnonzero(sentence.any(1) & ((logs.argmax(1) != other) if other is not None else True))
    columns = np.array([j for j in range(logs.shape[1]) if j != other], np.int64)
    if len(rows) < LEAST or len(columns) < 2:
        return logs
    sharpness, kept, theirs = (calm + doubtful * (wild - calm) for calm, wild in (SHARPNESS, KEPT, THEIR_SAY))
    before = logs[np.ix_(rows, columns)].astype(np.float64)
    whole = np.log(np.exp(before).sum(1, keepdims=True))
    inputs = stepped(_unit(np.hstack([sentence[rows], words[rows]])))
    said = _softmax(before - whole)
    for _ in range(ROUNDS):
        said = _softmax(sharpness * _learned(inputs, said) + kept * (before - whole))
    said = (1 - theirs) * said + theirs * _neighbours(inputs, said)
    found = logs.astype(np.float64)
    found[np.ix_(rows, columns)] = np.log(said + 1e-6) + whole
    return np.asarray(found - np.log(np.exp(found).sum(1, keepdims=True)), np.float32)


def _learned(inputs: Floats, said: Doubles) -> Doubles:
    """What a regression on the surest entries' best topics predicts for all."""
    sure = surest(said, SUREST, TEACHERS)
    best = np.eye(said.shape[1])[said[sure].argmax(1)]
    share, known = best.mean(0), inputs[sure].astype(np.float64)
    inner = known.T @ known + PENALTY * np.eye(inputs.shape[1])
    weights = np.linalg.solve(inner, known.T @ (best - share))
    found = [inputs[low : low + _AT_ONCE].astype(np.float64) @ weights for low in range(0, len(inputs), _AT_ONCE)]
    return np.asarray(np.concatenate(found) + share, np.float64)


def surest(said: NDArray[np.floating], part: float, most: int) -> NDArray[np.int64]:
    """Of each topic's entries the surest `part`, by how far the best topic stands before the second; `most` in all."""
    ranked = np.sort(said, 1)
    ahead, best = np.round(ranked[:, -1] - ranked[:, -2], 5), said.argmax(1)
    part = min(part, most / len(said))
    kept = []
    for topic in range(said.shape[1]):
        own = np.flatnonzero(best == topic)
        kept.append(own[np.argsort(-ahead[own], kind="stable")[: max(FEWEST, int(len(own) * part))]])
    return np.sort(np.concatenate(kept))


def _neighbours(inputs: Floats, said: Doubles) -> Doubles:
    """The mean of what is said of each entry's nearest ones, by nearness; on a large day the surest stand for all."""
    there = np.arange(len(said)) if len(said) <= TEACHERS // 2 else surest(said, 1.0, TEACHERS // 2)
    many = min(NEIGHBOURS, len(there) - 1)
    found = np.empty_like(said)
    for low in range(0, len(said), _AT_ONCE):
        near = inputs[low : low + _AT_ONCE] @ inputs[there].T
        near[there[None, :] == np.arange(low, low + len(near))[:, None]] = -1  # nobody is his own neighbour
        first = np.arange(len(there)) * 2.0**-40  # of equals, cosines being steps of 2**-22
        nearest = np.argpartition(first - near, many, 1)[:, :many]
        weight = np.maximum(np.take_along_axis(near, nearest, 1), 0)[..., None]
        found[low : low + _AT_ONCE] = (said[there[nearest]] * weight).sum(1) / np.maximum(weight.sum(1), 1e-6)
    return found


def _softmax(scores: Doubles) -> Doubles:
    odds = np.exp(scores - scores.max(1, keepdims=True))
    return np.asarray(odds / odds.sum(1, keepdims=True), np.float64)


def _unit(rows: Floats) -> Floats:
    length = np.sqrt(np.einsum("ij,ij->i", rows, rows, dtype=np.float64))[:, None].astype(np.float32)
    return np.asarray(rows / np.maximum(length, 1e-6), np.float32)
