"""Real servers on loopback for tests and benchmarks: feeds over HTTP, mail over SMTP."""

import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from hashlib import blake2b
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class Feeds:
    """What the HTTP server serves: path -> body; `status` overrides the answer of a path; `delay` keeps it back for so
    many seconds, `moved` redirects it; `asked` counts requests.
    """

    base: str = ""
    bodies: dict[str, bytes] = field(default_factory=dict)
    status: dict[str, int] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    delay: dict[str, float] = field(default_factory=dict)
    moved: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def url(self, path: str) -> str:
        """The address of a path."""
        return f"{self.base}/{path}"


@contextmanager
def serving(bodies: Mapping[str, bytes]) -> Iterator[Feeds]:
    """An HTTP server with ETags over these bodies."""
    feeds = Feeds(bodies=dict(bodies))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = self.path.lstrip("/")
            feeds.asked.append(path)
            time.sleep(feeds.delay.get(path, 0))
            body = feeds.bodies.get(path, b"")
            status = feeds.status.get(path, 200 if path in feeds.bodies else 302 if path in feeds.moved else 404)
            etag = f'"{blake2b(body, digest_size=8).hexdigest()}"'
            if status == 200 and self.headers.get("If-None-Match") == etag:
                status, body = 304, b""
            self.send_response(status)
            if path in feeds.moved:
                self.send_header("Location", feeds.moved[path])
            self.send_header("ETag", etag)
            self.send_header("Content-Type", feeds.types.get(path, "application/xml"))
            self.send_header("Content-Length", str(len(body) if status == 200 else 0))
            self.end_headers()
            if status == 200:
                self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the base class names it so
            """Silent."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 256

    server = Server(("127.0.0.1", 0), Handler)
    feeds.base = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield feeds
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass
class Mailbox:
    """What the SMTP server received; `reply` is its answer to DATA (a 2xx keeps the message)."""

    port: int = 0
    reply: str = "250 OK"
    raw: list[bytes] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)

    @property
    def messages(self) -> list[EmailMessage]:
        """The messages, parsed."""
        return [message_from_bytes(raw, policy=SMTP_POLICY) for raw in self.raw]

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd's
        """Keep the message if the answer is a success."""
        if self.reply.startswith("2"):
            assert isinstance(envelope.content, bytes)
            self.raw.append(envelope.content)
            self.recipients += envelope.rcpt_tos
        return self.reply


@contextmanager
def receiving() -> Iterator[Mailbox]:
    """An SMTP server without TLS that keeps what it is sent."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        box = Mailbox(port=free.getsockname()[1])
    controller = Controller(box, hostname="127.0.0.1", port=box.port, data_size_limit=100_000_000)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()
