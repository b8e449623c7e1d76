"""The outlets of a story: numbered in the plain text, where their addresses are a list at the end; pictures' words; what
is said where a large day was compared less thoroughly."""

import re
from dataclasses import replace

from digest.model import FeedReport, Image, Picture, Topic
from digest.render.newsletter import render
from tests.render.issues import VIEW, issue, ordinary, story, whole


def test_each_address_stands_once_under_its_number() -> None:
    """A line names the outlets; the list has their links in the same order, and no number twice."""
    text = render(ordinary(), VIEW).text
    body, _, links = text.partition("\nLinks\n")
    named = [int(n) for line in re.findall(r"also: (?:.+\n)+?(?=\n|\Z)", body) for n in re.findall(r"\[(\d+)\]", line)]
    listed = re.findall(r"^ *\[(\d+)\] (https?://\S+)$", links, re.MULTILINE)
    assert named == [int(n) for n, _ in listed] == list(range(1, len(listed) + 1))
    assert len(listed) > 3
    assert not re.search(r"also:[^\n]*https?:", body)


def test_an_article_in_two_feeds_of_one_outlet_is_told_once() -> None:
    """A second section's feed is no other source; another outlet that passes the article on is named, without a link."""
    lead = story(0).lead
    feeds = {"https://a.example/rss": "Tide News", "https://b.example/rss": "Tide", "https://c.example/rss": "Pointers"}
    told = [replace(lead, feed=feed, ident=feed, url="https://tide.example/1") for feed in feeds]
    other = replace(lead, feed="https://d.example/rss", ident="d", url="https://d.example/1")
    day = issue(Topic("World", (replace(story(0), entries=(other, *told)),)))
    reports = [FeedReport(feed, name, "ok") for feed, name in feeds.items()]
    text = render(replace(day, feeds=(FeedReport(other.feed, "Delta", "ok"), *reports)), VIEW).text
    assert "also: Tide News [1], Pointers\n" in text


def test_an_outlet_of_another_language_says_so() -> None:
    """In the reader's words, beside its name, in HTML and plain text; one of the headline's own language does not."""
    lead = replace(story(0).lead, language="en-GB")
    feeds = {"https://de.example/rss": ("Tagblatt", "de"), "https://us.example/rss": ("Ledger", "en-US")}
    told = [
        replace(lead, feed=feed, ident=feed, url=f"{feed}/1", language=language)
        for feed, (_, language) in feeds.items()
    ]
    day = issue(Topic("World", (replace(story(0), language="en-GB", entries=(lead, *told)),)))
    day = replace(day, feeds=(*day.feeds, *(FeedReport(feed, name, "ok") for feed, (name, _) in feeds.items())))
    page = render(day, VIEW)
    assert "also: Tagblatt (German) [1], Ledger [2]" in page.text
    assert re.search(r">Tagblatt</a> \(German\),", page.html)
    assert "Tagblatt (allemand)" in render(day, replace(VIEW, language="fr")).text


def test_whole_articles_keep_their_own_numbers() -> None:
    """Under an article, which numbers its links itself, outlets stand with their addresses."""
    text = render(whole(ordinary()), replace(VIEW, template="full")).text
    assert "Signal & Noise: https://signal.example/" in text
    assert "\nLinks\n" not in text


def test_brief_lists_no_links_that_it_does_not_name() -> None:
    """It says how many other outlets there are, and nothing more."""
    text = render(ordinary(), replace(VIEW, template="brief")).text
    assert "\nLinks\n" not in text
    assert "[1]" not in text


def pictured(alt: str) -> str:
    """The markup of a day whose second top story has a picture with these words."""
    image = Image("https://x.example/a.jpg", alt, 600, 400)
    day = issue(Topic("World", (story(0), story(1, image=image))), top=("s0", "s1"))
    return render(day, replace(VIEW, images="remote")).html


def test_a_picture_without_words_does_not_say_the_headline_again() -> None:
    """Pictures blocked, a narrow column must not repeat what stands beside it; a link needs words all the same."""
    for alt in ("", "…", "here"):
        said = re.findall(r'<img[^>]*alt="([^"]*)"', pictured(alt))
        assert len(said) == 1
        assert 0 < len(said[0]) <= 48
        assert said[0] not in story(1).title


def test_a_long_description_is_short_in_a_narrow_column() -> None:
    """As long as fits beside three lines of a headline."""
    (said,) = re.findall(r'<img[^>]*alt="([^"]*)"', pictured("A ferry leaves the old harbour " * 9))
    assert said.startswith("A ferry leaves the old harbour")
    assert len(said) <= 70


def test_an_embedded_picture_without_words_is_decoration() -> None:
    """It is no link, and a screen reader passes over it."""
    image = Image("https://x.example/a.jpg", "", 600, 400)
    day = issue(Topic("World", (story(0, image=image),)), top=("s0",))
    pictures = {image.url: Picture("p1@x", b"JPEG", "jpeg", 600, 400)}
    assert re.search(r'<img[^>]*alt=""', render(day, replace(VIEW, images="embed"), pictures=pictures).html)


def test_a_large_day_is_told_at_the_end_in_the_readers_language() -> None:
    """And says nothing on other days; the technical words stay in the JSON."""
    large = replace(ordinary(), note="2,345 entries are too many to compare each with each.")
    told = render(large, VIEW)
    assert "compared less thoroughly than usual" in told.html
    assert "compared less thoroughly than usual" in " ".join(told.text.split())
    assert "2,345 entries" not in told.html + told.text
    assert "weniger gründlich" in render(large, replace(VIEW, language="de")).html
    assert "less thoroughly" not in render(ordinary(), VIEW).html


def test_where_no_feed_could_be_read_the_mail_says_which_and_why() -> None:
    """ "Nothing new today" would be half the truth; a feed that failed once is not mentioned while others answer."""
    down = FeedReport("https://a.example/rss", "Courier", "failed", reason="no connection (network is unreachable)")
    day = issue()
    said = " ".join(render(replace(day, feeds=(down,)), VIEW).text.split())
    assert "Courier: no connection (network is unreachable)." in said
    up = FeedReport("https://b.example/rss", "Ledger", "ok")
    assert "Courier" not in render(replace(day, feeds=(down, up)), VIEW).text
