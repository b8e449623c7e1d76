"""One entry -> its summary: whole sentences, in order, within a limit, as a good editor would pick them.

The publisher's own summary is used where it is one; else the sentences that say what happened are taken from the text.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache, lru_cache
from itertools import islice, takewhile

from digest.group.text import korean
from digest.group.text.datelines import strip_dateline
from digest.group.text.language import detect
from digest.group.text.letters import beginnings, letters
from digest.group.text.phrases import rules
from digest.group.text.sentences import open_quote, split
from digest.group.text.shapes import odd
from digest.group.text.standing import (
    aside,
    asks,
    asks_only,
    breaks_off,
    calls,
    closed,
    cries,
    dangles,
    ended,
    half,
    hangs,
    is_sentence,
    joins,
    leans,
    mid_sentence,
    note,
    refers,
    says_more,
    weak,
    whole,
)
from digest.group.text.subject import about, listed, shares
from digest.group.text.worth import Sentence, doubt, verbless
from digest.model import Block

LIMIT = 280  # characters of an entry's own summary
_ENOUGH = 110  # a publisher's own summary of so many characters needs nothing beside it
_LED_IN = 20  # characters, at least, behind a colon
_CLAUSE = 120  # characters of a shortened text, at least; half of it in dense scripts
_ENOUGH_SENTENCES = 16  # to begin with one of the first `_CANDIDATES` that are fit and go on
_CANDIDATES = 8
_DISPLACED = 60  # characters of a sentence that opens a summary without opening the text
_FIRST_WORDS = 60  # characters of such a sentence within which no pronoun may speak of somebody
_PASSED = 2  # paragraphs before one that may still open a summary, whatever it is about
_LONG_WORDS, _NEW_SHARE = 3, 0.5  # words of four letters and more of a sentence that follows; how many are new
_OPENS, _FOLLOWS = 0.18, 0.08  # most that may be said against a sentence: which opens, and which follows
_READ = 14  # blocks looked at for sentences: what happened stands at the top

_URL = re.compile(r"(?i)\b(?:https?://|www\.)\S+|\b[\w.+-]{1,64}@ ?[\w-]{1,80}\.\w+")
_QUOTE_ALONE = re.compile(r"^[“\"„«「][^“”\"„«»「」]*[”\"“»」][.!?]?$")
_MARKUP = re.compile(
    r"</?[a-zA-Z][^<>]{0,80}>|<[a-zA-Z/!]|&[a-zA-Z]{2,8};|&#\d+;|\{\{|\}\}|\[/?[a-z]{1,8}(?:=[^\]]*)?\](?!\()|->|\(사진|\[사진"
)
_CUT = re.compile(r"(?:\s*[\[(]\s*(?:…|\.\.\.)\s*[\])]|\s*(?:…|\.{2,}))\W*$")
_SAID = re.compile(r"(?i)^[\"“„«][^\"”“»]{0,400}[\"”“»],?\s*(?:he|she|they|it|er|sie|il|elle|он|она|він|вона)\s")
_BULLET = re.compile(r"[\n•▪●■◆►▶](?:(?<=\n)|(?<!\S.)\s)")
_GREETING = re.compile(
    r"(?i)^(?:(?:dear|hello|hi|hey|hallo|liebe[rs]?|chers?|chère?s?|cher\(e\)|bonjour|salut|hola|querid[oa]s?|estimad[oa]s?|cari|care|caro|ciao|olá|kära|hej"
    r"|дорогие|дорогой|уважаемые|привет|шановні) [^.!?:,]{2,40}[,!]\s+){1,3}(?=\S.{30})"
)
WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]{2,}")
_POINTING = rules(
    ("(pictured|(above|(below|(left|(right|(file |(archivbild|(foto|(photo|(en photo|(na foto|, pictured", r"\s\((?:pictured|above|below|left|right|file (?:photo|picture)|archivbild|foto|photo|en photo|na foto)\b[^()]{0,60}\)|(?<=\d), pictured(?=,)|(?<!\d), pictured,(?= )"),
)  # fmt: skip
_EMPHASIS = re.compile(r"(?<![\w*])(\*\*?|__)(?=\S)([^*_]{1,80})(?<=\S)\1")
_PERSON = re.compile(r"\b(?:it|they|them|their|he|him|his|she|her)\b")
_HASHTAGS = re.compile(r"(?m)(?:\s+#[^\W\d_]\w*)+\s*$")  # behind a text, for a search
_Fit = Callable[[Sentence], bool]  # whether a sentence may be printed
NO_GLUE = frozenset({"ja", "zh", "th", "lo", "km", "my"})


# of the characters that a summary may have: where one is a word or half of one, as many hold more than twice the news
_DENSE = {"zh": 0.5, "yue": 0.5, "ja": 0.5}


def room(limit: int, language: str) -> int:
    """How many characters of a language say what `limit` say in one that writes with letters."""
    return round(limit * _DENSE.get(language, 1.0))


def of_entry(
    title: str,
    own: Sequence[Block],
    article: Sequence[Block],
    language: str,
    *,
    limit: int = LIMIT,
    cut: bool = False,
    against: float = 0.0,
) -> str:
    """The best summary of one entry, at most `limit` characters of plain text (`room` of them); "" if nothing but the title
    is known.

    `own` is the publisher's teaser, `article` the text, both cleaned. `cut`: the feed is known to cut what it offers first.
    `against`: what the kind of text speaks against a summary, in log odds (`kinds`).
    """
    limit = room(limit, language)
    if listed(title):
        own, article = about(own, title), about(article, title)
    if language == "ko":
        own, article = _begun(own, title), _begun(article, title)
    own_text, article_text = _text(own), _text(article)
    article_cut = cut and not own_text
    cut = cut or _is_cut(own_text) or _first_words(own_text, article_text) or breaks_off(own_text, language)
    summed_up = bool(own_text) and not cut and _is_summary(own_text, title)
    of_own = _choose(sentences_of(own, language), title, language, limit, against) if summed_up else ""
    if summed_up and (len(of_own) >= min(_ENOUGH, len(own_text) // 2) or not article_text):
        return _told(of_own or _shortened(own_text, title, language, limit, against), title, language)
    chosen = _choose(
        _whole(sentences_of(article, language), cut=article_cut or _ends_cut(article_text, language)),
        title,
        language,
        limit,
        against,
    )
    if not chosen and not summed_up:
        of_own = _choose(_whole(sentences_of(own, language), cut=cut), title, language, limit, against)
    chosen = chosen or of_own
    left = _first(own) or _first(article)
    return _told(chosen or _shortened(left, title, language, limit, against, cut=cut), title, language)


def _begun(blocks: Sequence[Block], title: str) -> tuple[Block, ...]:
    """Korean blocks, the first without the headlines stuck to it."""
    return tuple(
        replace(block, text=korean.without_headlines(block.text, title)) if not place else block
        for place, block in enumerate(blocks)
    )


def _told(text: str, title: str, language: str) -> str:
    """The text with its full stop, if it says more than the title does and more than a word or two."""
    text = "" if _QUOTE_ALONE.match(text) or asks_only(text) else _unlike(text, title)
    return closed(text, language) if text and says_more(text, title, language) else ""


def _ends_cut(text: str, language: str) -> bool:
    return len(text) < 1_000 and (_is_cut(text) or breaks_off(text, language))


def _unlike(text: str, title: str) -> str:
    mine, headline = letters(text), letters(title)
    dense = not mine.isascii() and mine.lower() == mine.upper()
    again = headline and mine.startswith(headline) and len(mine) - len(headline) < 30
    words, known = _words(text), _words(title)
    echo = len(words) >= 4 and len(words & known) > 0.8 * len(words)
    return "" if again or echo or len(mine) < (8 if dense else 15) else text


def _text(blocks: Sequence[Block]) -> str:
    return " ".join(block.text for block in blocks if block.kind != "code")


def _first(blocks: Sequence[Block]) -> str:
    """The first block that is text, with what it leads in."""
    found = ""
    for block in blocks:
        if block.kind in ("paragraph", "quote", "list") and len(block.text) >= 25:
            found = f"{found} {block.text}".strip()
            if not found.endswith((":", "：")):
                break
    return found


def _first_words(own: str, article: str) -> bool:
    """The teaser is no more than the beginning of the text, cut off without a mark."""
    return (
        bool(own and article)
        and not ended(own)
        and letters(article[:600]).startswith(letters(own[:300])[:200])
        and len(article) > len(own) + 20
    )


def _is_summary(text: str, title: str) -> bool:
    mine = letters(text)
    return len(text) >= 30 and mine != letters(title) and len(text) <= 1500 and not len(_addresses(text)) > 2


def _addresses(text: str) -> list[str]:
    return _URL.findall(text) if "@" in text or "://" in text or "www." in text.lower() else []


def _whole(sentences: list[Sentence], *, cut: bool) -> list[Sentence]:
    """What is left of a cut text: not its last sentence."""
    if not cut or not sentences:
        return sentences
    return sentences[:-1]


def sentences_of(blocks: Sequence[Block], language: str) -> list[Sentence]:
    """The first sentences of prose, lists only where there is none; the dateline in front is gone."""
    found: list[Sentence] = []
    paragraphs = [block for block in blocks if block.kind in ("paragraph", "quote", "list")][:_READ]
    within = sum(len(block.text) for block in blocks)
    prose = any(block.kind == "paragraph" and len(block.text) >= 60 for block in paragraphs)
    for number, block in enumerate(paragraphs):
        if prose and block.kind == "list":
            continue
        text = strip_dateline(block.text) if number < 2 else block.text
        if number < 2 and (greeting := _GREETING.match(text)):
            text = text[greeting.end()].upper() + text[greeting.end() + 1 :]
        for sentence in _split(text, language):
            found.append(Sentence(sentence, number, block.kind, len(found), within))
        if len(found) >= _ENOUGH_SENTENCES:
            break
    return found


def _split(text: str, language: str) -> list[str]:
    """The sentences of one block, its bullets apart, without what points at a picture."""
    if "(" in text or ", pictured" in text:
        for pointing in _POINTING.likely(text):
            text = pointing.sub("", text)
    if "*" in text:
        text = _EMPHASIS.sub(r"\2", text)
    if "#" in text:
        text = _HASHTAGS.sub("", text)
    if text.isascii():
        return [sentence for line in text.split("\n") for sentence in split(line, language)]
    hangul = korean.is_korean(text)
    lines = _BULLET.split(korean.unglued(text) if hangul else text)
    found = [sentence for line in lines for sentence in split(line, language)]
    return korean.without_captions(found) if hangul else found


def _choose(sentences: Sequence[Sentence], title: str, language: str, limit: int, against: float) -> str:
    """Sentences in order: the first good one opens, what follows it joins while it fits and makes sense there."""
    headline = letters(title)

    @cache  # most are never asked about
    def fit(sentence: Sentence) -> bool:
        return (
            not _led_in(sentence, sentences)
            and usable(sentence, headline, limit)
            and not breaks_off(sentence.text, language)
        )

    opening = _opening(sentences, fit)
    if opening is None or not is_sentence(opening.text, language) or _elsewhere(opening, sentences, title, language):
        return ""
    lead = _lead(opening, sentences, fit)
    if doubt(lead, title, language=language, against=against) > _OPENS:
        return ""
    chosen = [replace(opening, text=_without_shared_label(opening.text, title))]
    chosen += _following(chosen[0], sentences, fit, title, language, limit)
    led_nowhere = len(chosen) == 1 and lead is not opening  # to what may not stand there
    if led_nowhere and doubt(opening, title, language=language, against=against) > _OPENS:
        return ""
    return balanced(joined([s.text for s in chosen], language))


def _following(
    opening: Sentence, sentences: Sequence[Sentence], fit: _Fit, title: str, language: str, limit: int
) -> Sequence[Sentence]:
    """What goes on from the opening, as long as nothing is left out but what is known: behind a question or a name that
    is not there, an answer or "the band" stands in the air."""
    chosen, last = [opening], opening.place
    for sentence in sentences[opening.place + 1 :]:
        if not fit(sentence) or len(chosen) >= 4:
            break
        if _repeats(sentence.text, chosen) or _echoes(sentence.text, title, chosen):
            last = sentence.place
            continue
        if (
            calls(sentence.text)
            or not is_sentence(sentence.text, language)
            or _SAID.match(sentence.text)
            or asks(sentence.text)
            or cries(sentence.text)
            or (last != chosen[-1].place and refers(sentence.text))
        ):
            break
        said = [s.text for s in chosen]
        too_long = len(closed(joined([*said, sentence.text], language), language)) > limit
        if too_long or doubt(sentence, title, said, language=language) > _FOLLOWS:
            break
        chosen.append(sentence)
        last = sentence.place
    return chosen[1:]


def _led_in(sentence: Sentence, sentences: Sequence[Sentence]) -> bool:
    """Stands behind a colon: what it says hangs on the sentence before."""
    before = sentences[sentence.place - 1].text if sentence.place else ""
    return before.rstrip('"”»’ ').endswith((":", "："))


def _lead(opening: Sentence, sentences: Sequence[Sentence], fit: _Fit) -> Sentence:
    """What a summary opens with, as it is judged: a short sentence together with the one behind it that it leads to."""
    if len(opening.text) >= _DISPLACED:
        return opening
    following = next(_paragraph(opening, sentences), None)
    return replace(opening, text=f"{opening.text} {following.text}") if following and fit(following) else opening


def _paragraph(sentence: Sentence, sentences: Sequence[Sentence]) -> Iterator[Sentence]:
    """The rest of a sentence's paragraph."""
    return takewhile(lambda other: other.paragraph == sentence.paragraph, sentences[sentence.place + 1 :])


def _elsewhere(opening: Sentence, sentences: Sequence[Sentence], title: str, language: str) -> bool:
    """Begins behind two paragraphs of prose or more, and not with the headline's matter: the middle of something; or
    in another language than the text."""
    if language and detect(opening.text, language) != language:
        return True
    before = [s for s in sentences[: opening.place] if s.paragraph != opening.paragraph and len(s.text) >= 40]
    passed = {s.paragraph for s in before if not aside(s.text)} if len(before) >= _PASSED else ()
    return len(passed) >= _PASSED and not shares(opening.text, title.partition(" | ")[0])


def _without_shared_label(text: str, title: str) -> str:
    """Without a label that headline and text both begin with ("Summit 2026: …")."""
    label, colon, rest = text.partition(": ")
    if colon and len(rest) >= 35 and len(label) <= 50 and letters(title).startswith(letters(label)):
        return rest[0].upper() + rest[1:]
    return text


def _begins(sentence: Sentence, sentences: Sequence[Sentence]) -> bool:
    """Where a summary may begin: at the head of a paragraph, or behind what is none of the matter."""
    before = sentences[sentence.place - 1] if sentence.place else None
    return before is None or before.paragraph != sentence.paragraph or _passed_over(before.text)


def _passed_over(text: str) -> bool:
    return aside(text) or weak(text) or calls(text) or asks(text)


def _opening(sentences: Sequence[Sentence], fit: _Fit) -> Sentence | None:
    """The sentence to begin with: the first that tells something by itself; the very first of a text may lean on the headline."""
    for strict in (True, False):
        for sentence in islice(filter(fit, sentences), _CANDIDATES):
            text = sentence.text
            if not _begins(sentence, sentences) or not _stands(sentence, sentences, fit):
                continue
            if weak(text) or note(text) or asks(text):
                continue
            quiet = not cries(text) and text[:1] not in '"“„«‘「'
            if not strict or (quiet and sentence.kind == "paragraph"):
                return sentence
    first = sentences[0] if sentences and fit(sentences[0]) else None
    if first is None or _never_opens(first.text):
        return None
    goes_on = joins(first.text) and any(fit(other) for other in sentences[1:])  # alone, it goes on from the headline
    return None if goes_on else first


def _never_opens(text: str) -> bool:
    return note(text) or hangs(text) or asks(text) or mid_sentence(text)


def _stands(sentence: Sentence, sentences: Sequence[Sentence], fit: _Fit) -> bool:
    text = sentence.text
    if mid_sentence(text):
        return False
    if sentence.place:
        return len(text) >= _DISPLACED and not (leans(text) or _PERSON.search(text[:_FIRST_WORDS].casefold()))
    return len(text) >= 35 and (
        not dangles(text) or (not joins(text) and any(map(fit, _paragraph(sentence, sentences))))
    )


def usable(sentence: Sentence, headline: str, limit: int) -> bool:
    """Fit to be printed: whole, plain, within the limit, and not the headline (as `letters` gives it) again."""
    text = sentence.text
    if (
        not 8 <= len(text) <= limit - (len(text) == limit and not ended(text))
        or _MARKUP.search(text)
        or _addresses(text)
        or _is_cut(text)
    ):
        return False
    if aside(text) or not whole(text) or (sentence.place == 0 and korean.headline_words(text)):
        return False
    if sentence.kind == "paragraph" and len(text) < 40 and not ended(text):
        return False
    if odd(text):
        return False
    mine = letters(text)
    if not mine or (headline and (mine == headline or (mine in headline and len(mine) > len(headline) * 0.6))):
        return False
    return not (headline and mine.startswith(headline) and len(mine) < len(headline) * 1.15)


def _echoes(text: str, title: str, chosen: Iterable[Sentence]) -> bool:
    """Headline and summary so far have most of its longer words already; asked of scripts that set words apart."""
    words = beginnings(_words(text))
    if len(words) < _LONG_WORDS:
        return False
    before = beginnings(_words(title)).union(*(beginnings(_words(sentence.text)) for sentence in chosen))
    return len(words - before) < _NEW_SHARE * len(words)


def _repeats(text: str, chosen: Iterable[Sentence]) -> bool:
    words = _parts(text)
    before = {word for sentence in chosen for word in _parts(sentence.text)}
    return bool(words) and len(words & before) / len(words) > 0.75


def _parts(text: str) -> frozenset[str]:
    """Words; pairs of characters where words have no spaces."""
    if text.isascii() or text.lower() != text.upper() or " " in text:
        return _words(text)
    bare = letters(text)
    return frozenset(bare[at : at + 2] for at in range(len(bare) - 1))


@lru_cache(maxsize=64)  # a sentence is laid beside several others
def _words(text: str) -> frozenset[str]:
    return frozenset(WORD.findall(text.casefold()))


def joined(texts: Sequence[str], language: str) -> str:
    """One text; a line that ends without a mark, as standfirsts do, gets one where another sentence follows."""
    stop = "。" if language in ("ja", "zh") else "."
    closed = [text if ended(text) else text.rstrip(" ,;–—-") + stop for text in texts[:-1]]
    return ("" if language in NO_GLUE else " ").join([*closed, *texts[-1:]])


def _is_cut(text: str) -> bool:
    return ("…" in text or ".." in text) and _CUT.search(text) is not None


def _shortened(text: str, title: str, language: str, limit: int, against: float, *, cut: bool = False) -> str:
    """The beginning of a text none of whose sentences fits whole, up to a clause's end; "" where no clause ends in time.

    What the publisher cut is treated alike: half a clause is worse than the headline alone.
    """
    text = " ".join(_URL.sub("", strip_dateline(text)).split())
    if not text or (language and detect(text, language) != language):
        return ""
    first = Sentence(_split(text, language)[0], 0, "paragraph", 0, len(text))
    if doubt(first, title, language=language, against=against) > _OPENS:
        return ""
    if language == "ko":
        text = " ".join(_split(text, language))
    if title and text.startswith(title.rstrip(" .…")):
        text = text[len(title.rstrip(" .…")) :].lstrip(" .…:–—-")
    cut = cut or _is_cut(text) or breaks_off(text, language)
    text = " ".join(re.sub(r"<[^<>]*>?|&[a-zA-Z#\d]{2,8};", " ", _CUT.sub("", text)).split()).strip(" -–—|•·")
    mine, headline = letters(text), letters(title)
    ones = split(text, language)
    if (
        len(text) < 25
        or (len(ones) > 1 and joins(text))
        or note(text)
        or mid_sentence(text)
        or any(asks(sentence) for sentence in ones)
        or text[0] in '"“„«‘「'
        or mine == headline
        or (headline and mine in headline)
    ):
        return ""
    if not cut and (ended(text) or len(text) < 60) and len(text) <= limit:
        return text if _printable(text) and is_sentence(text, language) else ""
    if language == "ko":
        return ""  # its clauses wait for the verb at the very end
    room = text[: limit - 1]
    told = _sentences_within(room, language)
    if len(told) >= _CLAUSE:
        return told
    dense = not room.isascii() and room.lower() == room.upper()
    marks = ("。", "，", "；", "！", "？", ", ") if dense else (", ", "; ", " – ", " — ", ": ")
    stop = max(room.rfind(mark) for mark in marks)
    short = room[: max(0, stop)].rstrip(" ,;:–—-.、，；(\"“„«'")
    if "?" in text[stop : text.find(". ", stop) + 1 or None]:
        return ""  # the beginning of a question
    if (
        half(short)
        or len(short) < (_CLAUSE // 2 if dense else _CLAUSE)
        or not whole(short)
        or aside(short + ".")
        or leans(short)
        or odd(short)
        or 0 < len(short) - 1 - short.rfind(": ") < _LED_IN
        or "@" in short
        or breaks_off(short, language)
        or verbless(short, language)
    ):
        return ""
    return short + "…"


def _sentences_within(text: str, language: str) -> str:
    """The whole sentences that a text begins with."""
    ones = split(text, language)[:-1]
    return joined(ones, language) if ones and all(_printable(one) for one in ones) else ""


def _printable(text: str) -> bool:
    """Whole, of the matter, and no note about the text."""
    return whole(text) and not (aside(text) or weak(text) or note(text) or odd(text))


def balanced(text: str) -> str:
    """The text with no quote or bracket left open: a lone mark is taken out."""
    for _ in range(8):
        missing = open_quote(text)
        if not missing:
            break
        openers = {
            "”": "“„",
            '"': '"',
            "»": "«",
            "«": "»",
            "“": "„",
            "」": "「",
            "』": "『",
            "›": "‹",
            ")": "(",
            "）": "（",
        }[missing]
        place = max(text.rfind(mark) for mark in openers)
        if place < 0:
            break
        text = text[:place] + text[place + 1 :]
    return " ".join(text.split())
