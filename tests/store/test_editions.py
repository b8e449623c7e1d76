"""The contract of the port `Store`: editions and the settling of entries. Held by every store there is."""

import pytest

from digest.errors import StateError
from digest.model import (
    DeliveryState,
    Earlier,
    Evidence,
    FeedReport,
    Image,
    Issue,
    Outcome,
    Settled,
    Shown,
    Story,
    Topic,
)
from digest.store import SqlStore
from tests.store.made import (
    DAY,
    FEED,
    HOUR,
    NOW,
    To,
    a_day,
    due,
    edition,
    entry,
    fetched,
    issue,
    rendition,
)

OTHER = "https://other.example/feed"


class TestEditions:
    """One edition a digest and day."""

    def test_an_issue_comes_back_whole(self, store: SqlStore) -> None:
        """Every value an edition can hold."""
        one = entry("a", seen=NOW, blocks=(), summary="S", words=12, image=Image("https://x.example/i"))
        story = Story(
            id="1", entries=(one, entry("b", seen=NOW, published=None)), title="T", summary="é", image=Image("https://i.example/"),
            language="uk", topic="World", probability=0.1, score=-1.5, shown=Shown.TOP, reason="because", minutes=0.4,
            continues=Earlier(a_day("2026-02-17"), "before", "https://x.example/"), related=("2",),
            evidence=(Evidence("topic", "words", 0.3),),
        )  # fmt: skip
        full = Issue(
            digest="morning", title="Title", day=NOW.date(), start=NOW - DAY, end=NOW, language="en",
            timezone="Europe/Kyiv", topics=(Topic("World", (story,)), Topic("Empty")), top=("1",), quiet=("Science",),
            notices=("told once",),
            settled=(Settled(FEED, "a", Outcome.SHOWN, "why"), Settled(FEED, "b", Outcome.DUPLICATE)),
            feeds=(FeedReport(FEED, "News", "failed", 1, 2, "r", "a", NOW, lasting=True),), opening="Good morning",
        )  # fmt: skip
        store.keep([fetched(*story.entries)], NOW)
        store.commit(full, [FEED], [], NOW)
        assert store.issue("morning", NOW.date()) == full
        assert store.issues("morning", limit=7) == (full,)

    def test_start_is_the_newest_editions_end(self, store: SqlStore) -> None:
        """Else now - window; each digest for itself. An edition counts when composed: here nothing was ever sent."""
        assert store.start("morning", NOW, DAY) == NOW - DAY
        assert store.newest("morning") is None
        store.commit(issue(now=NOW - 3 * DAY), [FEED], [], NOW)
        store.commit(issue(now=NOW - 2 * DAY), [FEED], [(rendition(), [To("me@example.org")])], NOW)
        assert store.start("morning", NOW, DAY) == NOW - 2 * DAY
        assert store.newest("morning") == ((NOW - 2 * DAY).date(), NOW - 2 * DAY)
        assert store.start("evening", NOW, DAY) == NOW - DAY

    def test_one_edition_a_day(self, store: SqlStore) -> None:
        """A second one is refused whole: no delivery, no settlement of it remains."""
        store.keep([fetched(entry("a"))], NOW)
        store.commit(issue(now=NOW, settled=()), [], [], NOW)
        with pytest.raises(StateError, match="2026-02-18 already"):
            store.commit(issue([entry("a")], now=NOW + HOUR), [FEED], [(rendition(), [To("me@example.org")])], NOW)
        assert store.outbox() == ()
        assert store.find("morning", "a")[0][1] == "not settled yet"

    def test_a_commit_that_fails_leaves_nothing(self, store: SqlStore) -> None:
        """Edition, outbox and settlement are one transaction."""
        store.keep([fetched(entry("a"))], NOW)
        twice = [To("me@example.org"), To("me@example.org")]
        with pytest.raises(StateError):
            store.commit(issue([entry("a")]), [FEED], [(rendition(), twice)], NOW)
        assert store.newest("morning") is None
        assert store.outbox() == ()
        assert due(store) == ["a"]

    def test_latest_editions_come_first(self, store: SqlStore) -> None:
        """For history and for continuing stories."""
        for days in (3, 1, 2):
            store.commit(issue(now=NOW - days * DAY), [], [], NOW)
        assert [one.end for one in store.issues("morning", limit=2)] == [NOW - DAY, NOW - 2 * DAY]
        assert store.issue("morning", NOW.date()) is None

    def test_history_counts_deliveries(self, store: SqlStore) -> None:
        """What `digest history` prints."""
        cut = Story("2", (entry("b"),), "y", shown=Shown.CUT)
        topics = (Topic("World", (Story("1", (entry("a"),), "x"), cut)),)
        store.commit(
            issue(topics=topics), [], [(rendition(), [To("a@x.example", "<1>"), To("b@x.example", "<2>")])], NOW
        )
        store.commit(issue(now=NOW + DAY), [], [], NOW)
        store.mark(store.outbox()[0], DeliveryState.SENT, NOW)
        newest, older = store.history("morning")
        assert (newest.day, dict(newest.counts), newest.stories) == (a_day("2026-02-19"), {}, 0)
        assert (older.day, older.start, older.end, older.title) == (NOW.date(), NOW - DAY, NOW, "Morning Digest")
        assert dict(older.counts) == {DeliveryState.SENT: 1, DeliveryState.PENDING: 1}
        assert older.stories == 1


class TestSettling:
    """Once for each digest, every unsettled entry of its feeds."""

    def test_every_entry_gets_its_outcome_once(self, store: SqlStore) -> None:
        """Those the edition names get what it says, the others are old; nothing of them is due again."""
        store.keep(
            [fetched(*(entry(i) for i in "abcd"), entry("z", published=NOW - 9 * DAY), entry("u", published=None))], NOW
        )
        outcomes = [Outcome.SHOWN, Outcome.CUT, Outcome.DUPLICATE, Outcome.FILTERED]
        named = tuple(Settled(FEED, i, o, f"why {i}") for i, o in zip("abcd", outcomes, strict=True))
        assert set(due(store)) == set("abcd")
        store.commit(issue(settled=named), [FEED], [], NOW)
        assert due(store, NOW + HOUR) == []
        assert [store.find("morning", i)[0][1] for i in "abcdzu"] == [
            "settled as shown on 2026-02-18: why a",
            "settled as cut on 2026-02-18: why b",
            "settled as duplicate on 2026-02-18: why c",
            "settled as filtered on 2026-02-18: why d",
            "settled as old on 2026-02-18: older than the edition's window",
            "settled as old on 2026-02-18: no date, and there already when the feed was first read",
        ]

    def test_a_settlement_is_never_changed(self, store: SqlStore) -> None:
        """A later edition that names the entry again does not overwrite what was said of it."""
        store.keep([fetched(entry("a"))], NOW)
        store.commit(issue([entry("a")]), [FEED], [], NOW)
        again = (Settled(FEED, "a", Outcome.CUT, "again"),)
        store.commit(issue(now=NOW + DAY, settled=again), [FEED], [], NOW + DAY)
        assert store.find("morning", "a")[0][1] == "settled as shown on 2026-02-18: shown in World"

    def test_each_digest_settles_for_itself(self, store: SqlStore) -> None:
        """Two digests over one state: what one has shown is still new to the other."""
        store.keep([fetched(entry("a"))], NOW)
        assert edition(store) == ["a"]
        assert due(store, NOW, digest="evening") == ["a"]
        assert edition(store, digest="evening") == ["a"]
        assert due(store, NOW + HOUR, digest="evening") == []

    def test_feeds_of_others_stay_unsettled(self, store: SqlStore) -> None:
        """Only the digest's own feeds are settled; one subscribed to later is judged then."""
        store.keep([fetched(entry("a")), fetched(entry("b", feed=OTHER), url=OTHER)], NOW)
        assert edition(store) == ["a"]
        assert store.find("morning", "b")[0][1] == "not settled yet"

    def test_what_arrives_between_composing_and_committing_waits(self, store: SqlStore) -> None:
        """Another gather's entries, stored after `due` was asked, are in the next edition, not lost as old."""
        store.keep([fetched(entry("a"))], NOW)
        found = store.due("morning", [FEED], NOW, start=NOW - DAY, grace=12 * HOUR, catch_up=7 * DAY)
        store.keep([fetched(entry("late"), now=NOW)], NOW)
        store.commit(issue(found), [FEED], [], NOW)
        assert edition(store, NOW + DAY) == ["late"]

    def test_what_was_seen_after_the_end_waits(self, store: SqlStore) -> None:
        """A run that is told a past `--now` does not settle what has been gathered since."""
        store.keep([fetched(entry("a", published=NOW + HOUR), now=NOW + 2 * HOUR)], NOW + 2 * HOUR)
        assert edition(store, NOW) == []
        assert edition(store, NOW + DAY) == ["a"]


class TestFind:
    """What `digest explain` looks up."""

    @pytest.mark.parametrize(
        "text",
        ["the-guid", "ident", "https://www.x.example/1", "x.example/1", "http://x.example/1/", " https://x.example/1 "],
    )
    def test_by_link_guid_or_ident(self, store: SqlStore, text: str) -> None:
        """Links in any of their common spellings."""
        store.keep(
            [fetched(entry("ident", guid="the-guid", url="https://www.x.example/1", url_key="x.example/1"))], NOW
        )
        assert [(one.ident, words) for one, words in store.find("morning", text)] == [("ident", "not settled yet")]

    def test_nothing_found(self, store: SqlStore) -> None:
        """Not an error."""
        assert store.find("morning", "https://x.example/") == ()
