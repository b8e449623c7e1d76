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

from digest.errors import DigestError
from digest.execute import STREAMED, UNDER_WAY, WORTH_IT, Processes, Serial
from digest.ports import Executor


def doubled(number: int) -> int:
    if number < 0:
        raise ValueError("below nothing")
    return 2 * number


def fatal(number: int) -> int:
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


@pytest.fixture(params=["serial", "processes", "helper"])
def executor(request: pytest.FixtureRequest) -> Iterator[Executor]:
    one: Serial | Processes = Serial() if request.param == "serial" else Processes(workers=2)
    if request.param == "helper":
        one.expect(STREAMED)
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


def test_a_helper_that_dies_is_told() -> None:
    executor = Processes(workers=2)
    executor.expect(STREAMED)
    with pytest.raises(DigestError, match="worker process died"):
        list(executor.stream(fatal, range(200)))
    executor.close()


def test_a_helper_ends_with_its_parent() -> None:
    """Killed outright, the parent leaves nobody behind that holds its locks."""
    program = textwrap.dedent(
        """
        import os
        from digest.execute import STREAMED, Processes
        executor = Processes(workers=2)
        executor.expect(STREAMED)
        print(next(executor.stream(str, [1])), executor._helper._pid, flush=True)
        os.kill(os.getpid(), 9)
        """
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False).stdout.split()
    helper = int(said[1])
    for _ in range(100):
        try:
            os.kill(helper, 0)
        except ProcessLookupError:
            return
        if _is_gone(helper):
            return
        time.sleep(0.05)
    pytest.fail("the helper is still there")


def _is_gone(pid: int) -> bool:
    """Ended, and only not yet collected by whoever inherited it."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True
