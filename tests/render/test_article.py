"""Articles whole: what a publisher's markup becomes, and what never comes through."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.model import Block, Entry
from digest.render.article import article, join
from digest.render.page import Figure

STYLES = {"p": "margin:0", "a": "color:#0f5e59"}
KNOWN = {"p", "h4", "ul", "ol", "li", "blockquote", "a", "b", "i", "code", "sub", "sup", "s", "br", "img"}
ALLOWED = {"a": {"href", "class", "style"}, "p": {"style"}, "img": {"src", "alt", "width", "height", "class"}}


def whole(markup: str, *blocks: Block, limit: int = 10**6) -> tuple[str, str]:
    """An article's markup and text."""
    entry = Entry("f", "i", "t", url="https://news.example/a/b", content=markup, blocks=blocks)
    html, text, _ = join(article(entry, styles=STYLES), limit)
    return "\n".join(html), text


class Tags(HTMLParser):
    """Collects tags and attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """One tag."""
        self.found.append((tag, dict(attrs)))


def harmless(html: str) -> None:
    """Only known tags, with only our attributes and our styles, leading only to the web."""
    for tag, attributes in Tags(html).found:
        assert tag in KNOWN
        assert set(attributes) <= ALLOWED.get(tag, set())
        assert attributes.get("style") in (None, STYLES.get(tag))
        assert re.match("https?://", attributes.get("href") or attributes.get("src") or "https://")
        assert attributes.get("class") in (None, "accent", "picture")


@pytest.mark.parametrize(
    ("markup", "html"),
    [
        ("loose <b>bold", '<p style="margin:0">loose <b>bold</b></p>'),
        ("<h1>A</h1><h6>B</h6>", "<h4>A</h4>\n<h4>B</h4>"),
        ("<ul><li>1<li>2<ol><li>3</ol></ul>", "<ul><li>1</li><li>2</li></ul>\n<ol><li>3</li></ol>"),
        ("<blockquote><p>a<p>b</blockquote>", "<blockquote>a<br><br>b</blockquote>"),
        (
            "<b>x<div>y</div>z</b>",
            '<p style="margin:0"><b>x</b></p>\n<p style="margin:0"><b>y</b></p>\n<p style="margin:0"><b>z</b></p>',
        ),
        ("<pre>a\n  b</pre>", '<p style="margin:0"><code>a<br>\u00a0 b</code></p>'),
        ("<table><tr><td>a<td>b</table>", '<p style="margin:0">a · b</p>'),
        ("<p style=display:none>x</p><p hidden>y</p><form>z</form>", ""),
        ("<a href=javascript:alert(1)>x</a>", '<p style="margin:0">x</p>'),
        (
            "<a href=/c>here</a>",
            '<p style="margin:0"><a href="https://news.example/c" class="accent" style="color:#0f5e59">here (news.example)</a></p>',
        ),
    ],
)
def test_markup_is_written_anew(markup: str, html: str) -> None:
    """Each kind of block, and what people nest wrongly."""
    assert whole(markup)[0].replace("&nbsp;", "\u00a0") == html


def test_links_are_numbered_in_text() -> None:
    """[1] where a link is, its address below, counted through the article."""
    _, text = whole("<p><a href=/1>One</a> and <a href=/2>two</a>.</p><p><a href=/3>Three</a></p>")
    assert text == (
        "One [1] and two [2].\n\nThree [3]\n\n"
        "[1] https://news.example/1\n[2] https://news.example/2\n[3] https://news.example/3"
    )


def test_only_what_cleaning_left() -> None:
    """Cards and promotions that the cleaner found stay out; without markup the cleaned blocks stand."""
    promo = "<p>The <b>news</b> of today is long enough to count.</p><div>Subscribe to our shop!</div>"
    left = Block("paragraph", "The news of today is long enough to count.")
    assert whole(promo, left) == (
        '<p style="margin:0">The <b>news</b> of today is long enough to count.</p>',
        "The news of today is long enough to count.",
    )
    assert (
        whole("", Block("heading", "H<b>"), Block("list", "a\nb"))[0]
        == "<h4>H&lt;b&gt;</h4>\n<ul><li>a</li><li>b</li></ul>"
    )


def test_cut_at_the_end_of_a_block() -> None:
    """A limit keeps whole blocks; one endless paragraph is cut inside."""
    entry = Entry("f", "i", "t", content="<p>" + "a" * 80 + "<p>" + "b" * 80)
    _, text, is_cut = join(article(entry, styles={}), 100)
    assert (text, is_cut) == ("a" * 80, True)
    entry = Entry("f", "i", "t", content="<p>" + "<a href=https://x.example>word</a> " * 500)
    html, text, is_cut = join(article(entry, styles={}), 100)
    assert len(text) <= 100
    assert is_cut
    assert "href" not in html[0]


def test_images_as_the_caller_wants() -> None:
    """None by default; else absolute and with alternative text, as a block of its own."""
    entry = Entry("f", "i", "t", url="https://n.example/", content="<p>a<img src=x.png alt='\"><script>'>b</p>")
    assert "<img" not in join(article(entry, styles={}), 99)[0][0]
    pieces = article(entry, styles={}, figure=lambda src, alt, _w, _h: Figure(src, 10, 10, alt))
    harmless("".join(p.html for p in pieces))
    assert 'src="https://n.example/x.png"' in pieces[1].html


BITS = [
    "<",
    ">",
    '"',
    "'",
    "<p>",
    "</p>",
    "<a href=",
    "javascript:alert(1)",
    "<img src=x onerror=alert(1)>",
    "<svg",
    "<style>",
    "</style>",
]
BITS += [
    "<script>alert(1)</script>",
    "<math><mi><table>",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "&lt;",
    "&#x3c;",
    "style=",
    "<li>",
    "<pre>",
    "\0",
    "\ue0001\ue001",
]


@given(st.lists(st.sampled_from(BITS) | st.text(max_size=8), max_size=25).map("".join))
def test_whatever_comes_only_harmless_markup_leaves(markup: str) -> None:
    """Broken, nested and hostile markup."""
    harmless(whole(markup)[0])


def test_depth_and_length_end() -> None:
    """Deep and huge documents take neither the stack nor the morning."""
    harmless(whole("<div>" * 50_000 + "x")[0])
    harmless(whole("<b><i>" * 5_000 + "x")[0])
    harmless(whole("<p>x</p>" * 100_000)[0])


def test_the_xss_corpus(shared: Path) -> None:
    """Every body of the hostile corpus, as the markup of an article."""
    files = [p for p in (shared / "data/feeds/hostile").rglob("*") if p.is_file() and p.stat().st_size < 200_000]
    assert len(files) > 150
    for path in files:
        markup = path.read_text(encoding="utf-8", errors="replace")
        harmless(whole(re.sub(r"<!\[CDATA\[|\]\]>", "", markup))[0])
        harmless(whole(markup.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))[0])
