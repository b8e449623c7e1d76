"""From a day that is read to its edition: what of it reaches the reader."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from digest.config import parse as settings_of
from digest.execute import Serial
from digest.group.clean import clean
from digest.group.compose import Day, compose
from digest.group.meaning.vectors import default, vectors_of
from digest.group.stories import Groups
from digest.model import Entry, FeedReport, Issue, Memory

NOW = datetime(2026, 3, 1, 7, tzinfo=UTC)


def entry(feed: str, title: str, teaser: str = "") -> Entry:
    """An entry of a made-up feed, an hour old, cleaned."""
    url = f"https://{feed}.example/"
    seen = NOW - timedelta(hours=1)
    return clean(Entry(feed=f"{url}rss", ident=title, title=title, teaser=teaser, url=f"{url}{len(title)}", seen=seen))


def edition(entries: Sequence[Entry], groups: Groups, names: Sequence[str] = ()) -> Issue:
    """The edition of a day whose stories are given. `names` are the titles of the feeds, in the order of the entries."""
    vectors = vectors_of(entries, {}, default())
    day = Day(tuple(entries), vectors, np.zeros((len(entries), 10), np.float32), groups)
    feeds = dict.fromkeys(e.feed for e in entries)
    listed = "".join(f"  - {feed}\n" for feed in feeds)
    titles = dict(zip((e.feed for e in entries), names, strict=False))
    return compose(
        settings_of(f"sender: d@example.com\nfeeds:\n{listed}", Path("config.yaml")),
        tuple(entries),
        Memory(),
        start=NOW - timedelta(days=1),
        now=NOW,
        health=tuple(FeedReport(feed, titles.get(feed, ""), "ok") for feed in feeds),
        embedder=default(),
        executor=Serial(),
        summariser=None,
        read=lambda *_, **__: day,
    )


def test_a_source_that_only_shares_the_subject_adds_no_sentence() -> None:
    """Between the headline's event and another of its theme a summary must not change over."""
    lead = entry("north", "Dam at Lake Orrin gives way", "The dam at Lake Orrin gave way on Monday after days of rain.")
    other = entry(
        "south", "Lake Orrin floods", "Below Lake Orrin the dam had been watched by Captain Abel Tarrow's men."
    )
    groups = Groups(clusters=((0, 1),), related=(), pairs={(0, 1): 0.9}, evidence=((),))

    def told(groups: Groups) -> str:
        (topic,) = edition([lead, other], groups).topics
        assert len(topic.stories[0].entries) == 2
        return topic.stories[0].summary

    assert "Tarrow" in told(groups)
    assert "Tarrow" not in told(replace(groups, pairs={(0, 1): 0.4}))
