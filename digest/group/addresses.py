"""Addresses that name no article of their own: a front page, one page of many notes, a page of news. Pure.

Entries of one address are one story, and of one outlet one entry, whatever their words; so a feed that links all of its
entries to one page would be shown as a single entry, and the rest of it never.
"""

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from digest.group.text.words import tokens
from digest.model import Entry

_WORD = 4  # letters of a word that two titles of one article have in common


def addressed(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """The entries; without `url_key` those whose address is no article's: a site's front page, and a page to which one
    feed links entries by different anchors, or entries whose titles have not a word in common. (An article under two
    headlines keeps some of its words.)"""
    of_page: dict[tuple[str, str], list[Entry]] = {}
    for entry in entries:
        of_page.setdefault((entry.feed, entry.url_key), []).append(entry)
    shared = {key for (_, key), some in of_page.items() if key and (_is_front(key) or _of_many(some))}
    return tuple(replace(entry, url_key="") if entry.url_key in shared else entry for entry in entries)


def _is_front(key: str) -> bool:
    return not any(mark in key for mark in "/?#")


def _of_many(entries: Sequence[Entry]) -> bool:
    """Whether entries of one feed and one address are about several things."""
    if len({entry.title for entry in entries}) < 2:
        return False
    if len({urlsplit(entry.url).fragment for entry in entries}) > 1:
        return True
    words = [{key for word, key in tokens(e.title) if len(word) >= _WORD or not word.isascii()} for e in entries]
    return any(not words[0] & other for other in words[1:])
