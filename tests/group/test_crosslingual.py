"""One event in several languages: real weights, made-up words."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from digest.group import stories
from digest.group.meaning.vectors import centred, default, parts, unpack, vectors_of
from digest.group.pairs import crosslingual
from digest.group.pairs.alignment import worded
from digest.model import Entry

NOW = datetime(2026, 3, 1, 7, tzinfo=UTC)
Said = tuple[str, str, str]

DAM: tuple[Said, ...] = (
    ("en", "Dam at Lake Orrin gives way after days of rain", "Two villages below it were evacuated before dawn."),
    ("de", "Staudamm am Orrinsee bricht nach tagelangem Regen", "Zwei Dörfer unterhalb wurden noch vor Morgengrauen geräumt."),
    ("fr", "Le barrage du lac Orrin cède après plusieurs jours de pluie", "Deux villages en aval ont été évacués avant l'aube."),
    ("ru", "Плотина на озере Оррин рухнула после нескольких дней дождя", "Две деревни ниже по течению эвакуировали до рассвета."),
)  # fmt: skip
OTHERS: tuple[Said, ...] = (
    ("en", "Central bank holds interest rates at four per cent", "Inflation is falling more slowly than it had hoped."),
    ("de", "Neuer Roman von Ada Felsing gewinnt den Buchpreis", "Die Jury lobte die leise Sprache der Autorin."),
    ("fr", "Une nouvelle ligne de tram relie l'hôpital au port", "Les premières rames circuleront dès lundi matin."),
    ("ru", "Учёные вырастили в космосе первый урожай пшеницы", "Зёрна вернутся на Землю в апреле."),
)  # fmt: skip
# of one kind, on one day, in two places
MATCHES: tuple[Said, ...] = (
    ("en", "Rovers beat Harbour United 2-0 to go top", "Two late goals from Dara Quill decided the match."),
    ("de", "Adlerhorst schlägt Neustein mit 3:1 und bleibt Zweiter", "Drei Tore nach der Pause entschieden die Partie."),
)  # fmt: skip


def entries(*said: Said) -> list[Entry]:
    """Each of an outlet of its own, an hour old."""
    return [
        Entry(
            feed=f"https://outlet{i}.example/rss",
            ident=title,
            title=title,
            teaser=teaser,
            language=language,
            published=NOW - timedelta(hours=1),
        )
        for i, (language, title, teaser) in enumerate(said)
    ]


def told(made: list[Entry]) -> stories.Groups:
    """Their stories."""
    return stories.group(made, vectors_of(made, {}, default()))


def test_one_event_in_four_languages_is_one_story() -> None:
    """Latin and Cyrillic, with nothing shared but the lake's name, where it is written alike at all."""
    groups = told(entries(*DAM, *OTHERS))
    assert (0, 1, 2, 3) in groups.clusters
    assert all(len(cluster) == 1 for cluster in groups.clusters if cluster != (0, 1, 2, 3))


def test_events_of_one_kind_stay_apart() -> None:
    """Their sentences are alike, their places and numbers are not."""
    assert told(entries(*MATCHES)).clusters == ((0,), (1,))


def test_the_reason_says_that_it_crosses_languages() -> None:
    """In words, with what each sign weighs."""
    groups = told(entries(*DAM[:2]))
    (why,) = groups.evidence[groups.clusters.index((0, 1))]
    assert "in two languages: one event at" in why.text
    assert "of the headlines' words" in why.text
    assert why.weight == pytest.approx(groups.pairs[0, 1], abs=1e-3)


def test_what_language_nobody_knows_is_compared_as_of_one() -> None:
    """A feed that does not say, and a text too short to tell: no pair of two languages."""
    made = [replace(one, language="") for one in entries(*DAM[:2])]
    vectors = stories.known_vectors(made, vectors_of(made, {}, default()))
    assert not vectors.across(np.array([0]), np.array([1])).any()
    mixed = [*entries(DAM[0], DAM[2]), *made[1:]]
    vectors = stories.known_vectors(mixed, vectors_of(mixed, {}, default()))
    assert vectors.across(np.array([0, 0, 1]), np.array([1, 2, 2])).tolist() == [True, False, False]


def test_a_day_in_one_language_pays_nothing() -> None:
    """However its feeds write the tag."""
    made = [replace(one, language=tag) for one, tag in zip(entries(*DAM[:2]), ("en-GB", "en_us"), strict=True)]
    vectors = stories.known_vectors(made, vectors_of(made, {}, default()))
    assert vectors.languages is None
    assert vectors.centred is None


def test_only_the_most_alike_are_looked_at_where_there_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bound on what a day of many languages costs."""
    made = entries(*DAM)
    vectors = stories.known_vectors(made, vectors_of(made, {}, default()))
    first, second = np.triu_indices(len(made), 1)
    assert len(crosslingual.worthwhile(vectors, first, second)) == 6
    monkeypatch.setattr(crosslingual, "MOST", 2)
    kept = crosslingual.worthwhile(vectors, first, second)
    alike = vectors.cosines(first, second).meaning
    assert sorted(alike[kept]) == sorted(alike)[-2:]


def test_centred_on_their_languages_texts_of_one_meaning_are_nearer() -> None:
    """The same in German and Russian, beside another text in German."""
    said = (DAM[1], DAM[3], OTHERS[1])
    rows = unpack(default().embed([f"{title}. {teaser}" for _, title, teaser in said]))
    plain, _ = parts(rows)
    own = centred(rows, [language for language, _, _ in said])
    assert own[0] @ own[1] - own[0] @ own[2] > plain[0] @ plain[1] - plain[0] @ plain[2]
    assert np.array_equal(centred(rows, ["tlh"] * 3), plain)  # a language nobody has a mean of


def test_words_find_their_partners() -> None:
    """By meaning in another language; by spelling where no one knows them, numbers too; 0 beside an empty text."""
    texts = [("Regen in Quorvath", "141"), ("Rain in Quorvath", "141"), ("Interest rates", ""), ("", "")]
    words = worded(texts)
    first, second = np.array([0, 0, 0]), np.array([1, 2, 3])
    (same, other, none) = words.aligned(first, second)
    assert (same > 0.65).all()
    assert (other < same - 0.3).all()
    assert none.tolist() == [0, 0]
    assert words.aligned(second, first).tolist() == pytest.approx(words.aligned(first, second))
