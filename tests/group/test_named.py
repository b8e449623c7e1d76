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
    assert sorted(found)[-2] < found[text] - 1


def test_a_description_tells_what_an_ambiguous_name_means() -> None:
    plain, told = near("Corrosion"), near("Corrosion", description="the programming language Rust, its compiler, cargo")
    assert told[1] > plain[1] + 1
    assert int(np.argmax(told)) == 1


def test_a_name_with_a_common_second_meaning_needs_no_description() -> None:
    """Who asks for Rust means the language; who describes it is taken at his word."""
    plain, told = near("Rust"), near("Rust", description="iron that decays, and how it is painted over")
    assert int(np.argmax(plain)) == 1
    assert plain[1] > told[1] + 1


def test_topics_the_general_model_knows_are_left_to_it() -> None:
    assert near("Business") == [0.0] * 4


def test_entries_of_pinned_feeds_show_what_a_topic_is_about() -> None:
    """ "Folder 3" says nothing; what its feed writes about does, and too few examples say nothing."""
    examples = [
        "Residents of Mill Lane object to the new parking meters",
        "Parking on Mill Lane: the council hears residents",
        "New meters on Mill Lane from May, says the council",
    ]
    others = ["Council puts off parking meters after residents protest", "Verstappen wins the Monaco Grand Prix"]
    vectors, spec = unpack(EMBEDDER.embed(examples + others)), [TopicSpec("Folder 3")]
    without = leanings(spec, vectors, EMBEDDER)[:, 0]
    shown = leanings(spec, vectors, EMBEDDER, ["Folder 3"] * 3 + ["", ""])[:, 0]
    assert shown[3] > without[3] + 1
    assert shown[4] == without[4]  # nothing in common
    assert np.array_equal(leanings(spec, vectors, EMBEDDER, ["Folder 3"] * 2 + [""] * 3)[:, 0], without)


def test_where_the_model_is_in_doubt_the_names_that_it_knows_speak_too() -> None:
    """And Other is as near as the nearest built-in topic that nobody asked for."""
    vectors = unpack(
        EMBEDDER.embed(["The team won the league and the cup", "Share prices fall as companies lose money"])
    )
    specs = [TopicSpec("Sport"), TopicSpec("Other")]
    assert not leanings(specs, vectors, EMBEDDER).any()
    sport, other = leanings(specs, vectors, EMBEDDER, doubt=1.0).T
    assert sport[0] > other[0]
    assert other[1] > sport[1]


def test_two_names_of_one_meaning_are_told_apart_by_what_they_say() -> None:
    """To the general model both are World."""
    vectors = unpack(EMBEDDER.embed(["The European Union and India sign a trade pact", "Man arrested after a robbery"]))
    abroad, crime = leanings([TopicSpec("International"), TopicSpec("Crime reports, world")], vectors, EMBEDDER).T
    assert abroad[0] > crime[0]
    assert crime[1] > abroad[1]


def test_no_entries() -> None:
    assert leanings([TopicSpec("Ukraine")], np.zeros((0, 1), np.float32), EMBEDDER).shape == (0, 1)
