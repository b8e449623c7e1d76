"""The judge of sentences: chat, slogans and calls are doubted, facts are not, however short they are."""

from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.group.clean import clean
from digest.group.text.worth import Sentence, doubt
from digest.model import Entry

TITLE = "Crane falls into Norwick harbour"
FIRST = "The harbour of Norwick was closed on Monday after a crane fell into the water, the port authority said."
CHAT = [
    "If you’ve been wondering what we are up to, here you go!",
    "I promise I’ll get back to talking about the boat soon, but you know how it is with us.",
    "Sorry for being so quiet here, I hope you all had a good time!",
]
FACTS = [
    FIRST,
    "The ferry to the islands sails from the old pier until the wreck is lifted in spring.",
    "Der Hafen von Norwick ist seit Montag gesperrt, nachdem ein Kran ins Wasser gestürzt war.",
    "Порт Норвика закрыли в понедельник после того, как в воду упал кран, сообщили власти города.",
    "항만공사는 월요일 크레인이 바다에 떨어져 항구를 닫았다고 밝혔다.",
    "诺里克港口星期一因起重机落入水中而关闭，港口管理局这样说。",
]


def opening(text: str) -> Sentence:
    return Sentence(text, 0, "paragraph", 0, len(text))


@pytest.mark.parametrize("chat", CHAT)
def test_chat_is_doubted_more_than_any_fact(chat: str) -> None:
    assert doubt(opening(chat), TITLE, language="en") > 2 * max(doubt(opening(fact), TITLE) for fact in FACTS)


@pytest.mark.parametrize("chat", CHAT)
def test_what_is_doubted_opens_no_summary_and_follows_none(chat: str) -> None:
    told = [
        clean(Entry("f", "1", TITLE, content=f"<p>{text}</p>", language="en")).summary
        for text in (chat, f"{FIRST} {chat}")
    ]
    assert told == ["", FIRST]


@pytest.mark.parametrize("fact", ["Nobody was hurt.", "Two ferries sank.", "The port has 40 cranes."])
def test_a_short_fact_stays(fact: str) -> None:
    assert clean(Entry("f", "1", TITLE, content=f"<p>{FIRST} {fact}</p>", language="en")).summary == f"{FIRST} {fact}"


@pytest.mark.parametrize("fact", FACTS)
def test_facts_are_printed_in_any_language(fact: str) -> None:
    assert clean(Entry("f", "1", "Crane", content=f"<p>{fact}</p>")).summary == fact


@given(st.text(max_size=300), st.text(max_size=80), st.lists(st.text(max_size=80), max_size=3))
def test_any_text_can_be_judged(text: str, title: str, before: list[str]) -> None:
    assert 0 <= doubt(Sentence(text, 3, "list", 7, 900), title, before, language="en") <= 1


def test_the_weights_are_small() -> None:
    assert (resources.files("digest.group") / "models" / "worth.json").stat().st_size < 100_000  # type: ignore[attr-defined]
