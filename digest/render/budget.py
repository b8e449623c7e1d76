"""How much fits: Gmail shows 102,400 bytes of HTML and hides the rest behind a link, so no document is ever longer.

A deterministic ladder over the real bytes: shorter summaries, then fewer of them, then fewer headlines.
"""

from collections.abc import Callable

from digest.render.layout import Draft, Rung
from digest.render.page import Page

LIMIT = 102_400  # bytes of the HTML part as sent: Gmail's
AIM = 92_160  # 90 % of it
RESERVE = 700  # the placeholder becomes each recipient's own address, twice, some 350 bytes each
_ITEM_TOLD, _ITEM_NAMED = 420, 150  # markup of one story at the very least, whatever the template


def size(html: str) -> int:
    """Bytes as sent: UTF-8, line ends as CR LF, and room for the recipient's own unsubscribe address."""
    return len(html.encode()) + html.count("\n") + RESERVE


def fit(draft: Draft, rungs: tuple[Rung, ...], build: Callable[[Page], str]) -> tuple[Page, str]:
    """The highest rung whose document is within AIM, as page and document; the lowest one if none is."""
    low, high = 0, len(rungs) - 1  # the answer is in rungs[low..high]
    best: tuple[Page, str] | None = None
    while low < high:
        middle = low if best is None and low == 0 else (low + high) // 2
        page = draft.at(rungs[middle])
        if floor(page) > AIM:
            low = middle + 1
            continue
        html = build(page)
        if size(html) <= AIM:
            best, high = (page, html), middle
        else:
            low = middle + 1
    if best is not None:
        return best
    page = draft.at(rungs[high])
    return page, build(page)


def floor(page: Page) -> int:
    """Fewer bytes than any document of this page has: rules out a rung without rendering it."""
    total = 0
    for item in page.items:
        total += len(item.title.encode()) + len(item.url) + _ITEM_NAMED
        if item.summary:
            total += len(item.summary.encode())
    return total


def ladder(stories: int) -> tuple[Rung, ...]:
    """The rungs for an edition of so many stories, the longest first; each is shorter than the one before."""
    everything = 10**9
    rungs = [Rung(summary, everything, everything) for summary in (600, 320, 240, 180, 130)]
    told = [n for n in (200, 150, 110, 80, 60, 48, 38, 30, 24) if n < stories]
    rungs += [Rung(160, n, everything) for n in told]
    least = min([24, *told]) if stories > 24 else stories
    named = [n for n in _steps(stories) if n > least]
    rungs += [Rung(160, least, n) for n in named]
    rungs += [Rung(120, min(least, n // 2), n) for n in (40, 30, 22, 16, 12, 8, 5, 3, 2, 1) if n < stories]
    return (*rungs, Rung(100, 0, min(stories, 1)), Rung(0, 0, 0))


def _steps(stories: int) -> list[int]:
    """Ever fewer headlines, each step a twelfth less."""
    steps, number = [], min(stories - 1, 700)
    while number > 24:
        steps.append(number)
        number = min(number - 1, number * 11 // 12)
    return steps
