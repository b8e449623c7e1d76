"""Topics that a reader names and no model was taught: found by what a text says, not only by its words."""

import numpy as np
import pytest

from digest.group.filing.named import leanings
from digest.group.meaning.vectors import default, unpack
from digest.model import TopicSpec

EMBEDDER = default()
TEXTS = [
    "Kyiv says Russian drones struck its power plants overnight",
    "The borrow checker now accepts more programs, and cargo builds faster",
    "Verstappen wins the Monaco Grand Prix ahead of Norris",
    "Bank of England holds interest rates",
]


def near(name: str, description: str = "") -> list[float]:
    """What each text leans towards a topic."""
    vectors = unpack(EMBEDDER.embed(TEXTS))
    return [float(x) for x in leanings([TopicSpec(name, description=description)], vectors, EMBEDDER)[:, 0]]


@pytest.mark.parametrize(("name", "text"), [("Ukraine", 0), ("Formula 1", 2), ("Interest rates", 3)])
def test_a_name_finds_its_text_without_its_word(name: str, text: int) -> None:
    found = near(name)
    assert int(np.argmax(found)) == text
    assert found[text] > 0.2
    assert sum(value > found[text] / 3 for value in found) == 1


def test_a_description_tells_what_an_ambiguous_name_means() -> None:
    plain, told = near("Rust"), near("Rust", description="the programming language, its compiler and cargo")
    assert told[1] > plain[1]
    assert int(np.argmax(told)) == 1


def test_topics_the_general_model_knows_are_left_to_it() -> None:
    assert near("Business") == [0.0] * 4


def test_entries_of_pinned_feeds_show_what_a_topic_is_about() -> None:
    """ "Our street" says nothing; what its feed writes about does, and too few examples say nothing."""
    examples = [
        "Residents of Mill Lane object to the new parking meters",
        "Parking on Mill Lane: the council hears residents",
        "New meters on Mill Lane from May, says the council",
    ]
    others = ["Council puts off parking meters after residents protest", "Verstappen wins the Monaco Grand Prix"]
    vectors, spec = unpack(EMBEDDER.embed(examples + others)), [TopicSpec("Our street")]
    without = leanings(spec, vectors, EMBEDDER)[:, 0]
    shown = leanings(spec, vectors, EMBEDDER, ["Our street"] * 3 + ["", ""])[:, 0]
    assert shown[3] > without[3] + 1
    assert shown[4] == without[4]
    assert np.array_equal(leanings(spec, vectors, EMBEDDER, ["Our street"] * 2 + [""] * 3)[:, 0], without)


def test_no_entries() -> None:
    assert leanings([TopicSpec("Ukraine")], np.zeros((0, 1), np.float32), EMBEDDER).shape == (0, 1)
