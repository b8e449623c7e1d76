"""How well the cleaner tells an article from what surrounds it: `python -m benchmarks.cleaner [--others] [--misses]`.

Blocks of 391 entries of 145 real feeds were read and labelled before the cleaner's decisions were looked at, and later
those of 139 entries of 74 other feeds and of 151 entries of 101 more, held out: rules were mended on the first, the others
only measure (the last holds mostly short teasers: feeds with whole articles were all read for the first two).
`labels/*.jsonl` hold feed, entry and the blocks' hashes, none of their text. The feeds themselves lie beside the
checkout (`../shared/data/feeds`). A block counts as kept when its beginning or its end stands in an extractor's output, so
that all extractors are measured alike. `--others` adds trafilatura, readability-lxml and jusText; the second is no package of ours: `pip install --target
DIR readability-lxml`, then `PYTHONPATH=DIR python -m benchmarks.cleaner --others`.
"""

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from digest.gather.parse import parse
from digest.group.clean import clean, fingerprint, fingerprints
from digest.group.text.blocks import walk
from digest.group.text.judge import judge
from digest.group.text.letters import letters
from digest.model import Entry, FeedSource

CORPUS = Path(__file__).parents[2] / "shared/data/feeds"
LABELS = Path(__file__).parent / "labels"
NOW = datetime(2026, 9, 1, tzinfo=UTC)

Extractor = Callable[[Entry, str, Mapping[str, int]], str]


@cache
def entries(feed: str) -> tuple[Entry, ...]:
    """All entries of one file of the corpus."""
    return parse(
        (CORPUS / feed).read_bytes(), FeedSource(feed), url=f"https://{Path(feed).stem}.example/", now=NOW
    ).entries


@cache
def learned(feed: str) -> Counter[str]:
    """What the store would know of a feed after one fetch."""
    counts: Counter[str] = Counter()
    for entry in entries(feed):
        counts.update(fingerprints(entry))
    return counts


@dataclass
class Score:
    """Counts over labelled blocks, and the same weighted by characters."""

    hits: Counter[str] = field(default_factory=Counter)

    def add(self, kept: bool, article: bool, size: int) -> None:
        key = ("kept" if kept else "dropped") + (" article" if article else " other")
        self.hits[key] += 1
        self.hits[key + " chars"] += size

    def line(self, unit: str = "") -> str:
        good, noise = self.hits["kept article" + unit], self.hits["kept other" + unit]
        lost = self.hits["dropped article" + unit]
        return f"precision {good / max(1, good + noise):.4f}  recall {good / max(1, good + lost):.4f}"


def labelled(labels_file: str = "blocks.jsonl") -> Iterator[tuple[Entry, str, dict[str, bool]]]:
    """Labelled entries: the entry, the markup that was read, block hash -> is it article."""
    for line in (LABELS / labels_file).read_text().splitlines():
        row = json.loads(line)
        found = [
            entry for entry in entries(row["feed"]) if row["key"] in (entry.key, entry.guid, entry.url, entry.title)
        ]
        if not found:
            print("not found:", row["feed"], row["key"], file=sys.stderr)
            continue
        labels = dict.fromkeys(row["article"], True) | dict.fromkeys(row["other"], False)
        entry = found[0]
        markup = entry.content if len(entry.content) >= len(entry.teaser) else entry.teaser
        yield entry, markup, labels


def ours(entry: Entry, _: str, counts: Mapping[str, int]) -> str:
    """What the product keeps."""
    return "\n".join(block.text for block in clean(entry, boilerplate=counts).blocks)


def ours_unlearned(entry: Entry, markup: str, _: Mapping[str, int]) -> str:
    """The same without what the feed has taught."""
    return ours(entry, markup, {})


def _page(entry: Entry, markup: str) -> str:
    return f"<html><head><title>{entry.title}</title></head><body><article><h1>{entry.title}</h1>{markup}</article></body></html>"


def by_trafilatura(entry: Entry, markup: str, _: Mapping[str, int]) -> str:
    import trafilatura

    return trafilatura.extract(_page(entry, markup), include_comments=False, include_tables=True) or ""


def by_readability(entry: Entry, markup: str, _: Mapping[str, int]) -> str:
    from readability import Document  # type: ignore[import-not-found]  # a bench-only package, see README.md

    return "\n".join(block.text for block in walk(Document(_page(entry, markup)).summary())[0])


def by_justext(entry: Entry, markup: str, _: Mapping[str, int]) -> str:
    import justext  # type: ignore[import-untyped]  # publishes no types

    names = {
        "de": "German",
        "fr": "French",
        "es": "Spanish",
        "it": "Italian",
        "pl": "Polish",
        "sv": "Swedish",
        "ru": "Russian",
    }
    names |= {"tr": "Turkish", "he": "Hebrew", "pt": "Portuguese"}
    stop = justext.get_stoplist(names.get(clean(entry).language, "English"))
    paragraphs = justext.justext(_page(entry, markup).encode(), stop)
    return "\n".join(paragraph.text for paragraph in paragraphs if not paragraph.is_boilerplate)


def measure(extract: Extractor, labels_file: str = "blocks.jsonl", *, misses: bool = False) -> Score:
    """One extractor over all labelled blocks."""
    score = Score()
    for entry, markup, labels in labelled(labels_file):
        try:
            text = extract(entry, markup, learned(entry.feed))
        except Exception as error:  # noqa: BLE001  what another extractor raises is part of its result: nothing kept
            print(f"{extract.__name__}: {entry.feed}: {error!r}"[:150], file=sys.stderr)
            text = ""
        output, lines = letters(text), {letters(line) for line in text.split("\n")}
        for block in walk(markup)[0]:
            article = labels.get(fingerprint(block.text))
            if article is None:
                continue
            mine = letters(block.text)
            long = len(mine) >= 40 or "\n" in block.text
            kept = mine in lines or (long and (mine[:60] in output or mine[-60:] in output))
            score.add(kept, article, len(block.text))
            if misses and kept != article:
                print(f"{'LOST' if article else 'NOISE'} {entry.feed} | {block.kind} | {block.text[:150]}")
    return score


def precision_of_learning() -> tuple[int, int]:
    """Of the labelled blocks that memory alone drops: how many are no article, and how many there are."""
    right = total = 0
    for entry, markup, labels in labelled():
        blocks, _ = walk(markup)
        verdicts = judge(
            blocks, entry.title, boilerplate=learned(entry.feed), site=entry.url.partition("://")[2].partition("/")[0]
        )
        for block, verdict in zip(blocks, verdicts, strict=True):
            article = labels.get(fingerprint(block.text))
            if verdict == "learned" and article is not None:
                total += 1
                right += not article
    return right, total


def main(arguments: list[str]) -> None:
    """Measure and print."""
    if not CORPUS.is_dir():
        print("the corpus ../shared is not beside the checkout: nothing to measure")
        return
    extractors: list[Extractor] = [ours, ours_unlearned]
    if "--others" in arguments:
        extractors += [by_trafilatura, by_readability, by_justext]
    for labels_file, what in (
        ("blocks.jsonl", "developed on"),
        ("held_out.jsonl", "held out"),
        ("held_out_later.jsonl", "held out, later"),
    ):
        print(f"---- {what}: {labels_file}")
        for extract in extractors:
            score = measure(extract, labels_file, misses="--misses" in arguments and extract is ours)
            print(f"{extract.__name__:15} blocks: {score.line()}   characters: {score.line(' chars')}", flush=True)
    right, total = precision_of_learning()
    print(f"learned boilerplate: {right} of {total} dropped blocks are none of the article")


if __name__ == "__main__":
    main(sys.argv[1:])
