"""What a feed says again and again: a block that stands in several of its entries is boilerplate, in whatever language.

`fingerprints` are taken of every entry once it is stored, and counted per feed; `learned` asks those counts. The
first day works already: one fetch holds several entries.
"""

import html
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from hashlib import blake2b

from digest.group.text.blocks import RawBlock, walk
from digest.group.text.letters import letters, letters_only
from digest.group.text.title import segments
from digest.model import Entry

SEEN = ""
"""The reserved fingerprint: how many entries of the feed were counted."""

_LINKS = re.compile(r"[hHwW](?i:(?<=h)ttps?://|(?<=w)ww\.)\S+")
_URLS = re.compile(r"(?i)(?:https?://|www\.)\S+|[^\s@]{1,64}@[^\s@]{1,120}\.\w+")
_BARE = re.compile(r"(?i)\b[a-z\d-]{2,40}(?:\.[a-z\d-]{2,40})?\.(?:com|org|net|tv|fm|io|co|me|gl|ly|be)/\S*")
_DOMAINS = (".com/", ".org/", ".net/", ".tv/", ".fm/", ".io/", ".co/", ".me/", ".gl/", ".ly/", ".be/")
_DIGIT = re.compile(r"\d")
_ASCII_DIGIT = re.compile(r"[0-9]")  # a third of the time
_TERMINAL = re.compile(r"[.!?…。！？।؟]\W*$")
_WITHIN = re.compile(r"[.!?](?<=[^\W\d_]{3}.)\s+\w")  # a sentence ends inside
_TAG = re.compile(r"<[^<>]*>")
_LABELLED = re.compile(r"([^:：.!?\n]{6,60})[:：]\s+(?=\S)")
_PICTURES = 3  # of an entry that are remembered
_HEAD, _FOOT, _LINES = 6, 6, 3  # blocks from either end that are worth remembering; deeper ones only with links


@lru_cache(maxsize=4_096)
def fingerprint(text: str, title: str = "") -> str:
    """A short stable hash of a block's letters, "" if it has none to speak of.

    Figures are left out of a line (counts, dates) but not of a sentence, which means them ("version 4.2 is out"); the
    entry's title (as `letters_only` gives it) is left out of both.
    """
    mine = letters_only(text)
    if title and len(title) >= 8 and title in mine:
        mine = mine.replace(title, "\0")
    elif (_ASCII_DIGIT if text.isascii() else _DIGIT).search(text) and _is_sentence(text):
        mine = letters(text)
    return blake2b(mine.encode("utf-8", "replace"), digest_size=6).hexdigest() if len(mine) > 1 else ""


def title_mark(segment: str) -> str:
    """The fingerprint of what stands behind a title; its figures count ("Episode 43" is no site's name)."""
    mine = "title " + " ".join(segment.casefold().split())
    return blake2b(mine.encode("utf-8", "replace"), digest_size=6).hexdigest()


def _opening(text: str) -> str:
    """The fingerprint of how a short closing line begins ("Posted by …", "Source: …"): the rest of it changes."""
    words = text.split(None, 2) if len(text) <= 160 else []
    return fingerprint("opening " + " ".join(words[:2])) if len(words) >= 3 else ""


def cut_mark(entry: Entry) -> str:
    """The mark of a text that ends without a sentence's end after so many characters: a feed that cuts all of its texts
    at one length is found out by it. "" for a text that ends well."""
    markup = (entry.teaser or entry.content).strip()
    text = html.unescape(_TAG.sub("", markup)) if "<" in markup or "&" in markup else markup
    if not 60 <= len(text) <= 1_200 or _TERMINAL.search(text[-12:]):
        return ""
    return blake2b(f"cut {len(text)}".encode(), digest_size=6).hexdigest()


def cuts(entry: Entry, counts: Mapping[str, int]) -> bool:
    """The feed cuts its texts at this one's length."""
    times = _times(cut_mark(entry), counts)
    return times >= 3 and times >= counts.get(SEEN, 0) * 0.15


def label_mark(text: str) -> tuple[str, int]:
    """The fingerprint of a label in front of a text ("Weekly letter: …") and where the text goes on; ("", 0) without one."""
    match = _LABELLED.match(text)
    if not match:
        return "", 0
    return blake2b(
        ("label " + letters_only(match[1])).encode("utf-8", "replace"), digest_size=6
    ).hexdigest(), match.end()


def without_label(text: str, counts: Mapping[str, int]) -> str:
    """The text without a label that the feed sets in front of many."""
    mark, end = label_mark(text)
    times = _times(mark, counts)
    return text[end:] if times >= 3 and times >= counts.get(SEEN, 0) * 0.1 and len(text) - end >= 30 else text


def fingerprints(entry: Entry) -> tuple[str, ...]:
    """What to count of an entry when it arrives, each once: the blocks near either end and those full of links, how its
    last lines begin, the ends of its title, and `SEEN`."""
    title = letters_only(entry.title)
    found = {SEEN: None}
    for markup in (entry.content, entry.teaser):
        if not markup:
            continue
        blocks, pictures = walk(markup)
        for picture in pictures[:_PICTURES]:
            found[picture_mark(picture.url)] = None
        last = len(blocks) - _FOOT
        for place, block in enumerate(blocks):
            label = len(block.text) <= 40 and block.kind in ("paragraph", "table", "quote")
            if place < _HEAD or place >= last or label or block.linked * 2 > len(block.text):
                found[fingerprint(block.text, title)] = None
        for block in blocks[-_LINES:]:
            found[_opening(block.text)] = None
        for block in blocks[2:][-_FOOT:]:
            found[_beginning(block.text)] = None
        for block in blocks[:2]:
            found[label_mark(block.text)[0]] = None
    for offered in entry.images[:_PICTURES]:
        found[picture_mark(offered.url)] = None
    found[cut_mark(entry)] = None
    for segment in segments(entry.title):
        found[title_mark(segment)] = None
    return tuple(found)


def picture_mark(url: str) -> str:
    """The fingerprint of a picture's address, what is asked of it (size, cut) left out."""
    return blake2b(b"picture " + url.partition("?")[0].encode("utf-8", "replace"), digest_size=6).hexdigest()


def stock_picture(url: str, counts: Mapping[str, int]) -> bool:
    """The feed shows the picture with entry after entry: its emblem, or what stands for a picture that is missing."""
    times = _times(picture_mark(url), counts) if counts else 0
    return times >= 4 and times >= counts.get(SEEN, 0) * 0.05


def familiar(text: str, title: str, counts: Mapping[str, int]) -> bool:
    """The feed has printed the paragraph under other titles too: it tells nothing of this one."""
    times = _times(fingerprint(text, letters_only(title)), counts)
    return times >= 3 and times >= counts.get(SEEN, 0) * 0.04


def learned(blocks: Sequence[RawBlock], place: int, title: str, counts: Mapping[str, int], written: int) -> bool:
    """This feed repeats the block, often enough for its number of entries and for what the block looks like (`written`
    of its characters are `addresses`).

    Lines full of links or addresses, closing lines and fragments need three times and a tenth of the entries. What reads
    like the article's own prose needs eight tenths: a release note opens with the same words each time and means them.
    """
    block = blocks[place]
    if block.kind == "heading" or not counts:
        return False
    times, seen = _times(fingerprint(block.text, title), counts), counts.get(SEEN, 0)
    begins = _times(_opening(block.text), counts) if place and place >= len(blocks) - _LINES else 0
    if place >= 2 and place >= len(blocks) - _FOOT:
        again = _times(_beginning(block.text), counts)
        if again >= 4 and again >= seen * 0.4:
            return True
    if times < 3 and (begins < 5 or begins < seen * 0.6):
        return False
    sentence = _is_sentence(block.text)
    leading = block.link_share > 0.5 or written > 0.15 * len(block.text)
    if times < 3:
        return leading or not sentence
    if times >= seen * 0.8 or (leading and (times >= 20 or (times >= 6 and times >= seen * 0.02))):
        return True
    if times < seen * 0.1:
        return False
    if leading or _closes(blocks, place):
        return True
    if block.kind in ("list", "table") and not block.linked:
        return times >= seen * 0.6
    return not sentence or (times >= seen * 0.4 and place * 2 >= len(blocks))


def _is_sentence(text: str) -> bool:
    return len(text) > 200 or _TERMINAL.search(text) is not None or _WITHIN.search(text) is not None


def _beginning(text: str) -> str:
    """The fingerprint of how a long paragraph begins: a station's or a shop's word about itself, of which details change."""
    words = text.split(None, 13)
    return fingerprint("beginning " + " ".join(words[:6])) if len(words) >= 14 else ""


def _closes(blocks: Sequence[RawBlock], place: int) -> bool:
    """Stands at the foot: in the last third, or as a short last line where there are few blocks."""
    count = len(blocks)
    if count < 4:
        return count >= 2 and place == count - 1 and len(blocks[place].text) <= 80
    return place >= count - min(_FOOT, count // 3 + 1)


def _times(key: str, counts: Mapping[str, int]) -> int:
    return counts.get(key, 0) if key != SEEN else 0


def addresses(text: str) -> int:
    """How many characters of a text are addresses written out."""
    if "/" not in text and "@" not in text and "www." not in text:
        return 0
    pattern = _URLS if "@" in text else _LINKS
    found = pattern.findall(text) if "@" in text or "//" in text or "www." in text else []
    if "/" in text and [domain for domain in _DOMAINS if domain in text]:
        found += _BARE.findall(_URLS.sub(" ", text))
    return sum(map(len, found))


def without_addresses(text: str) -> str:
    """A text without them."""
    return _URLS.sub("", text)
