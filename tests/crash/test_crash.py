"""The whole program, killed with SIGKILL at its durable boundaries and at any moment, and run twice at once.

Nothing is lost; a message comes twice only where the kill fell between the server's 250 and our commit, and then under the
same Message-ID. `benchmarks/crash.py` does the same some hundred times.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.crash.harness import RECIPIENTS, Runner, Tally, at_once, runner, trial
from tests.send.scripted import Server, smtp_server

KILLS: list[dict[str, Any]] = [
    *({"kill": ["before", n]} for n in (1, 2, 4, 5, 6, 7, 15, 26)),
    *({"kill": ["after", n]} for n in (1, 4, 5, 6, 20, 26)),
    *({"delay": moment / 1000} for moment in (15, 35, 55, 75, 95, 120)),
]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with smtp_server() as made:
        yield made


@pytest.fixture(scope="module")
def running(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Runner, Path]]:
    folder = tmp_path_factory.mktemp("crash")
    with runner(folder, server.port) as made:
        yield made, folder


def test_twenty_kills_lose_nothing_and_double_nothing(server: Server, running: tuple[Runner, Path]) -> None:
    tally = Tally()
    for number, how in enumerate(KILLS):
        trial(running[0], server, running[1] / f"kill{number}", tally, next_day=number % 2 == 1, **how)
    print(tally)
    assert tally.clean, "\n".join([str(tally), *tally.notes])
    assert tally.kills == 20
    assert tally.kills - tally.survived >= 14, "the kills at the boundaries must all have happened"
    assert tally.editions >= 20
    assert tally.duplicates >= 1, "a kill between the server's answer and our commit is among them"


@pytest.mark.parametrize("attempt", range(3))
def test_two_runs_at_the_same_moment_send_one_mail_each(
    attempt: int, server: Server, running: tuple[Runner, Path]
) -> None:
    statuses, received = at_once(running[0], server, running[1] / f"two{attempt}", ["run", "run"])
    assert statuses == [0, 0]
    assert set(received.values()) == {1}
    assert len(received) == RECIPIENTS


def test_a_run_that_meets_a_gather_sends_one_mail_each(server: Server, running: tuple[Runner, Path]) -> None:
    statuses, received = at_once(running[0], server, running[1] / "meeting", ["gather", "run", "gather"])
    assert statuses == [0, 0, 0]
    assert set(received.values()) == {1}
    assert len(received) == RECIPIENTS
