"""Every summary of the corpus against the house's rules: `python -m benchmarks.summaries [--sample N]`.

Checked: no markup, no entity, no address, within the limit, no word cut in two, quotes balanced, the entry's language,
not the title over again. Printed: how many entries have a summary, how many break which rule, and why the others have
none, and the share for the days of news outlets. What the kind of text speaks against a summary is known of a fixed
sample of `SHARE` entries and of those read; the other summaries are looked at for broken rules alone. `--sample N` prints
N of the sample's at random (fixed seed) to be read and judged. Three minutes.

Read and judged (`labels/summaries.jsonl`: feed, key, the summary's hash, none of its text) are 4,740 so far; 2,700 of them
by stricter readers, at most fourteen a feed, who said of each sentence (its hash) why it is bad, or nothing. How many of
those that still stand were found bad is printed too. Bad is what a good editor would not print beside the headline: cut, or
begun in the middle; about something else; boilerplate, caption, credit, label, list run together, greeting, a call to do
something; a mere tease; nothing beyond the title; another language; leaning on words that were left out. One bad sentence
makes a bad summary. Rules were mended on all but those marked `fresh`, which were drawn and read when the rules were done.
"""

import html
import json
import random
import re
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any

from benchmarks.cleaner import CORPUS, LABELS, entries, learned
from digest.group.clean import clean
from digest.group.kinds import against
from digest.group.meaning.vectors import content_text, default, unpack
from digest.group.text.extract import LIMIT
from digest.group.text.language import detect, primary
from digest.group.text.letters import letters
from digest.group.text.sentences import open_quote, split
from digest.model import Entry

SHARE = 4_000  # entries that the share of summaries is taken of
_TAG = re.compile(r"</?[a-zA-Z][\w-]*(?:\s[^<>]*)?/?>")
_ENTITY = re.compile(r"&(?:#\d+|#x[0-9a-fA-F]+|[a-zA-Z]{2,8});")
_ADDRESS = re.compile(r"(?i)https?://|www\.\w")


def feeds() -> list[str]:
    """Every feed file of the corpus, real ones and whole days."""
    found = [*CORPUS.glob("real/*"), *CORPUS.glob("sameday/*/*")]
    return sorted(
        str(path.relative_to(CORPUS)) for path in found if path.suffix in {".xml", ".json", ".rss", ".atom", ".rdf"}
    )


def labels() -> list[dict[str, Any]]:
    """What reading said, a row a summary."""
    return [json.loads(line) for line in (LABELS / "summaries.jsonl").read_text("utf-8").splitlines()]


def kinds(some: Sequence[Entry]) -> dict[str, float]:
    """Text that is embedded -> what the kind of text speaks against a summary, as on the morning of an edition."""
    texts = list(dict.fromkeys(content_text(entry) for entry in some))
    return dict(zip(texts, against(unpack(default().embed(texts))).tolist(), strict=True))


def source_text(entry: Entry) -> str:
    """All plain text a summary may have come from."""
    return " ".join(html.unescape(re.sub(r"<[^<>]*>", " ", entry.teaser + " " + entry.content)).split())


def faults(entry: Entry) -> list[str]:
    """Which rules a cleaned entry's summary breaks."""
    text = entry.summary
    checks = {
        "markup": bool(_TAG.search(text)),
        "entity": bool(_ENTITY.search(text)),
        "address": bool(_ADDRESS.search(text)),
        "too long": len(text) > LIMIT,
        "quotes": bool(open_quote(text)),
        "the title": letters(text) == letters(entry.title),
        "language": bool(entry.language) and primary(detect(text, entry.language)) != entry.language,
    }
    found = [name for name, broken in checks.items() if broken]
    last = re.search(r"([^\W\d_]+)\W*$", text)
    spaced = entry.language not in ("zh", "ja", "th")
    if (
        text.endswith("…")
        and last
        and spaced
        and not re.search(rf"(?<![^\W\d_]){re.escape(last[1])}(?![^\W\d_])", source_text(entry))
    ):
        found.append("word cut")
    return found


def read(having: Iterable[Entry]) -> str:
    """What reading said of the summaries that still are what they were."""
    rows = labels()
    judged = {(row["key"], row["hash"]): row for row in rows}
    met = {}
    for entry in having:
        mark = (" ".join(entry.key.split()), _mark(entry.summary))
        if mark in judged:
            met[mark] = judged[mark]
    bad = sum(not row["good"] for row in met.values())
    drawn = [row["good"] for row in rows if row["fresh"] and "sentences" not in row]
    since = [row["good"] for row in rows if row["fresh"] and "sentences" in row]
    singly = [row["good"] for row in rows if not row["fresh"] and "sentences" in row]
    return (
        f"read: {bad} of {len(met)} that still stand were judged bad; when drawn afresh, {drawn.count(False)} of {len(drawn)}, "
        f"since there is a judge {since.count(False)} of {len(since)}; "
        f"by stricter readers, sentence by sentence, {singly.count(False)} of {len(singly)}"
    )


def read_singly(having: Iterable[Entry]) -> str:
    """What of the summaries read sentence by sentence is left, by the verdicts on the sentences that still stand."""
    verdicts = {
        (row["feed"], row["key"]): dict(row["sentences"]) for row in labels() if "sentences" in row and not row["fresh"]
    }
    outcomes: Counter[str] = Counter()
    for entry in having:
        judged = verdicts.get((entry.feed, " ".join(entry.key.split())))
        if judged is not None:
            said = [judged.get(_mark(letters(sentence))) for sentence in split(entry.summary, entry.language)]
            outcomes["bad" if any(said) else "unread" if None in said else "good"] += 1
    known = outcomes["bad"] + outcomes["good"]
    return (
        f"of {len(verdicts)} read sentence by sentence {outcomes.total()} still have a summary, {outcomes['unread']} with a "
        f"sentence nobody has read; {outcomes['bad']} of the others are bad ({outcomes['bad'] / max(1, known):.1%})"
    )


def _says_more(entry: Entry) -> bool:
    """Whether a feed says anything of an entry but its title."""
    return letters(source_text(entry)) not in ("", letters(entry.title))


def _mark(text: str) -> str:
    return blake2b(text.encode(), digest_size=6).hexdigest()


def main(arguments: list[str]) -> None:
    """Check, count, and print what was asked for."""
    if not CORPUS.is_dir():
        print("the corpus ../shared is not beside the checkout: nothing to check")
        return
    gathered = [entry for feed in feeds() for entry in entries(feed) if _says_more(entry)]
    bare = sum(len(entries(feed)) for feed in feeds()) - len(gathered)
    sampled = set(random.Random(0).sample(range(len(gathered)), min(SHARE, len(gathered))))
    rows = {(row["feed"], row["key"]) for row in labels()}
    known = kinds([e for i, e in enumerate(gathered) if i in sampled or (e.feed, " ".join(e.key.split())) in rows])
    cleaned = [clean(e, boilerplate=learned(e.feed), against=known.get(content_text(e), 0.0)) for e in gathered]
    having = [entry for entry in cleaned if entry.summary]
    broken = Counter(fault for entry in having for fault in faults(entry))
    examples = [f"{fault}: {entry.feed}: {entry.summary}" for entry in having for fault in faults(entry)]
    sample = [entry for i, entry in enumerate(cleaned) if i in sampled]
    told, news = ([e for e in some if e.summary] for some in (sample, [e for e in sample if "sameday/" in e.feed]))
    days = sum("sameday/" in entry.feed for entry in sample)
    print(
        f"of {len(sample)} entries that say more than a title {len(told) / len(sample):.1%} have a summary, of the {days} of whole days "
        f"(news outlets, most of them) {len(news) / max(1, days):.1%}; {bare} of the corpus say no more"
    )
    print(
        f"cut with an ellipsis: {sum(e.summary.endswith('…') for e in told) / len(told):.1%}; mean length {sum(len(e.summary) for e in told) / len(told):.0f}"
    )
    print("broken rules:", dict(broken) or "none")
    print(read(having))
    print(read_singly(having))
    if "--examples" in arguments:
        print("\n".join(examples))
    if "--bare" in arguments:
        for entry in random.Random(1).sample([e for e in sample if not e.summary], 60):
            print(f"{entry.feed} | {entry.title[:60]} | {source_text(entry)[:160]}")
    if "--sample" in arguments:
        at = arguments.index("--sample")
        seed = int(arguments[at + 2]) if len(arguments) > at + 2 else 1
        for number, entry in enumerate(random.Random(seed).sample(told, int(arguments[at + 1])), 1):
            print(f"{number}. [{Path(entry.feed).stem} {entry.language}] {entry.title[:110]}\n     {entry.summary}")


if __name__ == "__main__":
    main(sys.argv[1:])
