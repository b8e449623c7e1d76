"""The fault matrix: a real outbox against a mail server that misbehaves in one way at a time.

Each row says what must have become of the message after the run, and after the next run against a healthy server.
`docs/delivery.md` has the same table in words.
"""

import time
from collections.abc import Callable
from datetime import timedelta

import pytest

from digest.model import DeliveryState
from tests.send.conftest import NOW, Outbox, impatient, smtp
from tests.send.scripted import DRIBBLE, DROP, HANG, Event, Script, Server, smtp_server

SENT, DEFERRED, REJECTED, FAILED = (
    DeliveryState.SENT,
    DeliveryState.DEFERRED,
    DeliveryState.REJECTED,
    DeliveryState.FAILED,
)
Make = Callable[..., Outbox]
VERBS = ("CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "END")


def at(verb: str, wish: str) -> Script:
    """The script that answers this at one verb, always."""
    return lambda event: wish if event.verb == verb else None


def healthy(box: Outbox) -> Server:
    """Run again against a server that works; what it received."""
    with smtp_server() as server:
        box.send(smtp(server.port), now=NOW + timedelta(hours=1))
    return server


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("wish", [HANG, DROP, DRIBBLE, "451 4.3.0 later", "421 4.3.2 closing", "999 what", "nonsense"])
def test_trouble_that_may_pass_leaves_the_message_deferred_and_the_next_run_sends_it(
    outbox: Make, verb: str, wish: str
) -> None:
    box = outbox(1)
    began = time.monotonic()
    with smtp_server(at(verb, wish)) as server:
        told = box.send((impatient if wish in {HANG, DRIBBLE} else smtp)(server.port), retry_for=0.12)
    assert time.monotonic() - began < 4, "longer than the time-outs"
    assert told["reader0@example.org"].state is DEFERRED
    assert told["reader0@example.org"].reason
    assert box.states == {"reader0@example.org": DEFERRED}
    first = {one.data for one in server.received}
    then = healthy(box)
    assert box.states == {"reader0@example.org": SENT}
    assert [one.recipient for one in then.received] == ["reader0@example.org"]
    assert not first - {one.data for one in then.received}, "the same bytes, and so the same Message-ID"


@pytest.mark.parametrize("verb", ["RCPT", "DATA", "END"])
def test_a_5xx_for_a_message_rejects_it_at_once_and_for_good(outbox: Make, verb: str) -> None:
    box = outbox(1)
    with smtp_server(at(verb, "550 5.1.1 no such reader")) as server:
        told = box.send(smtp(server.port))
    assert told["reader0@example.org"].state is REJECTED
    assert "5.1.1 no such reader" in told["reader0@example.org"].reason
    assert server.counts[verb] == 1
    assert healthy(box).received == []


@pytest.mark.parametrize("verb", ["CONNECT", "EHLO", "MAIL"])
def test_a_5xx_that_is_not_about_the_recipient_loses_nothing(outbox: Make, verb: str) -> None:
    box = outbox(3)
    script: Script = lambda event: "554 5.7.1 not you" if event.verb == verb or event.verb == "HELO" else None  # noqa: E731
    with smtp_server(script) as server:
        told = box.send(smtp(server.port), retry_for=0.12)
    assert {one.state for one in told.values()} == {DEFERRED}
    assert "not you" in told["reader2@example.org"].reason
    assert len(healthy(box).received) == 3


def test_nobody_listens(outbox: Make) -> None:
    with smtp_server() as server:
        pass
    box = outbox(3)
    told = box.send(smtp(server.port), retry_for=0.12)
    assert {one.state for one in told.values()} == {DEFERRED}
    assert "refuses the connection" in told["reader0@example.org"].reason
    assert {one.attempts for one in told.values()} == {0}
    assert len(healthy(box).received) == 3


def test_one_of_fifty_recipients_refused_costs_only_itself(outbox: Make) -> None:
    box = outbox(50)
    script: Script = lambda event: "550 5.1.1 gone" if "reader17@" in event.rest else None  # noqa: E731
    with smtp_server(script) as server:
        told = box.send(smtp(server.port))
    assert [one for one, what in told.items() if what.state is REJECTED] == ["reader17@example.org"]
    assert len(server.received) == 49
    assert server.connections == 1
    assert server.counts["RSET"] == 49


def test_a_message_is_greylisted_and_the_same_run_brings_it_home(outbox: Make) -> None:
    box = outbox(3)
    asked: set[str] = set()

    def greylisting(event: Event) -> str | None:
        if event.verb != "RCPT" or event.rest in asked:
            return None
        asked.add(event.rest)
        return "451 4.7.1 greylisted, try again"

    with smtp_server(greylisting) as server:
        told = box.send(smtp(server.port), retry_for=2)
    assert {one.state for one in told.values()} == {SENT}
    assert {one.attempts for one in told.values()} == {2}
    assert len(server.received) == 3


def test_a_server_takes_so_many_messages_a_connection(outbox: Make) -> None:
    box = outbox(12)
    script: Script = lambda event: "421 4.7.0 too many" if event.verb == "MAIL" and event.message > 5 else None  # noqa: E731
    with smtp_server(script) as server:
        told = box.send(smtp(server.port))
    assert {one.state for one in told.values()} == {SENT}
    assert sorted(one.recipient for one in server.received) == sorted(box.recipients)
    assert server.connections == 3


def test_a_server_defers_after_so_many_messages_a_connection(outbox: Make) -> None:
    box = outbox(12)
    script: Script = lambda event: "452 4.5.3 too many" if event.verb == "RCPT" and event.message > 5 else None  # noqa: E731
    with smtp_server(script) as server:
        told = box.send(smtp(server.port), retry_for=3)
    assert {one.state for one in told.values()} == {SENT}
    assert sorted(one.recipient for one in server.received) == sorted(box.recipients)


def test_the_250_is_lost_and_the_message_goes_again_as_the_same_message(outbox: Make) -> None:
    box = outbox(2)
    script: Script = lambda event: DROP if event.verb == "END" and event.count == 1 else None  # noqa: E731
    with smtp_server(script) as server:
        told = box.send(smtp(server.port), retry_for=2)
    assert {one.state for one in told.values()} == {SENT}
    twice = [one.data for one in server.received if one.recipient == "reader0@example.org"]
    assert len(twice) == 2
    assert twice[0] == twice[1]
    assert "not known whether it had arrived" in told["reader0@example.org"].reason


def test_the_250_is_lost_and_at_most_once_was_asked_for(outbox: Make) -> None:
    box = outbox(1)
    with smtp_server(at("END", DROP)) as server:
        told = box.send(smtp(server.port), after_crash="report")
    assert told["reader0@example.org"].state is FAILED
    assert "may have arrived" in told["reader0@example.org"].reason
    assert len(server.received) == 1
    assert healthy(box).received == []


def test_the_connection_breaks_within_data_and_nothing_counts_as_handed_over(outbox: Make) -> None:
    box = outbox(1)
    script: Script = lambda event: DROP if event.verb == "DURING" else None  # noqa: E731
    with smtp_server(script) as server:
        told = box.send(smtp(server.port), retry_for=0.12)
    assert server.received == []
    assert told["reader0@example.org"].state is DEFERRED
    assert len(healthy(box).received) == 1


def test_a_message_larger_than_the_server_takes_is_not_sent_there(outbox: Make) -> None:
    box = outbox(1)
    with smtp_server(features=("SIZE 500",)) as server:
        told = box.send(smtp(server.port))
    assert told["reader0@example.org"].state is REJECTED
    assert "500" in told["reader0@example.org"].reason
    assert server.counts["MAIL"] == 0


def test_a_server_without_8bitmime_gets_the_same_bytes(outbox: Make) -> None:
    box = outbox(1)
    with smtp_server(features=()) as server:
        box.send(smtp(server.port))
    assert server.received[0].data.isascii()
    assert "BODY" not in "".join(server.said)


def test_a_server_that_does_not_know_ehlo(outbox: Make) -> None:
    box = outbox(1)
    with smtp_server(at("EHLO", "502 5.5.1 what")) as server:
        told = box.send(smtp(server.port))
    assert told["reader0@example.org"].state is SENT


def test_two_thousand_waiting_are_not_each_tried_against_a_server_that_hangs(outbox: Make) -> None:
    box = outbox(200)
    began = time.monotonic()
    with smtp_server(at("RCPT", HANG)) as server:
        told = box.send(impatient(server.port), retry_for=1)
    assert time.monotonic() - began < 5
    assert len(told) == 200
    assert {one.state for one in told.values()} == {DEFERRED}
    assert server.counts["RCPT"] < 6
