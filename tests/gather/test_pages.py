"""Whole articles for teaser-only feeds: fetched from a real server on loopback, politely, and only where asked."""

from datetime import UTC, datetime, timedelta

import pytest

from digest.config import GatherSettings
from digest.execute import Serial
from digest.gather.pages import completed, wanted
from digest.gather.robots import read
from digest.group.clean import clean
from digest.model import Entry, FeedFailure, FeedSource, FeedState, Fetched, FetchResult
from tests.loopback import Feeds, serving

NOW = datetime(2026, 3, 1, 7, tzinfo=UTC)
TEASER = "<p>The harbour of Norwick will be closed for a year.</p>"
SENTENCE = (
    "Paragraph {0} tells what the harbour master of Norwick said about the closing, the ships and the town's trade. "
)
ARTICLE = (
    "<html><head><title>Harbour</title><meta property='og:image' content='/img/harbour-1200x800.jpg'></head><body>"
    "<nav><a href='/'>Home</a> <a href='/news'>News</a></nav><article><h1>Harbour closes</h1>"
    + "".join(f"<p>{SENTENCE.format(n) * 3}</p>" for n in range(6))
    + "</article><footer>All rights reserved</footer></body></html>"
)


def anywhere(_address: str) -> bool:
    return True


def fetched(server: Feeds, *paths: str, fulltext: str = "auto", teaser: str = TEASER) -> Fetched:
    """A feed with one new teaser-only entry a path."""
    source = FeedSource("https://feed.example/rss", fulltext=fulltext)
    entries = tuple(
        Entry(source.url, path, "Harbour closes", url=server.url(path), teaser=teaser, published=NOW, seen=NOW)
        for path in paths
    )
    return Fetched(source, FeedState(source.url), entries)


def complete(*results: FetchResult) -> list[FetchResult]:
    return list(
        completed(results, NOW, limits=GatherSettings(), user_agent="digest/1", executor=Serial(), allowed=anywhere)
    )


def only(results: list[FetchResult]) -> Entry:
    (result,) = results
    assert isinstance(result, Fetched)
    return result.entries[0]


def test_the_article_comes_into_the_entry() -> None:
    with serving({"a.html": ARTICLE.encode()}) as server:
        server.types["a.html"] = "text/html; charset=utf-8"
        tidy = clean(only(complete(fetched(server, "a.html"))))
    assert tidy.words > 200
    assert not any("rights reserved" in block.text for block in tidy.blocks)
    assert tidy.summary == "The harbour of Norwick will be closed for a year."
    assert tidy.image is not None
    assert tidy.image.url.endswith("/img/harbour-1200x800.jpg")


def test_robots_txt_is_obeyed_and_read_once() -> None:
    with serving(
        {"robots.txt": b"User-agent: *\nDisallow: /a", "a.html": ARTICLE.encode(), "b.html": ARTICLE.encode()}
    ) as server:
        server.types.update({"a.html": "text/html", "b.html": "text/html"})
        (result,) = complete(fetched(server, "a.html", "b.html"))
        assert isinstance(result, Fetched)
        assert sorted(server.asked) == ["b.html", "robots.txt"]
    assert [bool(entry.content) for entry in result.entries] == [False, True]


@pytest.mark.parametrize(
    ("text", "path", "allowed"),
    [
        ("User-agent: *\nAllow: /\nDisallow: /private", "/private/1", False),  # the longest counts, not the first
        ("User-agent: *\nDisallow: /\nAllow: /news/", "/news/1", True),
        ("User-agent: *\nDisallow: /a\nAllow: /a", "/a", True),
        ("User-agent: *\nDisallow: /*.php$", "/x/y.php", False),
        ("User-agent: *\nDisallow: /*.php$", "/x/y.php?z=1", True),
        ("User-agent: *\nDisallow: /*?", "/a?b=c", False),
        ("User-agent: *\nDisallow: /a*/b*c", "/ax/byyc/z", False),
        ("User-agent: *\nDisallow: /a*/b*c", "/ax/cyyb", True),
        ("User-agent: *\nDisallow: /%C3%A9t", "/ét/1", False),
        ("User-agent: *\nDisallow:", "/a", True),
        ("User-agent: *\nDisallow: /\n\nUser-agent: digest\nDisallow: /x", "/a", True),
        ("User-agent: other\nUser-agent: Digest/2\n\nDisallow: /a", "/a", False),
        ("User-agent: digestive\nDisallow: /", "/a", True),
        ("User-agent: digest\nAllow: /a\n\nUser-agent: b\nDisallow: /\nUser-agent: digest\nDisallow: /b", "/b", False),
        ("\ufeffuser-agent : *  # all\ndisallow : /a # b", "/a", False),
        ("Disallow: /", "/a", True),  # for nobody
        ("<html>: no rules", "/a", True),
        ("User-agent: *\nDisallow: /" + "*a" * 500 + "$", "/" + "a" * 400, True),
    ],
)
def test_robots_rules(text: str, path: str, allowed: bool) -> None:
    """RFC 9309, 2.2."""
    assert read(text, "digest/1.0 (a reader's daily feed digest)").allows(f"https://a.example{path}") is allowed


def test_a_redirect_is_followed_only_where_its_own_robots_txt_lets_us() -> None:
    """Feeds often link through a counting service: its robots.txt is not the publisher's."""
    rules = {"robots.txt": b"User-agent: *\nDisallow: /closed"}
    with (
        serving({"closed.html": ARTICLE.encode(), "open.html": ARTICLE.encode(), **rules}) as publisher,
        serving({}) as way,
    ):
        publisher.types.update({"closed.html": "text/html", "open.html": "text/html"})
        way.moved.update({"1": publisher.url("closed.html"), "2": publisher.url("open.html")})
        (result,) = complete(fetched(way, "1", "2"))
        assert isinstance(result, Fetched)
        assert sorted(publisher.asked) == ["open.html", "robots.txt"]
    assert [bool(entry.content) for entry in result.entries] == [False, True]


def test_a_host_out_of_order_is_left_alone() -> None:
    with serving({"robots.txt": b"", "a.html": ARTICLE.encode()}) as server:
        server.status["robots.txt"] = 503
        assert only(complete(fetched(server, "a.html"))).content == ""
        assert server.asked == ["robots.txt"]


@pytest.mark.parametrize(("status", "kind"), [(404, "text/html"), (200, "application/pdf"), (500, "text/html")])
def test_what_is_no_page_leaves_the_entry_as_it_was(status: int, kind: str) -> None:
    with serving({"a.html": ARTICLE.encode()}) as server:
        server.types["a.html"], server.status["a.html"] = kind, status
        before = fetched(server, "a.html")
        assert complete(before) == [before]


def test_other_results_pass_at_once_and_first() -> None:
    failure = FeedFailure(FeedSource("https://b.example"), FeedState("https://b.example"), "http", "404")
    with serving({"a.html": ARTICLE.encode()}) as server:
        server.types["a.html"] = "text/html"
        results = complete(fetched(server, "a.html"), failure)
    assert results[0] is failure


def test_private_addresses_are_not_asked() -> None:
    with serving({"a.html": ARTICLE.encode()}) as server:
        before = fetched(server, "a.html")
        after = list(completed([before], NOW, limits=GatherSettings(), user_agent="digest/1", executor=Serial()))
        assert after == [before]
        assert server.asked == []


@pytest.mark.parametrize(
    ("fulltext", "content", "age", "asked"),
    [
        ("never", "", 0, False),
        ("auto", "", 0, True),
        ("auto", "<p>" + "word " * 400 + "</p>", 0, False),
        ("always", "<p>" + "word " * 400 + "</p>", 0, True),
        ("auto", "", 5, False),
    ],
)
def test_only_what_is_wanted_is_asked_for(fulltext: str, content: str, age: int, asked: bool) -> None:
    entry = Entry("f", "1", "t", url="https://a.example/1", content=content, published=NOW - timedelta(days=age))
    assert wanted(entry, fulltext, NOW) is asked
    assert not wanted(Entry("f", "1", "t", url="mailto:me@a.example"), "always", NOW)
