"""The Subject: one line of at most 78 characters that no headline can break out of."""

import re

from digest.render.page import SUBJECT, Page
from digest.render.plain import FSI, PDI, clean, cut


def subject(rendered: str, page: Page) -> str:
    """What a template gave, fit for a header: no CR, LF or control, no shouting, isolates balanced."""
    text = re.sub(r"([!?])\1+", r"\1", _clean(rendered)) or clean(f"{page.title} · {page.short_date}")
    if text.isupper():
        text = f"{text.capitalize()}"
    for length in range(SUBJECT, 0, -1):  # a cut may open isolates: their ends must fit too
        line = cut(text, length)
        line += PDI * (line.count(FSI) - line.count(PDI))
        if len(line) <= SUBJECT:
            return line
    return text


def _clean(text: str) -> str:
    """`clean`, but for the isolates that our own templates set around headlines."""
    return clean(text.replace(FSI, "\ue000").replace(PDI, "\ue001")).replace("\ue000", FSI).replace("\ue001", PDI)
