"""A story -> its summary: its source's own, and what other sources add, with their name where they differ."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from digest.group.text.extract import LIMIT, WORD, balanced, joined, of_entry, room, sentences_of, usable
from digest.group.text.language import primary
from digest.group.text.letters import beginnings, letters
from digest.group.text.reading import minutes
from digest.group.text.standing import calls, leans
from digest.model import Block, Entry, Story

_PASSED = -2.0  # log odds against another summary of an entry that was found fit for one


def summarise(story: Story, *, limit: int, names: Mapping[str, str] | None = None) -> Story:
    """The story with `summary` (at most `limit` characters) and `minutes` (to read its leading entry) filled.

    `names` maps feed URLs to the names they are called by; a feed without one is called by its host.
    """
    lead = story.lead
    language = primary(story.language or lead.language)
    base, source = "", lead
    for entry in sorted(story.entries, key=lambda e: e.title != story.title):  # whose headline stands above, first
        text = _at_limit(entry, limit)
        same = not story.language or primary(entry.language) in ("", language)
        if text and same and (entry.title == story.title or _on(text, story.title)):
            base, source = text, entry
            break
    others = [
        e for e in story.entries if e is not source and e.feed != source.feed and primary(e.language) in ("", language)
    ]
    summary = (
        _with_others(base, others, story.title, language, room(limit, language), names or {})
        if base and others
        else base
    )
    return replace(story, summary=summary, minutes=round(minutes(lead.words, language), 2))


def _at_limit(entry: Entry, limit: int) -> str:
    """The entry's own summary where it fits; made anew from its text where the limit is another."""
    language = primary(entry.language)
    if not entry.summary:
        return ""  # its text was found to yield none
    enough = room(limit, language)
    if len(entry.summary) <= enough and (limit <= LIMIT or not entry.blocks or len(entry.summary) > enough * 0.7):
        return entry.summary
    again = of_entry(entry.title, _as_blocks(entry.summary), entry.blocks, language, limit=limit, against=_PASSED)
    if limit > LIMIT:
        longer = of_entry(entry.title, (), entry.blocks, language, limit=limit, against=_PASSED)
        return longer if longer.startswith(entry.summary[:60]) and len(longer) > len(again) else again
    return again


def _as_blocks(text: str) -> tuple[Block, ...]:
    return (Block("paragraph", text),) if text else ()


def _with_others(
    base: str, others: Sequence[Entry], title: str, language: str, limit: int, names: Mapping[str, str]
) -> str:
    """What other sources add: at most two sentences that bring something new about the same thing."""
    summary = base
    headline = letters(title)
    seen = {headline}
    for _ in range(2):
        room = limit - len(summary) - 1
        if room < 50:
            break
        ranked = []
        for entry in others:
            for sentence in sentences_of(_as_blocks(entry.summary), language):
                text, mine = sentence.text, letters(sentence.text)
                if (
                    len(text) > room
                    or len(text) < 35
                    or mine in seen
                    or leans(text)
                    or calls(text)
                    or text.endswith("?")
                    or not usable(sentence, headline, limit)
                ):
                    continue
                value = _adds(text, f"{title} {summary}", others)
                if value:
                    ranked.append((value, entry, text, mine))
        if not ranked:
            break
        _, entry, text, mine = max(ranked, key=lambda item: item[0])
        seen.add(mine)
        if _differs(text, summary):
            name = names.get(entry.feed) or _host(entry)
            text = f"{name}: {text}"
            if len(text) > room:
                continue
        summary = joined([summary, text], language)
    return balanced(summary)


def _content_words(text: str) -> set[str]:
    """Figures, and the beginnings of longer words, so that endings do not make them new."""
    return beginnings(WORD.findall(text.casefold()), figures=True)


def _on(text: str, title: str) -> bool:
    """Whether a summary made for another headline is of this one's event as far as its words can tell: it has two of
    them, and a quarter. Of short headlines nothing is asked."""
    asked = _content_words(title)
    return len(asked) < 3 or len(asked & _content_words(text)) >= max(2, len(asked) / 4)


def _adds(text: str, known: str, others: Sequence[Entry]) -> float:
    """What a sentence is worth beside what is known: new words that several sources have, on the same subject; 0 = nothing."""
    words, before = _content_words(text), _content_words(known)
    new, shared = words - before, words & before
    if not _new_facts(text, known) or len(new) < 4 or len(new) < 0.5 * len(words) or len(shared) < 2:
        return 0.0
    spread = sum(sum(word in _content_words(f"{e.title} {e.summary}") for e in others) for word in new) / len(new)
    return 0.5 + spread / max(1, len(others)) + 0.1 * len(shared)


def _new_facts(text: str, known: str) -> bool:
    """A figure or a name that is not known yet: without one a sentence mostly says the same in other words."""
    before = {word.casefold()[:5] for word in WORD.findall(known)}
    within = re.finditer(r"(?<=[\w,;:] )(\d[\d.,]*|[^\W\d_a-zß-öø-ÿа-яёіїєґ][^\W_]{2,})", text)
    dense = text.lower() == text.upper()
    return dense or any(match[1].rstrip(".,").casefold()[:5] not in before for match in within)


def _differs(text: str, summary: str) -> bool:
    """Both count the same thing and come to another figure."""
    mine, theirs = _counted(text), _counted(summary)
    return any(thing in theirs and not (figures & theirs[thing]) for thing, figures in mine.items())


def _counted(text: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for match in re.finditer(r"(\d+(?:[.,]\d+)*)\s+(?:[^\W\d_]+\s+){0,2}?([^\W\d_]{4,})", text.casefold()):
        found.setdefault(match[2][:6], set()).add(match[1])
    return found


def _host(entry: Entry) -> str:
    try:
        host = urlsplit(entry.url or entry.feed).hostname or ""
    except ValueError:
        host = ""
    return re.sub(r"^(?:www|feeds?|rss)\.", "", host)
