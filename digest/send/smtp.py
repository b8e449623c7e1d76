"""Mail to a server by SMTP: TLS checked, every wait bounded, every answer the server's own.

A session is one connection for many messages. What one message or recipient brings about (4xx and 5xx after MAIL) is
that message's verdict, and the connection goes on after RSET; what concerns the connection ends it, and the outbox
opens the next.
"""

import base64
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from smtplib import SMTPAuthenticationError, SMTPException, SMTPServerDisconnected

from digest.errors import TransportError
from digest.model import DeliveryState, Envelope, Verdict
from digest.ports import Session
from digest.send.secret import Secret
from digest.send.wire import Wire, WireError

_FINAL_ANSWER = (
    3  # times the timeout: servers scan a message before they answer its end (RFC 5321 4.5.3.2.6 allows 10 min)
)


@dataclass(frozen=True, slots=True)
class SmtpTransport:
    """A mail server. `security` is starttls, tls or none; `helo` the name we give; `timeout` bounds each answer.

    `secret` is the password, or with `oauth` an access token (XOAUTH2). It is asked for with each connection.
    """

    host: str
    port: int
    security: str
    helo: str
    username: str = ""
    secret: Secret | None = field(default=None, repr=False)
    oauth: bool = False
    ca_file: Path | None = None
    timeout: timedelta = timedelta(seconds=20)
    connections: int = 1
    interval: timedelta = timedelta(0)

    @property
    def place(self) -> str:
        """The server, as errors name it."""
        return f"{self.host}:{self.port}"

    @contextmanager
    def open(self) -> Iterator[Session]:
        """See `Transport`."""
        wire = self._connect()
        try:
            yield _SmtpSession(wire, self.timeout.total_seconds())
        finally:
            wire.leave()

    def check(self) -> str:
        """See `Transport`."""
        wire = self._connect()
        said = f"{self.place}, {wire.protection}, " + (f"logged in as {self.username}" if self.username else "no login")
        wire.leave()
        return said

    def _connect(self) -> Wire:
        """Connected, protected, logged in. Raises `TransportError`."""
        wire = Wire(self.host, self.timeout.total_seconds(), self.helo)
        try:
            wire.reach(self.port, self._tls() if self.security == "tls" else None)
            if self.security == "starttls":
                self._protect(wire)
            if self.username:
                self._log_in(wire)
        except (WireError, SMTPException, OSError) as error:
            wire.close()
            raise TransportError(f"{self.place}: {_trouble(error, self)}", final=_is_final(error)) from None
        except BaseException:
            wire.close()
            raise
        return wire

    def _tls(self) -> ssl.SSLContext:
        try:
            return ssl.create_default_context(cafile=str(self.ca_file) if self.ca_file else None)
        except (OSError, ssl.SSLError) as error:
            words = error.strerror or "not a certificate file in PEM form"
            raise TransportError(f"{self.ca_file}: ca_file cannot be used: {words}", final=True) from None

    def _protect(self, wire: Wire) -> None:
        if not wire.has_extn("starttls"):
            raise WireError(
                "offers no STARTTLS, or somebody between took it away; nothing was sent. "
                "If this port speaks TLS from the start, set security: tls",
                final=True,
            )
        wire.start_tls(self._tls())

    def _log_in(self, wire: Wire) -> None:
        if self.secret is None:
            raise WireError("a username is set, but no password", final=True)
        if not wire.encrypted and not _is_loopback(self.host):
            raise WireError("a password never travels unencrypted; set security: starttls or tls", final=True)
        secret = self.secret()
        try:
            wire.log_in(self.username, secret, oauth=self.oauth)
        except SMTPAuthenticationError as error:
            said = _without(secret, self.username, _said(error.smtp_code, error.smtp_error))
            raise WireError(f"login as {self.username} refused: {said}", final=error.smtp_code >= 500) from None


class _SmtpSession:
    """One connection."""

    def __init__(self, wire: Wire, timeout: float) -> None:
        self._wire, self._timeout = wire, timeout
        self._used = False

    def send(self, envelope: Envelope) -> Verdict:
        wire = self._wire
        if refused := self._unfit(envelope):
            return refused
        try:
            if self._used and (answer := wire.ask("RSET"))[0] != 250:
                return _verdict("RSET", answer, broken=True)
            self._used = True
            return self._hand_over(envelope)
        except (WireError, SMTPServerDisconnected, OSError) as error:
            return Verdict(DeliveryState.DEFERRED, str(error), broken=True, unsure=wire.handed_over)
        finally:
            wire.handed_over = False

    def _hand_over(self, envelope: Envelope) -> Verdict:
        wire = self._wire
        utf8 = not (envelope.sender + envelope.recipient).isascii()
        options = f" SIZE={len(envelope.data)}" if wire.has_extn("size") else ""
        options += " BODY=8BITMIME SMTPUTF8" if utf8 else ""
        answer = wire.ask("MAIL", f"FROM:<{envelope.sender}>{options}")
        if answer[0] // 100 != 2:  # the sender is the same for all: only "too big" is this message's own
            return _verdict("MAIL", answer, broken=answer[0] != 552)
        answer = wire.ask("RCPT", f"TO:<{envelope.recipient}>")
        if answer[0] // 100 != 2:
            return _verdict("RCPT", answer)
        answer = wire.ask("DATA")
        if answer[0] != 354:
            return _verdict("DATA", answer)
        answer = wire.message(envelope.data, self._timeout * _FINAL_ANSWER)
        return _verdict("", answer)

    def _unfit(self, envelope: Envelope) -> Verdict | None:
        """What this server says in advance that it will not take."""
        wire = self._wire
        limit = wire.esmtp_features.get("size", "")
        if limit.isdigit() and 0 < int(limit) < len(envelope.data):
            return Verdict(
                DeliveryState.REJECTED, f"the message has {len(envelope.data):,} bytes, the server takes {int(limit):,}"
            )
        if not (envelope.sender + envelope.recipient).isascii() and not wire.has_extn("smtputf8"):
            return Verdict(DeliveryState.REJECTED, "the server takes no address with letters beyond ASCII (SMTPUTF8)")
        return None


def _verdict(verb: str, answer: tuple[int, bytes], *, broken: bool = False) -> Verdict:
    """The server's answer as a verdict; 421 means that it closes the connection (RFC 5321 3.8)."""
    code, words = answer
    said = _said(code, words) if not verb else f"{verb}: {_said(code, words)}"
    match code // 100:
        case 2:
            return Verdict(DeliveryState.SENT, said)
        case 5 if not broken:
            return Verdict(DeliveryState.REJECTED, said)
        case 4 | 5:
            return Verdict(DeliveryState.DEFERRED, said, broken=broken or code == 421)
        case _:
            return Verdict(DeliveryState.DEFERRED, f"{said} (no answer that SMTP knows)", broken=True)


def _said(code: int, words: bytes | str) -> str:
    """A server's reply as one short line fit for a terminal."""
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    text = re.sub(r"[^\x20-\x7e\xa0-\uffff]+", " ", text)
    text = re.sub(
        r"\s*\n?\s*\b(\d\.\d{1,3}\.\d{1,3})\b(?=.*\1)", "", text
    )  # each line of a long reply repeats its code
    return f"{code} {' '.join(text.split())}"[:300]


def _without(secret: str, username: str, text: str) -> str:
    """A server that echoes what it was given gives nothing away."""
    forms = [secret, *(base64.b64encode(s.encode()).decode() for s in (secret, f"\0{username}\0{secret}"))]
    for form in forms:
        text = text.replace(form, "…").replace(form.rstrip("="), "…")
    return text


def _is_final(error: Exception) -> bool:
    """Whether the same would happen again in a minute."""
    if isinstance(error, WireError):
        return error.final
    return isinstance(error, ssl.SSLCertVerificationError | ssl.SSLError)


def _trouble(error: Exception, server: SmtpTransport) -> str:
    """What went wrong before a message could be sent, and what to do, in plain words."""
    match error:
        case ssl.SSLCertVerificationError():
            return f"its certificate is not accepted: {error.verify_message}; {_certificate_advice(error)}"
        case ssl.SSLError() if error.reason in ("WRONG_VERSION_NUMBER", "UNEXPECTED_MESSAGE", "HTTP_REQUEST"):
            return "it does not speak TLS from the start; set security: starttls (usual on ports 587 and 25)"
        case ssl.SSLError():
            return f"TLS failed ({error.reason or 'no reason given'})"
        case TimeoutError():
            return f"no connection within {server.timeout.total_seconds():g} s; check host, port and firewall"
        case ConnectionRefusedError():
            return "refuses the connection; check host and port, and whether the server runs"
        case OSError() if not isinstance(error, SMTPException):
            return f"no connection: {error.strerror or error}"
        case _:
            return str(error)


def _certificate_advice(error: ssl.SSLCertVerificationError) -> str:
    """OpenSSL's numbers: 10 expired, 62 wrong host, 64 wrong address."""
    match error.verify_code:
        case 10:
            return "it has to be renewed on the server"
        case 62 | 64:
            return "set host: to the name that stands in the certificate"
        case _:
            return "if the server is your own, name the file of its authority in smtp: ca_file"


def _is_loopback(host: str) -> bool:
    with suppress(ValueError):
        return ip_address(host).is_loopback
    return host.rstrip(".").lower() == "localhost"
