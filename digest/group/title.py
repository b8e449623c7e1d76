"""Headlines as a reader wants them: no markup, no name of the site behind them, no shouting."""

import html
import re
from collections import Counter
from collections.abc import Mapping, Sequence

from digest.group.blocks import plain
from digest.model import Block

_SEPARATOR = re.compile(r"\s+(?:[|‖·•»«]|[-–—]|::)\s+|\s*[|｜]\s*")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_LONGEST = 300  # characters of a title


def segments(title: str) -> tuple[str, ...]:
    """The parts at a title's ends that could be a site's or a section's name, with their separator's side: what a feed repeats."""
    cuts = list(_SEPARATOR.finditer(title[:_LONGEST]))
    if not cuts:
        return ()
    last = title[cuts[-1].end() :].strip()
    first = title[: cuts[0].start()].strip()
    return tuple(f"{side}{text}" for side, text in (("<", first), (">", last)) if 1 < len(text) <= 50)


def clean_title(title: str, blocks: Sequence[Block], repeats: Mapping[str, int], seen: int) -> str:
    """The headline alone. `repeats` says in how many of `seen` titles of the feed each of `segments(title)` stood; the text tells how
    names are written when a title is all capitals."""
    text = plain(_TAG.sub(" ", html.unescape(title) if "&" in title else title))[:_LONGEST]
    for segment, times in repeats.items():
        if times >= 3 and times >= 0.06 * seen:
            text = _without(text, segment[0], segment[1:])
    return _quiet(text, blocks) if _shouts(text) else text


def _without(title: str, side: str, name: str) -> str:
    cuts = list(_SEPARATOR.finditer(title))
    if not cuts:
        return title
    if side == ">" and title.endswith(name):
        rest = title[: cuts[-1].start()].strip()
    elif side == "<" and title.startswith(name) and "|" in cuts[0][0]:
        rest = title[cuts[0].end() :].strip()
    else:
        return title
    return rest if len(rest) >= 12 or len(rest.split()) >= 2 else title


def _shouts(title: str) -> bool:
    words = _WORD.findall(title)
    long = [word for word in words if len(word) > 3]
    return len(words) >= 4 and len(long) >= 2 and title == title.upper() and title != title.lower()


def _quiet(title: str, blocks: Sequence[Block]) -> str:
    """An all-capitals title in sentence case; words are written as the text writes them within its sentences."""
    written: dict[str, Counter[str]] = {}
    for block in blocks[:12]:
        for match in re.finditer(r"(?<=[\w,;’'] )[^\W\d_]+(?:['’][^\W\d_]+)*", block.text):
            written.setdefault(match[0].casefold(), Counter())[match[0]] += 1

    def word(match: re.Match[str]) -> str:
        usual = written.get(match[0].casefold())
        if usual:
            return usual.most_common(1)[0][0]
        vowels = re.search("(?i)[aeiouyàâäéèêëîïôöùûüаеёиоуыэюяіїє]", match[0])
        return match[0].lower() if vowels or len(match[0]) > 4 else match[0]

    quiet = _WORD.sub(word, title)
    return re.sub(r"(^\W*|[.!?:]\s+)([^\W\d_])", lambda m: m[1] + m[2].upper(), quiet)
