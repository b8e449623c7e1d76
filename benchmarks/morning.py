"""A whole `digest run` over a real day on loopback, as processes: cold, warm, `--help`.

    python -m benchmarks.morning [--set 2026-02-17-world-en --now 2026-02-18T01:58:03Z] [--times 5]

Needs the corpus beside the checkout. Prints the wall and CPU seconds and the peak memory of each process (median of
several), and where the time of a cold run goes.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.loopback import receiving, serving

ROOT = Path(__file__).parents[1]
SAMEDAY = ROOT.parent / "shared/data/feeds/sameday"


def measured(words: list[str], folder: Path) -> tuple[float, float, float]:
    """Wall seconds, CPU seconds (children included) and peak MiB of one process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    subprocess.run([sys.executable, "-m", "digest", *words], cwd=folder, check=True, capture_output=True)
    wall = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, cpu, after.ru_maxrss / 1024


def row(name: str, once: Callable[[], tuple[float, float, float]], times: int) -> None:
    """Print the medians of several runs."""
    wall, cpu, peak = (statistics.median(column) for column in zip(*(once() for _ in range(times)), strict=True))
    print(f"{name:<28} {wall:6.2f} s wall  {cpu:6.2f} s CPU  {peak:6.0f} MiB")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", default="2026-02-17-world-en")
    parser.add_argument("--now", default="2026-02-18T01:58:03Z")
    parser.add_argument("--times", type=int, default=5)
    wanted = parser.parse_args()
    folder = SAMEDAY / wanted.set
    if not folder.is_dir():
        print(f"{folder} is not there: nothing to measure")
        return
    bodies = {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
    with serving(bodies) as feeds, receiving() as box, tempfile.TemporaryDirectory() as desk:
        listed = "".join(f"  - {feeds.url(name)}\n" for name in bodies)
        (Path(desk) / "config.yaml").write_text(
            "sender: Digest <digest@example.com>\nrecipients: [reader@example.org]\n"
            f"smtp: {{host: 127.0.0.1, port: {box.port}, security: none}}\nfeeds:\n{listed}"
        )

        def cold(*words: str) -> tuple[float, float, float]:
            for old in Path(desk).glob("digest.db*"):
                old.unlink()
            return measured([*words, "--now", wanted.now], Path(desk))

        def warm(*words: str) -> tuple[float, float, float]:
            return measured([*words, "--now", wanted.now], Path(desk))

        row("digest --help", lambda: measured(["--help"], Path(desk)), wanted.times)
        row(f"run, cold, {len(bodies)} feeds", lambda: cold("run"), wanted.times)
        row("run again the same day", lambda: warm("run"), wanted.times)
        row("gather, cold", lambda: cold("gather"), wanted.times)
        row("gather, warm (304)", lambda: warm("gather"), wanted.times)
        row("preview --offline", lambda: warm("preview", "--offline", "--html", "page.html"), wanted.times)
        print(json.dumps({"messages": len(box.raw)}))


if __name__ == "__main__":
    main()
