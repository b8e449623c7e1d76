"""What kind of text an entry is: a diary's day is doubted more than a report, before its sentences are looked at."""

import numpy as np
import pytest

from digest.group.clean import clean
from digest.group.kinds import against
from digest.group.meaning.vectors import SENTENCE, TOPICS, WORDS, default, unpack
from digest.group.summarise import summarise
from digest.model import Block, Entry, Story

REPORTS = [
    "Crane falls into Norwick harbour. The harbour was closed on Monday after a crane fell into the water, the port authority said.",
    "Kran stürzt in den Hafen von Norwick. Der Hafen ist seit Montag gesperrt, wie die Behörde mitteilte.",
]
CHAT = [
    "Some days are like that. I meant to write about the boat, but you know how it goes with me, so here is a picture of my tea.",
    "Comic 417: The long wait. Sorry it is late again, I had a cold, and thanks to everybody who wrote to me about the last one!",
]
FACT = "The harbour of Norwick was closed on Monday after a crane fell into the water, the port authority said."


def test_chat_is_doubted_more_than_a_report() -> None:
    doubts = against(unpack(default().embed([*REPORTS, *CHAT])))
    assert doubts[:2].max() < doubts[2:].min()


@pytest.mark.parametrize("width", [1, 64, SENTENCE + WORDS + TOPICS])
def test_without_a_sentence_vector_nothing_is_said(width: int) -> None:
    assert against(np.zeros((3, width), np.float32)).tolist() == [0.0, 0.0, 0.0]


def test_the_words_alone_say_nothing() -> None:
    assert against(unpack(default().quick(REPORTS))).tolist() == [0.0, 0.0]


@pytest.mark.parametrize(("kind", "told"), [(-1.0, FACT), (0.0, FACT), (6.0, "")])
def test_what_the_kind_of_text_says_counts_for_the_summary(kind: float, told: str) -> None:
    assert clean(Entry("f", "1", "Crane", content=f"<p>{FACT}</p>", language="en"), against=kind).summary == told


@pytest.mark.parametrize("limit", [120, 280, 500])
def test_an_entry_found_to_yield_no_summary_gives_none_at_another_limit(limit: int) -> None:
    entry = Entry("f", "1", "Crane", blocks=(Block("paragraph", FACT),), language="en")
    assert summarise(Story("s", (entry,), "Crane"), limit=limit).summary == ""
