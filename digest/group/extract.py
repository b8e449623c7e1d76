"""One entry -> its summary: whole sentences, in order, within a limit, as a good editor would pick them.

The publisher's own summary is used where it is one; else the sentences that say what happened are taken from the text.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from digest.group.sentences import open_quote, split
from digest.model import Block

LIMIT = 280  # characters of an entry's own summary
_ENOUGH = 110  # a publisher's own summary of so many characters needs nothing beside it
_READ = 14  # blocks looked at for sentences: what happened stands at the top

_URL = re.compile(r"(?i)\b(?:https?://|www\.)\S+")
_MARKUP = re.compile(
    r"</?[a-zA-Z][^<>]{0,80}>|<[a-zA-Z/!]|&[a-zA-Z]{2,8};|&#\d+;|\{\{|\}\}|\[/?[a-z]{1,8}(?:=[^\]]*)?\](?!\()|->|[(\[]사진"
)
_CUT = re.compile(r"(?:\s*[\[(]\s*(?:…|\.\.\.)\s*[\])]|\s*(?:…|\.{2,}))\W*$")
_TERMINAL = re.compile(r"[.!?…。！？।؟۔։።:：;][\s\"'”’»›)\]」』】）]*$")
_DATELINE = re.compile(
    r"^(?:[\[(][^\])]{2,40}[\])]\s*)?"
    r"(?:(?:[A-ZÀ-ÞА-ЯҐЄІЇ][\w.'’-]*,?\s+(?:[A-ZÀ-ÞА-Я(][\w.'’-]*,?\s+|(?:de|la|le|du|di|am|an|der|upon|of|and)\s+){0,4}|[A-ZÀ-ÞА-ЯҐЄІЇ][A-ZÀ-ÞА-ЯҐЄІЇ .'’/-]{2,40}(?:,\s[\w. ]{2,20}){0,2},?\s*)"
    r"(?:[^\s–—:.(]{2,12}\.?\s\d{1,2}(?:,\s\d{4})?\s*|\d{1,2}\.?\s[^\s–—:.(]{2,12}\.?\s*)?"
    r"(?:\((?:AP|AFP|Reuters|REUTERS|Thomson Reuters Foundation|UPI|Bloomberg|CNN|BBC|dpa(?:/\w+)?|APA|SDA|KNA|epd|sda|ots|TASS|ANI|PTI|IANS|Xinhua|Kyodo|Yonhap|ANSA|EFE|Europa Press|LUSA|Belga|ANP|NTB|TT|CTK|PAP|MTI|AA|WAM|CP|The Canadian Press|AAP|PA|StudyFinds)\)\s*[-–—:.]*\s*|\([A-Z][\w.]+(?: News| Press| Wire)?\)\s*[-–—]\s+)"
    r"|[A-ZÀ-ÞА-ЯҐЄІЇ][A-ZÀ-ÞА-ЯҐЄІЇ .'’/-]{3,40}(?:,\s[A-Z][\w. ]{2,24}){0,2}(?:,\s[^\s–—:.(]{2,12}\.?\s\d{1,2}(?:,\s\d{4})?|,\s\d{1,2}\.?\s[^\s–—:.(]{2,12}\.?)?\s*[–—:]\s*(?:РИА Новости(?:,\s[^.]{2,30})?\.\s*|ТАСС\s*[.:]\s*|Reuters\s*[.:]\s*)?"
    r"|[A-ZÀ-ÞА-ЯҐЄІЇ][\w.'’-]+(?:\s[A-ZÀ-Þ][\w.'’-]+)?\.?\s\d{1,2}\s[^\s.]{3,10}\.?\s(?:INTERFAX\.RU|ИНТЕРФАКС)\s*[-–—]\s*"
    r"|(?:新华社|中新社|中新网|本报|人民网|央视网|据新华社)?[\u4e00-\u9fff]{1,8}\d{1,2}月\d{1,2}日(?:电|讯|消息)\s*(?:（[^）]{1,40}）|\([^)]{1,40}\))?\s*"
    r"|\[[A-Z][^\]]{2,40}\]\s+(?:[A-ZÀ-Þ][\w.' -]{2,30}?\s(?:--|—|–)\s)?"  # [Outlet] Place --
    r"|【[^】]{2,30}】\s*"
    r"|[A-ZÀ-ÞА-ЯҐЄІЇ]{4,}(?: [A-ZÀ-ÞА-ЯҐЄІЇ]{2,}){0,2}\s[-–—|]\s+"  # a kicker: DOSSIER -, VIDEO |
    r")"
)
DANGLING = re.compile(
    r"(?i)^[\"“„«'(\s]*(?:he|she|it|they|him|her|his|their|its|this|that|these|those|such|but|and|or|so|yet|however|instead|also|then|there|here|meanwhile|therefore|thus|nevertheless|still|besides|moreover|furthermore|in addition|as a result|for example|for instance|on the other hand|the (?:latter|former|same|two|three|pair|duo|couple)|both|another|others|one of them|in response|after that|by then|at that time|afterwards?|later"
    r"|er|sie|es|dies(?:e[rsnm]?)?|das|doch|aber|und|auch|zudem|außerdem|dabei|dagegen|deshalb|daher|damit|dennoch|jedoch|danach|dann|dort|dazu|darum|beide|ihr|sein|seine|ihre"
    r"|il|elle|ils|elles|ce|cela|cette|ces|mais|et|or|donc|ainsi|pourtant|cependant|en outre|de plus|leur|son|sa"
    r"|él|ella|ellos|esto|eso|este|esta|pero|y|además|sin embargo|también|así|por eso|su|sus|ele|ela|isso|mas|e|também|porém|seu|sua|lui|lei|loro|questo|questa|ma|inoltre|però|suo"
    r"|он|она|они|оно|это|эти|этот|эта|его|её|их|но|и|а|при этом|также|однако|поэтому|кроме того|затем|потом|там|тогда|він|вона|вони|це|цей|ця|ці|його|її|їх|але|й|також|однак|тому|крім того|потім"
    r"|hij|zij|ze|het|dit|dat|deze|maar|en|ook|daarom|echter|han|hun|hon|det|den|de|dette|detta|denna|men|och|og|också|også|dessutom|samtidig)\b"
    r"|^(?:他|她|它|他们|她们|这|那|但|但是|不过|然而|而|此外|同时|其|该|彼|彼女|これ|それ|この|その|しかし|また|そして|だが|一方|그는|그녀는|그들은|이는|이에|그러나|하지만|또한|한편|הוא|היא|הם|זה|אבל|وقال|لكن|كما|هو|هي|هذا)"
)
_WEAK = re.compile(
    r"(?i)^\W*(?:(?:photo|image|video|credit|source|by|updated?|published|note|disclaimer|disclosure|correction|editor.s note|transcript|listen|watch|read|click|subscribe|follow|sign up|join|download|share|tags?|via|hat tip|"
    r"hello|hi|hey|welcome|good morning|happy|thanks|thank you|hallo|bonjour|hola|привет)\b|#)"
)
_BYLINE = re.compile(r"^(?:By|Von|Par|Por)\s+[A-ZÀ-Þ][\w.'’-]+\s+[A-ZÀ-Þ][^.!?]{1,80}$")
_BYLINE_BEFORE = re.compile(r"^By [A-Z][^()]{4,120}?(?=\b[A-Z]{4,}[A-Z/ ]*, )")  # By Jo Doe WASHINGTON/GENEVA, Feb 17 …
_SAID = re.compile(r"(?i)^[\"“„«][^\"”“»]{0,400}[\"”“»],?\s*(?:he|she|they|it|er|sie|il|elle|он|она|він|вона)\s")
WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]{2,}")
_NO_LETTERS = re.compile(r"[\W_]+")
NO_GLUE = frozenset({"ja", "zh", "th", "lo", "km", "my"})


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, the paragraph it stands in and that block's kind, and its number within the text."""

    text: str
    paragraph: int
    kind: str
    place: int


def letters(text: str) -> str:
    """What two texts are compared by: letters and digits, case-folded."""
    return _NO_LETTERS.sub("", text.casefold())


def of_entry(title: str, own: Sequence[Block], article: Sequence[Block], language: str, *, limit: int = LIMIT) -> str:
    """The best summary of one entry, at most `limit` characters of plain text; "" if nothing but the title is known.

    `own` is the publisher's teaser, `article` the text, both cleaned.
    """
    own_text, article_text = _text(own), _text(article)
    cut = bool(_CUT.search(own_text)) or _first_words(own_text, article_text)
    if own_text and not cut and _is_summary(own_text, title):
        chosen = _choose(sentences_of(own, language), title, language, limit)
        if len(chosen) >= min(_ENOUGH, len(own_text) // 2) or not article_text:
            return _unlike(chosen or _shortened(own_text, title, language, limit), title)
    chosen = _choose(sentences_of(article, language), title, language, limit)
    if not chosen:
        chosen = _choose(_whole(sentences_of(own, language), cut=cut), title, language, limit)
    return _unlike(chosen or _shortened(own_text or article_text, title, language, limit), title)


def _unlike(text: str, title: str) -> str:
    """The text, if it says more than the title does and more than a word or two."""
    mine, headline = letters(text), letters(title)
    dense = not mine.isascii() and mine.lower() == mine.upper()
    again = headline and mine.startswith(headline) and len(mine) - len(headline) < 30
    words, known = set(WORD.findall(text.casefold())), set(WORD.findall(title.casefold()))
    echo = len(words) >= 4 and len(words & known) > 0.8 * len(words)
    return "" if again or echo or len(mine) < (8 if dense else 15) else text


def _text(blocks: Sequence[Block]) -> str:
    return " ".join(block.text for block in blocks if block.kind != "code")


def _first_words(own: str, article: str) -> bool:
    """The teaser is no more than the beginning of the text, cut off without a mark."""
    return (
        bool(article)
        and not _TERMINAL.search(own)
        and letters(article[:600]).startswith(letters(own[:300])[:200])
        and len(article) > len(own) + 20
    )


def _is_summary(text: str, title: str) -> bool:
    mine = letters(text)
    return len(text) >= 30 and mine != letters(title) and len(text) <= 1500 and not (len(_URL.findall(text)) > 2)


def _whole(sentences: list[Sentence], *, cut: bool) -> list[Sentence]:
    return sentences[:-1] if cut and sentences else sentences


def sentences_of(blocks: Sequence[Block], language: str) -> list[Sentence]:
    """The first sentences of prose, lists only where there is none; the dateline in front is gone."""
    found: list[Sentence] = []
    paragraphs = [block for block in blocks if block.kind in ("paragraph", "quote", "list")][:_READ]
    prose = any(block.kind == "paragraph" and len(block.text) >= 60 for block in paragraphs)
    for number, block in enumerate(paragraphs):
        if prose and block.kind == "list":
            continue
        text = strip_dateline(block.text) if number < 2 else block.text
        for line in text.split("\n"):
            for sentence in split(line, language):
                found.append(Sentence(sentence, number, block.kind, len(found)))
        if len(found) > 24:
            break
    return found


def strip_dateline(text: str) -> str:
    """The text without place, date and agency in front ("KYIV, Nov 8 (Reuters) — ")."""
    text = _BYLINE_BEFORE.sub("", text)
    match = _DATELINE.match(text)
    rest = text[match.end() :] if match else text
    return rest if len(rest) >= 30 else text


def _choose(sentences: Sequence[Sentence], title: str, language: str, limit: int) -> str:
    """Sentences in order: the first good one opens, what follows it joins while it fits and makes sense there."""
    headline = letters(title)
    fit = [s for s in sentences if usable(s, headline, limit)]
    start = _opening(fit)
    if start is None:
        return ""
    chosen = [fit[start]]
    for sentence in fit[start + 1 :]:
        if sentence.place - chosen[-1].place > 3 or len(chosen) >= 4:
            break
        adjacent = sentence.place == chosen[-1].place + 1
        if not adjacent and DANGLING.match(sentence.text):
            continue
        if _SAID.match(sentence.text) or _repeats(sentence.text, chosen):
            continue
        if len(joined([s.text for s in (*chosen, sentence)], language)) <= limit:
            chosen.append(sentence)
        elif sum(len(s.text) for s in chosen) >= limit // 3:
            break
    return balanced(joined([s.text for s in chosen], language))


def _opening(sentences: Sequence[Sentence]) -> int | None:
    if not sentences:
        return None
    for strict in (True, False):
        for number, sentence in enumerate(sentences[:8]):
            fine = not DANGLING.match(sentence.text) and len(sentence.text) >= 35
            prose = sentence.kind == "paragraph" and not sentence.text.endswith("?") and not _WEAK.match(sentence.text)
            quoted = sentence.text[:1] in '"“„«‘「'
            if fine and (not strict or (prose and not quoted)):
                return number
    return 0


def usable(sentence: Sentence, headline: str, limit: int) -> bool:
    """Fit to be printed: whole, plain, within the limit, and not the headline (as `letters` gives it) again."""
    text = sentence.text
    if not 8 <= len(text) <= limit or _MARKUP.search(text) or _URL.search(text) or _is_cut(text):
        return False
    if _BYLINE.match(text):
        return False
    if sentence.kind == "paragraph" and not _TERMINAL.search(text) and len(text) < 40:
        return False
    mine = letters(text)
    if not mine or (headline and (mine == headline or (mine in headline and len(mine) > len(headline) * 0.6))):
        return False
    return not (headline and mine.startswith(headline) and len(mine) < len(headline) * 1.15)


def _repeats(text: str, chosen: Iterable[Sentence]) -> bool:
    words = set(WORD.findall(text.casefold()))
    before = {word for sentence in chosen for word in WORD.findall(sentence.text.casefold())}
    return bool(words) and len(words & before) / len(words) > 0.8


def joined(texts: Sequence[str], language: str) -> str:
    """One text; a line that ends without a mark, as standfirsts do, gets one where another sentence follows."""
    stop = "。" if language in ("ja", "zh") else "."
    closed = [text if _TERMINAL.search(text) else text.rstrip(" ,;–—-") + stop for text in texts[:-1]]
    return ("" if language in NO_GLUE else " ").join([*closed, *texts[-1:]])


def _is_cut(text: str) -> bool:
    return ("…" in text or ".." in text) and _CUT.search(text) is not None


def _before_cut(text: str, language: str) -> str:
    """The text up to the publisher's own ellipsis, without the word it may have cut in two."""
    match = _CUT.search(text)
    if not match:
        return text
    before = text[: match.start()]
    whole = match[0][0] in " [(" or language in NO_GLUE or before.rstrip()[-1:] in ".,;:!?)”\"'"
    return before if whole else before.rpartition(" ")[0] + "…"


def _shortened(text: str, title: str, language: str, limit: int) -> str:
    """The beginning of a text none of whose sentences fits whole: up to a clause's end, with an ellipsis at a word's end."""
    text = _URL.sub("", _before_cut(strip_dateline(text), language))
    text = " ".join(re.sub(r"<[^<>]*>?|&[a-zA-Z#\d]{2,8};", " ", text).split()).strip(" -–—|•·")
    mine, headline = letters(text), letters(title)
    if len(text) < 25 or mine == headline or (headline and mine in headline):
        return ""
    if (_TERMINAL.search(text) or len(text) < 60) and len(text) <= limit:
        return balanced(text)
    room = text[: limit - 1]
    if language in NO_GLUE:
        stops = [room.rfind(mark) for mark in "。，、；！？"]
    else:
        stops = [room.rfind(mark) for mark in (", ", "; ", " – ", " — ", ": ", ". ")]
    stop = max(stops)
    if stop < len(room) // 2:
        stop = len(room) if language in NO_GLUE else room.rfind(" ")
    short = room[:stop].rstrip(" ,;:–—-.、，；(\"“„«'")
    return balanced(short + "…") if len(short) >= 20 else ""


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
