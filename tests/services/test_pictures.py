"""Pictures for the mail: fetched from a real server on loopback, scaled, re-encoded, refused where dangerous."""

import io
import struct
import zlib
from typing import Any

from PIL import Image as Pillow

from digest.model import Image
from digest.services.pictures import BUDGET, NARROW, WIDE, Album, fetch, scale
from tests.loopback import serving


def photo(width: int, height: int, kind: str = "JPEG", **more: Any) -> bytes:
    """A noisy gradient as a file."""
    image = Pillow.effect_noise((width, height), 20).convert("RGB")
    data = io.BytesIO()
    image.save(data, kind, **more)
    return data.getvalue()


def anywhere(_address: str) -> bool:
    """Loopback counts as public here."""
    return True


def test_first_is_wide_others_are_thumbnails() -> None:
    """Sizes as they stand in the mail; what is missing or no image costs only itself; all within the budget."""
    bodies = {"a.jpg": photo(1600, 900), "b.png": photo(800, 600, "PNG"), "c.jpg": b"<html>no image</html>"}
    with serving(bodies) as server:
        images = [Image(server.url(name)) for name in ("a.jpg", "b.png", "c.jpg", "gone.jpg")]
        found = fetch(images, user_agent="test", allowed=anywhere)
    assert list(found) == [images[0].url, images[1].url]
    wide, thumb = found.values()
    assert WIDE / 2 <= wide.width <= WIDE
    assert NARROW / 2 <= thumb.width <= NARROW
    assert sum(len(picture.data) for picture in found.values()) <= BUDGET
    with Pillow.open(io.BytesIO(wide.data)) as image:
        assert (image.format, image.size) == ("JPEG", (wide.width, wide.height))


def test_an_album_asks_once() -> None:
    """Several groups of recipients, one request a picture."""
    with serving({"a.jpg": photo(400, 300)}) as server:
        album = Album("test", anywhere)
        assert album([Image(server.url("a.jpg"))]) == album([Image(server.url("a.jpg"))]) != {}
        assert server.asked == ["a.jpg"]


def test_private_addresses_are_not_asked() -> None:
    """A publisher's image address may not lead into this machine."""
    with serving({"a.jpg": photo(400, 300)}) as server:
        assert fetch([Image(server.url("a.jpg"))], user_agent="test") == {}
        assert server.asked == []


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that claims to be huge."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )


def test_bombs_pixels_and_garbage_are_refused() -> None:
    """Refused before a pixel is decoded, quietly."""
    assert scale(bomb(60_000, 60_000), WIDE, BUDGET) is None
    assert scale(bomb(9_000, 9_000), WIDE, BUDGET) is None
    assert scale(bomb(400, 300), WIDE, BUDGET) is None  # ends too early
    assert scale(photo(1, 1, "PNG"), WIDE, BUDGET) is None
    assert scale(b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", WIDE, BUDGET) is None
    assert scale(photo(500, 400)[:3000], WIDE, BUDGET) is None
    assert scale(b"", WIDE, BUDGET) is None


def test_metadata_is_gone_and_rotation_applied() -> None:
    """A camera's EXIF (place, owner) does not travel; its orientation is made real."""
    exif = Pillow.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees
    exif[0x013B] = "Somebody's name"
    picture = scale(photo(300, 200, exif=exif), WIDE, BUDGET)
    assert picture is not None
    assert picture.width < picture.height
    assert b"Somebody" not in picture.data


def test_clear_becomes_white_and_tall_is_cropped() -> None:
    """Transparency is flattened; nothing is taller than 5:4."""
    data = io.BytesIO()
    drawing = Pillow.new("RGBA", (200, 900), (0, 0, 0, 0))
    drawing.paste((20, 30, 40, 255), (160, 0, 200, 900))
    drawing.save(data, "PNG")
    picture = scale(data.getvalue(), WIDE, BUDGET)
    assert picture is not None
    assert (picture.width, picture.height) == (200, 250)
    with Pillow.open(io.BytesIO(picture.data)) as image:
        assert image.getpixel((100, 100)) == (255, 255, 255)


def test_what_cannot_be_small_enough_is_left_out() -> None:
    """A limit nothing fits under gives no picture rather than a long mail."""
    assert scale(photo(1000, 800), WIDE, 500) is None


def test_banners_and_blank_pictures_are_none() -> None:
    """What stands for a picture that is missing says nothing."""
    blank = io.BytesIO()
    Pillow.new("RGB", (1200, 630), (240, 240, 241)).save(blank, "PNG")
    clear = io.BytesIO()
    Pillow.new("RGBA", (600, 400), (0, 0, 0, 0)).save(clear, "PNG")
    for data in (blank.getvalue(), clear.getvalue(), photo(1200, 200), photo(700, 60)):
        assert scale(data, WIDE, BUDGET) is None
    assert scale(photo(600, 400), WIDE, BUDGET) is not None
