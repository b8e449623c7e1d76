"""What a day's surest entries teach the rest of it, and where they are not asked."""

import numpy as np
import pytest

from digest.group import topics
from digest.group.filing.lexicon import BUILT_IN, around, meanings_of
from digest.group.filing.taught import doubt, surest, taught
from digest.group.meaning.vectors import SENTENCE, TOPICS, WORDS, default
from digest.model import Entry, FeedSource, TopicSpec

TOPIC_COUNT, EACH = 3, 60


def day(seed: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """True topics, vectors that tell them plainly, and log-probabilities that are right about most, sure of few."""
    draw = np.random.default_rng(seed)
    true = np.repeat(np.arange(TOPIC_COUNT), EACH)
    vectors = draw.standard_normal((len(true), SENTENCE + WORDS + TOPICS)).astype(np.float32) * 0.2
    vectors[:, SENTENCE + WORDS :] = 0
    vectors[np.arange(len(true)), true] += 3
    scores = draw.standard_normal((len(true), TOPIC_COUNT))
    scores[np.arange(len(true)), true] += 1.2
    return true, vectors, (scores - np.log(np.exp(scores).sum(1, keepdims=True))).astype(np.float32)


def right(logs: np.ndarray, true: np.ndarray) -> float:
    """Share of entries whose best topic is the true one."""
    return float((logs.argmax(1) == true).mean())


def test_the_surest_teach_the_rest() -> None:
    """Four of five become nearly all, and rows stay probabilities."""
    true, vectors, logs = day()
    after = taught(logs, vectors, 1.0, None)
    assert right(logs, true) < 0.85
    assert right(after, true) > 0.95
    assert np.exp(after).sum(1) == pytest.approx(1, abs=1e-4)


def test_a_few_entries_teach_nothing() -> None:
    """Fewer than fifty."""
    _, vectors, logs = day()
    assert taught(logs[::6], vectors[::6], 1.0, None) is not logs
    assert np.array_equal(taught(logs[::6], vectors[::6], 1.0, None), logs[::6])


def test_the_doubtful_learn_more() -> None:
    """What a model that knows such days says is changed less."""
    _, vectors, logs = day()
    calm, wild = (np.abs(taught(logs, vectors, doubtful, None) - logs).mean() for doubtful in (0.0, 1.0))
    assert 0 < calm < wild


def test_what_fits_no_topic_neither_teaches_nor_changes() -> None:
    """The column of Other."""
    _, vectors, logs = day()
    other = 2
    rest = logs.argmax(1) == other
    after = taught(logs, vectors, 1.0, other)
    assert np.allclose(after[rest], logs[rest], atol=1e-5)
    assert np.allclose(after[:, other], logs[:, other], atol=1e-4)


def test_the_order_of_entries_does_not_matter() -> None:
    """Turned round, the same is said of each."""
    _, vectors, logs = day(2)
    assert np.allclose(taught(logs, vectors, 1.0, None)[::-1], taught(logs[::-1], vectors[::-1], 1.0, None), atol=1e-3)


def test_no_topic_is_left_without_a_teacher() -> None:
    """Five at least, where there are five."""
    said = np.full((200, 2), [0.9, 0.1], np.float32)
    said[:6] = [0.4, 0.6]
    kept = surest(said, 0.1, 4_000)
    assert (kept < 6).sum() == 5
    assert (kept >= 6).sum() == 19


def test_doubt_grows_as_certainty_falls() -> None:
    """Sure of all, of none, of nothing."""
    sure = np.log(np.full((10, 10), 0.01) + np.eye(10) * 0.9)
    assert doubt(sure) == 0
    assert doubt(np.log(np.full((10, 10), 0.1))) == 1
    assert doubt(np.zeros((0, 10), np.float32)) == 0


def _strange_day(n: int = 80) -> tuple[list[Entry], np.ndarray, np.ndarray]:
    """Half about the borrow checker, half about rates, which the general model knows nothing of."""
    texts = [
        "Cargo and the borrow checker of the Rust compiler",
        "The central bank leaves interest rates where they are",
    ]
    entries = [Entry(feed=f"f{i % 2}", ident=str(i), title=f"{texts[i % 2]}, part {i}") for i in range(n)]
    packed = default().embed([entry.title for entry in entries])
    vectors = np.stack([np.frombuffer(row, "<f2").astype(np.float32) for row in packed])
    return entries, np.full((n, len(BUILT_IN)), np.log(1 / len(BUILT_IN)), np.float32), vectors


def test_a_whole_day_is_filed_and_says_why() -> None:
    """What was learnt is told as evidence; a pin is never overruled by it."""
    entries, general, vectors = _strange_day()
    specs = [TopicSpec("Compilers"), TopicSpec("Loans")]
    sources = {"f1": FeedSource("f1", topic="Compilers")}
    filed = topics.file_day(entries, {}, specs, {}, general, vectors, default())
    assert [one.topic for one in filed[:2]] == ["Compilers", "Loans"]
    assert any("surest entries" in e.text for one in filed for e in one.evidence)
    pinned = topics.file_day(entries, sources, specs, {}, general, vectors, default())
    assert {one.topic for one in pinned} == {"Compilers"}
    assert topics.file_day([], {}, specs, {}, general[:0], vectors[:0], default()) == ()


def test_the_models_own_division_of_the_news_is_left_to_it() -> None:
    """All ten names, in any language, and others beside them."""
    entries, general, vectors = _strange_day()
    names = [*BUILT_IN[:-1], "Compilers"]
    filed = topics.file_day(entries, {}, [TopicSpec(n) for n in names], {}, general, vectors, default())
    assert not any("surest entries" in e.text for one in filed for e in one.evidence)


@pytest.mark.parametrize(
    ("name", "takes", "part_of"),
    [
        ("Sci/Tech", {"Science", "Technology"}, set()),
        ("Science & technology", {"Science", "Technology"}, set()),
        ("Wirtschaft und Politik", {"Business", "Politics"}, set()),
        ("Formula 1", set(), {"Sport"}),
        ("Film & TV", set(), {"Culture"}),
        ("Bed and Breakfast", set(), set()),
        ("Sports & Games", {"Sport"}, {"Culture"}),
        ("Rust", set(), set()),
    ],
)
def test_names_take_topics_or_are_parts_of_them(name: str, takes: set[str], part_of: set[str]) -> None:
    """One, two or none."""
    assert meanings_of(name) == takes
    assert around(name) == part_of


def test_without_sentence_vectors_a_name_is_found_by_words_and_nothing_is_taught() -> None:
    """As on a day in a hurry."""
    entries = [Entry("f", str(i), f"Ukraine: power plants of Kyiv repaired, day {i}") for i in range(30)]
    entries += [Entry("f", str(i), f"Central bank leaves interest rates alone, week {i}") for i in range(30, 60)]
    packed = default().quick([entry.title for entry in entries])
    vectors = np.stack([np.frombuffer(row, "<f2").astype(np.float32) for row in packed])
    general = np.full((60, len(BUILT_IN)), np.log(0.02), np.float32)
    general[:, BUILT_IN.index("World")] = np.log(0.82)
    specs = topics.specs_for([TopicSpec("Ukraine"), TopicSpec("World")])
    filed = topics.file_day(entries, {}, specs, {}, general, vectors, default())
    assert [one.topic for one in filed] == ["Ukraine"] * 30 + ["World"] * 30
    assert not any("surest entries" in e.text for one in filed for e in one.evidence)
