"""Fixtures of the gather tests: a server that can misbehave, and a run of `collect` over it with a memory of its own."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from digest.config import GatherSettings
from digest.execute import Serial
from digest.gather.collect import collect
from digest.model import Entry, FeedSource, FeedState, Fetched, FetchResult, Known
from tests.gather.server import Server, running

NOW = datetime(2026, 3, 9, 12, tzinfo=UTC)


@dataclass
class Reader:
    """Gathers as the program does, and remembers what the store would."""

    limits: GatherSettings = field(default_factory=lambda: GatherSettings(timeout=timedelta(seconds=5)))
    states: dict[str, FeedState] = field(default_factory=dict)
    entries: dict[str, dict[str, Known]] = field(default_factory=dict)
    public: tuple[str, ...] = ()  # loopback addresses that pass for public ones

    def gather(self, *sources: FeedSource | str, now: datetime = NOW) -> list[FetchResult]:
        """One gather; the results in the order of the sources."""
        wanted = [one if isinstance(one, FeedSource) else FeedSource(one) for one in sources]
        results = {one.source.url: one for one in self._collect(wanted, now)}
        return [results[source.url] for source in wanted]

    def one(self, source: FeedSource | str, now: datetime = NOW) -> FetchResult:
        """The result of one feed."""
        return self.gather(source, now=now)[0]

    def _collect(self, sources: Sequence[FeedSource], now: datetime) -> Iterator[FetchResult]:
        for result in collect(
            sources,
            self.states,
            lambda url: tuple(self.entries.get(url, {}).values()),
            now,
            limits=self.limits,
            executor=Serial(),
            allowed=lambda address: address in self.public,
        ):
            self.states[result.source.url] = result.state
            if isinstance(result, Fetched):
                memory = self.entries.setdefault(result.source.url, {})
                memory |= {entry.ident: known(entry, memory.get(entry.ident)) for entry in result.entries}
            yield result


def known(entry: Entry, before: Known | None = None) -> Known:
    """What a store keeps of an entry: an edit keeps the date it was first known with."""
    published, seen = (before.published, before.seen) if before else (entry.published, entry.seen)
    return Known(entry.ident, entry.url_key, entry.title, entry.content_hash, published, seen)


@pytest.fixture
def server() -> Iterator[Server]:
    with running() as one:
        yield one


@pytest.fixture
def reader() -> Reader:
    return Reader()
