"""DKIM: signatures that verify, cover what RFC 8058 asks for, and are the same on each try."""

import base64
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from digest.errors import ConfigError
from digest.send.dkim import signer
from digest.send.message import build
from tests.send.conftest import rendition
from tests.send.test_message import ONE_CLICK, delivery

dkim = pytest.importorskip("dkim")


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("dkim") / "key.pem"
    subprocess.run(["openssl", "genrsa", "-out", path, "1024"], check=True, capture_output=True)
    path.chmod(0o600)
    return path


def test_it_verifies_covers_the_unsubscribe_headers_and_is_the_same_each_time(key: Path) -> None:
    mail = replace(ONE_CLICK, sign=signer("s1", "example.org", key))
    signed = build(rendition(), delivery(), mail=mail).data
    assert signed == build(rendition(), delivery(), mail=mail).data
    shown = subprocess.run(
        ["openssl", "rsa", "-in", key, "-pubout", "-outform", "DER"], check=True, capture_output=True
    )
    record = b"v=DKIM1; k=rsa; p=" + base64.b64encode(shown.stdout)
    assert dkim.verify(signed, dnsfunc=lambda *_, **__: record)
    covered = signed.partition(b" h=")[2].partition(b";")[0].replace(b"\r\n", b"").replace(b" ", b"").split(b":")
    assert {b"list-unsubscribe", b"list-unsubscribe-post", b"from", b"to", b"subject", b"message-id"} <= set(covered)
    for change in (
        signed.replace(b"List-Unsubscribe: <mailto:digest@", b"List-Unsubscribe: <mailto:other@"),
        signed.replace(b"\r\nSubject:", b"\r\nSubject: another\r\nSubject:", 1),
        signed.replace(b"News", b"Olds"),
    ):
        assert change != signed
        assert not dkim.verify(change, dnsfunc=lambda *_, **__: record)


def test_a_key_that_is_none_or_that_others_can_read(key: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="No such file"):
        signer("s1", "example.org", tmp_path / "absent.pem")
    (tmp_path / "bad.pem").write_text("hello")
    (tmp_path / "bad.pem").chmod(0o600)
    with pytest.raises(ConfigError, match="not an RSA private key"):
        signer("s1", "example.org", tmp_path / "bad.pem")
    (tmp_path / "open.pem").write_bytes(key.read_bytes())
    (tmp_path / "open.pem").chmod(0o644)
    with pytest.raises(ConfigError, match="chmod 600"):
        signer("s1", "example.org", tmp_path / "open.pem")
