"""feedparser's own test corpus through gather: how often the same title, link, id, date and content comes out.

    python -m benchmarks.feedparser_corpus [--all]

Takes the source archive of the installed version from the package index with pip (BSD-licensed; nothing of it is kept), and
prints the share of equal values for each field and the differences. Both sides are compared as text: feedparser keeps
markup in titles and sanitises content, gather makes titles plain and leaves content to be cleaned later.
"""

import argparse
import io
import subprocess
import sys
import tarfile
import tempfile
import warnings
from calendar import timegm
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import feedparser

from digest.gather.markup import plain
from digest.gather.parse import parse
from digest.model import Entry, FeedSource

NOW = datetime(2027, 1, 1, tzinfo=UTC)
BASE = "http://127.0.0.1:8097/feed.xml"
FIELDS = ("title", "link", "id", "date", "content")


def main() -> None:
    """Compare and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", action="store_true", help="print every difference")
    wanted = parser.parse_args()
    warnings.simplefilter("ignore")
    equal, asked, differences = Counter[str](), Counter[str](), list[str]()
    files = entries = lost = 0
    for name, body in corpus():
        theirs = feedparser.parse(io.BytesIO(body), response_headers={"content-location": BASE})
        ours = parse(body, FeedSource(BASE), url=BASE, now=NOW)
        said = [one for one in theirs.entries if plain_of(one, "title") or one.get("link") or plain_of(one, "summary")]
        files, entries = files + 1, entries + len(said)
        if len(ours.entries) < len(said):
            lost += len(said) - len(ours.entries)
            differences.append(f"{name}: {len(ours.entries)} of {len(said)} entries ({ours.problem})")
            continue
        for one, other in zip(ours.entries, said, strict=False):
            for field, mine, yours in compared(one, other):
                asked[field] += 1
                equal[field] += mine == yours
                if mine != yours:
                    differences.append(f"{name}: {field}: {mine!r:.100} / {yours!r:.100}")
    print(f"{files} files, {entries} entries that say something, {lost} not found")
    for field in FIELDS:
        print(f"{field:<8} {equal[field]:5} of {asked[field]:5} equal  {equal[field] / max(asked[field], 1):.2%}")
    print(f"{len(differences)} differences" + ("" if wanted.all else "; the first 25 (--all for the rest):"))
    print("\n".join(differences if wanted.all else differences[:25]))


def compared(ours: Entry, theirs: Any) -> Iterator[tuple[str, Any, Any]]:
    """(field, ours, theirs) for every field that feedparser fills."""
    if plain_of(theirs, "title"):
        yield "title", ours.title, plain_of(theirs, "title")
    if str(theirs.get("link", "")).startswith(("http://", "https://")):
        yield "link", ours.url, theirs["link"]
    if theirs.get("id"):
        yield "id", ours.guid, theirs["id"]
    at = (
        dict.get(theirs, "published_parsed") or dict.get(theirs, "updated_parsed") or dict.get(theirs, "created_parsed")
    )
    if at and at[0] >= 1995:
        yield "date", ours.published, datetime.fromtimestamp(timegm(at), UTC)
    contents = [plain(one.get("value", ""), markup=True, limit=10_000) for one in theirs.get("content", ())]
    longest = max([*contents, plain_of(theirs, "summary")], key=len)
    if longest:
        yield "content", plain(ours.content, markup=True, limit=10_000), longest


def plain_of(item: Any, field: str) -> str:
    """A field's text without markup."""
    detail = item.get(f"{field}_detail") or {}
    return plain(
        str(item.get(field, "")), markup=detail.get("type") != "text/plain", limit=10_000 if field != "title" else 500
    )


def corpus() -> Iterator[tuple[str, bytes]]:
    """Every document of the archive's tests that is meant to be read."""
    with tempfile.TemporaryDirectory() as folder:
        words = ["download", "--quiet", "--no-deps", "--no-binary", ":all:", "--dest", folder]
        subprocess.run([sys.executable, "-m", "pip", *words, f"feedparser=={feedparser.__version__}"], check=True)
        (archive,) = Path(folder).glob("feedparser-*.tar.gz")
        with tarfile.open(archive) as tar:
            for member in sorted(tar.getmembers(), key=lambda one: one.name):
                if "/tests/" in member.name and member.name.endswith(".xml") and "/date" not in member.name:
                    file = tar.extractfile(member)
                    if file is not None:
                        yield member.name.partition("/tests/")[2], file.read()


if __name__ == "__main__":
    main()
