"""Where the bytes go: every byte is counted once, whatever the HTML is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.preview.weigh import INLINE, LINKS, MARKUP, OUTLOOK, SHEETS, WORDS, by_kind, by_place

SAMPLE = (
    "<head><style>a{}</style></head><body>"
    '<!--[if mso]><table><![endif]--><p style="color:red">Grüße</p>'
    "<h2>News <b>&amp;</b> views</h2><a href='https://x.example/?a=1>2' class=c>x</a><h2>Town</h2>bye</body>"
)


def test_kinds_of_a_known_page() -> None:
    """Each kind's bytes, counted by hand."""
    sizes = {part.name: part.bytes for part in by_kind(SAMPLE)}
    assert sizes[SHEETS] == len("<style>a{}</style>")
    assert sizes[OUTLOOK] == len("<!--[if mso]><table><![endif]-->")
    assert sizes[INLINE] == len('"color:red"')
    assert sizes[LINKS] == len("'https://x.example/?a=1>2'")
    assert sizes[WORDS] == len("GrüßeNews &amp; viewsxTownbye".encode())
    assert sizes[MARKUP] == len(SAMPLE.encode()) - sum(sizes[k] for k in (SHEETS, OUTLOOK, INLINE, LINKS, WORDS))


def test_places_of_a_known_page() -> None:
    """The head, the masthead, and each section by its heading."""
    places = by_place(SAMPLE)
    assert [part.name for part in places] == ["Head", "Masthead", "News & views", "Town"]
    assert places[-1].bytes == len("<h2>Town</h2>bye</body>")


ODD = st.text(st.sampled_from("<>/=\"'-! \nhref style src h2 body [if] é漢\ud800"), max_size=400)


@pytest.mark.parametrize("weigh", [by_kind, by_place])
@given(html=ODD)
def test_every_byte_is_counted_once(weigh: object, html: str) -> None:
    """The parts add up to the whole, of the oddest input too."""
    assert callable(weigh)
    assert sum(part.bytes for part in weigh(html)) == len(html.encode("utf-8", "surrogatepass"))
