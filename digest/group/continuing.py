"""Stories that go on: which story of an earlier edition a story of today continues. Pure; numpy only.

Entry by entry, by the same probability as stories are made of (`stories.PairModel`, without sentence vectors: earlier
editions keep none). A column, a horoscope or a live page is told every day and continues nothing.
"""

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from digest.group.meaning.vectors import word_vectors
from digest.group.pairs.candidates import Vectors, candidates
from digest.group.pairs.coherence import coherence
from digest.group.pairs.likeness import Circumstances, circumstances, features
from digest.group.pairs.rubrics import ROLLING
from digest.group.pairs.sparse import Background, bags
from digest.group.stories import PairModel, outlet, shipped_background, shipped_pairs
from digest.group.text.words import bag, body, tokens
from digest.model import Earlier, Entry, Issue, Shown, Story

ENOUGH = 0.75  # a false "update on Tuesday" is worse than none
_ENTRIES = 8  # of a story that are compared
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_DATED = re.compile(rf"(?i)\b\d{{1,2}}[/.]\d{{1,2}}[/.]\d{{2,4}}\b|\b\d{{1,2}} {_MONTH}\b|\b{_MONTH} \d{{1,2}}\b")
_WEEKDAY = re.compile(r"(?i)^(mon|tues|wednes|thurs|fri|satur|sun)day$")


def continued(
    told: Sequence[Story],
    earlier: Sequence[Issue],
    background: Background | None = None,
    model: PairModel | None = None,
) -> dict[str, Earlier]:
    """Story id -> the earlier story it continues; of several that could continue one, that of most entries does.

    `earlier` is newest first; stories that were cut from it nobody has read.
    """
    before = [(issue, story) for issue in earlier for story in issue.stories if story.shown is not Shown.CUT]
    if not told or not before:
        return {}
    scores = _scores(told, [story for _, story in before], background or shipped_background(), model or shipped_pairs())
    found: dict[str, Earlier] = {}
    heirs: dict[int, tuple[int, float, int]] = {}  # earlier story -> size, score and place of who continues it
    for i, story in enumerate(told):
        best = int(scores[i].argmax())
        if scores[i, best] >= ENOUGH:
            claim = (len(story.entries), float(scores[i, best]), -i)
            heirs[best] = max(claim, heirs.get(best, claim))
    for best, (_, _, place) in heirs.items():
        issue, old = before[best]
        found[told[-place].id] = Earlier(issue.day, old.title, old.lead.url)
    return found


def _scores(
    told: Sequence[Story], before: Sequence[Story], background: Background, model: PairModel
) -> NDArray[np.float64]:
    """Of each story of today with each earlier one: how probable their best pair of entries is, and the best of each."""
    owners, entries, texts = _entries(told, before)
    split = int(np.searchsorted(owners, len(told)))
    rows = bags([bag(entry.title, text) for entry, text in zip(entries, texts, strict=True)], background)
    words = word_vectors([f"{entry.title}. {text}" for entry, text in zip(entries, texts, strict=True)])
    vectors = Vectors(np.zeros((len(entries), 1), np.float32), words, np.zeros(len(entries), np.bool_))
    first, second = candidates(rows, vectors)
    across = (first < split) & (second >= split)
    first, second = first[across], second[across]
    best = np.zeros((split, len(before)))  # of each entry of today with each earlier story, and the reverse
    back = np.zeros((len(told), len(entries) - split))
    if len(first):
        around = circumstances(entries)
        around = Circumstances(np.full(len(entries), np.nan), around.feeds, around.outlets, around.rolling)
        alike = vectors.cosines(first, second)
        p = model(features(rows, around, coherence(rows, vectors), alike, first, second), alike.read)
        p[_series(entries, first, second)] = 0
        np.maximum.at(best, (first, owners[second] - len(told)), p)
        np.maximum.at(back, (owners[first], second - split), p)
    return np.round(_by_story(best, back, owners[:split], owners[split:] - len(told)), 4)


def _entries(told: Sequence[Story], before: Sequence[Story]) -> tuple[NDArray[np.int64], list[Entry], list[str]]:
    owners: list[int] = []
    entries: list[Entry] = []
    texts: list[str] = []
    for number, story in enumerate((*told, *before)):
        for place, entry in enumerate(story.entries[:_ENTRIES]):
            owners.append(number)
            entries.append(entry)
            texts.append(body(entry) or (story.summary if place == 0 else ""))
    return np.array(owners, np.int64), entries, texts


def _by_story(
    best: NDArray[np.float64], back: NDArray[np.float64], new: NDArray[np.int64], old: NDArray[np.int64]
) -> NDArray[np.float64]:
    """√(best pair × mean of each entry's best), the mean over both sides."""
    stories, before = back.shape[0], best.shape[1]
    most = np.zeros((stories, before))
    np.maximum.at(most, new, best)
    ours, theirs = np.zeros((stories, before)), np.zeros((before, stories))
    np.add.at(ours, new, best)
    np.add.at(theirs, old, back.T)
    ours /= np.maximum(np.bincount(new, minlength=stories), 1)[:, None]
    theirs /= np.maximum(np.bincount(old, minlength=before), 1)[:, None]
    return np.asarray(np.sqrt(most * (ours + theirs.T) / 2), np.float64)


def _series(entries: Sequence[Entry], first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Pairs of a feature that comes every day: one outlet's titles of the same words or both with a date; live pages."""
    dated = [bool(_DATED.search(entry.title)) for entry in entries]
    rolling = [bool(ROLLING.search(entry.title)) for entry in entries]
    keys = [{k for w, k in tokens(e.title) if not (w[0].isdigit() or _WEEKDAY.match(w))} for e in entries]
    outlets = [outlet(entry) for entry in entries]
    found = []
    for a, b in zip(first.tolist(), second.tolist(), strict=True):
        alike = len(keys[a] & keys[b]) >= 0.7 * max(len(keys[a]), len(keys[b]), 1)
        same = outlets[a] == outlets[b] and (alike or (dated[a] and dated[b]))
        found.append(same or rolling[a] or rolling[b])
    return np.array(found, np.bool_)
