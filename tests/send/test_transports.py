"""One contract for every way mail can leave: what the outbox may count on, whichever is configured."""

import mailbox
import stat
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from digest.errors import TransportError
from digest.model import DeliveryState, Envelope
from digest.ports import Transport
from digest.send.files import FolderTransport, MaildirTransport
from digest.send.sendmail import SendmailTransport
from digest.send.smtp import SmtpTransport
from tests.send.conftest import smtp
from tests.send.scripted import smtp_server

BODY = "Subject: one\r\n\r\n.dot\r\n..dots\r\nFrom here\r\n" + "x" * 900 + "\r\nЗірка\r\n"


def envelope(number: int = 1, recipient: str = "reader@example.org", body: str = BODY) -> Envelope:
    identity = f"<{number}@example.org>"
    data = f"Message-ID: {identity}\r\nTo: {recipient}\r\n{body}".encode()
    return Envelope("digest@example.org", recipient, data, identity, "2026-02-18-morning")


@dataclass(frozen=True)
class Way:
    """A transport, what has arrived by it (with CRLF), and the same transport with nobody at the other end."""

    transport: Transport
    arrived: Callable[[], list[bytes]]
    broken: Transport


Opened = Callable[[Path], AbstractContextManager[Way]]


@contextmanager
def by_smtp(tmp_path: Path) -> Iterator[Way]:
    with smtp_server() as gone:
        pass
    with smtp_server() as server:
        yield Way(smtp(server.port), lambda: [one.data for one in server.received], smtp(gone.port))


@contextmanager
def by_folder(tmp_path: Path) -> Iterator[Way]:
    (tmp_path / "file").touch()
    folder = tmp_path / "out" / "box"
    yield Way(
        FolderTransport(folder),
        lambda: [one.read_bytes() for one in sorted(folder.iterdir())],
        FolderTransport(tmp_path / "file"),
    )


@contextmanager
def by_maildir(tmp_path: Path) -> Iterator[Way]:
    (tmp_path / "file").touch()
    folder = tmp_path / "Maildir"

    def arrived() -> list[bytes]:
        box = mailbox.Maildir(folder, create=False)
        return sorted(box.get_bytes(key).replace(b"\n", b"\r\n") for key in box.keys())  # noqa: SIM118  a Maildir is no dict

    yield Way(MaildirTransport(folder), arrived, MaildirTransport(tmp_path / "file"))


@contextmanager
def by_sendmail(tmp_path: Path) -> Iterator[Way]:
    """A program that keeps what it is given in a file named for its last argument and a number."""
    program = tmp_path / "sendmail.py"
    program.write_text(
        "import sys, pathlib, uuid\n"
        f"pathlib.Path({str(tmp_path)!r}, uuid.uuid4().hex + '.got').write_bytes(sys.stdin.buffer.read())\n"
    )
    command = (sys.executable, str(program), "-f", "{sender}", "--")
    yield Way(
        SendmailTransport(command, folder=tmp_path),
        lambda: sorted(one.read_bytes().replace(b"\n", b"\r\n") for one in tmp_path.glob("*.got")),
        SendmailTransport(("no-such-program-anywhere",)),
    )


@pytest.mark.parametrize("way", [by_smtp, by_folder, by_maildir, by_sendmail])
class TestTransport:
    """The contract of `digest.ports.Transport`."""

    def test_a_message_arrives_whole(self, way: Opened, tmp_path: Path) -> None:
        with way(tmp_path) as one:
            with one.transport.open() as session:
                assert session.send(envelope()).state is DeliveryState.SENT
            assert one.arrived() == [envelope().data]

    def test_many_messages_over_one_session(self, way: Opened, tmp_path: Path) -> None:
        many = [envelope(n, f"reader{n}@example.org") for n in range(5)]
        with way(tmp_path) as one:
            with one.transport.open() as session:
                verdicts = [session.send(each) for each in many]
            assert {verdict.state for verdict in verdicts} == {DeliveryState.SENT}
            assert sorted(one.arrived()) == sorted(each.data for each in many)

    def test_two_messages_to_one_recipient_are_two(self, way: Opened, tmp_path: Path) -> None:
        with way(tmp_path) as one:
            with one.transport.open() as session:
                session.send(envelope(1))
                session.send(envelope(2))
            assert len(one.arrived()) == 2

    def test_nobody_at_the_other_end(self, way: Opened, tmp_path: Path) -> None:
        with way(tmp_path) as one:
            with pytest.raises(TransportError), one.broken.open():
                pass
            with pytest.raises(TransportError):
                one.broken.check()

    def test_check_sends_nothing_and_says_where_mail_goes(self, way: Opened, tmp_path: Path) -> None:
        with way(tmp_path) as one:
            assert one.transport.check()
            assert one.arrived() == []

    def test_it_says_how_many_at_once_and_how_fast(self, way: Opened, tmp_path: Path) -> None:
        with way(tmp_path) as one:
            assert one.transport.connections >= 1
            assert one.transport.interval >= timedelta(0)


# ---------------------------------------------------------------- what only one of them does


@pytest.mark.parametrize("kind", [FolderTransport, MaildirTransport])
def test_on_disk_the_same_message_again_is_one_file(
    kind: type[FolderTransport] | type[MaildirTransport], tmp_path: Path
) -> None:
    with kind(tmp_path / "box").open() as session:
        for _ in range(2):
            assert session.send(envelope()).state is DeliveryState.SENT
    assert len([one for one in (tmp_path / "box").rglob("*") if one.is_file()]) == 1


def test_a_message_that_was_read_is_not_put_into_the_maildir_again(tmp_path: Path) -> None:
    with MaildirTransport(tmp_path).open() as session:
        session.send(envelope())
        (new,) = (tmp_path / "new").iterdir()
        new.rename(tmp_path / "cur" / f"{new.name}:2,S")
        session.send(envelope())
    assert list((tmp_path / "new").iterdir()) == []


@pytest.mark.parametrize(
    "recipient", ["../../etc/passwd@example.org", '"a/b\\"c"@example.org', "ü" * 200 + "@example.org"]
)
def test_no_address_leaves_the_folder(recipient: str, tmp_path: Path) -> None:
    with FolderTransport(tmp_path / "box").open() as session:
        assert session.send(envelope(recipient=recipient)).state is DeliveryState.SENT
    (written,) = (one for one in tmp_path.rglob("*") if one.is_file())
    assert written.parent == tmp_path / "box"
    assert written.name.startswith("2026-02-18-morning-")
    assert stat.S_IMODE(written.stat().st_mode) == 0o600


def test_a_full_disk_leaves_no_part_of_a_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")  # as the kernel tells it: no file is named

    monkeypatch.setattr(os, "fsync", full)
    with FolderTransport(tmp_path / "box").open() as session:
        verdict = session.send(envelope())
    assert verdict.state is DeliveryState.DEFERRED
    assert verdict.reason == "cannot be written: No space left on device"
    assert list((tmp_path / "box").iterdir()) == []


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (0, "sent"), (75, "deferred"), (67, "rejected"), (68, "rejected"), (64, "deferred"), (69, "deferred"),
        (78, "deferred"), (1, "deferred"),
    ],
)  # fmt: skip
def test_sendmail_answers_with_an_exit_status(status: int, state: str, tmp_path: Path) -> None:
    command = ("/bin/sh", "-c", f"cat >/dev/null; echo because >&2; exit {status}", "--")
    with SendmailTransport(command, folder=tmp_path).open() as session:
        verdict = session.send(envelope())
    assert verdict.state == state
    assert "because" in verdict.reason


def test_sendmail_that_hangs_is_stopped_with_all_its_children(tmp_path: Path) -> None:
    command = ("/bin/sh", "-c", "sleep 600 & echo $! > child; wait", "--")
    with SendmailTransport(command, timedelta(seconds=0.4), folder=tmp_path).open() as session:
        verdict = session.send(envelope())
    assert (verdict.state, verdict.unsure) == (DeliveryState.DEFERRED, True)
    child = int((tmp_path / "child").read_text())
    gone = threading.Event()
    for _ in range(100):
        if not Path(f"/proc/{child}/cmdline").exists() or not Path(f"/proc/{child}/cmdline").read_bytes():
            break
        gone.wait(0.02)
    else:
        pytest.fail("its child still runs")


def test_sendmail_gets_the_sender_and_never_an_address_for_an_option(tmp_path: Path) -> None:
    command = ("/bin/sh", "-c", 'cat >/dev/null; echo "$@" > words', "sh", "-f", "{sender}", "--")
    with SendmailTransport(command, folder=tmp_path).open() as session:
        session.send(envelope(recipient="-bs@example.org"))
    assert (tmp_path / "words").read_text().split() == ["-f", "digest@example.org", "--", "-bs@example.org"]
    with SendmailTransport(("/bin/sh",), folder=tmp_path).open() as session:
        assert session.send(envelope(recipient="-bs@example.org")).state is DeliveryState.REJECTED


def test_an_address_in_unicode_needs_smtputf8() -> None:
    wide = envelope(recipient="читач@example.org")
    with smtp_server() as server, smtp(server.port).open() as session:
        assert session.send(wide).state is DeliveryState.SENT
        assert server.received[0].recipient == "читач@example.org"
        assert any("SMTPUTF8" in line for line in server.said)
        session.send(envelope(2))
        assert "SMTPUTF8" not in server.said[-3], "and only there"
    with smtp_server(features=()) as server, smtp(server.port).open() as session:
        assert session.send(wide).state is DeliveryState.REJECTED
        assert session.send(replace(envelope(), recipient="x@example.org")).state is DeliveryState.SENT


def test_a_line_that_starts_with_a_dot_and_one_that_is_only_a_dot() -> None:
    with smtp_server() as server:
        transport: SmtpTransport = smtp(server.port)
        with transport.open() as session:
            session.send(envelope(body=".\r\n..\r\n.x\r\n\r\n."))
    assert server.received[0].data.endswith(b"\r\n.\r\n..\r\n.x\r\n\r\n.\r\n")
