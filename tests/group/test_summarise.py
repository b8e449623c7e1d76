"""Summaries as an editor would write them: whole sentences, the publisher's own where it is one, sources named where they differ."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.group.clean import clean, fingerprints
from digest.group.summarise import summarise
from digest.group.text.datelines import strip_dateline
from digest.group.text.extract import LIMIT, balanced
from digest.group.text.sentences import open_quote
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


def test_a_cut_sentence_alone_ends_with_a_clause() -> None:
    cut = "The harbour of Norwick was closed on Monday morning after a crane of forty tonnes with its load of grain fell into the water, the port auth..."
    assert summary("", teaser=cut) == cut.partition(", the")[0] + "…"


@pytest.mark.parametrize("size", [200, 250])
def test_a_text_that_ends_without_a_mark_where_a_field_is_full_was_cut(size: int) -> None:
    whole = f"{FIRST[:-1]}, which had warned of its age in autumn, while {THIRD[:-1].lower()} as they were in the years before it"
    printed = whole[: size - 20]
    assert printed not in summary("", teaser=whole[:size])
    assert printed in summary("", teaser=whole[: size + 1])  # a standfirst without its full stop


@pytest.mark.parametrize(
    "teaser",
    [
        "The harbour of Norwick was closed on...",  # half a clause
        "If the crane of forty tonnes that fell into the harbour of Norwick on Monday morning is not lifted by spring, the port...",
        "Jo Doe, Ann Roe, Sam Poe of the port authority of Norwick, Kim Loe of the ferry company of the islands, Max Moe and the...",
        "“The crane fell like a tree.”",
        "Write to jo.doe@harbour.example for the timetable of the ferries that sail instead until the spring.",
        "“The harbour will stay closed for as long as the crane of forty tonnes lies in the water, and nobody can tell for how"
        * 3,
    ],
)
def test_half_a_sentence_is_worse_than_none(teaser: str) -> None:
    assert summary("", teaser=teaser) == ""


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
        ("LA CHRONIQUE D'ÉRIC DOE - ", True),
        ("Summary: ", True),
        ("NORWICK, Norfolk/GENEVA (Reuters) - ", True),
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


@pytest.mark.parametrize(
    "aside",
    [
        "Here’s what you need to know.",
        "Photo by Jo Doe, Norwick Press.",
        "This episode is sponsored by a maker of cranes and ropes.",
        "The ferries that sail instead are listed below.",
        "Subscribe to our newsletter for more from the harbour.",
        "By Jo Doe, harbour correspondent of the Norwick paper",
        "Jo Doe, left, and Ann Roe looking at the crane in the harbour.",
        "(The pictures were taken on Tuesday, when the sun shone again.)",
        "Three harbour companies have since sued Gov.",
        "The captain said “the crane fell on us like a tree.",
        "Contents The fall The ferries The wreck and what is to be done about it",
    ],
)
def test_what_tells_nothing_of_the_matter_stays_out(aside: str) -> None:
    assert summary(f"<p>{aside}</p><p>{FIRST}</p><p>{aside}</p>") == FIRST


@pytest.mark.parametrize(
    "teaser",
    ["A crane falls into the harbour!", "Introducing: Norwick harbour", "And what else you need to know today."],
)
def test_what_adds_nothing_to_the_headline_is_no_summary(teaser: str) -> None:
    assert summary("", teaser=teaser) == ""


def test_a_standfirst_gets_its_full_stop_and_sentences_that_lost_their_space_get_it_back() -> None:
    standfirst = "Ferries to the islands sail from the old pier until the wreck is lifted in spring"
    assert summary("", teaser=standfirst) == f"{standfirst}."
    assert summary("", teaser=f"{FIRST}{THIRD}").startswith(f"{FIRST} The ferry")


def test_what_a_colon_leads_in_goes_with_it() -> None:
    assert (
        summary(f"<p>{FIRST}</p><p>The captain put it like this:</p><p>Trees fall, and so do cranes of that age.</p>")
        == FIRST
    )


def test_the_same_is_not_said_twice() -> None:
    chinese = "诺里克港口星期一因起重机落入水中而关闭，港口管理局这样说。"
    again = "诺里克港口在星期一因为起重机落入水中而关闭，港口管理局说。"
    assert summary("", teaser=chinese + again, title="起重机事故", language="zh") == chinese
    assert summary("", teaser=f"{FIRST} {FIRST[:-22]}, said the port authority.") == FIRST


def test_a_label_that_headline_and_text_share_is_said_once() -> None:
    said = summary("", teaser=f"Norwick harbour: {FIRST}", title="Norwick harbour: Crane falls")
    assert said == FIRST


def test_a_text_that_breaks_off_loses_its_last_sentence() -> None:
    assert summary(f"<p>{FIRST} The ferry to the islands sails from the</p>") == FIRST


def known(*entries: Entry) -> Counter[str]:
    counts: Counter[str] = Counter()
    for entry in entries:
        counts.update(fingerprints(entry))
    return counts


def test_a_feed_that_cuts_all_its_texts_at_one_length_is_found_out() -> None:
    cut = [
        Entry("f", str(n), f"{TITLE} {n}", content=f"{FIRST} {word} brought rain, and the ferry of the islands"[:150])
        for n, word in enumerate(("Monday", "Tuesday", "Friday", "Sunday"))
    ]
    assert clean(cut[0], boilerplate=known(*cut)).summary == FIRST
    assert clean(cut[0], boilerplate=known(cut[0])).summary != FIRST


def test_labels_and_paragraphs_that_a_feed_repeats_are_no_part_of_a_summary() -> None:
    notes = [
        Entry(
            "f",
            str(n),
            f"{TITLE} {n}",
            content=f"<p>The harbour letter, weekly: {FIRST} Crane {n} was old.</p><p>{THIRD}</p>",
        )
        for n in range(5)
    ]
    said = clean(notes[0], boilerplate=known(*notes)).summary
    assert said.startswith("The harbour of Norwick was closed")
    assert THIRD not in said


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
        "The crane that fell into Norwick harbour was 40 years old and due for repair, its owner admitted.",
    )
    done = summarise(story(told("https://a.example", FIRST), other), limit=280)
    assert done.summary == f"{FIRST} {other.summary}"


def test_the_same_again_adds_nothing() -> None:
    other = told(
        "https://b.example",
        "Norwick harbour was closed on Monday after a crane fell into the water, the port authority said.",
    )
    assert summarise(story(told("https://a.example", FIRST), other), limit=280).summary == FIRST


@pytest.mark.parametrize(
    "more",
    [
        "Could the crane that fell into Norwick harbour in 1999 have been saved by Captain Roe, who sold it?",  # asks
        "Norwick harbour stays shut since the heavy crane toppled over, according to people who work nearby.",  # in other words
    ],
)
def test_what_brings_no_new_figure_or_name_is_not_added(more: str) -> None:
    assert (
        summarise(story(told("https://a.example", FIRST), told("https://b.example", more)), limit=280).summary == FIRST
    )


def test_the_summary_is_of_the_entry_whose_headline_is_shown() -> None:
    other = told("https://b.example", THIRD, title="Ferries sail from the old pier")
    both = Story("s", (told("https://a.example", FIRST), other), other.title, language="en")
    assert summarise(both, limit=280).summary.startswith(THIRD)


def test_sources_that_differ_are_named() -> None:
    one = told("https://www.a.example", "A storm killed 12 people in Norwick on Monday, officials of the county said.")
    other = told(
        "https://www.b.example",
        "At least 15 people died as the Monday storm tore roofs off houses along Norwick's seafront.",
    )
    done = summarise(story(one, other), limit=280, names={other.feed: "The Other"})
    assert done.summary == f"{one.summary} The Other: {other.summary}"
    assert "b.example: At least 15" in summarise(story(one, other), limit=280).summary


CHINESE = """诺里克港口周一上午关闭，原因是一台四十吨重的起重机在暴风雨中倒入港池，港务局已将所有船只移走，渡轮改从北岸码头出发。
两名工人受轻伤，当天已经出院，打捞工作预计持续到明年春天，费用由承保这台机器的两家保险公司按合同各自承担一半。
市长在现场表示受影响的商家都会得到补偿，具体金额将在下周的会议上决定，铁路公司为前往群岛的旅客加开了三趟列车，车票价格不变。"""
JAPANESE = """台風で倒れた四十トンのクレーンが港をふさぎ、月曜日の朝から船の出入りが止まっていて、港湾局はすべての船を北岸に移動させた。
作業員二人が軽いけがをし、その日のうちに退院したが、引き揚げには春までかかり、費用は二つの保険会社が半分ずつ負担する見通しだ。
市長は現場で来週の会議で補償の額を決めると述べ、鉄道会社は島へ向かう客のために臨時列車を三本走らせ、運賃は変えないという。"""


@pytest.mark.parametrize(
    ("language", "title", "text"), [("zh", "起重机事故", CHINESE), ("ja", "クレーン事故", JAPANESE)]
)
def test_chinese_and_japanese_say_it_in_half_as_many_characters(language: str, title: str, text: str) -> None:
    """A summary takes as long to read in any language."""
    made = summary(f"<p>{text.replace(chr(10), '')}</p>", title=title, language=language)
    assert 60 < len(made) <= 140 < len(text)
    assert made.endswith("。")


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


def test_where_that_entry_says_nothing_a_rubric_of_another_does_not_speak_for_it() -> None:
    shown = told("a", "", title="Amber Line night train leaves Port Amity full")
    rubric = told("b", "Opinion, comment and editorials of the day.", title="The voices of the week")
    report = told("c", "The first night train in 31 years left with all 212 berths taken.", title="All aboard")
    assert summarise(replace(story(shown, rubric, report), title=shown.title), limit=280).summary == report.summary
    assert summarise(replace(story(shown, rubric), title=shown.title), limit=280).summary == ""
    elsewhere = told("d", "The theatre of Amity has sold a hundred thousand tickets.", title="A season of records")
    assert (
        summarise(replace(story(shown, elsewhere), title=shown.title), limit=280).summary == ""
    )  # the place is not enough


# ---------------------------------------------------------------- beside the headline, not of the matter


def test_a_standfirst_within_the_title_becomes_the_summary() -> None:
    told = clean(Entry("f", "1", f"The old crane — {THIRD}", content=f"<p>{THIRD}</p>"))
    assert (told.title, told.summary) == ("The old crane", THIRD)
    whole = clean(Entry("f", "1", f"Ferry: {THIRD}", content=f"<p>{THIRD}</p>"))
    assert whole.title == f"Ferry: {THIRD}"  # nothing would be left of it


def test_a_letter_is_no_summary_of_what_its_headline_lists() -> None:
    listed = "Cranes Fall Into Harbours, Ferries Sail At Night, Divers Cut Old Steel, Islands Go Without Bread"
    letter = "Last week my son asked me what a good life is, and I have thought about little else since he did."
    assert summary(f"<p>{letter}</p>", title=listed) == ""
    report = "Ferries sail at night from the old pier until the wreck is lifted, the company said on Tuesday."
    assert summary(f"<p>{letter}</p><p>{report}</p>", title=listed) == report
    obituary = "The harbour lost a man who had moved its heaviest loads for more than forty years, in storm and frost."
    assert summary(f"<p>{obituary}</p>", title=listed) == ""
    assert summary(f"<p>{obituary}</p>", title="Jo Doe, Crane Driver of Norwick, Dies at 84") == obituary


@pytest.mark.parametrize(
    "teaser",
    [
        "What does the fall of the crane mean for the ferries?",
        "Photos show the harbour where the crane falls.",
        "Note: the article about the harbour was translated from another language by a machine.",
        "Update: the times of the ferries that were given here yesterday have been put right.",
    ],
)
def test_teasers_echoes_and_notes_are_no_summary(teaser: str) -> None:
    assert summary("", teaser=teaser) == ""


@pytest.mark.parametrize(
    "tease",
    [
        "But will the harbour of Norwick ever be what it was?",
        "What a day for the people of the harbour and the islands!",
        "Wir fassen alles, was man weiß, zusammen.",
        "Jo Doe has the details.",
        "Here’s a short list of what sails from where.",
        "A crane falls into the harbour of Norwick, closing Norwick harbour.",  # the headline and the first sentence again
    ],
)
def test_behind_a_fact_no_tease_follows(tease: str) -> None:
    assert summary(f"<p>{FIRST} {tease}</p>") == FIRST
    assert summary(f"<p>{FIRST} {SECOND} {tease}</p>") == f"{FIRST} {SECOND}"


def test_no_summary_begins_within_a_sentence_or_with_a_question() -> None:
    rest = "and the ferry to the islands sails from the old pier until the wreck is lifted in spring."
    assert summary("", teaser=rest) == ""
    assert summary(f"<p>{rest}</p><p>{FIRST}</p>") == FIRST
    assert summary("", teaser=f"Have you ever seen a crane of forty tonnes fall like a tree? {FIRST}") == FIRST
    assert summary("", teaser=f"iPhone pictures show it. {FIRST}").startswith("iPhone pictures show it. The harbour")


def test_what_points_at_pictures_goes_and_the_rest_stays() -> None:
    assert summary("", teaser=f"Jo Doe, 41, pictured, and Ann Roe (left) saw it. {FIRST}").startswith(
        "Jo Doe, 41, and Ann Roe saw it."
    )
    assert summary(f"<p>{FIRST} Pictured, a boy looks at the crane.</p>") == FIRST


def test_behind_a_gap_no_pronoun_hangs() -> None:
    text = f"<p>{FIRST} (The pictures were taken on Tuesday.) They were lucky that it was early.</p>"
    assert summary(text) == FIRST


def test_an_answer_does_not_stand_without_its_question() -> None:
    assert (
        summary(f"<p>{FIRST} Was it the wind? Experts of the port authority do not believe that at all.</p>") == FIRST
    )


def test_what_a_text_says_again_may_be_passed_over() -> None:
    again = "A crane fell into the water of the harbour of Norwick on Monday."
    assert summary(
        f"<p>{FIRST}</p><p>{again} The wreck is to be lifted in March by two ships of the Danish navy.</p>"
    ).endswith(" The wreck is to be lifted in March by two ships of the Danish navy.")


def test_words_for_a_search_are_no_part_of_a_text() -> None:
    assert summary(f"<p>{FIRST} #harbour #crane #ferries</p>") == FIRST
    pier = FIRST.replace("the water", "the water at pier #3")
    assert summary(f"<p>{pier}</p>") == pier


@pytest.mark.parametrize(
    "stuck",
    [
        "The crane in its better days (1920)Once in a while a crane falls into the harbour and nobody is hurt by it.",
        "BackgroundCranes of forty tonnes are well known for falling into harbours where the wind is strong in winter.",
        "Location Northern harbours of the islands, and Norwick with its ferries (three piers, one of them closed).",
        "But cranes of forty tonnes are known for it, and the wind is strong in winter. Ships wait outside, and those who are on them wait for the pilot.",
    ],
)
def test_headings_captions_and_replies_open_no_summary(stuck: str) -> None:
    assert not summary(f"<p>{stuck}</p>").startswith(stuck[:30])


def test_inches_are_no_quote() -> None:
    said = 'The crane that fell into the harbour had wheels of 37" across and was due for repair, its owner said.'
    assert summary("", teaser=said) == said


KOREAN = "항만공사는 월요일 크레인이 바다에 떨어져 항구를 닫았다고 밝혔다."


@pytest.mark.parametrize(
    "text",
    [
        KOREAN,
        f"{KOREAN} 크레인이 물에 잠겨 있다. (사진=연합뉴스)",
        f"“봄까지 닫힌다”{KOREAN}",
        f"크레인 추락 항구 폐쇄 조치 여객선 운항 중단항만공사는{KOREAN.removeprefix('항만공사는')}",
    ],
)
def test_korean_captions_and_headlines_stay_out(text: str) -> None:
    assert summary("", teaser=text, title="크레인 추락…항만공사 “봄까지 폐쇄”", language="ko") == KOREAN


def test_korean_headlines_alone_are_no_summary() -> None:
    assert (
        summary("", teaser="크레인 추락 항구 폐쇄 조치 여객선 운항 중단 봄까지 복구…", title="항구", language="ko")
        == ""
    )
