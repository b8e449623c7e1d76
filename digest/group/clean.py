"""Raw feed markup -> the article's own blocks, a clean title, a picture, a language, a summary.

Judged block by block: by kind (captions, cards and embedded posts are no text), by the containers around it, by its links, by
its words, and by what this feed has said before: a block that stands in several entries of a feed is boilerplate in
whatever language. The store counts `fingerprints` as entries arrive, so the first day works already.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import blake2b

from digest.group import images, reading
from digest.group.blocks import RawBlock, RawImage, plain, walk
from digest.group.language import detect
from digest.group.phrases import (
    ABOUT,
    BYLINE,
    CALL,
    CONTAINER,
    CREDIT,
    CREDIT_END,
    DATE_LINE,
    DISCLAIMER,
    LABEL,
    NOTICE,
    NOTICE_WORDS,
    STYLE_SHEET,
    TAIL,
    TAIL_WORDS,
)
from digest.group.summarise import letters, of_entry
from digest.group.title import clean_title, segments
from digest.model import Block, Entry

SEEN = ""
"""The reserved fingerprint: how many entries of the feed were counted."""

_URLS = re.compile(r"(?i)(?:https?://|www\.)\S+|\S+@\S+\.\w+")
_NO_LETTER = re.compile(r"[\W\d_]+")
_HEAD, _FOOT, _LINES = 6, 6, 3  # blocks from either end that are worth remembering; deeper ones only with links
_TERMINAL = re.compile(r"[.!?…。！？।؟]\W*$")
_ABOUT_US = re.compile(r"^About (?:the )?[A-Z][\w&.’' -]+:?$")
_DIGIT = re.compile(r"\d")
_FILED_LINE = re.compile(r"(?i)^\W*(?:tags?|topics|products|categor(?:y|ies)|filed under|labels?|keywords)\s*[:：]")
_NOTHING: Mapping[str, int] = {}


# ---------------------------------------------------------------- what a feed repeats


def fingerprint(text: str, title: str = "") -> str:
    """A short stable hash of a block's letters, "" if it has none to speak of.

    Digits are left out (counts, dates), and so is the entry's title (as `letters_only` gives it).
    """
    mine = letters_only(text)
    if title and len(title) >= 8 and title in mine:
        mine = mine.replace(title, "\0")
    return blake2b(mine.encode("utf-8", "replace"), digest_size=6).hexdigest() if len(mine) > 1 else ""


def letters_only(text: str) -> str:
    """What fingerprints are made of."""
    return _NO_LETTER.sub("", text.casefold())


def _opening(text: str) -> str:
    """The fingerprint of how a short closing line begins ("Posted by …", "Source: …"): the rest of it changes."""
    words = text.split()
    return fingerprint("opening " + " ".join(words[:2])) if 3 <= len(words) and len(text) <= 160 else ""


def fingerprints(entry: Entry) -> tuple[str, ...]:
    """What to count of an entry when it arrives, each once: the blocks near either end and those full of links, how its
    last lines begin, the ends of its title, and `SEEN`."""
    title = letters_only(entry.title)
    found = {SEEN: None}
    for markup in (entry.content, entry.teaser):
        if not markup:
            continue
        blocks, _ = walk(markup)
        last = len(blocks) - _FOOT
        for place, block in enumerate(blocks):
            label = len(block.text) <= 40 and block.kind in ("paragraph", "table", "quote")
            if place < _HEAD or place >= last or label or block.linked * 2 > len(block.text):
                found[fingerprint(block.text, title)] = None
        for block in blocks[-_LINES:]:
            found[_opening(block.text)] = None
    for segment in segments(entry.title):
        found[fingerprint("title " + segment)] = None
    return tuple(found)


def _learned(blocks: Sequence[RawBlock], place: int, title: str, counts: Mapping[str, int]) -> bool:
    """This feed repeats the block, often enough for its number of entries and for what the block looks like.

    Lines full of links or addresses, closing lines and fragments need three times and a tenth of the entries. What reads
    like the article's own prose needs eight tenths, and is never taken for a repetition when it holds figures, which
    fingerprints leave out: a release note opens with the same words each time and means them.
    """
    block = blocks[place]
    if block.kind == "heading" or not counts:
        return False
    times, seen = _times(fingerprint(block.text, title), counts), counts.get(SEEN, 0)
    begins = _times(_opening(block.text), counts) if place and place >= len(blocks) - _LINES else 0
    if times < 3 and (begins < 5 or begins < seen * 0.6):
        return False
    sentence = len(block.text) > 200 or _TERMINAL.search(block.text) is not None
    leading = block.link_share > 0.5 or _addresses(block.text) > 0.15 * len(block.text)
    if sentence and not leading and _DIGIT.search(block.text):
        return False
    if times < 3:
        return leading or not sentence
    if times >= seen * 0.8 or (leading and (times >= 20 or (times >= 6 and times >= seen * 0.02))):
        return True
    if times < seen * 0.1:
        return False
    foot = place >= max(1, len(blocks) - min(_FOOT, len(blocks) // 3 + 1))
    if leading or foot:
        return True
    if block.kind in ("list", "table") and not block.linked:
        return times >= seen * 0.6
    return not sentence or (times >= seen * 0.4 and place * 2 >= len(blocks))


def _addresses(text: str) -> int:
    """How many characters of a text are addresses written out."""
    if "//" not in text and "www." not in text and "@" not in text:
        return 0
    return sum(len(url) for url in _URLS.findall(text))


@lru_cache(maxsize=4096)
def _boxed(marks: str) -> bool:
    return CONTAINER.search(marks) is not None


def _times(key: str, counts: Mapping[str, int]) -> int:
    return counts.get(key, 0) if key != SEEN else 0


# ---------------------------------------------------------------- judging


def judge(
    blocks: Sequence[RawBlock], title: str, *, boilerplate: Mapping[str, int] = _NOTHING, site: str = ""
) -> list[str]:
    """For each block why it is no part of the article, "" where it is. `title` is the entry's, `site` its host."""
    key = letters_only(title)
    view = _View.of(blocks, title, site)
    verdicts = [
        _by_kind(block, place, view)
        or _by_words(block, place, view)
        or _by_signs(block)
        or _by_links(block, place, view)
        or ("learned" if _learned(blocks, place, key, boilerplate) else "")
        for place, block in enumerate(blocks)
    ]
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


def _by_kind(block: RawBlock, place: int, view: _View) -> str:
    if block.kind in ("caption", "card", "embed"):
        return block.kind
    mine = letters(block.text)
    if not mine:
        return "no letters"
    if not view.boxed and block.marks and _boxed(block.marks):
        return "container"
    headline = view.headline
    if headline and _addresses(block.text) and letters(_URLS.sub("", block.text)) == headline:
        return "title"
    if (
        headline
        and place < 4
        and (mine == headline or (block.kind == "heading" and 12 < len(mine) and mine in headline))
    ):
        return "title"
    return ""


def _by_words(block: RawBlock, place: int, view: _View) -> str:
    text, size = block.text, len(block.text)
    if block.kind == "heading":
        return "label" if size <= 80 and (LABEL.match(text) or ABOUT.match(text)) else ""
    if block.kind == "code" or size > 700:
        return ""
    if (size <= 160 and block.kind != "table" and LABEL.match(text)) or (size <= 400 and _FILED_LINE.match(text)):
        return "label"
    leads = bool(block.links) or _addresses(text) > 0
    foot = place >= view.count - 3 and place > 0
    if size <= 300 and CALL.match(text) and (block.link_share > 0.25 or (leads and (size < 160 or foot))):
        return "call"
    if (leads or place < 2 or place >= view.count - 6) and (size <= 420 or leads) and _noticed(text):
        return "notice"
    if foot and DISCLAIMER.match(text):
        return "notice"
    if size <= 220 and (CREDIT.match(text) or (size <= 140 and CREDIT_END.search(text))):
        return "credit"
    return "byline" if size <= 120 and (BYLINE.match(text) or DATE_LINE.match(text)) else ""


def _noticed(text: str) -> bool:
    low = text.casefold()
    return any(word in low for word in NOTICE_WORDS) and NOTICE.search(text) is not None


def _by_signs(block: RawBlock) -> str:
    if block.kind == "code":
        return ""
    text = block.text
    words = text.split()
    if len(words) <= 40 and all(word[:1] in "#@" for word in words):
        return "hashtags"
    addresses = _addresses(text)
    if addresses * 10 > len(text) * (9 if block.linked else 5):
        return "addresses"
    if "{" in text and len(STYLE_SHEET.sub("", text)) * 3 < len(text):
        return "style sheet"
    return ""


def _by_links(block: RawBlock, place: int, view: _View) -> str:
    """A line that is all link leads to another article; lists of links elsewhere, amid prose, are the article's own."""
    if block.link_share < 0.85 or view.roundup or len(block.text) > 220 or block.kind in ("heading", "code", "table"):
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
        if late and (ABOUT.match(block.text) or (place >= len(blocks) - 4 and _ABOUT_US.match(block.text))):
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


def kept(blocks: Sequence[RawBlock], verdicts: Sequence[str]) -> tuple[Block, ...]:
    """The blocks that stay, as they are shown: items of one list and rows of one table together, tails cut."""
    out: list[Block] = []
    group = 0
    last = max((place for place, verdict in enumerate(verdicts) if not verdict), default=0)
    for place, (block, verdict) in enumerate(zip(blocks, verdicts, strict=True)):
        if verdict:
            continue
        text = block.text
        if block.kind != "code" and (place == last or block.links):
            text = _without_tail(text)
        if not letters(text):
            continue
        if group and block.group == group and out and out[-1].kind == block.kind:
            out[-1] = replace(out[-1], text=f"{out[-1].text}\n{text}")
        else:
            out.append(Block(block.kind, text, round(block.link_share, 2)))
        group = block.group
    return tuple(out)


def _without_tail(text: str) -> str:
    low = text[-420:].casefold()
    match = TAIL.search(text, max(0, len(text) - 420)) if any(word in low for word in TAIL_WORDS) else None
    return text[: match.start()].strip() if match else text


# ---------------------------------------------------------------- an entry


def clean(entry: Entry, *, boilerplate: Mapping[str, int] = _NOTHING) -> Entry:
    """The entry with `title`, `blocks`, `language`, `words`, `image` and `summary` filled from its markup: plain text only.

    `boilerplate` holds the feed's counted fingerprints, `SEEN` among them. Pure, deterministic, and safe on any input; raw
    `teaser` and `content` stay as they are.
    """
    own, own_images = _part(entry.teaser, entry, boilerplate)
    article, inside = _part(entry.content, entry, boilerplate)
    blocks = article if _length(article) >= _length(own) * 0.7 else own
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


def _part(markup: str, entry: Entry, boilerplate: Mapping[str, int]) -> tuple[tuple[Block, ...], list[RawImage]]:
    if not markup:
        return (), []
    blocks, pictures = walk(markup)
    site = entry.url.partition("://")[2].partition("/")[0].casefold()
    return kept(blocks, judge(blocks, plain(entry.title), boilerplate=boilerplate, site=site)), pictures


def _length(blocks: Sequence[Block]) -> int:
    return sum(len(block.text) for block in blocks)
