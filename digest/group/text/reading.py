"""How long a text takes to read.

Speeds are those of adults reading silently in their own language: the International Reading Speed Texts (Trauzettel-Klosinski
& Dietz 2012, 17 languages) in words a minute; Chinese and Japanese in characters; others take the mean of their relatives.
"""

import re

WORDS_A_MINUTE = {
    "ar": 138, "zh": 255, "nl": 202, "en": 228, "fi": 161, "fr": 195, "de": 179, "he": 187, "it": 188, "ja": 357,
    "pl": 166, "pt": 181, "ru": 184, "sl": 180, "es": 218, "sv": 199, "tr": 166,
    "uk": 180, "be": 180, "bg": 184, "sr": 180, "hr": 180, "cs": 170, "sk": 170, "da": 200, "nb": 200, "no": 200,
    "nn": 200, "et": 161, "hu": 165, "ro": 190, "ca": 215, "fa": 150, "ur": 150, "hi": 200, "ko": 200, "id": 190, "vi": 200,
    "th": 300, "lo": 300, "km": 300, "my": 300,
}  # fmt: skip
_OTHERS = 190
_DENSE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")  # a character counts as a word
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]{1,4}")  # four characters to a word, about
_WIDE = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_WORD = re.compile(r"[^\W_]+(?:[-'’.,][^\W_]+)*")


def count(text: str) -> int:
    """The number of words; of characters where a script writes none apart (Han, kana)."""
    if text.isascii():
        return len(text.split())
    if not _WIDE.search(text):
        return len(text.split())
    dense = len(_DENSE.findall(text))
    if dense:
        text = _DENSE.sub(" ", text)
    unspaced = len(_UNSPACED.findall(text))
    if unspaced:
        text = _UNSPACED.sub(" ", text)
    return dense + unspaced + len(_WORD.findall(text))


def minutes(words: int, language: str = "") -> float:
    """Minutes to read so many words (as `count` counts them) of a language."""
    return words / WORDS_A_MINUTE.get(language, _OTHERS)
