"""A first gather, begun before there is a state."""

import threading
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from typer.testing import CliRunner

from digest.cli.main import app
from digest.config import GatherSettings, load
from digest.execute import Serial
from digest.gather.early import Early
from digest.model import FeedSource, FeedState, Fetched
from digest.wiring import wire
from tests.gather.conftest import NOW
from tests.gather.server import Server, answer, rss

A = TypeVar("A")
B = TypeVar("B")
LIMITS = GatherSettings(timeout=timedelta(seconds=5))


def early(*urls: str) -> Early:
    return Early([FeedSource(url) for url in urls], NOW, limits=LIMITS, executor=Serial())


def states(*urls: str) -> dict[str, FeedState]:
    return {url: FeedState(url) for url in urls}


def test_it_gives_what_collect_gives(server: Server) -> None:
    """Each feed once, failures as values."""
    good, bad = server.on("/a", answer("200 OK", rss(1, 2))), server.url("/none")
    begun = early(good, bad)
    assert begun.serves([FeedSource(good), FeedSource(bad)], states(good, bad), NOW)
    found = {one.source.url: one for one in begun.results()}
    begun.close()
    assert found.keys() == {good, bad}
    read = found[good]
    assert isinstance(read, Fetched)
    assert [entry.guid for entry in read.entries] == ["g1", "g2"]
    assert "404" in found[bad].state.last_error


def test_it_serves_only_what_it_was_begun_for(server: Server) -> None:
    """Other feeds, another instant, a feed that the state knows after all: then `collect` is asked instead."""
    url = server.on("/a", answer("200 OK", rss(1)))
    begun = early(url)
    sources = [FeedSource(url)]
    assert not begun.serves([*sources, FeedSource("http://x.example/")], states(url, "http://x.example/"), NOW)
    assert not begun.serves([FeedSource(url, weight=2.0)], states(url), NOW)
    assert not begun.serves(sources, states(url), NOW + timedelta(hours=1))
    assert not begun.serves(sources, {url: FeedState(url, etag='"1"')}, NOW)
    assert begun.serves(sources, states(url), NOW)
    assert len(list(begun.results())) == 1
    assert not begun.serves(sources, states(url), NOW)
    begun.close()


def test_given_up_it_leaves_nothing_behind(server: Server) -> None:
    """A hundred results that nobody takes, and a feed that hangs."""
    urls = [server.on(f"/{n}", answer("200 OK", rss(n))) for n in range(100)]
    begun = early(*urls, server.on("/hang", [60.0]))
    assert next(iter(begun.results())).source.url in urls
    begun.close()
    assert not [one for one in threading.enumerate() if one.name in ("early", "gather")]


def test_a_mistake_is_raised_where_results_are_taken(server: Server) -> None:
    class Broken(Serial):
        def stream(self, function: Callable[[A], B], items: Iterable[A]) -> Iterator[B]:
            raise RuntimeError(f"broken by {function} over {items}")

    url = server.on("/a", answer("200 OK", rss(1)))
    begun = Early([FeedSource(url)], NOW, limits=LIMITS, executor=Broken())
    with pytest.raises(RuntimeError, match="broken"):
        list(begun.results())
    begun.close()


def configured(folder: Path, *urls: str) -> Path:
    path = folder / "config.yaml"
    feeds = "".join(f"  - {url}\n" for url in urls)
    path.write_text(f"sender: a@example.org\nrecipients: [b@example.org]\noutbox: mails\nfeeds:\n{feeds}")
    return path


def test_a_first_run_asks_each_feed_once(server: Server, tmp_path: Path) -> None:
    """And the second, which finds a state, asks it once more; a preview that is to stay offline asks nobody."""
    url = server.on("/a", answer("200 OK", rss(1, 2)))
    words = ["--config", str(configured(tmp_path, url)), "--now"]
    offline = CliRunner().invoke(app, ["preview", "--offline", "--html", "-", *words, NOW.isoformat()])
    assert offline.exit_code == 0, offline.output
    assert server.hits("/a") == []
    first = CliRunner().invoke(app, ["gather", *words, NOW.isoformat()])
    assert first.exit_code == 0, first.output
    assert len(server.hits("/a")) == 1
    CliRunner().invoke(app, ["gather", *words, (NOW + timedelta(hours=2)).isoformat()])
    assert len(server.hits("/a")) == 2


def test_a_state_that_cannot_be_made_ends_the_fetching(server: Server, tmp_path: Path) -> None:
    """The error is the state's; no thread goes on."""
    path = configured(tmp_path, server.on("/hang", [60.0]))
    path.write_text(path.read_text() + "state: nowhere/at/all.db\n")
    (tmp_path / "nowhere").write_text("a file where a folder should be")
    result = CliRunner().invoke(app, ["gather", "--config", str(path), "--now", NOW.isoformat()])
    assert result.exit_code != 0
    assert not [one for one in threading.enumerate() if one.name in ("early", "gather")]


def test_what_another_process_did_meanwhile_counts(server: Server, tmp_path: Path) -> None:
    """It asked the same feeds for the same new state, and was first: then the state is what this one goes on from."""
    urls = [server.on(f"/{n}", answer("200 OK", rss(n), etag=f'"{n}"')) for n in range(60)]
    settings = load(configured(tmp_path, *urls))
    with wire(settings, gathers=NOW) as parts:
        known = {url: FeedState(url, etag='"x"') for url in urls}
        found = list(parts.collect(settings.sources, known, lambda _: (), NOW))
    assert len(found) == 60
    assert all('"x"' in [request.get("if-none-match") for request in server.hits(f"/{n}")] for n in range(60))


def test_full_text_waits_for_the_state(server: Server, tmp_path: Path) -> None:
    """What was read of pages before stands there."""
    url = server.on("/a", answer("200 OK", rss(1)))
    path = configured(tmp_path, url)
    path.write_text(path.read_text().replace(f"- {url}", f"- url: {url}\n    fulltext: always"))
    with wire(load(path), gathers=NOW):
        assert server.hits("/a") == []
