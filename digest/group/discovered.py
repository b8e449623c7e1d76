"""Topics that nobody named: what is left over where the reader gave no topics, under names that people wrote. Pure.

A heading is only as good as its name. So these are taken from people, never made of words that happen to be frequent: a
category that several authors filed their entries under, else the name of a feed that brings little but such entries.
"""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from digest.group.filing.lexicon import OTHER, built_in, folded
from digest.model import Story

LEAST, MOST = 3, 5  # stories that make a topic; topics discovered at most
SHARE = 0.5  # of a feed's stories that fit no topic, from which its name may head them
_EMPTY = frozenset(
    folded(name)
    for name in """uncategorized; uncategorised; unkategorisiert; allgemein; general; misc; miscellaneous; all; default; featured; top; home;
    blog; blogs; post; posts; article; articles; note; notes; link; links; news; update; updates; story; stories; other; others; main; start;
    page; pages; archive; archives; journal; diary; personal; thoughts; random; public; tag; tags; category; rss; feed; text; photo; image; video;
    non classe; sin categoria; sem categoria; senza categoria; без рубрики; без категорії; без категории; 未分类; 未分類; その他""".split(
        ";"
    )
)


def discovered(
    stories: Sequence[Story], names: Mapping[str, str], aside: Collection[tuple[str, str]] = ()
) -> dict[str, str]:
    """Story id -> topic, for those of the stories filed under Other that make one with others; `names` are the
    outlets' by feed, `aside` entries (feed, ident) that are no news. At most `MOST` topics, each of `LEAST` stories."""
    left = {
        s.id: s
        for s in stories
        if s.topic == OTHER and not all((entry.feed, entry.ident) in aside for entry in s.entries)
    }
    found: dict[str, str] = {}
    for _ in range(MOST):
        name, members = max(
            [("", ()), *_by_category(left.values()), *_by_feed(left.values(), stories, names)],
            key=lambda group: (len(group[1]), group[0]),
        )
        if len(members) < LEAST:
            break
        found.update(dict.fromkeys(members, name))
        left = {ident: story for ident, story in left.items() if ident not in members}
    return found


def _by_category(stories: Collection[Story]) -> list[tuple[str, tuple[str, ...]]]:
    """The categories that stories share, as most of them write them, each with its stories."""
    members: dict[str, list[str]] = {}
    spelt: dict[str, Counter[str]] = {}
    for story in stories:
        said = {folded(c): c.strip() for entry in story.entries for c in entry.categories if _is_name(c)}
        for key, category in said.items():
            members.setdefault(key, []).append(story.id)
            spelt.setdefault(key, Counter())[category] += 1
    usual = {key: min(written, key=lambda name: (-written[name], name)) for key, written in spelt.items()}
    return [(_capital(usual[key]), tuple(ids)) for key, ids in members.items()]


def _by_feed(
    stories: Collection[Story], all_stories: Sequence[Story], names: Mapping[str, str]
) -> list[tuple[str, tuple[str, ...]]]:
    """The feeds that bring little else, by name, each with its stories."""
    whole = Counter(story.lead.feed for story in all_stories)
    members: dict[str, list[str]] = {}
    for story in stories:
        members.setdefault(story.lead.feed, []).append(story.id)
    return [
        (names[feed], tuple(ids))
        for feed, ids in members.items()
        if names.get(feed) and len(ids) >= SHARE * whole[feed]
    ]


def _is_name(category: str) -> bool:
    """Whether a category could head a page: words, few of them, that say something and are no general topic's name."""
    key = folded(category)
    return (
        2 < len(key) <= 30
        and len(key.split()) <= 3
        and key not in _EMPTY
        and not built_in(category)
        and bool(re.fullmatch(r"[^\W\d_][\w\s&'’.+-]*", category.strip()))
    )


def _capital(name: str) -> str:
    """As a heading begins; what is written with capitals inside (iOS, OpenStreetMap) stays."""
    return name[:1].upper() + name[1:] if name.islower() else name
