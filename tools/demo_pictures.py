"""Draw the demo's pictures: `python -m tools.demo_pictures` writes `digest/demo/pictures/*.png`.

Flat shapes in few colours, drawn at twice their size and scaled down, so that eight of them weigh less than 60 KB.
Nothing in them is random; the same Pillow gives the same bytes.
"""

import math
from collections.abc import Callable, Sequence
from pathlib import Path

from PIL import Image, ImageDraw

WIDTH, HEIGHT, SCALE = 640, 360, 3
Point = tuple[float, float]
Colour = str


class Sheet:
    """A drawing in final pixels; everything is scaled on the way to Pillow."""

    def __init__(self, ground: Colour) -> None:
        self.image = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE), ground)
        self.draw = ImageDraw.Draw(self.image)

    def polygon(self, points: Sequence[Point], colour: Colour) -> None:
        self.draw.polygon([(x * SCALE, y * SCALE) for x, y in points], colour)

    def box(self, x: float, y: float, w: float, h: float, colour: Colour, radius: float = 0) -> None:
        corners = [x * SCALE, y * SCALE, (x + w) * SCALE, (y + h) * SCALE]
        self.draw.rounded_rectangle(corners, radius * SCALE, colour)

    def disc(self, x: float, y: float, r: float, colour: Colour) -> None:
        self.draw.ellipse([(x - r) * SCALE, (y - r) * SCALE, (x + r) * SCALE, (y + r) * SCALE], colour)

    def line(self, points: Sequence[Point], colour: Colour, width: float) -> None:
        self.draw.line([(x * SCALE, y * SCALE) for x, y in points], colour, round(width * SCALE), joint="curve")

    def waves(self, y: float, colour: Colour, *, height: float = 6, length: float = 80, shift: float = 0) -> None:
        """Water from `y` down to the lower edge, with a waved upper one."""
        top = [(x, y + height * math.sin((x + shift) * math.tau / length)) for x in range(0, WIDTH + 4, 4)]
        self.polygon([*top, (WIDTH, HEIGHT), (0, HEIGHT)], colour)

    def hills(self, y: float, colour: Colour, *, height: float, length: float, shift: float) -> None:
        """Land: slower, uneven waves."""
        top = [
            (x, y - height * (math.sin((x + shift) / length) + 0.4 * math.sin((x + shift) / length * 2.3)))
            for x in range(0, WIDTH + 4, 4)
        ]
        self.polygon([*top, (WIDTH, HEIGHT), (0, HEIGHT)], colour)

    def save(self, path: Path) -> int:
        small = self.image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
        small.quantize(32, method=Image.Quantize.MAXCOVERAGE, kmeans=3, dither=Image.Dither.NONE).save(
            path, optimize=True
        )
        return path.stat().st_size


def train() -> Sheet:
    """A night train on a viaduct under the moon."""
    s = Sheet("#1d2b4f")
    s.disc(520, 80, 38, "#f6e3b4")
    s.disc(506, 72, 34, "#1d2b4f")
    for x, y in ((60, 50), (150, 96), (236, 40), (330, 84), (420, 36), (590, 150), (96, 150), (388, 140)):
        s.disc(x, y, 1.8, "#f6e3b4")
    s.hills(250, "#2b3d68", height=34, length=70, shift=20)
    s.hills(292, "#22325a", height=22, length=46, shift=150)
    s.box(0, 232, WIDTH, 14, "#b86f52")
    for x in range(-20, WIDTH, 96):
        s.box(x, 240, 22, 120, "#b86f52")
        s.polygon([(x + 22, 246), (x + 34, 246), (x + 22, 276)], "#b86f52")
        s.polygon([(x, 246), (x - 12, 246), (x, 276)], "#b86f52")
    for car in range(4):
        x = 18 + car * 136
        s.box(x, 180, 128, 46, "#e0a13a", 7)
        s.box(x, 206, 128, 8, "#8c2f39")
        s.box(x + 8, 226, 112, 6, "#141d38")
        for window in range(6):
            s.box(x + 10 + window * 19, 188, 13, 13, "#fff3cf", 2)
        s.disc(x + 26, 230, 5, "#0e1529")
        s.disc(x + 102, 230, 5, "#0e1529")
    s.polygon([(562, 226), (562, 182), (600, 182), (624, 206), (626, 226)], "#8c2f39")
    s.box(576, 190, 20, 13, "#fff3cf", 2)
    s.disc(617, 215, 4, "#fff3cf")
    s.disc(580, 230, 5, "#0e1529")
    s.disc(610, 230, 5, "#0e1529")
    return s


def tide() -> Sheet:
    """A tide mill: the moon above a dam with three turbines."""
    s = Sheet("#f3d9b1")
    s.disc(470, 96, 52, "#fbf1dc")
    s.hills(190, "#c9a27c", height=18, length=60, shift=70)
    s.waves(196, "#5c9ead", height=3, length=60)
    s.box(60, 150, 520, 30, "#7d4e3c", 4)
    for x in (110, 260, 410):
        s.box(x, 130, 110, 150, "#96604a", 6)
        s.disc(x + 55, 226, 40, "#f3d9b1")
        for blade in range(3):
            angle = math.radians(blade * 120 + x)
            dx, dy = 36 * math.cos(angle), 36 * math.sin(angle)
            s.polygon([(x + 55, 226), (x + 55 + dx - dy / 5, 226 + dy + dx / 5), (x + 55 + dx, 226 + dy)], "#326273")
        s.disc(x + 55, 226, 7, "#326273")
    s.waves(268, "#43899a", height=6, length=90, shift=30)
    s.waves(306, "#326273", height=7, length=120)
    return s


def geese() -> Sheet:
    """Geese in a wedge over a marsh that is also a map."""
    s = Sheet("#f4efe1")
    s.disc(150, 120, 46, "#e8a87c")
    s.hills(250, "#b9c9a5", height=16, length=80, shift=0)
    s.hills(290, "#8fae8b", height=14, length=55, shift=120)
    s.polygon(
        [(360, 360), (300, 316), (350, 296), (318, 270), (346, 262), (386, 294), (352, 316), (430, 360)], "#8ec3cf"
    )
    for x in range(16, WIDTH, 34):
        s.line([(x, 360), (x + 6, 322 - (x * 7) % 23)], "#5f7f63", 3)
    s.line([(200, 236), (250, 268), (236, 300), (280, 340)], "#b5523b", 3)
    for number in range(7):
        side = (number + 1) // 2 * (1 if number % 2 else -1)
        x, y = 470 - abs(side) * 46, 110 + side * 26
        s.line([(x - 22, y - 13), (x - 6, y - 2), (x + 4, y - 3), (x + 16, y - 18)], "#3d405b", 5)
        s.line([(x - 8, y), (x + 26, y + 3)], "#3d405b", 6)
        s.disc(x + 27, y + 3, 3.4, "#3d405b")
    return s


def storm() -> Sheet:
    """A lighthouse in heavy weather."""
    s = Sheet("#54657a")
    for x, y, r in ((80, 40, 60), (180, 20, 74), (300, 44, 62), (420, 18, 80), (560, 40, 70), (640, 20, 60)):
        s.disc(x, y, r, "#3f4d60")
    s.polygon([(424, 108), (0, 40), (0, 150)], "#8797a6")
    for x in range(-40, WIDTH, 46):
        s.line([(x + 40, 118 + (x * 13) % 80), (x + 20, 168 + (x * 13) % 80)], "#8797a6", 2)
    s.polygon([(350, 300), (400, 230), (480, 226), (560, 300)], "#2c333f")
    s.polygon([(414, 236), (424, 128), (456, 128), (466, 236)], "#efe9dc")
    s.polygon([(417, 206), (420, 172), (460, 172), (463, 206)], "#c8553d")
    s.box(416, 120, 48, 9, "#2c333f")
    s.box(426, 96, 28, 25, "#ffdf80")
    s.polygon([(420, 97), (440, 76), (460, 97)], "#c8553d")
    s.waves(270, "#3b6275", height=14, length=130, shift=10)
    s.waves(300, "#2e5163", height=18, length=170, shift=90)
    s.waves(334, "#24404f", height=12, length=110, shift=20)
    return s


def reef() -> Sheet:
    """Glass sponges and a diving robot in deep water."""
    s = Sheet("#10324a")
    s.polygon([(420, 92), (250, 360), (640, 360)], "#1a4a66")
    s.hills(318, "#0b2436", height=10, length=50, shift=0)
    for x, y, w in (
        (60, 190, 44),
        (120, 230, 36),
        (190, 150, 56),
        (280, 216, 42),
        (350, 170, 52),
        (440, 226, 40),
        (520, 186, 54),
    ):
        s.polygon([(x + w * 0.3, 340), (x, y), (x + w, y), (x + w * 0.7, 340)], "#cfe8e6")
        s.draw.ellipse([x * SCALE, (y - w / 5) * SCALE, (x + w) * SCALE, (y + w / 5) * SCALE], "#8fc1c4")
        for step in range(3):
            s.line([(x + w * 0.16, y + 30 + step * 26), (x + w * 0.84, y + 30 + step * 26)], "#a9d4d3", 3)
    s.box(392, 62, 66, 34, "#e9b44c", 9)
    s.disc(408, 80, 8, "#10324a")
    s.line([(426, 62), (440, 0)], "#e9b44c", 2)
    for x, y in ((96, 96), (118, 104), (140, 92), (210, 70), (232, 80)):
        s.polygon([(x, y), (x + 14, y - 5), (x + 14, y + 5)], "#e07a5f")
        s.disc(x + 16, y, 5, "#e07a5f")
    return s


def tram() -> Sheet:
    """A tram in an old town."""
    s = Sheet("#dceaf0")
    for number, (x, w, h, colour) in enumerate(
        ((0, 110, 170, "#e2b9a0"), (110, 90, 200, "#c98f77"), (200, 120, 150, "#d9c3a5"), (320, 100, 190, "#b9866c"),
         (420, 120, 160, "#e2b9a0"), (540, 100, 205, "#c4a484"))
    ):  # fmt: skip
        s.box(x, 250 - h, w, h + 20, colour)
        s.polygon([(x, 250 - h), (x + w / 2, 206 - h), (x + w, 250 - h)], "#7a4b3a")
        for row in range(2 + number % 2):
            for column in range(w // 36):
                s.box(x + 16 + column * 34, 266 - h + row * 36, 14, 20, "#f7f1e5")
    s.box(0, 262, WIDTH, 98, "#8d99a6")
    s.box(0, 318, WIDTH, 4, "#5f6b78")
    s.line([(0, 112), (WIDTH, 112)], "#3d4852", 2)
    s.line([(300, 158), (336, 112)], "#3d4852", 3)
    s.box(92, 158, 456, 150, "#2a7f62", 16)
    s.box(92, 240, 456, 14, "#f2e8c9")
    for x in (112, 192, 352, 432, 504):
        s.box(x, 176, 62 if x < 500 else 32, 50, "#e8f3f6", 5)
    s.box(276, 176, 56, 118, "#1e5c47", 5)
    s.box(282, 182, 20, 66, "#e8f3f6", 3)
    s.box(306, 182, 20, 66, "#e8f3f6", 3)
    s.disc(536, 280, 7, "#ffe08a")
    for x in (170, 230, 400, 460):
        s.disc(x, 310, 14, "#2b333b")
        s.disc(x, 310, 6, "#8d99a6")
    return s


def football() -> Sheet:
    """A keeper's dive under floodlights."""
    s = Sheet("#22304a")
    for x in (70, 570):
        s.polygon([(x, 50), (x - 190, 360), (x + 190, 360)], "#2d3f60")
        s.line([(x, 50), (x, 240)], "#7f8ea3", 5)
        s.box(x - 32, 34, 64, 26, "#fff4c2", 4)
    for band in range(5):
        s.box(0, 236 + band * 26, WIDTH, 26, "#3f8f4f" if band % 2 else "#4aa05b")
    s.line([(180, 262), (180, 108), (470, 108), (470, 262)], "#f5f5f0", 7)
    for x in range(200, 470, 24):
        s.line([(x, 112), (x, 258)], "#5b6b86", 1.2)
    for y in range(130, 260, 22):
        s.line([(184, y), (466, y)], "#5b6b86", 1.2)
    s.line([(330, 204), (386, 180)], "#f2c14e", 24)
    s.line([(392, 178), (424, 152)], "#f2c14e", 11)
    s.line([(386, 186), (420, 172)], "#f2c14e", 11)
    s.line([(326, 206), (286, 206), (262, 226)], "#20262f", 12)
    s.line([(326, 210), (300, 236), (270, 240)], "#20262f", 12)
    s.disc(404, 188, 13, "#c98d6b")
    s.disc(443, 146, 14, "#f5f5f0")
    s.polygon([(443, 139), (449, 144), (447, 151), (439, 151), (437, 144)], "#20262f")
    return s


def soup() -> Sheet:
    """A pot on a leaning stove, and the sea in the porthole."""
    s = Sheet("#f0d3a8")
    for y in range(0, HEIGHT, 60):
        s.line([(0, y), (WIDTH, y)], "#e0be8d", 3)
    s.disc(500, 110, 78, "#8a5a3b")
    s.disc(500, 110, 62, "#a9c4cf")
    s.draw.pieslice([438 * SCALE, 48 * SCALE, 562 * SCALE, 172 * SCALE], 15, 205, "#3b6275")
    s.polygon([(0, 312), (WIDTH, 280), (WIDTH, 360), (0, 360)], "#8a5a3b")
    s.polygon([(110, 286), (360, 273), (372, 322), (118, 334)], "#3c3f46")
    s.polygon([(130, 190), (340, 179), (328, 282), (146, 292)], "#c8553d")
    s.line([(126, 190), (344, 178)], "#a8422c", 14)
    s.line([(104, 216), (136, 214)], "#a8422c", 12)
    s.line([(336, 204), (366, 202)], "#a8422c", 12)
    for x in (180, 232, 284):
        s.line([(x, 166), (x + 12, 146), (x - 4, 122), (x + 10, 96)], "#fbf1dc", 7)
    s.line([(300, 184), (360, 86)], "#7a4b2e", 10)
    return s


PICTURES: dict[str, Callable[[], Sheet]] = {
    "train": train, "tide": tide, "geese": geese, "storm": storm,
    "reef": reef, "tram": tram, "football": football, "soup": soup,
}  # fmt: skip


def main() -> None:
    """Draw them all and print what they weigh."""
    folder = Path(__file__).parents[1] / "digest/demo/pictures"
    sizes = {name: draw().save(folder / f"{name}.png") for name, draw in PICTURES.items()}
    for name, size in sizes.items():
        print(f"{name:10} {size:6,} bytes")
    print(f"{'together':10} {sum(sizes.values()):6,} bytes")


if __name__ == "__main__":
    main()
