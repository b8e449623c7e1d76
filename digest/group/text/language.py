"""Which language a text is in, and which way it runs.

Script first, then the small words; a statistical model (py3langid, half a second to load) is asked only where those
leave it open. A feed's own word counts unless the text plainly says otherwise.
"""

import math
import re
from collections import Counter
from functools import lru_cache

from digest.group.text.stopwords import STOP_WORDS

_SAMPLE = 1_200  # characters looked at

_RANGES = {  # script -> (character class, its languages, the commonest first)
    "latin": (
        "A-Za-z\u00c0-\u024f\u1e00-\u1eff",
        "en de fr es pt it nl sv da nb fi pl cs sk hu ro tr id tl vi hr sl lt lv et ca af sq",
    ),
    "cyrillic": ("\u0400-\u052f", "ru uk be bg sr mk kk ky mn tg"),
    "arabic": ("\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff", "ar fa ur ps ckb sd ug"),
    "devanagari": ("\u0900-\u097f", "hi mr ne"),
    "kana": ("\u3040-\u30ff", "ja"),
    "han": ("\u3400-\u9fff\uf900-\ufaff", "zh ja yue"),
    "hangul": ("\uac00-\ud7af\u1100-\u11ff", "ko"),
    "hebrew": ("\u0590-\u05ff", "he yi"),
    "greek": ("\u0370-\u03ff\u1f00-\u1fff", "el"),
    "thai": ("\u0e00-\u0e7f", "th"),
    "armenian": ("\u0530-\u058f", "hy"),
    "georgian": ("\u10a0-\u10ff", "ka"),
    "bengali": ("\u0980-\u09ff", "bn as"),
    "gurmukhi": ("\u0a00-\u0a7f", "pa"),
    "gujarati": ("\u0a80-\u0aff", "gu"),
    "tamil": ("\u0b80-\u0bff", "ta"),
    "telugu": ("\u0c00-\u0c7f", "te"),
    "kannada": ("\u0c80-\u0cff", "kn"),
    "malayalam": ("\u0d00-\u0d7f", "ml"),
    "sinhala": ("\u0d80-\u0dff", "si"),
    "lao": ("\u0e80-\u0eff", "lo"),
    "burmese": ("\u1000-\u109f", "my"),
    "ethiopic": ("\u1200-\u137f", "am ti"),
    "khmer": ("\u1780-\u17ff", "km"),
}
_SCRIPTS = {name: re.compile(f"[{span}]") for name, (span, _) in _RANGES.items()}
_NOT_LATIN = re.compile(f"[{''.join(span for name, (span, _) in _RANGES.items() if name != 'latin')}]")
_LANGUAGES = {name: tuple(languages.split()) for name, (_, languages) in _RANGES.items()}
_RTL = frozenset("ar fa ur ps ckb sd ug he yi dv ku syr".split())
_WORD = re.compile(r"(?<![^\W_])[^\W\d_]+(?:['’][^\W\d_]+)?")  # none begins behind a figure ("2am")
_ASCII_WORD = re.compile(r"(?<![a-z\d])[a-z]+(?:'[a-z]+)?")
_ALIASES = {"iw": "he", "in": "id", "ji": "yi", "no": "nb", "jp": "ja", "cn": "zh", "ua": "uk", "cz": "cs", "gr": "el", "kr": "ko", "fil": "tl", "se": "sv", "dk": "da", "at": "de", "us": "en", "gb": "en"}  # fmt: skip
_RARE = frozenset("cs sk sl hr sq ca af da nb nn et lt lv".split())  # close to a bigger neighbour: a lead must be clear
_OTHER_LATIN = frozenset("eu gl cy ga is mt bs sw ms az uz lb eo".split())  # the model may say these too


@lru_cache(maxsize=1_024)
def primary(tag: str) -> str:
    """The primary subtag of whatever a feed calls its language ("en_US", "zh-Hans", "EN-us"), "" if it is none."""
    match = re.match(r"\s*([A-Za-z]{2,3})(?:[-_]|\s*$)", tag)
    return _ALIASES.get(match[1].lower(), match[1].lower()) if match else ""


def direction(language: str) -> str:
    """`rtl` or `ltr`: how the language's script runs."""
    return "rtl" if primary(language) in _RTL else "ltr"


def script(text: str) -> str:
    """The script most letters of a text belong to; kana wins over Han. "" without letters."""
    text = text[:400]
    if text.isascii() or not _NOT_LATIN.search(text):
        return "latin" if _SCRIPTS["latin"].search(text) else ""
    counts = {name: len(pattern.findall(text)) for name, pattern in _SCRIPTS.items()}
    if counts["kana"] * 8 >= counts["han"] and counts["kana"] > 2:
        counts["kana"] += counts["han"]
    for dense in ("han", "kana", "hangul"):  # one of their characters says as much as three letters
        counts[dense] *= 3
    best = max(counts, key=lambda name: counts[name])
    return best if counts[best] else ""


def small_words(text: str) -> Counter[str]:
    """How much the small words of a text say for each language, in thousandths: a word that few share says more."""
    hits: Counter[str] = Counter()
    sample, index = text[:_SAMPLE].casefold().replace("’", "'"), _index()
    words = Counter((_ASCII_WORD if sample.isascii() else _WORD).findall(sample))
    for word in words.keys() & index.keys():
        languages = index[word]
        worth = 1000 // len(languages) * words[word]
        for language in languages:
            hits[language] += worth
    return hits


@lru_cache(maxsize=1)
def _index() -> dict[str, tuple[str, ...]]:
    index: dict[str, list[str]] = {}
    for language, words in STOP_WORDS.items():
        if language not in ("no", "nn", "bs"):
            for word in words:
                index.setdefault(word, []).append(language)
    return {word: tuple(languages) for word, languages in index.items()}


def detect(text: str, hint: str = "") -> str:
    """The BCP 47 primary tag of a text's language, "" where it cannot be told.

    `hint` is what the feed says: it is kept unless its script is another, or another language's small words are plainly
    more. Short texts (a headline) keep the hint.
    """
    hinted = primary(hint)
    found = script(text)
    if not found:
        return hinted
    candidates = _LANGUAGES[found]
    fits = hinted in candidates or (hinted and found == "latin" and not _owned_elsewhere(hinted))
    if len(candidates) == 1 or found in ("han", "bengali", "ethiopic", "hebrew"):
        return hinted if fits else candidates[0]
    hits = small_words(text)
    heard = sorted(
        (language for language in candidates if language in hits),
        key=lambda language: -hits[language] * (0.75 if language in _RARE else 1),
    )
    best, second = [*heard, *(language for language in candidates if language not in hits)][:2]
    if fits:
        mine = hits["nb" if hinted in ("nn", "no") else hinted]
        plainly = hits[best] >= max(1500, 3 * mine) and hinted in STOP_WORDS
        return best if plainly and best not in _RARE else hinted
    if hits[best] >= 900 and hits[best] >= (2 if best in _RARE else 1.4) * hits[second]:
        return best
    return _statistical(text[:_SAMPLE], candidates) or (best if hits[best] >= 500 and hits[best] > hits[second] else "")


def _owned_elsewhere(language: str) -> bool:
    return any(language in languages for name, languages in _LANGUAGES.items() if name != "latin")


def _statistical(text: str, candidates: tuple[str, ...]) -> str:
    """The model's best among the languages of the script, if it leaves the next one far behind."""
    if len(text) < 24:
        return ""
    import py3langid  # half a second and 40 MB: only where nothing else decides

    allowed = {*candidates, *(_OTHER_LATIN if candidates == _LANGUAGES["latin"] else ())}
    scores: dict[str, float] = {}
    for tag, score in py3langid.rank(text):
        language = _ALIASES.get(tag, tag)
        if language in allowed:
            scores[language] = max(float(score), scores.get(language, -math.inf))
    ranked = sorted(scores, key=lambda language: -scores[language])
    sure = len(ranked) > 1 and scores[ranked[0]] - scores[ranked[1]] >= 3.0  # log-likelihoods: twenty to one
    return ranked[0] if sure else ""
