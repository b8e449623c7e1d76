"""Some hundred runs killed with SIGKILL, and fifty pairs of runs at the same moment: what was lost, what was doubled.

`python -m benchmarks.crash [KILLS]` (default 200 that hit). Every durable boundary is met from both sides, then random moments.
"""

import random
import sys
import time
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.crash.harness import RECIPIENTS, Runner, Tally, at_once, runner, trial
from tests.send.scripted import Server, smtp_server

BOUNDARIES = 26  # durable writes of a run for twenty recipients
PAIRS = 50


def main() -> int:
    """Print the counts; 1 where anything was lost or wrongly doubled."""
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    with (
        TemporaryDirectory(prefix="digest-crash-") as folder,
        smtp_server() as server,
        runner(Path(folder), server.port) as running,
    ):
        tally = killing(running, server, Path(folder), kills)
        print(tally)
        for note in tally.notes:
            print(f"  {note}")
        wrong = pairs(running, server, Path(folder), ["run", "run"]) + pairs(
            running, server, Path(folder), ["gather", "run"]
        )
    return 0 if tally.clean and not wrong else 1


def killing(running: Runner, server: Server, folder: Path, kills: int) -> Tally:
    """All boundaries, then random moments until so many runs were killed before they were over."""
    tally, chance, began = Tally(), random.Random(20260218), time.monotonic()
    ways: list[dict[str, object]] = [
        {"kill": [side, number]} for number in range(1, BOUNDARIES + 1) for side in ("before", "after")
    ]
    number = 0
    while tally.kills - tally.survived < kills:
        how = ways[number] if number < len(ways) else {"delay": chance.uniform(0.005, 0.18)}
        trial(running, server, folder / f"kill{number}", tally, next_day=number % 4 > 1, **how)
        number += 1
    print(f"{number} trials in {time.monotonic() - began:.0f} s")
    return tally


def pairs(running: Runner, server: Server, folder: Path, what: list[str]) -> int:
    """Runs at the same moment; how many pairs did not come to one mail each."""
    wrong = 0
    for number in range(PAIRS):
        statuses, received = at_once(running, server, folder / f"{'-'.join(what)}{number}", what)
        wrong += statuses != [0, 0] or received != Counter({f"reader{n}@example.org": 1 for n in range(RECIPIENTS)})
    print(f"{' and '.join(what)} at the same moment, {PAIRS} times: {PAIRS - wrong} with one mail each")
    return wrong


if __name__ == "__main__":
    sys.exit(main())
