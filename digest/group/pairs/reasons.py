"""Why two entries stand under one headline, in words, with what each reason weighs. Pure."""

from collections.abc import Mapping, Sequence

import numpy as np

from digest.group.pairs.crosslingual import SIGNS
from digest.group.pairs.likeness import FEATURES
from digest.group.pairs.sparse import Bags, Floats
from digest.group.text.words import body, tokens
from digest.model import Entry, Evidence

MOST = 6  # pairs of a story that are explained, surest first
_WORDS = 5  # shared words that are named
_RARE = 2.5  # inverse document frequency of a word worth naming
_KINDS: Mapping[str, tuple[str, ...]] = {
    "words": (
        "words", "title", "plain", "rare", "title rarity", "rarity", "title count", "told less", "told more",
        "length", "title length", "title root", "words meaning", "feed title", "rarest",
        "second rarest",
    ),
    "names": ("names", "name rarity", "named less", "named more", "names plain", "names meaning"),
    "numbers": ("numbers", "a number"),
    "meaning": ("meaning", "meaning square", "word meaning"),
    "company": ("coherence", "rarest coherence", "company"),
    "time": ("days", "hours"),
    "outlet": ("feed", "outlet", "outlet size"),
    "live": ("rolling", "both rolling"),
}  # fmt: skip


def reasons(
    bags: Bags, entries: Sequence[Entry], pair: tuple[int, int], row: Floats, worth: Floats, probability: float
) -> Evidence:
    """One pair: its features in `row`, the weights in `worth`; each kind of reason with its share of the logit, measured from
    a pair that shares nothing of the kind."""
    a, b = pair
    value = dict(zip(FEATURES, (row * worth).tolist(), strict=True))
    share = {kind: sum(value[name] for name in names) for kind, names in _KINDS.items()}
    telling = [kind for kind in _KINDS if abs(share[kind]) >= 0.05]
    told = [f"{_said(kind, bags, entries, pair, row)} ({share[kind]:+.1f})" for kind in telling]
    text = f"“{entries[a].title}” and “{entries[b].title}”: one event at {probability:.0%}: " + ", ".join(told)
    return Evidence("story", text, round(probability, 3))


def reasons_across(
    entries: Sequence[Entry], pair: tuple[int, int], row: Floats, worth: Floats, probability: float
) -> Evidence:
    """The same of a pair in two languages: its signs in `row`, their weights in `worth`."""
    a, b = pair
    value, share = (dict(zip(SIGNS, numbers.tolist(), strict=True)) for numbers in (row, row * worth[:-1]))
    partners = (
        f"{value['titles aligned']:.0%} of the headlines' words, and {value['aligned']:.0%} of all, mean the same"
    )
    told = (
        f"meaning alike {value['meaning']:.2f} ({share['meaning'] + share['meaning square']:+.1f})",
        f"{partners} ({share['titles aligned'] + share['aligned']:+.1f})",
        f"{np.expm1(value['hours']):.0f} h apart ({share['hours']:+.1f})",
    )
    text = f"“{entries[a].title}” and “{entries[b].title}”, in two languages: one event at {probability:.0%}: "
    return Evidence("story", text + ", ".join(told), round(probability, 3))


def _said(kind: str, bags: Bags, entries: Sequence[Entry], pair: tuple[int, int], row: Floats) -> str:
    value = dict(zip(FEATURES, row.tolist(), strict=True))
    if kind in ("words", "names", "numbers"):
        shared = _shared(bags, pair, kind)
        written = {key: word for word, key in reversed(tokens(f"{entries[pair[0]].title} {body(entries[pair[0]])}"))}
        return f"shared {kind} {', '.join(written.get(s, s) for s in shared)}" if shared else f"{kind} shared or not"
    if kind == "meaning":
        return f"meaning alike {value['meaning']:.2f}"
    if kind == "company":
        return f"others with these words alike {value['coherence']:.2f}"
    if kind == "time":
        return f"{np.expm1(value['hours']):.0f} h apart"
    if kind == "outlet":
        return "one outlet" if value["outlet"] else "two outlets"
    return "a live page or round-up"


def _shared(bags: Bags, pair: tuple[int, int], kind: str) -> list[str]:
    a, b = pair
    columns = np.intersect1d(bags.row(a)[0], bags.row(b)[0], assume_unique=True)
    names, numbers = bags.names[columns], bags.numbers[columns]
    wanted = {"names": names, "numbers": numbers, "words": ~(names | numbers)}[kind] & (bags.idf[columns] >= _RARE)
    kept = sorted(columns[wanted].tolist(), key=lambda c: (-float(bags.idf[c]), c))
    return [bags.vocabulary[c] for c in kept[:_WORDS]]
