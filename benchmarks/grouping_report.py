"""How well entries are grouped on days that the weights have not seen: `python -m benchmarks.grouping report [PART …]`.

Parts: `stories` (and continuing stories, and how often probabilities came true), `topics`, `stability`, `labelled`
(public sets), `speed`; all without names, some ten minutes. Days are those read by hand in ../shared. For the first two
each day is judged by weights, calibration and background counts made without it, with the procedure that makes those
that ship (`tools/build_pairs.py`, `tools/build_topics.py`); the three days of May 2020 are left out together, and for
topics all other sets of a day left out. Stability is that of what ships.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks import labelled
from benchmarks.grouping_speed import speed
from digest.group import stories
from digest.group.pairs.sparse import Floats
from digest.model import Entry
from tools import build_pairs
from tools.build_pairs import Day, Judged

PARTS = ("stories", "topics", "stability", "labelled", "speed")
STRANGE, SHARE = "2017-01-07-multilingual", 20  # the day that lends others a twentieth of strange entries


def report(wanted: Sequence[str], branches: Path | None, peers: Path | None = None) -> None:
    """Print the parts wanted, or all. `branches`: see `tools/build_topics.py`; `peers`: see `grouping_speed`."""
    parts = tuple(wanted) or PARTS
    found = build_pairs.days() if {"stories", "topics", "stability"} & set(parts) else []
    judged: list[Judged] = []
    if {"stories", "topics"} & set(parts):
        judged = list(build_pairs.judge([*found, build_pairs.themes(odd=True)]))
    if "stories" in parts:
        _head("Stories, each day left out of weights, calibration and counts; May 2020's three days together")
        build_pairs.report(judged)
    if "topics" in parts:
        _head("Topics, each day's set left out, and all sets of the same days; stories likewise")
        _topics(judged, branches)
    if "stability" in parts:
        _head(f"Entries whose story changes: shuffled; with one strange entry to {SHARE}")
        _stability([day for day in found if len(day.entries) >= build_pairs.LARGE])
    if "labelled" in parts:
        _head("Public labelled sets, as shipped unless it says otherwise")
        labelled.main(())
    if "speed" in parts:
        _head("Speed, vectors given")
        speed(most=20_000, peers=peers)


def _head(text: str) -> None:
    sys.stdout.write(f"\n{text}\n\n")
    sys.stdout.flush()


def _topics(judged: Sequence[Judged], branches: Path | None) -> None:
    try:
        from tools import build_topics
    except ModuleNotFoundError as missing:
        sys.stdout.write(f"Not judged: fitting topics needs {missing.name}, which digest does not: pip install scipy\n")
        return
    rows = build_topics.labelled()
    pairing = {day.name: (known, model) for day, model, known in judged}
    build_topics.judge(rows, build_topics.Table(rows), branches, pairing)


def _stability(found: Sequence[Day]) -> None:
    """Per cent of a day's entries that stand with others than before."""
    (lender,) = (day for day in found if day.name == STRANGE)
    worst = [0.0, 0.0]
    for day in found:
        n = len(day.entries)
        before = _stories(day.entries, day.vectors, range(n))
        order = np.random.default_rng(3).permutation(n)
        shuffled = _stories([day.entries[i] for i in order], day.vectors[order], order.tolist())
        changed = [_changed(before, shuffled)]
        if day is not lender:
            more = n // SHARE
            entries, vectors = (*day.entries, *lender.entries[:more]), np.vstack([day.vectors, lender.vectors[:more]])
            changed.append(_changed(before, _stories(entries, vectors, range(n + more))))
        worst = [max(pair) for pair in zip(worst, [*changed, 0.0][:2], strict=True)]
        sys.stdout.write(f"{day.name:26} " + "  ".join(f"{100 * share:.1f} %" for share in changed) + "\n")
    sys.stdout.write(f"{'worst':26} " + "  ".join(f"{100 * share:.1f} %" for share in worst) + "\n")


def _stories(entries: Sequence[Entry], vectors: Floats, names: Sequence[int]) -> dict[int, frozenset[int]]:
    """Of each entry, by the names given, those of its story."""
    clusters = stories.group(entries, vectors).clusters
    return {names[i]: frozenset(names[k] for k in members) for members in clusters for i in members}


def _changed(before: dict[int, frozenset[int]], after: dict[int, frozenset[int]]) -> float:
    own = frozenset(before)
    return sum(after[name] & own != members for name, members in before.items()) / len(before)
