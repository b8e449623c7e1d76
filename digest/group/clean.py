"""Raw feed markup -> the article's own blocks, a clean title, a picture, a language, a summary.

`clean` runs in worker processes, on what is due; `fingerprints` on every entry that is stored, once, so that a feed's own
habits are known before an edition is composed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from digest.group.text import images, reading
from digest.group.text.blocks import RawBlock, RawImage, plain, walk
from digest.group.text.extract import of_entry
from digest.group.text.judge import judge
from digest.group.text.language import detect, primary
from digest.group.text.letters import any_letter
from digest.group.text.phrases import TAILS
from digest.group.text.repeats import (
    SEEN,
    cuts,
    familiar,
    fingerprint,
    fingerprints,
    stock_picture,
    title_mark,
    without_label,
)
from digest.group.text.title import clean_title, segments, without_standfirst
from digest.model import Block, Entry

__all__ = ["SEEN", "clean", "fingerprint", "fingerprints", "kept"]

_REMEMBERED = 6  # blocks at the head that a feed's memory holds
_TAIL = 420  # characters at the end of a block that are searched
_LINK_LINE = 40  # characters of a closing line that is a link (a section's name), and least of the text before it
_NOTHING: Mapping[str, int] = {}


def clean(entry: Entry, *, boilerplate: Mapping[str, int] = _NOTHING, against: float = 0.0) -> Entry:
    """The entry with `title`, `blocks`, `language`, `words`, `image` and `summary` filled from its markup: plain text only.

    `boilerplate` holds the feed's counted fingerprints, `SEEN` among them; `against` is what the kind of
    text speaks against a summary (`kinds.against`). Pure, deterministic, and safe on any input; raw
    `teaser` and `content` stay as they are.
    """
    own, own_images = _part(entry.teaser, entry, boilerplate)
    article, inside = _part(entry.content, entry, boilerplate)
    blocks = article if _length(article) >= _length(own) * 0.7 else own
    title = clean_title(
        entry.title,
        blocks,
        {s: boilerplate.get(title_mark(s), 0) for s in segments(entry.title)},
        boilerplate.get(SEEN, 0),
        primary(entry.language),
    )
    if len(own or blocks) == 1:
        title = without_standfirst(title, (own or blocks)[0].text)
    sample = f"{title}. {' '.join(block.text for block in (own or blocks)[:4])}"
    language = detect(sample, entry.language)
    return replace(
        entry,
        title=title,
        blocks=blocks,
        language=language,
        words=sum(reading.count(block.text) for block in blocks),
        image=images.choose(
            [image for image in entry.images if not stock_picture(image.url, boilerplate)],
            [image for image in (*inside, *own_images) if not stock_picture(image.url, boilerplate)],
            base=entry.url,
            title=entry.title,
        ),
        summary=of_entry(
            title,
            _unfamiliar(own, entry.title, boilerplate),
            _unfamiliar(article, entry.title, boilerplate),
            language,
            cut=cuts(entry, boilerplate),
            against=against,
        ),
    )


def _part(markup: str, entry: Entry, boilerplate: Mapping[str, int]) -> tuple[tuple[Block, ...], list[RawImage]]:
    if not markup:
        return (), []
    blocks, pictures = walk(markup)
    site = entry.url.partition("://")[2].partition("/")[0].casefold()
    stay = kept(blocks, judge(blocks, plain(entry.title), boilerplate=boilerplate, site=site))
    if stay and stay[0].kind == "paragraph":
        stay = (replace(stay[0], text=without_label(stay[0].text, boilerplate)), *stay[1:])
    return stay, pictures


def _unfamiliar(blocks: tuple[Block, ...], title: str, boilerplate: Mapping[str, int]) -> tuple[Block, ...]:
    """What may be summarised: without paragraphs that this feed prints under several titles, be they its article or not."""
    if not boilerplate:
        return blocks
    return tuple(
        block
        for place, block in enumerate(blocks)
        if place >= _REMEMBERED or block.kind == "heading" or not familiar(block.text, title, boilerplate)
    )


def offered(entry: Entry, boilerplate: Mapping[str, int]) -> tuple[tuple[Block, ...], tuple[Block, ...]]:
    """What an entry's summary may be taken from: its teaser's blocks and its content's."""
    own, article = (_part(markup, entry, boilerplate)[0] for markup in (entry.teaser, entry.content))
    return _unfamiliar(own, entry.title, boilerplate), _unfamiliar(article, entry.title, boilerplate)


def _length(blocks: Sequence[Block]) -> int:
    return sum(len(block.text) for block in blocks)


def kept(blocks: Sequence[RawBlock], verdicts: Sequence[str]) -> tuple[Block, ...]:
    """The blocks that stay, as they are shown: items of one list and rows of one table together, tails cut."""
    out: list[Block] = []
    group = 0
    last = max((place for place, verdict in enumerate(verdicts) if not verdict), default=0)
    for place, (block, verdict) in enumerate(zip(blocks, verdicts, strict=True)):
        if verdict:
            continue
        text = block.text
        if block.kind == "paragraph" and 0 < block.tail <= _LINK_LINE and block.tail * 3 < len(text):
            text = text[: -block.tail].rstrip()
        if block.kind != "code" and (place == last or block.links):
            text = _without_tail(text)
        if not any_letter(text):
            continue
        if group and block.group == group and out and out[-1].kind == block.kind:
            out[-1] = Block(block.kind, f"{out[-1].text}\n{text}", out[-1].link_share)
        else:
            out.append(Block(block.kind, text, round(block.link_share, 2)))
        group = block.group
    return tuple(out)


def _without_tail(text: str) -> str:
    for pattern in TAILS.likely(text[-_TAIL:]):
        if match := pattern.search(text, max(0, len(text) - _TAIL)):
            return text[: match.start()].strip()
    return text
