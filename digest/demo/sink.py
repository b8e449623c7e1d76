"""A mail server that keeps what it is given: SMTP (RFC 5321) on loopback, for one demo or one test.

It takes every message for every recipient, offers no TLS and no login, and delivers nothing anywhere.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import cast

MAX_LINE = 1000  # RFC 5321, 4.5.3.1.6
MAX_MESSAGE = 25_000_000


@dataclass(frozen=True, slots=True)
class Received:
    """One message as it came over the wire: envelope, and content with its dots unstuffed and CRLF line ends."""

    sender: str
    recipients: tuple[str, ...]
    data: bytes


@dataclass(frozen=True, slots=True)
class Sink:
    """An open sink: it listens on 127.0.0.1 at `port`; `messages` grows as they arrive, in that order."""

    port: int
    messages: list[Received] = field(default_factory=list)


@contextmanager
def sink() -> Iterator[Sink]:
    """Take mail on a free port of 127.0.0.1 until the block ends; `messages` stays readable afterwards."""
    with _Server(("127.0.0.1", 0), _Conversation) as server:
        server.inbox = Sink(server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield server.inbox
        finally:
            server.shutdown()
            thread.join()


class _Server(ThreadingTCPServer):
    daemon_threads = True
    inbox: Sink


class _Conversation(StreamRequestHandler):
    timeout = 30

    def handle(self) -> None:
        sender, recipients = "", list[str]()
        self._say("220 localhost demo sink")
        try:
            while line := self.rfile.readline(MAX_LINE + 1):
                verb, _, rest = line.decode("utf-8", "replace").strip().partition(" ")
                match verb.upper():
                    case "EHLO":
                        self._say(f"250-localhost\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 SIZE {MAX_MESSAGE}")
                    case "HELO" | "NOOP":
                        self._say("250 localhost")
                    case "RSET":
                        sender, recipients = "", []
                        self._say("250 forgotten")
                    case "MAIL":
                        sender, recipients = _path(rest), []
                        self._say("250 sender ok")
                    case "RCPT":
                        recipients.append(_path(rest))
                        self._say("250 recipient ok")
                    case "DATA" if recipients:
                        self._receive(sender, tuple(recipients))
                        sender, recipients = "", []
                    case "DATA":
                        self._say("503 who is it for? RCPT comes first")
                    case "QUIT":
                        self._say("221 goodbye")
                        return
                    case _:
                        self._say("502 this sink knows no such command")
        except (TimeoutError, ConnectionError):
            return  # the client has gone: what it finished is kept, the rest is not

    def _receive(self, sender: str, recipients: tuple[str, ...]) -> None:
        self._say("354 end with a line of one dot")
        lines, size = list[bytes](), 0
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            size += len(line)
            if size <= MAX_MESSAGE:
                lines.append(line.removeprefix(b".") if line.startswith(b".") else line)
        if not line:
            return  # cut off before the dot: never a message (RFC 5321, 4.1.1.4)
        if size > MAX_MESSAGE:
            self._say("552 too large")
            return
        cast("_Server", self.server).inbox.messages.append(Received(sender, recipients, b"".join(lines)))
        self._say("250 kept")

    def _say(self, answer: str) -> None:
        self.wfile.write(answer.encode("ascii") + b"\r\n")


def _path(argument: str) -> str:
    """`FROM:<a@b> SIZE=3` -> `a@b`."""
    return argument.partition("<")[2].partition(">")[0]
