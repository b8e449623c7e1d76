"""A day read: its entries cleaned, measured and grouped, whatever a reader asks for. Pure; nearly all of the time goes here."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digest.group import stories
from digest.group.addresses import addressed
from digest.group.clean import clean
from digest.group.filing.general import log_probabilities
from digest.group.filing.lexicon import BUILT_IN, OTHER
from digest.group.kinds import against
from digest.group.lead import nearness
from digest.group.meaning.vectors import SENTENCE, content_text, vectors_of
from digest.group.pairs.rubrics import NOTICE
from digest.group.text.dated import dated
from digest.model import Entry, Memory
from digest.ports import Embedder, Executor

NO_NEWS, A_FEW = 0.6, 4  # how sure the general model is that an entry is no news, in a feed of at least so many


@dataclass(frozen=True, slots=True)
class Day:
    """The entries that take part, each with its vector (rows of `vectors`), log probabilities of the built-in topics
    (rows of `general`), and what tells of the same (`groups`, by place)."""

    entries: tuple[Entry, ...]
    vectors: NDArray[np.float32]
    general: NDArray[np.float32]
    groups: stories.Groups

    @property
    def near(self) -> dict[tuple[str, str], float]:
        """How surely each entry, by feed and ident, belongs to its story: 0 to 1."""
        return {
            (self.entries[i].feed, self.entries[i].ident): sure
            for members in self.groups.clusters
            for i, sure in nearness(members, self.groups.pairs).items()
        }

    @property
    def place(self) -> dict[tuple[str, str], int]:
        """Where each entry, by feed and ident, stands."""
        return {(entry.feed, entry.ident): i for i, entry in enumerate(self.entries)}

    @property
    def filler(self) -> frozenset[tuple[str, str]]:
        """Entries, by feed and ident, that are no news in feeds that bring news: puzzles, lotteries, horoscopes,
        programmes, notices, and what bears its day's date in its title. A feed of nothing but such things was chosen for them."""
        if not self.entries:
            return frozenset()
        other = np.exp(self.general[:, BUILT_IN.index(OTHER)])
        daily = np.array([dated(e.title, e.dated) or bool(NOTICE.match(e.title)) for e in self.entries])
        of_feed: dict[str, list[int]] = {}
        for i, entry in enumerate(self.entries):
            of_feed.setdefault(entry.feed, []).append(i)
        return frozenset(
            (self.entries[i].feed, self.entries[i].ident)
            for rows in of_feed.values()
            for i in rows
            if len(rows) >= A_FEW and (_stands_out(other, i, rows, NO_NEWS) or _stands_out(daily, i, rows, 1))
        )

    @property
    def note(self) -> str:
        """What was compared less thoroughly because so much came in, "" on other days."""
        return " ".join(filter(None, (self._unread(), self.groups.note)))

    def _unread(self) -> str:
        """Where the sentence model could have read entries and did not: nobody waits for hundreds of new ones."""
        if self.vectors.shape[1] <= SENTENCE:
            return ""
        rows = np.flatnonzero(~self.vectors[:, :SENTENCE].any(1))
        if not any(content_text(self.entries[i]) for i in rows):
            return ""
        return (
            f"{len(rows)} new entries were compared by their words alone: sentence vectors of so many take too long. "
            "An hourly `digest gather` computes them beforehand."
        )


def _stands_out(of: NDArray[np.generic], i: int, rows: list[int], least: float) -> bool:
    """Whether entry `i` has what is counted, at `least` so much of it, and most of its feed's entries, `rows`, have not."""
    return bool(of[i] >= least) and float(np.median(of[rows].astype(np.float32))) < 0.5


def read_day(
    wanted: tuple[Entry, ...], memory: Memory, titles: Mapping[str, str], *, embedder: Embedder, executor: Executor
) -> Day:
    """What does not depend on what the reader asks for: each entry cleaned and compared with all others. `titles` are
    the feeds', by address; of `memory`, boilerplate and vectors are used.

    Vectors are of the entries as gathered: that is what they are cached under.
    """
    vectors = vectors_of(wanted, memory.vectors, embedder)
    doubts = against(vectors).tolist()
    kinds = zip(addressed(wanted), doubts, strict=True)
    jobs = [(entry, memory.boilerplate.get(entry.feed, {}), kind) for entry, kind in kinds]
    done = {(entry.feed, entry.ident): entry for entry in executor.map(_clean_one, jobs)}
    entries = tuple(done[entry.feed, entry.ident] for entry in wanted)
    general = log_probabilities(entries, vectors, [titles.get(entry.feed, "") for entry in entries])
    return Day(entries, vectors, general, stories.group(entries, vectors, feeds=titles))


def _clean_one(given: tuple[Entry, Mapping[str, int], float]) -> Entry:
    entry, boilerplate, kind = given
    return clean(entry, boilerplate=boilerplate, against=kind)
