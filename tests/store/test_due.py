"""Which entries are due: every clause of the one rule, through a store that is gathered into as a user's is."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.model import Outcome, Settled
from digest.store import SqlStore
from digest.store.due import Window, day_end
from tests.store.made import DAY, FEED, HOUR, NOW, due, edition, entry, failure, fetched, issue, unchanged

OTHER = "https://other.example/feed"
KYIV, LOS_ANGELES, AUCKLAND = ZoneInfo("Europe/Kyiv"), ZoneInfo("America/Los_Angeles"), ZoneInfo("Pacific/Auckland")


class TestFirstSight:
    """The first run, and a feed that is added later."""

    def test_the_first_edition_looks_back_one_window(self, store: SqlStore) -> None:
        """To the microsecond; a feed's backlog is old."""
        at, before = NOW - DAY, NOW - DAY - timedelta(microseconds=1)
        store.keep([fetched(entry("at", published=at), entry("before", published=before))], NOW)
        assert due(store) == ["at"]

    def test_a_feed_added_later_starts_where_the_last_edition_ended(self, store: SqlStore) -> None:
        """Its backlog is no news, and there is no grace for it."""
        store.keep([fetched(entry("a"))], NOW)
        edition(store)
        later = NOW + DAY
        news, old = entry("n", feed=OTHER, published=NOW), entry("o", feed=OTHER, published=NOW - HOUR)
        store.keep([fetched(news, old, url=OTHER, now=later)], later)
        assert due(store, later, urls=[FEED, OTHER]) == ["n"]

    def test_a_second_digest_looks_back_one_window_too(self, store: SqlStore) -> None:
        """Over a state that another digest has used for a week: its first edition is no week's."""
        for days in range(7, 0, -1):
            now = NOW - days * DAY - HOUR
            news = entry(f"{days}", published=now - HOUR), entry(f"u{days}", published=None)
            store.keep([fetched(*news, now=now)], now)
            edition(store, now)
        store.keep([fetched(entry("today", published=NOW - HOUR))], NOW)
        assert due(store, digest="other") == ["today"]
        edition(store, digest="other")
        assert store.find("other", "3")[0][1].startswith("settled as old")

    def test_gathered_before_the_first_edition(self, store: SqlStore) -> None:
        """Hourly gathers that began days earlier make the first edition no longer."""
        for hours in range(96, 0, -12):
            now = NOW - hours * HOUR
            store.keep([fetched(entry(f"{hours}", published=now), now=now)], now)
        assert due(store) == ["24", "12"]

    def test_a_feed_added_later_that_another_digest_reads(self, store: SqlStore) -> None:
        """What that one was told before is no news here either; what came since the last edition is."""
        store.keep([fetched(entry("a")), fetched(url=OTHER, now=NOW - 3 * DAY)], NOW - 3 * DAY)
        edition(store, NOW - 3 * DAY)
        for hours in (60, 30, 6):
            now = NOW - hours * HOUR
            store.keep([fetched(entry(f"{hours}", feed=OTHER, published=now), url=OTHER, now=now)], now)
        store.keep([fetched(entry("b", published=NOW - DAY))], NOW - DAY)
        edition(store, NOW - DAY)
        assert due(store, urls=[FEED, OTHER]) == ["6"]

    def test_undated_entries_are_backlog_at_first_sight(self, store: SqlStore) -> None:
        """Nobody knows how old they are; settled as old with the edition, and never due."""
        store.keep([fetched(entry("u", published=None), entry("a"))], NOW)
        assert due(store) == ["a"]
        edition(store)
        assert "settled as old" in store.find("morning", "u")[0][1]
        assert due(store, NOW + HOUR) == []

    def test_undated_entries_count_from_when_they_were_seen_afterwards(self, store: SqlStore) -> None:
        """The feed was read before without them: they are new."""
        store.keep([fetched(entry("u", published=None))], NOW - 2 * HOUR)
        store.keep([fetched(entry("v", published=None), now=NOW - HOUR)], NOW - HOUR)
        assert due(store) == ["v"]


class TestLate:
    """Entries that show up after the edition they belong to."""

    def test_late_within_grace(self, store: SqlStore) -> None:
        """Dated before the last edition's end, seen after it: at most `grace` before is still shown."""
        store.keep([fetched()], NOW)
        edition(store)
        now = NOW + DAY
        late, later = entry("late", published=NOW - 12 * HOUR), entry("later", published=NOW - 13 * HOUR)
        store.keep([fetched(late, later, now=now)], now)
        assert due(store, now) == ["late"]
        edition(store, now)
        assert due(store, now + DAY) == []

    def test_stored_while_the_last_edition_was_made(self, store: SqlStore) -> None:
        """By a gather that had begun before: it is neither in that edition nor settled by it, and not lost."""
        store.keep([fetched(entry("a"), now=NOW - HOUR)], NOW - HOUR)
        assert due(store) == ["a"]
        store.keep([fetched(entry("b", published=NOW - HOUR), now=NOW)], NOW)
        store.commit(issue(settled=(Settled(FEED, "a", Outcome.SHOWN),)), [FEED], [], NOW)
        assert due(store, NOW + DAY) == ["b"]

    def test_after_an_outage_of_the_feed(self, store: SqlStore) -> None:
        """The feed failed while editions went out: what it brings when it is back counts from its last success."""
        store.keep([fetched(entry("a"))], NOW)
        edition(store)
        for days in (1, 2):
            store.keep([failure(now=NOW + days * DAY, last_ok=NOW)], NOW + days * DAY)
            assert edition(store, NOW + days * DAY) == []
        back = NOW + 3 * DAY
        missed = entry("missed", published=NOW + 2 * HOUR)
        older = entry("older", published=NOW - 13 * HOUR)
        store.keep([fetched(missed, older, now=back)], back)
        assert edition(store, back) == ["missed"]

    def test_a_304_counts_as_a_success(self, store: SqlStore) -> None:
        """Nothing was missed up to then, so an old date that comes later is not from an outage."""
        store.keep([fetched()], NOW - 3 * DAY)
        edition(store, NOW - 3 * DAY)
        store.keep([unchanged(now=NOW)], NOW)
        edition(store, NOW)
        now = NOW + DAY
        store.keep([fetched(entry("a", published=NOW - 2 * DAY), now=now)], now)
        assert due(store, now) == []

    def test_a_failure_does_not_count_as_a_success(self, store: SqlStore) -> None:
        """The previous success is what the feed's state says before this visit."""
        store.keep([fetched(now=NOW - 3 * DAY)], NOW - 3 * DAY)
        store.keep([failure(now=NOW - DAY, last_ok=NOW - 3 * DAY)], NOW - DAY)
        edition(store, NOW - DAY)
        store.keep([fetched(entry("a", published=NOW - 2 * DAY))], NOW)
        assert due(store) == ["a"]

    def test_a_feed_never_read_before_has_no_outage(self, store: SqlStore) -> None:
        """It failed from the start: its first success is first sight."""
        store.keep([failure(now=NOW - 3 * DAY)], NOW - 3 * DAY)
        store.keep([fetched(entry("a", published=NOW - 2 * DAY), entry("u", published=None))], NOW)
        assert due(store) == []


class TestMissedDays:
    """The machine was off."""

    def test_the_next_edition_takes_up_where_the_last_ended(self, store: SqlStore) -> None:
        """However long ago, up to `catch_up`; older is old."""
        store.keep([fetched(now=NOW - 10 * DAY)], NOW - 10 * DAY)
        edition(store, NOW - 10 * DAY)
        store.keep([fetched(*(entry(f"{n}", published=NOW - n * DAY) for n in range(10)))], NOW)
        assert due(store) == [str(n) for n in range(8)]
        edition(store)
        assert {store.find("morning", str(n))[0][1][:14] for n in (8, 9)} == {"settled as old"}

    def test_gathered_meanwhile(self, store: SqlStore) -> None:
        """Hourly gathers went on while no edition was sent: all of it is in the next one."""
        store.keep([fetched(now=NOW - 4 * DAY)], NOW - 4 * DAY)
        edition(store, NOW - 4 * DAY)
        for hours in range(95, -1, -5):
            now = NOW - hours * HOUR
            store.keep([fetched(entry(f"{hours}", published=now), now=now)], now)
        assert len(due(store)) == 20

    def test_an_empty_morning_settles_nothing(self, store: SqlStore) -> None:
        """Without an edition nothing is settled: `send_empty: false` loses nothing."""
        store.keep([fetched(entry("a", published=NOW - 30 * HOUR))], NOW)
        assert due(store) == []
        assert store.find("morning", "a")[0][1] == "not settled yet"
        assert store.start("morning", NOW + DAY, DAY) == NOW


class TestDates:
    """Dates that are not quite dates."""

    def test_a_future_date_counts_as_seen(self, store: SqlStore) -> None:
        """Due at once, and not again when its day comes."""
        store.keep([fetched(entry("f", published=NOW + 30 * DAY))], NOW)
        assert edition(store) == ["f"]
        assert due(store, NOW + 30 * DAY) == []

    def test_what_was_seen_later_is_not_due_yet(self, store: SqlStore) -> None:
        """`seen ≤ now`: the past can be rebuilt with `--now`."""
        store.keep([fetched(entry("a"))], NOW)
        assert due(store, NOW - timedelta(microseconds=1)) == []
        assert due(store, NOW) == ["a"]

    def test_a_date_alone_counts_as_the_whole_local_day(self, store: SqlStore) -> None:
        """Yesterday's date is within a window that began yesterday morning; the day before's is not."""
        yesterday = entry("y", published=datetime(2026, 2, 17, tzinfo=UTC), date_only=True)
        before = entry("b", published=datetime(2026, 2, 16, tzinfo=UTC), date_only=True)
        timed = entry("t", published=datetime(2026, 2, 17, tzinfo=UTC))
        store.keep([fetched(yesterday, before, timed)], NOW)
        assert due(store, zone=KYIV) == ["y"]
        assert due(store, zone=UTC) == ["y"]

    def test_the_day_is_the_digests_own(self, store: SqlStore) -> None:
        """In Los Angeles the 16th lasts until 08:00 UTC on the 17th, which this window still sees; in Kyiv not."""
        store.keep([fetched(entry("b", published=datetime(2026, 2, 16, tzinfo=UTC), date_only=True))], NOW)
        assert due(store, zone=LOS_ANGELES) == ["b"]
        assert due(store, zone=KYIV) == []

    @pytest.mark.parametrize("hours", range(-11, 13))
    def test_midnight_of_any_zone_is_the_date_it_says(self, hours: int) -> None:
        """A publisher's midnight, kept in UTC, is read as the publisher's date."""
        published = (datetime(2026, 2, 17, tzinfo=UTC) - timedelta(hours=hours)).astimezone(UTC)
        assert day_end(published, AUCKLAND) == datetime(2026, 2, 18, tzinfo=AUCKLAND)

    @given(published=st.datetimes(timezones=st.just(UTC)), date_only=st.booleans(), seen_late=st.booleans())
    def test_any_date_at_all(self, published: datetime, *, date_only: bool, seen_late: bool) -> None:
        """The years 1 and 9999 included: an answer, never an error."""
        window = Window(NOW, NOW - DAY, 12 * HOUR, 7 * DAY, LOS_ANGELES)
        prev_ok = NOW - DAY if seen_late else None
        found = window.holds(published, date_only=date_only, seen=NOW, prev_ok=prev_ok)
        if published >= NOW - DAY:
            assert found
        if published < NOW - 4 * DAY:
            assert not found

    def test_the_year_1(self, store: SqlStore) -> None:
        """Stored, and old."""
        store.keep([fetched(entry("a", published=datetime(1, 1, 1, tzinfo=UTC), date_only=True))], NOW)
        assert due(store) == []


class TestWhose:
    """Subscribed, unsettled, not held back; in a stable order."""

    def test_only_subscribed_feeds(self, store: SqlStore) -> None:
        """One that was removed from the config is in the store, and in no edition."""
        store.keep([fetched(entry("a")), fetched(entry("b", feed=OTHER), url=OTHER)], NOW)
        assert due(store, urls=[FEED]) == ["a"]
        assert due(store, urls=[]) == []

    def test_the_order_is_the_configs_then_the_feeds(self, store: SqlStore) -> None:
        """Not the network's, which answers as it likes."""
        store.keep([fetched(entry("c", feed=OTHER), entry("d", feed=OTHER), url=OTHER)], NOW)
        store.keep([fetched(entry("a"), entry("b"))], NOW)
        assert due(store, urls=[FEED, OTHER]) == ["a", "b", "c", "d"]

    def test_what_was_held_back_is_never_due(self, store: SqlStore) -> None:
        """The flood breaker's: known, settled as old, not even due after an edit."""
        store.keep([fetched(entry("h", held=True))], NOW)
        store.keep([fetched(entry("h", title="Edited", held=False))], NOW)
        assert due(store) == []
        edition(store)
        assert store.find("morning", "h")[0][1] == "settled as old on 2026-02-18: held back as part of a flood"

    def test_an_edit_never_brings_an_entry_back(self, store: SqlStore) -> None:
        """A bumped date (nextcloud/news#3796), a changed title: it was shown, once."""
        store.keep([fetched(entry("a"))], NOW)
        assert edition(store) == ["a"]
        store.keep([fetched(entry("a", title="Edited", published=NOW + DAY), now=NOW + DAY)], NOW + DAY)
        assert due(store, NOW + DAY) == []

    def test_an_edit_never_takes_an_entry_away(self, store: SqlStore) -> None:
        """Seen, not shown yet, and the publisher now says it is from last year: it is still news to the reader."""
        store.keep([fetched(now=NOW - 2 * HOUR)], NOW - 2 * HOUR)
        store.keep([fetched(entry("a", published=None), entry("b"), now=NOW - HOUR)], NOW - HOUR)
        aged = NOW - 400 * DAY
        store.keep([fetched(entry("a", published=aged), entry("b", published=aged))], NOW)
        assert due(store) == ["a", "b"]

    @pytest.mark.parametrize("outcome", list(Outcome))
    def test_settled_is_settled_whatever_the_outcome(self, store: SqlStore, outcome: Outcome) -> None:
        """Cut, duplicate and filtered entries do not come back either."""
        store.keep([fetched(entry("a"))], NOW)
        store.commit(issue(settled=(Settled(FEED, "a", outcome),)), [FEED], [], NOW)
        assert due(store, NOW + HOUR) == []
