"""The general topic model: log-probabilities of the ten built-in topics for any entry. numpy only.

A linear part over hashed features (`features`) and a small perceptron over the entry's vector, fitted together on
entries of real feeds read by hand (`tools/build_topics.py`; data and quality in docs/model-card.md).
"""

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from digest.group.features import BITS, features
from digest.group.vectors import parts, weights
from digest.group.words import bucket
from digest.model import Entry

Floats = NDArray[np.float32]
PLACE = 0.4  # weight of what is not a word (category, section, feed) beside the words
_WORDS = ("w ", "b ")


@lru_cache(maxsize=1)
def _model() -> dict[str, Floats]:
    stored = weights("topics.npz")
    hashed = stored.pop("hashed").astype(np.float32) * np.float32(stored.pop("hashed_scale"))
    return {"hashed": hashed, **{name: np.asarray(value, np.float32) for name, value in stored.items()}}


def log_probabilities(entries: Sequence[Entry], vectors: Floats, feed_titles: Sequence[str]) -> Floats:
    """One row an entry, one column a topic of `lexicon.BUILT_IN`; `vectors` as the default embedder gives them."""
    model = _model()
    scores = np.zeros((len(entries), len(model["bias"])), np.float32)
    if not entries:
        return scores
    for row, (entry, title) in enumerate(zip(entries, feed_titles, strict=True)):
        found = features(entry, title)
        places = [bucket(feature, BITS) for feature in found]
        amounts = [v if k.startswith(_WORDS) else v * PLACE for k, v in found.items()]
        scores[row] = np.asarray(amounts, np.float32) @ model["hashed"][places]
    dense = np.hstack(parts(vectors))
    inner = dense @ model["hidden"].T + model["hidden_bias"]
    scores += _gelu(inner) @ model["out"].T + model["bias"] + dense @ model["linear"].T
    scores -= scores.max(1, keepdims=True)
    return np.asarray(scores - np.log(np.exp(scores).sum(1, keepdims=True)), np.float32)


def _gelu(x: Floats) -> Floats:
    erf = np.frompyfunc(math.erf, 1, 1)
    return np.asarray(x * 0.5 * (1 + erf(x / math.sqrt(2)).astype(np.float32)), np.float32)
