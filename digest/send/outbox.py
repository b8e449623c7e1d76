"""The outbox: deliveries to the mail server, each settled on the server's own answer, none lost, none doubled.

    pending ─┬─> sending ─┬─> sent        the server took it (2xx)
    deferred ┘            ├─> deferred    4xx, or no connection: again in this run, then with every run and gather
                          ├─> rejected    5xx for this message or recipient
                          └─> failed      still deferred after `give_up_after`; or unknown, with after_crash: report
    pending, deferred ──────> cancelled   the recipient was removed, or asked for no more mail

A delivery is marked `sending` durably before its message leaves, and settled durably before the next one follows on
that connection. So a row found as `sending` at the start can only be a crash between these two moments.
"""

import random
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from digest.errors import TransportError
from digest.model import Delivery, DeliveryState, Edition, Envelope, Rendition, Verdict
from digest.ports import Store, Transport
from digest.send.lines import Answer, Line, Lines

AFTER_CRASH = "an earlier run ended before the server's answer was recorded"
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 10.0  # seconds between attempts within a run, doubling
_RENDITIONS = 8  # held at a time; deliveries come grouped by rendition


def deliver(
    store: Store,
    transport: Transport,
    build: Callable[[Rendition, Delivery], Envelope],
    *,
    digest: str,
    recipients: frozenset[str],
    now: datetime,
    retry_for: timedelta,
    give_up_after: timedelta,
    after_crash: str,
) -> tuple[Delivery, ...]:
    """Try every unfinished delivery of a digest, older editions first; a final or deferred status for each.

    To be called in the digest's turn (`Store.turn`). `recipients` are the case-folded addresses that still want it; the
    others' deliveries are cancelled. Attempts end `retry_for` after a message's first one in this run, and after the
    first of a row of failing connections; what is left stays deferred. `after_crash` is "resend" (at least once, the
    same Message-ID) or "report" (at most once: what may have arrived is failed, and said so). Mail trouble never
    raises; what the store or `build` raises does, and leaves the delivery as it was.
    """
    run = _Run(
        store, transport, build, now, retry_for.total_seconds(), give_up_after, at_most_once=after_crash == "report"
    )
    waiting = []
    for delivery in store.outbox(digest):
        if delivery.recipient.casefold() not in recipients:
            run.settle(delivery, DeliveryState.CANCELLED, "no recipient of this digest any more")
        elif delivery.state is DeliveryState.SENDING and run.at_most_once:
            run.settle(delivery, DeliveryState.FAILED, f"{AFTER_CRASH}: it may have arrived, or not; not sent again")
        else:
            waiting.append(delivery)
    run.record()
    if waiting:
        run.empty(waiting)
    return tuple(run.settled)


def undelivered(editions: Sequence[Edition]) -> list[tuple[date, int, int]]:
    """Editions that some did not get, the deliveries being given up: day, how many, of how many; oldest first."""
    lost = ((one.day, one.counts.get(DeliveryState.FAILED, 0), sum(one.counts.values())) for one in reversed(editions))
    return [(day, failed, recipients) for day, failed, recipients in lost if failed]


@dataclass(slots=True)
class _Waiting:
    """A delivery and when (monotonic seconds) it may be tried."""

    delivery: Delivery
    not_before: float = 0.0
    first_try: float | None = None
    deferred: float = 0.0
    tries: int = 0
    note: str = ""


@dataclass(slots=True)
class _Trouble:
    """A row of failures that are the connection's, not a recipient's. Seconds are monotonic."""

    since: float | None = None
    count: int = 0
    until: float = 0.0  # no session is opened before
    reason: str = ""
    hopeless: bool = False


class _Run:
    """One pass over the outbox: this, in the main thread, decides and keeps the books; `Lines` carries."""

    def __init__(
        self,
        store: Store,
        transport: Transport,
        build: Callable[[Rendition, Delivery], Envelope],
        now: datetime,
        retry_for: float,
        give_up_after: timedelta,
        *,
        at_most_once: bool,
    ) -> None:
        self._store, self._transport, self._build = store, transport, build
        self._now, self._started = now, time.monotonic()
        self._retry_for, self._give_up_after = retry_for, give_up_after
        self.at_most_once = at_most_once
        self.settled: list[Delivery] = []
        self._changed: list[Delivery] = []  # not yet recorded
        self._waiting: list[_Waiting] = []
        self._trouble = _Trouble()
        self._next_start = 0.0  # of a message, by the transport's pace
        self._renditions: OrderedDict[int, Rendition] = OrderedDict()

    def empty(self, deliveries: list[Delivery]) -> None:
        """Send them all, or settle why not."""
        self._waiting = [_Waiting(one, note=_note(one)) for one in deliveries]
        with Lines[_Waiting | None](self._transport, min(self._transport.connections, len(deliveries)) or 1) as lines:
            try:
                while (self._waiting and not self._trouble.hopeless) or lines.busy:
                    self._start(lines)
                    for answer in lines.landed(self._patience(lines)):
                        self._hear(*answer)
            finally:  # interrupted, or the state failed: what is under way ends, and its answer is kept
                while lines.busy:
                    for answer in lines.landed(None):
                        self._hear(*answer)
                self._rescue()
        for left in self._waiting:
            self._give_up_or(left, self._trouble.reason)
        self.record()

    def record(self, leaving: Sequence[Delivery] = ()) -> None:
        """In one transaction what was answered and what is about to leave, so that a message costs one disk flush."""
        if self._changed or leaving:
            self._store.record([*self._changed, *leaving], self._at())
        self._changed = []

    def _rescue(self) -> None:
        """Record what is not recorded; an interruption may have come between a commit and our knowing of it."""
        if self._changed:
            unfinished = {one.id for one in self._store.outbox()}
            self._changed = [one for one in self._changed if one.id in unfinished]
            self.record()

    def _start(self, lines: Lines[_Waiting | None]) -> None:
        """Give each free line something to do, if there is something to do now."""
        launches: list[tuple[Line, Envelope, _Waiting]] = []
        moment = time.monotonic()
        ready = [one for one in self._waiting if one.not_before <= moment]
        for line in tuple(lines.free):
            if not ready or self._trouble.hopeless or moment < self._next_start:
                break
            item = ready[0]
            if line.is_open and line.opened >= item.deferred:
                launches.append((line, self._envelope(item.delivery), item))
                self._next_start = moment + self._transport.interval.total_seconds()
                ready.pop(0)
            elif (
                moment >= self._trouble.until
            ):  # closed, or too old: a server may defer what one connection has too much of
                lines.open(line, None)
        for _, _, item in launches:
            attempts = item.delivery.attempts + 1
            item.delivery = replace(item.delivery, state=DeliveryState.SENDING, attempts=attempts, next_try=None)
            item.first_try = moment if item.first_try is None else item.first_try
        self.record([item.delivery for _, _, item in launches])
        for line, envelope, item in launches:
            self._waiting.remove(item)
            lines.send(line, envelope, item)

    def _envelope(self, delivery: Delivery) -> Envelope:
        number = delivery.rendition
        if number not in self._renditions:
            self._renditions[number] = self._store.rendition(delivery)
        rendition = self._renditions[number]
        if not number or len(self._renditions) > _RENDITIONS:
            self._renditions.popitem(last=False)
        return self._build(rendition, delivery)

    def _patience(self, lines: Lines[_Waiting | None]) -> float | None:
        """Seconds until something may start; None where only an answer can change that."""
        if not lines.free or not self._waiting or self._trouble.hopeless:
            return None if lines.busy else 0.0
        moment = time.monotonic()
        soonest = max(min(one.not_before for one in self._waiting), self._next_start)
        if not any(line.is_open for line in lines.free):
            soonest = max(soonest, self._trouble.until)
        return min(max(soonest - moment, 0.001), _LONGEST_PAUSE)

    # ---- what an answer means

    def _hear(self, line: Line, item: _Waiting | None, answer: Answer) -> None:
        if isinstance(answer, TransportError):
            self._connection_failed(str(answer), final=answer.final)
        elif item is not None and answer is not None:
            self._answered(item, answer, fresh=line.carried == 0)

    def _answered(self, item: _Waiting, verdict: Verdict, *, fresh: bool) -> None:
        reason = "; ".join(filter(None, [verdict.reason, item.note]))
        if not verdict.broken:
            self._trouble = _Trouble()
        elif fresh:
            self._connection_failed(verdict.reason, final=False)
        if verdict.state is not DeliveryState.DEFERRED:
            self.settle(item.delivery, verdict.state, reason)
        elif verdict.unsure and self.at_most_once:
            self.settle(item.delivery, DeliveryState.FAILED, f"{reason}; it may have arrived, or not; not sent again")
        else:
            if verdict.unsure:
                item.note = "sent again, for it was not known whether it had arrived"
            self._again(item, reason, at_once=verdict.broken and not fresh)

    def _again(self, item: _Waiting, reason: str, *, at_once: bool) -> None:
        """Deferred: put back for another attempt within this run, or left for the next."""
        moment = time.monotonic()
        pause = 0.0 if at_once else self._backoff(item.tries)
        item.tries += 1
        if moment + pause > (item.first_try or moment) + self._retry_for:
            self._give_up_or(item, reason)
            return
        item.deferred, item.not_before = moment, moment + pause
        self._store.mark(
            item.delivery,
            DeliveryState.DEFERRED,
            self._at(),
            reason=reason,
            next_try=self._at(timedelta(seconds=pause)),
        )
        item.delivery = replace(item.delivery, state=DeliveryState.DEFERRED, reason=reason)
        self._waiting.append(item)

    def _give_up_or(self, item: _Waiting, reason: str) -> None:
        """The run ends for this one: deferred, or failed where it is too old."""
        delivery = item.delivery
        reason = reason or delivery.reason
        if self._at() >= delivery.created + self._give_up_after:
            days = self._give_up_after.total_seconds() / 86400
            self.settle(delivery, DeliveryState.FAILED, f"given up after {days:g} days: {reason}")
        else:
            self.settle(delivery, DeliveryState.DEFERRED, reason)

    def _connection_failed(self, reason: str, *, final: bool) -> None:
        trouble, moment = self._trouble, time.monotonic()
        trouble.since = moment if trouble.since is None else trouble.since
        trouble.reason = reason
        pause = self._backoff(trouble.count)
        trouble.count += 1
        trouble.until = moment + pause
        trouble.hopeless = final or trouble.until > trouble.since + self._retry_for

    def _backoff(self, tries: int) -> float:
        """Seconds, doubling, with jitter, so that many senders do not come back at the same moment."""
        first = min(_FIRST_PAUSE, self._retry_for / 8) or _FIRST_PAUSE
        return min(first * 2.0**tries, _LONGEST_PAUSE) * random.uniform(0.75, 1.25)

    def _at(self, later: timedelta = timedelta(0)) -> datetime:
        """The run's clock: `now`, and what has passed since."""
        return self._now + timedelta(seconds=time.monotonic() - self._started) + later

    def settle(self, delivery: Delivery, state: DeliveryState, reason: str) -> None:
        """The last word of this run on a delivery; durable with the next `record`."""
        self.settled.append(replace(delivery, state=state, reason=reason, next_try=None))
        self._changed.append(self.settled[-1])


def _note(delivery: Delivery) -> str:
    return f"{AFTER_CRASH}: sent again under the same Message-ID" if delivery.state is DeliveryState.SENDING else ""
