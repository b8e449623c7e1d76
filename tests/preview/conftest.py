"""A preview page served for real on loopback."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import httpx
import pytest
from starlette.applications import Starlette

from digest.preview.app import create
from digest.preview.serve import listen
from digest.preview.server import Server
from tests.preview.editions import preview

Serve = Callable[[Starlette], str]


@contextmanager
def serving(app: Starlette) -> Iterator[str]:
    """The application on a free port, in a thread of its own; gives its address, ready to answer."""
    listener, ready = listen(0), threading.Event()
    server = Server(app, ready=ready.set)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        assert ready.wait(10), "the server did not start"
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
        assert not thread.is_alive(), "the server did not end"


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Serves applications until the test ends."""
    with ExitStack() as stack:
        yield lambda app: stack.enter_context(serving(app))


@pytest.fixture(scope="module")
def page() -> Iterator[httpx.Client]:
    """A client of one fictional edition's page, built already."""
    with serving(create(preview)) as address, httpx.Client(base_url=address) as client:
        until(lambda: client.get("/preview.json").status_code == 200)
        yield client


def until(holds: Callable[[], bool], *, seconds: float = 10) -> None:
    """Wait for something to come true; fails when it does not."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)
