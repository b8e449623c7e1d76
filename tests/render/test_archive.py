"""The archive: a static site that grows by an edition a day, from nothing but the files it is given."""

import json
from dataclasses import replace
from datetime import timedelta
from xml.etree import ElementTree as ET

from digest.model import Topic
from digest.render.archive import archive, built_upon
from tests.render.issues import VIEW, issue, ordinary, story

HOW = replace(VIEW, archive_url="https://example.com/past/")
ATOM = "{http://www.w3.org/2005/Atom}"


def three_days() -> dict[str, bytes]:
    """Three editions, one after the other; the last is added twice."""
    site: dict[str, bytes] = {}
    for number in (0, 1, 2, 2):
        day = ordinary()
        day = replace(day, day=day.day + timedelta(days=number), end=day.end + timedelta(days=number))
        site |= archive(day, HOW, {name: site[name] for name in built_upon(day.day) if name in site})
    return site


def stories(site: dict[str, bytes]) -> list[dict[str, object]]:
    """What the search looks through."""
    text = site["stories-2026.js"].decode()
    found = json.loads(text[text.index("(", 1 + text.index(".push")) + 1 : text.rindex(")")])
    assert isinstance(found, list)
    return found


def test_a_site_of_three_editions() -> None:
    """A page a day with all stories, the cut ones too; an index; links back; what is added twice is there once."""
    site = three_days()
    assert {"2026-03-14.html", "2026-03-15.html", "2026-03-16.html", "index.html", "style.css", "search.js"} <= set(
        site
    )
    assert site["index.html"].count(b'<li><a href="2026-03-') == 3
    assert b'href="2026-03-15.html">Earlier edition' in site["2026-03-16.html"]
    assert b"Earlier edition" not in site["2026-03-14.html"]
    page = site["2026-03-14.html"].decode()
    for one in ordinary().stories:
        assert one.title.replace("'", "&#39;") in page
    assert "Not in the mail</summary>".replace("</summary>", " (12)") in page
    assert len(stories(site)) == 3 * len(ordinary().stories)


def test_the_feed_of_editions() -> None:
    """Atom (RFC 4287): newest first, stable identifiers, absolute addresses."""
    root = ET.fromstring(three_days()["feed.xml"])
    entries = root.findall(f"{ATOM}entry")
    assert [e.findtext(f"{ATOM}id") for e in entries] == [
        f"tag:example.com,2026:morning:2026-03-{n}" for n in (16, 15, 14)
    ]
    assert root.findtext(f"{ATOM}updated") == "2026-03-16T06:30:00Z"
    assert [link.get("href") for link in entries[0].findall(f"{ATOM}link")] == [
        "https://example.com/past/2026-03-16.html"
    ]


def test_hostile_words_stay_words() -> None:
    """Nothing of a feed is markup in any file, nor can it end the script that holds the search's data."""
    nasty = "</script><script>alert(1)</script><!--\u2028]]>"
    day = issue(Topic(nasty, (story(0, title=nasty, summary=nasty, url="javascript:alert(1)"),)), title=nasty)
    site = archive(day, HOW)
    for name, data in site.items():
        assert b"<script>alert" not in data or name == "editions.json", name
        assert b"javascript:" not in data, name
    assert b"</" not in site["stories-2026.js"]
    assert b"<" not in site["stories-2026.js"]
    ET.fromstring(site["feed.xml"])
    assert stories(site)[0]["title"] == "</script><script>alert(1)</script><!-- ]]>"


def test_damaged_files_count_as_absent() -> None:
    """What somebody broke by hand does not stop the morning."""
    for broken in (
        b"",
        b"{}",
        b"[1, {}]",
        b'[{"day": "../x", "summary": "", "updated": "", "stories": 1}]',
        b"\xff\xfe",
    ):
        site = archive(ordinary(), HOW, dict.fromkeys(built_upon(ordinary().day), broken))
        assert site == archive(ordinary(), HOW)


def test_other_languages() -> None:
    """Words, dates and direction of the digest's language."""
    page = archive(ordinary("he"), replace(HOW, language="he"))["2026-03-14.html"].decode()
    assert '<html lang="he" dir="rtl">' in page
    assert "החדשות המרכזיות" in page
