"""The quick reading of plain feeds gives the very values that feedparser gives: over real feeds, and over documents made
of everything that it says it can read, in any order and number.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import pytest
from feedparser.html import _cp1252
from feedparser.mixin import _FeedParserMixin as Mixin
from hypothesis import given
from hypothesis import strategies as st

from digest.gather import encoding, simple
from digest.gather.captions import without_captions
from digest.gather.elements import repaired
from digest.gather.parse import _by_feedparser
from digest.gather.scan import scan
from digest.gather.tree import OddError, grow
from tests.gather.test_corpus import files

WHERE = "https://feed.example/a/feed.xml"
TEXTS = (
    "id", "feedburner_origlink", "link", "title", "summary", "published", "updated", "created", "prism_publicationdate",
    "dcterms_created", "author", "language", "dc_language",
)  # fmt: skip


def seen(item: dict[str, Any]) -> dict[str, Any]:
    """What `entries` reads of an item."""
    get = dict.get
    found: dict[str, Any] = {name: get(item, name) for name in TEXTS}
    for name in ("title_detail", "summary_detail"):
        detail = get(item, name)
        found[name] = get(detail, "type") if isinstance(detail, dict) else None
    summary = get(item, "summary_detail")
    found["base"] = get(summary, "base") if isinstance(summary, dict) else None
    found["content"] = [(get(one, "type"), get(one, "value"), get(one, "base")) for one in get(item, "content") or ()]
    found["links"] = [tuple(get(one, name) for name in ("rel", "href", "type")) for one in get(item, "links") or ()]
    found["tags"] = [tuple(get(one, name) for name in ("term", "label", "scheme")) for one in get(item, "tags") or ()]
    for name in ("media_content", "media_thumbnail"):
        found[name] = [{key: value for key, value in one.items() if ":" not in key} for one in get(item, name) or ()]
    image = get(item, "image")
    found["image"] = (get(image, "href"), get(image, "url")) if isinstance(image, dict) else None
    return found


def compared(data: bytes) -> tuple[int, int]:
    """How many items were read quickly, and how many there are; every one of the former as feedparser reads it."""
    data = without_captions(data)
    try:
        quick = simple.read(grow(data), WHERE)
    except OddError:
        quick = None
    if quick is None:
        return 0, len(scan(data, "").items)
    plainly = _by_feedparser(data, WHERE)
    assert not plainly.damaged
    assert quick.kind == plainly.kind
    assert len(quick.items) == len(plainly.items)
    for ours, theirs in zip(quick.items, plainly.items, strict=True):
        assert ours is None or seen(ours) == seen(theirs)
    if quick.feed is not None:
        for name in ("title", "link", "language"):
            assert quick.feed.get(name) == dict.get(plainly.feed, name)
    return sum(item is not None for item in quick.items), len(quick.items)


def sound(folder: Path, step: int) -> Iterator[bytes]:
    for path in [path for path in files(folder) if path.suffix == ".xml"][::step]:
        data = encoding.read(path.read_bytes(), "").data.lstrip()
        if scan(data, "").sound:
            yield data


def test_some_real_feeds(shared: Path) -> None:
    quick, items = (sum(counts) for counts in zip(*map(compared, sound(shared / "data/feeds", 13)), strict=True))
    assert quick > 0.8 * items


@pytest.mark.acceptance
@pytest.mark.timeout(120)
def test_all_real_feeds(shared: Path) -> None:
    quick, items = (sum(counts) for counts in zip(*map(compared, sound(shared / "data/feeds", 1)), strict=True))
    assert items > 18_000
    assert quick > 0.9 * items


# ---------------------------------------------------------------- made documents

SPACES = {
    "atom": "http://www.w3.org/2005/Atom", "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/", "dcterms": "http://purl.org/dc/terms/",
    "media": "http://search.yahoo.com/mrss/", "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "slash": "http://purl.org/rss/1.0/modules/slash/", "feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
    "own": "https://feed.example/own", "georss": "http://www.georss.org/georss",
}  # fmt: skip
DECLARED = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in SPACES.items())
text = st.sampled_from(
    [
        "", " ", "Plain words", " spaced ", "<b>Bold</b> &amp; so", "a &lt; b", "Fish &amp; chips &#8217;", "<p>one</p>",
        "Ã¼ber", "ünï \x93q\x94", "https://a.example/x?a=1&b=2&amp;c=3", "https://a.example/1", "http:////a.example/2",
        "relative/path", "me@a.example (Me)", "Mon, 02 Mar 2026 10:00:00 GMT", "2026-03-01T00:00:00Z", "日本語", "a,b",
        "x <unknown>y</unknown> &nope; &copy;", "  ]]&gt; ",
    ]
)  # fmt: skip
attribute = st.sampled_from(
    [
        {}, {}, {}, {"type": "html"}, {"type": "text"}, {"type": "TEXT/HTML"}, {"type": "xhtml"}, {"type": "image/png"},
        {"href": "https://a.example/h"}, {"href": "h", "rel": "self"}, {"href": "https://a.example/h", "rel": "Alternate"},
        {"url": "https://a.example/u", "type": "image/jpeg", "medium": "image"}, {"isPermaLink": "false"},
        {"isPermaLink": "true"}, {"domain": "d"}, {"term": "t", "label": "l"}, {"rel": "enclosure", "href": "e.mp3"},
        {"xml:lang": "de"}, {"uri": "u"}, {"scheme": "s", "term": "t"}, {"mode": "escaped"}, {"src": "s"},
        {"href": "h?base=1"},
    ]
)  # fmt: skip
NAMES = (
    "title link guid id description pubDate published updated author category enclosure comments source summary content "
    "image rights contributor name language atom:link atom:updated atom:title atom:id atom:author content:encoded "
    "dc:creator dc:date dc:subject dc:title dc:language dcterms:modified dcterms:created media:content media:thumbnail "
    "media:title media:description media:group media:credit media:keywords itunes:author itunes:duration itunes:summary "
    "slash:comments feedburner:origLink own:thing own:title subtitle itunes:subtitle itunes:image itunes:keywords keywords "
    "media:player media:license media:restriction dc:description dc:publisher georss:point georss:featurename byline date "
    "items enclosures dc:type media:hash itunes:block itunes:explicit media:category thumbnail x_y where svg math div"
).split()


def element(name: str, attributes: dict[str, str], inside: str) -> str:
    said = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
    return f"<{name}{said}>{inside}</{name}>"


leaf = st.builds(element, st.sampled_from(NAMES), attribute, text.map(escape))
person = st.builds(
    lambda name, parts: element(name, {}, "".join(parts)),
    st.sampled_from(
        "author atom:author contributor media:group media:content media:thumbnail image source byline subtitle".split()
    ),
    st.lists(
        st.builds(element, st.sampled_from([*NAMES, "name", "email", "uri", "url"]), attribute, text.map(escape)),
        max_size=3,
    ),
)
linked = st.builds(
    lambda tag, parts: element(tag, {"href": "https://a.example/h"}, "".join(parts)),
    st.sampled_from(["link", "atom:link"]),
    st.lists(st.one_of(leaf, person), max_size=3),
)
item = st.lists(st.one_of(leaf, leaf, leaf, person, linked), max_size=7).map("".join)
CHANNEL = "title link description language image id atom:link atom:id dc:language dc:date generator ttl category own:x".split()
frame = st.lists(st.builds(element, st.sampled_from(CHANNEL), attribute, text.map(escape)), max_size=4).map("".join)


@given(frame, st.lists(item, min_size=1, max_size=3), frame)
def test_rss(before: str, items: list[str], after: str) -> None:
    body = "".join(f"<item>{one}</item>" for one in items)
    compared(f'<rss version="2.0"{DECLARED}><channel>{before}{body}{after}</channel></rss>'.encode())


@given(frame, st.lists(item, min_size=1, max_size=3), st.sampled_from(["", ' xml:lang="en_US"']))
def test_atom(before: str, items: list[str], language: str) -> None:
    body = "".join(f"<entry>{one}</entry>" for one in items)
    compared(f'<feed xmlns="{SPACES["atom"]}"{DECLARED}{language}>{before}{body}</feed>'.encode())


BASE = ' xml:base="https://base.example/b/"'
based = st.sampled_from(["", BASE])


@given(
    st.sampled_from([BASE, BASE, "", ' xml:base="b/"', ' xml:base="http:///b"', ' base="https://x.example"']),
    based,
    based,
    item,
)
def test_xml_base(root: str, of_item: str, of_text: str, inside: str) -> None:
    for name in ("title", "link", "guid", "description", "content:encoded", "summary"):
        inside = inside.replace(f"<{name}", f"<{name}{of_text}")
    compared(
        f'<rss version="2.0"{DECLARED}{root}><channel><link>l</link><item{of_item}>{inside}</item></channel></rss>'.encode()
    )
    feed = f'<feed xmlns="{SPACES["atom"]}"{DECLARED}{root}><id>i</id><title{of_text}>t</title>'
    compared(f"{feed}<entry{of_item}>{inside}</entry></feed>".encode())


def test_a_feed_with_a_base_is_read_quickly() -> None:
    quick = simple.read(
        grow(f'<rss version="2.0"{BASE}><channel><item><link>x</link></item></channel></rss>'.encode()), WHERE
    )
    assert quick is not None
    assert quick.items == [
        {
            "links": [{"rel": "alternate", "type": "text/html", "href": "https://base.example/b/x"}],
            "link": "https://base.example/b/x",
        }
    ]


@given(frame, st.lists(item, min_size=1, max_size=3))
def test_rdf(before: str, items: list[str]) -> None:
    spaces = f'xmlns="http://purl.org/rss/1.0/" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"{DECLARED}'
    body = "".join(f'<item rdf:about="https://a.example/{place}">{one}</item>' for place, one in enumerate(items))
    compared(f"<rdf:RDF {spaces}><channel>{before}</channel>{body}</rdf:RDF>".encode())


prefix = st.sampled_from([*SPACES, "x", "title", "prism", "sy"])
uri = st.sampled_from(
    [*SPACES.values(), "https://other.example/", "http://search.yahoo.com/mrss", "//search.yahoo.com/mrss/"]
)


@given(
    st.dictionaries(prefix, uri, max_size=4),
    st.lists(st.tuples(prefix, st.sampled_from(NAMES), text.map(escape)), max_size=5),
)
def test_prefixes_that_mean_something_else(spaces: dict[str, str], parts: list[tuple[str, str, str]]) -> None:
    declared = "".join(f' xmlns:{one}="{uri}"' for one, uri in spaces.items())
    inside = "".join(
        element(f"{one}:{name.rpartition(':')[2]}", {}, said) for one, name, said in parts if one in spaces
    )
    compared(f'<rss version="2.0"{declared}><channel><title>t</title><item>{inside}</item></channel></rss>'.encode())


def test_every_namespace_is_named_as_feedparser_names_it() -> None:
    theirs = {uri.lower(): name.lower() for uri, name in Mixin.namespaces.items()}
    assert {uri: theirs.get(uri) for uri in simple.NAMES} == simple.NAMES
    assert set(theirs.values()) - simple.RESERVED == set()


def test_windows_signs_are_those_of_feedparser() -> None:
    signs = "".join(map(chr, range(0x80, 0xA0)))
    assert repaired(f"{signs}ü") == f"{signs}ü".translate(_cp1252)
