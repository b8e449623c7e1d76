"""What stands behind the page: previews of a real config over feeds that are files, built again at each save."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import TypeVar

import pytest

from digest.cli.main import main
from digest.cli.serve import Desk, EmbedOnce, MapOnce, ReadOnce
from digest.errors import DigestError
from digest.execute import Serial
from digest.group.compose import read_day
from digest.group.meaning.vectors import default
from digest.model import Entry, Memory
from digest.preview.page import page

A = TypeVar("A")
B = TypeVar("B")
NOW = datetime(2026, 3, 9, 7, 0, tzinfo=UTC)
ITEMS = ("Old Lorn bridge reopens", "Council approves the tram", "Horoscope for Monday")


def feed(path: Path, *titles: str) -> None:
    """An RSS feed with these items, an hour old."""
    when = format_datetime(NOW - timedelta(hours=1))
    items = "".join(
        f"<item><title>{title}</title><link>https://gazette.example/{title.split()[0]}</link>"
        f"<description>{title}, and what came of it.</description><pubDate>{when}</pubDate></item>"
        for title in titles
    )
    path.write_text(f'<?xml version="1.0"?><rss version="2.0"><channel><title>Gazette</title>{items}</channel></rss>')


def configure(folder: Path, *lines: str) -> Path:
    """A config over the feed beside it."""
    head = ["name: morning", "sender: Morning <digest@example.com>", "recipients: [reader@example.org]"]
    path = folder / "config.yaml"
    path.write_text("\n".join([*head, "feeds: [gazette.xml]", *lines, ""]))
    return path


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A digest of one feed of three items."""
    feed(tmp_path / "gazette.xml", *ITEMS)
    return configure(tmp_path)


def test_each_save_is_followed_and_nothing_is_written(config: Path) -> None:
    """Template, limit, topics and theme; and a mistake is told and got over."""
    folder, desk = config.parent, Desk(config, NOW, offline=False)
    assert all(title in desk.build().html for title in ITEMS)
    configure(folder, 'theme: {accent: "#7a1f5c"}')
    assert "#7a1f5c" in desk.build().html
    configure(folder, "max_stories: 1")
    assert sum(title in desk.build().html for title in ITEMS) == 1
    configure(folder, "topics: [Bridges, Trams]")
    assert {topic.name for topic in desk.build().issue.topics} & {"Bridges", "Trams"}
    configure(folder, "topcis: [Bridges]")
    with pytest.raises(DigestError, match="topcis"):
        desk.build()
    configure(folder)
    assert all(title in desk.build().html for title in ITEMS)
    assert sorted(path.name for path in folder.iterdir()) == ["config.yaml", "gazette.xml"]


def test_a_feed_that_is_a_file_is_read_again_when_it_is_saved(config: Path) -> None:
    """What was in it stays known, as of any feed."""
    desk = Desk(config, NOW, offline=False)
    assert "Ferry" not in desk.build().html
    feed(config.parent / "gazette.xml", *ITEMS, "Ferry company orders a battery ship")
    assert "Ferry company orders a battery ship" in desk.build().html
    assert config.parent / "gazette.xml" in desk.build().watch


def test_what_stands_in_no_story_has_its_title(config: Path) -> None:
    """An entry that a filter took is named as people know it, not by its identifier."""
    shown = page(Desk(configure(config.parent, "exclude: [horoscope]"), NOW, offline=False).build())
    row = shown["settled"][0]  # type: ignore[index]  # JSON is `object` to mypy
    assert (row["outcome"], row["title"]) == ("filtered", "Horoscope for Monday")


def test_past_editions_are_listed_by_their_subjects(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And shown as they were sent, whatever the config says now."""
    monkeypatch.chdir(config.parent)
    with pytest.raises(SystemExit) as ended:
        main(["run", "-q", "--now", NOW.isoformat()])
    assert not ended.value.code
    configure(config.parent, "title: Another title")
    desk = Desk(config, NOW + timedelta(days=1), offline=False)
    (past,) = desk.editions()
    assert (past.day, past.stories) == (date(2026, 3, 9), 3)
    assert past.subject.startswith("Mon, Mar 9: ")
    found = desk.past(past.day)
    assert found is not None
    assert found.rendition.subject == past.subject
    assert "Another title" not in found.html
    assert desk.past(date(2026, 3, 1)) is None


class Counting:
    """An embedder that counts what it is asked for."""

    def __init__(self) -> None:
        self.name, self.texts = "counting", 0

    def quick(self, texts: Sequence[str]) -> list[bytes]:
        """See `ports.Embedder`."""
        return self.embed(texts)

    def embed(self, texts: Sequence[str]) -> list[bytes]:
        """See `ports.Embedder`."""
        self.texts += len(texts)
        return default().quick(texts)


def test_a_day_is_read_once_as_long_as_it_is_the_same() -> None:
    """The same result as without the memory; any change of entries, of what is known of them, or of a name counts."""
    entries = tuple(
        Entry("gazette.xml", title, title, teaser=f"<p>{title} and more.</p>", published=NOW, seen=NOW)
        for title in ITEMS
    )
    memory, titles, model, once = Memory(), {"gazette.xml": "Gazette"}, Counting(), ReadOnce()
    first = once(entries, memory, titles, embedder=model, executor=Serial())
    plain = read_day(entries, memory, titles, embedder=Counting(), executor=Serial())
    assert (first.entries, first.groups) == (plain.entries, plain.groups)
    assert (first.vectors == plain.vectors).all()
    assert (first.general == plain.general).all()
    assert once(tuple(entries), Memory(), dict(titles), embedder=model, executor=Serial()) is first
    assert model.texts == 3
    assert len(once(entries[:2], memory, titles, embedder=model, executor=Serial()).entries) == 2
    assert once(entries, memory, {"gazette.xml": "Courier"}, embedder=model, executor=Serial()) is not first
    assert model.texts == 8


def shout(item: tuple[str, int]) -> str:
    """A pure function of an item."""
    return item[0].upper() * item[1]


def test_an_item_is_worked_on_once_as_long_as_it_is_the_same() -> None:
    """Results come in any order, each once; an item that changed is done again."""
    passed: list[object] = []

    class Noting(Serial):
        def map(self, function: Callable[[A], B], items: Iterable[A]) -> Iterator[B]:
            asked = list(items)
            passed.extend(asked)
            return super().map(function, asked)

    once = MapOnce(Noting(), {})
    assert sorted(once.map(shout, [("a", 1), ("b", 2)])) == ["A", "BB"]
    assert sorted(once.map(shout, [("a", 1), ("b", 3), ("c", 1)])) == ["A", "BBB", "C"]
    assert list(once.map(shout, [])) == []
    assert passed == [("a", 1), ("b", 2), ("b", 3), ("c", 1)]


def test_a_text_is_embedded_once() -> None:
    """In the order asked for, repeated texts too."""
    model = Counting()
    once = EmbedOnce(model)
    assert once.name == model.name
    assert once.embed(["a", "b", "a"]) == default().quick(["a", "b", "a"])
    assert once.embed(["b", "c"]) == default().quick(["b", "c"])
    assert once.embed([]) == []
    assert model.texts == 3
