"""Pictures of the shipped templates and of the preview page for the documentation: docs/screenshots/*.png.

    python -m tools.screenshots [NAME …]

Needs Debian's chromium. English ones show the demo's edition, made by the whole program from the demo's outlets; those
in Hebrew show the fictional stories of the tests, with pictures that are drawn here. Nothing is fetched from elsewhere.
"""

import base64
import io
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from PIL import Image as Pillow
from PIL import ImageDraw, ImageFilter
from playwright.sync_api import Browser, sync_playwright

from digest import pipeline, wiring
from digest.cli.serve import Desk
from digest.config import load
from digest.demo.serve import serve
from digest.demo.setting import config_text
from digest.model import Issue, Picture, Rendition, View
from digest.preview.app import create
from digest.preview.serve import listen
from digest.preview.server import Server
from digest.render.newsletter import render, wanted
from digest.services.pictures import NARROW, WIDE, scale
from tests.render.issues import VIEW, ordinary, whole

OUT = Path(__file__).parents[1] / "docs/screenshots"
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-sync".split()
)
NOW = datetime(2026, 3, 14, 6, 30, tzinfo=UTC)
TEMPLATES = ("morning", "brief", "full")
DEVICES = {  # name: width and height of the picture, dark
    "desktop": (800, 1500, False),
    "desktop-dark": (800, 1500, True),
    "phone": (360, 1300, False),
    "phone-dark": (360, 1300, True),
    "rtl": (360, 1300, False),
    "rtl-desktop": (800, 1500, False),
}
HEBREW = replace(VIEW, images="embed", language="he")


def bridge() -> bytes:
    """A bridge at dawn."""
    wide, high = WIDE, 604
    image = Pillow.new("RGB", (wide, high))
    draw = ImageDraw.Draw(image)
    for y in range(high):
        share = y / high
        draw.line([(0, y), (wide, y)], fill=(int(250 - 90 * share), int(190 - 70 * share), int(140 + 30 * share)))
    draw.ellipse([660, 130, 790, 260], fill=(255, 236, 190))
    for number, (colour, top) in enumerate((((120, 110, 140), 310), ((84, 84, 116), 360), ((50, 60, 88), 420))):
        hills = [(x, top + (x * (7 + 4 * number) // 13) % 56 - 28) for x in range(0, wide + 61, 60)]
        draw.polygon([(0, high), *hills, (wide, high)], fill=colour)
    draw.rectangle([0, 470, wide, high], fill=(38, 50, 72))
    for x in range(-40, wide, 210):
        draw.arc([x, 314, x + 210, 604], 180, 360, fill=(24, 28, 40), width=14)
        draw.rectangle([x - 8, 314, x + 8, 520], fill=(24, 28, 40))
    draw.rectangle([0, 302, wide, 323], fill=(24, 28, 40))
    return encoded(image.filter(ImageFilter.GaussianBlur(0.8)))


def books() -> bytes:
    """Five books on a shelf."""
    image = Pillow.new("RGB", (NARROW, 252), (214, 198, 170))
    draw = ImageDraw.Draw(image)
    for number, colour in enumerate(((140, 60, 50), (60, 90, 110), (200, 160, 70), (70, 100, 70), (110, 80, 120))):
        draw.rectangle([40 + number * 52, 60 - number * 6 % 20, 84 + number * 52, 220], fill=colour)
        draw.rectangle([48 + number * 52, 90, 76 + number * 52, 96], fill=(240, 230, 210))
    draw.rectangle([0, 220, NARROW, 252], fill=(110, 78, 52))
    return encoded(image)


def encoded(image: Pillow.Image) -> bytes:
    """As JPEG."""
    data = io.BytesIO()
    image.save(data, "JPEG", quality=88)
    return data.getvalue()


def drawn(issue: Issue, how: View) -> Rendition:
    """The edition of the tests with the pictures of this page."""
    found: dict[str, Picture] = {}
    for image, data, width in zip(wanted(issue, how), (bridge(), books()), (WIDE, NARROW), strict=False):
        picture = scale(data, width, 200_000)
        assert picture is not None
        found[image.url] = picture
    return render(issue, how, pictures=found)


def config(folder: Path, base_url: str, template: str) -> Path:
    """The demo's config for one template, pictures embedded."""
    path = folder / f"{template}.yaml"
    text = config_text(base_url, 25)
    path.write_text(f"{text}\ntemplate: {template}\n", encoding="utf-8")
    return path


def of_demo(path: Path) -> Rendition:
    """The demo's edition, made by the whole program; its pictures come from the demo's own server."""
    settings = load(path)
    with wiring.wire(settings, snapshot=True) as parts:
        return pipeline.preview(settings, parts, now=NOW)[1]


def page(rendition: Rendition) -> str:
    """The mail as a page: its embedded pictures inside the markup."""
    html = rendition.html
    for picture in rendition.pictures:
        data = base64.b64encode(picture.data).decode()
        html = html.replace(f"cid:{picture.cid}", f"data:image/{picture.subtype};base64,{data}")
    return html


def shot(browser: Browser, html: str, path: Path, width: int, height: int, dark: bool) -> None:
    """One picture: the top of the page."""
    with tempfile.NamedTemporaryFile("w", suffix=".html", encoding="utf-8") as file:
        file.write(html)
        file.flush()
        tab = browser.new_page(viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light")
        tab.goto(Path(file.name).as_uri())
        keep(tab.screenshot(), path)
        tab.close()


def keep(data: bytes, path: Path) -> None:
    """In few colours: a third of the size."""
    Pillow.open(io.BytesIO(data)).convert("RGB").quantize(128).save(path, optimize=True)
    print(path, flush=True)


@contextmanager
def previewed(path: Path) -> Iterator[str]:
    """The preview page of a config, served; gives its address."""
    desk, listener, ready = Desk(path, NOW, offline=False), listen(0), threading.Event()
    server = Server(create(desk.build, editions=desk.editions, past=desk.past), ready=ready.set)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    ready.wait(10)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    server.should_exit = True
    thread.join()


def shot_preview(browser: Browser, address: str, path: Path, *, dark: bool) -> None:
    """The preview page: a mail on the left, why its stories stand where they stand on the right."""
    tab = browser.new_page(viewport={"width": 1440, "height": 900}, color_scheme="dark" if dark else "light")
    tab.goto(address)
    tab.wait_for_selector("#count-size:not(:empty)", state="attached")
    tab.wait_for_selector(".rig iframe:not(.next)", state="attached")
    if dark:
        tab.locator('input[name="scheme"][value="dark"]').check(force=True)
        tab.locator('input[name="width"][value="360"]').check(force=True)
        tab.locator("#tab-check").click()
    else:
        tab.locator("details.story summary").first.click()
    tab.wait_for_timeout(800)
    keep(tab.screenshot(), path)
    tab.close()


def pages(folder: Path, base_url: str) -> dict[str, str]:
    """Template and language -> the mail as a page."""
    made = {}
    for template in TEMPLATES:
        stories = whole(ordinary("he"), "he") if template == "full" else ordinary("he")
        made[f"{template} en"] = page(of_demo(config(folder, base_url, template)))
        made[f"{template} he"] = page(drawn(stories, replace(HEBREW, template=template)))
    return made


def main() -> None:
    """Draw them all, or those that are named."""
    OUT.mkdir(parents=True, exist_ok=True)
    asked = set(sys.argv[1:])
    with tempfile.TemporaryDirectory() as folder, serve(NOW) as base_url:
        mails = pages(Path(folder), base_url)
        with sync_playwright() as running, previewed(config(Path(folder), base_url, "morning")) as address:
            browser = running.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
            for template in TEMPLATES:
                for device, (width, height, dark) in DEVICES.items():
                    name, language = f"{template}-{device}", "he" if "rtl" in device else "en"
                    if not asked or name in asked:
                        shot(browser, mails[f"{template} {language}"], OUT / f"{name}.png", width, height, dark)
            for name, dark in (("preview", False), ("preview-dark", True)):
                if not asked or name in asked:
                    shot_preview(browser, address, OUT / f"{name}.png", dark=dark)
            browser.close()


if __name__ == "__main__":
    main()
