"""A feed whose address in the config was changed goes on where it was."""

from typing import Any

import pytest

from digest.store import SqlStore
from tests.store.made import DAY, FEED, HOUR, NOW, due, edition, entry, fetched

NEW = "https://new.example/feed.xml"


def read_for_a_day(store: SqlStore, **state: Any) -> None:
    """Two entries in yesterday's edition; two more, one undated, that came since."""
    store.keep([fetched(entry("shown", published=NOW - 30 * HOUR), entry("u", published=None))], NOW - 26 * HOUR)
    assert edition(store, NOW - 25 * HOUR) == ["shown"]
    more = entry("waits", published=NOW - 20 * HOUR), entry("undated", published=None)
    store.keep([fetched(*more, now=NOW - 20 * HOUR, title="News", **state)], NOW - 20 * HOUR)


@pytest.mark.parametrize(
    "new",
    [FEED.replace("https", "http"), FEED.replace("//", "//www."), FEED + "/", FEED.replace("feed.xml", "feed.xml//")],
)
def test_the_same_address_spelt_otherwise(store: SqlStore, new: str) -> None:
    """Nothing is shown again, and what came since the last edition is not lost, undated entries included."""
    read_for_a_day(store)
    assert store.inherit([new], [new])
    state = store.states([new])[new]
    assert (state.title, state.last_ok, state.etag, state.next_due) == ("News", NOW - 20 * HOUR, "", None)
    store.keep([fetched(entry("shown", feed=new), entry("v", feed=new, published=None), url=new)], NOW)
    assert due(store, urls=[new]) == ["waits", "undated", "v"]
    assert edition(store, urls=[new]) == ["waits", "undated", "v"]
    assert due(store, NOW + DAY, urls=[new]) == []


def test_where_it_said_it_had_moved(store: SqlStore) -> None:
    """As the advice says: write the new address into the config."""
    read_for_a_day(store, moved_to=NEW, moved_days=(NOW.date(),))
    assert store.inherit([NEW], [NEW])
    assert due(store, urls=[NEW]) == ["waits", "undated"]
    assert store.states([NEW])[NEW].moved_to == ""


def test_the_old_one_keeps_its_own(store: SqlStore) -> None:
    """Another digest over the state may still read it there."""
    read_for_a_day(store, moved_to=NEW, moved_days=(NOW.date(),))
    store.inherit([NEW], [NEW])
    assert due(store, urls=[FEED]) == ["waits", "undated"]
    assert edition(store, digest="other", urls=[FEED]) == ["waits", "undated"]


def test_who_is_no_heir(store: SqlStore) -> None:
    """A feed beside one that is still read, another path, and a first gather."""
    assert not store.inherit([FEED, NEW], [FEED, NEW])
    read_for_a_day(store, moved_to=NEW, moved_days=(NOW.date(),))
    assert not store.inherit([NEW], [NEW, FEED])
    assert not store.inherit(["https://news.example/other.xml"], ["https://news.example/other.xml"])
    assert store.known([NEW])[NEW] == ()


def test_topics_of_earlier_editions_go_with_it(store: SqlStore) -> None:
    read_for_a_day(store, moved_to=NEW, moved_days=(NOW.date(),))
    store.inherit([NEW], [NEW])
    assert store.profiles("morning")[NEW] == store.profiles("morning")[FEED] == {"World": 1}
