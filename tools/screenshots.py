"""Pictures of the shipped templates for the documentation: docs/screenshots/*.png, from fictional stories.

    python -m tools.screenshots

Needs Debian's chromium. The picture in the picture is drawn here too; nothing is fetched.
"""

import base64
import io
import tempfile
from dataclasses import replace
from pathlib import Path

from PIL import Image as Pillow
from PIL import ImageDraw, ImageFilter
from playwright.sync_api import Browser, sync_playwright

from digest.model import Issue, Picture, View
from digest.render.newsletter import render, wanted
from digest.services.pictures import NARROW, WIDE, scale
from tests.render.issues import VIEW, ordinary, whole

OUT = Path(__file__).parents[1] / "docs/screenshots"
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-sync".split()
)
EMBED = replace(VIEW, images="embed")
SHOTS: tuple[tuple[str, Issue, View, int, int, bool], ...] = (  # name, issue, view, width, height, dark
    ("morning-desktop", ordinary(), EMBED, 800, 1500, False),
    ("morning-desktop-dark", ordinary(), EMBED, 800, 1500, True),
    ("morning-phone", ordinary(), EMBED, 360, 1300, False),
    ("morning-phone-dark", ordinary(), EMBED, 360, 1300, True),
    ("morning-rtl", ordinary("ar"), replace(EMBED, language="ar"), 360, 1300, False),
    ("morning-rtl-desktop", ordinary("he"), replace(EMBED, language="he"), 800, 1500, False),
    ("brief-desktop", ordinary(), replace(EMBED, template="brief"), 800, 1200, False),
    ("brief-phone", ordinary(), replace(EMBED, template="brief"), 360, 1100, False),
    ("full-desktop", whole(ordinary()), replace(EMBED, template="full"), 800, 1500, False),
    ("full-phone-dark", whole(ordinary()), replace(EMBED, template="full"), 360, 1300, True),
)


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


def page(issue: Issue, how: View) -> str:
    """The mail as a page: its embedded pictures inside the markup."""
    found: dict[str, Picture] = {}
    for image, data, width in zip(wanted(issue, how), (bridge(), books()), (WIDE, NARROW), strict=False):
        picture = scale(data, width, 200_000)
        assert picture is not None
        found[image.url] = picture
    rendition = render(issue, how, pictures=found)
    html = rendition.html
    for picture in rendition.pictures:
        html = html.replace(f"cid:{picture.cid}", "data:image/jpeg;base64," + base64.b64encode(picture.data).decode())
    return html


def shot(browser: Browser, html: str, path: Path, width: int, height: int, dark: bool) -> None:
    """One picture: the top of the page, in few colours."""
    with tempfile.NamedTemporaryFile("w", suffix=".html", encoding="utf-8") as file:
        file.write(html)
        file.flush()
        tab = browser.new_page(viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light")
        tab.goto(Path(file.name).as_uri())
        data = tab.screenshot()
        tab.close()
    Pillow.open(io.BytesIO(data)).convert("RGB").quantize(128).save(path, optimize=True)


def main() -> None:
    """Draw them all."""
    OUT.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as running:
        browser = running.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        for name, issue, how, width, height, dark in SHOTS:
            shot(browser, page(issue, how), OUT / f"{name}.png", width, height, dark)
            print(OUT / f"{name}.png")
        browser.close()


if __name__ == "__main__":
    main()
