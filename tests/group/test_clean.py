"""The cleaner on small pages in our own words: what stays, what goes, and what a feed teaches."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.group.clean import SEEN, clean, fingerprint, fingerprints
from digest.model import Block, Entry

PROSE = "The harbour of Norwick was closed on Monday after a crane fell into the water, the port authority said."
MORE = "Nobody was hurt, and the ferry to the islands sails from the old pier until the wreck is lifted in spring."


def entry(
    content: str, *, title: str = "Harbour closed after crane falls", teaser: str = "", ident: str = "1"
) -> Entry:
    return Entry("https://news.example/rss", ident, title, url="https://news.example/a", content=content, teaser=teaser)


def texts(content: str) -> list[str]:
    return [block.text for block in clean(entry(f"<p>{PROSE}</p>{content}<p>{MORE}</p>")).blocks]


@pytest.mark.parametrize(
    "noise",
    [
        '<figure class="kg-card kg-bookmark-card"><a href="/x"><div>Another story</div><div>Its teaser text.</div></a></figure>',
        "<figure><img src='a.jpg'><figcaption>The crane in the water (Jo Doe / Norwick News)</figcaption></figure>",
        '<div class="wp-caption"><img src="a.jpg"><p class="wp-caption-text">The crane in the water</p></div>',
        '<blockquote class="twitter-tweet"><p>Crane down! pic.example/x</p>— Port (@port) <a href="x">Monday</a></blockquote>',
        '<div class="related"><a href="/n/2"><span>Security at the harbour</span><span>16117 views</span></a></div>',
        '<div class="sharedaddy"><h3>Share this:</h3><ul><li><a href="f">Facebook</a></li><li><a href="m">Mail</a></li></ul></div>',
        "<script>track()</script><style>p{}</style><iframe src='v'></iframe><noscript>Turn on scripts</noscript>",
        '<p><a href="https://news.example/b">Read more: Why cranes fall and what it costs the town</a></p>',
        '<p>The post <a href="/a">Harbour closed</a> appeared first on <a href="/">Norwick News</a>.</p>',
        '<p><a href="/a#c">12 Comments</a></p>',
        "<p>Advertisement</p>",
        '<p>Sign up to our newsletter <a href="/nl">here</a>.</p>',
        "<p>#harbour #crane #norwick</p>",
        "<p>Photo: Jo Doe / Norwick News</p>",
        "<p>By Jo Doe</p>",
        "<p>March 3, 2026 7:15 AM</p>",
        '<p><a href="/weiter">Weiterlesen</a></p>',
        '<p><a href="/next">Читать далее</a></p>',
        "<p>© 2026 Norwick News. All rights reserved.</p>",
        '<p style="display:none">Hidden words of a tracker</p>',
        "<h2>Harbour closed after crane falls</h2>",
    ],
)
def test_what_surrounds_an_article_goes(noise: str) -> None:
    assert texts(noise) == [PROSE, MORE]


@pytest.mark.parametrize(
    "part",
    [
        "Support for the closing grew in the town council after the engineers had spoken at length about the pier.",
        "Follow-up inspections found that the second crane is sound, and the third will be looked at next week.",
        "The mayor, who had read more than forty reports about the pier since the winter, did not comment on the matter.",
        "By Tuesday the crew had lifted the first parts of the crane out of the mud with two ships from the south.",
        "Photo collections from the year 1900 show the same pier, which the town has always used for its ferries.",
    ],
)
def test_prose_that_only_sounds_like_it_stays(part: str) -> None:
    assert part in texts(f"<p>{part}</p>")


@pytest.mark.parametrize(
    "closing",
    [
        "<p>The Norwick Harbour Team</p>",
        "<p>— Jo Doe</p>",
        "<p>La Redazione</p>",
        "<p>Jo Doe and Ann Roe</p>",
        "<p>JO DOE I ANN ROE /AGENCIES</p>",
        "<p>Norwick TV’s Jo Doe reports.</p>",
        "<p>Sam Poe contributed reporting from the islands.</p>",
        "<p>Translated from the Norse with the help of Ann Roe.</p>",
        '<p>Use code CRANE20 for 20% off your first order at <a href="https://s.example">the shop</a></p>',
        '<p>Credits: two ships, Jo Doe <a href="https://a.example/1">video</a> Ann Roe</p>',
        '<p><a href="/1">Jo Doe</a> — <a href="/2">Cranes</a> — <a href="/3">Piers</a> — <a href="/4">Ships</a> — <a href="/5">Mud</a></p>',
        "<p>Our stuff: shop.example.com/things - pictures.example.net/cranes</p>",
    ],
)
def test_what_closes_an_article_goes(closing: str) -> None:
    assert [b.text for b in clean(entry(f"<p>{PROSE}</p><p>{MORE}</p>{closing}")).blocks] == [PROSE, MORE]


def test_a_sections_name_in_a_line_of_its_own_goes() -> None:
    page = f'{PROSE}<br><a href="/harbour">Harbour</a>'
    assert [b.text for b in clean(entry(page)).blocks] == [PROSE]
    assert [b.text for b in clean(entry(f'{PROSE} <a href="/harbour">Harbour</a>')).blocks] == [f"{PROSE} Harbour"]


def test_kinds_of_blocks() -> None:
    page = (
        f"<h2>What happened</h2><p>{PROSE}</p><ul><li>one ferry</li><li>two cranes</li></ul><blockquote>It fell.</blockquote>"
        "<pre>load = 12\n  tons</pre><table><tr><td>Crane</td></tr><tr><td>Pier</td></tr></table>"
    )
    assert clean(entry(page)).blocks == (
        Block("heading", "What happened"),
        Block("paragraph", PROSE),
        Block("list", "one ferry\ntwo cranes"),
        Block("quote", "It fell."),
        Block("code", "load = 12\n  tons"),
        Block("table", "Crane\nPier"),
    )


def test_double_line_breaks_part_paragraphs() -> None:
    page = f"{PROSE}<br><br>{MORE}<br>{MORE}"
    assert [b.text for b in clean(entry(page)).blocks] == [PROSE, f"{MORE} {MORE}"]


def test_markup_escaped_twice_is_markup() -> None:
    page = f"&lt;p&gt;{PROSE}&lt;/p&gt;&lt;p&gt;{MORE} &amp;amp; more&lt;/p&gt;"
    assert [b.text for b in clean(entry(page)).blocks] == [PROSE, f"{MORE} & more"]


def test_a_headings_section_that_went_takes_it_along() -> None:
    page = '<h3>From elsewhere</h3><p><a href="/b">A longer headline of another article here</a></p><h3>Next</h3>'
    assert texts(page) == [PROSE, "Next", MORE]


# ---------------------------------------------------------------- what a feed teaches


def learned(*entries: Entry) -> Counter[str]:
    counts: Counter[str] = Counter()
    for one in entries:
        counts.update(fingerprints(one))
    return counts


def numbered(count: int, tail: str) -> list[Entry]:
    words = "one two three four five six seven eight nine ten".split()
    return [
        entry(
            f"<p>Story {words[n]} about {words[n]} things in the town. {PROSE}</p><p>{MORE} Ship {words[n]} waits.</p>{tail}",
            ident=str(n),
        )
        for n in range(count)
    ]


def test_a_closing_line_that_repeats_is_boilerplate_in_any_language() -> None:
    tail = "<p>Zprávy z přístavu pro vás připravuje redakce s láskou</p>"
    entries = numbered(6, tail)
    with_memory = clean(entries[0], boilerplate=learned(*entries))
    assert len(with_memory.blocks) == 2
    assert len(clean(entries[0]).blocks) == 3


def test_twice_is_not_yet_boilerplate() -> None:
    entries = numbered(2, "<p>The redaction wishes a good day</p>")
    assert len(clean(entries[0], boilerplate=learned(*entries)).blocks) == 3


def test_prose_that_opens_every_release_note_stays() -> None:
    opening = "An update to the game has been released and will be applied when you restart it."
    entries = [entry(f"<p>{opening}</p><ul><li>Fixed bug {n}</li></ul>", ident=str(n)) for n in range(3)]
    entries += numbered(4, "")
    assert clean(entries[0], boilerplate=learned(*entries)).blocks[0].text == opening


def test_memory_never_empties_an_entry() -> None:
    text = "The same long words stand in each entry of this feed, and nothing else is ever said by it, all year long."
    entries = [entry(f"<p>{text}</p>", ident=str(n)) for n in range(9)]
    assert clean(entries[0], boilerplate=learned(*entries)).blocks[0].text == text


def test_fingerprints_hold_the_count_once_and_leave_out_figures() -> None:
    found = fingerprints(entry(f"<p>{PROSE}</p><p>{PROSE}</p>", teaser=f"<p>{PROSE}</p>"))
    assert found.count(SEEN) == 1
    assert len(set(found)) == len(found)
    assert fingerprint("12 comments, 3 shares") == fingerprint("7 comments, 40 shares")
    assert fingerprint("12:30") == ""


def test_a_sites_name_behind_its_titles_goes_and_a_serial_number_stays() -> None:
    site = [entry(f"<p>{PROSE}</p>", title=f"Story {n} of the town - Norwick News", ident=str(n)) for n in range(5)]
    serial = [entry(f"<p>{PROSE}</p>", title=f"The long comic - Part {n}", ident=str(n)) for n in range(5)]
    assert clean(site[1], boilerplate=learned(*site)).title == "Story 1 of the town"
    assert clean(serial[1], boilerplate=learned(*serial)).title == "The long comic - Part 1"


def test_the_title_inside_a_line_is_left_out_of_its_fingerprint() -> None:
    lines = [
        f"<p>The piece {t} comes to you from our friends</p>"
        for t in ("Crane falls down", "Ferry sails again", "Pier is mended")
    ]
    entries = [
        entry(f"<p>{PROSE}</p><p>{MORE}</p>{line}", title=title, ident=title)
        for line, title in zip(lines, ("Crane falls down", "Ferry sails again", "Pier is mended"), strict=True)
    ]
    assert len(clean(entries[0], boilerplate=learned(*entries)).blocks) == 2


# ---------------------------------------------------------------- anything at all


@given(st.text(), st.text(max_size=200), st.text(max_size=200))
def test_any_text_is_accepted_and_comes_out_plain(content: str, title: str, teaser: str) -> None:
    made = entry(content, title=title, teaser=teaser)
    fingerprints(made)
    for text in (clean(made).title, clean(made).summary):
        assert not any(ord(character) < 32 or 0xD800 <= ord(character) < 0xE000 for character in text)
    assert len(clean(made).summary) <= 280


@pytest.mark.parametrize(
    "bomb",
    [
        "<div>" * 50_000,
        "<b><i>" * 20_000,
        "<table><tr><td>" * 20_000,
        "<" * 100_000,
        "&#x41;" * 50_000,
        "<ul><li>" * 30_000 + "x",
    ],
)
def test_hostile_nesting_takes_no_time(bomb: str) -> None:
    clean(entry(bomb + PROSE))  # the suite's time-out would end what hangs


def test_the_same_entry_gives_the_same_again() -> None:
    made = entry(f"<p>{PROSE}</p>", teaser=MORE)
    assert clean(made) == clean(made)
    assert clean(made).teaser == MORE
