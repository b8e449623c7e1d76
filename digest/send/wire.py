"""smtplib's client with every wait bounded.

smtplib gives each *read* its timeout, so a server that sends a byte now and then holds it for ever; here a whole
answer has one deadline. And what a person in the middle put behind the answer to STARTTLS is refused, not read as the
server's.
"""

import base64
import hmac
import json
import smtplib
import socket
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from smtplib import SMTPException, SMTPServerDisconnected

_LONGEST_LINE, _MOST_LINES = 4096, 200  # of an answer; RFC 5321 4.5.3.1.5 says 512


class WireError(SMTPException):
    """The conversation failed; the words say at which verb. `final`: it would again in a minute."""

    def __init__(self, message: str, *, final: bool = False) -> None:
        super().__init__(message)
        self.final = final


class Wire(smtplib.SMTP):
    """A connection to a mail server. `host` is what its certificate must name."""

    def __init__(self, host: str, seconds: float, helo: str) -> None:
        super().__init__(local_hostname=helo, timeout=seconds)
        self.host = host
        self.seconds = seconds
        self.protection = "not encrypted"
        self.handed_over = False  # the message went out whole, and its answer is not in
        self._patience = seconds
        self._verb = "its greeting"
        self._unread = b""

    @property
    def encrypted(self) -> bool:
        """Whether TLS is on."""
        return isinstance(self.sock, ssl.SSLSocket)

    def reach(self, port: int, tls: ssl.SSLContext | None) -> None:
        """Connect, with TLS from the start where a context is given; read the greeting; say EHLO."""
        plain = socket.create_connection((self.host, port), self.seconds)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # or each message's end waits 40 ms for an ACK
        self.sock = plain if tls is None else self._wrapped(plain, tls)
        code, words = self.getreply()
        if code != 220:
            raise WireError(f"greets with {code} {_ascii(words)}", final=code >= 500)
        self._introduce()

    def _wrapped(self, plain: socket.socket, tls: ssl.SSLContext) -> ssl.SSLSocket:
        try:
            sock = tls.wrap_socket(plain, server_hostname=self.host)
        except BaseException:
            plain.close()
            raise
        self.protection = sock.version() or "TLS"
        return sock

    def _introduce(self) -> None:
        code, words = self.ehlo()
        if code // 100 == 5:
            code, words = self.helo()
        if code // 100 != 2:
            raise WireError(f"EHLO: {code} {_ascii(words)}", final=code >= 500)

    def start_tls(self, tls: ssl.SSLContext) -> None:
        """STARTTLS (RFC 3207); what was said before is forgotten."""
        code, words = self.ask("STARTTLS")
        if code != 220:
            raise WireError(f"STARTTLS: {code} {_ascii(words)}; nothing was sent", final=code >= 500)
        if self._unread:
            raise WireError("somebody put words behind the answer to STARTTLS; nothing was sent", final=True)
        assert self.sock is not None
        plain, self.sock = self.sock, None
        self.sock = self._wrapped(plain, tls)
        self.helo_resp = self.ehlo_resp = None
        self.esmtp_features = {}
        self.does_esmtp = False
        self._introduce()

    def log_in(self, username: str, secret: str, *, oauth: bool) -> None:
        """AUTH (RFC 4954), once: by XOAUTH2, or by the first of PLAIN, LOGIN and CRAM-MD5 that the server offers.

        Raises `SMTPAuthenticationError` where it is refused. Nothing is tried a second way: servers count failures.
        """
        offered = self.esmtp_features.get("auth", "").upper().split()
        if oauth:
            code, words = self._xoauth2(username, secret)
        elif "PLAIN" in offered:
            plain = f"\0{username}\0{secret}"
            code, words = self.ask("AUTH", f"PLAIN {_base64(plain)}")
        elif "LOGIN" in offered:
            code, words = self._in_turn("LOGIN", lambda _: username, lambda _: secret)
        elif "CRAM-MD5" in offered:
            code, words = self._in_turn("CRAM-MD5", lambda asked: f"{username} {_cram(secret, asked)}")
        else:
            raise WireError(f"offers no way to log in that we know ({' '.join(offered) or 'none at all'})", final=True)
        if code not in (235, 503):
            raise smtplib.SMTPAuthenticationError(code, words)

    def _in_turn(self, method: str, *answers: Callable[[bytes], str]) -> tuple[int, bytes]:
        code, words = self.ask("AUTH", method)
        for answer in answers:
            if code != 334:
                break
            code, words = self._continue(_base64(answer(words)))
        return code, words

    def _xoauth2(self, username: str, token: str) -> tuple[int, bytes]:
        first = _base64(f"user={username}\1auth=Bearer {token}\1\1")
        code, words = self.ask("AUTH", f"XOAUTH2 {first}")
        if code == 334:  # the reason, as JSON in base64; an empty line asks for the real answer
            reason = _oauth_reason(words)
            code, words = self._continue("")
            words = f"{_ascii(words)} ({reason})".encode() if reason else words
        return code, words

    def _continue(self, line: str) -> tuple[int, bytes]:
        self.send(f"{line}\r\n".encode("ascii"))
        return self.getreply()

    def ask(self, verb: str, rest: str = "") -> tuple[int, bytes]:
        """One command and its answer."""
        return self.docmd(verb, rest)

    def message(self, data: bytes, patience: float) -> tuple[int, bytes]:
        """What follows a 354: the message with its dots doubled (RFC 5321 4.5.2), the end, and the answer."""
        stuffed = (b"\r\n" + data).replace(b"\r\n.", b"\r\n..")[2:]
        self._verb = "the message"
        self.send(stuffed if stuffed.endswith(b"\r\n") else stuffed + b"\r\n")
        self.handed_over = True
        self.send(b".\r\n")
        self._patience = patience
        try:
            answer = self.getreply()
        finally:
            self._patience = self.seconds
        self.handed_over = False
        return answer

    def leave(self) -> None:
        """QUIT, and close whatever comes of it; does not wait long."""
        if self.sock is not None:
            self._patience = min(self.seconds, 2.0)
            with suppress(SMTPException, OSError):
                self.ask("QUIT")
        self.close()

    # ---- what smtplib calls

    def putcmd(self, cmd: str, args: str = "") -> None:
        """A command; non-ASCII only ever stands in an SMTPUTF8 address."""
        self._verb = cmd.upper()
        self.command_encoding = "utf-8"
        super().putcmd(cmd, args)

    def send(self, s: bytes | str) -> None:  # type: ignore[override]  # typeshed lets it take any buffer; we never do
        """All of it within the timeout, however slowly the other side reads."""
        if self.sock is None:
            raise SMTPServerDisconnected("the connection is closed")
        data = memoryview(s.encode(self.command_encoding) if isinstance(s, str) else s)
        deadline = time.monotonic() + self.seconds
        try:
            while data:
                self.sock.settimeout(_left(deadline))
                data = data[self.sock.send(data[:65536]) :]
        except OSError as error:
            raise self._lost(error, "sending", self.seconds) from None

    def getreply(self) -> tuple[int, bytes]:
        """An answer of one or more lines, whole within the time it is given."""
        deadline, lines = time.monotonic() + self._patience, []
        while True:
            line = self._line(deadline)
            lines.append(line[4:].strip())
            if not line[:3].isdigit() or line[3:4] not in (b"-", b" ", b""):
                return -1, line.strip()
            if line[3:4] != b"-":
                return int(line[:3]), b"\n".join(lines)
            if len(lines) >= _MOST_LINES:
                raise self._lost(OSError("the answer has no end"), "waiting for the answer to", self._patience)

    def _line(self, deadline: float) -> bytes:
        while b"\n" not in self._unread:
            try:
                if self.sock is None:
                    raise ConnectionError("the connection is closed")
                self.sock.settimeout(_left(deadline))
                more = self.sock.recv(4096)
                if not more:
                    raise ConnectionError("the server closed the connection")
                self._unread += more
                if len(self._unread) > _LONGEST_LINE and b"\n" not in self._unread:
                    raise ConnectionError("the answer is no SMTP")
            except OSError as error:
                raise self._lost(error, "waiting for the answer to", self._patience) from None
        line, _, self._unread = self._unread.partition(b"\n")
        return line.rstrip(b"\r")

    def _lost(self, error: OSError, doing: str, seconds: float) -> SMTPServerDisconnected:
        self.close()
        why = f"nothing for {seconds:g} s" if isinstance(error, TimeoutError) else error.strerror or str(error)
        if self._verb == "its greeting":
            return SMTPServerDisconnected(f"{why} instead of its greeting; does the port want security: tls?")
        return SMTPServerDisconnected(f"{why}, while {doing} {self._verb}")


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _ascii(words: bytes) -> str:
    return " ".join(words.decode("ascii", "replace").split())[:200]


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode("ascii")


def _cram(secret: str, challenge: bytes) -> str:
    """RFC 2195."""
    return hmac.new(secret.encode(), base64.b64decode(challenge), "md5").hexdigest()


def _oauth_reason(challenge: bytes) -> str:
    try:
        told = json.loads(base64.b64decode(challenge))
        return f"status {told['status']}"
    except (ValueError, KeyError, TypeError):
        return ""
