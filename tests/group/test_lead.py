"""Who leads a story: what it is about before its edge, what can be read before what is watched, news before what it overtook."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from digest.group.lead import headed, lead_first, nearness, teasing
from digest.model import Entry, FeedSource

NOW = datetime(2026, 3, 1, 7, tzinfo=UTC)
RAIDS = "Police raid the harbour office over missing funds"
PROTEST = "Harbour party calls for protests over the police raid"


def entry(feed: str, title: str, **more: object) -> Entry:
    """An entry of a made-up feed, two hours old, of one plain sentence."""
    made = Entry(
        feed=f"https://{feed}.example/rss",
        ident=title,
        title=title,
        url=f"https://{feed}.example/{len(title)}",
        teaser="Officers searched the harbour office for papers on Friday.",
        published=NOW - timedelta(hours=2),
        seen=NOW,
    )
    return replace(made, **more)  # type: ignore[arg-type]  # field names are checked by replace itself


def first(*entries: Entry, near: dict[str, float] | None = None, **more: object) -> str:
    """The feed of the entry that leads, whatever the order in which they come."""
    sure = {(e.feed, e.ident): (near or {}).get(e.feed.split("/")[2].split(".")[0], 1.0) for e in entries}
    led = {lead_first(order, {}, sure, **more)[0][0].feed for order in (entries, entries[::-1])}  # type: ignore[arg-type]  # keywords as given
    assert len(led) == 1
    return led.pop().split("/")[2].split(".")[0]


def test_nearness_is_the_mean_probability_with_the_others() -> None:
    """The middle one is nearest to all; one that stands alone is sure."""
    assert nearness([0, 1, 2], {(0, 1): 0.9, (1, 2): 0.7}) == {0: 0.45, 1: 0.8, 2: 0.35}
    assert nearness([4], {}) == {4: 1.0}


def test_nearness_of_a_very_large_story_is_taken_from_a_sample() -> None:
    """A day on which everybody prints one text costs no seconds, and a sample says the same."""
    size = 400
    pairs = {(a, b): 0.5 for a in range(size) for b in range(a + 1, size)}
    assert set(nearness(range(size), pairs).values()) == {0.5}


def test_the_edge_of_a_story_does_not_lead() -> None:
    """Newer, and longer; but what the others tell of is the raid."""
    edge = entry("edge", PROTEST, published=NOW, words=300)
    assert first(entry("a", RAIDS), edge, near={"a": 0.9, "edge": 0.3}) == "a"


@pytest.mark.parametrize(
    ("url", "title"),
    [
        ("https://www.youtube.com/watch?v=x1", RAIDS),
        ("https://b.example/news/videos/c39", RAIDS),
        ("https://b.example/world/live-75998782", RAIDS),
        ("https://b.example/x/harbour-live-updates-1", RAIDS),
        ("https://b.example/x", "Harbour updates: police raid the office over missing funds"),
        ("https://b.example/x", "Harbour news at a glance: police raid the office over missing funds"),
        ("https://b.example/x", "VIDEO. Police raid the harbour office over missing funds"),
        ("https://b.example/x", "ABEL TARROW: Police raid the harbour office over missing funds"),
        ("https://b.example/x", "Harbour LIVE: police raid the office over missing funds"),
        ("https://b.example/opinion/harbour-raid", RAIDS),
        ("https://b.example/politik/meinung/", RAIDS),
    ],
)
def test_what_can_be_read_leads_before_films_live_pages_and_explainers(url: str, title: str) -> None:
    """Even where they are fuller and newer."""
    other = entry("b", title, url=url, published=NOW, words=400)
    assert first(entry("a", RAIDS), other) == "a"


@pytest.mark.parametrize(
    ("view", "leads"),
    [
        ("Die Polizei hat sich Zeit gelassen. Das war ein Fehler, kommentiert Abel Tarrow.", "a"),
        ("Who let the money go missing? A commentary by Abel Tarrow.", "a"),
        ("Das Gericht findet Akten und Gelder, die Abel Tarrow gehören.", "b"),
    ],
)
def test_a_report_leads_before_a_view_that_its_text_alone_owns_to(view: str, leads: str) -> None:
    """Even where it is fuller and newer; "findet" alone is no view."""
    assert first(entry("a", RAIDS), entry("b", RAIDS + " today", teaser=view, published=NOW, words=300)) == leads


def test_the_headline_is_one_of_the_event() -> None:
    """A plain one of something else that stands in the story, however plain, is not the story's."""
    asks, plain, other = (
        entry("a", "Who raided the harbour?"),
        entry("b", RAIDS),
        entry("c", RAIDS.replace("harbour", "town")),
    )
    assert headed((asks, other, plain), (asks, plain)) == (plain, asks, other)
    assert headed((asks, other, plain), (asks,)) == (asks, other, plain)


def test_a_headline_cut_short_gives_way_to_a_whole_one() -> None:
    """Even where its text is fuller: an outlet that cuts its headlines is no place to learn what happened."""
    for cut in ("Police raid the harbour office over...", "Police raid the harbour office over missing…"):
        assert first(entry("a", cut, words=300), entry("b", RAIDS)) == "b"


def test_live_as_an_ordinary_word_is_no_live_page() -> None:
    """ "Live matches" are shown by a report like any other."""
    assert first(entry("a", "Radio to air live matches from the harbour", words=400), entry("b", RAIDS)) == "a"


def test_the_editions_language_leads() -> None:
    """A reader of an English edition reads the story in English where somebody tells it so."""
    foreign = entry("b", "Polizei durchsucht das Hafenamt wegen fehlender Gelder", language="de", words=300)
    english = entry("a", RAIDS, language="en-GB")
    assert first(english, foreign, language="en") == "a"
    assert first(english, foreign, language="de") == "b"
    assert first(replace(english, language=""), foreign, language="en") == "a"


def test_news_leads_before_what_it_overtook() -> None:
    """ "Is expected to" of yesterday, "does" of today."""
    before = entry("b", "Police are expected to raid the harbour office", published=NOW - timedelta(hours=16))
    assert first(entry("a", RAIDS), before) == "a"


def test_the_readers_weight_outweighs_all_of_it() -> None:
    """Somebody who gives a feed twice the weight wants to read it first."""
    live = entry("b", RAIDS, url="https://b.example/live/1")
    led, _ = lead_first([entry("a", RAIDS + " today"), live], {live.feed: FeedSource(live.feed, weight=3.0)})
    assert led[0] is live


@pytest.mark.parametrize(
    ("title", "held_back"),
    [
        ("OCD is often misunderstood. How much do you really know about it?", True),
        ("Annapurna scheme: How to enrol", True),
        ("Is the captain about to go? The harbour row, explained", True),
        ("Norwick's harbour row, explained", True),
        ("The captain explained the raid to his crew", False),
        ("See the medal count of the Winter Games", True),
        ("Seeing nobody else, the captain closes the harbour", False),
        ("„Das war kein Zufall, das war so geplant“", True),
        ("Tarrow: „Wir haben die Schiffe nie gesehen“", True),
        ('Captain Tarrow: "We have never seen those ships"', True),
        ('Captain Tarrow calls the raid "a show"', False),
        ("The purpose of the odd tower in the harbour", True),
        ("The story of the ferries ends", True),
        ("The secretary of the harbour resigns", False),
        ("ABEL TARROW: Ferries were like cattle trucks", True),
        ("NORWICK: Ferries stay in port", False),
        ("Police raid the harbour office", False),
        ("Harbour to show films live on Friday", False),
        ("WHO chief visits the harbour", False),
    ],
)
def test_what_teases(title: str, held_back: bool) -> None:
    """A headline that asks, promises or only quotes; an acronym is no question."""
    assert (teasing(title) >= 1) is held_back
