"""What a title carries beside its headline: rubrics and names of programmes that a feed repeats; live pages. Pure."""

import re
from collections import Counter
from collections.abc import Sequence

from digest.model import Entry

_BAR = re.compile(r"\s+[|–—•»]\s+|\s+-\s+")
_LEAST, _SHARE = 3, 0.06  # titles of a feed, and their part of all its titles, that make a segment a rubric
_SHORTEST = 8  # characters of a headline left without its rubric

ROLLING = re.compile(
    r"(?ix)\blive\b\s*(?:[:|–—-]|updates?|news|blog|coverage|ticker|feed|reports?)|[:|–—,-]\s*live\b|\blive$|^live\b|updates?\s+live\b"
    r"|\blive-?(?:blog|ticker)\b|\bnews-?(?:blog|ticker|letter)\b|\bas\ it\ happened\b|\bwhat\ happened\b|\bround-?up\b|\bbriefing\b"
    r"|\blist\ of\ key\ events\b|(?:^|[:–—|-]\s*(?:an?\s+|the\s+)?)timeline\b|\btrack(?:er\b|ing\ (?:the|of)\b)"
    r"|\bin\ pictures\b|\bat\ a\ glance\b|\bday\ in\ photos\b"
    r"|\bthings\ to\ (?:know|watch)\b|\bwhat\ you\ need\ to\ know\b|\btop\ (?:stories|headlines|news)\b"
    r"|\bhighlights\b(?=\s*(?:[:|–—-]|of\b|from\b|der\b|$))"
    r"|\bnews\ quiz\b|\btoday(?:'s|’s)\ (?:news|headlines|papers)\b|\bin\ other\ news\b|\.\ and,\ "
    r"|\bim\ (?:live)?ticker\b|\ben\ direct\b|\bin\ diretta\b|\bao\ vivo\b|\ben\ directo\b|\ben\ vivo\b"
    r"|онлайн(?:-(?:трансляция|репортаж|хроника)|\s*[:.])|הכי\ חשוב"
)


def headlines(entries: Sequence[Entry]) -> list[str]:
    """Each entry's title without the segments, set off by bars or dashes, that many titles of its feed share."""
    cut = [_BAR.split(entry.title) for entry in entries]
    titles = Counter(entry.feed for entry in entries)
    held = Counter((e.feed, part) for e, parts in zip(entries, cut, strict=True) for part in set(parts))
    found = []
    for entry, parts in zip(entries, cut, strict=True):
        least = max(_LEAST, _SHARE * titles[entry.feed])
        kept = [part for part in parts if held[entry.feed, part] < least]
        headline = " – ".join(kept)
        found.append(headline if len(kept) < len(parts) and len(headline) >= _SHORTEST else entry.title)
    return found
