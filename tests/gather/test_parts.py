"""The small parts of gather: dates, addresses, markup, languages, encodings, sites' rules, OPML, what may be skipped."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.gather import dates, encoding, opml
from digest.gather.discover import known_site, likely
from digest.gather.language import differs, judge, tidy
from digest.gather.markup import as_markup, heading, plain, resolve
from digest.gather.mend import with_sound_references
from digest.gather.parse import parse
from digest.gather.urls import absolute, same_feed, shown, untracked, url_key
from digest.model import Entry, FeedSource
from digest.web.addresses import is_public, looks_private
from tests.gather.server import rss

NOW = datetime(2026, 3, 9, 12, tzinfo=UTC)

# ---------------------------------------------------------------- dates


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mon, 09 Mar 2026 08:00:00 +0530", "2026-03-09 02:30"),
        ("Mon, 9 Mar 2026 8:00 EST", "2026-03-09 13:00"),
        ("2026-03-09T08:00:00.5+02:00", "2026-03-09 06:00"),
        ("09 Mär 2026 08:00:00 +0100", "2026-03-09 07:00"),
        ("lun., 09 mars 2026 08:00:00 +0100", "2026-03-09 07:00"),
        ("Seg, 09 Mar 2026 19:42:40 -0300", "2026-03-09 22:42"),
        ("9 березня 2026, 10:00", "2026-03-09 10:00"),
        ("2026年3月9日 下午3:05", "2026-03-09 07:05"),
        ("2026-03-09 오후 11:23:17", "2026-03-09 14:23"),
        ("2026년 03월 09일  01:31:15", "2026-03-08 16:31"),
        ("2026-március-9T9:15-05:00", "2026-03-09 14:15"),
        ("Mon, 09 Mar 2026 08:57:00 MEST", "2026-03-09 06:57"),
        ("Mon, 9 March 2026 02:31:00 MT", "2026-03-09 09:31"),
        ("26-03-09", "2026-03-09 00:00"),
        ("2026", None),
        ("March 9, 2026 8:30 pm", "2026-03-09 20:30"),
        ("Mon Mar  9 08:00:00 2026", "2026-03-09 08:00"),
        ("07.02.2026", "2026-02-07 00:00"),
        ("02/03/2026 08:00", "2026-03-02 08:00"),
        ("1773043200", "2026-03-09 08:00"),
        ("20260309T080000Z", "2026-03-09 08:00"),
        ("Mon, 01 Jan 0001 00:00:00 +0000", None),
        ("Thu, 01 Jan 1970 00:00:00 GMT", None),
        ("Sat, 09 Mar 2126 08:00:00 GMT", None),
        ("Mon, 30 Feb 2026 08:00:00 GMT", None),
        ("soon", None),
        ("March 2026", None),
        ("", None),
    ],
)
def test_dates(text: str, expected: str | None) -> None:
    found, _ = dates.read(text, NOW)
    assert (f"{found:%Y-%m-%d %H:%M}" if found else None) == expected


@given(
    st.text(max_size=60) | st.from_regex(r"\d{1,4}[-/. ]\w{1,9}[-/. ]\d{1,4}( \d\d:\d\d(:\d\d)?( [A-Z+-]\d{0,4})?)?")
)
def test_no_date_raises(text: str) -> None:
    found, day_only = dates.read(text, NOW, "de")
    assert found is None or (found.tzinfo is UTC and found.year >= dates.OLDEST)
    assert found is not None or not day_only


@given(st.datetimes(datetime(1996, 1, 1), datetime(2026, 3, 8)))  # noqa: DTZ001  naive bounds are what it takes
def test_standard_forms_round_trip(moment: datetime) -> None:
    moment = moment.replace(microsecond=0, tzinfo=UTC)
    for text in (moment.isoformat(), f"{moment:%a, %d %b %Y %H:%M:%S} +0000", f"{moment:%a %b %d %H:%M:%S %Y}"):
        assert dates.read(text, NOW)[0] == moment


@given(
    st.datetimes(datetime(1996, 1, 1), datetime(2026, 3, 8)),  # noqa: DTZ001  naive bounds are what it takes
    st.integers(-839, 839),
    st.sampled_from(["", "Mon, "]),
)
def test_the_quick_way_reads_what_the_careful_way_reads(local: datetime, minutes: int, weekday: str) -> None:
    """Dates in small letters are no standard form, and go the long way."""
    local = local.replace(microsecond=0)
    east = f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
    expected = (local - timedelta(minutes=minutes)).replace(tzinfo=UTC)
    for text in (f"{local.isoformat()}{east}", f"{weekday}{local:%d %b %Y %H:%M:%S} {east.replace(':', '')}"):
        found = dates.read(text, NOW)
        assert found[0] == expected
        assert found == dates.read(text.lower(), NOW)


# ---------------------------------------------------------------- addresses


def test_one_page_has_one_key_and_two_pages_have_two() -> None:
    same = ["http://example.com/a/", "https://www.example.com/a?utm_source=x&fbclid=1", "https://m.example.com:443/a#top",
            "https://example.com/a/amp/", "https://amp.example.com/a/index.html", "HTTPS://EXAMPLE.COM//a?ref=rss"]  # fmt: skip
    assert {url_key(url) for url in same} == {"example.com/a"}
    others = ["https://example.com/a?id=1", "https://example.com/a?id=2", "https://example.com/A", "https://example.com/a?p=1",
              "https://example.com:8080/a", "https://b.example.com/a", "https://example.com/#!/a",
              "https://example.com/a?sid=05/11/19/1534223", "https://example.com/a?sid=05/11/19/2014233"]  # fmt: skip
    assert len({url_key(url) for url in others} | {"example.com/a"}) == len(others) + 1
    assert url_key("mailto:x@example.com") == url_key("http://[bad") == url_key("") == ""


_PIECES = st.sampled_from(
    "a Bc www. m. amp AMP .amp index.html / // . - _ ~ ? & = == # #! ref=3 ref=rss utm_source=x sid=0123456789abcdef x=1 %41 + ;"
    .split()
)  # fmt: skip


@given(
    st.sampled_from(["a.example", "www.a.example", "m.b.example", "amp.c.example", "www.d"]),
    st.lists(_PIECES, max_size=9),
)
def test_a_simple_address_is_read_as_thoroughly_as_another(host: str, pieces: list[str]) -> None:
    """The port that goes without saying changes nothing; with it, an address is taken to pieces."""
    rest = "/" + "".join(pieces)
    assert url_key(f"https://{host}{rest}") == url_key(f"https://{host}:443{rest}")


@given(st.text(max_size=60))
def test_no_address_raises(text: str) -> None:
    url_key(text)
    untracked(text)
    assert absolute("https://feed.example/a/b", text).startswith(("https://", "http://")) or not absolute(
        "https://feed.example/a/b", text
    )
    assert isinstance(shown(text), str)


def test_what_is_shown_of_an_address_holds_no_secret() -> None:
    assert shown("https://u:p@example.com/f.xml?token=abc&x=1") == "https://example.com/f.xml?…"
    assert "9f8" not in shown("https://example.com/private/9f8e7d6c5b4a39281706f5e4d3/feed.xml")
    assert (
        shown("https://example.com/2026/03/09/a-title-of-8-words")
        == "https://example.com/2026/03/09/a-title-of-8-words"
    )


def test_tracking_goes_and_the_rest_stays_byte_for_byte() -> None:
    assert untracked("https://e.com/?q=a%20b&utm_medium=rss#x") == "https://e.com/?q=a%20b#x"
    assert untracked("https://e.com/?a=1&copy=2") == "https://e.com/?a=1&copy=2"
    assert same_feed("http://Example.com/f/", "https://example.com/f")
    assert not same_feed("https://example.com/f", "https://example.com/F")


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "::1", "fe80::1%eth0",
     "fc00::1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "224.0.0.1", "255.255.255.255", "localhost", ""],
)  # fmt: skip
def test_addresses_that_are_not_public(address: str) -> None:
    assert not is_public(address)


def test_public_addresses_and_private_names() -> None:
    assert is_public("93.184.216.34")
    assert is_public("2606:2800:220:1::1")
    assert all(looks_private(name) for name in ("localhost", "router.lan", "nas.local", "[::1]", "10.0.0.1"))
    assert not looks_private("example.com")


# ---------------------------------------------------------------- markup


def test_titles_become_plain_text() -> None:
    assert plain("a <b>bold</b> &amp; <i>b</i>", markup=True) == "a bold & b"
    assert plain("AT&amp;T &lt;b&gt;x&lt;/b&gt;", markup=True) == "AT&T x"
    assert plain("A <em>word</em>, H<sub>2</sub>O, un<wbr>broken<br>and<p>new</p>", markup=True) == (
        "A word, H2O, unbroken and new"
    )
    assert plain('safe<iframe src="x" /> text<object> more<!-- -- x >.', markup=True) == "safe text more."
    assert plain("1 < 2 & 3", markup=False) == "1 < 2 & 3"
    assert plain("<script>alert(1)</script>Title", markup=True) == "Title"
    assert plain("?a=1&copy=2", markup=True) == "?a=1&copy=2"
    assert plain("a\u202eb\x07\ud800c", markup=False) == "abc"
    assert plain("word " * 300, markup=False).endswith("word…")
    assert heading("<p>One sentence that is long enough. And more.</p>") == "One sentence that is long enough."


def test_links_and_lazy_images_are_resolved() -> None:
    found = resolve(
        '<a href="../x?a=1&amp;b=2">x</a><img src="/ph/placeholder.gif" data-src="i.jpg" alt="A cat">'
        '<img srcset="s.jpg 300w, l.jpg 1200w, xl.jpg 4000w"><img src="p.gif" width="1" height="1">',
        "https://e.com/d/p",
    )
    assert 'href="https://e.com/x?a=1&amp;b=2"' in found.markup
    assert [(image.url, image.alt) for image in found.images] == [
        ("https://e.com/d/i.jpg", "A cat"),
        ("https://e.com/d/l.jpg", ""),
    ]
    assert as_markup("a&nbsp;b &lt;c&gt; &amp; d") == "a\xa0b &amp;lt;c&amp;gt; &amp; d"
    assert resolve('a<iframe src="f" /> b', "https://e.com/").markup == 'a<iframe src="https://e.com/f"></iframe> b'
    assert 'href=""' in resolve('<a href="javascript:alert(1)">', "https://e.com/").markup
    assert resolve('<p title="a=b">no links</p>', "https://e.com/").markup == '<p title="a=b">no links</p>'


SPACES = (
    'xmlns:media="http://search.yahoo.com/mrss/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
)


def item(markup: str) -> Entry:
    channel = f"<channel><title>t</title><item><title>x</title><link>https://e.com/d/1</link>{markup}</item></channel>"
    body = f'<rss version="2.0" {SPACES}>{channel}</rss>'.encode()
    (entry,) = parse(body, FeedSource("https://e.com/f"), now=NOW).entries
    return entry


@pytest.mark.parametrize(
    ("markup", "images"),
    [
        ('<media:content url="/a.jpg" medium="image" width="800" height="600"/>', ["https://e.com/a.jpg"]),
        ('<media:content url="v.mp4" type="video/mp4"><media:thumbnail url="/t.jpg"/></media:content>', ["https://e.com/t.jpg"]),
        (
            '<media:group><media:content url="/1.jpg" type="image/jpeg"/><media:content url="/2.jpg" medium="image"/></media:group>',
            ["https://e.com/1.jpg", "https://e.com/2.jpg"],
        ),
        ('<enclosure url="https://e.com/e.jpg" type="image/jpeg" length="1"/>', ["https://e.com/e.jpg"]),
        ('<enclosure url="https://e.com/e.mp3" type="audio/mpeg" length="1"/>', []),
        ('<itunes:image href="https://e.com/i.jpg"/>', ["https://e.com/i.jpg"]),
        ("<description>&lt;img data-src='l.jpg' src='data:image/gif;base64,x'&gt;</description>", ["https://e.com/d/l.jpg"]),
        ("<description>&lt;img srcset='s.jpg 300w, l.jpg 1200w'&gt;</description>", ["https://e.com/d/l.jpg"]),
        ("<content:encoded><![CDATA[<picture><source srcset='w.webp'><img src='/p.jpg'></picture>]]></content:encoded>",
         ["https://e.com/p.jpg"]),
        ("<description>&lt;img src='/pixel.gif' width='1' height='1'&gt;</description>", []),
        ("<description>&lt;noscript&gt;&lt;img src='/n.jpg'&gt;&lt;/noscript&gt;</description>", ["https://e.com/n.jpg"]),
    ],
)  # fmt: skip
def test_every_way_to_offer_an_image(markup: str, images: list[str]) -> None:
    assert [image.url for image in item(markup).images] == images


def test_authors_categories_and_enclosures() -> None:
    assert item("<dc:creator>Ann</dc:creator>").author == "Ann"
    assert item("<itunes:author>Cy</itunes:author>").author == "Cy"
    named = item(
        "<category>a</category><category domain='x'>b &amp;amp; c</category><dc:subject>d</dc:subject><category>a</category>"
    )
    assert named.categories == ("a", "b & c", "d")
    alone = item("<enclosure url='https://e.com/e.mp3' type='audio/mpeg'/>")
    assert (alone.url, alone.images) == ("https://e.com/d/1", ())


# ---------------------------------------------------------------- languages and encodings


def test_a_language_is_believed_unless_it_is_plainly_wrong() -> None:
    german = "Die Regierung hat am Montag beschlossen, dass die Steuern für alle Bürger nicht erhöht werden. " * 4
    english = "The government decided on Monday that taxes will not be raised for any of the citizens. " * 4
    assert judge("de-DE", german) == "de-DE"
    assert judge("en-US", german) == "de"
    assert judge("en-US", english) == "en-US"
    assert judge("", english) == "en"
    assert (
        judge("en", "Уряд вирішив у понеділок, що податки для громадян не зростуть, і це добре для всіх. " * 3) == "uk"
    )
    assert judge("xx-nonsense!", "") == ""
    assert tidy(" en_us ") == "en-US"
    assert differs("Президент підписав закон про захист громадян і держави", "en") == "uk"
    assert differs("A perfectly English headline with many words in it", "en") == ""


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1251", "koi8-r", "gb18030",
                                   "shift_jis", "euc-kr", "big5", "iso-8859-2"])  # fmt: skip
def test_declared_encodings_are_undone(codec: str) -> None:
    text = {"cp1251": "Привет", "koi8-r": "Привет", "gb18030": "新闻", "shift_jis": "ニュース", "euc-kr": "뉴스", "big5": "新聞",
            "iso-8859-2": "Zażółć"}.get(codec, "Café – 新闻")  # fmt: skip
    declared = "utf-8" if codec == "utf-8-sig" else codec
    document = f'<?xml version="1.0" encoding="{declared}"?><rss><title>{text}</title></rss>'
    assert text in encoding.read(document.encode(codec), "").data.decode()
    assert text in encoding.read(document.encode(codec), "text/xml; charset=iso-8859-1").data.decode() or codec not in (
        "utf-8", "utf-8-sig", "utf-16", "utf-32")  # fmt: skip


# ---------------------------------------------------------------- finding feeds


@pytest.mark.parametrize(
    ("page", "feed"),
    [
        ("https://www.youtube.com/channel/UCabc/videos", "https://www.youtube.com/feeds/videos.xml?channel_id=UCabc"),
        ("https://youtube.com/playlist?list=PL1", "https://www.youtube.com/feeds/videos.xml?playlist_id=PL1"),
        ("https://old.reddit.com/r/python/", "https://www.reddit.com/r/python/.rss"),
        ("https://np.reddit.com/r/python/top?t=week", "https://www.reddit.com/r/python/top/.rss?t=week"),
        ("https://reddit.com/", "https://www.reddit.com/.rss"),
        ("https://www.reddit.com/about", ""),
        ("https://github.com/a", "https://github.com/a.atom"),
        ("https://github.com/a/b/issues/12", "https://github.com/a/b/releases.atom"),
        ("https://github.com/a/b/tree/main/src", "https://github.com/a/b/commits/main.atom"),
        ("https://someone.substack.com/p/a-post", "https://someone.substack.com/feed"),
        ("https://open.substack.com/pub/someone", "https://someone.substack.com/feed"),
        ("https://someone.substack.com/feed", ""),
        ("https://medium.com/some-publication/a-post", "https://medium.com/feed/some-publication"),
        ("https://www.youtube.com/@handle", ""),  # the page names its feed
        ("https://bsky.app/profile/a.example", "https://bsky.app/profile/a.example/rss"),
        ("https://github.com/kurtmckee/feedparser", "https://github.com/kurtmckee/feedparser/releases.atom"),
        ("https://github.com/a/b/commits/main", "https://github.com/a/b/commits/main.atom"),
        ("https://someone.substack.com/", "https://someone.substack.com/feed"),
        ("https://medium.com/@someone", "https://medium.com/feed/@someone"),
        ("https://github.com/features", ""),
        ("https://www.reddit.com/r/python/.rss", ""),
        ("https://example.com/", ""),
    ],
)
def test_pages_of_known_sites(page: str, feed: str) -> None:
    assert known_site(page) == feed


def test_a_mastodon_profile_is_asked_for_its_feed_first() -> None:
    assert likely("https://mastodon.example/@me")[0] == "https://mastodon.example/@me.rss"
    assert likely("https://mastodon.example/@me/1234")[0] == "https://mastodon.example/@me.rss"


def test_opml_in_any_shape_comes_back_whole(shared: Path) -> None:
    files = [path for path in (shared / "data/feeds/opml").rglob("*") if path.suffix in (".opml", ".xml")]
    assert len(files) >= 79
    for path in files:
        data = path.read_bytes()
        addresses = set(
            re.findall(rb'xmlUrl\s*=\s*["\']\s*(http[^"\']+)', re.sub(rb"<!--.*?-->", b"", data, flags=re.DOTALL))
        )
        found = opml.read(data)
        assert len(found) == len(addresses), path.name
        written = opml.write(found, "Feeds & more")
        ET.fromstring(written)
        assert set(opml.read(written.encode())) == set(found), path.name


def test_opml_folders_are_topics_and_ampersands_do_no_harm() -> None:
    text = b'<opml><body><outline text="News"><outline xmlUrl="https://a.example/f?x=1&copy=2" text="A > B & C"/></outline></body>'
    (one,) = opml.read(text)
    assert (one.url, one.title, one.topic) == ("https://a.example/f?x=1&copy=2", "A > B & C", "News")
    assert opml.read(b"https://a.example/f A feed\n# no feed\nhttps://b.example/f\n")[0].title == "A feed"


# ---------------------------------------------------------------- what may be skipped


def test_bare_ampersands_and_html_names_do_not_damage_a_document() -> None:
    body = rss(1, 2, title="AT&T&nbsp;&eacute; &bogus; &#8217;").replace(
        b"feed.example/1<", b"feed.example/1?a=1&at=2&copy=3<"
    )
    source = FeedSource("https://feed.example/f")
    first, second = parse(body, source, now=NOW).entries
    assert first.title == "1 story of AT&T é &bogus; ’"
    assert first.url == "https://feed.example/1?a=1&at=2&copy=3"
    left = parse(body, source, now=NOW, skip=frozenset({first.content_hash}), language=second.language)
    assert [entry.content_hash for entry in left.entries] == [second.content_hash]
    assert left.skipped == 1
    untouched = b"<r><![CDATA[a & b]]><!-- & --> &amp; &#38; &lt; <![CDATA[ & "
    assert with_sound_references(untouched) == untouched
    assert with_sound_references(b"<!DOCTYPE r [<!ENTITY x 'y'>]><r>&x; & </r>").endswith(b"&x; & </r>")


@given(st.sets(st.integers(0, 5)))
def test_skipping_known_items_gives_exactly_the_others(numbers: set[int]) -> None:
    source, body = FeedSource("https://feed.example/f"), rss(*range(6))
    whole = parse(body, source, now=NOW).entries
    skip = frozenset(whole[number].content_hash for number in numbers)
    some = parse(body, source, now=NOW, skip=skip, language="en")
    assert [entry.guid for entry in some.entries] == [f"g{n}" for n in range(6) if n not in numbers]
    assert some.total == 6
    assert some.skipped == len(numbers)


def test_a_comment_count_is_no_edit_and_a_new_base_is_one() -> None:
    def feed(count: int, base: str = "https://e.com/", text: str = "t") -> bytes:
        return (
            f'<rss xmlns:slash="http://purl.org/rss/1.0/modules/slash/"><channel><link>{base}</link><item><title>a</title>'
            f"<link>/a</link><slash:comments>{count}</slash:comments><description>{text}</description></item></channel></rss>"
        ).encode()

    def hash_of(body: bytes) -> str:
        return parse(body, FeedSource("https://feed.example/f"), now=NOW).entries[0].content_hash

    assert hash_of(feed(1)) == hash_of(feed(99))
    assert len({hash_of(feed(1)), hash_of(feed(1, "https://f.com/")), hash_of(feed(1, text="u"))}) == 3
