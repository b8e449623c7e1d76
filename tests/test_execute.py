"""The contract of the port `Executor`, held by every executor there is; and what a worker's death, or its parent's, comes to."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from digest.execute import UNDER_WAY, WORTH_IT, Processes, Serial
from digest.ports import Executor


def doubled(number: int) -> int:
    if number < 0:
        raise ValueError("below nothing")
    return 2 * number


def fatal(number: int) -> int:
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


@pytest.fixture(params=["serial", "processes"])
def executor(request: pytest.FixtureRequest) -> Iterator[Executor]:
    one: Serial | Processes = Serial() if request.param == "serial" else Processes(workers=2)
    yield one
    one.close()


class TestContract:
    """Any order, lazily, errors raised by the iterator."""

    @pytest.mark.parametrize("count", [0, 1, 3 * UNDER_WAY])
    def test_stream(self, executor: Executor, count: int) -> None:
        assert sorted(executor.stream(doubled, range(count))) == [2 * number for number in range(count)]

    def test_stream_again(self, executor: Executor) -> None:
        assert list(executor.stream(doubled, [1])) == [2]
        assert list(executor.stream(doubled, [2])) == [4]

    def test_a_stream_given_up_leaves_nothing_to_the_next(self, executor: Executor) -> None:
        given_up = executor.stream(doubled, range(100, 100 + UNDER_WAY))
        assert next(iter(given_up)) >= 200
        assert sorted(executor.stream(doubled, range(5))) == [0, 2, 4, 6, 8]

    def test_map(self, executor: Executor) -> None:
        assert sorted(executor.map(doubled, range(WORTH_IT - 1))) == [2 * number for number in range(WORTH_IT - 1)]

    def test_stream_asks_for_no_more_than_it_can_do(self, executor: Executor) -> None:
        asked: list[int] = []

        def numbers() -> Iterator[int]:
            for number in range(10 * UNDER_WAY):
                asked.append(number)
                yield number

        results = executor.stream(doubled, numbers())
        next(iter(results))
        assert len(asked) <= UNDER_WAY + 1

    def test_an_error_is_raised_where_the_result_is_asked_for(self, executor: Executor) -> None:
        with pytest.raises(ValueError, match="below nothing"):
            list(executor.stream(doubled, [1, -1, 2]))

    def test_large_items_both_ways(self, executor: Executor) -> None:
        texts = [str(number) * 300_000 for number in range(8)]
        assert sorted(executor.stream(str.upper, texts)) == texts


@pytest.mark.parametrize("failure", [OSError(38, "Function not implemented"), ImportError("no sem_open")])
def test_where_no_process_can_be_started_all_is_done_here(failure: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    """No semaphores (no /dev/shm, Android), or no leave to start anything."""

    def refuse(*_: object) -> None:
        raise failure

    monkeypatch.setattr("multiprocessing.context.BaseContext.Lock", refuse)
    executor = Processes(workers=2)
    assert sorted(executor.map(doubled, range(WORTH_IT + 1))) == [2 * number for number in range(WORTH_IT + 1)]
    executor.close()


def told(program: str) -> list[str]:
    """What a program of a single thread (where forking is safe, unlike here) says with a helper at hand."""
    begin = "import os, signal\nfrom digest.execute import *\nfrom tests.test_execute import *\n"
    begin += "executor = Processes(workers=2)\nexecutor.expect(STREAMED, int)\nassert executor._helper is not None\n"
    words = [sys.executable, "-c", begin + textwrap.dedent(program)]
    root = Path(__file__).parents[1]
    done = subprocess.run(words, capture_output=True, text=True, check=False, cwd=root, timeout=60)
    return done.stdout.split() or [done.stderr]


linux = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="a helper is forked on Linux alone")


@linux
@pytest.mark.parametrize(
    "name", sorted(name for name in dir(TestContract) if name.startswith("test_") and name != "test_stream")
)
def test_the_contract_with_a_helper(name: str) -> None:
    assert told(f"TestContract().{name}(executor); executor.close(); print('kept')") == ["kept"]


@linux
def test_a_helper_does_much() -> None:
    program = "print(sorted(executor.stream(doubled, range(3 * UNDER_WAY))) == list(range(0, 6 * UNDER_WAY, 2)))"
    assert told(program) == ["True"]


@linux
def test_a_helper_that_dies_is_told() -> None:
    program = """
        try:
            list(executor.stream(fatal, range(200)))
        except DigestError as error:
            print(str(error).split(" (")[0].replace(" ", "-"))
        executor.close()
    """
    assert told(program) == ["a-worker-process-died"]


@linux
def test_a_helper_ends_with_its_parent() -> None:
    """Killed outright, the parent leaves nobody behind that holds its locks."""
    program = "print(next(executor.stream(str, [1])), executor._helper._pid, flush=True); os.kill(os.getpid(), 9)"
    said = told(program)
    assert said[0] == "1"
    for _ in range(100):
        if _is_gone(int(said[1])):
            return
        time.sleep(0.05)
    pytest.fail("the helper is still there")


def _is_gone(pid: int) -> bool:
    """Ended, and only not yet collected by whoever inherited it."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True
