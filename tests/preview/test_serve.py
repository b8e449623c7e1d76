"""Serving: loopback alone, a taken port and a missing extra in words, and a quick end with pages open."""

import socket
import threading
import time
from importlib import util

import httpx
import pytest

from digest import preview as room
from digest.errors import DigestError
from digest.preview.app import create
from digest.preview.serve import listen, serve
from tests.preview.conftest import serving
from tests.preview.editions import preview


def test_it_listens_on_loopback_alone() -> None:
    """No other machine can reach it."""
    with listen(0) as listener:
        assert listener.getsockname()[0] == "127.0.0.1"
        assert listener.family is socket.AF_INET


def test_a_taken_port_is_an_error_in_words() -> None:
    """Which port, and what to do."""
    with listen(0) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(DigestError, match=f"port {port} is in use; choose another with --port"):
            serve(preview, port=port, browser=False)


@pytest.mark.parametrize("port", [-1, 70_000])
def test_an_impossible_port_is_an_error_in_words(port: int) -> None:
    """Not a traceback."""
    with pytest.raises(DigestError, match=f"port {port} cannot be used"):
        listen(port)


def test_a_missing_extra_says_how_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what is missing is named."""
    assert room.missing() == ""
    real = util.find_spec
    monkeypatch.setattr(room, "find_spec", lambda name: None if name in ("uvicorn", "watchfiles") else real(name))
    with pytest.raises(
        DigestError, match=r"needs uvicorn, watchfiles; install with: pip install 'morning-digest\[preview\]'"
    ):
        serve(preview, browser=False)


def test_it_ends_at_once_though_pages_are_open() -> None:
    """A page holds a connection for news; ending must not wait for it."""
    heard, ended = threading.Event(), threading.Event()

    def page() -> None:
        with httpx.stream("GET", f"{address}/events", timeout=10) as stream:
            for _ in stream.iter_lines():
                heard.set()
        ended.set()

    with serving(create(preview)) as address:
        reader = threading.Thread(target=page)
        reader.start()
        assert heard.wait(5)
        begun = time.monotonic()
    assert time.monotonic() - begun < 5  # far below any time-out of the server's
    reader.join(5)
    assert ended.is_set()  # closed in order, not torn off
