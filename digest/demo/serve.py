"""The demo's outlets over HTTP on loopback."""

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingTCPServer
from typing import cast

from digest.demo.feeds import document
from digest.demo.outlets import outlets, picture


@contextmanager
def serve(now: datetime) -> Iterator[str]:
    """Serve every outlet at `{base URL}/{slug}` and its pictures at `{base URL}/pictures/{name}`; yields the base URL.

    Entries are dated relative to `now`. The port is one that was free. Everything else answers 404, the address of the
    outlet that has closed (`/bellhouse`) among it; a request with the ETag it was given before answers 304.
    """
    with _Server(("127.0.0.1", 0), _Handler) as server:
        base_url = f"http://127.0.0.1:{server.server_address[1]}"
        server.pages = {f"/{outlet.slug}": document(outlet, now, base_url) for outlet in outlets()}
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield base_url
        finally:
            server.shutdown()
            thread.join()


class _Server(ThreadingTCPServer):
    """TCPServer and not HTTPServer: that one looks its own name up in the DNS, which can take seconds."""

    daemon_threads = True
    request_queue_size = 64
    pages: dict[str, tuple[str, bytes]]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "DemoOutlets"
    timeout = 10

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        found = cast("_Server", self.server).pages.get(path)
        if found is None and path.startswith("/pictures/"):
            bits = picture(path.removeprefix("/pictures/"))
            found = ("image/png", bits) if bits is not None else None
        if found is None:
            self._answer(404, "text/plain; charset=utf-8", b"There is nothing here.\n", "")
            return
        etag = f'"{hashlib.sha256(found[1]).hexdigest()[:16]}"'
        if self.headers.get("If-None-Match") == etag:
            self._answer(304, "", b"", etag)
        else:
            self._answer(200, found[0], found[1], etag)

    def _answer(self, status: int, media: str, body: bytes, etag: str) -> None:
        self.send_response(status)
        if media:
            self.send_header("Content-Type", media)
            self.send_header("Content-Length", str(len(body)))
        if etag:
            self.send_header("ETag", etag)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class's own name
        """Say nothing: the demo's terminal belongs to the demo."""
