"""Public labelled sets through the product's own filing and grouping, with nothing given but the topics' names.

    python -m benchmarks.labelled [agnews|batches|sib200|gnad10|ecbplus|tgcontest ...]

The texts are read from `../shared/data/labelled` and never enter the repository. Figures to stand beside: AG News with
names only, LOTClass 86.4 and PESCO 89.6; SIB-200 English, GPT-4 81.4; ECB+, a learned pair score 0.90 (BCubed F1).
"""

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from html import escape
from pathlib import Path

import numpy as np

from digest.group import stories, topics
from digest.group.filing.general import log_probabilities
from digest.group.meaning.vectors import default, vectors_of
from digest.model import Entry, TopicSpec
from tools import build_pairs

SETS = Path(__file__).parents[2] / "shared" / "data" / "labelled"
Row = dict[str, str]

# what an editor would call the sets' topics, in the language of the texts; a label's own spelling otherwise
AGNEWS = ("World", "Sports", "Business", "Sci/Tech")
SIB200 = ("science/technology", "travel", "politics", "sports", "health", "entertainment", "geography")
GNAD10 = ("Web", "Panorama", "International", "Wirtschaft", "Sport", "Inland", "Etat", "Wissenschaft", "Kultur")


def read(name: str) -> list[Row]:
    """The rows of one file of the sets."""
    return [json.loads(line) for line in (SETS / name).open(encoding="utf-8")]


def entry(number: int, title: str, text: str) -> Entry:
    """A labelled text as an entry of a feed without a name."""
    return Entry(feed="set", ident=str(number), title=title, teaser=escape(text))


def filed(rows: Sequence[Row], names: Sequence[str]) -> list[str]:
    """The topic of each row among `names`, never Other: these sets know no such thing."""
    entries = [entry(i, row["title"], row["text"]) for i, row in enumerate(rows)]
    vectors = vectors_of(entries, {}, default(), at_once=len(entries))
    general = log_probabilities(entries, vectors, [""] * len(entries))
    specs = [TopicSpec(name) for name in names]
    return [filing.topic for filing in topics.file_day(entries, {}, specs, {}, general, vectors, default())]


def share(rows: Sequence[Row], names: Sequence[str]) -> float:
    """Per cent filed as labelled."""
    return 100 * float(np.mean([row["label"] == said for row, said in zip(rows, filed(rows, names), strict=True)]))


def agnews() -> None:
    """All 7,600 texts at once."""
    print(f"AG News, names only, 7,600: {share(_agnews(), AGNEWS):.1f}", flush=True)


def _agnews() -> list[Row]:
    rows = read("agnews/test.jsonl")
    assert {row["label"] for row in rows} == set(AGNEWS), {row["label"] for row in rows}
    return rows


def batches() -> None:
    """Days of 300: even ones, and ones where a topic has half or a twentieth of the day."""
    rng, rows = np.random.default_rng(0), _agnews()
    even, skewed = [], []
    for number in range(5):
        even.append(share([rows[i] for i in rng.permutation(len(rows))[:300]], AGNEWS))
        shares = np.roll([0.5, 0.3, 0.15, 0.05], number)
        drawn = [rng.choice([i for i, r in enumerate(rows) if r["label"] == name], int(300 * part), replace=False)
                 for name, part in zip(AGNEWS, shares, strict=True)]  # fmt: skip
        skewed.append(share([rows[i] for i in rng.permutation(np.concatenate(drawn))], AGNEWS))
    for name, found in (("even", even), ("skewed", skewed)):
        print(f"AG News, five {name} batches of 300: {np.mean(found):.1f} (worst {min(found):.1f})", flush=True)


def sib200() -> None:
    """English names for sentences of eight languages."""
    found = {
        path.stem: share(read(f"sib200/{path.name}"), SIB200) for path in sorted((SETS / "sib200").glob("*.jsonl"))
    }
    print("SIB-200:", "  ".join(f"{name} {value:.1f}" for name, value in found.items()))
    print(f"SIB-200, mean of {len(found)}: {np.mean(list(found.values())):.1f}", flush=True)


def gnad10() -> None:
    """Austrian news under the paper's own German section names."""
    print(f"10kGNAD, German names alone: {share(read('gnad10/test.jsonl'), GNAD10):.1f}", flush=True)


def bcubed(gold: Sequence[str], said: Sequence[int]) -> tuple[float, float, float]:
    """Precision, recall and F1 (Bagga & Baldwin 1998)."""
    pairs = list(zip(gold, said, strict=True))
    both = {pair: pairs.count(pair) for pair in set(pairs)}
    by_gold = {label: list(gold).count(label) for label in set(gold)}
    by_said = {label: list(said).count(label) for label in set(said)}
    precision = sum(both[pair] / by_said[pair[1]] for pair in pairs) / len(pairs)
    recall = sum(both[pair] / by_gold[pair[0]] for pair in pairs) / len(pairs)
    return precision, recall, 2 * precision * recall / (precision + recall)


def ecbplus() -> None:
    """The even themes, all documents together, as one day: by weights of pairs fitted on the odd themes alone, with the
    procedure and the cut of those that ship, and by those that ship (which the odd themes have taught a little). Each
    document is another paper's: what one paper alone tells is held together by more."""
    odd, even = build_pairs.themes(odd=True), build_pairs.themes(odd=False)
    told = [replace(entry, feed=f"https://paper{i}.example/feed") for i, entry in enumerate(even.entries)]
    known = stories.shipped_background()
    alone = build_pairs.pairs_of(replace(odd, worth=1.0), known)
    own = stories.pair_model(build_pairs.uncalibrated([alone]))
    for name, model in (("fitted on the odd ones", own), ("as shipped", stories.shipped_pairs())):
        clusters = stories.group(told, even.vectors, known, model).clusters
        home = {i: n for n, members in enumerate(clusters) for i in members}
        p, r, f = bcubed(even.stories, [home[i] for i in range(len(home))])
        figures = f"BCubed precision {p:.3f} recall {r:.3f} F1 {f:.3f}"
        print(f"ECB+, even themes ({len(home)} documents), {name}: {figures}", flush=True)


def area_under_curve(good: Sequence[float], bad: Sequence[float]) -> float:
    """Chance that a true pair is worth more than a false one (Mann-Whitney; ties count half)."""
    a, b = np.asarray(good)[:, None], np.asarray(bad)[None, :]
    return float(((a > b) + 0.5 * (a == b)).mean())


def tgcontest() -> None:
    """Pairs judged by a crowd: the same story or not."""
    for language in ("en", "ru"):
        rows = read(f"tgcontest/{language}_pairs.jsonl")
        entries = [entry(i, row[t], row[x]) for i, row in enumerate(rows) for t, x in (("t1", "x1"), ("t2", "x2"))]
        entries = [
            Entry(feed=f"set{n % 2}", ident=str(n), title=e.title, teaser=e.teaser) for n, e in enumerate(entries)
        ]
        pairs = stories.group(entries, vectors_of(entries, {}, default(), at_once=len(entries))).pairs
        worth = [pairs.get((2 * i, 2 * i + 1), 0.0) for i in range(len(rows))]
        good = [w for w, row in zip(worth, rows, strict=True) if row["label"] == "OK"]
        bad = [w for w, row in zip(worth, rows, strict=True) if row["label"] != "OK"]
        print(
            f"tgcontest {language}: AUC {area_under_curve(good, bad):.3f} ({len(good)} good, {len(bad)} bad)",
            flush=True,
        )


SUITES: dict[str, Callable[[], None]] = {
    "agnews": agnews, "batches": batches, "sib200": sib200, "gnad10": gnad10, "ecbplus": ecbplus, "tgcontest": tgcontest
}  # fmt: skip


def main(wanted: Iterable[str]) -> None:
    """All suites, or those named."""
    for name in wanted or SUITES:
        SUITES[name]()


if __name__ == "__main__":
    main(sys.argv[1:])
