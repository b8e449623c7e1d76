"""The items stand where expat says that they stand, whatever else looks like one; what is volatile in them does not count."""

from typing import Any
from xml.parsers import expat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.gather.scan import scan, without
from digest.gather.tree import OddError, grow

SLASH = 'xmlns:slash="http://purl.org/rss/1.0/modules/slash/"'
MEDIA = 'xmlns:media="http://search.yahoo.com/mrss/"'


def begun(data: bytes) -> list[int]:
    """Where expat sees elements begin that are called item or entry, in any namespace."""
    found: list[int] = []
    parser: Any = expat.ParserCreate("utf-8", namespace_separator=" ")

    def start(name: str, _: object) -> None:
        if name.rpartition(" ")[2] in ("item", "entry"):
            found.append(parser.CurrentByteIndex)

    parser.StartElementHandler = start
    parser.Parse(data, True)
    return found


inside = st.sampled_from(
    [
        "", "<title>one</title>", "<![CDATA[<item>x</item>]]>", "<![CDATA[ ]] ]> </item>]]>", "<!-- <item> - -> </item> -->",
        "<?pi <item> ? > ?>", "<t a='>'/>", '<t a="</item>"/>'.replace("<", "&lt;"), "<items>many</items>", "<item-s/>",
        "<slash:comments>4</slash:comments>", "<comments>5</comments>", "<slash:comments/>", "]]&gt;", "ü\n",
        '<s:comments xmlns:s="http://purl.org/rss/1.0/modules/slash/">6</s:comments>',
        "<media:community><media:starRating average='5'/><media:statistics views='7'/></media:community>",
        '<slash:comments xmlns:slash="https://other.example/">own</slash:comments>',
    ]
)  # fmt: skip
items = st.builds(
    lambda tag, parts, end: f"<{tag}>{''.join(parts)}</{tag.split()[0]}{end}>",
    st.sampled_from(["item", "item", "item a='>'", 'item\n x="/"', "entry", "x:item"]),
    st.lists(inside, max_size=5),
    st.sampled_from(["", " ", "\n"]),
)
documents = st.lists(st.one_of(items, items, inside, st.sampled_from(["<item/>", '<item a="/>"/>'])), max_size=6)


@given(documents)
def test_items_stand_where_expat_sees_them(parts: list[str]) -> None:
    data = f'<?xml version="1.0"?><rss {SLASH} {MEDIA} xmlns:x="https://x.example/"><channel>{"".join(parts)}</channel></rss>'
    scanned = scan(data.encode(), "f")
    assert scanned.sound
    assert [item.start for item in scanned.items] == begun(data.encode())
    for item in scanned.items:
        piece = data.encode()[item.start : item.end].decode()
        grow(f'<x {SLASH} {MEDIA} xmlns:x="https://x.example/">{piece}</x>'.encode())  # whole, and alone
        assert piece.startswith("<")
        assert piece.endswith(">")
    rest = scan(without(data.encode(), scanned.items), "f")
    assert rest.sound
    assert rest.items == ()


def hashes(inside: str, around: str = "", frame: str = "f") -> list[str]:
    feed = f"<rss {SLASH} {MEDIA}><channel><link>https://a.example/</link>{around}<item>{inside}</item></channel></rss>"
    return [item.hash for item in scan(feed.encode(), frame).items]


def test_what_changes_without_the_entry_changing_is_left_out_of_its_hash() -> None:
    one, other = "<slash:comments>1</slash:comments>", "<slash:comments>22</slash:comments>"
    assert hashes(f"<title>t</title>{one}") == hashes(f"<title>t</title>{other}")
    community = "<media:community><media:starRating count='{}'/></media:community>"
    assert hashes(community.format(1)) == hashes(community.format(2))
    assert hashes("<comments>1</comments>") != hashes("<comments>2</comments>")
    assert hashes(f"<![CDATA[{one}]]>") != hashes(f"<![CDATA[{other}]]>")
    inner = '<s:comments xmlns:s="http://purl.org/rss/1.0/modules/slash/">{}</s:comments>'
    assert hashes(inner.format(1)) == hashes(inner.format(2))


def test_what_entries_take_from_around_them_counts() -> None:
    assert hashes("x") == hashes("x", "<ttl>5</ttl>") == hashes("x", "<title>t</title>")
    assert hashes("x") != hashes("x", "<language>de</language>")
    assert hashes("x") != hashes("x", "<link>https://b.example/</link>")
    assert hashes("x") != hashes("x", frame="g")


@pytest.mark.parametrize(
    "data",
    [
        "",
        "words",
        "<rss><channel><item></channel></rss>",
        "<rss><channel><item/></channel>",
        "<!DOCTYPE rss><rss><channel><item/></channel></rss>",
        "<!-- <x> --><!DOCTYPE rss [<!ENTITY e 'x'>]><rss><channel><item>&e;</item></channel></rss>",
        "<html><body><item/></body></html>",
        "<rss><channel><item><item/></item></channel></rss>",
        "<rss><item/><channel><item/></channel></rss>",
        "<rss><channel><group><item/></group></channel></rss>",
        "<rss><channel><item><x:entry/></item></channel></rss>",
        '<rss xmlns:a="x y"><channel><item/></channel></rss>',
    ],
)
def test_what_is_not_plain_has_no_items(data: str) -> None:
    assert not scan(data.encode(), "f").sound


def test_a_document_is_no_more_than_its_bytes() -> None:
    with pytest.raises(OddError):
        grow(b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]><rss>&f;</rss>')
