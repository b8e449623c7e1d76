"""What a title carries beside its headline: rubrics and names of programmes that a feed repeats; live pages. Pure."""

import re
from collections import Counter
from collections.abc import Sequence

from digest.model import Entry

_BAR = re.compile(r"\s+[|–—•»]\s+|\s+-\s+")
_BRACKETS = re.compile(r"\s*[\[［【〔][^\[\]［］【】〔〕]{1,40}[\]］】〕]\s*")
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

# deaths and appointments of people who are no news, which Korean papers print by the dozen under these words
NOTICE = re.compile(r"^\s*[\[［【<〈(]\s*(?:부고|인사|동정|부음|알림|게시판)\s*[\]］】>〉)]")


def headlines(entries: Sequence[Entry]) -> list[str]:
    """Each entry's title without the segments, set off by bars or dashes, that many titles of its feed share, and without
    those in square brackets that a few do."""
    bare = _unbracketed(entries)
    cut = [_BAR.split(title) for title in bare]
    titles = Counter(entry.feed for entry in entries)
    held = Counter((e.feed, part) for e, parts in zip(entries, cut, strict=True) for part in set(parts))
    found = []
    for entry, title, parts in zip(entries, bare, cut, strict=True):
        least = max(_LEAST, _SHARE * titles[entry.feed])
        kept = [part for part in parts if held[entry.feed, part] < least]
        headline = " – ".join(kept)
        found.append(headline if len(kept) < len(parts) and len(headline) >= _SHORTEST else title)
    return found


def _unbracketed(entries: Sequence[Entry]) -> list[str]:
    """The titles without what stands in square brackets in several titles of their feed: a column, a games, "Update"."""
    labels = [[label.strip() for label in _BRACKETS.findall(entry.title)] for entry in entries]
    held = Counter((entry.feed, label) for entry, some in zip(entries, labels, strict=True) for label in set(some))

    def bare(entry: Entry) -> str:
        rest = _BRACKETS.sub(lambda m: " " if held[entry.feed, m[0].strip()] >= _LEAST else m[0], entry.title).strip()
        return rest if len(rest) >= _SHORTEST else entry.title

    return [bare(entry) for entry in entries]
