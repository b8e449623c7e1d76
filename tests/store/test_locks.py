"""One run of a digest at a time and one gather at a time, over all processes; a dead owner's turn is free at once."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from digest.errors import StateBusy
from digest.store import SqlStore, open_store
from tests.store.made import FEED, HOUR, NOW, entry, fetched

OTHER = "https://other.example/feed"
AT_ONCE = timedelta(0)
HOLDER = """
import sys, time
from datetime import timedelta
from digest.store import open_store
from tests.store.made import *
store = open_store(sys.argv[1])
with (store.turn("morning", wait=timedelta(0)) if sys.argv[2] == "turn" else store.gathering(wait=timedelta(0))):
    print("held", flush=True)
    sys.stdin.readline()
    if sys.argv[2] == "gather":
        store.keep([fetched(entry("from the other"))], NOW)
print("done", flush=True)
"""


@contextmanager
def holder(url: str, what: str) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds a turn or a gather until it is told to go on."""
    command = [sys.executable, "-c", HOLDER, url, what]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        try:
            yield process
        finally:
            process.kill()


def let_go(process: subprocess.Popen[str]) -> None:
    """Tell a holder to end well, a little later."""
    assert process.stdin
    stdin = process.stdin
    threading.Timer(0.3, lambda: (stdin.write("\n"), stdin.flush())).start()


def test_a_turn_is_one_processs_at_a_time(state: str) -> None:
    """Giving up is `StateBusy`, exit code 1, with a line that says who is at work."""
    with open_store(state) as store, holder(state, "turn") as process:
        words = rf"another run of digest morning .*process {process.pid}.*later"
        with pytest.raises(StateBusy, match=words) as caught, store.turn("morning", wait=timedelta(seconds=0.2)):
            pass
        assert caught.value.exit_code == 1
        with store.turn("evening", wait=AT_ONCE):
            pass
        let_go(process)
        with store.turn("morning", wait=timedelta(seconds=30)):
            pass


def test_a_dead_owners_turn_is_free_at_once(state: str, tmp_path: Path) -> None:
    """SIGKILL leaves the lock's file, which says nothing by itself; and it is tidied away by the next."""
    with open_store(state) as store:
        with holder(state, "turn") as process:
            process.send_signal(signal.SIGKILL)
            process.wait(10)
        assert (tmp_path / "digest.db.run-morning.lock").exists()
        with store.turn("morning", wait=AT_ONCE):
            pass
    assert [one.name for one in tmp_path.iterdir()] == ["digest.db"]


def test_within_a_process_too(state: str) -> None:
    """Two stores of one process are two owners."""
    with open_store(state) as one, open_store(state) as two:
        mine, yours = one.turn("morning", wait=AT_ONCE), two.turn("morning", wait=AT_ONCE)
        with mine, pytest.raises(StateBusy), yours:
            pass


def test_never_two_at_once(state: str) -> None:
    """Six threads with stores of their own, thirty turns each: the lock's file comes and goes, nobody meets."""
    inside, worst = 0, 0

    def work() -> None:
        nonlocal inside, worst
        with open_store(state) as store:
            for _ in range(30):
                with store.turn("morning", wait=timedelta(seconds=60)):
                    inside += 1
                    worst = max(worst, inside)
                    time.sleep(0.0005)
                    inside -= 1

    open_store(state).close()
    threads = [threading.Thread(target=work) for _ in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert worst == 1


def test_a_name_can_not_lead_out_of_the_folder(state: str, tmp_path: Path) -> None:
    """A digest's name comes from a file; whatever it is, the lock stays beside the state."""
    with open_store(state) as store, store.turn("../../etc/passwd\n", wait=AT_ONCE):
        assert len([one for one in tmp_path.iterdir() if one.name.endswith(".lock")]) == 1


def test_a_turn_is_given_back_after_an_error(store: SqlStore) -> None:
    """Of whatever kind."""
    with pytest.raises(ZeroDivisionError), store.turn("morning", wait=AT_ONCE):
        raise ZeroDivisionError
    with store.turn("morning", wait=AT_ONCE):
        pass


def _fail(store: SqlStore, started: threading.Event) -> None:
    started.set()
    time.sleep(0.3)
    store.keep([fetched(entry("a"))], NOW)
    raise ZeroDivisionError


class TestGathering:
    """A run waits for a running gather and uses its result."""

    def test_alone(self, store: SqlStore) -> None:
        """Nobody to wait for, nothing done meanwhile; not even if one has just ended."""
        for _ in range(2):
            with store.gathering(wait=AT_ONCE, urls=[FEED]) as done:
                assert done is False
                store.keep([fetched(entry("a"))], NOW)

    def test_the_result_of_another_is_used(self, state: str) -> None:
        """It ended well while we waited, and had handled all our feeds."""
        with open_store(state) as store, holder(state, "gather") as process:
            let_go(process)
            with store.gathering(wait=timedelta(seconds=30), urls=[FEED]) as done:
                assert done is True
            assert [one.ident for one in store.known([FEED])[FEED]] == ["from the other"]

    def test_another_that_had_other_feeds_does_not_count(self, state: str) -> None:
        """Several digests over one state: the other's gather left ours out, so we gather ourselves."""
        with open_store(state) as store:
            with store.gathering(wait=AT_ONCE):
                store.keep([fetched(url=OTHER, now=NOW - HOUR)], NOW - HOUR)
            with holder(state, "gather") as process:
                let_go(process)
                with store.gathering(wait=timedelta(seconds=30), urls=[FEED, OTHER]) as done:
                    assert done is False

    def test_another_that_died_does_not_count(self, state: str) -> None:
        """Its feeds may be half done."""
        with open_store(state) as store:
            with store.gathering(wait=AT_ONCE):  # one that ended well, but before we came
                store.keep([fetched(entry("a"), now=NOW - HOUR)], NOW - HOUR)
            with holder(state, "gather") as process:
                threading.Timer(0.3, process.kill).start()
                with store.gathering(wait=timedelta(seconds=30), urls=[FEED]) as done:
                    assert done is False

    def test_waiting_is_bounded(self, state: str) -> None:
        """With a clear line."""
        with open_store(state) as store, holder(state, "gather"):
            gathering = store.gathering(wait=timedelta(seconds=0.2))
            with pytest.raises(StateBusy, match="another gather is still at work"), gathering:
                pass

    def test_one_that_failed_does_not_count(self, state: str) -> None:
        """An error inside leaves the gather unfinished."""
        with open_store(state) as one, open_store(state) as two:
            started, results = threading.Event(), []

            def wait_for_it() -> None:
                started.wait()
                with two.gathering(wait=timedelta(seconds=30), urls=[FEED]) as done:
                    results.append(done)

            thread = threading.Thread(target=wait_for_it)
            thread.start()
            with pytest.raises(ZeroDivisionError), one.gathering(wait=AT_ONCE):
                _fail(one, started)
            thread.join()
            assert results == [False]


def test_a_full_disk_hinders_no_lock(state: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is written into a lock's file is for people; that the disk is full is the state's to tell, with advice."""

    def full(_handle: int, _data: bytes) -> int:
        raise OSError(28, "No space left on device")

    with open_store(state) as store:
        monkeypatch.setattr(os, "write", full)
        with store.turn("morning", wait=AT_ONCE), pytest.raises(StateBusy), store.turn("morning", wait=AT_ONCE):
            pass
        with store.gathering(wait=AT_ONCE) as waited:
            assert not waited
