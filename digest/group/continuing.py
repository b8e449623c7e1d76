"""Stories that go on: which story of an earlier edition a story of today continues. Pure; numpy only.

Compared by the words of all their headlines, rare ones weighing most; the edition nearest in time wins among equals.
"""

from collections.abc import Sequence

import numpy as np

from digest.group.sparse import Bags, bags
from digest.group.stories import shipped_background
from digest.group.words import terms
from digest.model import Earlier, Issue, Shown, Story

ENOUGH = 0.45  # cosine of headline words: a false "update on Tuesday" is worse than none


def continued(told: Sequence[Story], earlier: Sequence[Issue]) -> dict[str, Earlier]:
    """Story id -> the earlier story it continues. `earlier` is newest first; stories that were
    cut from it nobody has read."""
    before = [(issue, story) for issue in earlier for story in issue.stories if story.shown is not Shown.CUT]
    if not told or not before:
        return {}
    rows = bags([_headlines(story) for story in (*told, *(story for _, story in before))], shipped_background())
    dense = [_spread(rows, len(told) + i) for i in range(len(before))]
    found: dict[str, Earlier] = {}
    for i, story in enumerate(told):
        columns, weights = rows.row(i)
        scores = [round(float(weights @ old[columns]), 4) for old in dense]
        best = max(range(len(before)), key=lambda j: (scores[j], -j))
        if scores[best] >= ENOUGH:
            issue, old_story = before[best]
            found[story.id] = Earlier(issue.day, old_story.title, old_story.lead.url)
    return found


def _headlines(story: Story) -> dict[str, float]:
    bag: dict[str, float] = {}
    for entry in story.entries[:8]:
        for term, weight in terms("", entry.title).items():
            bag[term] = bag.get(term, 0.0) + weight
    return bag


def _spread(rows: Bags, i: int) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    row = np.zeros(len(rows.vocabulary), np.float32)
    columns, weights = rows.row(i)
    row[columns] = weights
    return row
