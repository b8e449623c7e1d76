"""What kind of text an entry is, as far as that speaks against printing a summary taken from it.

A diary, a comic's caption, a page of an advertiser yield bad summaries more often than a report does, whatever their
sentences look like one by one (`text.worth` judges those). An entry's sentence vector knows, and is there anyway. Its
weights (`models/kinds.json`) were fitted on what readers said of summaries (`tools/build_worth.py`).
"""

import json
from functools import lru_cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from digest.group.meaning.vectors import SENTENCE, parts

Doubles = NDArray[np.float64]
STRENGTH = 20  # times a number of a sentence vector: about one then, as a sign that is there


def against(vectors: NDArray[np.float32]) -> Doubles:
    """For each row, as the default embedder gives them: what the kind of text speaks against a summary, in log odds,
    below 0 where it speaks for one. 0 where no sentence vector is."""
    if vectors.shape[1] < SENTENCE:
        return np.zeros(len(vectors))
    there = vectors[:, :SENTENCE].any(1)
    return np.where(there, np.round(seen(vectors) @ _weights(), 3), 0.0)


def seen(vectors: NDArray[np.float32]) -> Doubles:
    """What is looked at: the sentence vectors, centred."""
    return parts(vectors)[0].astype(np.float64) * STRENGTH


@lru_cache(maxsize=1)
def _weights() -> Doubles:
    stored = json.loads((resources.files("digest.group") / "models" / "kinds.json").read_text("utf-8"))
    return np.array(stored, np.float64) / 1000
