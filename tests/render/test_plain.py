"""Feed text made safe: cuts, links, directions, columns; with hostile input from hypothesis."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.render.plain import (
    URL_LIMIT,
    clean,
    cut,
    direction,
    host,
    is_generic,
    link,
    not_an_address,
    sentences,
    without_schemes,
)
from digest.render.textwidth import width, wrap

ANY = st.text(st.characters(exclude_categories=()), max_size=300)


@given(ANY)
def test_clean_leaves_one_harmless_line(text: str) -> None:
    """No line end, control, bidi control or surrogate; cleaning twice changes nothing."""
    done = clean(text)
    assert clean(done) == done
    assert not any(unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") for c in done)
    assert not set(done) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@given(ANY, st.integers(1, 80))
def test_cuts_are_never_longer_than_asked(text: str, limit: int) -> None:
    """And what fits stays as it is."""
    for shorter in (cut(text, limit), sentences(text, limit)):
        assert len(shorter) <= limit
        assert shorter == text or len(text) > limit


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("They met in Belarus on Nov. 8 to talk. More words follow here.", "They met in Belarus on Nov. 8 to talk."),
        ("The U.S. Senate voted on it. And then there was more to say.", "The U.S. Senate voted on it."),
        ("It came from Iran. The rest of it was from some other place.", "It came from Iran."),
        ("He asked “why?” Nobody had an answer that was any good to him", "He asked “why?”"),
    ],
)
def test_sentences_end_where_they_end(text: str, expected: str) -> None:
    """Not after abbreviations."""
    assert sentences(text, 44) == expected


@given(ANY)
def test_links_are_ascii_http_or_nothing(url: str) -> None:
    """Whatever a feed calls an address."""
    for text in (url, "https://example.com/" + url, "https://" + url):
        found = link(text)
        assert found == "" or (found.startswith(("http://", "https://")) and found.isascii())
        assert not set(found) & set(" \"'<>\r\n\t`\\")
        assert len(found) <= URL_LIMIT
        assert link(found) == found


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.com/ä?q=ö#ü", "https://example.com/%C3%A4?q=%C3%B6#%C3%BC"),
        ("https://münchen.example/", "https://xn--mnchen-3ya.example/"),
        ("HTTPS://Example.com/a b", "https://example.com/a%20b"),
        ("https://example.com/%7Euser?a=1&b=2", "https://example.com/%7Euser?a=1&b=2"),
        ("https://user:secret@example.com/", ""),
        ("javascript:alert(1)", ""),
        ("https://example.com:99999/", ""),
        ("https://[::1]:80/x", "https://[::1]:80/x"),
        ("", ""),
    ],
)
def test_link(url: str, expected: str) -> None:
    """Percent-encoded, the host in its wire form, credentials refused."""
    assert link(url) == expected


@given(ANY, st.integers(0, 10))
def test_wrapped_text_keeps_its_words_and_its_columns(text: str, indent: int) -> None:
    """72 columns but for addresses; nothing but white space changes."""
    text = clean(text)
    lines = wrap(text, indent).split("\n")
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(width(line) <= 76 or "://" in line for line in lines)


def test_wrap_cjk_and_hanging_indent() -> None:
    """Wide characters take two columns; punctuation does not begin a line; the first line has its mark."""
    lines = wrap("老港口的夜市周末重新开放，" * 8, 3, "1. ").split("\n")
    assert lines[0].startswith("1. ")
    assert lines[1].startswith("   ")
    assert all(width(line) <= 74 for line in lines)
    assert not any(line.strip().startswith("，") for line in lines)


def test_direction() -> None:
    """The language's, else the first strong character's."""
    assert (direction("abc", "ur"), direction("123 שלום"), direction("123"), direction("x", "de")) == (
        "rtl",
        "rtl",
        "",
        "ltr",
    )


def test_words_for_links() -> None:
    """Generic words are known; addresses lose what makes mail clients warn; hosts lose their path."""
    assert is_generic("Read more →")
    assert not is_generic("Read more about bridges")
    assert without_schemes("see https://www.bank.example/x and www.b.example") == "see bank.example/x and b.example"
    assert not_an_address("Booking.com is fined", "https://news.example/1") == "“Booking.com” is fined"
    assert not_an_address("example.com, the site", "https://www.example.com/") == "example.com, the site"
    assert host("https://user:secret@www.example.com/token") == "example.com"


def test_a_sentence_too_long_ends_where_a_clause_does() -> None:
    """Rather than after a preposition; a comma within a number is none, and one too early does not count."""
    vote = "The Assembly has passed the Tidal Mills Act by 61 votes to 59, clearing the way for power stations in the sound"
    assert sentences(vote, 100) == "The Assembly has passed the Tidal Mills Act by 61 votes to 59…"
    assert sentences("Growers, it is said, brought in 4,100 tonnes of apples", 60).endswith("apples")
    assert sentences("Growers, they say, brought in some 4,100 tonnes of apples this year", 50).endswith(" tonnes…")
    assert sentences("市政府表示从晚上十一点开始执行，两百多个摊位回到了码头", 20) == "市政府表示从晚上十一点开始执行…"


def test_leeway_saves_the_first_sentence() -> None:
    """Only if it ends within; where a sentence ends earlier nothing is added."""
    one = "The bridge over the Lune carries traffic again from Monday."
    two = f"{one} Engineers replaced rivets."
    assert sentences(one, 40, leeway=20) == one
    assert sentences(two, 40, leeway=20) == one
    assert sentences(two, 40, leeway=10).endswith("…")
    assert sentences(two, 60, leeway=40) == one
