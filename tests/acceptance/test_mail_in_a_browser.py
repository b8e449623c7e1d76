"""The shipped templates on a phone, by day and by night: axe finds nothing, nothing scrolls sideways, long words break."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from digest.model import Issue, Shown, Topic
from digest.render.newsletter import render
from tests.acceptance.test_hostile_words_in_a_browser import CHROMIUM, FLAGS
from tests.render.issues import VIEW, issue, ordinary, story, whole

pytestmark = pytest.mark.acceptance

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
AXE = Path(os.environ.get("NODE_MODULES") or Path(os.environ.get("TMPDIR", "/tmp")) / "digest-email-tools/node_modules")
RUN = """() => axe.run(document, {runOnly: {type: 'tag', values:
  ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']},
  rules: {region: {enabled: false}, 'landmark-one-main': {enabled: false}}}).then(
  (found) => found.violations.flatMap((one) => one.nodes.map((node) => one.id + ' ' + node.html.slice(0, 120))))"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Headless Chromium; skips where there is none."""
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is not installed")
    with playwright.sync_playwright() as running:
        chromium = running.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield chromium
        chromium.close()


def short_and_long() -> Issue:
    """Headlines of one word and outlets of many; words longer than a line."""
    endless = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 2
    items = (
        story(0, title="Rain", summary=""),
        story(1, title=endless, summary=f"{endless} {endless}"),
        story(2, title="Sun", shown=Shown.HEADLINE),
        story(3, title=endless, shown=Shown.HEADLINE),
    )
    return issue(Topic(endless[:90], items), top=("s1",), title=endless[:70])


DAYS = {"usual": ordinary(), "hebrew": ordinary("he"), "long words": short_and_long()}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("template", ["morning", "brief", "full"])
@pytest.mark.parametrize("day", DAYS)
def test_axe_finds_nothing_on_a_phone(day: str, template: str, scheme: str, browser: Any) -> None:
    """At 360 and at 320 pixels, in both colour schemes."""
    checker = AXE / "axe-core/axe.min.js"
    if not checker.is_file():
        pytest.skip(f"{checker} is not there; tests/acceptance/prepare.sh installs it")
    edition = whole(DAYS[day]) if template == "full" else DAYS[day]
    language = "he" if day == "hebrew" else "en"
    html = render(edition, replace(VIEW, template=template, language=language, images="none")).html
    tab = browser.new_page(viewport={"width": 360, "height": 800}, color_scheme=scheme)
    tab.set_content(html)
    tab.evaluate(checker.read_text())
    assert tab.evaluate(RUN) == []
    tab.set_viewport_size({"width": 320, "height": 800})
    assert tab.evaluate("document.documentElement.scrollWidth") <= 320
    tab.close()
