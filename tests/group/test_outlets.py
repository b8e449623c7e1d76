"""What to call a feed: the outlet's name out of feed titles as they are written."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.group.outlets import named, outlet, reached
from digest.group.rank import independent
from digest.model import Entry, FeedReport, FeedSource, Story


@pytest.mark.parametrize(
    ("title", "host", "name"),
    [
        ("World – TIME", "time.com", "TIME"),
        ("NYT > World News", "www.nytimes.com", "NYT"),
        ("World - CBSNews.com", "www.cbsnews.com", "CBSNews"),
        ("Top Stories", "www.abc.net.au", "abc.net.au"),
        ("World", "www.washingtonpost.com", "washingtonpost.com"),
        ("NDTV News Search Records Found 1000", "www.ndtv.com", "NDTV News"),
        ("The Christian Science Monitor | All stories", "www.csmonitor.com", "The Christian Science Monitor"),
        ("economy RSS - 한국경제", "www.hankyung.com", "한국경제"),
        ("DER SPIEGEL - Schlagzeilen", "www.spiegel.de", "DER SPIEGEL"),
        ("tagesschau.de - Die Nachrichten der ARD", "www.tagesschau.de", "tagesschau.de"),
        ("Manton Reece", "www.manton.org", "Manton Reece"),
        ("Rock, Paper, Shotgun", "feedproxy.example.com", "Rock, Paper, Shotgun"),
        ("The Cloudflare Blog", "blog.cloudflare.com", "The Cloudflare Blog"),
        (
            "India Latest News: Top National Headlines Today & Breaking News | The Hindu",
            "www.thehindu.com",
            "The Hindu",
        ),
        ("NYT World", "www.nytimes.com", "NYT"),
        ("Europa", "www.norwickfunk.de", "norwickfunk.de"),
        ("“norwickpost.com” | 新闻主页", "mirror.example.net", "norwickpost.com"),
        ("Planète - Santé", "www.norwick.fr", "norwick.fr"),
        ("Japan Today World", "japantoday.com", "Japan Today"),
        ("Japan Today", "japantoday.com", "Japan Today"),
        ("Health News", "healthnewsdaily.example", "Health News"),
        ("", "willpatrick.xyz", "willpatrick.xyz"),
        ("RSS", "", "RSS"),
    ],
)
def test_the_outlet_is_found_in_titles_as_they_are(title: str, host: str, name: str) -> None:
    assert outlet(title, host) == name


@given(st.text(max_size=200), st.text(alphabet="abc.-", max_size=30))
def test_a_name_is_short_and_there_is_one_wherever_there_can_be(title: str, host: str) -> None:
    name = outlet(title, host)
    assert len(name) <= max(41, len(host))
    assert name or not title.strip()


def test_a_title_that_names_a_folder_of_the_site_gets_the_site_beside_it() -> None:
    """A section's feed named for the section alone, and a blog among many of one host; not where the host is named."""
    assert outlet("California", "www.latimes.com", "california") == "California (latimes.com)"
    assert outlet("Money & trade", "www.norwickpost.de", "money-and-trade") == "Money & trade (norwickpost.de)"
    assert outlet("Airbnb Engineering", "medium.com", "airbnb-engineering") == "Airbnb Engineering (medium.com)"
    assert outlet("Football | The Guardian", "www.theguardian.com", "football") == "The Guardian"
    assert outlet("California", "www.latimes.com", "2026") == "California"


def test_the_folder_is_that_of_most_entries() -> None:
    """Of the entries that are given; a name of the user's stays."""
    seen = datetime(2026, 3, 1, 7, tzinfo=UTC)
    urls = [f"https://www.latimes.com/california/story/{n}" for n in range(3)] + ["https://www.latimes.com/sports/1"]
    entries = [Entry("https://f.example/rss", url, "t", url=url, seen=seen) for url in urls]
    report = FeedReport("https://f.example/rss", "California", "ok")
    assert [r.name for r in named([report], {}, entries)] == ["California (latimes.com)"]
    mine = {report.url: FeedSource(report.url, name="California")}
    assert [r.name for r in named([report], mine, entries)] == ["California"]


def test_an_outlets_feeds_bear_one_name() -> None:
    """A section's feed that only its address names is called as the outlet's other feeds are; another's feed on the same
    host, which is a platform's, gives it no name, and one with a name of its own keeps it."""
    seen = datetime(2026, 3, 1, 7, tzinfo=UTC)

    def names(host: str, *titles: str) -> list[str]:
        feeds = [f"https://feeds.example/{n}" for n in range(len(titles))]
        entries = [Entry(feed, "i", "t", url=f"https://{host}/a", seen=seen) for feed in feeds]
        return [
            r.name for r in named([FeedReport(*pair, "ok") for pair in zip(feeds, titles, strict=True)], {}, entries)
        ]

    assert names("www.norwickpost.de", "Norwick Post", "Sport", "Nachrichten") == ["Norwick Post"] * 3
    assert names("www.norwickpost.de", "Sport") == ["norwickpost.de"]
    assert names("www.tube.example", "Harbour Radio", "News") == ["Harbour Radio", "tube.example"]


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://kept.example/newest/https://www.norwickpost.de/a?b=1", "https://www.norwickpost.de/a?b=1"),
        ("https://go.example/out?x=1&url=https%3A%2F%2Fnorwickpost.de%2Fa&y=2", "https://norwickpost.de/a"),
        ("https://norwickpost.de/a?utm_source=https://other.example/", ""),
        ("https://norwickpost.de/http-over-tls", ""),
        ("https://norwickpost.de/https://[", ""),
        ("", ""),
    ],
)
def test_a_page_kept_in_an_archive_is_its_own_sites(url: str, site: str) -> None:
    assert reached(url) == (site or url)


def test_those_who_are_read_in_one_archive_are_not_one_outlet() -> None:
    """Neither in name nor where outlets are counted."""
    seen = datetime(2026, 3, 1, 7, tzinfo=UTC)
    urls = [f"https://kept.example/newest/https://www.{name}.de/a" for name in ("norwickpost", "harbourtimes")]
    entries = [Entry(url, "i", f"Told by {n}", url=url, seen=seen) for n, url in enumerate(urls)]
    reports = [FeedReport(url, "News", "ok") for url in urls]
    assert [r.name for r in named(reports, {}, entries)] == ["norwickpost.de", "harbourtimes.de"]
    assert len(independent(Story(id="s", entries=tuple(entries), title="t"), {})) == 2
