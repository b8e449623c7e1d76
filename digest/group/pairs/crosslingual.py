"""What speaks for two entries in two languages telling of one event. Pure; numpy only.

Two such texts share hardly a word, and what the pairs of one language were taught (`likeness`) is wrong of them: their
names are spelled otherwise, and their sentence vectors lie apart by what the languages are. So they have few signs of
their own: the cosine of vectors each centred on its language, and whether words find partners (`alignment`): two
accidents of one day are alike as sentences, their places are not.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digest.group.pairs.alignment import Worded
from digest.group.pairs.candidates import Numbers, Vectors
from digest.group.pairs.sparse import Floats

SIGNS = ("meaning", "meaning square", "hours", "titles aligned", "aligned")
ALIKE = 0.3  # cosine below which a pair is not looked at; of 180 true pairs of three days 150 have more
# log odds taken off: halved, all 14 wrong merges of two days left out are gone, and 13 of 130 right ones; a wrong one hurts
# more, and this one tells its reader that a text he cannot read says what it does not
HELD_BACK = 0.7
MOST = 20_000  # pairs whose words are laid beside each other, the most alike first: a second


@dataclass(frozen=True, slots=True)
class Crosslingual:
    """What each of SIGNS is worth, and the constant last; and what makes a probability of the sum (beta calibration, as in
    `stories.PairModel`)."""

    weights: Floats
    sure: Floats

    def __call__(self, rows: Floats) -> NDArray[np.float64]:
        """Of each row of signs, the probability that the two entries tell of one event, said with some reserve."""
        exact = np.column_stack([rows, np.ones(len(rows))]).astype(np.float64)
        logits = odds(exact @ self.weights.astype(np.float64)) @ self.sure[:2] + self.sure[2] - HELD_BACK
        return np.asarray(1 / (1 + np.exp(-np.clip(logits, -30, 30))), np.float64)


def odds(logits: NDArray[np.floating]) -> NDArray[np.float64]:
    """The logarithm of a probability, and that of its complement with the sign turned: a row of two for each logit."""
    whole = np.asarray(logits, np.float64)
    return np.column_stack([-np.logaddexp(0, -whole), np.logaddexp(0, whole)])


def worthwhile(vectors: Vectors, first: Numbers, second: Numbers) -> Numbers:
    """Which of some pairs are looked at, by their places: those in two languages, with sentence vectors that are alike."""
    across = np.flatnonzero(vectors.across(first, second))
    alike = vectors.cosines(first[across], second[across])
    meaning = np.where(alike.read, alike.meaning, 0)
    least = np.partition(meaning, len(meaning) - MOST)[len(meaning) - MOST] if len(meaning) > MOST else 0
    return across[meaning >= max(ALIKE, least)]


def signs(words: Worded, vectors: Vectors, hours: NDArray[np.float64], first: Numbers, second: Numbers) -> Floats:
    """A row a pair, columns as SIGNS; `hours` lie between the two."""
    meaning = vectors.cosines(first, second).meaning
    aligned = words.aligned(first, second)
    columns = [meaning, np.maximum(meaning, 0) ** 2, np.log1p(hours), aligned[:, 0], aligned[:, 1]]
    return np.stack([np.asarray(column, np.float32) for column in columns], 1)
