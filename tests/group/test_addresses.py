"""Entries that share an address which is no article's are told apart; those of one article are one."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from digest.execute import Serial
from digest.gather.urls import url_key
from digest.group.addresses import addressed
from digest.group.day import read_day
from digest.group.lead import lead_first
from digest.group.meaning.vectors import default
from digest.model import Entry, Memory

NOW = datetime(2026, 3, 1, 7, tzinfo=UTC)
DAM, FERRY = "The dam at Lake Orrin gives way", "Ferries from Norwick stay in port"


def entry(title: str, url: str, feed: str = "paper") -> Entry:
    """An entry of a made-up feed, an hour old."""
    made = Entry(f"https://{feed}.example/rss", title, title, url, url_key(url), published=NOW - timedelta(hours=1))
    return replace(made, teaser=f"{title}, says the harbour office of the town on Monday.", seen=NOW)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("https://paper.example/", "https://paper.example"),
        ("https://paper.example/news.html", "https://paper.example/news.html"),
        ("https://paper.example/notes#dam", "https://paper.example/notes#ferry"),
        ("https://paper.example/dam?utm_source=a", "https://paper.example/dam"),
    ],
)
def test_what_has_one_address_and_no_word_in_common_is_shown_twice(first: str, second: str) -> None:
    """A front page, a page of news, anchors of one page: neither one story, nor one entry the copy of the other."""
    made = (entry(DAM, first), entry(FERRY, second))
    day = read_day(made, Memory(), {}, embedder=default(), executor=Serial())
    assert len(day.groups.clusters) == 2
    assert not lead_first(day.entries, {})[1]


def test_an_article_under_two_headlines_is_one() -> None:
    """They keep some of their words; and in two feeds none need be kept."""
    again = "Lake Orrin: villages flooded as dam breaks"
    page = "https://paper.example/dam"
    day = read_day((entry(DAM, page), entry(again, page)), Memory(), {}, embedder=default(), executor=Serial())
    assert day.groups.clusters == ((0, 1),)
    assert len(lead_first(day.entries, {})[1]) == 1
    other = entry("Water everywhere", page, "links")
    assert [one.url_key for one in addressed((entry(DAM, page), other))] == ["paper.example/dam"] * 2


def test_notes_of_one_page_stay_apart_however_alike_their_titles() -> None:
    """What differs behind the # is what the feed itself tells them apart by."""
    made = (
        entry("Version 4.1 of the dam", "https://paper.example/log#4.1"),
        entry("Version 4.2 of the dam", "https://paper.example/log#4.2"),
    )
    assert [one.url_key for one in addressed(made)] == ["", ""]
    assert [one.url for one in addressed(made)] == [one.url for one in made]
