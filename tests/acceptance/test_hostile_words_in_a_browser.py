"""Hostile feeds in a real browser: all three templates and the archive, with every body of the hostile corpus.

No script runs, no request leaves, and no markup of a feed stands in the page but the sanitised articles of `full`.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from digest.model import Issue, Shown, Topic
from digest.render.archive import archive
from digest.render.newsletter import render
from tests.render.issues import VIEW, issue, story

pytestmark = pytest.mark.acceptance

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = Path("/usr/bin/chromium")
BATCH = 25
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-sync".split()
)

# Elements and attributes that no page of ours has; what a feed brought would be among them.
FOREIGN = """() => [...document.querySelectorAll('*')].flatMap(e => [
  ...(/^(script|iframe|object|embed|form|svg|math|video|audio|base|link|marquee|input|button)$/i.test(e.tagName)
      && !(e.tagName === 'SCRIPT' && e.getAttribute('src')) && !(e.tagName === 'LINK' && /^(style.css|feed.xml)$/.test(e.getAttribute('href')))
      && !(e.tagName === 'INPUT' && e.id === 'words') ? [e.outerHTML.slice(0, 90)] : []),
  ...[...e.attributes].filter(a => /^on/i.test(a.name)
      || (/^(href|src|action|background)$/.test(a.name) && /^\\s*(javascript|data|vbscript):/i.test(a.value))).map(a => a.name + '=' + a.value.slice(0, 60)),
])"""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """Headless Chromium."""
    if not CHROMIUM.exists():
        pytest.skip("there is no /usr/bin/chromium: run tests/acceptance/prepare.sh as root")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()


def bodies(shared: Path) -> list[str]:
    """The corpus as text, as it is and with its escapes undone (many feeds escape their markup once)."""
    files = sorted(p for p in (shared / "data/feeds/hostile").rglob("*") if p.is_file() and p.stat().st_size < 60_000)
    texts = [re.sub(r"<!\[CDATA\[|\]\]>", "", path.read_text(encoding="utf-8", errors="replace")) for path in files]
    return texts + [
        text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&") for text in texts
    ]


def hostile(texts: list[str]) -> Issue:
    """An issue whose titles, summaries, outlets, addresses and articles are these texts."""
    stories = []
    for number, text in enumerate(texts):
        words = re.sub(r"^.*?<(?:title|description|content)[^>]*>", "", text, count=1, flags=re.DOTALL)
        url = next(iter(re.findall(r"(?:javascript|data|https?):[^\s<>\"']+", text)), "javascript:alert(1)")
        one = story(number, title=words[:200], summary=words[:500], url=url, content=text)
        stories.append(replace(one, shown=Shown.TOP if number < 3 else Shown.FULL))
    return issue(
        Topic("<img src=x onerror=alert(1)>", tuple(stories)), top=("s0", "s1", "s2"), title="<script>alert(1)</script>"
    )


def noting(events: list[str]) -> Callable[[Any], None]:
    """Closes a dialog and remembers that a script opened one."""

    def note(dialog: Any) -> None:
        events.append(f"dialog {dialog.message}")
        dialog.dismiss()

    return note


def opened(browser: Any, path: Path) -> tuple[list[str], list[str]]:
    """What ran or was asked for while the page stood open, and what of a feed's markup stands in it."""
    events: list[str] = []
    page = browser.new_page()
    page.on("dialog", noting(events))
    page.on("request", lambda r: None if r.url.startswith(path.parent.as_uri()) else events.append(f"request {r.url}"))
    page.goto(path.as_uri())
    page.wait_for_timeout(150)
    found = page.evaluate(FOREIGN)
    page.close()
    return events, found


@pytest.mark.parametrize("template", ["morning", "brief", "full"])
def test_no_mail_runs_or_asks_for_anything(template: str, chromium: Any, shared: Path, tmp_path: Path) -> None:
    """Images are off: not one request, not one script, nothing foreign."""
    texts = bodies(shared)
    for start in range(0, len(texts), BATCH):
        path = tmp_path / f"{template}-{start}.html"
        path.write_text(
            render(hostile(texts[start : start + BATCH]), replace(VIEW, template=template)).html, encoding="utf-8"
        )
        assert opened(chromium, path) == ([], [])


def test_no_archive_page_runs_or_asks_for_anything(chromium: Any, shared: Path, tmp_path: Path) -> None:
    """Nor do the archive's pages, its search included."""
    for name, data in archive(hostile(bodies(shared)), VIEW).items():
        (tmp_path / name).write_bytes(data)
    for name in ("2026-03-14.html", "index.html"):
        assert opened(chromium, tmp_path / name) == ([], [])
    page = chromium.new_page()
    ran: list[str] = []
    page.on("dialog", noting(ran))
    page.goto((tmp_path / "index.html").as_uri())
    page.fill("#words", "alert")
    assert page.locator("#found article").count() > 10
    assert page.evaluate(FOREIGN) == []
    assert ran == []
    page.close()


def test_the_archive_is_searched_in_the_browser(chromium: Any, tmp_path: Path) -> None:
    """Words in any order, without case or accents; nothing found is said; cleared, the editions are back."""
    day = issue(Topic("World", (story(0, title="Überraschung im Hafen"), story(1), story(2))))
    for name, data in archive(day, VIEW).items():
        (tmp_path / name).write_bytes(data)
    page = chromium.new_page()
    page.goto((tmp_path / "index.html").as_uri())
    page.fill("#words", "hafen UBERRASCHUNG")
    assert page.locator("#found h3").all_inner_texts() == ["Überraschung im Hafen"]
    page.fill("#words", "zzz")
    assert "Nothing found." in page.inner_text("#found")
    page.fill("#words", "")
    assert page.locator("#editions").is_visible()
    page.close()
