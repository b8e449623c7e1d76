"""The outbox's own rules: order, giving up, crashes found, recipients gone, pace, several connections, interruption."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from digest.model import Delivery, DeliveryState
from digest.send.outbox import AFTER_CRASH
from tests.send.conftest import DAY, NOW, Outbox, smtp
from tests.send.scripted import Event, smtp_server

Make = Callable[..., Outbox]
SENT, DEFERRED, FAILED, CANCELLED = (
    DeliveryState.SENT,
    DeliveryState.DEFERRED,
    DeliveryState.FAILED,
    DeliveryState.CANCELLED,
)
READER = "reader0@example.org"


def busy(event: Event) -> str | None:
    """A server that has no time."""
    return "451 4.3.0 later" if event.verb == "RCPT" else None


def test_older_editions_leave_first(outbox: Make) -> None:
    box = outbox(2)
    box.fill(date(2026, 2, 19), now=NOW + timedelta(days=1))
    with smtp_server() as server:
        box.send(smtp(server.port), now=NOW + timedelta(days=1))
    dates = [one.data.partition(b"Date: ")[2][:16] for one in server.received]
    assert dates == [b"Wed, 18 Feb 2026"] * 2 + [b"Thu, 19 Feb 2026"] * 2


def test_what_is_sent_is_never_sent_again(outbox: Make) -> None:
    box = outbox(2)
    with smtp_server() as server:
        box.send(smtp(server.port))
        assert box.send(smtp(server.port)) == {}
    assert len(server.received) == 2


def test_it_is_given_up_after_so_long_and_not_before(outbox: Make) -> None:
    box = outbox(1)
    with smtp_server(busy) as server:
        for hours in (0, 1, 24, 71):
            assert box.send(smtp(server.port), now=NOW + timedelta(hours=hours), retry_for=0)[READER].state is DEFERRED
        told = box.send(smtp(server.port), now=NOW + timedelta(hours=72), retry_for=0)[READER]
    assert (told.state, told.attempts) == (FAILED, 5)
    assert "given up after 3 days" in told.reason
    assert "451" in told.reason


def test_one_that_is_too_old_is_still_tried_once(outbox: Make) -> None:
    box = outbox(1)
    with smtp_server() as server:
        assert box.send(smtp(server.port), now=NOW + timedelta(days=9))[READER].state is SENT


def test_a_recipient_who_left_gets_no_more_whatever_waits(outbox: Make) -> None:
    box = outbox(2)
    box.recipients.remove(READER)
    with smtp_server() as server:
        told = box.send(smtp(server.port))
    assert told[READER].state is CANCELLED
    assert [one.recipient for one in server.received] == ["reader1@example.org"]


@pytest.mark.parametrize(("after_crash", "state", "arrived"), [("resend", SENT, 1), ("report", FAILED, 0)])
def test_a_delivery_found_as_sending(outbox: Make, after_crash: str, state: DeliveryState, arrived: int) -> None:
    box = outbox(1)
    (delivery,) = box.store.outbox("morning")
    box.store.mark(delivery, DeliveryState.SENDING, NOW)
    with smtp_server() as server:
        told = box.send(smtp(server.port), after_crash=after_crash)[READER]
    assert told.state is state
    assert AFTER_CRASH in told.reason
    assert len(server.received) == arrived
    if arrived:
        assert delivery.message_id.encode() in server.received[0].data


def test_several_connections_at_once_and_each_message_once(outbox: Make) -> None:
    box = outbox(40)
    slow = threading.Event()

    def slowly(event: Event) -> str | None:
        if event.verb == "END":
            slow.wait(0.02)
        return None

    with smtp_server(slowly) as server:
        told = box.send(smtp(server.port, connections=4, timeout=timedelta(seconds=5)))
    assert {one.state for one in told.values()} == {SENT}
    assert sorted(one.recipient for one in server.received) == sorted(box.recipients)
    assert server.connections == 4


def test_no_faster_than_the_rate(outbox: Make) -> None:
    box = outbox(5)
    began = time.monotonic()
    with smtp_server() as server:
        box.send(smtp(server.port, interval=timedelta(seconds=0.1), connections=3))
    assert time.monotonic() - began >= 0.4
    assert len(server.received) == 5


def test_interrupted_it_waits_for_the_answer_under_way_and_keeps_it(outbox: Make) -> None:
    box = outbox(3)
    seen = box.store.record

    class Interrupted:
        """The store, at which somebody presses Ctrl-C when the second message is about to be chosen."""

        def __getattr__(self, name: str) -> object:
            return getattr(box.store, name)

        def record(self, deliveries: list[Delivery], now: datetime) -> None:
            seen(deliveries, now)
            if any(one.state is SENT for one in deliveries) and any(one.state == "sending" for one in deliveries):
                raise KeyboardInterrupt

    with smtp_server() as server, pytest.raises(KeyboardInterrupt):
        replace(box, store=Interrupted()).send(smtp(server.port))  # type: ignore[arg-type]  # all but one method are the real ones
    assert len(server.received) == 1
    assert box.states[READER] is SENT


def test_each_recipient_sees_only_themselves(outbox: Make) -> None:
    box = outbox(5)
    with smtp_server() as server:
        box.send(smtp(server.port))
    for one in server.received:
        assert {name for name in box.recipients if name.encode() in one.data} == {one.recipient}


def test_a_recipient_added_later_starts_with_the_next_edition(outbox: Make) -> None:
    box = outbox(1)
    box.recipients.append("new@example.org")
    with smtp_server() as server:
        box.send(smtp(server.port))
    assert [one.recipient for one in server.received] == [READER]
    assert {one.recipient for one in box.store.deliveries("morning", DAY)} == {READER}
