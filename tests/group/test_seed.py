"""The seed: ten real entries whose old digest ran cards, captions, promotions and an embedded post together.

`seed_labels.json` says by hash which blocks are the article, as read by hand; the feeds lie beside the checkout.
"""

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from digest.gather.parse import parse
from digest.group.clean import clean, fingerprint, fingerprints
from digest.group.text.blocks import walk
from digest.group.text.letters import letters
from digest.group.text.sentences import open_quote, split
from digest.model import Entry, FeedSource

NOW = datetime(2024, 11, 9, 7, tzinfo=UTC)
LABELS: dict[str, dict[str, list[str]]] = json.loads((Path(__file__).parent / "seed_labels.json").read_text())


@pytest.fixture(scope="module")
def entries(shared: Path) -> list[tuple[Entry, Entry]]:
    """Each entry raw and cleaned, with what one fetch of its feed taught."""
    pairs: list[tuple[Entry, Entry]] = []
    for name in ("kyiv-independent", "unn"):
        body = (shared / f"data/seed/{name}.xml").read_bytes()
        found = parse(body, FeedSource(name), url="https://a.example/", now=NOW).entries
        counts = Counter(key for entry in found for key in fingerprints(entry))
        pairs += [(entry, clean(entry, boilerplate=counts)) for entry in found]
    return pairs


def test_article_blocks_stay_and_all_others_go(entries: list[tuple[Entry, Entry]]) -> None:
    kept = lost = noise = 0
    for raw, tidy in entries:
        labels, text = LABELS[raw.key], {letters(block.text) for block in tidy.blocks}
        for block in walk(raw.content)[0]:
            stays = letters(block.text) in text
            if fingerprint(block.text) in labels["other"]:
                noise += stays
            else:
                kept, lost = kept + stays, lost + (not stays)
    assert noise == 0
    assert kept / (kept + lost) >= 0.99
    assert kept + lost == sum(len(labels["article"]) for labels in LABELS.values())


def test_every_summary_is_whole_sentences_of_the_article(entries: list[tuple[Entry, Entry]]) -> None:
    assert len(entries) == 10
    for raw, tidy in entries:
        others = [letters(b.text) for b in walk(raw.content)[0] if fingerprint(b.text) in LABELS[raw.key]["other"]]
        told = letters(" ".join(block.text for block in tidy.blocks) + raw.teaser)
        assert 60 <= len(tidy.summary) <= 280
        assert tidy.summary[-1] in '.!?”"'
        assert not open_quote(tidy.summary)
        for sentence in split(tidy.summary, "en"):
            assert letters(sentence) in told
            assert letters(sentence) != letters(raw.title)
            assert not any(letters(sentence) in other or other in letters(sentence) for other in others)


def test_each_has_its_own_picture(entries: list[tuple[Entry, Entry]]) -> None:
    pictures = [tidy.image.url for _, tidy in entries if tidy.image]
    assert len(set(pictures)) == 10
    assert not any("icon" in url or "/thumb/" in url for url in pictures)
