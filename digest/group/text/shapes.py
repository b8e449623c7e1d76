"""Texts that are no sentences by their shape alone: lists run together, citations, settings, paragraphs stuck to one another."""

import re

_NUMBERED = re.compile(r"(?:^|\s)1[.)]\s.{3,200}\s2[.)]\s")
_CITATION = re.compile(r"et al\.?,? [^.]{0,90}\d{4}\W*$")
_FIGURE = re.compile(r"\d(?:(?<!\S\d)|(?<=[(\[]\d)(?<!\S[(\[]\d))[\d.,/½¼¾]*(?!\S)")  # the figure first: quick to find
_FIGURES = 5  # that stand alone, of a list of measures
_OPENING = (
    "The There This These In It We When After While Die Der Das Ein Eine Les Los Las Het Det Это Этот На Но".split()
)
_STUCK = re.compile(  # two paragraphs without so much as a space between; the capital first: quick to find
    rf"[{''.join({word[0]: None for word in _OPENING})}](?<=[a-zß-öø-ÿа-яё]{{3}}.)"
    rf"(?:{'|'.join(f'(?<={word[0]}){word[1:]}' for word in _OPENING)})\s"
)

_CAPTIONED = re.compile(r"\)[A-ZÀ-ÖØ-ÞА-ЯЁІЇЄҐ][a-zß-öø-ÿа-яёіїєґ]{2}")  # … the first a caption with its year or source
_LABELLED = re.compile(
    r"(?:Abstract|Background|Introduction|Objectives?|Aims?|Purpose|Methods|Results|Conclusions?|Location|Questions?)"
    r"(?:[A-Z][a-z]| [A-Z][a-z]+ [a-z])"
)  # the heading of a part of a paper, stuck to it

_RULED = re.compile(r"^[,，;；、)）]|-{4,}|={4,}")  # the rest of something; a line drawn with signs


def odd(text: str) -> bool:
    """Paragraphs stuck together, a numbered list, a list of measures or settings, a citation, one with its heading or
    a caption stuck to it: no sentence."""
    if _STUCK.search(text) or text.count(" = ") >= 2 or ("1" in text and _NUMBERED.search(text)):
        return True
    if "et al" in text and _CITATION.search(text):
        return True
    if (")" in text and _CAPTIONED.search(text)) or _LABELLED.match(text) or _RULED.search(text):
        return True
    figures = len(_FIGURE.findall(text))
    return figures >= _FIGURES and figures > 0.2 * len(text.split())
