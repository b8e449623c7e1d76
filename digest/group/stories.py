"""Entries about one event, across outlets, wordings and days: a story each. Pure; numpy only.

Pairs get a score from shared words (tf-idf over a large background) and sentence vectors; average linkage makes
stories of them. The same address and near-identical titles are one story whatever the score.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from digest.group.linkage import average_linkage
from digest.group.sparse import Background, Bags, bags, cosine_rows
from digest.group.vectors import parts, weights
from digest.group.words import body, terms, tokens
from digest.model import Entry

CUT = 0.28  # of the mean score within a story; from leave-one-day-out over eight days, not from any one
RELATED = 0.2
TEXT, TITLE, MEANING = 0.35, 0.25, 0.4  # shares of words, of the titles' words and of vectors in a pair's score


@dataclass(frozen=True, slots=True)
class Groups:
    """`clusters`: positions of the entries of each story. `related`: pairs of clusters to stand side by side.

    `pairs`: what each pair of entries was worth, for those worth anything.
    """

    clusters: tuple[tuple[int, ...], ...]
    related: tuple[tuple[int, int], ...]
    pairs: dict[tuple[int, int], float]


def outlet(entry: Entry) -> str:
    """The publisher as far as an address tells it: the registrable part of the entry's host, else of its feed's."""
    host = (urlsplit(entry.url or entry.feed).hostname or entry.feed).lower()
    parts = host.split(".")
    short = len(parts) > 2 and len(parts[-1]) == 2 and len(parts[-2]) <= 3
    return ".".join(parts[-3:] if short else parts[-2:])


def title_key(title: str) -> str:
    """What near-identical titles share: their words without case, punctuation and the outlet's name after a bar."""
    head = re.split(r"\s[|–—]\s", title)[0] if len(title) > 40 else title
    return " ".join(key for _, key in tokens(head))


def group(entries: Sequence[Entry], vectors: NDArray[np.float32], background: Background | None = None) -> Groups:
    """The stories of a day. `vectors` holds one row an entry, of the default embedder."""
    if not entries:
        return Groups((), (), {})
    known = background or shipped_background()
    rows = bags([terms(entry.title, body(entry)) for entry in entries], known)
    titles = bags([terms(entry.title, "") for entry in entries], known)
    pairs = dict(_similar(rows, titles, vectors)) | _same(entries)
    clusters = average_linkage(len(entries), ((a, b, s) for (a, b), s in pairs.items()), cut=CUT)
    return Groups(tuple(map(tuple, clusters)), _related(clusters, pairs), pairs)


@lru_cache(maxsize=1)
def shipped_background() -> Background:
    """What a term is worth anywhere, from `models/background.npz`."""
    stored = weights("background.npz")
    return Background(int(stored["documents"]), np.asarray(stored["counts"], np.uint16))


def _similar(rows: Bags, titles: Bags, vectors: NDArray[np.float32]) -> list[tuple[tuple[int, int], float]]:
    """Pairs worth anything. Where the sentence model could not read one of the two, word vectors speak alone."""
    sentence, words = parts(vectors)
    readable = np.abs(sentence).sum(1) > 0
    found: list[tuple[tuple[int, int], float]] = []
    for (first, cosines), (_, of_titles) in zip(cosine_rows(rows), cosine_rows(titles), strict=True):
        here = slice(first, first + len(cosines))
        both = readable[here, None] & readable[None, :]
        meaning = np.where(both, sentence[here] @ sentence.T, 0.5 * (words[here] @ words.T))
        score = TEXT * cosines + TITLE * of_titles + MEANING * np.maximum(meaning, 0)
        rows_at, others = np.nonzero(score >= RELATED / 2)
        after = first + rows_at < others
        rows_at, others = rows_at[after], others[after]
        worth = np.round(score[rows_at, others].astype(np.float64), 5).tolist()
        found += zip(zip((first + rows_at).tolist(), others.tolist(), strict=True), worth, strict=True)
    return found


def _same(entries: Sequence[Entry]) -> dict[tuple[int, int], float]:
    """Pairs of one address, or of one title long enough to be nobody's rubric."""
    by_key: dict[str, list[int]] = {}
    for i, entry in enumerate(entries):
        if entry.url_key:
            by_key.setdefault(f"url {entry.url_key}", []).append(i)
        if len((title := title_key(entry.title)).split()) >= 4:
            by_key.setdefault(f"title {title}", []).append(i)
    return {(a, b): 1.0 for same in by_key.values() for n, a in enumerate(same) for b in same[n + 1 :]}


def _related(clusters: list[list[int]], pairs: dict[tuple[int, int], float]) -> tuple[tuple[int, int], ...]:
    home = {i: c for c, cluster in enumerate(clusters) for i in cluster}
    total: dict[tuple[int, int], float] = {}
    for (a, b), score in pairs.items():
        if home[a] != home[b]:
            key = (min(home[a], home[b]), max(home[a], home[b]))
            total[key] = total.get(key, 0.0) + score
    return tuple(
        sorted(key for key, s in total.items() if s / (len(clusters[key[0]]) * len(clusters[key[1]])) >= RELATED)
    )
