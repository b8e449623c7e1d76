"""The contract of the port `Store`: deliveries, what they carry, and who wants none. Held by every store."""

from dataclasses import replace

import pytest

from digest.errors import StateError
from digest.model import (
    DeliveryState,
    Picture,
)
from digest.store import SqlStore
from tests.store.made import (
    DAY,
    HOUR,
    NOW,
    To,
    issue,
    rendition,
)


class TestOutbox:
    """Deliveries and what they carry."""

    def committed(self, store: SqlStore) -> None:
        """Two editions; the older has two recipients."""
        store.commit(issue(now=NOW), [], [(rendition("new"), [To("c@x.example", "<3>", "Cee")])], NOW)
        to = [To("a@x.example", "<1>"), To("b@x.example", "<2>")]
        store.commit(issue(now=NOW - DAY), [], [(rendition("old"), to)], NOW - HOUR)

    def test_older_editions_first(self, store: SqlStore) -> None:
        """The order in which the outbox is emptied, whatever the order of their coming."""
        self.committed(store)
        rows = store.outbox("morning")
        assert [one.recipient for one in rows] == ["a@x.example", "b@x.example", "c@x.example"]
        last = rows[-1]
        assert (last.digest, last.day, last.name, last.message_id) == ("morning", NOW.date(), "Cee", "<3>")
        assert (last.state, last.created, last.attempts, last.next_try) == (DeliveryState.PENDING, NOW, 0, None)
        assert store.outbox() == rows
        assert store.outbox("evening") == ()

    def test_a_delivery_moves_through_its_states(self, store: SqlStore) -> None:
        """SENDING counts an attempt; finished ones leave the outbox and stay in the edition's list."""
        self.committed(store)
        one = store.outbox()[0]
        store.mark(one, DeliveryState.SENDING, NOW)
        store.mark(one, DeliveryState.DEFERRED, NOW, reason="451 later", next_try=NOW + HOUR)
        store.mark(one, DeliveryState.SENDING, NOW)
        (now,) = (row for row in store.outbox() if row.id == one.id)
        assert (now.state, now.attempts, now.message_id) == (DeliveryState.SENDING, 2, one.message_id)
        store.mark(one, DeliveryState.SENT, NOW, reason="250 ok")
        assert one.id not in [row.id for row in store.outbox()]
        (then,) = (row for row in store.deliveries("morning", one.day) if row.id == one.id)
        assert then == replace(one, state=DeliveryState.SENT, attempts=2, reason="250 ok")

    @pytest.mark.parametrize("final", ["sent", "rejected", "failed", "cancelled"])
    def test_what_is_finished_stays_finished(self, store: SqlStore, final: str) -> None:
        """No late mark can bring a delivery back into the outbox."""
        self.committed(store)
        one = store.outbox()[0]
        store.mark(one, DeliveryState(final), NOW)
        with pytest.raises(StateError, match="finished"):
            store.mark(one, DeliveryState.SENDING, NOW)
        assert store.deliveries("morning", one.day)[0].state == final

    def test_renditions_come_back_whole(self, store: SqlStore) -> None:
        """Pictures in their order, bytes as they were; the same selection is stored once for all its recipients."""
        pictures = (Picture("b@x", b"\xff\0", "jpeg", 640, 360), Picture("a@x", b"", "png", 1, 1))
        full = rendition(
            "s", subject="Sübject", html="<p>é\r\n</p>" * 9000, text="t\n", language="uk", pictures=pictures
        )
        store.commit(issue(), [], [(full, [To("a@x.example", "<1>")]), (full, [To("b@x.example", "<2>")])], NOW)
        assert [store.rendition(one) for one in store.outbox()] == [full, full]

    def test_a_resend_stands_beside_the_original(self, store: SqlStore) -> None:
        """A new row with a new Message-ID and stamp; what was sent stays as it was; the same bytes are carried."""
        self.committed(store)
        one = store.outbox()[0]
        store.mark(one, DeliveryState.SENT, NOW)
        again = store.resend(one, To("a@x.example", "<again>"), NOW + DAY)
        assert (again.message_id, again.state, again.created) == ("<again>", DeliveryState.PENDING, NOW + DAY)
        assert again in store.outbox()
        assert [row.message_id for row in store.deliveries("morning", one.day)] == ["<1>", "<2>", "<again>"]
        assert store.rendition(again) == store.rendition(one)
        elsewhere = store.resend(one, To("new@x.example", "<new>"), NOW + DAY)
        assert store.rendition(elsewhere).selection == "old"

    def test_a_resend_replaces_what_was_still_waiting(self, store: SqlStore) -> None:
        """Else the recipient would get both."""
        self.committed(store)
        one = store.outbox()[0]
        again = store.resend(one, To("a@x.example", "<again>"), NOW)
        thrice = store.resend(again, To("a@x.example", "<thrice>"), NOW)
        mine = [row for row in store.deliveries("morning", one.day) if row.recipient == "a@x.example"]
        assert [row.state for row in mine] == ["cancelled", "cancelled", "pending"]
        assert mine[-1] == thrice

    def test_a_delivery_of_another_state_is_refused(self, store: SqlStore) -> None:
        """Nothing is marked or read by guess."""
        self.committed(store)
        stranger = replace(store.outbox()[0], id=4711)
        for attempt in (
            lambda: store.mark(stranger, DeliveryState.SENT, NOW),
            lambda: store.rendition(stranger),
            lambda: store.resend(stranger, To("a@x.example"), NOW),
        ):
            with pytest.raises(StateError, match="4711"):
                attempt()

    def test_suppression_outlives_everything(self, store: SqlStore) -> None:
        """Case-folded, for each digest apart, undone by hand only."""
        assert store.suppress("morning", "Me@Example.ORG", NOW) is True
        assert store.suppress("morning", "me@example.org", NOW) is False
        assert store.suppressed("morning") == {"me@example.org"}
        assert store.suppressed("evening") == frozenset()
        assert store.unsuppress("evening", "me@example.org") is False
        assert store.unsuppress("morning", "ME@example.org") is True
        assert store.unsuppress("morning", "me@example.org") is False
        assert store.suppressed("morning") == frozenset()
