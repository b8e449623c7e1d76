"""Raw feed markup -> the article's own blocks, a clean title, a picture, a language, a summary.

Judged block by block: by kind (captions, cards and embedded posts are no text), by the containers around it, by its links, by
its words, and by what this feed has said before: a block that stands in several entries of a feed is boilerplate in
whatever language. The store counts `fingerprints` as entries arrive, so the first day works already.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import blake2b

from digest.group import images, reading
from digest.group.blocks import RawBlock, RawImage, plain, walk
from digest.group.language import detect
from digest.group.phrases import AGENCY_CREDIT, ANYWHERE, BYLINE, CONTAINER, CREDIT, DATE_LINE, LABEL, OPENING, TAIL
from digest.group.summarise import letters, of_entry
from digest.group.title import clean_title, segments
from digest.model import Block, Entry

SEEN = ""
"""The reserved fingerprint: how many entries of the feed were counted."""

_URLS = re.compile(r"(?i)(?:https?://|www\.)\S+|\S+@\S+\.\w+")
_HEAD, _FOOT = 3, 6  # blocks from either end that are worth remembering; deeper ones only with links
_NOTHING: Mapping[str, int] = {}


# ---------------------------------------------------------------- what a feed repeats


def fingerprint(text: str, title: str = "") -> str:
    """A short stable hash of a block's letters; digits are left out (counts, dates), so is the entry's title. "" if nothing remains."""
    mine = "".join(character for character in text.casefold() if character.isalpha())
    if title and len(title) >= 8 and title in mine:
        mine = mine.replace(title, "\0")
    return blake2b(mine.encode("utf-8", "replace"), digest_size=6).hexdigest() if len(mine) > 1 else ""


def _title_key(title: str) -> str:
    return "".join(character for character in title.casefold() if character.isalpha())


def fingerprints(entry: Entry) -> tuple[str, ...]:
    """What to count of an entry when it arrives: its blocks near either end and those full of links, its title's ends,
    and once `SEEN`. Each at most once."""
    title = _title_key(entry.title)
    found = {SEEN: None}
    for markup in (entry.content, entry.teaser):
        if not markup:
            continue
        blocks, _ = walk(markup)
        last = len(blocks) - _FOOT
        for place, block in enumerate(blocks):
            if place < _HEAD or place >= last or block.linked * 2 > len(block.text):
                found[fingerprint(block.text, title)] = None
    for segment in segments(entry.title):
        found[fingerprint("title " + segment)] = None
    return tuple(found)


def _learned(block: RawBlock, title: str, counts: Mapping[str, int]) -> bool:
    """This feed repeats the block: at least three times, and often for its number of entries."""
    if block.kind == "heading" or not counts:
        return False
    times = counts.get(fingerprint(block.text, title), 0)
    seen = max(times, counts.get(SEEN, 0))
    return times >= 3 and (times >= seen * 0.1 or times >= 20 or (times >= 6 and times >= seen * 0.02))


# ---------------------------------------------------------------- judging


def judge(blocks: Sequence[RawBlock], title: str, *, boilerplate: Mapping[str, int] = _NOTHING) -> list[str]:
    """For each block why it is no part of the article, "" where it is. `title` is the entry's."""
    key, headline = _title_key(title), letters(title)
    total = sum(len(block.text) for block in blocks) or 1
    boxed = sum(len(b.text) for b in blocks if b.marks and CONTAINER.search(b.marks)) / total
    linked = sum(len(b.text) for b in blocks if b.link_share >= 0.85 and b.kind in ("list", "paragraph")) / total
    verdicts = [
        _reason(block, place, len(blocks), headline, boxes=boxed < 0.5, roundup=linked > 0.5)
        or ("learned" if _learned(block, key, boilerplate) else "")
        for place, block in enumerate(blocks)
    ]
    _never_all(blocks, verdicts)
    _bare_headings(blocks, verdicts)
    return verdicts


def _reason(block: RawBlock, place: int, count: int, headline: str, *, boxes: bool, roundup: bool) -> str:
    text = block.text
    if block.kind in ("caption", "card", "embed"):
        return block.kind
    mine = letters(text)
    if not mine:
        return "no letters"
    if boxes and block.marks and CONTAINER.search(block.marks):
        return "container"
    if (
        headline
        and place < 4
        and (mine == headline or (block.kind == "heading" and len(mine) > 12 and mine in headline))
    ):
        return "title"
    if block.kind == "code":
        return ""
    return _by_words(block, text, place, count) or _by_links(block, text, roundup=roundup)


def _by_words(block: RawBlock, text: str, place: int, count: int) -> str:
    if len(text) <= 160 and LABEL.match(text):
        return "label"
    edge = place <= 1 or place >= count - 3
    if (
        len(text) <= 300
        and OPENING.match(text)
        and (block.linked * 4 > len(text) or (block.links and len(text) < 200) or (edge and len(text) < 110 and place))
    ):
        return "call"
    if len(text) <= 420 and ANYWHERE.search(text):
        return "notice"
    if len(text) <= 220 and (CREDIT.match(text) or (len(text) <= 140 and AGENCY_CREDIT.search(text))):
        return "credit"
    if len(text) <= 110 and (BYLINE.match(text) or DATE_LINE.match(text)):
        return "byline"
    words = text.split()
    if len(words) <= 40 and all(word[:1] in "#@" for word in words):
        return "hashtags"
    if sum(len(url) for url in _URLS.findall(text)) * 2 > len(text):
        return "addresses"
    return ""


def _by_links(block: RawBlock, text: str, *, roundup: bool) -> str:
    if block.link_share >= 0.85 and not roundup and len(text) <= 220:
        return "link"
    return ""


def _never_all(blocks: Sequence[RawBlock], verdicts: list[str]) -> None:
    """Rules that go by links or by memory never empty an entry of its prose."""
    if any(not verdict and len(block.text) >= 40 for block, verdict in zip(blocks, verdicts, strict=True)):
        return
    for place, block in enumerate(blocks):
        if verdicts[place] in ("learned", "link") and len(block.text) >= 60 and block.link_share < 1.0:
            verdicts[place] = ""


def _bare_headings(blocks: Sequence[RawBlock], verdicts: list[str]) -> None:
    """A heading whose whole section went, goes too."""
    below = "end"
    for place in range(len(blocks) - 1, -1, -1):
        if blocks[place].kind == "heading" and not verdicts[place] and below == "dropped":
            verdicts[place] = "heading"
        elif verdicts[place]:
            below = "dropped" if below != "kept" else below
        if blocks[place].kind == "heading":
            below = "end" if not verdicts[place] else below
        elif not verdicts[place]:
            below = "kept"


def kept(blocks: Sequence[RawBlock], verdicts: Sequence[str]) -> tuple[Block, ...]:
    """The blocks that stay, as they are shown: items of one list and rows of one table together, tails cut."""
    out: list[Block] = []
    group = 0
    for block, verdict in zip(blocks, verdicts, strict=True):
        if verdict:
            continue
        text = block.text if block.kind == "code" else TAIL.sub("", block.text).strip()
        if not letters(text):
            continue
        if group and block.group == group and out and out[-1].kind == block.kind:
            out[-1] = replace(out[-1], text=f"{out[-1].text}\n{text}")
        else:
            out.append(Block(block.kind, text, round(block.link_share, 2)))
        group = block.group
    return tuple(out)


# ---------------------------------------------------------------- an entry


def clean(entry: Entry, *, boilerplate: Mapping[str, int] = _NOTHING) -> Entry:
    """The entry with `title`, `blocks`, `language`, `words`, `image` and `summary` filled from its markup: plain text only.

    `boilerplate` holds the feed's counted fingerprints, `SEEN` among them. Pure, deterministic, and safe on any input; raw
    `teaser` and `content` stay as they are.
    """
    own, own_images = _part(entry.teaser, entry.title, boilerplate)
    article, inside = _part(entry.content, entry.title, boilerplate)
    blocks = article if _length(article) >= _length(own) else own
    title = clean_title(
        entry.title,
        blocks,
        {s: boilerplate.get(fingerprint("title " + s), 0) for s in segments(entry.title)},
        boilerplate.get(SEEN, 0),
    )
    sample = f"{title}. {' '.join(block.text for block in (own or blocks)[:4])}"
    language = detect(sample, entry.language)
    return replace(
        entry,
        title=title,
        blocks=blocks,
        language=language,
        words=sum(reading.count(block.text) for block in blocks),
        image=images.choose(entry.images, [*inside, *own_images], base=entry.url, title=entry.title),
        summary=of_entry(title, own, article, language),
    )


def _part(markup: str, title: str, boilerplate: Mapping[str, int]) -> tuple[tuple[Block, ...], list[RawImage]]:
    if not markup:
        return (), []
    blocks, pictures = walk(markup)
    return kept(blocks, judge(blocks, plain(title), boilerplate=boilerplate)), pictures


def _length(blocks: Sequence[Block]) -> int:
    return sum(len(block.text) for block in blocks)
