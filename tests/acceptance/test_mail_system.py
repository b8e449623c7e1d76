"""Delivery through real servers: postfix and dovecot on loopback, by STARTTLS and by TLS, with a login and DKIM."""

import base64
import contextlib
import imaplib
import os
import re
import socket
import ssl
import subprocess
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import dkim
import pytest

from digest.model import Delivery, DeliveryState
from digest.send.dkim import signer
from digest.send.message import MailSettings, build, message_id
from digest.send.smtp import SmtpTransport
from tests.acceptance.judges import verdicts
from tests.send.conftest import rendition

pytestmark = pytest.mark.acceptance

STACK = Path(os.environ.get("TMPDIR", "/tmp")) / "digest-mailstack"


def listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(scope="module")
def stack(shared: Path) -> Path:
    """The mail system's folder; it is started where it is installed and not running."""
    if not listens(1587):
        script = shared / "tools/email/mailstack.sh"
        quiet = subprocess.DEVNULL  # no pipes: the daemons would hold them open, and we would wait for ever
        with contextlib.suppress(subprocess.TimeoutExpired):
            subprocess.run(
                ["bash", str(script), "up"], stdin=quiet, stdout=quiet, stderr=quiet, timeout=60, check=False
            )
        for _ in range(40):
            if listens(1587) and listens(1993):
                break
            time.sleep(0.25)
    if not (listens(1587) and listens(1993)):
        pytest.skip("no mail system: run tests/acceptance/prepare.sh as root")
    return STACK


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("dkim") / "key.pem"
    subprocess.run(["openssl", "genrsa", "-out", path, "2048"], check=True, capture_output=True)
    path.chmod(0o600)
    return path


def mail(key: Path, unique: str) -> tuple[MailSettings, Callable[[str], Delivery]]:
    """Settings with both ways to unsubscribe and DKIM, and a delivery that no other test has made."""
    settings = MailSettings(
        title="Morning Digest",
        sender_name="Ранковий дайджест",
        sender="digest@example.com",
        unsubscribe_url="https://example.com/unsubscribe",
        unsubscribe_key=lambda: b"k" * 32,
        sign=signer("s1", "example.com", key),
    )
    now = datetime.now(UTC) - timedelta(minutes=1)

    def delivery(recipient: str) -> Delivery:
        identity = message_id(f"morning{unique}{now}", now.date(), recipient, "example.com")
        return Delivery(1, "morning", now.date(), recipient, "A Reader", identity, DeliveryState.PENDING, created=now)

    return settings, delivery


def fetched(stack: Path, identity: str) -> bytes:
    """The message as the reader's mail program gets it, over IMAPS."""
    trusted = ssl.create_default_context(cafile=str(stack / "ca.pem"))
    with imaplib.IMAP4_SSL("localhost", 1993, ssl_context=trusted, timeout=10) as box:
        box.login("reader", "secret")
        for _ in range(100):
            box.select("INBOX")
            ids = box.search(None, "HEADER", "Message-ID", f'"{identity}"')[1][0].split()
            if ids:
                part = box.fetch(ids[-1], "(RFC822)")[1][0]
                assert isinstance(part, tuple)
                return part[1]
            time.sleep(0.1)
    pytest.fail("accepted, but never delivered")


EDITION = rendition(
    subject="18 February: Зоряна ніч, «Harbour» reopens — and more",
    html="<!DOCTYPE html><html><body>\n" + "<p>Рядок From here. = . </p>\nFrom there\n.\n" * 400 + "</body></html>\n",
    text="Рядок\nFrom here\n.\n..\ntrailing \n" * 200,
)


@pytest.mark.parametrize(("security", "port"), [("starttls", 1587), ("tls", 1465)])
def test_what_arrives_is_byte_for_byte_what_left_and_its_signature_holds(
    security: str, port: int, stack: Path, key: Path
) -> None:
    settings, delivery = mail(key, security)
    envelope = build(EDITION, delivery("reader@example.org"), mail=settings)
    transport = SmtpTransport(
        "localhost", port, security, "example.com", "digest", lambda: "secret", ca_file=stack / "ca.pem"
    )
    assert "TLSv1.3, logged in as digest" in transport.check()
    with transport.open() as session:
        verdict = session.send(envelope)
        refused = session.send(build(EDITION, delivery("reader@elsewhere.example"), mail=settings))
    assert verdict.state is DeliveryState.SENT
    assert refused.state is DeliveryState.REJECTED, "a recipient this server does not relay to costs only itself"
    got = fetched(stack, envelope.message_id)
    assert got.partition(b"\r\n\r\n")[2].rstrip() == envelope.data.partition(b"\r\n\r\n")[2].rstrip()
    head = re.sub(rb"(?s)\A.*?(?=^DKIM-Signature:)", b"", got.partition(b"\r\n\r\n")[0], flags=re.MULTILINE)
    assert head == envelope.data.partition(b"\r\n\r\n")[0], "no header added below the trace fields, none mended"
    public = subprocess.run(
        ["openssl", "rsa", "-in", key, "-pubout", "-outform", "DER"], check=True, capture_output=True
    ).stdout
    record = b"v=DKIM1; k=rsa; p=" + base64.b64encode(public)
    assert dkim.verify(got, dnsfunc=lambda *_, **__: record)


def test_a_wrong_password_is_refused_by_dovecot(stack: Path) -> None:
    transport = SmtpTransport(
        "localhost", 1587, "starttls", "example.com", "digest", lambda: "wrong-c4n4ry", ca_file=stack / "ca.pem"
    )
    from digest.errors import TransportError

    with pytest.raises(TransportError, match="login as digest refused: 535") as caught:
        transport.check()
    assert caught.value.final
    assert "c4n4ry" not in str(caught.value)


def test_the_checks_of_message_and_delivery_all_pass(stack: Path, key: Path, shared: Path, tmp_path: Path) -> None:
    settings, delivery = mail(key, "checks")
    make = partial(build, EDITION, mail=settings)
    (tmp_path / "it.eml").write_bytes(make(delivery("reader@example.org")).data)
    found = verdicts(tmp_path / "it.eml", shared, send=True, browser=False)
    wanted = {name: rows for name, rows in found.items() if name[0] in "MD"}
    assert {level for rows in wanted.values() for level, _ in rows} == {"PASS"}, wanted
    assert len([name for name in wanted if name[0] == "M"]) >= 20
    assert {"D01", "D02", "D03"} <= wanted.keys()
