"""The edition stays up to date: built again at each save, with errors shown and got over, and every open page told."""

import json
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Never

import httpx
import pytest

from digest.errors import ConfigError
from digest.preview.app import create
from digest.preview.model import Edition, Preview
from tests.preview.conftest import Serve, until
from tests.preview.editions import DAY, preview


class Desk:
    """Builds from one file: its text becomes the edition's title; `broken` is the user's mistake, `bug` ours."""

    def __init__(self, folder: Path) -> None:
        self.config = folder / "config.yaml"
        self.config.write_text("First")
        self.threads: set[int] = set()
        self.builds = 0

    def build(self) -> Preview:
        """See `app.create`."""
        self.threads.add(threading.get_ident())
        self.builds += 1
        text = self.config.read_text()
        if text == "broken":
            raise ConfigError("config.yaml:3: unknown key 'ulr'\nconfig.yaml:9: <b>&")
        if text == "bug":
            raise ZeroDivisionError("never by nothing")
        one = preview()
        return replace(one, issue=replace(one.issue, title=text))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A desk over a file of its own."""
    return Desk(tmp_path)


@contextmanager
def news(address: str) -> Iterator[Callable[[], dict[str, object]]]:
    """An open page: each call gives the next thing it is told."""
    with httpx.stream("GET", f"{address}/events", timeout=10) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        lines = (json.loads(line[6:]) for line in stream.iter_lines() if line.startswith("data: "))
        yield lambda: next(lines)


def test_a_save_reaches_every_open_page(desk: Desk, serve: Serve) -> None:
    """A changed file is built, and all who listen hear of the new version."""
    address = serve(create(desk.build, watch=[desk.config]))
    with news(address) as one, news(address) as other:
        until_built = [settled(one), settled(other)]
        desk.config.write_text("Second")
        for tell, before in zip((one, other), until_built, strict=True):
            assert settled(tell, after=before)["error"] == ""
    assert httpx.get(f"{address}/preview.json").json()["title"] == "Second"
    assert len(desk.threads) == 1  # whatever the build opens stays in one thread


def settled(tell: Callable[[], dict[str, object]], after: dict[str, object] | None = None) -> dict[str, object]:
    """The next state in which nothing is being built, of a build later than `after`."""
    while True:
        state = tell()
        if not state["building"] and (after is None or state["build"] != after["build"]):
            return state


def test_an_error_is_told_with_the_edition_as_it_was(desk: Desk, serve: Serve) -> None:
    """A broken file shows its lines, and the last good edition stays; the next good save ends it."""
    address = serve(create(desk.build, watch=[desk.config]))
    with news(address) as tell:
        state = settled(tell)
        desk.config.write_text("broken")
        state = settled(tell, after=state)
        assert state["error"] == "config.yaml:3: unknown key 'ulr'\nconfig.yaml:9: <b>&"
        assert state["ready"]
        assert httpx.get(f"{address}/preview.json").json()["title"] == "First"
        desk.config.write_text("Mended")
        assert settled(tell, after=state)["error"] == ""
    assert httpx.get(f"{address}/preview.json").json()["title"] == "Mended"


def test_starting_with_an_error_is_got_over_too(desk: Desk, serve: Serve) -> None:
    """Nothing to show at first; the page says why, and fills at the next save."""
    desk.config.write_text("broken")
    address = serve(create(desk.build, watch=[desk.config]))
    with news(address) as tell:
        state = settled(tell)
        assert not state["ready"]
        for path in ("/preview.json", "/edition.html", "/source.txt"):
            answer = httpx.get(f"{address}{path}")
            assert answer.status_code == 404
            assert "unknown key" in answer.text
        desk.config.write_text("Mended")
        assert settled(tell, after=state)["ready"]


def test_a_defect_is_told_as_one_and_the_page_lives_on(
    desk: Desk, serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    """What is nobody's mistake but ours: named on the page, its traceback in the log, and the next save works."""
    address = serve(create(desk.build, watch=[desk.config]))
    with news(address) as tell, caplog.at_level(logging.ERROR):
        state = settled(tell)
        desk.config.write_text("bug")
        state = settled(tell, after=state)
        assert "a defect in digest itself: ZeroDivisionError: never by nothing" in str(state["error"])
        assert any(record.exc_info for record in caplog.records)
        desk.config.write_text("Mended")
        assert settled(tell, after=state)["error"] == ""


def test_what_the_edition_was_made_from_is_watched(desk: Desk, serve: Serve, tmp_path: Path) -> None:
    """A build may name more to watch (the template that the configuration chose), and that follows each build."""
    template = tmp_path / "mine"
    template.mkdir()
    address = serve(create(lambda: replace(desk.build(), watch=(template,)), watch=[desk.config]))
    with news(address) as tell:
        state = settled(tell)
        time.sleep(0.3)  # the new watch begins after the build that named it
        (template / "style.css").write_text("a { color: red }")
        assert settled(tell, after=state)["ready"]


def test_saves_while_building_lead_to_one_more_build(desk: Desk, serve: Serve) -> None:
    """Builds never overlap, and a burst of saves during one is answered by a single build of the last state."""
    held, begun = threading.Event(), threading.Event()

    def slow() -> Preview:
        begun.set()
        assert held.wait(10)
        return desk.build()

    address = serve(create(slow, watch=[desk.config]))
    assert begun.wait(10)
    for number in range(5):
        desk.config.write_text(f"Save {number}")
        time.sleep(0.1)
    held.set()
    with news(address) as tell:
        while settled(tell)["building"]:
            pass
        until(lambda: httpx.get(f"{address}/preview.json").json()["title"] == "Save 4")
    assert desk.builds <= 3


def test_past_editions_are_opened_by_their_day(serve: Serve) -> None:
    """Listed newest first; each is fetched when asked for, once a build."""
    asked: list[date] = []

    def past(day: date) -> Preview | None:
        asked.append(day)
        return preview(day, stored=True) if day == date(2026, 2, 16) else None

    address = serve(create(preview, editions=lambda: [Edition(date(2026, 2, 16), "Morning", stories=9)], past=past))
    until(lambda: httpx.get(f"{address}/preview.json").status_code == 200)
    assert httpx.get(f"{address}/editions.json").json()["editions"][0]["day"] == "2026-02-16"
    for _ in range(3):
        answer = httpx.get(f"{address}/preview.json?day=2026-02-16").json()
        assert (answer["day"], answer["stored"]) == ("2026-02-16", True)
    assert asked == [date(2026, 2, 16)]
    assert httpx.get(f"{address}/preview.json?day={DAY}").json()["stored"] is False  # the one on show
    assert httpx.get(f"{address}/edition.html?day=2026-02-15").status_code == 404


def test_a_state_that_cannot_be_read_is_told(serve: Serve) -> None:
    """The list of past editions and each of them fail in words, not with the page."""

    def broken(*_: object) -> Never:
        raise ConfigError("digest.db is newer than this program")

    address = serve(create(preview, editions=broken, past=broken))
    assert httpx.get(f"{address}/editions.json").json() == {
        "editions": [],
        "error": "digest.db is newer than this program",
    }
    answer = httpx.get(f"{address}/preview.json?day=2026-02-16")
    assert (answer.status_code, answer.json()) == (404, {"error": "digest.db is newer than this program"})
