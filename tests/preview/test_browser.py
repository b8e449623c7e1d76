"""The page in a real browser: what it shows, what it keeps in and out, how it is used by keyboard, how fast it follows.

Every request that would leave this machine goes through a proxy of ours, which refuses and remembers it.
"""

import os
import re
import socket
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from digest.errors import ConfigError
from digest.model import Picture
from digest.preview.app import create
from digest.preview.model import Edition, Preview
from tests.preview import editions, hostile
from tests.preview.conftest import Serve, serving, until

pytestmark = pytest.mark.acceptance

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = Path("/usr/bin/chromium")
AXE = Path(os.environ.get("NODE_MODULES") or Path(os.environ.get("TMPDIR", "/tmp")) / "digest-email-tools/node_modules")
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RED = Picture(
    "red@example.org",
    bytes.fromhex(
        "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
    ),
    "png",
    20,
    20,
)

HEADING = "document.querySelector('.rig iframe')?.contentDocument?.querySelector('h1')?.textContent"

FOCUSED = """() => {
  const on = document.activeElement;
  if (on === document.body) return ["", true];
  const style = getComputedStyle(on.matches("input[type=radio]") ? on.nextElementSibling : on);
  const seen = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  return [on.id || on.name || on.tagName, seen || on.tagName === "IFRAME"];
}"""

Open = Callable[..., Any]


class Proxy:
    """Stands between the browser and the world: refuses everything, and remembers what was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(2)
                line = connection.recv(4096).split(b"\r\n")[0].decode("latin-1")
                if not re.search(r"\.google(apis)?\.com[:/]", line):  # the browser's own housekeeping
                    self.asked.append(line)
                connection.sendall(b"HTTP/1.1 403 Refused\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    def close(self) -> None:
        """Stop listening."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)


@pytest.fixture(scope="module")
def proxy() -> Iterator[Proxy]:
    """One for all tests; each looks at what was asked during itself."""
    one = Proxy()
    yield one
    one.close()


@pytest.fixture(scope="module")
def browser(proxy: Proxy) -> Iterator[Any]:
    """Headless Chromium; skips where there is none."""
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is not installed")
    flags = [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
        f"--proxy-server={proxy.address}",
    ]
    with playwright.sync_playwright() as running:
        chromium = running.chromium.launch(executable_path=str(CHROMIUM), args=flags)
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser: Any) -> Iterator[Open]:
    """Opens a page at an address and waits until it is drawn; a script error anywhere fails the test."""
    contexts, errors = [], []

    def opened(address: str, *, width: int = 1440, height: int = 900, scheme: str = "light", drawn: bool = True) -> Any:
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce"
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(address)
        if drawn:
            page.wait_for_selector("#count-size:not(:empty)", state="attached")
            page.wait_for_selector(".rig iframe:not(.next), .view:not(#view-mail):not([hidden])", state="attached")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The fictional edition, with past ones and a picture in the mail."""
    with serving(
        create(
            pictured,
            editions=lambda: [Edition(date(2026, 2, 16), "Morning Digest", stories=9)],
            past=lambda day: editions.preview(day, stored=True),
        )
    ) as url:
        yield url


def pictured() -> Preview:
    """The edition with one embedded picture and one remote."""
    html = editions.preview().rendition.html
    red = '<img src="cid:red@example.org" id="red" alt="Red" width="20" height="20">'
    one = editions.preview(markup=html.replace("<h1 ", f"{red}<h1 ", 1))
    return replace(one, rendition=replace(one.rendition, pictures=(RED,)))


def inside(page: Any) -> Any:
    """The edition's document, once the frame that is being loaded has taken its place."""
    until(lambda: page.evaluate("!document.querySelector('iframe.next') && !!document.querySelector('.rig iframe')"))
    return page.query_selector(".rig iframe").content_frame()


def press(page: Any, name: str, value: str) -> None:
    """Choose with the keyboard's or mouse's own means."""
    page.locator(f'input[name="{name}"][value="{value}"]').check(force=True)


# ---------------------------------------------------------------- what it shows


@pytest.mark.parametrize("machine", ["light", "dark"])
@pytest.mark.parametrize(
    ("scheme", "background", "link"),
    [("light", "rgb(251, 247, 240)", "rgb(122, 75, 18)"), ("dark", "rgb(20, 18, 15)", "rgb(240, 194, 122)")],
)
def test_dark_and_light_do_not_depend_on_the_machine(
    visit: Open, address: str, machine: str, scheme: str, background: str, link: str
) -> None:
    """The mail's own dark rules hold when dark is chosen, and only then."""
    frame = inside(visit(f"{address}/?scheme={scheme}", scheme=machine))
    colours = frame.evaluate(
        "[['body', 'backgroundColor'], ['h3 a', 'color'], ['html', 'colorScheme']]"
        ".map(([where, what]) => getComputedStyle(document.querySelector(where))[what])"
    )
    assert colours == [background, link, f"{scheme} only"]


def test_each_width_is_the_frames_own(visit: Open, address: str) -> None:
    """The mail's media queries see the device's width; the frame is as high as the mail, without a scroll bar."""
    page = visit(f"{address}/")
    for width, padding in (("360", "16px"), ("600", "32px"), ("800", "32px")):
        press(page, "width", width)
        frame = inside(page)
        until(partial(frame.evaluate, f"innerWidth === {width}"))
        assert frame.evaluate("getComputedStyle(document.querySelector('.page')).padding") == padding
        assert frame.evaluate("document.documentElement.scrollHeight <= innerHeight")


def test_stripped_of_styles(visit: Open, address: str) -> None:
    """Only inline styles are left, in a light canvas."""
    page = visit(f"{address}/?scheme=dark&style=off", scheme="dark")
    frame = inside(page)
    assert frame.evaluate("getComputedStyle(document.querySelector('h2')).color") == "rgb(33, 28, 21)"
    assert frame.evaluate("document.styleSheets.length") == 1
    until(lambda: "no dark rules" in page.locator("#hint").inner_text())


def test_images(visit: Open, address: str, proxy: Proxy) -> None:
    """Embedded ones are shown, or off; remote ones are loaded only after the button."""
    page, before = visit(f"{address}/"), len(proxy.asked)
    red = "document.querySelector('#red').naturalWidth"
    assert inside(page).evaluate(red) == 1
    until(lambda: "3 remote images not loaded" in page.locator("#hint").inner_text())
    press(page, "images", "off")
    assert inside(page).evaluate(red) == 0
    assert proxy.asked[before:] == []
    press(page, "images", "remote")
    until(lambda: any("pictures.example" in line for line in proxy.asked[before:]))
    until(lambda: "publishers, who can see it" in page.locator("#hint").inner_text())  # told once they have loaded
    assert "remote" not in page.url  # never by an address alone


def test_texts_and_headers(visit: Open, address: str) -> None:
    """The plain twin, the source by lines, and the decoded headers."""
    page = visit(f"{address}/?view=text")
    page.wait_for_selector("pre.plain")
    assert "* Ferry line reopens after eleven years" in page.locator("pre.plain").inner_text()
    press(page, "view", "source")
    page.wait_for_selector(".source li")
    assert "".join(page.locator(".source").all_inner_texts()).count("<h2") == 3
    press(page, "view", "message")
    page.wait_for_selector(".headers dd")
    assert "Zoë Ćirić <zoe@example.org>" in page.locator(".headers").inner_text()


def test_why_and_what_was_cut(visit: Open, address: str) -> None:
    """Each story opens to its reason, evidence and sources; what was left aside says why; a filter and words narrow."""
    page = visit(f"{address}/")
    row = page.locator("details.story", has_text="Ferry line reopens")
    row.locator("summary").click()
    until(lambda: "among the five best" in row.inner_text())  # `toggle` is an event of its own task (HTML, "details")
    assert "18 of the last 20 entries" in row.inner_text()
    assert row.locator(".sources a").count() == 3
    until(lambda: "excluded by the word “horoscope”" in page.locator("#story-list").inner_text())
    press(page, "outcome", "cut")
    until(lambda: page.locator("#story-list details.story").count() == 2)
    press(page, "outcome", "all")
    page.locator("#words").fill("swifts observatory")
    until(lambda: page.locator("#story-list .story").count() == 1)


def test_marks_stand_beside_their_places(visit: Open, address: str) -> None:
    """A finding's mark is level with its element; a story's opens its reasons, and a finding leads to its place."""
    page = visit(f"{address}/?panel=check", height=2000)
    inside(page)
    page.wait_for_selector(".mark.left.bad")
    mark = page.locator(".mark.left.bad").bounding_box()
    heading = page.frame_locator(".rig iframe").locator("h3").first.bounding_box()
    assert abs(mark["y"] + mark["height"] / 2 - heading["y"] - heading["height"] / 2) < 12
    assert mark["x"] + mark["width"] <= page.locator(".rig").bounding_box()["x"]
    page.locator(".mark.left.bad").click()
    assert page.evaluate("document.activeElement.id") == "finding-1"
    page.get_by_role("button", name="H15: show in the mail").click()
    ring, image = (
        page.locator(".pointer").bounding_box(),
        page.frame_locator(".rig iframe").locator("img[alt='A stone wall in fog']").first.bounding_box(),
    )
    assert abs(ring["y"] + 6 - image["y"]) < 4
    page.get_by_role("button", name="H15: show in the source").click()
    page.wait_for_selector("li.found")
    until(lambda: "wall.jpg" in page.locator("li.found").inner_text())
    press(page, "view", "mail")
    page.locator(".mark.right").nth(2).click()
    assert page.locator("details.story[open] .name").inner_text() == "Old observatory will count swifts again"


def test_the_budget(visit: Open, address: str) -> None:
    """The bar says the bytes; the parts are listed."""
    page = visit(f"{address}/?panel=size")
    size = len(pictured().rendition.html.encode())
    until(lambda: page.locator(".budget").get_attribute("aria-label") == f"{size:,} bytes of 102,400 bytes")
    until(lambda: {"World", "Science", "Town"} <= set(page.locator(".weights th").all_inner_texts()))


def test_past_editions(visit: Open, address: str) -> None:
    """Chosen from the list, shown as stored, kept in the address."""
    page = visit(f"{address}/")
    page.wait_for_selector("#day option[value='2026-02-16']", state="attached")
    page.locator("#day").select_option("2026-02-16")
    page.wait_for_selector("text=as stored")
    assert "day=2026-02-16" in page.url
    assert "2026-02-16" in inside(page).locator("body").inner_text()


# ---------------------------------------------------------------- what it keeps in and out


def test_hostile_text_stays_text(visit: Open, serve: Serve, proxy: Proxy) -> None:
    """With every text hostile, and the mail's own HTML too: no script runs, no request leaves, nothing opens."""
    url, before = serve(create(hostile.preview)), len(proxy.asked)
    page = visit(f"{url}/")
    opened: list[object] = []
    page.on("dialog", lambda dialog: opened.append(dialog.message))
    page.context.on("page", lambda tab: opened.append(tab.url))
    for view in ("text", "source", "message", "mail"):
        press(page, "view", view)
        page.wait_for_timeout(200)
    for panel in ("check", "size", "feeds", "stories"):
        page.locator(f"#tab-{panel}").click()
    for summary in page.locator("details summary").all():
        if summary.is_visible():
            summary.click()
    for images, style in (("off", "on"), ("embedded", "off"), ("embedded", "on")):
        press(page, "images", images)
        press(page, "style", style)
        inside(page)
    page.wait_for_timeout(500)
    assert page.evaluate(f"window.{hostile.MARK}") is None
    assert page.locator("main script, aside script, aside img, aside iframe, [onload], [onerror]").count() == 0
    assert page.locator(".rig iframe").count() == 1
    assert page.locator("a[href^='javascript']").count() == 0
    assert opened == []
    assert proxy.asked[before:] == []


@pytest.mark.parametrize("template", ["morning", "brief", "full"])
def test_hostile_feeds_stay_within_their_words(
    template: str, visit: Open, serve: Serve, proxy: Proxy, shared: Path
) -> None:
    """Every body of the hostile corpus as a feed of one digest: read, composed and rendered for real."""
    build = partial(hostile.of_corpus, shared / "data/feeds/hostile", template)
    url, before = serve(create(build)), len(proxy.asked)
    page = visit(f"{url}/", drawn=False)
    page.wait_for_selector("#count-size:not(:empty)", state="attached", timeout=60_000)
    opened: list[object] = []
    page.on("dialog", lambda dialog: opened.append(dialog.message))
    page.context.on("page", lambda tab: opened.append(tab.url))
    for view in ("text", "source", "message", "mail"):
        press(page, "view", view)
        page.wait_for_timeout(100)
    for panel in ("check", "size", "feeds", "stories"):
        page.locator(f"#tab-{panel}").click()
    page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
    press(page, "style", "off")
    inside(page)
    page.wait_for_timeout(500)
    assert page.locator("details.story").count() > 50
    assert inside(page).evaluate("document.querySelectorAll('script, form, iframe, object, svg, [onload]').length") == 0
    assert page.locator("main script, aside script, aside img, aside iframe, [onload], [onerror]").count() == 0
    assert page.locator("a[href^='javascript']").count() == 0
    assert opened == []
    assert proxy.asked[before:] == []


def test_a_link_of_the_mail_opens_a_tab_that_knows_nothing_of_us(visit: Open, address: str) -> None:
    """A new tab, without an opener or a referrer; the page stays."""
    page = visit(f"{address}/")
    with page.context.expect_page() as news:
        inside(page).locator("h3 a").first.click()
    tab = news.value
    assert tab.evaluate("[window.opener, document.referrer]") == [None, ""]
    assert page.url.startswith(address)


def test_another_site_cannot_use_it(browser: Any, address: str) -> None:
    """From another origin: not framed, not read, not loaded."""
    with serving(create(editions.preview)) as other:
        context = browser.new_context()
        page = context.new_page()
        page.goto(f"{other}/edition.txt")
        foreign = address.replace("127.0.0.1", "localhost")
        read = page.evaluate("url => fetch(url + '/preview.json').then(() => 'read', () => 'refused')", foreign)
        assert read == "refused"
        context.close()


# ---------------------------------------------------------------- how it follows


@contextmanager
def followed(tmp_path: Path, text: str = "First") -> Iterator[tuple[Path, str]]:
    """A page over a file whose text is the edition's title; "broken" is an error of the user's."""
    config = tmp_path / "config.yaml"
    config.write_text(text)

    def build() -> Preview:
        text = config.read_text()
        if text == "broken":
            raise ConfigError("config.yaml:14: feeds[3]: unknown key 'ulr'; did you mean 'url'?")
        one = editions.preview()
        html = one.rendition.html.replace("Morning Digest", text) + "<p>more</p>" * 200
        rendition = replace(one.rendition, html=html)
        return replace(one, issue=replace(one.issue, title=text), rendition=rendition, message=b"")

    with serving(create(build, watch=[config])) as url:
        yield config, url


def test_a_save_is_seen_within_a_second_and_the_place_is_kept(visit: Open, tmp_path: Path) -> None:
    """From the save to the new mail in the frame; the reader stays where they were, and what they opened stays open."""
    with followed(tmp_path) as (config, url):
        page = visit(f"{url}/")
        inside(page)
        page.locator("details.story summary").first.click()
        until(lambda: page.evaluate("document.documentElement.scrollHeight") > 3000)
        page.evaluate("scrollTo(0, 900)")
        took = []
        for number in range(5):
            begun = time.perf_counter()
            config.write_text(f"Save {number}")
            until(partial(page.evaluate, f"{HEADING} === 'Save {number}'"))
            took.append(time.perf_counter() - begun)
        print("from save to sight:", " ".join(f"{one * 1000:.0f} ms" for one in took))
        assert statistics.median(took) < 1.0
        assert page.evaluate("scrollY") == 900
        assert page.locator("details.story[open]").count() == 1


def test_an_error_is_shown_and_got_over(visit: Open, tmp_path: Path) -> None:
    """With the line to mend; the last good edition stays until then."""
    with followed(tmp_path) as (config, url):
        page = visit(f"{url}/")
        config.write_text("broken")
        page.wait_for_selector("#error:not([hidden])")
        until(lambda: "config.yaml:14: feeds[3]: unknown key 'ulr'" in page.locator("#error").inner_text())
        until(lambda: page.locator("#title").inner_text() == "First")
        config.write_text("Mended")
        page.wait_for_selector("#error", state="hidden")
        page.wait_for_selector("#title:has-text('Mended')")


def test_starting_broken(visit: Open, tmp_path: Path) -> None:
    """Nothing but the error at first; the page fills at the next save."""
    with followed(tmp_path, "broken") as (config, url):
        page = visit(f"{url}/", drawn=False)
        page.wait_for_selector("#error:not([hidden])")
        until(lambda: "cannot be built as things are" in page.locator("#error").inner_text())
        config.write_text("Mended")
        page.wait_for_selector("#title:has-text('Mended')")
        until(lambda: page.locator("#error").is_hidden())


# ---------------------------------------------------------------- how it is used


def test_everything_is_reached_with_the_keyboard_and_focus_is_seen(visit: Open, address: str) -> None:
    """Tab comes by every control, each shows where the focus is, and nothing traps it."""
    page = visit(f"{address}/")
    inside(page)
    names = []
    for _ in range(80):
        page.keyboard.press("Tab")
        name, seen = page.evaluate(FOCUSED)
        assert seen, f"no focus is seen on {name}"
        names.append(name)
        if name == "" and len(names) > 10:
            break
    assert {
        "day",
        "view",
        "width",
        "scheme",
        "images",
        "style",
        "tab-stories",
        "panel-stories",
        "words",
        "outcome",
        "SUMMARY",
    } <= set(names)


def test_choices_and_tabs_by_arrows(visit: Open, address: str) -> None:
    """Arrow keys move within a group and choose; Enter opens a story; the skip link leads to the edition."""
    page = visit(f"{address}/")
    page.locator('input[name="width"]:checked').focus()
    page.keyboard.press("ArrowLeft")
    assert "width=600" in page.url
    page.locator("#tab-stories").focus()
    for key, panel in (
        ("ArrowRight", "check"),
        ("End", "feeds"),
        ("ArrowRight", "stories"),
        ("ArrowLeft", "feeds"),
        ("Home", "stories"),
    ):
        page.keyboard.press(key)
        assert page.evaluate("document.activeElement.id") == f"tab-{panel}"
        assert page.locator(f"#panel-{panel}").is_visible()
    page.locator("details.story summary").first.focus()
    page.keyboard.press("Enter")
    assert page.locator("details.story[open]").count() == 1
    page.locator(".skip").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "stage"


@pytest.fixture(scope="module")
def axe() -> str:
    """The checker's source; skips where it is not installed."""
    path = AXE / "axe-core/axe.min.js"
    if not path.is_file():
        pytest.skip(f"{path} is not there; tests/acceptance/prepare.sh installs it")
    return path.read_text()


@pytest.mark.parametrize(
    ("width", "height", "scheme"),
    [(1440, 900, "light"), (1440, 900, "dark"), (390, 844, "light"), (390, 844, "dark")],
)
def test_axe_finds_nothing(visit: Open, address: str, axe: str, width: int, height: int, scheme: str) -> None:
    """WCAG 2.2 AA and best practice, in every view and panel: a desktop and a phone, in light and in dark."""
    page = visit(f"{address}/", width=width, height=height, scheme=scheme)
    page.evaluate(axe)
    found = {}
    for view, panel in (("mail", "check"), ("text", "size"), ("source", "feeds"), ("message", "stories")):
        press(page, "pane", "edition") if width < 1000 else None
        press(page, "view", view)
        page.wait_for_selector({"mail": ".rig iframe"}.get(view, f"#view-{view} .sheet"))
        if width < 1000:
            found[view] = violations(page)
            press(page, "pane", "details")
        page.locator(f"#tab-{panel}").click()
        if panel == "stories":
            page.locator("details.story summary").first.click()
        found[panel] = violations(page)
    assert {state: bad for state, bad in found.items() if bad} == {}


def test_axe_finds_nothing_in_an_error(visit: Open, axe: str, tmp_path: Path) -> None:
    """The banner is announced and readable."""
    with followed(tmp_path) as (config, url):
        for scheme in ("light", "dark"):
            config.write_text("First")
            page = visit(f"{url}/", scheme=scheme)
            config.write_text("broken")
            page.wait_for_selector("#error:not([hidden])")
            page.evaluate(axe)
            assert violations(page) == []


def violations(page: Any) -> list[str]:
    """What axe says of the page itself; the mail in the frame has judges of its own."""
    result = page.evaluate(
        "tags => axe.run(document, {iframes: false, runOnly: {type: 'tag', values: tags}})", AXE_RULES
    )
    return [f"{one['id']}: {node['html'][:120]}" for one in result["violations"] for node in one["nodes"]]


@pytest.mark.parametrize("width", [320, 390, 768, 1024, 1280])
def test_nothing_scrolls_sideways(visit: Open, address: str, width: int) -> None:
    """The page reflows (WCAG 1.4.10); wide mails are scaled to fit."""
    page = visit(f"{address}/?width=800", width=width, height=800)
    for view in ("mail", "text", "source", "message"):
        press(page, "view", view)
        page.wait_for_timeout(100)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), view
