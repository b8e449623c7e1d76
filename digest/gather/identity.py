"""Which entries of a fetched document are new, which were edited, and which are old ones under a new name.

A feed's guid is what it should be in nine feeds of ten. In the tenth it is repeated, changes with the session, moves
from http to https, or is made afresh for every fetch; so before an entry is called new, its link and title are looked
for among the known ones. What still looks like a flood is held back: kept to be recognised, never shown.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from digest.model import Entry, FeedState, Known

CALM = 30  # new entries at once that never look like a flood
SURGE = 5.0  # times the usual pace that still looks like news
_NOT_WORDS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Recognised:
    """`entries` are the new and the changed ones in the feed's order; the other numbers say what became of the rest."""

    entries: tuple[Entry, ...]
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    held: int = 0
    moved: int = 0  # known ones under a new guid or link
    overrun: bool = False
    notes: tuple[str, ...] = ()


def recognise(
    entries: Sequence[Entry],
    known: Sequence[Known],
    state: FeedState,
    now: datetime,
    *,
    max_entries: int,
    skipped: int = 0,
) -> Recognised:
    """Compare a document's entries with what is remembered of the feed.

    A known entry keeps its `ident`, whatever the feed calls it now. `skipped` items were recognised before parsing.
    """
    memory = _Memory(known)
    new: list[Entry] = []
    found: list[Entry] = []
    moved = unchanged = 0
    for entry in _told_apart(entries):
        match = memory.find(entry)
        if match is None:
            entry = memory.renamed(entry)
            memory.taken.add(entry.ident)
            new.append(entry)
            found.append(entry)
            continue
        memory.taken.add(match.ident)
        moved += match.ident != entry.ident
        if match.content_hash == entry.content_hash:
            unchanged += 1
        else:
            found.append(replace(entry, ident=match.ident))
    first = state.last_ok is None and not known
    overrun = _is_overrun(new, unchanged + skipped + len(found) - len(new), state, bool(known))
    held, notes = _flood(new, known, state, now, max_entries=max_entries, first=first)
    kept = tuple(_held(entry) if entry.ident in held else entry for entry in found)
    return Recognised(
        kept, len(new), len(found) - len(new), unchanged + skipped, len(held), moved, overrun, tuple(notes)
    )


class _Memory:
    """The known entries, looked up by what could still name them."""

    def __init__(self, known: Sequence[Known]) -> None:
        self.by_ident = {one.ident: one for one in known}
        self.taken: set[str] = set()
        self._by_link: dict[str, list[Known]] = defaultdict(list)
        self._by_title: dict[str, list[Known]] = defaultdict(list)
        for one in known:
            if one.url_key:
                self._by_link[one.url_key].append(one)
            if title := title_key(one.title):
                self._by_title[title].append(one)

    def find(self, entry: Entry) -> Known | None:
        """The known entry that this one is, if any; each known entry is found once for a document."""
        same = self.by_ident.get(entry.ident)
        if same is not None and same.ident not in self.taken and not self._is_reused(entry, same):
            return same
        title = title_key(entry.title)
        linked = self._by_link.get(entry.url_key, ()) if entry.url_key else ()
        for one in linked:
            same_time = _same_time(one, entry) and (one.published is not None or len(linked) == 1)
            if one.ident not in self.taken and (title_key(one.title) == title or same_time):
                return one
        for one in self._by_title.get(title, ()) if title else ():
            if one.ident not in self.taken and _same_time(one, entry) and _could_be_renamed(one, entry):
                return one
        return None

    def _is_reused(self, entry: Entry, same: Known) -> bool:
        """A guid that now names something else: other link, other title, other date."""
        return (
            bool(entry.url_key and same.url_key)
            and entry.url_key != same.url_key
            and title_key(entry.title) != title_key(same.title)
            and entry.published != same.published
            and entry.published is not None
        )

    def renamed(self, entry: Entry) -> Entry:
        """The new entry under an ident that no other has, where the feed gave it a used one."""
        if entry.ident not in self.by_ident and entry.ident not in self.taken:
            return entry
        return replace(entry, ident=f"{entry.ident} {entry.url or title_key(entry.title)}"[:2000])


def title_key(title: str) -> str:
    """A title without case, punctuation and spacing."""
    return _NOT_WORDS.sub("", title).casefold()


def _same_time(one: Known, entry: Entry) -> bool:
    return one.published == entry.published and (one.published is not None or entry.published is None)


def _could_be_renamed(one: Known, entry: Entry) -> bool:
    """Two undated entries need more than a title in common ("Daily briefing") to be one."""
    if entry.published is not None:
        return True
    return len(title_key(entry.title)) >= 20 or not (one.url_key and entry.url_key)


def _told_apart(entries: Sequence[Entry]) -> list[Entry]:
    """Entries whose ident is their own. A guid shared by several is completed with the link (else the title); the same
    guid with the same link twice is one entry, the first.
    """
    shared = {ident for ident, count in Counter(entry.ident for entry in entries).items() if count > 1}
    if not shared:
        return list(entries)
    seen: dict[tuple[str, str], None] = {}
    apart = []
    for entry in entries:
        if entry.ident in shared:
            which = entry.url if entry.url and entry.url != entry.ident else title_key(entry.title)
            if (entry.ident, which) in seen:
                continue
            seen[entry.ident, which] = None
            entry = replace(entry, ident=f"{entry.ident} {which}"[:2000])
        apart.append(entry)
    return apart


def _is_overrun(new: Sequence[Entry], recognised: int, state: FeedState, remembered: bool) -> bool:
    """Whether items may have come and gone unseen: nothing of the document is known, and all of it is younger than our
    last visit.
    """
    if not remembered or recognised or not new or state.last_ok is None:
        return False
    dates = [entry.published for entry in new]
    return all(date is not None and date > state.last_ok for date in dates)


def _flood(
    new: Sequence[Entry], known: Sequence[Known], state: FeedState, now: datetime, *, max_entries: int, first: bool
) -> tuple[set[str], list[str]]:
    """The idents to hold back, and what to tell the user of it. The newest are let through."""
    if first:
        allowed = max_entries
        words = "the feed lists {count} entries; the {allowed} newest were taken"
    else:
        allowed = min(max_entries, _usual(known, state, now))
        words = "{count} entries were new at once, far more than usual; {held} of them were held back as a re-import"
    if len(new) <= allowed:
        return set(), []
    youngest = sorted(new, key=lambda entry: entry.published or entry.seen, reverse=True)
    held = {entry.ident for entry in youngest[allowed:]}
    return held, [words.format(count=len(new), allowed=allowed, held=len(held))]


def _usual(known: Sequence[Known], state: FeedState, now: datetime) -> int:
    """How many new entries are still believable, from the pace of two weeks and the time since the last visit."""
    since = now - timedelta(days=14)
    recent = [one for one in known if (one.published or one.seen) >= since]
    first = min((one.published or one.seen for one in recent), default=now)
    days = max((now - max(since, first)).total_seconds() / 86400, 1.0)
    away = max((now - (state.last_ok or now)).total_seconds() / 86400, 1.0)
    return int(CALM + SURGE * away * len(recent) / days)


def _held(entry: Entry) -> Entry:
    """An entry that is only to be recognised again: its text is not worth storing."""
    return replace(entry, held=True, teaser="", content="", images=(), raw_hash=entry.content_hash)
