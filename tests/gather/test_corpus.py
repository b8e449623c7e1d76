"""All 504 real feeds of the corpus: what each gives stands in counts.tsv; it is what feedparser gives, and skipping what
is known changes nothing of it.

`python -m tests.gather.test_corpus` writes counts.tsv anew.
"""

import csv
import io
import re
import sys
import warnings
from calendar import timegm
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any

import feedparser
import pytest

from digest.gather.parse import parse
from digest.gather.reading import Parsed
from digest.model import Entry, FeedSource
from tests.conftest import SHARED

NOW = datetime(2027, 1, 1, tzinfo=UTC)
SOURCE = FeedSource("https://feed.example/feed.xml")
TABLE = Path(__file__).with_name("counts.tsv")
FIELDS = ("file", "kind", "language", "total", "entries", "linked", "dated", "days", "images", "hash")


def rows() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def files(folder: Path) -> Iterator[Path]:
    for part in ("real", "sameday"):
        yield from sorted(path for path in (folder / part).rglob("*") if path.suffix in (".xml", ".json"))


def read(body: bytes, skip: frozenset[str] = frozenset(), language: str = "") -> Parsed:
    return parse(body, SOURCE, now=NOW, skip=skip, language=language)


def counted(name: str, parsed: Parsed) -> dict[str, str]:
    """One line of the table. The hash is over every entry's ident, title, link and date."""
    said = "\n".join(f"{one.ident}|{one.title}|{one.url}|{one.published}" for one in parsed.entries)
    numbers = {
        "total": parsed.total,
        "entries": len(parsed.entries),
        "linked": sum(bool(one.url) for one in parsed.entries),
        "dated": sum(one.published is not None for one in parsed.entries),
        "days": sum(one.date_only for one in parsed.entries),
        "images": sum(bool(one.images) for one in parsed.entries),
    }
    hashed = blake2b(said.encode(), digest_size=6).hexdigest()
    texts = {"file": name, "kind": parsed.kind, "language": parsed.language, "hash": hashed}
    return texts | {field: str(number) for field, number in numbers.items()}


def check(folder: Path, row: dict[str, str]) -> None:
    body = (folder / row["file"]).read_bytes()
    parsed = read(body)
    assert not parsed.problem
    assert counted(row["file"], parsed) == row
    plainly = feedparser.parse(io.BytesIO(body))
    assert parsed.total >= len(plainly.entries)
    said = [one for one in plainly.entries if one.get("title") or one.get("link") or one.get("summary")]
    assert len(parsed.entries) >= len(said)
    if len(plainly.entries) == len(parsed.entries):
        for ours, theirs in zip(parsed.entries, plainly.entries, strict=True):
            agree(ours, theirs)
    skipping_changes_nothing(body, parsed)


def agree(ours: Entry, theirs: Any) -> None:
    """Identity, link and date are what feedparser's plain path gives."""
    if theirs.get("id"):
        said = re.sub(
            r"&(\w+);", r"&\1", theirs["id"].strip()
        )  # a bare & in the document makes it read &at=x as &at;=x
        assert ours.guid.endswith(said)  # with xml:base, an id may be made absolute
    if theirs.get("link", "").startswith("http") and "feedburner_origlink" not in theirs and "?" not in theirs["link"]:
        assert ours.url.rstrip("/") == theirs["link"].strip().replace(" ", "%20").rstrip("/")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # feedparser's own about `updated`
        theirs_at = dict.get(theirs, "published_parsed") or dict.get(theirs, "updated_parsed")
    if theirs_at and ours.published and theirs_at[0] > 1995 and "/" not in str(dict.get(theirs, "published", "")):
        assert abs((ours.published - datetime.fromtimestamp(timegm(theirs_at), UTC)).total_seconds()) < 1


def skipping_changes_nothing(body: bytes, whole: Parsed) -> None:
    """Every second entry known, all but one known, all known: the rest is read exactly as before."""
    for known in (whole.entries[::2], whole.entries[1:], whole.entries):
        skip = frozenset(entry.content_hash for entry in known)
        some = read(body, skip, whole.language)
        left = {entry.content_hash for entry in whole.entries} - skip
        assert [one for one in some.entries if one.content_hash in left] == [
            one for one in whole.entries if one.content_hash in left
        ]
        assert some.total == whole.total
        assert (some.title, some.link, some.kind) == (whole.title, whole.link, whole.kind)


@pytest.mark.parametrize("row", rows()[::13], ids=lambda row: row["file"])
def test_some_feeds(shared: Path, row: dict[str, str]) -> None:
    check(shared / "data/feeds", row)


@pytest.mark.acceptance
@pytest.mark.timeout(300)
def test_all_feeds(shared: Path) -> None:
    folder = shared / "data/feeds"
    table = {row["file"]: row for row in rows()}
    found = [str(path.relative_to(folder)) for path in files(folder)]
    assert sorted(table) == sorted(found)
    assert len(found) == 504
    wrong = []
    for row in table.values():
        try:
            check(folder, row)
        except AssertionError as error:
            wrong.append(f"{row['file']}: {str(error)[:300]}")
    assert not wrong


def test_most_real_feeds_can_be_skipped_item_by_item(shared: Path) -> None:
    folder = shared / "data/feeds"
    skipped = total = 0
    for row in rows()[::13]:
        whole = read((folder / row["file"]).read_bytes())
        again = read((folder / row["file"]).read_bytes(), frozenset(one.content_hash for one in whole.entries))
        skipped, total = skipped + again.skipped, total + again.total
    assert skipped > 0.85 * total


def main() -> None:
    """Write the table."""
    folder = SHARED / "data/feeds"
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, FIELDS, delimiter="\t", lineterminator="\n")
        table.writeheader()
        for path in files(folder):
            name = str(path.relative_to(folder))
            table.writerow(counted(name, read(path.read_bytes())))
    sys.stdout.write(f"{TABLE} written\n")


if __name__ == "__main__":
    main()
