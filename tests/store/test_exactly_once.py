"""Whatever happens, in whatever order: no entry is shown twice, and none that the rules promise to show is missed.

Hypothesis drives two feeds, two digests and a clock: entries appear (late, undated, dated in the future, edited), feeds
fail, gathers come between composing and committing, mornings are missed, the power goes. The promise is stated here in
plain words, apart from the rule's own formula.
"""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from digest.model import Entry, FetchResult
from digest.store import open_snapshot, open_store
from tests.store.made import DAY, HOUR, NOW, To, entry, failure, fetched, issue, rendition, unchanged

FEEDS = ("https://a.example/", "https://b.example/")
DIGESTS = ("morning", "evening")
GRACE, CATCH_UP, WINDOW = 12 * HOUR, 7 * DAY, DAY
HOURS = st.integers(1, 40).map(lambda hours: timedelta(hours=hours))


@dataclass
class Item:
    """One entry of a feed, and when it came in."""

    entry: Entry
    seen: datetime | None = None
    success_before: datetime | None = None


class World(RuleBasedStateMachine):
    """The outside of the store, and what it has been seen to do."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.url = f"sqlite:///{Path(self.folder.name) / 'digest.db'}"
        self.store = open_snapshot(self.url)
        self.now = NOW
        self.listed: dict[str, list[Item]] = {url: [] for url in FEEDS}
        self.last_ok: dict[str, datetime | None] = dict.fromkeys(FEEDS)
        self.ends: dict[str, list[datetime]] = {name: [] for name in DIGESTS}
        self.shown: Counter[tuple[str, str, str]] = Counter()

    def teardown(self) -> None:
        self.store.close()
        self.folder.cleanup()

    @initialize(on_disk=st.sampled_from([False, False, False, True]))
    def choose(self, *, on_disk: bool) -> None:
        """Mostly in memory, for speed; now and then in a file, so that the power may go."""
        if on_disk:
            self.store.close()
            self.store = open_store(self.url)

    @rule(hours=HOURS)
    def time_passes(self, hours: timedelta) -> None:
        """Minutes are never whole, so that no two moments are the same by chance."""
        self.now += hours + timedelta(seconds=7)

    @rule(
        url=st.sampled_from(FEEDS), dates=st.lists(st.sampled_from([0, 1, 5, 11, 13, 30, 100, -50, None]), max_size=3)
    )
    def publish(self, url: str, dates: list[int | None]) -> None:
        """Entries appear in a feed, dated so many hours ago, in the future (negative), or not at all."""
        for hours in dates:
            published = None if hours is None else self.now - hours * HOUR
            self.listed[url].append(Item(entry(f"{len(self.listed[url])}", feed=url, published=published)))

    @rule(url=st.sampled_from(FEEDS), move=st.sampled_from([None, 20 * DAY, -20 * DAY]))
    def edit(self, url: str, move: timedelta | None) -> None:
        """A publisher changes the newest title, and perhaps the date."""
        if self.listed[url]:
            item = self.listed[url][-1]
            moved = item.entry.published + move if item.entry.published and move and item.seen else item.entry.published
            item.entry = replace(item.entry, title=item.entry.title + "!", published=moved)

    @rule(up=st.tuples(st.booleans(), st.booleans()))
    def gather(self, up: tuple[bool, bool] = (True, True)) -> None:
        """All feeds are asked; some are down."""
        results: list[FetchResult] = []
        for url, works in zip(FEEDS, up, strict=True):
            if not works:
                results.append(failure(url, now=self.now, last_ok=self.last_ok[url]))
                continue
            current = self.listed[url][-8:]
            for item in current:
                if item.seen is None:
                    item.seen, item.success_before = self.now, self.last_ok[url]
            entries = [replace(item.entry, seen=self.now) for item in current]
            results.append(fetched(*entries, url=url, now=self.now) if entries else unchanged(url, now=self.now))
            self.last_ok[url] = self.now
        with self.store.gathering(wait=DAY):
            self.store.keep(results, self.now)

    @precondition(lambda self: self.now > NOW)
    @rule(digest=st.sampled_from(DIGESTS), meanwhile=st.booleans(), cut_short=st.booleans(), send_empty=st.booleans())
    def run(self, digest: str, *, meanwhile: bool, cut_short: bool, send_empty: bool) -> None:
        """A morning: perhaps with another gather while it composes, perhaps killed before it commits."""
        newest = self.store.newest(digest)
        if newest and (newest[0] == self.now.date() or newest[1] >= self.now):
            return
        start = self.store.start(digest, self.now, WINDOW)
        due = self.store.due(digest, FEEDS, self.now, start=start, grace=GRACE, catch_up=CATCH_UP)
        composed = self.now
        if meanwhile:
            self.now += timedelta(seconds=3)
            self.gather()
        if cut_short or not (due or send_empty):
            return
        made = issue(due, now=composed, digest=digest, start=start)
        self.store.commit(made, FEEDS, [(rendition(), [To("me@example.org")])], composed)
        self.ends[digest].append(composed)
        self.shown.update((digest, one.feed, one.ident) for one in due)

    @rule()
    def power_cut(self) -> None:
        """What was committed is there after a restart; in memory there is nothing to restart."""
        if self.store._database.path:
            self.store.close()
            self.store = open_store(self.url)

    @invariant()
    def nothing_is_shown_twice(self) -> None:
        """By any one digest."""
        assert all(times == 1 for times in self.shown.values())

    @invariant()
    def nothing_that_was_promised_is_missed(self) -> None:
        """What came in between two successes of its feed, dated no more than `grace` before the first of these, is in
        the first edition after it came in, unless that came more than `catch_up` after its date; a digest's very first
        edition looks at what came in within its window. So is what a feed's first success brings, if it is dated after
        the last edition, or within the window of the first.
        """
        for digest in DIGESTS:
            for url in FEEDS:
                for item in self.listed[url]:
                    if (
                        ends := [end for end in self.ends[digest] if item.seen and end >= item.seen]
                    ) and self._promised(digest, item, ends[0]):
                        assert self.shown[digest, url, item.entry.ident] == 1

    def _promised(self, digest: str, item: Item, end: datetime) -> bool:
        assert item.seen
        stored = next(one for one, _ in self.store.find(digest, item.entry.ident) if one.feed == item.entry.feed)
        dated = min(stored.published or item.seen, item.seen)
        if dated < end - CATCH_UP:
            return False
        earlier = [one for one in self.ends[digest] if one < end]
        if item.success_before and (earlier or item.seen > end - WINDOW):
            return dated >= item.success_before - GRACE
        return stored.published is not None and dated >= (earlier[-1] if earlier else end - WINDOW)


World.TestCase.settings = settings(max_examples=30, stateful_step_count=40, deadline=None)
TestWorld = World.TestCase
