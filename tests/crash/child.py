"""A process that imports the program once, then forks runs for each line it reads, and kills them where it is told to.

The first line is a run of its own, in this very process. A line is JSON: {"config", "now", "what": ["run" | "gather", …],
"kill"?: ["before" | "after", n], "delay"?: seconds}; everything of `what` goes on at the same moment. `kill` counts the
store's durable writes from 1; the run kills itself with SIGKILL before or after the n-th. `delay` has it killed from
outside, so long after its start. The answer is {"statuses": exit codes, -9 where killed, "writes": so many were begun}.
"""

import json
import os
import signal
import sys
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from digest import pipeline, wiring
from digest.config import load
from digest.errors import DigestError
from digest.model import Delivery, DeliveryState

WRITES = ("keep", "learn", "keep_vectors", "commit", "mark", "record", "prune")


class Mortal:
    """A store that dies at one of its writes; everything else is the real one's."""

    def __init__(self, store: Any, kill: tuple[str, int] | None, tell: Callable[[int], None]) -> None:
        self._store, self._kill, self._tell = store, kill, tell
        self._writes = 0

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._store, name)
        return self._fatal(real) if name in WRITES else real

    def _fatal(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def write(*args: Any, **named: Any) -> Any:
            self._writes += 1
            self._tell(self._writes)
            if self._kill == ("before", self._writes):
                os.kill(os.getpid(), signal.SIGKILL)
            result = real(*args, **named)
            if self._kill == ("after", self._writes):
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        return write


def act(what: str, order: dict[str, Any], tell: Callable[[int], None]) -> int:
    """One `digest run` or `digest gather`; its exit code."""
    settings = load(Path(order["config"]))
    now = datetime.fromisoformat(order["now"])
    kill = (order["kill"][0], order["kill"][1]) if order.get("kill") else None
    try:
        with wiring.wire(settings) as parts:
            object.__setattr__(parts, "store", Mortal(parts.store, kill, tell))  # frozen for the program, not for us
            if what == "gather":
                pipeline.gather(settings, parts, now=now)
                touched: tuple[Delivery, ...] = pipeline.leftovers(settings, parts, now=now)
            else:
                touched = pipeline.run(settings, parts, now=now).deliveries
    except DigestError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return int(any(one.state not in (DeliveryState.SENT, DeliveryState.CANCELLED) for one in touched))


def fork(what: str, order: dict[str, Any], writing: int) -> int:
    """Start it in a process of its own."""

    def tell(count: int) -> None:
        os.write(writing, b"%d\n" % count)

    pid = os.fork()
    if pid == 0:
        status = 3
        try:
            status = act(what, order, tell)
        finally:
            sys.stderr.flush()
            os._exit(status)
    return pid


def answer(order: dict[str, Any]) -> dict[str, Any]:
    """Fork, run, wait."""
    reading, writing = os.pipe()
    pids = [fork(what, order, writing) for what in order.get("what", ["run"])]
    os.close(writing)
    timer = threading.Timer(order["delay"], os.kill, (pids[0], signal.SIGKILL)) if order.get("delay") else None
    if timer:
        timer.start()
    with os.fdopen(reading) as told:
        writes = [int(line) for line in told]
    statuses = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in pids]
    if timer:
        timer.cancel()
        timer.join()
    return {"statuses": statuses, "writes": max(writes, default=0)}


if __name__ == "__main__":
    act("run", json.loads(sys.stdin.readline()), lambda _: None)  # imports what the forked ones then have
    print("{}", flush=True)
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)
