"""A real store with an edition in its outbox, and how to send it: what the tests of this room share."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from digest.model import Delivery, DeliveryState, Issue, Rendition
from digest.ports import Store, Transport
from digest.send.message import Addressed, MailSettings, build, message_id
from digest.send.outbox import deliver
from digest.send.smtp import SmtpTransport
from digest.store import open_store

NOW = datetime(2026, 2, 18, 6, 30, tzinfo=UTC)
DAY = date(2026, 2, 18)
MAIL = MailSettings(title="Morning Digest", sender_name="Morning Digest", sender="digest@example.org")


def rendition(selection: str = "all", **changes: object) -> Rendition:
    """A small edition."""
    values: dict[str, object] = {
        "selection": selection,
        "subject": "18 February: news",
        "html": f'<!DOCTYPE html><p>News for {selection}. <a href="https://unsubscribe.invalid/">Unsubscribe</a></p>',
        "text": f"News for {selection}.\n\nhttps://unsubscribe.invalid/\n",
        **changes,
    }
    return Rendition(**values)  # type: ignore[arg-type]  # tests name the fields they change


def addressed(address: str, day: date = DAY, digest: str = "morning") -> Addressed:
    """A recipient, as the pipeline makes one."""
    return Addressed(address, "", message_id(digest, day, address, "example.org"))


@dataclass
class Outbox:
    """A store, and the sending of what is in it. `recipients` are those of the config."""

    store: Store
    url: str
    recipients: list[str]

    def fill(self, day: date = DAY, *, now: datetime = NOW) -> None:
        """An edition for all recipients."""
        issue = Issue("morning", "Morning Digest", day, now - timedelta(days=1), now, "en", "UTC")
        self.store.commit(issue, [], [(rendition(), [addressed(one, day) for one in self.recipients])], now)

    def send(
        self,
        transport: Transport,
        *,
        now: datetime = NOW,
        retry_for: float = 0.5,
        give_up_after: timedelta = timedelta(days=3),
        after_crash: str = "resend",
    ) -> dict[str, Delivery]:
        """Deliver; what became of each recipient's (latest) message."""
        done = deliver(
            self.store,
            transport,
            partial(build, mail=MAIL),
            digest="morning",
            recipients=frozenset(one.casefold() for one in self.recipients),
            now=now,
            retry_for=timedelta(seconds=retry_for),
            give_up_after=give_up_after,
            after_crash=after_crash,
        )
        return {one.recipient: one for one in done}

    @property
    def states(self) -> dict[str, DeliveryState]:
        """The states in the store."""
        return {one.recipient: one.state for one in self.store.deliveries("morning", DAY)}


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Callable[..., Outbox]]:
    """Makes an outbox with an edition for so many recipients."""
    opened: list[Store] = []

    def make(count: int = 1) -> Outbox:
        url = f"sqlite:///{tmp_path / 'digest.db'}"
        opened.append(open_store(url))
        made = Outbox(opened[-1], url, [f"reader{n}@example.org" for n in range(count)])
        made.fill()
        return made

    yield make
    for store in opened:
        store.close()


def smtp(port: int, **changes: object) -> SmtpTransport:
    """A plain transport to a scripted server that answers: patient, so that a busy machine looks like no fault."""
    values: dict[str, object] = {
        "host": "127.0.0.1",
        "port": port,
        "security": "none",
        "helo": "example.org",
        "timeout": timedelta(seconds=20),
        **changes,
    }
    return SmtpTransport(**values)  # type: ignore[arg-type]  # tests name the fields they change


def impatient(port: int, **changes: object) -> SmtpTransport:
    """The same to a server that keeps silent."""
    return smtp(port, timeout=timedelta(seconds=0.1), **changes)
