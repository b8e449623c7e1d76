"""The invented outlets: what they promise as sample data, and that each is a valid feed of its format."""

import json
import re
from calendar import timegm
from datetime import UTC, datetime, timedelta
from io import BytesIO
from urllib.parse import urlsplit

import feedparser
import pytest

from digest.demo.feeds import document
from digest.demo.outlets import Outlet, outlets, picture

NOW = datetime(2026, 3, 9, 6, 30, tzinfo=UTC)
BASE = "http://127.0.0.1:8080"
OUTLETS = outlets()
EVERY = pytest.mark.parametrize("outlet", OUTLETS, ids=lambda outlet: outlet.slug)


def plain(html: str) -> str:
    """Markup as words."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_eight_outlets_in_three_languages_and_four_formats_with_some_sixty_entries_of_today() -> None:
    assert len(OUTLETS) == 8
    assert {outlet.language for outlet in OUTLETS} == {"en", "de", "uk"}
    assert {outlet.format for outlet in OUTLETS} == {"rss", "atom", "rdf", "json"}
    today = [item for outlet in OUTLETS for item in outlet.items if item.ago < timedelta(hours=24)]
    assert 60 <= len(today) <= 70
    assert sum(len(outlet.items) for outlet in OUTLETS) > len(today), "some entries must be older than the window"


@EVERY
def test_every_address_is_one_that_is_reserved_for_examples(outlet: Outlet) -> None:
    for item in outlet.items:
        for address in [item.url, item.guid, *re.findall(r'(?:href|src)="([^"]+)"', item.html)]:
            host = urlsplit(address).hostname or ""
            assert host.endswith((".example.org", ".example.net", ".example.com")), address


@EVERY
def test_entries_are_whole_articles_of_one_identity_each_newest_no_older_than_a_day(outlet: Outlet) -> None:
    guids = [item.guid for item in outlet.items]
    assert len(set(guids)) == len(guids)
    assert min(item.ago for item in outlet.items) < timedelta(hours=24)
    for item in outlet.items:
        if item.ago < timedelta(hours=24) and "roscope" not in item.title and "ороскоп" not in item.title:
            assert 40 <= len(plain(item.html or item.teaser).split()) <= 190, item.title
        if item.picture:
            assert picture(item.picture) is not None, item.picture
            assert item.alt, item.picture


@EVERY
def test_the_document_reads_as_its_format_with_dates_relative_to_now(outlet: Outlet) -> None:
    media, body = document(outlet, NOW, BASE)
    if outlet.format == "json":
        feed = json.loads(body)
        assert (media, feed["version"]) == ("application/feed+json", "https://jsonfeed.org/version/1.1")
        read = [(i["title"], i["url"], datetime.fromisoformat(i["date_published"])) for i in feed["items"]]
    else:
        feed = feedparser.parse(BytesIO(body), response_headers={"content-type": media})
        assert not feed.bozo, feed.get("bozo_exception")
        assert feed.version == {"rss": "rss20", "atom": "atom10", "rdf": "rss10"}[outlet.format]
        assert feed.feed.title == outlet.name
        dated = "updated_parsed" if outlet.format == "rdf" else "published_parsed"  # what feedparser calls dc:date
        read = [(e.title, e.link, datetime.fromtimestamp(timegm(e[dated]), UTC)) for e in feed.entries]
    assert read == [(item.title, item.url, NOW - item.ago) for item in outlet.items]


@EVERY
def test_the_full_text_survives_the_format(outlet: Outlet) -> None:
    _, body = document(outlet, NOW, BASE)
    if outlet.format == "json":
        texts = [item.get("content_html", "") for item in json.loads(body)["items"]]
    else:
        entries = feedparser.parse(BytesIO(body), sanitize_html=False).entries
        texts = [entry.content[0].value if "content" in entry else "" for entry in entries]
    for item, text in zip(outlet.items, texts, strict=True):
        assert plain(text) == plain(item.html)


def test_one_report_is_syndicated_word_for_word() -> None:
    by_slug = {outlet.slug: outlet for outlet in OUTLETS}
    wire = next(item for item in by_slug["tideline"].items if "Corvane" in item.title)
    copy = next(item for item in by_slug["courier"].items if "Corvane" in item.title)
    assert copy.title == wire.title
    assert wire.teaser.partition(" - ")[2].partition(" The competition office")[0] in plain(copy.html)


def test_the_pictures_together_stay_small() -> None:
    names = {item.picture for outlet in OUTLETS for item in outlet.items if item.picture}
    assert len(names) == 8
    assert sum(len(picture(name) or b"") for name in names) <= 60_000
    assert picture("../outlets/courier.toml") is None
