"""feedparser's own test corpus through gather: how often the same title, link, id, date and content comes out.

    python -m benchmarks.feedparser_corpus [--all]

Takes the source archive of the installed version from the package index with pip (BSD-licensed; nothing of it is kept), and
prints the share of equal values for each field, and every difference under the reason that feedparser_reasons.tsv gives
for it; differences without a reason make the exit code 1. Documents are read under the headers that their tests name. Both
sides are compared as text: feedparser keeps markup in titles and sanitises content, gather makes titles plain and leaves
content to be cleaned later. feedparser's table of date strings is read too.
"""

import argparse
import ast
import csv
import io
import re
import subprocess
import sys
import tarfile
import tempfile
import warnings
from calendar import timegm
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import feedparser

from digest.gather import dates
from digest.gather.markup import plain
from digest.gather.parse import parse
from digest.model import Entry, FeedSource

NOW = datetime(2027, 1, 1, tzinfo=UTC)
BASE = "http://127.0.0.1:8097/feed.xml"
FIELDS = ("entry", "title", "link", "id", "date", "content", "date string")
REASONS = Path(__file__).with_name("feedparser_reasons.tsv")
_HEADER = re.compile(rb"^Header:\s*([\w-]+):\s*(.+?)\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Compared:
    """One value of one document, as gather and as feedparser read it."""

    file: str
    field: str
    ours: Any
    theirs: Any

    @property
    def equal(self) -> bool:
        """Whether nothing of theirs is missing."""
        return bool(self.ours == self.theirs)


def main() -> int:
    """Compare and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", action="store_true", help="print every difference")
    wanted = parser.parse_args()
    warnings.simplefilter("ignore")
    values: list[Compared] = []
    files = 0
    for name, body in archive():
        if name.endswith("runtests.py"):
            values += date_strings(body.decode())
        elif name.endswith(".xml"):
            files += 1
            values += document(name, body)
    print(f"{files} files of feedparser {feedparser.__version__}")
    asked, equal = Counter(one.field for one in values), Counter(one.field for one in values if one.equal)
    for field in FIELDS:
        print(f"{field:<12} {equal[field]:5} of {asked[field]:5} equal  {equal[field] / max(asked[field], 1):.2%}")
    return report([one for one in values if not one.equal], shown=10**6 if wanted.all else 3)


def report(differences: Sequence[Compared], *, shown: int) -> int:
    """Print the differences by reason; 1 where one has none."""
    with REASONS.open(encoding="utf-8", newline="") as file:
        reasons = [(row["file"], row["field"], row["reason"]) for row in csv.DictReader(file, delimiter="\t")]
    groups: dict[str, list[Compared]] = defaultdict(list)
    for one in differences:
        known = (why for path, field, why in reasons if fnmatch(one.file, path) and field in (one.field, "*"))
        groups[next(known, "")].append(one)
    for reason, some in sorted(groups.items(), key=lambda group: -len(group[1])):
        print(f"\n{len(some)} × {reason or 'NO REASON KNOWN'}")
        for one in some[: shown if reason else None]:
            print(f"    {one.file}: {one.field}: ours {one.ours!r:.90}  theirs {one.theirs!r:.90}")
    return 1 if groups.get("") else 0


def document(name: str, body: bytes) -> Iterator[Compared]:
    """Every value that feedparser finds in one document."""
    headers = {key.decode().lower(): value.decode() for key, value in _HEADER.findall(body[:2000])}
    headers = {"content-location": BASE} | headers
    url = headers["content-location"]
    theirs = feedparser.parse(io.BytesIO(body), response_headers=headers)
    ours = parse(body, FeedSource(BASE), url=url, content_type=headers.get("content-type", ""), now=NOW)
    said = [one for one in theirs.entries if plain_of(one, "title") or one.get("link") or plain_of(one, "summary")]
    for number, other in enumerate(said):
        found = number < len(ours.entries)
        yield Compared(name, "entry", found, True)
        if found:
            yield from (
                Compared(name, field, mine, yours) for field, mine, yours in compared(ours.entries[number], other)
            )


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
    values = [str(one.get("value", "")) for one in theirs.get("content", ())]
    texts = {plain(text, markup=True, limit=10_000) for text in (ours.content, ours.teaser)}
    for value in dict.fromkeys((max(values, key=len, default=""), str(theirs.get("summary", "")))):
        # A long summary may be our content. Nothing may be lost; whether it was meant as markup, each judges for itself.
        readings = [plain(value, markup=markup, limit=10_000) for markup in (True, False)]
        if readings[0]:
            found = any(text in texts for text in readings)
            yield "content", readings[0] if found else max(texts, key=len), readings[0]


def plain_of(item: Any, field: str) -> str:
    """A field's text without markup."""
    detail = item.get(f"{field}_detail") or {}
    return plain(
        str(item.get(field, "")), markup=detail.get("type") != "text/plain", limit=10_000 if field != "title" else 500
    )


def date_strings(source: str) -> Iterator[Compared]:
    """The table of date strings in feedparser's test program, read without running it."""
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.Tuple) and len(node.elts) == 2 and isinstance(node.elts[1], ast.Tuple)):
            continue
        try:
            text, parts = ast.literal_eval(node)
        except ValueError:
            continue
        if isinstance(text, str) and len(parts) == 9:
            yield Compared(text, "date string", dates.read(text, NOW)[0], datetime.fromtimestamp(timegm(parts), UTC))


def archive() -> Iterator[tuple[str, bytes]]:
    """Every document of the archive's tests, and the program that runs them."""
    with tempfile.TemporaryDirectory() as folder:
        words = ["download", "--quiet", "--no-deps", "--no-binary", ":all:", "--dest", folder]
        subprocess.run([sys.executable, "-m", "pip", *words, f"feedparser=={feedparser.__version__}"], check=True)
        (source,) = Path(folder).glob("feedparser-*.tar.gz")
        with tarfile.open(source) as tar:
            for member in sorted(tar.getmembers(), key=lambda one: one.name):
                file = tar.extractfile(member) if "/tests/" in member.name else None
                if file is not None:
                    yield member.name.partition("/tests/")[2], file.read()


if __name__ == "__main__":
    sys.exit(main())
