"""Bytes that try to break the parser: nothing raises, nothing is read from elsewhere, what can be read is read."""

import csv
import re
import resource
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.gather.parse import parse
from digest.gather.reading import Parsed
from digest.model import FeedSource
from tests.gather.server import Server, answer, rss

NOW = datetime(2026, 3, 9, 12, tzinfo=UTC)
SOURCE = FeedSource("https://feed.example/feed.xml")


def read(body: bytes, content_type: str = "", skip: frozenset[str] = frozenset(), language: str = "") -> Parsed:
    """Parse, and check what holds of every result whatever the bytes."""
    parsed = parse(body, SOURCE, content_type=content_type, now=NOW, skip=skip, language=language)
    assert bool(parsed.problem) <= (not parsed.entries)
    for entry in parsed.entries:
        assert entry.title
        assert entry.ident
        assert entry.feed == SOURCE.url
        assert entry.published is None or entry.published.tzinfo is UTC
        assert len(entry.title) <= 500
        assert not entry.url or re.match(r"https?://[^/]+", entry.url)
        assert all(image.url.startswith(("http://", "https://")) for image in entry.images)
        shown = (entry.title, entry.author, entry.url, entry.teaser, entry.content, *entry.categories)
        assert not any(re.search("[\0-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]", text) for text in shown)
        assert "\n" not in entry.title + entry.author + entry.url
        kept = (entry.ident, entry.guid, entry.url_key, entry.language, parsed.title, parsed.link, parsed.language)
        assert not re.search("[\0\ud800-\udfff]", "".join(kept))  # no database takes these
    return parsed


def made(shared: Path, name: str, content_type: str = "") -> Parsed:
    return read((shared / "data/feeds/hostile/made" / name).read_bytes(), content_type)


@pytest.mark.acceptance
def test_every_hostile_file_has_an_outcome_in_little_time_and_memory(shared: Path) -> None:
    folder = shared / "data/feeds/hostile"
    with (folder / "index.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    assert len(rows) == 257
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for row in rows:
        served = re.search(r"Content-type:\s*([^\]]+)", row["what_is_wrong"])
        started = time.process_time()
        parsed = read((folder / row["file"]).read_bytes(), served[1] if served else "")
        assert time.process_time() - started < 5, row["file"]
        asked = row["what_a_good_program_should_do"]
        if re.search(r'report (as unreadable|"not a feed"|"got HTML|an empty body)|^report$', asked):
            assert parsed.problem, row["file"]
        if "report it" in asked:
            assert parsed.notes or parsed.problem, row["file"]
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000  # KiB


@pytest.mark.parametrize(
    ("name", "first", "count"),
    [
        ("cp1252-declared-utf8.xml", "Café à Zürich – prix 5 €", 1),
        ("utf8-declared-latin1.xml", "Café à Zürich – prix 5 €", 1),
        ("utf16le-declared-utf8.xml", "Story 1", 10),
        ("double-escaped-titles.xml", "AT&T ’s plan bold", 1),
        ("html-entities-undeclared.xml", "Café & bar — …", 1),
        ("numeric-entities-bad.xml", "Bad – – ref", 1),
        ("nul-bytes.xml", "Title with NUL", 1),
        ("two-declarations.xml", "Story 1", 10),
        ("php-warning-before-xml.xml", "Story 1", 10),
        ("junk-after-root.xml", "Story 1", 10),
        ("leading-newlines-and-bom.xml", "Story 1", 10),
        ("wrong-extension-rss-in-json.json", "Story 1", 10),
        ("truncated-mid-item.xml", "Story 1", 5),
        ("truncated-in-cdata.xml", "A", 1),
        ("guid-same-for-all.xml", "Different story 0", 5),
        ("deep-xml.xml", "T", 1),
        ("deep-html.xml", "deep", 1),
        ("entries-3000.xml", "Entry 0", 3000),
        ("header-injection.xml", "Line one Bcc: victim@example.org body", 2),
    ],
)
def test_what_can_be_read_is_read(shared: Path, name: str, first: str, count: int) -> None:
    parsed = made(shared, name)
    assert parsed.entries[0].title == first
    assert len(parsed.entries) == count


def test_relative_links_start_from_the_channels_link(shared: Path) -> None:
    entries = made(shared, "relative-links.xml").entries
    assert [entry.url for entry in entries] == [
        "https://feed.example/a/1",
        "https://feed.example/blog/b/2.html",
        "https://cdn.example/c/3",
        "https://feed.example/blog/#top",
        "https://feed.example/blog/?p=5",
        "https://www.feed.example/6",
        "https://feed.example/a/7",
    ]
    assert 'src="https://feed.example/i/7.png"' in entries[-1].content
    assert 'href="https://feed.example/a/more.html"' in entries[-1].content
    assert made(shared, "xml-base.xml").entries[0].url == "https://feed.example/blog/2026/post.html"


def test_one_page_under_four_spellings_has_one_key(shared: Path) -> None:
    keys = {made(shared, f"same-story/feed{n}.xml").entries[0].url_key for n in range(1, 5)}
    assert keys == {"news.example/2026/03/09/quake.html"}


WAYS_OUT = {
    "an entity": '<!DOCTYPE r [<!ENTITY x SYSTEM "{there}">]><rss><channel><item><title>a &x;</title></item></channel></rss>',
    "a parameter entity": '<!DOCTYPE r [<!ENTITY % x SYSTEM "{there}"> %x;]><rss><channel><title>t</title></channel></rss>',
    "a DTD": '<!DOCTYPE rss SYSTEM "{there}"><rss><channel><item><title>a</title></item></channel></rss>',
    "a public DTD": '<!DOCTYPE rss PUBLIC "-//N//D" "{there}"><rss><channel><item><title>&nbsp;a</title></item></channel></rss>',
    "an include": '<rss xmlns:xi="http://www.w3.org/2001/XInclude"><channel><item><title>a</title>'
    '<description><xi:include href="{there}" parse="text"/></description></item></channel></rss>',
    "a style sheet": '<?xml-stylesheet href="{there}"?><rss><channel><item><title>a</title></item></channel></rss>',
    "a schema": '<rss xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:schemaLocation="x {there}"><channel/></rss>',
    "content elsewhere": '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>a</title><content src="{there}"/></entry></feed>',
    "a link to itself": '<feed xmlns="http://www.w3.org/2005/Atom"><link rel="self" href="{there}"/><entry><title>a</title>'
    '<link href="{there}"/></entry></feed>',
    "an image": '<rss><channel><image><url>{there}</url></image><item><title>a</title><enclosure url="{there}"/></item></channel></rss>',
    "a page's feed": '<html><head><base href="{there}"><link rel="alternate" type="application/rss+xml" href="{there}"></head></html>',
    "a JSON Feed's": '{{"version": "https://jsonfeed.org/version/1.1", "feed_url": "{there}", "next_url": "{there}", "items": '
    '[{{"id": "1", "title": "a", "image": "{there}"}}]}}',
    "a path as the whole document": "{there}",
}


@pytest.mark.parametrize("way", WAYS_OUT)
def test_no_document_makes_us_read_a_file_or_ask_a_host(server: Server, tmp_path: Path, way: str) -> None:
    canary = tmp_path / "canary.txt"
    canary.write_text("root:canary")
    document = WAYS_OUT[way]
    for there in (canary.as_uri(), str(canary), server.on("/x", answer("200 OK", b"root:canary"))):
        body = document.format(there=there).encode()
        read(body)  # whatever is imported when first needed is so now
        with watched() as events:
            parsed = read(body)
        assert not [event for event in events if event[0] != "open" or str(canary) in event[1]]
        assert not any("root:canary" in entry.title + entry.teaser + entry.content for entry in parsed.entries)
    assert not server.asked


@contextmanager
def watched() -> Iterator[list[tuple[str, str]]]:
    """What the interpreter opens, connects to, looks up and runs meanwhile (PEP 578)."""
    events: list[tuple[str, str]] = []
    _LISTENERS.append(events)
    try:
        yield events
    finally:
        _LISTENERS.remove(events)


HEARD = frozenset({"open", "socket.connect", "socket.getaddrinfo", "subprocess.Popen", "os.system", "urllib.Request"})
_LISTENERS: list[list[tuple[str, str]]] = []
_THREAD = threading.get_ident()


def _heard(event: str, args: tuple[object, ...]) -> None:
    if (
        _LISTENERS and event in HEARD and threading.get_ident() == _THREAD
    ):  # the server's thread has business of its own
        _LISTENERS[-1].append((event, str(args)))


sys.addaudithook(_heard)


def test_the_watch_would_notice(tmp_path: Path) -> None:
    with watched() as events, suppress(OSError):
        (tmp_path / "f").write_text("x")
        socket.create_connection(("127.0.0.1", 1)).close()
    assert {"open", "socket.connect"} <= {event for event, _ in events}


def test_tracking_and_pixels_are_left_behind(shared: Path) -> None:
    (entry,) = made(shared, "tracking-and-boilerplate.xml").entries
    assert entry.url == "https://feed.example/t?id=7"
    assert not entry.images
    (big,) = made(shared, "data-uri-image.xml").entries
    assert not any(image.url.startswith("data:") for image in big.images)
    assert len(big.content) < 1000


def test_the_dates_that_can_be_meant_are_read(shared: Path) -> None:
    entries = made(shared, "dates-zoo.xml").entries
    days = {entry.published.date().isoformat() if entry.published else "undated" for entry in entries}
    assert days == {"2026-03-09", "2026-03-10", "undated"}  # 24:00 is the next day's beginning
    undated = {entry.guid for entry in entries if entry.published is None}
    assert undated == {"d15", "d19", "d20", "d23", "d24", "d25", "d26", "d27"}
    assert {entry.guid for entry in entries if entry.date_only} == {"d6", "d9", "d10", "d12", "d30", "d31"}
    later = made(shared, "future-dates.xml").entries
    assert [entry.published is not None for entry in later][:2] == [True, False]


def test_a_page_names_its_feeds(shared: Path) -> None:
    page = made(shared, "html-with-autodiscovery.html")
    assert page.problem
    assert page.alternates == ("https://feed.example/feed.xml", "https://feed.example/atom.xml")
    assert made(shared, "html-challenge-page.html").problem


def test_json_feeds_keep_their_good_items(shared: Path) -> None:
    broken = made(shared, "jsonfeed-broken.json")
    assert [entry.url for entry in broken.entries] == ["https://feed.example/rel", ""]
    assert broken.entries[1].content == "text &lt;b&gt;not html&lt;/b&gt;"
    assert broken.notes
    for name in ("jsonfeed-truncated.json", "json-not-a-feed.json"):
        assert made(shared, name).problem


def test_what_json_can_spell_and_no_database_takes_is_left_out() -> None:
    odd = r"\ud800\u0000x"
    names = ("id", "url", "external_url", "title", "content_html", "summary", "image", "date_published", "language")
    item = ",".join(f'"{name}": "{odd}"' for name in names)
    body = (
        f'{{"version": "https://jsonfeed.org/version/1.1", "title": "{odd}", "home_page_url": "{odd}", "items": '
        f'[{{{item}, "tags": ["{odd}"], "authors": [{{"name": "{odd}"}}]}}, {{"url": "{odd}", "title": "b"}}]}}'
    )
    assert [entry.ident for entry in read(body.encode()).entries] == ["x", "x"]


# ---------------------------------------------------------------- any bytes at all

PIECES = st.sampled_from(
    [b"<rss>", b"<item>", b"</item>", b"<feed xmlns='http://www.w3.org/2005/Atom'>", b"<entry>", b"</entry>", b"<title>",
     b"</title>", b"<link href=\"", b"\"/>", b"<![CDATA[", b"]]>", b"<!--", b"-->", b"<!DOCTYPE r [<!ENTITY a 'b'>]>", b"&a;",
     b"&#xD800;", b"&#0;", b"&nbsp;", b"\xff\xfe", b"\xef\xbb\xbf", b"\0", b"<?xml version='1.0' encoding='", b"utf-16'?>",
     b"<pubDate>", b"9999-99-99", b"<description>", b"&lt;img srcset='", b"<html>", b'{"version":"jsonfeed","items":[', b'{"id":',
     b"]}", b"<content type='xhtml'>", b"<xml:base>", b" xml:base='//x'", b"<guid>", b"\x1f\x8b\x08", b"</channel>", b"</rss>"]
)  # fmt: skip


@given(
    st.one_of(st.binary(max_size=300), st.lists(st.one_of(PIECES, st.binary(max_size=8)), max_size=40).map(b"".join))
)
def test_no_bytes_raise(body: bytes) -> None:
    read(body)


@given(st.text(max_size=80), st.text(max_size=200), st.text(max_size=60), st.text(max_size=40))
def test_no_text_inside_a_sound_feed_raises_or_escapes(title: str, body: str, link: str, date: str) -> None:
    def cdata(text: str) -> str:
        return "<![CDATA[" + text.replace("]]>", "") + "]]>"

    item = f"<item><title>{cdata(title)}</title><link>{cdata(link)}</link><pubDate>{cdata(date)}</pubDate>"
    feed = f"<rss version='2.0'><channel><title>t</title>{item}<description>{cdata(body)}</description></item></channel></rss>"
    read(feed.encode("utf-8", "replace"))


@given(st.data())
def test_a_feed_damaged_anywhere_gives_what_is_left(data: st.DataObject) -> None:
    body = rss(1, 2, 3)
    start = data.draw(st.integers(0, len(body)))
    junk = data.draw(st.binary(max_size=20))
    read(body[:start] + junk + body[data.draw(st.integers(start, len(body))) :])


def filled(start: bytes, piece: bytes, end: bytes = b"", *, size: int = 100_000) -> bytes:
    return start + piece * (size // len(piece)) + end


RSS = b"<rss><channel><item><title>"
ATOM = b'<feed xmlns="http://www.w3.org/2005/Atom"><entry>'
PATTERNS: dict[str, tuple[bytes, bytes] | tuple[bytes, bytes, bytes]] = {
    "roots": (b"", b"<rss "),
    "doctypes": (b"", b"<!DOCTYPE ["),
    "open comments": (b"", b"<!--"),
    "open CDATA": (b"<rss>", b"<![CDATA["),
    "bold": (RSS, b"<b>"),
    "escaped bold": (RSS, b"&lt;b&gt;"),
    "escaped frames": (RSS, b"&lt;iframe "),
    "a long attribute": (b"<rss><channel><item><description>&lt;a ", b"x"),
    "a long srcset": (b"<rss><channel><item><description>&lt;img srcset='", b"a b"),
    "items": (b"<rss><channel>", b"<item><title>a</title></item>"),
    "items that never end": (b"<rss><channel>", b"<item><title>a"),
    "items without a bracket": (b"<rss><channel>", b"<item a"),
    "depth": (b"<rss><channel><item>", b"<a>"),
    "xhtml": (ATOM + b"<content type='xhtml'>", b"<b>x</b>"),
    "links": (ATOM, b"<link href='http://a.example/'/>"),
    "categories": (b"<rss><channel><item>", b"<category>x</category>"),
    "media": (RSS, b"<media:content><media:description>x</media:description>"),
    "attributes": (b"<rss><channel><item ", b"a='b' "),
    "namespaces": (b"<rss ", b"xmlns:a='b' "),
    "ampersands": (RSS, b"&"),
    "unknown names": (RSS, b"&foo;"),
    "entities": (b"<!DOCTYPE x [", b"<!ENTITY a 'b'>", b"]><rss/>"),
    "latin-1": (RSS, b"\xe9\xe8 "),
    "titles escaped twice": (b"<rss><channel>", b"<item><title>" + b"&amp;lt;b&amp;gt;" * 1000 + b"</title></item>"),
    "captions": (b"<rss><channel><media:description></media:content>" + b"<item>" * 5000, b"x"),
    "space after a link": (b"<rss><channel><link>", b" ", b"<item></item></channel></rss>"),
    "bases": (ATOM[:-8] + b"<x xml:base='" + b"a/" * 2000 + b"'>", b"<entry><link href='b'/></entry>"),
    "open brackets": (b'{"items":', b"["),
    "JSON members": (b"", b'{"a":"'),
    "JSON items": (b'{"version":"https://jsonfeed.org/version/1","items":[', b'{"id":"1","title":"x"},', b"{}]}"),
    "an escaped quote": (b'{"a":"', b'\\"', b"\\"),
    "links of a page": (b"<html>", b"<link rel="),
}


@pytest.mark.parametrize("name", PATTERNS)
def test_no_pattern_takes_quadratic_time(name: str) -> None:
    started = time.process_time()
    read(filled(*PATTERNS[name]))
    assert time.process_time() - started < 5


@pytest.mark.acceptance
@pytest.mark.timeout(600)
def test_twenty_megabytes_of_anything_take_less_than_a_feeds_time_and_little_memory() -> None:
    # Each in a process of its own, with little more memory than an interpreter and the document need.
    script = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_AS, (1_200_000_000,) * 2);"
        "from tests.gather.test_hostile import PATTERNS, filled, read; import time; started = time.process_time();"
        "read(filled(*PATTERNS[sys.argv[1]], size=20_000_000)); sys.exit(time.process_time() - started > 10)"
    )
    slow = [
        name
        for name in PATTERNS
        if subprocess.run([sys.executable, "-c", script, name], check=False, cwd=Path(__file__).parents[2]).returncode
    ]
    assert not slow


def test_a_document_of_too_many_tags_ends_before_the_item_that_goes_beyond() -> None:
    item = "<item><title>{0}</title><link>https://feed.example/{0}</link></item>"
    body = (
        "<rss version='2.0'><channel><title>t</title>" + "".join(map(item.format, range(20_000))) + "</channel></rss>"
    )
    parsed = read(body.encode())
    assert [entry.title for entry in parsed.entries[:2]] == ["0", "1"]
    assert 9_900 < len(parsed.entries) <= 10_000
    assert "far larger" in parsed.notes[-1]
    assert "damaged" not in " ".join(parsed.notes)
    assert read(b"<rss><channel><item>" + b"<a>" * 200_000).problem == "it holds far more markup than a feed does"
