"""The contract of the port `Store`: feeds, their entries, and the caches. Held by every store there is."""

from dataclasses import replace

import pytest

from digest.model import (
    FeedState,
    Image,
    Known,
    Shown,
    Story,
    Topic,
)
from digest.ports import Store
from digest.store import SqlStore
from tests.store.made import (
    DAY,
    FEED,
    HOUR,
    NOW,
    a_day,
    due,
    edition,
    entry,
    fetched,
    issue,
)

OTHER = "https://other.example/feed"


def test_it_is_a_store(store: SqlStore) -> None:
    """The type checker holds `SqlStore` to the protocol; nothing of the protocol is missing at run time either."""
    port: Store = store
    assert all(hasattr(port, name) for name in dir(Store) if not name.startswith("_"))


class TestFeeds:
    """What is remembered of feeds and their entries."""

    def test_a_feed_never_seen_has_an_empty_state(self, store: SqlStore) -> None:
        """First sight is a value, not a missing key."""
        assert store.states([FEED]) == {FEED: FeedState(FEED)}
        assert store.known([FEED]) == {FEED: ()}

    def test_a_state_comes_back_whole(self, store: SqlStore) -> None:
        """Every field of a feed's state survives, microseconds and the year 1 included."""
        state = FeedState(
            url=FEED, title="Nëws", link="https://news.example/", language="uk", etag='W/"x"',
            last_modified="yesterday", body_hash="ab", next_due=NOW + HOUR, moved_to="https://new.example/",
            moved_days=(a_day("2026-02-17"), NOW.date()), gone=True, first_ok=NOW.replace(year=1),
            last_ok=NOW.replace(microsecond=123457), last_try=NOW, failing_since=NOW, failures=4,
            last_error="410 Gone", advice="remove it", newest=NOW - DAY, overrun=NOW,
        )  # fmt: skip
        store.keep([replace(fetched(), state=state)], NOW)
        assert store.states([FEED]) == {FEED: state}

    def test_an_entry_comes_back_whole(self, store: SqlStore) -> None:
        """What gather filled in survives to the edition, hostile markup and large content included."""
        one = entry(
            "ident", title="<b>&amp; 'quotes' 😀", url="https://x.example/1?a=b", url_key="x.example/1", guid="g",
            teaser="<p>é</p>", content="<script>" * 5000, author="Ann", categories=("a", "b,c"), language="uk",
            published=NOW - HOUR, date_only=False, seen=NOW, images=(Image("https://x.example/i", "alt", 1, None),),
        )  # fmt: skip
        store.keep([fetched(one)], NOW)
        assert store.due("d", [FEED], NOW, start=NOW - DAY, grace=HOUR, catch_up=DAY) == (one,)

    def test_text_that_no_database_takes_does_no_harm(self, store: SqlStore) -> None:
        """NUL and lone surrogates (which `parse` never lets through) cost themselves only."""
        store.keep([fetched(entry("a\0\ud800", title="x\0\ud800y", content="\0\ud800"))], NOW)
        (one,) = store.due("d", [FEED], NOW, start=NOW - DAY, grace=HOUR, catch_up=DAY)
        assert (one.ident, one.title, one.content) == ("a?", "x?y", "\0\ud800")

    def test_known_entries_are_recognised_by_what_was_stored(self, store: SqlStore) -> None:
        """Newest first, with the hash that tells an edit."""
        first, second = entry("a", url_key="k/a"), entry("b", published=None)
        store.keep([fetched(first, second)], NOW)
        assert store.known([FEED, OTHER]) == {
            FEED: (
                Known("b", "", second.title, second.content_hash, None, NOW),
                Known("a", "k/a", first.title, first.content_hash, first.published, NOW),
            ),
            OTHER: (),
        }

    def test_known_holds_what_a_feed_could_still_list(self, store: SqlStore) -> None:
        """Four times the longest document of the feed; not all that ever was, so that a feed's age costs nothing."""
        entries = [entry(str(n)) for n in range(700)]
        store.keep([fetched(*entries, total=30)], NOW)
        assert [one.ident for one in store.known([FEED])[FEED]] == [str(n) for n in range(699, 199, -1)]
        store.keep([fetched(total=600)], NOW)
        assert len(store.known([FEED])[FEED]) == 700

    def test_an_edit_updates_and_never_makes_new(self, store: SqlStore) -> None:
        """Content and title follow the publisher; `seen`, the date and the previous success stay as they were first."""
        assert store.keep([fetched(entry("a", content="old"))], NOW) == {(FEED, "a")}
        edited = entry("a", title="New title", content="new", published=NOW + DAY)
        assert store.keep([fetched(edited, now=NOW + HOUR)], NOW + HOUR) == frozenset()
        (one,) = store.due("d", [FEED], NOW + HOUR, start=NOW - DAY, grace=HOUR, catch_up=DAY)
        assert (one.title, one.content, one.seen, one.published) == ("New title", "new", NOW, NOW - HOUR)
        assert store.known([FEED])[FEED][0].content_hash == edited.content_hash

    def test_one_guid_in_two_feeds_is_two_entries(self, store: SqlStore) -> None:
        """Identity holds within a feed only."""
        store.keep([fetched(entry("a")), fetched(entry("a", feed=OTHER), url=OTHER)], NOW)
        assert due(store, urls=[OTHER, FEED]) == ["a", "a"]

    def test_many_feeds_at_once(self, store: SqlStore) -> None:
        """Thousands of feeds pass any limit on the parameters of a statement."""
        urls = [f"https://h{n}.example/" for n in range(1100)]
        store.keep([fetched(entry("a", feed=url), url=url) for url in urls], NOW)
        assert len(store.states(urls)) == len(store.known(urls)) == len(due(store, urls=urls)) == 1100
        edition(store, urls=urls)
        assert due(store, NOW + HOUR, urls=urls) == []

    def test_keep_is_all_or_nothing(self, store: SqlStore) -> None:
        """A batch that cannot be stored whole leaves no trace."""
        with pytest.raises(AttributeError):
            store.keep([fetched(entry("a")), fetched(None, url=OTHER)], NOW)  # type: ignore[arg-type]  # on purpose
        assert store.states([FEED]) == {FEED: FeedState(FEED)}


class TestCaches:
    """Block counts, vectors, profiles."""

    def test_block_counts_add_up(self, store: SqlStore) -> None:
        """Counted for each feed apart; what stood in one entry only says nothing and is left out."""
        others = [entry(ident, feed=OTHER) for ident in "ab"]
        marks = {(FEED, "a"): "xy", (FEED, "b"): "x", (OTHER, "a"): "x", (OTHER, "b"): "x", (OTHER, "z"): "y"}
        store.keep([fetched(entry("a"), entry("b")), fetched(*others, url=OTHER)], NOW)
        mark, some = store.unlearnt(most=9)
        assert [one.ident for one in some] == ["a", "b", "a", "b"]
        store.learn(mark, marks)
        store.keep([fetched(entry("c"))], NOW)
        mark, some = store.unlearnt(most=9)
        assert [one.ident for one in some] == ["c"]
        store.learn(mark, {(FEED, "c"): "xz"})
        assert store.unlearnt(most=9)[1] == ()
        assert store.boilerplate([FEED, OTHER]) == {FEED: {"x": 3}, OTHER: {"x": 2}}

    def test_an_edited_entry_is_counted_once(self, store: SqlStore) -> None:
        """Three versions of one text are not three entries with the same block."""
        for text in ("one", "two", "three"):
            store.keep([fetched(entry("a", content=text))], NOW)
            mark, some = store.unlearnt(most=9)
            store.learn(mark, {(one.feed, one.ident): "x" for one in some})
        assert store.boilerplate([FEED]) == {FEED: {}}

    def test_two_who_learn_at_once_count_once(self, store: SqlStore) -> None:
        """Both have read the same entries; the second has read one more, which alone counts by it."""
        store.keep([fetched(entry("a"), entry("b"))], NOW)
        first, _ = store.unlearnt(most=9)
        store.keep([fetched(entry("c"))], NOW)
        second, some = store.unlearnt(most=9)
        assert len(some) == 3
        store.learn(first, {(FEED, "a"): "x", (FEED, "b"): "x"})
        store.learn(second, {(FEED, ident): "x" for ident in "abc"})
        store.learn(first, {(FEED, "a"): "x", (FEED, "b"): "x"})
        assert store.boilerplate([FEED]) == {FEED: {"x": 3}}

    def test_many_are_learnt_in_turns(self, store: SqlStore) -> None:
        """No more at once than asked for, and none is passed over."""
        store.keep([fetched(*(entry(ident) for ident in "abcde"))], NOW)
        turns = []
        while (found := store.unlearnt(most=2))[1]:
            turns.append("".join(one.ident for one in found[1]))
            store.learn(found[0], {(FEED, one.ident): "x" for one in found[1]})
        assert turns == ["ab", "cd", "e"]
        assert store.boilerplate([FEED]) == {FEED: {"x": 5}}

    def test_vectors(self, store: SqlStore) -> None:
        """A cache: what is not there is missing, what is kept again is replaced."""
        store.keep_vectors({})
        store.keep_vectors({"a": b"\0\1", "b": b""})
        store.keep_vectors({"a": b"\2"})
        assert store.vectors(["a", "b", "c"]) == {"a": b"\2", "b": b""}

    def test_profiles_count_what_editions_filed(self, store: SqlStore) -> None:
        """Feed -> topic -> entries, over all editions of that digest alone; cut stories count."""
        store.keep([fetched(entry("a"), entry("b")), fetched(entry("c", feed=OTHER), url=OTHER)], NOW)
        for days in range(2):
            stories = (
                Story("1", (entry("a"), entry("c", feed=OTHER)), "x"),
                Story("2", (entry("b"),), "y", shown=Shown.CUT),
            )
            topics = (Topic("World", stories[:1]), Topic("Other", stories[1:]))
            store.commit(issue(now=NOW + days * DAY, topics=topics), [FEED, OTHER], [], NOW)
        assert store.profiles("morning") == {FEED: {"World": 2, "Other": 2}, OTHER: {"World": 2}}
        assert store.profiles("evening") == {}


class TestReaders:
    """Work that follows the gathers at its own pace."""

    def test_each_entry_once_in_order_and_the_old_never(self, store: SqlStore) -> None:
        old = entry("old", published=NOW - 3 * DAY)
        store.keep([fetched(entry("1"), old, entry("2", published=None), entry("3"))], NOW)
        mark, some = store.unread("reader", NOW - DAY, most=2)
        assert [one.ident for one in some] == ["1", "2"]
        store.passed("reader", mark)
        mark, rest = store.unread("reader", NOW - DAY, most=2)
        assert [one.ident for one in rest] == ["3"]
        store.passed("reader", mark)
        assert store.unread("reader", NOW - DAY, most=2)[1] == ()
        assert len(store.unread("another", NOW - DAY, most=9)[1]) == 3

    def test_a_mark_never_goes_back(self, store: SqlStore) -> None:
        store.keep([fetched(entry("1"))], NOW)
        mark, _ = store.unread("reader", NOW - DAY, most=9)
        store.passed("reader", mark)
        store.passed("reader", 0)
        assert store.unread("reader", NOW - DAY, most=9)[1] == ()
