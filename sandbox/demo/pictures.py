"""Pictures on the page as they are, whatever their size."""

from __future__ import annotations

import io

from PIL import Image, UnidentifiedImageError
from simcord.preview._media import MediaInfo, MediaWorker

_ORIENTATION = 0x0112


class PictureReader(MediaWorker):
    """Hands a still picture to the browser untouched.

    simcord starts a Python process for each picture, makes a PNG of it and refuses more than 10 MiB
    of that, or 16 megapixels: a good 4K picture is never shown. The browser can decode what the bot
    posts, and nobody else posts here. Anything that is not a plain still picture still goes
    simcord's way.
    """

    async def validate(self, key: str, blob: bytes, *, media_time: float | None = None) -> MediaInfo:
        return _still(blob) or await super().validate(key, blob, media_time=media_time)


def _still(blob: bytes) -> MediaInfo | None:
    """Read the header; `None` when the picture moves, is turned by its EXIF data, or is none."""
    try:
        with Image.open(io.BytesIO(blob), formats=("PNG", "JPEG", "WEBP")) as image:
            moves = getattr(image, "n_frames", 1) > 1
            if moves or image.getexif().get(_ORIENTATION, 1) != 1:
                return None
            name = image.format or ""
            width, height = image.size
    except (UnidentifiedImageError, OSError, ValueError):
        return None
    kind = Image.MIME[name]
    # nothing was decoded, so there is no memory that had to be limited
    return MediaInfo(name, width, height, 1, 0, blob, kind, memory_limited=True)
