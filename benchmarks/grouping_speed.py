"""How fast stories are made, vectors given: `python -m benchmarks.grouping speed [--peers PYTHON] [--most N]`.

Days of 500, 1,000, 5,000 and 20,000 made-up entries, each in a process of its own: seconds (of the clock and of the
processor), peak memory, the growth exponent between one size and the next; how long importing and loading takes; and
what the sentence vectors cost that those days are given: milliseconds an entry of 64 tokens, on one core.
With `--peers`, the Python of an environment that has scikit-learn: its AgglomerativeClustering (average linkage) and
HDBSCAN over the same sentence vectors, as far as they come within `PATIENCE`.

The days are like real ones: words at the frequencies of `words.npz`, events of one to some hundred entries that share
names and rare words, sentence vectors as near within an event as real ones (0.65 in the mean), events of one theme share
some words and are a little alike (0.25). Nothing in them is anybody's text.
"""

import json
import math
import os
import resource
import statistics
import subprocess
import sys
import time
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

SIZES = (500, 1_000, 5_000, 20_000)
GOALS = {500: 0.5, 5_000: 4.0, 20_000: 25.0}  # seconds, on a quiet machine of two cores
VECTOR_GOAL = 15.0  # milliseconds of one core for an entry's vectors
EMBEDDED, ROUNDS = 150, 5  # entries whose vectors are made together, as a run makes at most, and how often
THEMES = 15
PATIENCE = 300  # seconds a peer may take
_BEGIN = datetime(2026, 3, 1, tzinfo=UTC)
_PEER = """
import json, sys, time
import numpy as np
from sklearn.cluster import HDBSCAN, AgglomerativeClustering
rows = np.load(sys.argv[2]).astype(np.float64)
made = {"agglomerative": lambda: AgglomerativeClustering(n_clusters=None, metric="cosine", linkage="average",
            distance_threshold=0.5), "hdbscan": lambda: HDBSCAN(min_cluster_size=2, metric="euclidean")}[sys.argv[1]]()
begin = time.perf_counter()
labels = made.fit_predict(rows)
print(json.dumps([time.perf_counter() - begin, len(set(labels.tolist()))]))
"""


def made_up(n: int, seed: int = 1) -> tuple[list[object], NDArray[np.float32]]:
    """Entries of a day, and their vectors."""
    from digest.group.meaning.vectors import SENTENCE, weights, word_vectors
    from digest.model import Entry

    draw = np.random.default_rng(seed)
    stored = weights("words.npz")
    words = np.array(zlib.decompress(bytes(stored["vocabulary"])).decode("utf-8").split("\n"))
    packed = np.asarray(stored["vectors"], np.uint8)
    square = ((packed & 15).astype(np.float64) - 8) ** 2 + ((packed >> 4).astype(np.float64) - 8) ** 2
    length = np.clip(np.sqrt(square.sum(1)) * stored["scale"].astype(np.float64).ravel(), 1e-3, 0.99999)
    frequency = 1e-3 * (1 / length - 1)
    plain = np.array([word.isascii() and word.isalpha() for word in words])
    words, frequency = words[plain], frequency[plain] / frequency[plain].sum()
    rare = frequency**0.5 / (frequency**0.5).sum()
    themes = _unit(draw.standard_normal((THEMES, SENTENCE)))
    jargon = [draw.choice(words, 60, p=rare) for _ in range(THEMES)]
    entries: list[object] = []
    sentences = np.zeros((n, SENTENCE), np.float32)
    while len(entries) < n:
        size = min(n - len(entries), max(1, int(draw.pareto(1.3) + 0.6)), 30 + n // 100)
        own = [w.capitalize() if k < 5 else w for k, w in enumerate(draw.choice(words, 14, p=rare))]
        theme = draw.integers(THEMES)
        centre = _unit(draw.standard_normal((1, SENTENCE)) + 0.6 * math.sqrt(SENTENCE) * themes[theme])
        for _ in range(size):
            noise = _unit(draw.standard_normal((1, SENTENCE)))
            sentences[len(entries)] = _unit(centre + 0.73 * noise)[0]
            title = [
                *draw.choice(own, 5, replace=False),
                *draw.choice(jargon[theme], 1),
                *draw.choice(words, 3, p=frequency),
            ]
            text = [*draw.choice(own, 9), *draw.choice(jargon[theme], 5), *draw.choice(words, 40, p=frequency)]
            feed = f"https://outlet{draw.integers(max(20, n // 15))}.example/rss"
            when = _BEGIN + timedelta(minutes=int(draw.integers(1440)))
            entries.append(
                Entry(
                    feed, f"{len(entries)}", " ".join(map(str, title)), teaser=" ".join(map(str, text)), published=when
                )
            )
    of_words = word_vectors([f"{e.title}. {e.teaser}" for e in entries if isinstance(e, Entry)])
    return entries, _unit(np.hstack([sentences, of_words]))


def _unit(rows: NDArray[np.floating]) -> NDArray[np.float32]:
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(length, 1e-9), np.float32)


def measure(n: int) -> dict[str, float]:
    """One day, in this process: seconds, processor seconds, MB at the peak, stories."""
    from digest.group import stories
    from digest.model import Entry

    made, vectors = made_up(n)
    entries = [entry for entry in made if isinstance(entry, Entry)]
    stories.shipped_background(), stories.shipped_pairs()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    begin, spent = time.perf_counter(), time.process_time()
    groups = stories.group(entries, vectors)
    return {
        "seconds": time.perf_counter() - begin,
        "processor": time.process_time() - spent,
        "before": before,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "stories": len(groups.clusters),
        "largest": max(map(len, groups.clusters)),
    }


def embedding() -> list[float]:
    """Milliseconds of the processor that an entry's vectors take, in this process, each round's; loading not counted."""
    from digest.group.meaning.vectors import content_text, default
    from digest.model import Entry

    texts = [content_text(entry) for entry in made_up(EMBEDDED)[0] if isinstance(entry, Entry)]
    embedder = default()
    embedder.embed(texts[:1])
    took: list[float] = []
    for _ in range(ROUNDS):
        begin = time.process_time()
        embedder.embed(texts)
        took.append((time.process_time() - begin) * 1e3 / len(texts))
    return took


def loading() -> tuple[float, float]:
    """Seconds to import what makes stories, and with it to load every model, in a fresh process."""
    code = (
        "import time; t = time.perf_counter()\n"
        "from digest.group import stories\nfrom digest.group.meaning import vectors\n"
        "stories.shipped_background(), stories.shipped_pairs(); a = time.perf_counter() - t\n"
        "vectors.default().embed(['A headline']); print(a, time.perf_counter() - t)"
    )
    took = [_run([sys.executable, "-c", code]).split() for _ in range(3)]
    return min(float(a) for a, _ in took), min(float(b) for _, b in took)


def _run(command: list[str], **variables: str) -> str:
    environment = {**os.environ, **variables}
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=PATIENCE, env=environment).stdout


def speed(*, most: int, peers: Path | None) -> None:
    """Print it all."""
    words, everything = loading()
    print(f"import and load: {words:.2f} s for stories, {everything:.2f} s with every model (goal 0.5 s)")
    one_core = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    rounds = json.loads(_run([sys.executable, "-m", "benchmarks.grouping_speed", "vectors"], **one_core))
    print(
        f"sentence vectors: {statistics.median(rounds):.1f} ms an entry on one core, {rounds[0]:.1f} the first time "
        f"(goal {VECTOR_GOAL:g} ms)",
        flush=True,
    )
    took: list[tuple[int, float]] = []
    for n in (size for size in SIZES if size <= most):
        one = json.loads(_run([sys.executable, "-m", "benchmarks.grouping_speed", str(n)]))
        goal = f", goal {GOALS[n]:g} s" if n in GOALS else ""
        grown = ""
        if took:
            grown = f", grown with exponent {math.log(one['processor'] / took[-1][1]) / math.log(n / took[-1][0]):.2f}"
        took.append((n, one["processor"]))
        print(
            f"{n:6} entries: {one['seconds']:.2f} s ({one['processor']:.2f} s of the processor){goal}{grown}; "
            f"{one['peak']:.0f} MB at the peak, {one['before']:.0f} before; {one['stories']:.0f} stories, "
            f"the largest of {one['largest']:.0f}",
            flush=True,
        )
        if peers:
            _beside(peers, n)


def _beside(python: Path, n: int) -> None:
    from digest.group.meaning.vectors import SENTENCE

    with TemporaryDirectory() as folder:
        rows = Path(folder) / "rows.npy"
        np.save(rows, _unit(made_up(n)[1][:, :SENTENCE]))
        for name in ("agglomerative", "hdbscan"):
            try:
                seconds, found = json.loads(_run([str(python), "-c", _PEER, name, str(rows)]))
                print(f"       scikit-learn {name}: {seconds:.2f} s, {found} groups", flush=True)
            except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
                print(f"       scikit-learn {name}: none ({type(error).__name__})", flush=True)


if __name__ == "__main__":
    print(json.dumps(embedding() if sys.argv[1] == "vectors" else measure(int(sys.argv[1]))))
