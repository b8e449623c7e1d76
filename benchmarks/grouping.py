"""How well entries are grouped: `python -m benchmarks.grouping predict|report|speed`.

    predict DIR --start T --end T [--topics "A,B"]    feed, key, story, topic of every entry dated within the window
    report [PART …] [--peers PYTHON]                  all figures, days judged by weights that have not seen them
    speed [--peers PYTHON] [--most N]                 seconds for growing days, vectors given; beside scikit-learn

The shipped weights are fitted on every day read by hand, so `predict` knows those days already: what it would do on a fresh
one `report` says, which makes weights anew without each day (`benchmarks/grouping_report.py`).
"""

import argparse
import csv
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from benchmarks.grouping_report import PARTS, report
from benchmarks.grouping_speed import speed
from digest.gather.parse import parse
from digest.group import stories, topics
from digest.group.filing.general import log_probabilities
from digest.group.filing.lexicon import BUILT_IN
from digest.group.meaning.vectors import default, vectors_of
from digest.model import Entry, FeedSource, TopicSpec

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


def predict(entries: Sequence[Entry], titles: dict[str, str], names: Sequence[str]) -> list[Row]:
    """Story and topic of each entry, by the product's own functions."""
    vectors = vectors_of(entries, {}, default(), at_once=len(entries))
    specs = topics.specs_for([TopicSpec(name) for name in names])
    general = log_probabilities(entries, vectors, [titles.get(e.feed, "") for e in entries])
    filings = topics.file_day(entries, {}, specs, {}, general, vectors, default())
    rows: list[Row] = []
    for number, members in enumerate(stories.group(entries, vectors).clusters):
        topic = topics.file_story([filings[i] for i in members], specs).topic
        rows += [(entries[i].feed, entries[i].key, f"s{number}", topic) for i in members]
    return rows


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
    told.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; all without")
    told.add_argument("--branches", type=Path, metavar="DIR", help="what tools/build_trunk.py has left")
    told.add_argument("--peers", type=Path, metavar="PYTHON", help="of an environment with scikit-learn")
    quick = commands.add_parser("speed")
    quick.add_argument("--peers", type=Path, metavar="PYTHON", help="of an environment with scikit-learn")
    quick.add_argument("--most", type=int, default=20_000, help="entries of the largest day")
    given = parser.parse_args()
    if unknown := set(getattr(given, "parts", ())) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    if given.command == "predict":
        entries, titles = read(given.folder, given.start, given.end)
        out = csv.writer(sys.stdout, delimiter="\t", lineterminator="\n")
        out.writerow(("feed", "key", "story", "topic"))
        out.writerows(predict(entries, titles, [n.strip() for n in given.topics.split(",") if n.strip()]))
    elif given.command == "report":
        report(given.parts, given.branches, given.peers)
    else:
        speed(most=given.most, peers=given.peers)


if __name__ == "__main__":
    main()
