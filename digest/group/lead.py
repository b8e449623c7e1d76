"""Within a story: which entry leads, in which order the others follow, what is a mere copy, and the headline. Pure."""

import re
from collections.abc import Mapping, Sequence

from digest.group.stories import outlet, title_key
from digest.group.words import body
from digest.model import Entry, FeedSource, Outcome, Settled

_ROLLING = re.compile(
    r"(?i)^(live|live updates?|watch|video|in pictures|gallery|podcast|opinion|analysis|explainer|briefing|newsletter)\b\s*[:|–—-]"
)
_SHOUT = re.compile(r"(?i)\b(shock|slams?|blasts?|you won't believe|must[- ]see|insane|epic)\b|[!?]{2,}|!$")


def lead_first(entries: Sequence[Entry], sources: Mapping[str, FeedSource]) -> tuple[tuple[Entry, ...], list[Settled]]:
    """The story's entries, leader first, the others by the same measure, copies at the end with their settlement: an
    entry of the same outlet with the same title or address as a better one stands for nothing of its own."""
    kept: list[Entry] = []
    dropped: list[Entry] = []
    copies: list[Settled] = []
    seen: dict[tuple[str, str], Entry] = {}
    for entry in sorted(entries, key=lambda e: _worth(e, sources.get(e.feed))):
        marks = [(outlet(entry), title_key(entry.title))]
        if entry.url_key:
            marks.append((outlet(entry), entry.url_key))
        twin = next((seen[m] for m in marks if m in seen), None)
        if twin:
            why = f"the same as “{twin.title}” of the same outlet, which is shown once"
            dropped.append(entry)
            copies.append(Settled(entry.feed, entry.ident, Outcome.DUPLICATE, why))
        else:
            kept.append(entry)
        for mark in marks:
            seen.setdefault(mark, twin or entry)
    return (*kept, *dropped), copies


def _worth(entry: Entry, source: FeedSource | None) -> tuple[float, float, str, str]:
    """Least first: the user's weight, reporting before live pages and comment, fuller text, then the newest."""
    weight = source.weight if source else 1.0
    fullness = min(1.0, len(body(entry).split()) / 40) + min(1.0, entry.words / 400)
    value = 2.0 * weight + fullness + (0.0 if entry.image is None else 0.1)
    value -= 2.0 if _ROLLING.search(entry.title) else 0.0
    return (-round(value, 3), -entry.dated.timestamp(), entry.feed, entry.ident)


def neutral_title(entries: Sequence[Entry]) -> str:
    """The headline of a story: the leader's, unless it shouts, asks or rolls and a near companion says it plainly."""
    plainly = [e.title for e in entries[:4] if not _loud(e.title)]
    return plainly[0] if plainly and _loud(entries[0].title) else entries[0].title


def _loud(title: str) -> bool:
    letters = [c for c in title if c.isalpha()]
    shouting = len(letters) > 10 and sum(c.isupper() for c in letters) > 0.7 * len(letters)
    return bool(
        _ROLLING.search(title) or _SHOUT.search(title) or shouting or title.rstrip().endswith("?") or len(title) < 20
    )
