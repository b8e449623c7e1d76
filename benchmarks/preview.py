"""How long the preview page takes to follow a save, by what was changed.

    python -m benchmarks.preview [--set 2026-02-17-world-en --now 2026-02-18T01:58:03Z]

Needs the corpus beside the checkout. Wall and CPU seconds of one build in a process that has built before, median of
five: from a config that was saved to everything its page shows. The watcher's 40 to 250 ms and the browser's drawing
come on top; tests/preview/test_browser.py measures those. The claim: less than a second for any change.
"""

import argparse
import statistics
import tempfile
import time
from datetime import datetime
from pathlib import Path

from digest.cli.serve import Desk

SAMEDAY = Path(__file__).parents[2] / "shared/data/feeds/sameday"
HEAD = "sender: Digest <digest@example.com>\nrecipients: [reader@example.org]\n"
WORDS = ("trump", "ukraine", "iran", "olympic", "china")
CHANGES = {  # what is changed: the lines of the n-th save
    "theme": "theme: {{accent: '#11{0:02}33'}}",
    "template": "template: {1}",
    "limit": "max_stories: {0}",
    "new topic": "topics: [World, Technology, Topic {0}]",
    "filter": "exclude: [{2}]",  # other entries take part: the day is read again
}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", default="2026-02-17-world-en")
    parser.add_argument("--now", default="2026-02-18T01:58:03Z")
    wanted = parser.parse_args()
    folder = SAMEDAY / wanted.set
    if not folder.is_dir():
        print(f"{folder} is not there: nothing to measure")
        return
    listed = "feeds:\n" + "".join(f"  - {path}\n" for path in sorted(folder.iterdir()))
    with tempfile.TemporaryDirectory() as place:
        config = Path(place) / "config.yaml"
        desk = Desk(config, datetime.fromisoformat(wanted.now), offline=False)

        def build(lines: str) -> tuple[float, float]:
            config.write_text(f"{HEAD}{listed}{lines}\n")
            wall, cpu = time.perf_counter(), time.process_time()
            desk.build()
            return time.perf_counter() - wall, time.process_time() - cpu

        print("first build: {:.2f} s, {:.2f} s CPU".format(*build("")))
        for name, lines in CHANGES.items():
            saves = [build(lines.format(20 + n, ("brief", "morning")[n % 2], WORDS[n])) for n in range(5)]
            wall, cpu = (statistics.median(column) for column in zip(*saves, strict=True))
            print(f"{name:10} {wall:.2f} s, {cpu:.2f} s CPU")


if __name__ == "__main__":
    main()
