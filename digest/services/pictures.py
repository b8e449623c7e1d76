"""The pictures a mail carries inside itself: fetched under the guard of `digest.web`, scaled and re-encoded by Pillow.

Only decoded and newly encoded pixels go into a mail: no metadata, no animation, no vector format, nothing of the
publisher's bytes. A picture that cannot be had costs only itself.
"""

import asyncio
import hashlib
import io
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from digest.model import Image, Picture
from digest.web.addresses import is_public
from digest.web.client import Client, Limits
from digest.web.failures import WebError
from digest.web.transport import Allowed

if TYPE_CHECKING:
    from PIL.Image import Image as Raster

WIDE, NARROW = 1072, 336  # pixels: 536 and 112 CSS pixels on sharp screens
BUDGET = 260_000  # bytes of all pictures of a mail; base64 makes a third more of them
MOST = 8  # pictures at most
LIMITS = Limits(total=15.0, connect=5.0, read=8.0, max_bytes=12_000_000, redirects=5)
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
SMALLEST = 90  # pixels on the shorter side
WIDEST = 4.5  # width to height
_MAX_PIXELS = 40_000_000
_QUALITIES = (82, 72, 60)


def fetch(
    images: Sequence[Image], *, user_agent: str, allowed: Allowed = is_public, budget: int = BUDGET
) -> dict[str, Picture]:
    """URL -> picture, for those that came and could be scaled. The first may stand wide, the others are thumbnails.

    At most `MOST` are asked for, together within `budget` bytes; the last give way. Never raises for what a server or
    a file does.
    """
    asked = list(dict.fromkeys(image.url for image in images))[:MOST]
    bodies = asyncio.run(_download(asked, user_agent, allowed)) if asked else {}
    found: dict[str, Picture] = {}
    for url in asked:
        left = budget - sum(len(picture.data) for picture in found.values())
        share = left if not found else min(left, budget // 6)
        wide = url == asked[0]
        picture = scale(bodies.get(url, b""), WIDE if wide else NARROW, share * 2 // 3 if wide else share)
        if picture is not None:
            found[url] = picture
    return found


@dataclass(slots=True)
class Album:
    """`fetch` that asks for no picture twice: one for a run, however many selections of recipients there are."""

    user_agent: str
    allowed: Allowed = is_public
    _known: dict[tuple[str, ...], dict[str, Picture]] = field(default_factory=dict)

    def __call__(self, images: Sequence[Image]) -> Mapping[str, Picture]:
        """URL -> picture."""
        key = tuple(dict.fromkeys(image.url for image in images))
        if key not in self._known:
            self._known[key] = fetch(images, user_agent=self.user_agent, allowed=self.allowed)
        return self._known[key]


def scale(data: bytes, width: int, limit: int) -> Picture | None:
    """An image file as a JPEG at most `width` pixels wide and `limit` bytes long; None where that cannot be.

    Narrow, tiny and huge images (decompression bombs) are refused before they are decoded, blank ones after; tall ones are
    cropped.
    """
    from PIL import Image as Pillow
    from PIL import ImageOps, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Pillow.open(io.BytesIO(data), formats=_FORMATS) as opened:
                if not _fits(*opened.size):
                    return None
                opened.draft("RGB", (width, width))  # JPEG: decodes at a fraction of the size
                image = _flat(ImageOps.exif_transpose(opened))
    except (UnidentifiedImageError, Pillow.DecompressionBombError, Warning, OSError, ValueError, SyntaxError, EOFError):
        return None
    if _blank(image):
        return None
    for share in (1.0, 0.75, 0.5):
        framed = _framed(image, int(width * share))
        for encoded in _encodings(framed):
            if len(encoded) <= limit:
                cid = hashlib.sha256(encoded).hexdigest()[:24] + "@digest"
                return Picture(cid, encoded, "jpeg", *framed.size)
    return None


async def _download(urls: Sequence[str], user_agent: str, allowed: Allowed) -> dict[str, bytes]:
    async with Client(user_agent, LIMITS, allowed=allowed) as client:

        async def one(url: str) -> bytes:
            try:
                answer = await client.get(url, headers={"Accept": "image/jpeg, image/png, image/webp, image/*;q=0.5"})
            except WebError:
                return b""
            return answer.body if answer.status == 200 and not answer.cut else b""

        return dict(zip(urls, await asyncio.gather(*map(one, urls)), strict=True))


def _fits(width: int, height: int) -> bool:
    """No icon, no banner or strip, nothing too large to decode."""
    return min(width, height) >= SMALLEST and width * height <= _MAX_PIXELS and 1 / 5 <= width / height <= WIDEST


def _blank(image: "Raster") -> bool:
    """One colour all over: what stands for a picture that was not there."""
    used = [shade for shade, pixels in enumerate(image.convert("L").histogram()) if pixels]
    return used[-1] - used[0] < 6


def _flat(image: "Raster") -> "Raster":
    """Without transparency: what was clear is white, as on the page of the newsletter."""
    from PIL import Image as Pillow

    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        clear = image.convert("RGBA")
        return Pillow.alpha_composite(Pillow.new("RGBA", clear.size, "white"), clear).convert("RGB")
    return image.convert("RGB")


def _framed(image: "Raster", width: int) -> "Raster":
    """At most `width` wide, and at most 5:4 tall: more would push the news off a phone's screen."""
    from PIL import Image as Pillow

    across, down = image.size
    if down > across * 1.25:
        kept = round(across * 1.25)
        top = (down - kept) // 3  # faces and skylines are above the middle
        image = image.crop((0, top, across, top + kept))
    if image.width <= width:
        return image
    return image.resize((width, max(1, round(image.height * width / image.width))), Pillow.Resampling.LANCZOS)


def _encodings(image: "Raster") -> Iterator[bytes]:
    for quality in _QUALITIES:
        encoded = io.BytesIO()
        image.save(encoded, "JPEG", quality=quality, optimize=True, progressive=True)
        yield encoded.getvalue()
