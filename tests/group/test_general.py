"""The general topic model: what it reads, what the sentence model's branch says, and the labels that it is fitted on."""

import csv
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.group.filing import general
from digest.group.filing.features import characters, place_texts, places, words
from digest.group.filing.general import log_probabilities
from digest.group.filing.lexicon import BUILT_IN
from digest.group.meaning.vectors import SENTENCE, TOPICS, WORDS, default, parts, topic_logs, unpack, vectors_of
from digest.model import Entry

LABELS = Path(__file__).parents[2] / "tools" / "labels" / "topics.tsv"
EMBEDDER = default()


def entry(title: str, teaser: str = "", url: str = "", categories: tuple[str, ...] = ()) -> Entry:
    return Entry(feed="f", ident=title, title=title, teaser=teaser, url=url, categories=categories)


def said(*entries: Entry, feed_title: str = "") -> list[str]:
    """The likeliest topic of each."""
    logs = log_probabilities(entries, vectors_of(entries, {}, EMBEDDER), [feed_title] * len(entries))
    return [BUILT_IN[i] for i in logs.argmax(1)]


def test_a_vector_carries_what_the_branch_says_through_the_cache() -> None:
    texts = ["Arsenal beat Chelsea 3-1 to win the FA Cup final", "Парламент принял бюджет на будущий год"]
    rows = unpack(EMBEDDER.embed(texts))
    logs = topic_logs(rows)
    assert rows.shape == (2, SENTENCE + WORDS + TOPICS)
    assert np.exp(logs[0]).sum() == pytest.approx(1, abs=0.02)  # half precision
    assert [BUILT_IN[i] for i in logs.argmax(1)] == ["Sport", "Politics"]  # whatever the letters


def test_without_sentence_vectors_nothing_is_said() -> None:
    rows = unpack(EMBEDDER.quick(["Arsenal beat Chelsea 3-1 to win the FA Cup final"]))
    assert not topic_logs(rows).any()
    assert not topic_logs(rows[:, : SENTENCE + WORDS]).any()
    sentence, of_words = parts(rows)
    assert not sentence.any()
    assert np.linalg.norm(of_words) == pytest.approx(1, abs=1e-3)


def test_where_the_sentence_model_has_not_read_words_tell_the_topic() -> None:
    true = {
        "Central bank lifts interest rates by half a point. Shares fell and the currency gained.": "Business",
        "Striker scores twice as champions win the cup final. The home side came from behind in extra time.": "Sport",
        "Hospitals report more measles cases. Doctors ask parents to have toddlers vaccinated.": "Health",
        "Parliament votes on the new pension law. The coalition holds a majority of two seats.": "Politics",
        "Telescope finds water vapour around a distant planet. Astronomers measured its star's light.": "Science",
        "Notenbank hebt die Zinsen an. Die Inflation bleibt hoch, Aktien geben nach.": "Business",
        "Festival eröffnet mit einem Film über zwei Schwestern. Die Regisseurin erhielt viel Beifall.": "Culture",
        "Vacuna contra el dengue reduce los ingresos hospitalarios. Los médicos siguieron a dos mil niños.": "Health",
    }
    entries = [entry(title, teaser) for title, _, teaser in (text.partition(". ") for text in true)]
    logs = log_probabilities(entries, unpack(EMBEDDER.quick(list(true))), [""] * len(true))
    right = [BUILT_IN[i] == topic for i, topic in zip(logs.argmax(1), true.values(), strict=True)]
    assert sum(right) >= 7


def test_what_stands_beside_a_text_does_not_change_its_row() -> None:
    text, long = (
        "Central bank raises interest rates",
        "A much longer text about rain, rivers and dams in the hills " * 3,
    )
    alone, beside = unpack(EMBEDDER.embed([text])), unpack(EMBEDDER.embed([long, text]))
    assert np.allclose(alone[0], beside[1], atol=2e-3)


@pytest.mark.parametrize(
    ("section", "category", "topic"), [("sport/football", "Football", "Sport"), ("culture/film", "Film", "Culture")]
)
def test_the_place_of_an_entry_counts_where_its_words_say_little(section: str, category: str, topic: str) -> None:
    vague = "A long night, and a longer morning"
    one = [entry(vague), entry(vague, url=f"https://a.example/{section}/1", categories=(category,))]
    logs = log_probabilities(one, vectors_of(one, {}, EMBEDDER), ["", ""])
    without, placed = np.exp(logs[:, BUILT_IN.index(topic)])
    assert placed > 5 * without


@pytest.mark.parametrize(
    ("title", "topic"),
    [
        ("Bundesliga: Dortmund gewinnt das Spiel gegen Leipzig mit 3:1", "Sport"),
        ("Сборная выиграла чемпионат мира по хоккею", "Sport"),
        ("La banque centrale relève ses taux face à l'inflation", "Business"),
    ],
)
def test_other_languages(title: str, topic: str) -> None:
    assert said(entry(title)) == [topic]


def test_what_is_read() -> None:
    one = entry("Hafenarbeiter streiken", "Der Streik", "https://www.a.example/wirtschaft/x.html", ("Streik & Lohn",))
    assert "g hafe" in characters(one)
    assert len(characters(one)) == len(set(characters(one)))
    assert words(one)["w streik"] > words(one)["w der"]
    assert {"c streik lohn", "u wirtschaft", "ut Business", "h a.example"} <= set(places(one, ""))
    assert place_texts(one, "Blatt") == ("Streik & Lohn", "wirtschaft", "Blatt")


@settings(max_examples=40, deadline=None)
@given(title=st.text(max_size=80), teaser=st.text(max_size=80), url=st.text(max_size=40), feed=st.text(max_size=20))
def test_any_text_gets_probabilities(title: str, teaser: str, url: str, feed: str) -> None:
    one = entry(title, teaser, f"https://a.example/{url}", (teaser[:20],))
    logs = log_probabilities([one], unpack(EMBEDDER.quick([title])), [feed])
    assert np.isfinite(logs).all()
    assert np.exp(logs).sum() == pytest.approx(1, abs=1e-3)


def test_no_entries() -> None:
    assert log_probabilities([], np.zeros((0, 1), np.float32), []).shape == (0, len(BUILT_IN))


def test_the_labels_hold_topics_and_keys_and_no_text() -> None:
    with LABELS.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))
    assert {row["topic"] for row in rows} == set(BUILT_IN)
    assert max(Counter((row["feed"], row["key"]) for row in rows).values()) == 1
    assert not [row["key"] for row in rows if " " in row["key"]]


def test_all_models_together_are_small_enough_to_ship() -> None:
    models = Path(general.__file__).parents[1] / "models"
    assert sum(path.stat().st_size for path in models.iterdir() if path.is_file()) <= 30_000_000
