"""Summaries as an editor would write them: whole sentences, the publisher's own where it is one, sources named where they differ."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.group.clean import clean
from digest.group.extract import LIMIT, balanced, strip_dateline
from digest.group.sentences import open_quote
from digest.group.summarise import summarise
from digest.model import Block, Entry, Story

FIRST = "The harbour of Norwick was closed on Monday after a crane fell into the water, the port authority said."
SECOND = "Nobody was hurt."
THIRD = "The ferry to the islands sails from the old pier until the wreck is lifted in spring, and tickets stay valid."
ARTICLE = f"<p>{FIRST} {SECOND}</p><p>{THIRD}</p>"
TITLE = "Crane falls into Norwick harbour"


def summary(content: str = ARTICLE, *, teaser: str = "", title: str = TITLE, language: str = "en") -> str:
    return clean(Entry("https://a.example/f", "1", title, teaser=teaser, content=content, language=language)).summary


def test_the_publishers_own_summary_is_used() -> None:
    own = (
        "A crane that fell into the water has closed Norwick's harbour, and ferries leave from another pier for months."
    )
    assert summary(teaser=f"<p>{own}</p>") == own


@pytest.mark.parametrize(
    "teaser",
    [
        "",
        TITLE,
        FIRST[:60] + "…",
        FIRST[:60] + " [...]",
        FIRST[:60],  # the first words, cut without a mark
        "<p>Read more</p>",
        f'<p>{FIRST[:70]}... <a href="/a">Continue reading</a></p>',
    ],
)
def test_else_the_text_says_what_happened(teaser: str) -> None:
    assert summary(teaser=teaser).startswith(f"{FIRST} {SECOND}")


def test_a_cut_teaser_alone_keeps_its_whole_sentences() -> None:
    assert summary("", teaser=f"{FIRST} Nobody was hurt in the acc…") == FIRST


def test_a_cut_sentence_alone_ends_at_a_word() -> None:
    text = summary(
        "", teaser="The harbour of Norwick was closed on Monday after a crane fell into the water, the port auth..."
    )
    assert text.endswith("…")
    assert len(text) > 40


def test_the_title_is_not_said_again() -> None:
    assert summary(f"<p>{TITLE}</p>") == ""
    assert summary(f"<p>{TITLE}.</p><p>{FIRST}</p>").startswith("The harbour")


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("KYIV, Nov 8 (Reuters) — ", True),
        ("WASHINGTON (AP) — ", True),
        ("NORWICK, England (AP) - ", True),
        ("München (dpa/lby) - ", True),
        ("PARIS, 3 mars (Reuters) - ", True),
        ("МОСКВА, 5 авг — РИА Новости. ", True),
        ("VIDEO - ", True),
        ("By Jo Doe and Ann Roe NORWICK/GENEVA, Feb 17 (Reuters) - ", True),
        ("[Norwick FM] Nairobi -- ", True),
        ("Norwick (Example News) - ", True),
        ("Not a dateline: ", False),
        ("Arbeitsminister Heil (SPD) sagt: ", False),
        ("The U.S. (and others) - ", False),
    ],
)
def test_datelines(text: str, rest: bool) -> None:
    assert strip_dateline(text + FIRST) == (FIRST if rest else text + FIRST)
    assert strip_dateline(
        "新华社北京11月8日电 诺里克港口星期一因起重机落入水中而关闭，港口管理局这样说，没有人受伤，渡轮照常开行。"
    ).startswith("诺里克")


def test_no_sentence_hangs_in_the_air() -> None:
    text = summary(f"<p>He said it was bad.</p><p>But then it got worse.</p><p>{FIRST}</p>")
    assert text == FIRST


def test_addresses_and_markup_stay_out() -> None:
    text = summary(
        f"<p>See https://a.example/x for the map of it all.</p><p>{FIRST}</p><p>Use the &lt;b&gt; tag with care.</p>"
    )
    assert text == FIRST


def test_lines_without_an_end_get_one() -> None:
    assert summary(f"<p>Port authority says the wreck will stay until spring</p><p>{FIRST}</p>").startswith(
        "Port authority says the wreck will stay until spring. The harbour"
    )


@given(st.text(alphabet="ab .!?…\"“”«»()'<>&;…你。", max_size=600), st.text(max_size=60))
def test_rules_hold_for_any_text(text: str, title: str) -> None:
    said = summary(f"<p>{text}</p>", title=title)
    assert len(said) <= LIMIT
    assert not open_quote(said)
    assert "http" not in said


@pytest.mark.parametrize(
    ("text", "whole"), [("He said “yes.", "He said yes."), ("(a) b (c", "(a) b c"), ('"a" "b', '"a" b')]
)
def test_a_lone_quote_is_taken_out(text: str, whole: str) -> None:
    assert balanced(text) == whole


# ---------------------------------------------------------------- stories


def told(feed: str, text: str, *, title: str = TITLE, words: int = 456) -> Entry:
    return Entry(
        feed, "1", title, url=f"{feed}/1", summary=text, blocks=(Block("paragraph", text),), language="en", words=words
    )


def story(*entries: Entry) -> Story:
    return Story("s", entries, TITLE, language="en")


def test_one_source_keeps_its_own() -> None:
    done = summarise(story(told("https://www.a.example", FIRST)), limit=280)
    assert (done.summary, done.minutes) == (FIRST, 2.0)


def test_another_source_adds_what_is_new() -> None:
    other = told(
        "https://b.example",
        "The crane that fell into Norwick harbour was forty years old and due for repair, its owner admitted.",
    )
    done = summarise(story(told("https://a.example", FIRST), other), limit=280)
    assert done.summary == f"{FIRST} {other.summary}"


def test_the_same_again_adds_nothing() -> None:
    other = told(
        "https://b.example",
        "Norwick harbour was closed on Monday after a crane fell into the water, the port authority said.",
    )
    assert summarise(story(told("https://a.example", FIRST), other), limit=280).summary == FIRST


def test_sources_that_differ_are_named() -> None:
    one = told("https://www.a.example", "A storm killed 12 people in Norwick on Monday, officials of the county said.")
    other = told(
        "https://www.b.example",
        "At least 15 people died as the Monday storm tore roofs off houses along Norwick's seafront.",
    )
    done = summarise(story(one, other), limit=280, names={other.feed: "The Other"})
    assert done.summary == f"{one.summary} The Other: {other.summary}"
    assert "b.example: At least 15" in summarise(story(one, other), limit=280).summary


def test_other_limits() -> None:
    long = Entry(
        "f",
        "1",
        TITLE,
        content=ARTICLE + "<p>Divers from the south will cut the steel into eleven parts.</p>",
        language="en",
    )
    tidy = clean(long)
    assert len(summarise(story(tidy), limit=120).summary) <= 120
    assert len(tidy.summary) < len(summarise(story(tidy), limit=600).summary) <= 600


def test_a_story_without_words_has_no_summary() -> None:
    assert summarise(story(told("https://a.example", "")), limit=280).summary == ""
