"""Topics that nobody named: headings that people wrote, for what is left over; never words that happen to be frequent."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from digest.group.discovered import discovered
from digest.model import Entry, Story

SEEN = datetime(2026, 3, 1, 7, tzinfo=UTC)


def story(number: int, *categories: str, feed: str = "", topic: str = "Other") -> Story:
    """A story of one entry, of a feed of its own unless one is named."""
    url = f"https://{feed or number}.example/rss"
    entry = Entry(url, str(number), f"Entry {number}", categories=categories, seen=SEEN)
    return Story(id=f"s{number}", entries=(entry,), title=entry.title, topic=topic)


def test_a_category_that_several_share_becomes_a_topic_as_most_write_it() -> None:
    """Whatever its case; what is filed elsewhere already stays there."""
    made = [story(1, "Bird watching"), story(2, "bird-watching"), story(3, "Blog", "Bird watching"), story(4, "Maps")]
    news = story(5, "Bird watching", topic="Science")
    assert discovered([*made, news], {}) == dict.fromkeys(("s1", "s2", "s3"), "Bird watching")


def test_small_letters_become_a_heading() -> None:
    """A heading begins with a capital; names with capitals inside are left as they are."""
    assert set(discovered([story(n, "beekeeping") for n in range(3)], {}).values()) == {"Beekeeping"}
    assert set(discovered([story(n, "openSUSE") for n in range(3)], {}).values()) == {"openSUSE"}


@pytest.mark.parametrize(
    "category", ["Uncategorized", "Blog", "news", "2026", "#1", "Без рубрики", "Sport", "my so like that it", "ab", ""]
)
def test_what_says_nothing_is_no_heading(category: str) -> None:
    """Labels of publishing systems, numbers, half sentences; nor a second heading for a general topic."""
    assert discovered([story(n, category) for n in range(4)], {}) == {}


def test_a_feed_of_nothing_else_heads_its_own_entries() -> None:
    """Diaries under their name; a newspaper's few left-overs do not stand under the newspaper's."""
    diary = [story(n, feed="diary") for n in range(3)]
    paper = [story(n, feed="paper") for n in range(10, 13)]
    paper += [story(n, feed="paper", topic="World") for n in range(20, 30)]
    names = {"https://diary.example/rss": "OpenStreetMap Diaries", "https://paper.example/rss": "The Paper"}
    assert discovered([*diary, *paper], names) == dict.fromkeys(("s0", "s1", "s2"), "OpenStreetMap Diaries")


def test_puzzles_and_the_like_make_no_topic() -> None:
    """Entries that are no news stay where they are."""
    made = [story(n, "Crosswords") for n in range(4)]
    assert discovered(made, {}, {(s.lead.feed, s.lead.ident) for s in made}) == {}
    assert discovered(made, {})


def test_the_same_whatever_the_order() -> None:
    """Of two categories with as many stories each."""
    made = [replace(story(n, "Rowing", "Sailing"), id=f"s{n}") for n in range(3)]
    assert discovered(made, {}) == discovered(made[::-1], {})
