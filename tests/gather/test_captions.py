"""A picture's caption is not the entry's summary, unless it is all that the entry says."""

from datetime import UTC, datetime

from digest.gather.parse import parse
from digest.model import FeedSource

NOW = datetime(2026, 3, 9, tzinfo=UTC)


def texts(item: str) -> str:
    feed = (
        '<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>t</title>'
        f"<item><title>Night train</title><link>https://a.example/1</link>{item}</item></channel></rss>"
    )
    (entry,) = parse(feed.encode(), FeedSource("https://a.example/feed"), now=NOW).entries
    return entry.teaser + entry.content


CAPTIONED = (
    '<media:content url="https://a.example/i.jpg" medium="image"><media:description>A moon</media:description>'
    "</media:content>"
)


def test_the_caption_of_a_picture_is_left_out_where_the_item_has_a_text() -> None:
    assert "moon" not in texts(f"<content:encoded>The train left.</content:encoded>{CAPTIONED}")
    assert "moon" not in texts(f"<description>The train left.</description>{CAPTIONED}")


def test_the_caption_beside_a_picture_is_left_out_too() -> None:
    beside = '<media:content url="https://a.example/i.jpg"/><media:description>A moon</media:description>'
    assert "moon" not in texts(f"<description>The train left.</description>{beside}")
    assert "moon" in texts(beside)
    assert "moon" in texts(f"<description></description>{beside}")
    assert "moon" in texts(f"<description> <![CDATA[]]> </description>{beside}")


def test_the_only_text_of_an_item_is_kept() -> None:
    assert "moon" in texts(CAPTIONED)
    group = (
        '<media:group><media:content url="https://a.example/v"/>'
        "<media:description>A film of the moon</media:description></media:group>"
    )
    assert "moon" in texts(group)
