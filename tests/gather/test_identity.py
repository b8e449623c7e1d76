"""Recognising entries: edits update, renamed entries are found again, floods are held back, losses are noticed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from digest.gather.identity import Recognised, recognise
from digest.gather.urls import url_key
from digest.model import Entry, FeedState, Known
from tests.gather.conftest import known

NOW = datetime(2026, 3, 9, 12, tzinfo=UTC)
SEEN = FeedState("https://feed.example/f", first_ok=NOW - timedelta(days=9), last_ok=NOW - timedelta(hours=1))


def entry(n: int, guid: str | None = None, title: str = "", url: str = "", hours: float = 5, text: str = "") -> Entry:
    url = url or f"https://feed.example/{n}"
    ident = guid if guid is not None else f"g{n}"
    published = NOW - timedelta(hours=hours + n / 100)
    return Entry("https://feed.example/f", ident or url, title or f"Story number {n}", url, url_key(url), ident,
                 content=text, published=published, seen=NOW)  # fmt: skip


def look(now: list[Entry], before: list[Entry], state: FeedState = SEEN, limit: int = 500) -> Recognised:
    return recognise(now, [known(one) for one in before], state, NOW, max_entries=limit)


def test_a_known_entry_is_not_told_again_and_an_edit_keeps_its_ident() -> None:
    result = look([entry(1), entry(2, text="edited", title="UPDATE: Story 2")], [entry(1), entry(2)])
    assert (result.new, result.changed, result.unchanged) == (0, 1, 1)
    assert [one.ident for one in result.entries] == ["g2"]


def test_a_changed_guid_is_recognised_by_link_and_title() -> None:
    result = look([entry(n, guid=f"tag:new/{n}") for n in range(20)], [entry(n) for n in range(20)])
    assert (result.new, result.moved) == (0, 20)
    assert {one.ident for one in result.entries} <= {f"g{n}" for n in range(20)}


def test_https_and_rewritten_links_do_not_flood() -> None:
    before = [entry(n, guid="", url=f"http://www.feed.example/{n}/") for n in range(20)]
    assert look([entry(n, guid="", url=f"https://feed.example/{n}?utm_source=rss") for n in range(20)], before).new == 0
    assert look([entry(n, guid="", url=f"https://new.example/archive/{n}") for n in range(20)], before).new == 0


def test_a_session_in_guid_and_link_is_the_same_entry() -> None:
    before = [entry(1, guid="sess-111", title="Stable story", url="https://feed.example/stable?sid=111")]
    now = [entry(1, guid="sess-222", title="Stable story", url="https://feed.example/stable?sid=222")]
    assert look(now, before).new == 0


def test_a_daily_title_is_a_new_entry_each_day() -> None:
    yesterday = [entry(1, guid="a", title="Morning briefing", url="https://feed.example/mon", hours=29)]
    assert look([entry(1, guid="b", title="Morning briefing", url="https://feed.example/tue")], yesterday).new == 1


def test_a_reused_guid_with_another_story_is_new() -> None:
    result = look([entry(2, guid="latest", title="Second")], [entry(1, guid="latest", title="First")])
    assert result.new == 1
    assert result.entries[0].ident != "latest"


def test_a_new_note_on_a_page_of_undated_ones_is_new() -> None:
    """All of them have its address, and none has a date to go by."""
    notes = [replace(entry(n, url=f"https://feed.example/notes#{n}"), published=None) for n in range(4)]
    result = look(notes, notes[1:])
    assert (result.new, result.moved) == (1, 0)
    assert [one.ident for one in result.entries] == ["g0"]


def test_one_guid_for_all_is_told_apart_by_link_on_every_visit() -> None:
    first = look([entry(n, guid="same") for n in range(5)], [], FeedState("u"))
    assert len({one.ident for one in first.entries}) == first.new == 5
    again = look([entry(n, guid="same") for n in range(5)], list(first.entries))
    assert (again.new, again.changed) == (0, 0)


def test_the_same_item_twice_is_one_entry() -> None:
    assert look([entry(1), entry(1)], [], FeedState("u")).new == 1


def test_a_reimport_is_held_back_and_said() -> None:
    result = look([entry(n, guid=f"old{n}") for n in range(1000, 1400)], [entry(1)])
    assert result.new == 400
    assert 360 <= result.held < 400
    assert "held back" in result.notes[0]
    assert sum(one.held for one in result.entries) == result.held
    assert not any(one.content for one in result.entries if one.held)
    later = look([entry(n, guid=f"old{n}") for n in range(1000, 1400)], [entry(1), *result.entries])
    assert (later.new, later.changed) == (0, 0)  # it does not trickle in


def test_a_busy_feed_after_a_pause_is_no_flood() -> None:
    before = [entry(n, hours=24 * 3 + n) for n in range(300)]
    state = FeedState("u", first_ok=NOW - timedelta(days=30), last_ok=NOW - timedelta(days=3))
    assert look([entry(n) for n in range(1000, 1070)], before, state).held == 0


def test_a_huge_feed_at_first_sight_is_capped_at_the_newest() -> None:
    result = look([entry(n) for n in range(3000)], [], FeedState("u"))
    assert sum(not one.held for one in result.entries) == 500
    assert min(one.published for one in result.entries if not one.held and one.published) > max(
        one.published for one in result.entries if one.held and one.published
    )


def test_an_overrun_is_noticed_where_everything_is_new_and_younger_than_the_last_visit() -> None:
    before, young = [entry(n, hours=30) for n in range(50, 59)], [entry(n, hours=0.1) for n in range(3)]
    assert look(young, before).overrun
    assert not look([*young, entry(50, hours=30)], before).overrun
    assert not look(young, [], FeedState("u")).overrun


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6), st.integers(0, 3)), max_size=12))
def test_a_second_look_at_the_same_document_finds_nothing(shape: list[tuple[int, int, int]]) -> None:
    document = [
        entry(link, guid=f"g{guid}" if guid else "", title=f"T{title}" if title else "") for guid, link, title in shape
    ]
    first = look(document, [], FeedState("u"))
    assert len({one.ident for one in first.entries}) == len(first.entries)
    memory = [known(one) for one in first.entries]
    second = recognise(document, memory, SEEN, NOW, max_entries=500)
    assert second.new == 0
    third = recognise(list(reversed(document)), memory, SEEN, NOW, max_entries=500)
    assert third.new == 0


def test_known_companions_are_what_is_stored() -> None:
    one = known(entry(1))
    assert isinstance(one, Known)
    assert one.content_hash == entry(1).content_hash
