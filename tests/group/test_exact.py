"""The same on every machine: other kernels of OpenBLAS, other vector units, other batches, the same vectors and stories."""

import hashlib
import math
import os
import subprocess
import sys
from datetime import UTC, datetime
from functools import lru_cache
from itertools import zip_longest

import numpy as np
import pytest

from digest.group import stories, topics
from digest.group.filing.general import log_probabilities
from digest.group.meaning import exact
from digest.group.meaning.vectors import STEPS, default, parts, unpack
from digest.model import Entry, TopicSpec

TEXTS = (
    "The dam at Lake Orrin gave way after days of rain; two villages below it were evacuated before dawn.",
    "Der Staudamm am Orrinsee ist nach tagelangem Regen gebrochen, zwei Dörfer wurden rechtzeitig geräumt.",
    "Le barrage du lac Orrin a cédé après plusieurs jours de pluie ; deux villages ont été évacués.",
    "La presa del lago Orrin cedió tras días de lluvia y dos pueblos fueron evacuados a tiempo.",
    "Плотина на озере Оррин рухнула после нескольких дней дождя, две деревни эвакуированы.",
    "连日降雨后，奥林湖大坝决口，两个村庄的居民已经撤离。",
    "オリン湖のダムが数日間の雨のあと決壊し、二つの村の住民が避難した。",
    "انهار سد بحيرة أورين بعد أيام من المطر، وأُخليت قريتان.",
    "סכר אגם אורין קרס אחרי ימים של גשם, ושני כפרים פונו.",
    "कई दिनों की बारिश के बाद ओरिन झील का बाँध टूट गया, दो गाँव खाली कराए गए।",
    "Zapora na jeziorze Orrin runęła po wielu dniach deszczu, ewakuowano dwie wsie.",
    "Orrin Gölü'ndeki baraj günlerce süren yağmurun ardından yıkıldı, iki köy boşaltıldı.",
    "Chess",
    "42",
    "🙂",
    "",
)
LANGUAGES = "en de fr es ru zh ja ar he hi pl tr".split()
PINNED = ("e5-words-topics-5", "ebacd05f0791208dd44b36e28c4e003e9ce92693d7ccdcb0da85093cc2578403")
TOPICS = [TopicSpec(name) for name in ("Floods", "Chess", "World", "Other")]  # two that no model was taught
NOW = datetime(2026, 3, 1, tzinfo=UTC)


def many() -> list[str]:
    """The texts, and others made of them: of all lengths, and more than pass through a layer together."""
    words = " ".join(TEXTS).split()
    return [*TEXTS, *(" ".join(words[start : start + 3 + start]) for start in range(0, 44, 2))]


@lru_cache(maxsize=1)
def vectors() -> list[bytes]:
    """Of all the texts."""
    return default().embed(many())


@lru_cache(maxsize=1)
def edition() -> str:
    """Vectors, stories with their probabilities, and topics of all the texts, in short."""
    entries = [
        Entry(f"https://outlet{i % 5}.example/rss", str(i), text[:60], teaser=text, seen=NOW, language=language)
        for i, (text, language) in enumerate(zip_longest(many(), LANGUAGES, fillvalue=""))
    ]
    rows = unpack(vectors())
    general = log_probabilities(entries, rows, ["Wire"] * len(entries))
    filed = topics.file_day(entries, {}, TOPICS, {}, general, rows, default())
    groups = stories.group(entries, rows)
    told = (groups.clusters, sorted(groups.pairs.items()), general.tolist(), [filing.topic for filing in filed])
    return hashlib.sha256(b"".join(vectors()) + repr(told).encode()).hexdigest()


def _hash(vectors: list[bytes]) -> str:
    return hashlib.sha256(b"".join(vectors)).hexdigest()


def test_vectors_are_those_of_every_machine() -> None:
    """The bytes that all machines gave so far: where this fails, stored vectors are no longer worth what they say.

    After other weights, or another way to compute, the embedder's name changes, and both are written anew here.
    """
    assert (default().name, _hash(default().embed(TEXTS))) == PINNED


@pytest.mark.parametrize(
    "other",
    [
        {"OPENBLAS_CORETYPE": "Haswell"},
        {"OPENBLAS_CORETYPE": "Nehalem", "OPENBLAS_NUM_THREADS": "1"},
        {"OPENBLAS_CORETYPE": "Prescott", "NPY_DISABLE_CPU_FEATURES": "X86_V3"},
    ],
    ids=lambda other: "-".join(other.values()),
)
def test_another_processor_gives_the_same_edition(other: dict[str, str]) -> None:
    """Kernels add in another order, fuse or do not; numpy without the wider vector units. Where they are not known (on
    another architecture) the variables do nothing."""
    say = "from tests.group.test_exact import edition; print(edition())"
    told = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", say], env=os.environ | other, capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == edition()


def test_a_vector_does_not_depend_on_what_stands_beside_it() -> None:
    """Alone, or in any order among others."""
    together, turned = vectors(), default().embed(many()[::-1])
    assert together == turned[::-1]
    assert together[:3] == [default().embed([text])[0] for text in TEXTS[:3]]


def test_cosines_are_exact() -> None:
    """In steps so coarse that every order of summation gives the same."""
    sentence, words = parts(unpack(vectors()))
    for rows in (sentence, words):
        assert np.array_equal(rows * STEPS, np.rint(rows * STEPS))
        turned = np.ascontiguousarray(rows[:, ::-1])
        whole = (rows * STEPS).astype(np.int64)
        assert np.array_equal(rows @ rows.T, turned @ turned.T)
        assert np.array_equal(rows @ rows.T, (whole @ whole.T) / STEPS**2)


def _product(outputs: int, inputs: int, parts: int) -> tuple[exact.Product, np.ndarray]:
    draw = np.random.default_rng(1)
    matrix = np.clip(np.rint(draw.standard_normal((outputs, inputs)) * 4), -16, 15).astype(np.int8)
    scale, bias = np.full(outputs, 0.01, np.float32), np.arange(outputs, dtype=np.float32)
    return exact.Product(matrix, scale, bias, steps=40, parts=parts), matrix


@pytest.mark.parametrize("parts", [1, 2])
def test_a_product_is_the_matrix_product_to_its_rounding(parts: int) -> None:
    """Whole numbers of the right size in, their sums out, to one step; long rows are rounded more coarsely."""
    product, matrix = _product(30, 384, parts)
    rows = (np.rint(np.random.default_rng(2).standard_normal((7, 384)) * 20) / 40).astype(np.float32)
    rows[3] *= 64
    told, true = product(rows), rows.astype(np.float64) @ (matrix.T * 0.01) + np.arange(30)
    coarse = np.ones((7, 1))
    coarse[3] = 64
    assert (np.abs(told - true) <= coarse * parts * 0.011 / 40 + 1e-4).all()


def test_gelu_attention_and_norm_are_what_they_stand_for() -> None:
    """Beside the textbook's formulas in float64."""
    x = np.linspace(-9, 9, 4000, dtype=np.float32).reshape(40, 100)
    true = [v * (1 + math.erf(v / math.sqrt(2))) / 2 for v in x.ravel().tolist()]
    wide = x / np.float32(exact.GELU_UNIT)
    exact.gelu(wide)
    assert np.abs(wide.ravel() * exact.GELU_UNIT / 2 - true).max() < 1e-3
    draw = np.random.default_rng(3)
    q, k, v = (np.rint(draw.standard_normal((1, 2, 50, 32)) * 48).astype(np.float32) for _ in range(3))
    odds = np.exp((q.astype(np.float64) @ k.swapaxes(-1, -2)) / 48**2 / math.sqrt(32))
    assert np.abs(exact.attended(q, k, v) - odds @ v / odds.sum(-1, keepdims=True)).max() < 0.5
    rows = (draw.standard_normal((5, 384)) * 3 + 1).astype(np.float32)
    wanted = (rows - rows.mean(1, keepdims=True)) / rows.std(1, keepdims=True)
    exact.normalise(rows, (np.ones(384, np.float32), np.zeros(384, np.float32)))
    assert np.abs(rows - wanted).max() < 1e-3
