"""Whole mails before third-party judges: every kind of day, each template, pictures on and off.

    python -m benchmarks.mail_cases [CASE …] [--keep FOLDER]

Needs the corpus and the judges beside the checkout (`tests/acceptance/prepare.sh`), and the mail system they bring
running. Real days are composed as of their own clock and then dated anew, as if they were read this morning: filters
judge a mail's age too, and that is not what is measured here. Pictures are drawn, never fetched. Prints, for each case,
the judges' FAILs and WARNs, the scores of SpamAssassin and rspamd, violations found by axe, errors found by the Nu
checker, and bytes of HTML; then every finding in words. The exit code is 1 where a case misses a bar.
"""

import argparse
import re
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from digest import pipeline, wiring
from digest.config import Settings, load
from digest.model import Entry, FeedReport, Image, Issue, Picture, Story, Topic
from digest.render.budget import LIMIT
from digest.render.newsletter import render, wanted
from digest.services.pictures import NARROW, WIDE, scale
from tests.acceptance.judges import verdicts
from tests.render.issues import OUTLETS, issue, story

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
SCORE = 0.5  # of SpamAssassin and of rspamd, at most
TEXT_ALONE = {"M12", "M13", "M14"}
"""Rules of messages that hold nothing but text: structure, charset and encoding of every part. A mail with pictures
inside cannot keep them (docs/decisions/images.md); their FAILs are shown with a star, and are no miss there."""

CONFIG = """\
name: morning
title: Morning Digest
timezone: Europe/Kyiv
sender: Morning Digest <digest@example.com>
recipients: [A Reader <reader@example.org>]
unsubscribe_url: https://example.org/unsubscribe
state: day.db
"""


@dataclass(frozen=True, slots=True)
class Case:
    """A day (a folder or file of the corpus and its clock, or a number of made-up stories), and further settings."""

    name: str
    day: str | int
    now: str = ""
    settings: str = ""


WORLD = ("feeds/sameday/2026-02-17-world-en", "2026-02-18T01:58:03Z")
SEED = ("seed", "2024-11-09T07:00:00Z")
HEBREW = ("feeds/sameday/2026-02-22-he-en", "2026-02-23T07:00:00Z")
CASES = (
    Case("seed", *SEED),
    Case("seed, embed", *SEED, "images: embed"),
    Case("seed, remote", *SEED, "images: remote"),
    Case("world", *WORLD),
    Case("world, embed", *WORLD, "images: embed"),
    Case("world, remote", *WORLD, "images: remote"),
    Case("india", "feeds/sameday/2026-05-28-india-en", "2026-05-28T07:20:07Z"),
    Case("german", "feeds/sameday/2024-12-21-de", "2024-12-21T18:43:22Z", "language: de"),
    Case("seven languages", "feeds/sameday/2017-01-07-multilingual", "2017-01-07T15:03:59Z"),
    Case("hebrew", *HEBREW, "language: he"),
    Case("hebrew, embed", *HEBREW, "language: he\nimages: embed"),
    Case("urdu", "feeds/real/ur-bbc-urdu-rss2.xml", "2018-01-11T13:30:00Z", "language: ar\nwindow: 7d"),
    Case("chinese", "feeds/sameday/2015-03-16-zh", "2015-03-16T08:03:24Z", "language: zh"),
    Case("1 story", 1),
    Case("3,000 stories", 3000, "", "max_stories: 3000"),
    Case("brief, seed", *SEED, "template: brief"),
    Case("brief, world", *WORLD, "template: brief"),
    Case("full, seed", *SEED, "template: full\nimages: remote"),
    Case("full, world", *WORLD, "template: full"),
)


# ---------------------------------------------------------------- the mails


def message(case: Case, desk: Path, now: datetime) -> bytes:
    """The mail of a case as its reader gets it, dated `now`; `desk` is an empty folder."""
    listed = "feeds:\n" + "".join(f"  - {path}\n" for path in feeds(case))
    (desk / "config.yaml").write_text(f"{CONFIG}{case.settings}\n{listed}")
    settings = load(desk / "config.yaml")
    with wiring.wire(settings, snapshot=True) as parts:
        composed = made(case, now) if isinstance(case.day, int) else of_day(case, settings, parts)
        edition = dated(composed, now, settings)
        how = pipeline.view(settings)
        rendition = render(edition, how, pictures=drawn(wanted(edition, how)), folder=settings.folder)
        return parts.build(rendition, pipeline.specimen(settings, edition, now)).data


def feeds(case: Case) -> list[Path]:
    """The feeds of a case; a made-up day names one that is never asked."""
    if isinstance(case.day, int):
        return [Path("https://news.example.com/feed.xml")]
    place = SHARED / "data" / case.day
    return [place] if place.is_file() else sorted(p for p in place.iterdir() if p.suffix in (".xml", ".json"))


def of_day(case: Case, settings: Settings, parts: pipeline.Parts) -> Issue:
    """The edition of a day of the corpus, as of its own clock."""
    return pipeline.preview(settings, parts, now=datetime.fromisoformat(case.now))[0]


def dated(edition: Issue, now: datetime, settings: Settings) -> Issue:
    """The edition as if it ended `now`: every instant moved by the same time."""
    by = now - edition.end

    def moved(entry: Entry) -> Entry:
        published = entry.published + by if entry.published else None
        return replace(entry, published=published, seen=max(entry.seen, entry.published or entry.seen) + by)

    topics = tuple(
        replace(topic, stories=tuple(replace(s, entries=tuple(map(moved, s.entries))) for s in topic.stories))
        for topic in edition.topics
    )
    return replace(edition, day=settings.day(now), start=edition.start + by, end=now, topics=topics)


PLACES = "Lune Amber Ferry Mill Orchard Quay Castle Garden Chapel Signal Harbour Valley Bridge Market Tower".split()
BODIES = "council school library museum clinic theatre orchestra brewery bakery railway observatory rowing club".split()
EVENTS = (
    "{p} {b} opens its doors to {n} visitors",
    "Engineers find {n} old bolts below the {p} {b}",
    "{p} {b} asks for {n} more volunteers before the summer",
    "Rain of {n} millimetres halts work at the {p} {b}",
    "A prize for the {p} {b}, {n} years after it was founded",
    "{n} letters from 1911 turn up in the attic of the {p} {b}",
    "{p} {b} publishes its accounts and saves {n} thousand a year",
    "Neighbours collect {n} signatures to keep the {p} {b}",
)


def made(case: Case, now: datetime) -> Issue:
    """An edition of so many stories, no two with the same headline, of outlets at addresses as outlets have them."""
    assert isinstance(case.day, int)
    names = tuple(OUTLETS.values())
    hosts = [
        f"https://{'-'.join(re.findall('[a-z]+', name.lower())) or f'news{n}'}.example.com"
        for n, name in enumerate(names)
    ]

    def one(number: int) -> Story:
        place, body = PLACES[number % len(PLACES)], BODIES[number // len(PLACES) % len(BODIES)]
        title = EVENTS[number % len(EVENTS)].format(p=place, b=body, n=number + 11)
        base = story(number, title=title, outlets=1 + number % 3)
        slug = "-".join(re.findall("[a-z0-9]+", title.lower()))
        entries = tuple(
            replace(
                entry,
                title=title,
                feed=f"{hosts[(number + step) % len(hosts)]}/feed.xml",
                url=f"{hosts[(number + step) % len(hosts)]}/{now:%Y/%m/%d}/{slug}",
            )
            for step, entry in enumerate(base.entries)
        )
        return replace(base, entries=entries)

    stories = [one(number) for number in range(case.day)]
    topics = ("World", "Technology", "Science", "Culture", "Economy", "Sport")
    reports = tuple(FeedReport(f"{host}/feed.xml", name, "ok") for host, name in zip(hosts, names, strict=True))
    filed = (Topic(name, tuple(stories[n :: len(topics)])) for n, name in enumerate(topics[: len(stories)]))
    return issue(*filed, top=tuple(s.id for s in stories[:4]), feeds=reports)


def drawn(images: Sequence[Image]) -> Mapping[str, Picture]:
    """Pictures in the place of those a publisher would have served."""
    from tools.screenshots import books, bridge

    found = {}
    for place, image in enumerate(images):
        wide = place == 0
        picture = scale(bridge() if wide else books(), WIDE if wide else NARROW, 60_000)
        assert picture is not None
        found[image.url] = replace(picture, cid=f"{place}.{picture.cid}")
    return found


# ---------------------------------------------------------------- the judges


@dataclass(frozen=True, slots=True)
class Row:
    """What the judges said of one case; a score of None: that judge is not there."""

    name: str
    fails: tuple[str, ...]
    warns: tuple[str, ...]
    assassin: float | None
    rspamd: float | None
    symbols: str
    axe: int | None
    nu: int | None
    bytes: int
    pictures: bool

    @property
    def good(self) -> bool:
        """Whether every bar is met."""
        scores = all(score is not None and score <= SCORE for score in (self.assassin, self.rspamd))
        failed = {one[:3] for one in self.fails} - (TEXT_ALONE if self.pictures else set())
        return not failed and scores and self.axe == 0 and self.nu == 0 and self.bytes <= LIMIT

    def __str__(self) -> str:
        cells = (self.assassin, self.rspamd, self.axe, self.nu)
        shown = ["-" if cell is None else f"{cell:g}" for cell in cells]
        fails = f"{len(self.fails)}{'*' if self.good and self.fails else ''}"
        return (
            f"{self.name:18} {fails:>4} {len(self.warns):4} {shown[0]:>6} {shown[1]:>6} {shown[2]:>4} "
            f"{shown[3]:>3} {self.bytes:7,}  {'' if self.good else 'MISSED'}"
        )


def judged(name: str, data: bytes, place: Path) -> Row:
    """A message before the judges; `place` is where it is written."""
    place.write_bytes(data)
    found = verdicts(place, SHARED, send=True)
    rows = [(ident, level, seen) for ident, told in found.items() for level, seen in told]

    def score(ident: str) -> float | None:
        told = re.search(r"score (-?[\d.]+)", next((seen for i, _, seen in rows if i == ident), ""))
        return float(told[1]) if told else None

    def count(ident: str) -> int | None:
        told = [(level, seen) for i, level, seen in rows if i == ident]
        skipped = not told or any(level == "SKIP" for level, _ in told)
        return None if skipped else sum(level == "FAIL" for level, _ in told)

    size = re.search(r"([\d,]+) bytes", " ".join(seen for i, _, seen in rows if i == "H01"))
    symbols = "; ".join(seen for i, _, seen in rows if i in ("S01", "S02"))
    return Row(
        name,
        tuple(f"{i}: {seen}" for i, level, seen in rows if level == "FAIL"),
        tuple(f"{i}: {seen}" for i, level, seen in rows if level == "WARN" and i != "M21"),
        score("S01"),
        score("S02"),
        symbols,
        count("B01"),
        count("H26"),
        int(size[1].replace(",", "")) if size else 0,
        b"multipart/related" in data,
    )


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", nargs="*", metavar="CASE", help="; ".join(case.name for case in CASES))
    parser.add_argument("--keep", type=Path, help="leave the messages in this folder")
    asked = parser.parse_args()
    if not SHARED.is_dir():
        print(f"{SHARED} is not there: nothing to judge")
        return 0
    now = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=2)
    rows = []
    print(f"{'case':18} FAIL WARN     SA rspamd  axe  Nu   bytes")
    for number, case in enumerate(case for case in CASES if not asked.cases or case.name in asked.cases):
        with tempfile.TemporaryDirectory() as desk:
            data = message(case, Path(desk), now)
            keep = asked.keep or Path(desk)
            keep.mkdir(parents=True, exist_ok=True)
            row = judged(case.name, data, keep / f"{number:02}-{re.sub('[^a-z0-9]+', '-', case.name)}.eml")
        rows.append(row)
        print(row, flush=True)
    for row in rows:
        for line in (*row.fails, *row.warns, row.symbols):
            print(f"{row.name}: {line}")
    return int(not all(row.good for row in rows))


if __name__ == "__main__":
    sys.exit(main())
