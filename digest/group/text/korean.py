"""Korean feeds: captions, credits and headlines that stand in the text without so much as a space between.

Sentences mark their words with particles and end in a verb; headlines run together do neither.
"""

import re
from collections.abc import Sequence

_HANGUL = re.compile(r"[\uac00-\ud7a3]{2}")
_TIME = re.compile(r"\d(?:일|시|분|월|년)")
_VERB_END = re.compile(r"(?:다|요|까|죠|나|라|네|자)[.!?]?[\"”’」)]*[.!?]?$")
_PARTICLE = re.compile(r"(?:에서|에게|에는|에도|으로|까지|부터|께서|이라는|라는|하는|하고|했던|인한|위해|따라|통해)$")
_AGREEING = {"은": True, "는": False, "이": True, "가": False, "을": True, "를": False, "과": True, "와": False}
"""Particles of two shapes, and whether the syllable before them ends in a consonant."""
_LATE, _LONG_RUN = 5, 8  # words before the first particle, and between two
_CREDIT = re.compile(
    r"[(\[<〈]?\s*(?:사진|그래픽|자료사진|이미지|출처|영상)\s?(?:제공)?\s*[=:]\s*"
    r"(?:[^)\]>〉.\n]{1,30}[)\]>〉]|[A-Za-z]{2,14}|(?:연합뉴스|뉴시스|뉴스1|게티이미지(?:뱅크|코리아)?|로이터|이데일리|공동취재단|독자제공|온라인 커뮤니티|SNS)(?:TV)?)?"
)
_MARK = re.compile(r"\[[a-z]{2,5}\d{6,}[\w.]*\]")
_GLUED = re.compile(
    r"(?<=”)(?=[가-힣]{2})(?!(?:이|였|했|하였|가|은|는|을|를|과|와|도|의|에|로|라|고|며|면|다|란|으로|이?라|등|및|처럼|까지|부터|인|입|씨|만|조차"
    r"|마저|보다|임|때문|정도|뿐|수준|측|중|때|관련|말|한|할|하|됐|되|식|간|속|형|급|용|가운데)(?![가-힣]?[부월일])\S*)"
)
_STARTS = tuple(
    "최근 지난해 이재명 김정은 도널드 올해 정부가 지난달 국내 더불어민주당 국민의힘 미국 한국 북한 일본 중국".split()
)
_NOUN = re.compile(r"[가-힣]{2,8}")
_HEADLINES = 110  # characters that they take
_HANJA = re.compile(r"(?<![\u4e00-\u9fff(（·,])[\u4e00-\u9fff](?![\u4e00-\u9fff)）])|[↑↓→▲]")
_UNCOUNTED = frozenset("중 등 약 및 전 후 첫 이 그 새".split())


def is_korean(text: str) -> bool:
    """Whether there is a word of it."""
    return not text.isascii() and _HANGUL.search(text) is not None


def without_captions(sentences: Sequence[str]) -> list[str]:
    """Sentences without the captions among them: what a credit stands behind is one; the credit goes too."""
    kept: list[str] = []
    for sentence in sentences:
        text = _MARK.sub("", sentence)
        match = _CREDIT.search(text)
        if match is None:
            kept.append(text)
            continue
        before, after = text[: match.start()].strip(), text[match.end() :].lstrip(" .)]>")
        if not before and len(kept) > 1:
            kept.pop()
        if match[0].rstrip().endswith(("=", ":")):
            continue  # whose picture it is, nobody can tell from what it shows
        if _CREDIT.search(after):
            after = after[[m.end() for m in _CREDIT.finditer(after)][-1] :].lstrip(" .)]>")
        if after:
            kept.append(after)
    return kept


def unglued(text: str) -> str:
    """The text behind a quoted headline that runs into its first sentence."""
    if "”" not in text[:_HEADLINES]:
        return text
    ends = [match.start() for match in _GLUED.finditer(text, 0, _HEADLINES)]
    rest = text[ends[-1] :] if ends else text
    return rest if len(rest) >= 25 else text


def without_headlines(text: str, title: str) -> str:
    """The text from where its first sentence begins, if headlines are stuck to it: with a word of `title`, or as reports do."""
    if not _HANGUL.search(text) or not headline_words(text):
        return text
    named = {word for word in _NOUN.findall(title) if len(word) >= 3}
    for match in re.finditer(r"(?<=[가-힣]{2})(?=[가-힣])", text[:_HEADLINES]):
        rest = text[match.start() :]
        if len(rest) < 35 or headline_words(rest):
            continue
        subject = any(_marked(word) for word in rest.split()[:2])
        if rest.startswith(_STARTS) or (subject and any(rest.startswith(word) for word in named)):
            return rest
    return text


def headline_words(text: str) -> bool:
    """A headline, or several run together, at the beginning: no particle for too long, or words in Chinese characters."""
    if not is_korean(text):
        return False
    words = text.split()[:14]
    if (text[0] in "-–—◇△▶■●◆▲" and words[0][1:]) or _HANJA.search(" ".join(words)):
        return True
    bare, first = 0, True
    for word in words:
        if _marked(word):
            bare, first = 0, False
        elif not (_TIME.search(word) or word.endswith(")") or word in _UNCOUNTED):
            bare += 1
            if bare == (_LATE if first else _LONG_RUN):
                return True
    return False


def _marked(word: str) -> bool:
    """Whether a word carries a particle or the ending of a modifier."""
    word = word.rstrip(",”’\"')·")
    if word.endswith(("한", "된", "던", "에", "의", "도")) and len(word) > 2:
        return True
    if len(word) >= 2 and (closed := _AGREEING.get(word[-1])) is not None:
        before = ord(word[-2]) - 0xAC00
        return not 0 <= before < 11172 or (before % 28 > 0) == closed
    return _PARTICLE.search(word) is not None


def is_sentence(text: str) -> bool:
    """Ends in a verb."""
    return _VERB_END.search(text) is not None
