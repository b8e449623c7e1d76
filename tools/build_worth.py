"""Rebuild digest/group/models/worth.json, what speaks against a sentence in a summary, and kinds.json, what speaks against
an entry's having one; fitted on sentences read singly.

    python -m tools.build_worth [--dry]     # the product's own environment; ../shared/data beside the checkout

Logistic regression (ridge, accelerated gradient descent; numpy alone) over the signs of `digest.group.text.worth` of the
sentences of benchmarks/labels/summaries.jsonl that have a verdict of their own. They are found again in the corpus by
their hashes. A word is a sign if sentences of `OUTLETS` outlets at least have it. The same over the sentence vectors of
the entries (`digest.group.kinds`), of what opens their summaries: the two speak side by side.

Prints, with each outlet left out of its own judge: how well struck sentences are told from kept ones, and what would be
left of the summaries, how many of them bad, at several cuts; then fits on all and writes the files, unless `--dry`. Three
minutes on one core. Deterministic.
"""

import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.cleaner import LABELS, entries, learned
from digest.group.clean import clean, offered
from digest.group.kinds import seen
from digest.group.meaning.vectors import content_text, default, unpack
from digest.group.text.extract import sentences_of
from digest.group.text.letters import letters
from digest.group.text.worth import Sentence, benefit, signs
from digest.model import Entry
from tools.build_background import MODELS

OUTLETS = 5  # that use a word, before it may speak
RIDGE, OF_KINDS, STEPS = 10.0, 1_000.0, 300
FOLDS = 10
CUTS = (
    (1.0, 1.0),
    (0.08, 0.25),
    (0.08, 0.19),
    (0.08, 0.18),
    (0.08, 0.17),
    (0.08, 0.16),
    (0.08, 0.15),
    (0.06, 0.15),
    (0.08, 0.14),
    (0.08, 0.12),
    (0.06, 0.1),
)  # of what follows, of what opens

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Read:
    """One sentence as it was read: the summary it stood in, its number there, its outlet, its signs, the verdict; the
    text by which its entry's vector is known."""

    summary: int
    number: int
    outlet: str
    signs: tuple[str, ...]
    bad: bool
    entry: str


def hashed(text: str) -> str:
    """As the labels name a sentence: by its letters alone."""
    return blake2b(letters(text).encode(), digest_size=6).hexdigest()


@cache
def by_key(feed: str) -> Mapping[str, tuple[Entry, Entry]]:
    """The entries of a feed of the corpus, as gathered and cleaned."""
    return {" ".join(entry.key.split()): (entry, clean(entry, boilerplate=learned(feed))) for entry in entries(feed)}


def sentences(entry: Entry, feed: str) -> dict[str, Sentence]:
    """Every sentence that may stand in an entry's summary, by its hash."""
    found: dict[str, Sentence] = {}
    for blocks in offered(entry, learned(feed)):
        for sentence in sentences_of(blocks, entry.language):
            found.setdefault(hashed(sentence.text), sentence)
    return found


def read() -> list[Read]:
    """All sentences with a verdict that are found again."""
    rows = [json.loads(line) for line in (LABELS / "summaries.jsonl").read_text("utf-8").splitlines()]
    return [
        one
        for number, row in enumerate(rows)
        if "sentences" in row and not row["fresh"]
        for one in _of_row(number, row)
    ]


def _of_row(number: int, row: Mapping[str, object]) -> Iterator[Read]:
    feed, both = str(row["feed"]), by_key(str(row["feed"])).get(str(row["key"]))
    verdicts = row["sentences"]
    if both is None or not isinstance(verdicts, list):
        return
    raw, entry = both
    known, before = sentences(entry, feed), list[str]()
    for place, (mark, reason) in enumerate(verdicts):
        if (sentence := known.get(mark)) is not None:
            said = signs(sentence, entry.title, before, language=entry.language)
            yield Read(number, place, outlet(feed), tuple(sorted(set(said))), bool(reason), content_text(raw))
            before.append(sentence.text)
        else:
            before.append("")


def outlet(feed: str) -> str:
    """One outlet's feeds on several days are one: language and first name."""
    return "-".join(re.split(r"-", Path(feed).stem)[:2])


def vocabulary(found: Sequence[Read]) -> dict[str, int]:
    """Signs -> columns: those that several outlets have."""
    having: defaultdict[str, set[str]] = defaultdict(set)
    for one in found:
        for sign in one.signs:
            having[sign].add(one.outlet)
    return {sign: place for place, sign in enumerate(sorted(s for s, o in having.items() if len(o) >= OUTLETS))}


def table(found: Sequence[Read], columns: Mapping[str, int]) -> Floats:
    """A row a sentence, a column a sign."""
    rows = np.zeros((len(found), len(columns)))
    for place, one in enumerate(found):
        rows[place, [columns[sign] for sign in one.signs if sign in columns]] = 1
    return rows


def vectors(found: Sequence[Read]) -> Floats:
    """A row a sentence: its entry's vector, as `kinds` sees it."""
    row = {text: number for number, text in enumerate(dict.fromkeys(one.entry for one in found))}
    rows = seen(unpack(default().embed(list(row))))
    return np.asarray(rows[[row[one.entry] for one in found]], np.float64)


def of_kinds(found: Sequence[Read], kinds: Floats, bad: Floats) -> Floats:
    """The weights of the kinds of text, by what was said of the sentences that open."""
    opens = np.array([one.number == 0 for one in found])
    share = bad[opens].mean()
    return fitted(kinds[opens], bad[opens], OF_KINDS, float(np.log(share / (1 - share))))


def fitted(rows: Floats, bad: Floats, ridge: float = RIDGE, base: float = 0.0) -> Floats:
    """The weights of a ridge-penalised logistic regression; `base`, in log odds, is said before it speaks."""
    weights = np.zeros(rows.shape[1])
    ahead, before = weights.copy(), 1.0
    step = 1 / (0.25 * np.linalg.norm(rows, 2) ** 2 + ridge)
    for _ in range(STEPS):
        slope = rows.T @ (1 / (1 + np.exp(-(rows @ ahead) - base)) - bad) + ridge * ahead
        moved = ahead - step * slope
        now = (1 + np.sqrt(1 + 4 * before * before)) / 2
        ahead, weights, before = moved + (before - 1) / now * (moved - weights), moved, now
    return weights


def judged(found: Sequence[Read], rows: Floats, weights: Floats, against: Floats) -> Floats:
    """The doubts as `worth.doubt` has them: what speaks against the entry counts for the sentence that opens."""
    benefits = np.array([benefit(one.signs, bool(one.number)) for one in found])
    opens = np.array([one.number == 0 for one in found])
    return np.asarray(1 / (1 + np.exp(benefits - rows @ weights - against * opens)), np.float64)


def unseen(found: Sequence[Read], rows: Floats, kinds: Floats, bad: Floats) -> Floats:
    """The doubt of each sentence by judges that read nothing of its outlet."""
    names = sorted({one.outlet for one in found})
    fold = np.array([int(hashed(one.outlet), 16) % FOLDS for one in found])
    doubts = np.zeros(len(found))
    for number in range(FOLDS):
        out = fold == number
        if out.any():
            others, mine = ([one for one, left in zip(found, which, strict=True) if left] for which in (~out, out))
            weights, against = fitted(rows[~out], bad[~out]), kinds[out] @ of_kinds(others, kinds[~out], bad[~out])
            doubts[out] = judged(mine, rows[out], weights, against)
    print(f"{len(found)} sentences of {len(names)} outlets, {int(bad.sum())} of them struck; {rows.shape[1]} signs")
    return doubts


def auc(doubts: Floats, bad: Floats) -> float:
    """How often a struck sentence is doubted more than a kept one."""
    order = np.argsort(np.argsort(doubts)) + 1.0
    struck = bad > 0
    return float((order[struck].sum() - struck.sum() * (struck.sum() + 1) / 2) / (struck.sum() * (~struck).sum()))


def told(found: Sequence[Read], doubts: Floats) -> None:
    """What would be left of the summaries at several cuts."""
    summaries: defaultdict[int, list[tuple[int, float, bool]]] = defaultdict(list)
    for one, doubtful in zip(found, doubts, strict=True):
        summaries[one.summary].append((one.number, float(doubtful), one.bad))
    whole = [ones for ones in summaries.values() if ones[0][0] == 0]
    for follows, opens in CUTS:
        left = [[b for n, d, b in ones if not n or d <= follows] for ones in whole if ones[0][1] <= opens]
        worse, size = sum(any(ones) for ones in left) / len(left), sum(map(len, left)) / len(left)
        print(
            f"cut {follows:.2f} / {opens:.2f}: {len(left) / len(whole):.1%} of the summaries left, of {size:.2f} sentences, {worse:.1%} of them bad"
        )


def main(arguments: list[str]) -> None:
    """Judge, print, write."""
    found = read()
    rows, bad = table(found, columns := vocabulary(found)), np.array([float(one.bad) for one in found])
    kinds = vectors(found)
    doubts = unseen(found, rows, kinds, bad)
    first = np.array([one.number == 0 for one in found])
    print(
        f"area under the curve {auc(doubts, bad):.3f}; of openings {auc(doubts[first], bad[first]):.3f}, of followers {auc(doubts[~first], bad[~first]):.3f}"
    )
    told(found, doubts)
    if "--dry" not in arguments:
        weights = np.rint(100 * fitted(rows, bad)).astype(int)
        kept = {sign: int(weights[place]) for sign, place in columns.items() if weights[place]}
        lines = json.dumps(kept, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        (MODELS / "worth.json").write_text(lines + "\n", "utf-8")
        print(f"worth.json: {len(kept)} weights, {len(lines.encode())} bytes")
        against = np.rint(1_000 * of_kinds(found, kinds, bad)).astype(int).tolist()
        (MODELS / "kinds.json").write_text(json.dumps(against, separators=(",", ":")) + "\n", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
