"""A real SMTP server on loopback that does what a script says: the fault matrix needs one that misbehaves on purpose.

Each event of a conversation (the connection, each verb, the end of a message) asks the script for an answer: a reply
line, `HANG`, `DROP`, `DRIBBLE`, or None for what an ordinary server would say. One thread a connection.
"""

import base64
import socket
import ssl
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

HANG, DROP, DRIBBLE = "hang", "drop", "dribble"


@dataclass(frozen=True)
class Event:
    """Something the client did. `verb` is CONNECT, a command, END (of a message) or TLS (handshake).

    `count` counts this verb over all connections, `message` the messages begun on this connection, both from 1.
    """

    verb: str
    rest: str
    connection: int
    message: int
    count: int


@dataclass(frozen=True)
class Received:
    """A message that got an answer of 2xx, or whose answer was meant to get lost."""

    sender: str
    recipient: str
    data: bytes
    connection: int


Script = Callable[[Event], str | None]


def willing(_event: Event) -> str | None:
    """The script of an ordinary server."""
    return None


@dataclass
class Server:
    """What the server saw. `features` are its EHLO lines; `login` the only (user, password) it takes."""

    port: int = 0
    script: Script = willing
    features: tuple[str, ...] = ("8BITMIME", "SIZE 10000000", "SMTPUTF8")
    login: tuple[str, str] | None = None
    tls: ssl.SSLContext | None = None
    implicit: bool = False
    received: list[Received] = field(default_factory=list)
    said: list[str] = field(default_factory=list)  # what clients said, by line
    counts: Counter[str] = field(default_factory=Counter)
    stopped: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def connections(self) -> int:
        """How many there have been."""
        return self.counts["CONNECT"]


@contextmanager
def smtp_server(script: Script = willing, **settings: object) -> Iterator[Server]:
    """A server that runs until the end of the block."""
    server = Server(script=script, **settings)  # type: ignore[arg-type]  # the fields' own types are checked at run time
    listening = socket.create_server(("127.0.0.1", 0), backlog=64)
    listening.settimeout(0.05)
    server.port = listening.getsockname()[1]
    threads: list[threading.Thread] = []

    def accept() -> None:
        while not server.stopped.is_set():
            with suppress(TimeoutError):
                sock, _ = listening.accept()
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                threads.append(threading.Thread(target=_Conversation(server, sock).run, daemon=True))
                threads[-1].start()

    accepting = threading.Thread(target=accept, daemon=True)
    accepting.start()
    try:
        yield server
    finally:
        server.stopped.set()
        accepting.join()
        listening.close()
        for thread in threads:
            thread.join(5)


class _Gone(Exception):  # noqa: N818  an event, not an error
    """The conversation is over."""


class _Conversation:
    def __init__(self, server: Server, sock: socket.socket) -> None:
        self.server, self.sock = server, sock
        self.unread = b""
        self.number = self.messages = 0
        self.sender = self.recipient = ""

    def run(self) -> None:
        with suppress(_Gone, OSError, ssl.SSLError):
            self._talk()
        with suppress(OSError):
            self.sock.close()

    def _talk(self) -> None:
        if self.server.implicit:
            self._secure()
        self._answer("CONNECT", "", "220 scripted ESMTP")
        while True:
            line = self._line().decode("utf-8", "replace")
            verb, _, rest = line.partition(" ")
            self._obey(verb.upper(), rest)

    def _obey(self, verb: str, rest: str) -> None:
        match verb:
            case "EHLO":
                self._answer(verb, rest, "\r\n".join(self._features()))
            case "STARTTLS" if self.server.tls:
                self._answer(verb, rest, "220 go ahead")
                self._secure()
            case "AUTH" if self.server.login:
                self._auth(rest)
            case "MAIL":
                self.messages += 1
                self.sender = rest[rest.find("<") + 1 : rest.rfind(">")]
                self._answer(verb, rest, "250 2.1.0 sender ok")
            case "RCPT":
                self.recipient = rest[rest.find("<") + 1 : rest.rfind(">")]
                self._answer(verb, rest, "250 2.1.5 recipient ok")
            case "DATA":
                if self._answer(verb, rest, "354 go on").startswith("354"):
                    self._message()
            case "QUIT":
                self._answer(verb, rest, "221 bye")
                raise _Gone
            case _:
                self._answer(verb, rest, "250 ok")

    def _features(self) -> list[str]:
        lines = ["scripted", *self.server.features]
        if self.server.tls and not isinstance(self.sock, ssl.SSLSocket):
            lines.append("STARTTLS")
        if self.server.login:
            lines.append("AUTH PLAIN LOGIN XOAUTH2")
        return [f"250-{line}" for line in lines[:-1]] + [f"250 {lines[-1]}"]

    def _auth(self, rest: str) -> None:
        assert self.server.login
        user, password = self.server.login
        good = {
            "PLAIN " + base64.b64encode(f"\0{user}\0{password}".encode()).decode(),
            "XOAUTH2 " + base64.b64encode(f"user={user}\1auth=Bearer {password}\1\1".encode()).decode(),
        }
        bad_token = rest.startswith("XOAUTH2") and rest not in good
        if bad_token:
            self._answer("AUTH", rest, "334 " + base64.b64encode(b'{"status":"401","schemes":"bearer"}').decode())
            self._line()
        self._answer("AUTHEND" if bad_token else "AUTH", rest, "235 ok" if rest in good else "535 5.7.8 who are you")

    def _message(self) -> None:
        data, self.unread = self.unread, b""
        while not data.endswith(b"\r\n.\r\n"):
            data += self._more()
            if self._wants("DURING", len(data)) == DROP:
                self._drop()
        body = data[:-3].replace(b"\r\n..", b"\r\n.")
        body = body[1:] if body.startswith(b"..") else body
        wish = self._event("END", "")
        if wish is None or wish.startswith("2") or wish in (DROP, HANG):
            with self.server.lock:
                self.server.received.append(Received(self.sender, self.recipient, body, self.number))
        self._do(wish, "250 2.0.0 kept")

    # ---- the script's wishes

    def _wants(self, verb: str, size: int) -> str | None:
        return self.server.script(Event(verb, str(size), self.number, self.messages, 0))

    def _event(self, verb: str, rest: str) -> str | None:
        with self.server.lock:
            self.server.counts[verb] += 1
            if verb == "CONNECT":
                self.number = self.server.counts[verb]
            event = Event(verb, rest, self.number, self.messages, self.server.counts[verb])
        return self.server.script(event)

    def _answer(self, verb: str, rest: str, usual: str) -> str:
        wish = self._event(verb, rest)
        return self._do(wish, usual)

    def _do(self, wish: str | None, usual: str) -> str:
        if wish == HANG:
            self.server.stopped.wait(30)
            raise _Gone
        if wish == DROP:
            self._drop()
        if wish == DRIBBLE:
            for byte in (usual * 50).encode():
                self.sock.sendall(bytes([byte]))
                if self.server.stopped.wait(0.05):
                    raise _Gone
            raise _Gone
        said = wish or usual
        self.sock.sendall(f"{said}\r\n".encode())
        if said.startswith("421"):
            raise _Gone
        return said

    def _drop(self) -> None:
        with suppress(OSError):
            self.sock.shutdown(socket.SHUT_RDWR)
        raise _Gone

    def _secure(self) -> None:
        assert self.server.tls
        if self._event("TLS", "") == HANG:
            self.server.stopped.wait(30)
            raise _Gone
        plain = self.sock
        try:
            self.sock = self.server.tls.wrap_socket(plain, server_side=True)
        except (OSError, ssl.SSLError):
            plain.close()
            raise

    # ---- bytes

    def _line(self) -> bytes:
        while b"\n" not in self.unread:
            more = self._more()
            self.unread += more
        line, _, self.unread = self.unread.partition(b"\n")
        line = line.rstrip(b"\r")
        with self.server.lock:
            self.server.said.append(line.decode("utf-8", "replace"))
        return line

    def _more(self) -> bytes:
        self.sock.settimeout(0.1)
        while not self.server.stopped.is_set():
            with suppress(TimeoutError):
                data = self.sock.recv(65536)
                if not data:
                    raise _Gone
                return data
        raise _Gone
