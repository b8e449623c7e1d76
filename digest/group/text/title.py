"""Headlines as a reader wants them: no markup, no name of the site behind them, no shouting."""

import html
import re
from collections import Counter
from collections.abc import Mapping, Sequence

from digest.group.filing.lexicon import built_in
from digest.group.text.blocks import plain
from digest.group.text.letters import letters
from digest.group.text.sentences import split
from digest.model import Block

_SEPARATOR = re.compile(r"\s+(?:[|‖·•»«]|[-–—]|::)\s+|\s*[|｜]\s*")
_SEPARATING = re.compile(r"[|‖·•»«–—｜-]|::")  # one of these is in whatever separates: quicker to see first
# A title is text: "<dialog> explained" is about an element. Markup is what comes in pairs, or could be nothing else.
_PAIR = re.compile(r"(?i)<(b|i|em|strong|span|a|font|sup|sub|u|small|p|div)(?:\s[^<>]*)?>([^<>]*)</\1\s*>")
_ALONE = re.compile(r"(?i)<(?:br\s*/?|img\s[^<>]*|/?(?:font|span|a)\s[^<>]*)>")
_SECTION = re.compile(r"([^\W\d_][\w &/-]{2,24}?)\s+[›»|]\s+(?=\S)")
_DATE = re.compile(r"\b(?:19|20)\d\d\b")
_FOUR_FIGURES = re.compile(r"\d{4}")
_JOINED = re.compile(  # a date that touches the word behind it, at the front or after a section that it touches too
    r"(?:^|(?<=[^\W\d_]))(?:[A-Z][a-z]{2,8}\.? \d{1,2}, \d{4}|\d{1,2}\.? [A-Z][a-zä]{2,8}\.? \d{4}|\d{4}-\d\d-\d\d)(?=[^\W\d_])"
)
_JOINT_WITHIN = re.compile(r"((?:[A-Z][\w&-]*[ ])*?[A-Z][\w&-]*?[a-z])(?=[A-Z][\w'’-]*(?:\s|$))")
_LAYOUT = "a date joined to it"  # what `segments` calls a title made of parts, whichever these are
_LABELS = "labels alone"  # what `segments` calls a title that is nothing else ("OpinionScience")
_FROM_TEXT = 110  # characters of the text that stand in for a headline, at most
_EM_DASH = re.compile(r"(?<=\w)\s?---\s?(?=\w)")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_WITHIN = re.compile(r"(?<=[\w,;’'] )[^\W\d_]+(?:['’][^\W\d_]+)*")
_LONGEST = 300  # characters of a title
_SECTION_WORDS = 4
_STANDFIRST = 25  # letters of a teaser that a title may end in, at least
_HEADLINE = 10  # … and of what is left of the title then
_JOINT = " .:;,|–—-\u00a0"


def segments(title: str) -> tuple[str, ...]:
    """What could be a site's or a section's name behind a title ("… - BBC News"): what a feed repeats. At most one; of a
    title whose parts are joined ("May 4, 2026PressThe ferries stay") the section, and that it is such a title; that it
    is labels alone ("OpinionScience").

    What stands in front ("Opinion | …") says what kind of piece it is, and stays.
    """
    if (parts := _joined(title)) and parts[0]:
        return parts[0], _LAYOUT
    if labels := _labels(title):
        return _LABELS, f"{_LABELS}: {labels[0]}"
    cuts = list(_SEPARATOR.finditer(title[:_LONGEST])) if _SEPARATING.search(title) else []
    last = title[cuts[-1].end() :].strip() if cuts else ""
    return (last,) if 1 < len(last) <= 50 and not _DATE.search(last) else ()


def _joined(title: str) -> tuple[str, str] | None:
    """Section ("" if none shows) and headline of a title that a page's date, section and headline were run together in,
    without a space between: feeds that programs make of pages do it. None for any other title."""
    found = _JOINED.search(title[:_LONGEST]) if _FOUR_FIGURES.search(title) else None
    if not found:
        return None
    before, after = title[: found.start()], title[found.end() :]
    if before:
        return (before, after) if before[0].isupper() and len(before.split()) <= _SECTION_WORDS else None
    joint = _JOINT_WITHIN.match(after)
    if joint and len(joint[1].split()) <= _SECTION_WORDS and len(after[joint.end() :].split()) >= 2:
        return joint[1], after
    return "", after


def _labels(title: str) -> tuple[str, str] | None:
    """The parts of one word made of two that are written with a capital: labels of a page, joined; or a name ("YouTube").
    None for any other title."""
    if " " in title:
        return None
    joint = next((at for at in range(3, len(title) - 2) if title[at].isupper() and title[at - 1].islower()), 0)
    first, second = title[:joint], title[joint:]
    joined = bool(first) and first.isalpha() and first.istitle() and " " not in second and second[:3].istitle()
    return (first, second) if joined else None


def _is_labels(title: str, repeats: Mapping[str, int], seen: int) -> bool:
    """Whether the feed has such words in the place of headlines: again and again, and this one's first part too, or the
    second is a topic's name. (Who calls his works "BondiBlock" and "PhonoBlock" means it.)"""
    labels = _labels(title)
    if not labels or not 3 <= repeats.get(_LABELS, 0) >= 0.2 * seen:
        return False
    return repeats.get(f"{_LABELS}: {labels[0]}", 0) >= 2 or bool(built_in(labels[1]))


def _out_of_text(blocks: Sequence[Block], language: str) -> str:
    """A heading for a text without one: its first sentence, cut between words where it is long; "" without text."""
    text = next((block.text for block in blocks if block.kind == "paragraph"), "")
    first = next(iter(split(" ".join(text[:1000].split()), language)), "")
    if len(first) > _FROM_TEXT:
        return first[:_FROM_TEXT].rpartition(" ")[0].rstrip(" ,;:–—-") + "…"
    return first.removesuffix(".")


def _apart(title: str, repeats: Mapping[str, int]) -> str:
    """The headline of a title with a date run into it. A section without a date behind it is told from a name
    written with a capital inside ("How YouTube works") by what the feed repeats."""
    parts = _joined(title)
    if not parts:
        return title
    section, rest = parts
    known = repeats.get(section, 0) >= 2 or repeats.get(_LAYOUT, 0) >= 3 or built_in(section)
    return rest[len(section) :] if section and rest.startswith(section) and known else rest


def without_standfirst(title: str, teaser: str) -> str:
    """A title that goes on into the teaser ("Ferries stay — The wreck is lifted in spring") without it; else as it is."""
    behind = letters(teaser[:_LONGEST])
    if len(behind) < _STANDFIRST or len(teaser) >= len(title) - 2 or not letters(title).endswith(behind):
        return title
    left, wanted = len(title), len(behind)
    while wanted > 0 and left > 0:
        left -= 1
        wanted -= len(letters(title[left]))
    head = title[:left].rstrip(_JOINT)
    return head if len(letters(head)) >= _HEADLINE and len(head.split()) >= 2 else title


def clean_title(title: str, blocks: Sequence[Block], repeats: Mapping[str, int], seen: int, language: str = "") -> str:
    """The headline alone; where a feed has labels in its place, the first words of the text.

    `repeats` says in how many of `seen` titles of the feed each of `segments(title)` stood; `blocks`, the text, tells how
    names are written when a title is all capitals.
    """
    if _is_labels(title, repeats, seen) and (heading := _out_of_text(blocks, language)):
        return heading
    text = html.unescape(title) if "&" in title else title
    if "<" in text:
        text = _ALONE.sub(" ", _PAIR.sub(r"\2", _PAIR.sub(r"\2", text)))
    text = _EM_DASH.sub(" — ", _apart(plain(text)[:_LONGEST], repeats))
    for segment, times in repeats.items():
        if times >= 3 and times >= 0.06 * seen:
            text = _without(text, segment, always=times >= 0.8 * seen)
    text = _without_section(text)
    return _quiet(text, blocks) if _shouts(text) else _calm(text, blocks)


def _without(title: str, name: str, *, always: bool) -> str:
    """The title without the name behind it; a single word behind a dash may be news ("Mail server - Up") unless it stands `always`."""
    cuts = list(_SEPARATOR.finditer(title))
    if not cuts or not title.endswith(name):
        return title
    if not always and " " not in name and "|" not in cuts[-1][0]:
        return title
    rest = title[: cuts[-1].start()].strip()
    return rest if len(rest) >= 12 or len(rest.split()) >= 2 else title


def _without_section(title: str) -> str:
    """A title without the name of a general topic set before it ("World › Ferries stay"): it is read under a heading."""
    found = _SECTION.match(title)
    rest = title[found.end() :] if found else ""
    return rest if found and built_in(found[1]) and len(rest.split()) >= 3 else title


def _shouts(title: str) -> bool:
    """All capitals, and words rather than a few acronyms or a script without capitals around them."""
    letters = [character for character in title if character.isalpha()]
    capitals = sum(character.isupper() for character in letters)
    long = [word for word in _WORD.findall(title) if len(word) > 3]
    return capitals >= 12 and capitals == len(letters) and len(long) >= 2 and len(_WORD.findall(title)) >= 4


def _written(title: str, blocks: Sequence[Block]) -> dict[str, Counter[str]]:
    """How a text writes a title's words within sentences: folded -> spellings."""
    written: dict[str, Counter[str]] = {word.casefold(): Counter() for word in _WORD.findall(title)}
    for block in blocks[:12]:
        for word in _WITHIN.findall(block.text):
            if (spellings := written.get(word.casefold())) is not None:
                spellings[word] += 1
    return written


def _calm(title: str, blocks: Sequence[Block]) -> str:
    """A title without a word shouted in its midst ("spent four YEARS"), where the text writes it small; acronyms stay."""
    if not any(word.isupper() and len(word) > 3 for word in _WORD.findall(title)):
        return title
    written = _written(title, blocks)

    def word(match: re.Match[str]) -> str:
        small, usual = match[0].lower(), written.get(match[0].casefold())
        if len(small) < 4 or not match[0].isupper() or not usual or usual.most_common(1)[0][0] != small:
            return match[0]
        return small if re.search(r"\w", title[: match.start()]) else small.capitalize()

    return _WORD.sub(word, title)


def _quiet(title: str, blocks: Sequence[Block]) -> str:
    """An all-capitals title in sentence case; words are written as the text writes them within its sentences."""
    written = _written(title, blocks)

    def word(match: re.Match[str]) -> str:
        usual = written.get(match[0].casefold())
        if usual:
            return usual.most_common(1)[0][0]
        vowels = re.search("(?i)[aeiouyàâäéèêëîïôöùûüаеёиоуыэюяіїє]", match[0])
        return match[0].lower() if vowels or len(match[0]) > 4 else match[0]

    quiet = _WORD.sub(word, title)
    return re.sub(r"(^\W*|[.!?:]\s+)([^\W\d_])", lambda m: m[1] + m[2].upper(), quiet)
