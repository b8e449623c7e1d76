"""Serves the preview on loopback, and opens the browser."""

import contextlib
import errno
import socket
import threading
import webbrowser
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from digest.errors import DigestError
from digest.preview import missing

if TYPE_CHECKING:
    from digest.preview.model import Edition, Preview


def serve(
    build: "Callable[[], Preview]",
    *,
    editions: "Callable[[], Sequence[Edition]]" = tuple,
    past: "Callable[[date], Preview | None]" = lambda _: None,
    watch: Sequence[Path] = (),
    port: int = 0,
    browser: bool = True,
    tell: Callable[[str], None] = print,
) -> None:
    """Serve until interrupted (Ctrl-C ends it without an error). See `app.create` for the callables.

    Listens on 127.0.0.1 alone; port 0 takes a free one. `tell` is given one line with the address. With `browser` a
    graphical browser is opened, where there is one. Raises `DigestError` where the extra is not installed or the port
    is taken.
    """
    if what := missing():
        raise DigestError(what)
    from digest.preview.app import create
    from digest.preview.server import Server

    listener = listen(port)
    address = f"http://127.0.0.1:{listener.getsockname()[1]}/"
    app = create(build, editions=editions, past=past, watch=watch)

    def ready() -> None:
        tell(f"preview: {address} (Ctrl-C ends it)")
        if browser:
            threading.Thread(target=_open, args=(address,), daemon=True).start()  # a browser may take its time

    with contextlib.suppress(KeyboardInterrupt):
        Server(app, ready=ready).run(sockets=[listener])


def listen(port: int) -> socket.socket:
    """A listening socket on loopback; raises `DigestError` where the port cannot be had."""
    # Named as TCP, or asyncio leaves Nagle's algorithm on, and every answer waits 40 ms for an acknowledgement.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
        listener.listen(64)
    except (OSError, OverflowError) as error:
        listener.close()
        taken = isinstance(error, OSError) and error.errno == errno.EADDRINUSE
        why = "is in use" if taken else f"cannot be used ({error})"
        raise DigestError(f"port {port} {why}; choose another with --port, or leave it out for a free one") from None
    return listener


def _open(address: str) -> None:
    try:
        found = webbrowser.get()
    except webbrowser.Error:
        return
    if type(found) is not webbrowser.GenericBrowser:  # those are the ones that would take over the terminal (lynx, w3m)
        found.open(address)
