"""The contract of the port `Store`: pruning and the health of feeds. Held by every store there is."""

from datetime import timedelta

import pytest

from digest.errors import StateError
from digest.model import (
    DeliveryState,
    FeedReport,
    Outcome,
    Picture,
    Settled,
)
from digest.store import SqlStore
from tests.store.made import (
    DAY,
    FEED,
    HOUR,
    NOW,
    To,
    due,
    entry,
    failure,
    fetched,
    issue,
    rendition,
    unchanged,
)

OTHER = "https://other.example/feed"


class TestPruning:
    """Old content is forgotten; keys and what was sent never."""

    def test_content_goes_keys_stay(self, store: SqlStore) -> None:
        """After `keep`, an entry is still known and settled, its edition still has its headlines and deliveries."""
        old = entry("a", content="long ago", url="https://x.example/a", seen=NOW)
        others = [entry(ident, feed=OTHER) for ident in "ab"]
        marks = {(FEED, "a"): ["once"], (OTHER, "a"): ["often"], (OTHER, "b"): ["often"]}
        store.keep([fetched(old), fetched(*others, url=OTHER)], NOW)
        store.learn(store.unlearnt(most=9)[0], marks)
        picture = Picture("p", b"x", "png", 1, 1)
        store.commit(
            issue([old], opening="Hello"), [FEED], [(rendition(pictures=(picture,)), [To("me@example.org")])], NOW
        )
        store.mark(store.outbox()[0], DeliveryState.SENT, NOW)
        store.keep_vectors({"old": b"v"})
        later = NOW + 100 * DAY
        store.keep([fetched(entry("b", published=later, content="fresh"), now=later)], later)
        store.keep_vectors({"new": b"v"})
        store.prune("morning", later, 90 * DAY)

        assert [one.ident for one in store.known([FEED])[FEED]] == ["b", "a"]
        found, words = store.find("morning", "a")[0]
        assert (found.title, found.content, words[:15]) == (old.title, "", "settled as show")
        remains = store.issue("morning", NOW.date())
        assert remains is not None
        assert [(story.title, story.lead.url) for story in remains.stories] == [(old.title, old.url)]
        assert remains.opening == ""
        (sent,) = store.deliveries("morning", NOW.date())
        assert (sent.state, sent.recipient) == ("sent", "me@example.org")
        with pytest.raises(StateError, match="keep"):
            store.rendition(sent)
        assert store.vectors(["old", "new"]) == {"new": b"v"}
        assert due(store, later) == ["b"]
        assert store.newest("morning") == (NOW.date(), NOW)
        store.keep([fetched(entry("c", published=later))], later)
        store.learn(store.unlearnt(most=9)[0], {(FEED, "c"): ["once"]})  # it was forgotten
        assert store.boilerplate([FEED, OTHER]) == {FEED: {}, OTHER: {"often": 2}}

    def test_an_edition_still_in_the_outbox_is_kept_whole(self, store: SqlStore) -> None:
        """What has not been sent can still be sent."""
        store.commit(issue(), [], [(rendition(), [To("me@example.org")])], NOW)
        store.prune("morning", NOW + 400 * DAY, 90 * DAY)
        assert store.rendition(store.outbox()[0]) == rendition()

    def test_nothing_young_is_touched_and_twice_is_once(self, store: SqlStore) -> None:
        """Pruning is idempotent, and each digest's editions are its own."""
        store.keep([fetched(entry("a", content="x"))], NOW)
        for digest in ("morning", "evening"):
            store.commit(issue([entry("a")], digest=digest), [FEED], [], NOW)
        store.prune("morning", NOW + 10 * DAY, 90 * DAY)
        assert store.issue("morning", NOW.date()) == issue([entry("a")])
        for _ in range(2):
            store.prune("morning", NOW + 100 * DAY, 90 * DAY)
        assert store.issue("evening", NOW.date()) == issue([entry("a")], digest="evening")


class TestHealth:
    """What the footer and `digest feeds` tell."""

    def report(self, store: SqlStore, now: object = NOW) -> FeedReport:
        """Of the one feed."""
        (one,) = store.reports([fetched().source], now)  # type: ignore[arg-type]  # a datetime
        return one

    def test_never(self, store: SqlStore) -> None:
        """A feed not asked yet."""
        assert self.report(store) == FeedReport(FEED, "news.example", "never")

    def test_ok_then_unchanged(self, store: SqlStore) -> None:
        """With the number of entries that the visit brought."""
        store.keep([fetched(entry("a"), entry("b"), title="The News")], NOW)
        assert self.report(store) == FeedReport(FEED, "The News", "ok", entries=2)
        store.keep([unchanged(now=NOW + HOUR)], NOW + HOUR)
        assert self.report(store).status == "unchanged"
        assert self.report(store).entries == 0

    def test_not_due_yet_says_nothing_new(self, store: SqlStore) -> None:
        """A feed that was not asked keeps its last report."""
        store.keep([fetched(entry("a"))], NOW)
        store.keep([unchanged(asked=False)], NOW + HOUR)
        assert (self.report(store).status, self.report(store).entries) == ("ok", 1)

    @pytest.mark.parametrize(
        ("failures", "age", "lasting"), [(1, HOUR, False), (2, 47 * HOUR, False), (3, HOUR, True), (1, 2 * DAY, True)]
    )
    def test_a_failure_lasts_after_three_times_or_two_days(
        self, store: SqlStore, failures: int, age: timedelta, lasting: bool
    ) -> None:
        """Only then does a mail mention it."""
        store.keep([failure(failures=failures, failing_since=NOW - age, advice="try later")], NOW)
        one = self.report(store)
        assert (one.status, one.reason, one.advice) == ("failed", "no answer", "try later")
        assert (one.since, one.lasting) == (NOW - age, lasting)

    def test_gone(self, store: SqlStore) -> None:
        """410 is for ever."""
        store.keep([failure(gone=True, last_error="410 Gone")], NOW)
        assert (self.report(store).status, self.report(store).lasting) == ("gone", True)

    def test_recovered(self, store: SqlStore) -> None:
        """One success clears it."""
        store.keep([failure(failures=9)], NOW)
        store.keep([fetched(entry("a"), now=NOW + HOUR)], NOW + HOUR)
        assert self.report(store) == FeedReport(FEED, "news.example", "ok", entries=1)

    def test_overrun_is_told_for_a_day(self, store: SqlStore) -> None:
        """Items came and went between two visits of the night: the morning's edition still tells."""
        store.keep([fetched(entry("a"), overrun=NOW, advice="gather hourly")], NOW)
        assert (self.report(store).status, self.report(store).advice) == ("overrun", "gather hourly")
        store.keep([fetched(entry("b"), now=NOW + HOUR, overrun=NOW)], NOW + HOUR)
        assert self.report(store, NOW + HOUR).status == "overrun"
        assert self.report(store, NOW + DAY) == FeedReport(FEED, "news.example", "ok", entries=1)

    def test_silent(self, store: SqlStore) -> None:
        """It answers, and has had nothing new for a month."""
        store.keep([fetched(newest=NOW - 31 * DAY)], NOW)
        one = self.report(store)
        assert (one.status, one.since, one.lasting) == ("silent", NOW - 31 * DAY, False)

    def test_no_token_leaves(self, store: SqlStore) -> None:
        """A private feed's address appears as its host, in its name and in every sentence."""
        secret = "https://user:canary@private.example/canary/feed?token=canary"
        words = f"{secret} answered 404 (see {secret})"
        store.keep([failure(url=secret, last_error=words, advice=f"look at {secret}")], NOW)
        (one,) = store.reports([fetched(url=secret).source], NOW)
        assert one.name == "private.example"
        assert "canary" not in one.reason + one.advice + one.name
        assert one.reason == "private.example answered 404 (see private.example)"

    def test_statistics(self, store: SqlStore) -> None:
        """Entries of four weeks, a day, and the share shown; a feed's backlog at first sight is no news."""
        start = NOW - 14 * DAY
        store.keep([fetched(entry("backlog"), now=start, title="News"), fetched(url=OTHER, now=start)], start)
        store.keep([fetched(*(entry(str(n)) for n in range(28)), first_ok=start, title="News")], NOW)
        named = (Settled(FEED, "1", Outcome.SHOWN), Settled(FEED, "2", Outcome.CUT))
        store.commit(issue(settled=named), [FEED], [], NOW)
        news, other = store.statistics("morning", [FEED, OTHER, "https://unknown.example/"], NOW)
        assert (news.url, news.title, news.entries, news.per_day, news.shown) == (FEED, "News", 28, 2.0, 1 / 28)
        assert (other.entries, other.per_day, other.shown, other.last_ok) == (0, 0.0, None, start)
