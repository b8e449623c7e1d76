"""Rebuild digest/group/models/background.npz: in how many entries each hashed term stands, and how often as a name.

    python -m tools.build_background [--mean] [--languages]     # the product's own environment; feeds in ../shared/data/feeds

Counts every distinct entry of those feeds. Where a word of `words.npz` is more frequent in its language than the feeds
show (few of them are Portuguese), its expected count stands instead, damped: else every word of a rare language would
look like a name. `--mean` computes the mean sentence vector anew, from every fifth text (a minute), `--languages` those of
the languages of `labels/parallel.tsv` (likewise); both are needed after another encoder. Only counts and means are kept, no
text. Deterministic.
"""

import sys
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import zip_longest
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digest.gather.parse import parse
from digest.group.meaning.vectors import SENTENCE, default, unpack, weights
from digest.group.pairs.sparse import Background
from digest.group.text.language import primary
from digest.group.text.words import FIRST_WORDS, WORD, body, bucket, content, stem, terms, tokens
from digest.model import Entry, FeedSource

MODELS = Path(__file__).parents[1] / "digest" / "group" / "models"
FEEDS = Path(__file__).parents[2] / "shared" / "data" / "feeds"
BITS = 17
SIF = 1e-3  # of tools/build_words.py: a word's vector has the length SIF / (SIF + its probability)
DAMPED = 0.3
PARALLEL = Path(__file__).parent / "labels" / "parallel.tsv"  # a language a row, the same sentences, written for this
OF_LANGUAGE, PRIOR = 160, 20  # texts of a language that are embedded; how many the parallel sentences count for
_SENTENCE_ENDS = '.!?:”"“»…|–—-'
Counts = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Table:
    """Of one set of feeds: documents, and of each hashed term how many hold it, how often it was written within a
    sentence, and how often with a capital then."""

    documents: int
    counts: Counts
    written: Counts
    capitals: Counts


def entries_of(folder: Path) -> list[Entry]:
    """The distinct entries of a folder's feed files."""
    found: dict[str, Entry] = {}
    for path in sorted(p for p in folder.iterdir() if p.is_file() and p.suffix not in (".tsv", ".md")):
        document = parse(path.read_bytes(), FeedSource(url=path.name), now=datetime(2027, 1, 1, tzinfo=UTC))
        for entry in document.entries:
            found.setdefault(content(entry)[:160], entry)
    return list(found.values())


def table(entries: Iterable[Entry]) -> Table:
    """Counts of one set."""
    counts, written, capitals = (np.zeros(1 << BITS) for _ in range(3))
    documents = 0
    for entry in entries:
        documents += 1
        text = body(entry)
        counts[list({bucket(term, BITS) for term in terms(entry.title, text)})] += 1
        letters = [w for w in WORD.findall(entry.title) if w[0].isalpha()]
        in_title_case = sum(w[0].isupper() for w in letters) > 0.6 * len(letters)
        for part in (text,) if in_title_case else (text, entry.title):
            for place, capital in _within_sentences(part):
                written[place] += 1
                capitals[place] += capital
    return Table(documents, counts, written, capitals)


def _within_sentences(text: str) -> Iterable[tuple[int, bool]]:
    for match in list(WORD.finditer(text))[1:]:
        word = match.group()
        if text[: match.start()].rstrip()[-1:] in _SENTENCE_ENDS or word[0].lower() == word[0].upper():
            continue
        yield bucket(stem(word.casefold()), BITS), word[0].isupper()


def expected() -> Counts:
    """The part of a language's texts that hold a term, for the words of `words.npz`."""
    stored = weights("words.npz")
    words = zlib.decompress(bytes(stored["vocabulary"])).decode("utf-8").split("\n")
    packed = np.asarray(stored["vectors"], np.uint8)
    square = ((packed & 15).astype(np.float64) - 8) ** 2 + ((packed >> 4).astype(np.float64) - 8) ** 2
    length = np.sqrt(square.sum(1)) * stored["scale"].astype(np.float64).ravel()
    probability = SIF * (1 / np.clip(length, 1e-6, 1) - 1)
    found = np.zeros(1 << BITS)
    for word, p in zip(words, probability, strict=True):
        for _, term in set(tokens(word)):
            found[bucket(term, BITS)] += 1 - (1 - p) ** FIRST_WORDS
    return np.minimum(found, 0.95)


def background(tables: Iterable[Table], shares: Counts) -> Background:
    """Several sets together."""
    each = list(tables)
    documents = sum(one.documents for one in each)
    counts = np.maximum(sum(one.counts for one in each), DAMPED * shares * documents)
    written, capitals = (sum(part) for part in zip(*((one.written, one.capitals) for one in each), strict=True))
    share = np.where(written > 0, (capitals + 0.5) / (written + 1), 0.6)  # a word never seen is a name rather than not
    return Background(documents, np.minimum(np.round(counts), 65535).astype(np.uint16), _byte(share))


def _byte(share: Counts) -> NDArray[np.uint8]:
    return np.round(255 * share).astype(np.uint8)


def folders() -> list[Path]:
    """Every set of feeds."""
    return [*sorted(p for p in (FEEDS / "sameday").iterdir() if p.is_dir()), FEEDS / "real"]


def language_means(entries: Iterable[Entry]) -> tuple[list[str], NDArray[np.float16]]:
    """The languages of `labels/parallel.tsv`, and the mean sentence vector of each: of its texts among the feeds, every
    outlet with as many as can be, and beside them (few feeds are Portuguese, none Greek) of what is expected: the mean of
    English, moved by what the same sentences differ in."""
    sentences = dict(line.split("\t", 1) for line in PARALLEL.read_text(encoding="utf-8").splitlines())
    told = {language: _unit_mean(row.split("\t")) for language, row in sentences.items()}
    by_feed: dict[str, dict[str, set[str]]] = {language: {} for language in told}
    for entry in entries:
        by_feed.get(primary(entry.language), {}).setdefault(entry.feed, set()).add(content(entry))
    chosen = {language: _spread(feeds.values()) for language, feeds in by_feed.items()}
    means = {language: _unit_mean(texts) for language, texts in chosen.items() if texts}
    found = []
    for language in sorted(told):
        expected_mean = means["en"] + told[language] - told["en"]
        many = len(chosen[language])
        found.append((many * means.get(language, expected_mean) + PRIOR * expected_mean) / (many + PRIOR))
    return sorted(told), np.stack(found).astype(np.float16)


def _spread(feeds: Iterable[set[str]]) -> list[str]:
    """At most OF_LANGUAGE texts, by turns from each feed; their order within a feed is that of a hash."""
    shuffled = [sorted(texts, key=lambda text: (zlib.crc32(text.encode("utf-8", "replace")), text)) for texts in feeds]
    turns = zip_longest(*sorted(shuffled))
    return [text for turn in turns for text in turn if text][:OF_LANGUAGE]


def _unit_mean(texts: Iterable[str]) -> NDArray[np.float64]:
    rows = unpack(default().embed(list(texts)))[:, :SENTENCE].astype(np.float64)
    rows = rows[np.abs(rows).sum(1) > 0]
    return np.asarray((rows / np.linalg.norm(rows, axis=1, keepdims=True)).mean(0), np.float64)


def main(*, mean: bool, languages: bool) -> None:
    """Write the file."""
    read = [entries_of(folder) for folder in folders()]
    known = background(map(table, read), expected())
    before = weights("background.npz")
    middle, names, means = before["mean"], before["languages"], before["means"]
    if mean:
        texts = sorted({content(entry) for entries in read for entry in entries})[::5]
        rows = unpack(default().embed(texts))[:, :SENTENCE]
        rows = rows[np.abs(rows).sum(1) > 0]
        middle = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).mean(0).astype(np.float16)
    if languages:
        found, means = language_means(entry for entries in read for entry in entries)
        names = np.frombuffer(" ".join(found).encode(), np.uint8)
    np.savez_compressed(
        MODELS / "background.npz",
        documents=np.array(known.documents), counts=known.counts, capitals=known.capitals, mean=middle,
        languages=names, means=means,
    )  # fmt: skip
    sys.stdout.write(f"{known.documents} documents, {int((known.counts > 0).sum())} terms\n")


if __name__ == "__main__":
    main(mean="--mean" in sys.argv[1:], languages="--languages" in sys.argv[1:])
