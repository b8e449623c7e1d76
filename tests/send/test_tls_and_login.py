"""TLS that is not what it should be, logins that are refused, and secrets that must not be seen anywhere."""

import base64
import logging
import ssl
import sys
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from digest.errors import TransportError
from digest.model import DeliveryState
from digest.send.secret import Secret, from_command, from_file
from digest.send.smtp import SmtpTransport
from tests.send.conftest import smtp
from tests.send.scripted import HANG, Event, Server, smtp_server
from tests.send.test_transports import envelope

CANARY = "c4n4ry-pässword"


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def ca_file(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return path


def context(certificate: trustme.LeafCert) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(made)
    return made


@pytest.fixture(scope="module")
def good(authority: trustme.CA) -> ssl.SSLContext:
    return context(authority.issue_cert("localhost", "127.0.0.1"))


@pytest.fixture
def starttls(good: ssl.SSLContext) -> Iterator[Server]:
    with smtp_server(tls=good, login=("digest", CANARY)) as server:
        yield server


def secure(server: Server, ca_file: Path | None, **changes: object) -> SmtpTransport:
    values: dict[str, object] = {"security": "starttls", "ca_file": ca_file, "timeout": timedelta(seconds=2), **changes}
    return smtp(server.port, **values)


def refusal(transport: SmtpTransport) -> TransportError:
    """Why it does not connect; nothing may have been said beyond that."""
    with pytest.raises(TransportError) as caught, transport.open():
        pytest.fail("connected")
    return caught.value


def test_starttls_and_a_login(starttls: Server, ca_file: Path) -> None:
    transport = secure(starttls, ca_file, username="digest", secret=lambda: CANARY)
    assert transport.check() == f"127.0.0.1:{starttls.port}, TLSv1.3, logged in as digest"
    with transport.open() as session:
        assert session.send(envelope()).state is DeliveryState.SENT


def test_tls_from_the_start(good: ssl.SSLContext, ca_file: Path) -> None:
    with smtp_server(tls=good, implicit=True) as server:
        assert "TLSv1.3, no login" in secure(server, ca_file, security="tls").check()


def test_starttls_taken_away_is_refused(ca_file: Path) -> None:
    with smtp_server(login=("digest", CANARY)) as server:
        error = refusal(secure(server, ca_file, username="digest", secret=lambda: CANARY))
    assert error.final
    assert "no STARTTLS" in str(error)
    assert [line.split()[0].upper() for line in server.said] == ["EHLO"], "no word more, least of all a password"


def test_words_put_behind_the_answer_to_starttls_are_refused(good: ssl.SSLContext, ca_file: Path) -> None:
    inject = "220 go\r\n250 injected"
    with smtp_server(lambda event: inject if event.verb == "STARTTLS" else None, tls=good) as server:
        error = refusal(secure(server, ca_file))
    assert "put words behind" in str(error)


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize(
    ("kind", "words"),
    [("expired", "expired"), ("wrong host", "host: to the name"), ("unknown", "ca_file"), ("self-signed", "ca_file")],
)
def test_a_certificate_that_is_wrong_is_refused_with_advice(
    security: str, kind: str, words: str, authority: trustme.CA, ca_file: Path
) -> None:
    yesterday = datetime.now(UTC) - timedelta(days=1)
    certificate = {
        "expired": lambda: authority.issue_cert("127.0.0.1", not_after=yesterday),
        "wrong host": lambda: authority.issue_cert("mail.example.org", "192.0.2.1"),
        "unknown": lambda: trustme.CA().issue_cert("127.0.0.1"),
        "self-signed": lambda: trustme.CA().issue_cert("127.0.0.1"),
    }[kind]()
    with smtp_server(tls=context(certificate), implicit=security == "tls", login=("digest", CANARY)) as server:
        transport = secure(
            server,
            ca_file if kind != "self-signed" else None,
            security=security,
            username="digest",
            secret=lambda: CANARY,
        )
        error = refusal(transport)
    assert error.final
    assert "certificate is not accepted" in str(error)
    assert words in str(error)
    assert not any("AUTH" in line for line in server.said)


def test_a_port_that_does_not_speak_tls_at_once(starttls: Server, ca_file: Path) -> None:
    assert "security: starttls" in str(refusal(secure(starttls, ca_file, security="tls")))


def test_a_port_that_speaks_only_tls(good: ssl.SSLContext, ca_file: Path) -> None:
    with smtp_server(tls=good, implicit=True) as server:
        error = refusal(secure(server, ca_file, timeout=timedelta(seconds=0.2)))
    assert "security: tls" in str(error)
    assert not error.final


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_handshake_that_hangs(security: str, good: ssl.SSLContext, ca_file: Path) -> None:
    script = lambda event: HANG if event.verb == "TLS" else None  # noqa: E731
    with smtp_server(script, tls=good, implicit=security == "tls") as server:
        error = refusal(secure(server, ca_file, security=security, timeout=timedelta(seconds=0.2)))
    assert not error.final


def test_a_ca_file_that_is_none(starttls: Server, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("hello")
    for path in (tmp_path / "ca.pem", tmp_path / "absent.pem"):
        error = refusal(secure(starttls, path))
        assert str(path) in str(error)
        assert error.final


# ---------------------------------------------------------------- login


def seen_anywhere(secret: str, *things: object) -> bool:
    forms = {secret, base64.b64encode(secret.encode()).decode().rstrip("="), secret.encode().hex()}
    forms.add(base64.b64encode(f"\0digest\0{secret}".encode()).decode().rstrip("="))
    return any(form in str(thing) for form in forms for thing in things)


def test_a_login_refused_is_final_and_tried_once_and_shows_nothing(
    starttls: Server, ca_file: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    wrong = f"not-{CANARY}"
    transport = secure(starttls, ca_file, username="digest", secret=lambda: wrong)
    error = refusal(transport)
    assert error.final
    assert "login as digest refused: 535" in str(error)
    assert starttls.counts["AUTH"] == 1
    shown = "".join(traceback.format_exception(error))
    assert not seen_anywhere(wrong, error, repr(error), shown, repr(transport), caplog.text, *capfd.readouterr())
    assert error.__cause__ is None
    assert error.__suppress_context__


def test_a_server_that_echoes_the_password_gives_nothing_away(good: ssl.SSLContext, ca_file: Path) -> None:
    def echo(event: Event) -> str | None:
        return f"535 5.7.8 you said {event.rest} and {CANARY}" if event.verb == "AUTH" else None

    with smtp_server(echo, tls=good, login=("digest", "other")) as server:
        error = refusal(secure(server, ca_file, username="digest", secret=lambda: CANARY))
    assert not seen_anywhere(CANARY, error)


def test_a_temporary_refusal_is_not_final(good: ssl.SSLContext, ca_file: Path) -> None:
    script = lambda event: "454 4.7.0 later" if event.verb == "AUTH" else None  # noqa: E731
    with smtp_server(script, tls=good, login=("digest", CANARY)) as server:
        assert not refusal(secure(server, ca_file, username="digest", secret=lambda: CANARY)).final


def test_a_token_by_xoauth2(starttls: Server, ca_file: Path) -> None:
    transport = secure(starttls, ca_file, username="digest", secret=lambda: CANARY, oauth=True)
    assert "logged in" in transport.check()
    stale = refusal(secure(starttls, ca_file, username="digest", secret=lambda: "stale-token", oauth=True))
    assert "535" in str(stale)
    assert "status 401" in str(stale)
    assert not seen_anywhere("stale-token", stale)


@pytest.mark.parametrize(
    ("offer", "asked", "said"),
    [
        ("LOGIN", ["334 VXNlcm5hbWU6", "334 UGFzc3dvcmQ6", "235 ok"], ["tim", "tanstaaftanstaaf"]),
        (
            "CRAM-MD5",  # the example of RFC 2195
            ["334 PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+", "235 ok"],
            ["tim b913a602c7eda7a495b4e6e7334d3890"],
        ),
    ],
)
def test_a_server_with_one_old_way_to_log_in(offer: str, asked: list[str], said: list[str]) -> None:
    answers = iter(asked)

    def script(event: Event) -> str | None:
        if event.verb == "EHLO":
            return f"250-scripted\r\n250 AUTH {offer}"
        return None if event.verb in ("CONNECT", "QUIT") else next(answers)

    with smtp_server(script) as server:
        smtp(server.port, username="tim", secret=lambda: "tanstaaftanstaaf", timeout=timedelta(seconds=2)).check()
    assert [base64.b64decode(line).decode() for line in server.said[2:-1]] == said


def test_a_password_never_travels_unencrypted_to_another_machine() -> None:
    transport = SmtpTransport("mail.example.org", 25, "none", "example.org", "digest", lambda: CANARY)
    with smtp_server(login=("digest", CANARY)) as server:
        from digest.send import wire

        spoken = wire.Wire("127.0.0.1", 1.0, "example.org")
        spoken.reach(server.port, None)
        with pytest.raises(wire.WireError, match="never travels unencrypted"):
            transport._log_in(spoken)
        spoken.leave()
    assert not any("AUTH" in line for line in server.said)


# ---------------------------------------------------------------- where secrets come from


def told(secret: Secret) -> str:
    with pytest.raises(TransportError) as caught:
        secret()
    assert caught.value.final
    return str(caught.value)


def test_a_password_file(tmp_path: Path) -> None:
    path = tmp_path / "password"
    path.write_text(f"{CANARY}\nanother line\n", encoding="utf-8")
    path.chmod(0o600)
    assert from_file(path)() == CANARY
    path.chmod(0o640)
    assert f"chmod 600 {path}" in told(from_file(path))
    assert "No such file" in told(from_file(tmp_path / "absent"))
    path.chmod(0o600)
    path.write_bytes(b"")
    assert "empty" in told(from_file(path))
    path.write_bytes(b"\xff\xfe")
    assert "UTF-8" in told(from_file(path))


def test_a_password_command_is_run_without_a_shell(tmp_path: Path) -> None:
    program = (sys.executable, "-c", "import sys; print(sys.argv[1])", "$HOME; echo `id` *")
    assert from_command(program, cwd=tmp_path)() == "$HOME; echo `id` *"


def test_a_password_command_that_fails_tells_its_name_and_status_only(tmp_path: Path) -> None:
    failing = (sys.executable, "-c", f"print({CANARY!r}); raise SystemExit(3)")
    words = told(from_command(failing, cwd=tmp_path))
    assert "status 3" in words
    assert not seen_anywhere(CANARY, words)
    assert "cannot be run" in told(from_command(("no-such-program",), cwd=tmp_path))
    assert "empty" in told(from_command(("true",), cwd=tmp_path))
