"""How much fits: Gmail shows 102,400 bytes of HTML and hides the rest behind a link, so no document is ever longer.

A deterministic ladder over the real bytes: shorter summaries, then fewer of them, then fewer headlines.
"""

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import astuple, replace

from digest.render.layout import ALL, MOST, Draft, Rung
from digest.render.page import Page

LIMIT = 102_400  # bytes of the HTML part as sent: Gmail's
AIM = 92_160  # 90 % of it
RESERVE = 700  # the placeholder becomes each recipient's own address, twice, some 350 bytes each
SURE = 0.985  # of AIM: how far a prediction is trusted
# Bytes of markup in the shipped templates, fitted by least squares over pages of 1 to 700 stories.
_FRAME, _SECTION, _TOLD, _NAMED, _OUTLET = 5_900, 500, 630, 270, 90


def size(html: str) -> int:
    """Bytes as sent: UTF-8, line ends as CR LF, and room for the recipient's own unsubscribe address."""
    return len(html.encode()) + html.count("\n") + RESERVE


def fit(draft: Draft, rungs: tuple[Rung, ...], build: Callable[[Page], str]) -> tuple[Page, str]:
    """The page and document of a high rung that is within AIM; of the lowest one if none is.

    Sizes are predicted from the documents built so far, and every prediction is checked by building: two or three
    documents are built where a search would build seven. Whatever is returned but the lowest rung is within AIM.
    """
    cache: dict[int, Page] = {}
    ratio = 1.0
    low, high = 0, len(rungs) - 1  # every rung before low is too long
    best: tuple[int, str] | None = None

    def page(number: int) -> Page:
        if number not in cache:
            cache[number] = replace(draft.at(rungs[number]), shortened=number > 0)
        return cache[number]

    while best is None or low < best[0]:
        number = bisect_left(range(high), True, low, key=lambda n: weight(page(n)) * ratio <= AIM * SURE)
        if best is not None and number == best[0]:
            break
        html = build(page(number))
        ratio = size(html) / weight(page(number))
        if size(html) <= AIM or number == len(rungs) - 1:
            best, high = (number, html), number
        else:
            low = number + 1
    return page(best[0]), best[1]


def weight(page: Page) -> int:
    """About how many bytes the page's document has: its words and addresses, and usual markup around them."""
    total = _FRAME + _SECTION * len(page.sections)
    for item in page.items:
        total += len(item.title.encode()) + len(item.url) + (_TOLD if item.summary or item.article else _NAMED)
        total += len(item.summary.encode()) + sum(len(part.encode()) for part in item.article)
        total += sum(len(source.url) + _OUTLET for source in item.also)
    return total


def ladder(asked: Rung, stories: int, articles: int) -> tuple[Rung, ...]:
    """The rungs for an edition of so many stories and whole articles, the longest first, none longer than `asked`.

    Articles give way first, to their beginnings and then to summaries; then summaries get shorter, then fewer, until a
    page of headlines is left, and of those ever fewer.
    """
    rungs = [Rung(320, ALL, ALL, ALL, length) for length in (30_000, 14_000, 9_000, 6_000, 4_000) if articles]
    rungs += [Rung(280, ALL, ALL, n, 3_500) for n in (40, 30, 22, 16, 12, 9, 6, 4, 3, 2, 1) if n < articles]
    rungs += [Rung(summary) for summary in (280 if articles else 600, 320, 240, 180, 130)]
    told = [n for n in (200, 170, 145, 125, 110, 98, 88, 79, 71, 64, 58, 52, 46, 41, 36, 32, 28, 24) if n < stories]
    rungs += [Rung(160, n) for n in told]
    least = min([24, *told]) if stories > 24 else stories
    rungs += [Rung(160, least, n) for n in _fewer(min(stories, MOST)) if n > least]
    rungs += [Rung(120, min(least, n // 2), n) for n in (40, 30, 22, 16, 12, 8, 5, 3, 2, 1) if n < stories]
    rungs += [Rung(100, 0, 1), Rung(0, 0, 0)]
    return tuple(dict.fromkeys(_within(rung, asked) for rung in [asked, *rungs]))


def _within(rung: Rung, asked: Rung) -> Rung:
    return Rung(*(min(one, other) for one, other in zip(astuple(rung), astuple(asked), strict=True)))


def _fewer(stories: int) -> list[int]:
    """Ever fewer headlines, each step a twelfth less."""
    steps, number = [], stories - 1
    while number > 24:
        steps.append(number)
        number = min(number - 1, number * 11 // 12)
    return steps
