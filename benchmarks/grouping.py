"""How well entries are grouped: `python -m benchmarks.grouping predict|report|speed`.

    predict DIR --start T --end T [--topics "A,B"]    feed, key, story, topic of every entry dated within the window
    report                                            the same over the days read by hand in ../shared, scored
    speed [--peers PYTHON] [--most N]                 seconds for growing days, vectors given; beside scikit-learn

The shipped weights are fitted on every day read by hand, so `report` shows what they know, not what they would do on a
fresh day: figures with each day left out are in docs/model-card.md, and tools/build_topics.py prints them.
"""

import argparse
import csv
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from benchmarks.grouping_speed import speed
from digest.gather.parse import parse
from digest.group import stories, topics
from digest.group.filing.general import log_probabilities
from digest.group.filing.lexicon import BUILT_IN
from digest.group.meaning.vectors import default, vectors_of
from digest.model import Entry, FeedSource, TopicSpec

SHARED = Path(__file__).parents[2] / "shared" / "data"
Row = tuple[str, str, str, str]


def read(folder: Path, start: datetime, end: datetime) -> tuple[list[Entry], dict[str, str]]:
    """Entries of a folder's feed files within a window, each (feed, key) once, and the feeds' titles."""
    found: dict[tuple[str, str], Entry] = {}
    titles: dict[str, str] = {}
    for path in sorted(p for p in folder.iterdir() if p.is_file()):
        document = parse(path.read_bytes(), FeedSource(url=path.name), now=end)
        titles[path.name] = document.title
        for entry in document.entries:
            dated = replace(entry, feed=path.name, seen=end)
            if dated.published and start <= dated.published <= end:
                found.setdefault((path.name, dated.key), dated)
    return list(found.values()), titles


def predict(
    entries: Sequence[Entry], titles: dict[str, str], names: Sequence[str], *, quick: bool = False
) -> list[Row]:
    """Story and topic of each entry, by the product's own functions; `quick` with words' vectors alone, as a run does
    where too many entries are new."""
    vectors = vectors_of(entries, {}, default(), at_once=0 if quick else len(entries))
    specs = topics.specs_for([TopicSpec(name) for name in names])
    general = log_probabilities(entries, vectors, [titles.get(e.feed, "") for e in entries])
    filings = topics.file_day(entries, {}, specs, {}, general, vectors, default())
    rows: list[Row] = []
    for number, members in enumerate(stories.group(entries, vectors).clusters):
        topic = topics.file_story([filings[i] for i in members], specs).topic
        rows += [(entries[i].feed, entries[i].key, f"s{number}", topic) for i in members]
    return rows


def _pairs(labels: Iterable[object]) -> int:
    return sum(n * (n - 1) // 2 for n in Counter(labels).values())


def score(gold: dict[tuple[str, str], tuple[str, str]], rows: Sequence[Row]) -> dict[str, float]:
    """Pairwise precision, recall, F1 of stories, and accuracy of topics."""
    said = {(feed, key): (story, topic) for feed, key, story, topic in rows}
    both = [(gold[k][0], said[k][0] if k in said else str(k)) for k in gold]
    hit, told, true = _pairs(both), _pairs(b for _, b in both), _pairs(a for a, _ in both)
    p, r = hit / max(1, told), hit / max(1, true)
    right = sum(k in said and said[k][1] == gold[k][1] for k in gold) / len(gold)
    return {
        "precision": p,
        "recall": r,
        "f1": 2 * p * r / max(1e-9, p + r),
        "topics": right,
        "missing": len(gold.keys() - said.keys()),
    }


def report(*, quick: bool) -> None:
    """Every day read by hand with at least 200 entries."""
    windows = {
        r["set"]: r
        for r in csv.DictReader((SHARED / "feeds/sameday/windows.tsv").open(encoding="utf-8"), delimiter="\t")
    }
    figures = []
    for path in sorted((SHARED / "gold").glob("2*.tsv")):
        lines = list(csv.DictReader(path.open(encoding="utf-8", newline=""), delimiter="\t"))
        if len(lines) < 200:
            continue
        window = windows[path.stem]
        entries, titles = read(
            SHARED / "feeds/sameday" / path.stem, _instant(window["window_start"]), _instant(window["window_end"])
        )
        gold = {(x["feed"], x["key"]): (x["story"], x["topic"]) for x in lines}
        figures.append(score(gold, predict(entries, titles, BUILT_IN, quick=quick)))
        print(f"{path.stem:26}", "  ".join(f"{k} {v:.3f}" for k, v in figures[-1].items()), flush=True)
    print(f"{'mean':26}", "  ".join(f"{k} {sum(f[k] for f in figures) / len(figures):.3f}" for k in figures[0]))


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("predict")
    one.add_argument("folder", type=Path)
    one.add_argument("--start", type=_instant, required=True)
    one.add_argument("--end", type=_instant, required=True)
    one.add_argument("--topics", default=",".join(BUILT_IN))
    told = commands.add_parser("report")
    told.add_argument("--quick", action="store_true", help="words' vectors alone")
    quick = commands.add_parser("speed")
    quick.add_argument("--peers", type=Path, metavar="PYTHON", help="of an environment with scikit-learn")
    quick.add_argument("--most", type=int, default=20_000, help="entries of the largest day")
    given = parser.parse_args()
    if given.command == "predict":
        entries, titles = read(given.folder, given.start, given.end)
        out = csv.writer(sys.stdout, delimiter="\t", lineterminator="\n")
        out.writerow(("feed", "key", "story", "topic"))
        out.writerows(predict(entries, titles, [n.strip() for n in given.topics.split(",") if n.strip()]))
    elif given.command == "report":
        report(quick=given.quick)
    else:
        speed(most=given.most, peers=given.peers)


if __name__ == "__main__":
    main()
