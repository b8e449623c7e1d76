"""How long rendering takes, and how it grows with the stories: Jinja2, premailer and the byte budget together.

    python -m benchmarks.render

CPU milliseconds in one process, median of several. "First" is the first mail of a process, its imports apart; "further"
is a mail for another group of recipients, whose selection differs. "Documents" is how often the budget had to build
one. Fictional stories with two sentences each, so nothing outside the checkout is needed.
"""

import statistics
import subprocess
import sys
import time
from dataclasses import replace

from digest.model import Issue
from digest.render import budget, newsletter
from digest.render.page import Page
from tests.render.issues import VIEW, many, whole

COUNTS = (10, 40, 100, 300, 1000, 3000, 5000)
FIRST = """
import time
from premailer import Premailer
import cssutils, babel.messages.pofile, lxml.etree, nh3
from benchmarks.render import VIEW, many, newsletter
issue = many({number})
before = time.process_time()
newsletter.render(issue, VIEW)
print(1000 * (time.process_time() - before))
"""


def first(number: int) -> float:
    """Milliseconds of the first mail of a process: templates compiled, catalogue and style sheet read."""
    words = [sys.executable, "-c", FIRST.format(number=number)]
    times = [float(subprocess.run(words, check=True, capture_output=True, text=True).stdout) for _ in range(5)]
    return statistics.median(times)


def further(issue: Issue, template: str) -> tuple[float, float]:
    """Milliseconds of a further mail, and documents built for it; no two have the same view."""
    built = 0
    fit = budget.fit

    def counting(draft, rungs, build):  # type: ignore[no-untyped-def]  # as `fit`
        def counted(page: Page) -> str:
            nonlocal built
            built += 1
            return str(build(page))

        return fit(draft, rungs, counted)

    budget.fit = counting
    times = []
    for number in range(9):
        before = time.process_time()
        newsletter.render(issue, replace(VIEW, template=template, sender=f"Group {number} <group{number}@example.org>"))
        times.append(1000 * (time.process_time() - before))
    budget.fit = fit
    return statistics.median(times), built / len(times)


def main() -> None:
    """Print the tables."""
    premailer = subprocess.run(
        [sys.executable, "-c", "import digest.render.newsletter, sys; print('premailer' in sys.modules)"],
        check=True,
        capture_output=True,
        text=True,
    )
    print(f"premailer imported before anything is rendered: {premailer.stdout.strip()}")
    print(f"first mail of a process, 100 stories, after imports: {first(100):.0f} ms (bar: 150)")
    print("template  stories  further ms  documents     bytes")
    for template, counts in (("morning", COUNTS), ("brief", (100,)), ("full", (40, 100))):
        for number in counts:
            issue = whole(many(number)) if template == "full" else many(number)
            newsletter.render(issue, replace(VIEW, template=template))
            spent, documents = further(issue, template)
            size = len(newsletter.render(issue, replace(VIEW, template=template)).html.encode())
            print(f"{template:8}  {number:7}  {spent:10.0f}  {documents:9.1f}  {size:8,}")


if __name__ == "__main__":
    main()
