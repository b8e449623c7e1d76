"""How fast entries are cleaned and summarised, and how that grows: `python -m benchmarks.words`.

Full-text entries of the corpus beside the checkout where it is, of our own making elsewhere; one process, one core. The
claim: 1,000 full-text entries cleaned and summarised in 3 s at most; fingerprints (taken of every new entry) in a tenth of it.
"""

import sys
import time

from benchmarks.cleaner import CORPUS, entries
from benchmarks.summaries import feeds
from digest.group.clean import clean, fingerprints
from digest.group.summarise import summarise
from digest.model import Entry, Story

FULL = 1_500  # characters of markup
_SENTENCE = (
    "The council of town number {0} met on Monday and spoke about the bridge, which {0} people want to see built. "
)


def full_text() -> list[Entry]:
    """At least 1,000 entries that carry their article."""
    found: list[Entry] = []
    if CORPUS.is_dir():
        for feed in feeds():
            found += [entry for entry in entries(feed) if len(entry.content) > FULL]
            if len(found) >= 2_500:
                return found
    made = ["".join(f"<p>{_SENTENCE.format(n + k) * 4}</p>" for k in range(12)) for n in range(1_000)]
    return found + [Entry("https://a.example", str(n), f"Town {n}", content=text) for n, text in enumerate(made)]


def timed(some: list[Entry]) -> tuple[float, float]:
    """Seconds of one core to clean and summarise, and to take fingerprints."""
    start = time.process_time()
    for entry in some:
        tidy = clean(entry, boilerplate={"": 30})
        summarise(Story("s", (tidy,), tidy.title), limit=280)
    middle = time.process_time()
    for entry in some:
        fingerprints(entry)
    return middle - start, time.process_time() - middle


def main() -> int:
    found = full_text()
    timed(found[:50])  # caches and compiled patterns
    claimed = 0.0
    for count in (250, 500, 1_000, 2_000):
        some = found[:count]
        cleaning, prints = timed(some)
        size = sum(len(entry.content) for entry in some) / len(some) / 1000
        rate = cleaning / len(some) * 1000
        claimed = cleaning if count == 1_000 else claimed
        print(
            f"{len(some):5} entries of {size:.1f} KB: cleaned and summarised in {cleaning:.2f} s ({rate:.2f} ms each), fingerprints {prints:.2f} s"
        )
    return 0 if claimed <= 3.0 else 1


if __name__ == "__main__":
    sys.exit(main())
