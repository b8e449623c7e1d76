"""Which blocks of an entry are its article, and why the others are not.

Judged by kind (captions, cards and embedded posts are no text), by the containers around it, by its words, by its links, and by
what this feed has said before. A few rules look at the whole: nothing empties an entry, a heading goes with its section.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from digest.group.text.blocks import RawBlock
from digest.group.text.letters import any_letter, letters, letters_only
from digest.group.text.phrases import (
    ABOUT,
    AGENCIES,
    AUTHORS,
    BYLINE,
    CALL,
    CONTAINER,
    CREDIT,
    CREDIT_ENDS,
    CREDITS,
    DATE_LINE,
    DISCLAIMER,
    LABEL,
    NOTICES,
    SIGNED,
    STYLE_SHEET,
    told,
)
from digest.group.text.repeats import addresses, learned, without_addresses

_ABOUT_US = re.compile(r"^About (?:the )?[A-Z][\w&.’' -]+:?$")
_FILED_LINE = re.compile(r"^\W*(?:tags?|topics|products|categor(?:y|ies)|filed under|labels?|keywords)\s*[:：]")
_ENDS = re.compile(r"[.!?。！？]\W*$")
_CHAIN = 5  # links of a paragraph that is nothing but links
_NOTHING: Mapping[str, int] = {}


def judge(
    blocks: Sequence[RawBlock], title: str, *, boilerplate: Mapping[str, int] = _NOTHING, site: str = ""
) -> list[str]:
    """For each block why it is no part of the article, "" where it is. `title` is the entry's, `site` its host."""
    key = letters_only(title)
    view = _View.of(blocks, title, site)
    verdicts = []
    for place, block in enumerate(blocks):
        written = addresses(block.text)
        verdicts.append(
            _by_kind(block, place, view, written)
            or _by_words(block, place, view, written)
            or _by_signs(block, written)
            or _by_links(block, place, view)
            or ("learned" if learned(blocks, place, key, boilerplate, written) else "")
        )
    _never_all(blocks, verdicts)
    _sections(blocks, verdicts)
    _lead_ins(blocks, verdicts)
    _bare_headings(blocks, verdicts)
    return verdicts


@dataclass(frozen=True, slots=True)
class _View:
    """What a block is judged against: the entry as a whole."""

    count: int
    headline: str
    boxed: bool  # containers of the wrong name hold most of the text: their names mean nothing then
    roundup: bool  # most of the text is links: they are the article
    lists: Mapping[int, float]  # group -> share of its characters inside links
    site: str
    prose: int  # where the last paragraph of prose stands

    @classmethod
    def of(cls, blocks: Sequence[RawBlock], title: str, site: str) -> "_View":
        total = sum(len(block.text) for block in blocks) or 1
        boxed = sum(len(b.text) for b in blocks if b.marks and _boxed(b.marks))
        linked = sum(len(b.text) for b in blocks if b.link_share >= 0.85 and b.kind in ("list", "paragraph"))
        sizes: dict[int, tuple[int, int]] = {}
        for block in blocks:
            if block.group:
                size, inside = sizes.get(block.group, (0, 0))
                sizes[block.group] = (size + len(block.text), inside + block.linked)
        prose = max((n for n, b in enumerate(blocks) if len(b.text) >= 80 and b.link_share < 0.3), default=-1)
        lists = {group: inside / max(1, size) for group, (size, inside) in sizes.items()}
        return cls(len(blocks), letters(title), boxed * 2 > total, linked * 2 > total, lists, site, prose)


def _by_kind(block: RawBlock, place: int, view: _View, written: int) -> str:
    if block.kind in ("caption", "card", "embed"):
        return block.kind
    if not any_letter(block.text):
        return "no letters"
    if not view.boxed and block.marks and _boxed(block.marks):
        return "container"
    headline = view.headline
    if headline and written and letters(without_addresses(block.text)) == headline:
        return "title"
    if headline and place < 4:
        mine = letters(block.text[:400])  # a headline is no longer
        if mine == headline or (block.kind == "heading" and len(mine) > 12 and mine in headline):
            return "title"
    return ""


def _by_words(block: RawBlock, place: int, view: _View, written: int) -> str:
    text, size = block.text, len(block.text)
    low = text.lower()
    if block.kind == "heading":
        return "label" if size <= 80 and (LABEL.match(low) or ABOUT.match(low)) else ""
    late = place >= 2 and place * 2 >= view.count
    leads = bool(block.links) or written > 0
    if late and leads and CREDITS.match(low):
        return "credit"
    if block.kind == "code" or size > 700:
        return ""
    if (size <= 160 and block.kind != "table" and LABEL.match(low)) or (size <= 400 and _FILED_LINE.match(low)):
        return "label"
    foot = place >= view.count - 3 and place > 0
    if size <= 300 and CALL.match(low) and (block.link_share > 0.25 or (leads and (size < 160 or foot))):
        return "call"
    if (leads or place < 2 or place >= view.count - 6) and (size <= 420 or leads) and told(NOTICES, text):
        return "notice"
    if foot and DISCLAIMER.match(low):
        return "notice"
    if size <= 220 and (CREDIT.match(low) or (size <= 140 and told(CREDIT_ENDS, text))):
        return "credit"
    edge = place < 2 or place >= view.count - 2
    if edge and size <= 100 and (AGENCIES.match(text) or (foot and (_signed(block, place, view) or _authors(block)))):
        return "byline"
    return "byline" if size <= 120 and (BYLINE.match(text) or DATE_LINE.match(low)) else ""


def _signed(block: RawBlock, place: int, view: _View) -> bool:
    """The closing line of a letter: at the very end, behind prose."""
    last = place == view.count - 1 and place >= 2 and view.prose == place - 1
    return (
        block.kind == "paragraph"
        and (last or place >= view.count - 2)
        and len(block.text) <= (60 if last else 40)
        and (SIGNED.match(block.text) is not None and (last or " " in block.text))
    )


def _authors(block: RawBlock) -> bool:
    return (
        block.kind == "paragraph"
        and len(block.text) <= 70
        and not block.heavy
        and AUTHORS.match(block.text) is not None
    )


def _by_signs(block: RawBlock, written: int) -> str:
    if block.kind == "code":
        return ""
    text = block.text
    if text[0] in "#@" and len(words := text.split()) <= 40 and all(word[0] in "#@" for word in words):
        return "hashtags"
    if written * 10 > len(text) * (9 if block.linked else 5):
        return "addresses"
    if "{" in text and len(STYLE_SHEET.sub("", text)) * 3 < len(text):
        return "style sheet"
    return ""


def _by_links(block: RawBlock, place: int, view: _View) -> str:
    """A line that is all link leads to another article; lists of links elsewhere, amid prose, are the article's own."""
    if view.roundup or block.kind in ("heading", "code", "table"):
        return ""
    if (
        block.kind == "paragraph"
        and len(block.links) >= _CHAIN
        and block.link_share > 0.6
        and not _ENDS.search(block.text)
    ):
        return "link"
    if block.link_share < 0.85 or len(block.text) > 220:
        return ""
    if not block.group:
        return "link"
    away = view.site and block.links and not any(_same_site(link, view.site) for link in block.links)
    if view.lists[block.group] < 0.8 or (away and place < view.prose):
        return ""
    return "link"


def _same_site(link: str, site: str) -> bool:
    """Both on one registered name, as near as two last labels tell."""
    host = link.partition("://")[2].partition("/")[0].casefold() if "://" in link else site
    return host.split(".")[-2:] == site.split(".")[-2:]


def _never_all(blocks: Sequence[RawBlock], verdicts: list[str]) -> None:
    """Rules that go by links or by memory never empty an entry of its prose."""
    if any(not verdict and len(block.text) >= 40 for block, verdict in zip(blocks, verdicts, strict=True)):
        return
    for place, block in enumerate(blocks):
        if verdicts[place] in ("learned", "link") and len(block.text) >= 60 and block.link_share < 1.0:
            verdicts[place] = ""


def _sections(blocks: Sequence[RawBlock], verdicts: list[str]) -> None:
    """What follows "About the author" near the end is none of the article."""
    for place, block in enumerate(blocks):
        late = place * 2 >= len(blocks) and len(block.text) <= 60
        if late and (ABOUT.match(block.text.lower()) or (place >= len(blocks) - 4 and _ABOUT_US.match(block.text))):
            for later in range(place, len(blocks)):
                verdicts[later] = verdicts[later] or "about"
            return


def _lead_ins(blocks: Sequence[RawBlock], verdicts: list[str]) -> None:
    """ "For further reading, see:" goes with the links it leads to, and a sponsors' list with the line above it."""
    for place in range(len(blocks) - 2, -1, -1):
        block, following = blocks[place], blocks[place + 1]
        if verdicts[place] == "learned" and place and _sub_heading(block) and not verdicts[place + 1]:
            verdicts[place] = ""  # fixed words over text that changes
        if not block.text.rstrip().endswith((":", "：", "↓", "👇")) or len(block.text) > 120 or block.kind == "heading":
            continue
        if not verdicts[place] and verdicts[place + 1] in ("link", "label", "card") and following.kind != "heading":
            verdicts[place] = "lead-in"
        elif verdicts[place] in ("notice", "label", "call") and following.group:
            for later in range(place + 1, len(blocks)):
                if blocks[later].group != following.group:
                    break
                verdicts[later] = verdicts[later] or verdicts[place]


def _sub_heading(block: RawBlock) -> bool:
    """A short line in bold or before a colon."""
    return (
        block.kind == "paragraph"
        and len(block.text) <= 60
        and not block.linked
        and (block.heavy > 0.8 or block.text.endswith(":"))
    )


def _bare_headings(blocks: Sequence[RawBlock], verdicts: list[str]) -> None:
    """A heading goes when everything below it, up to the next heading, went."""
    dropped = kept_below = False
    for place in range(len(blocks) - 1, -1, -1):
        if blocks[place].kind != "heading":
            dropped, kept_below = dropped or bool(verdicts[place]), kept_below or not verdicts[place]
            continue
        if not verdicts[place] and dropped and not kept_below:
            verdicts[place] = "heading"
        dropped = kept_below = False


@lru_cache(maxsize=4096)
def _boxed(marks: str) -> bool:
    return CONTAINER.search(marks) is not None
