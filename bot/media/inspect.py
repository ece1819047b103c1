"""What a downloaded file really is: sniffed from its bytes, then decoded once from start to end."""

from pathlib import Path

from PIL import Image

from bot.domain.errors import PictureBad
from bot.domain.jobs import Picture

PIXELS_MAX = 3840 * 2160 * 5 // 4
"""A quarter more than the largest size that can be asked for."""

EXTENSIONS = {"png": "png", "jpeg": "jpg", "webp": "webp"}
"""By format, the file names' endings that Discord shows as pictures."""
_HEAD_BYTES = 16


def inspect(file: Path, stem: str, pixels_max: int = PIXELS_MAX) -> Picture:
    """Decode a file; the picture that it is, to be kept as `stem` with its right ending. Blocking.

    Raises:
        PictureBad: no PNG, JPEG or WebP, too many pixels, or an end in the middle.
        OSError: the disk, with an `errno`.
        MemoryError: that says nothing about the picture.
    """
    with file.open("rb") as opened:
        name = sniff(opened.read(_HEAD_BYTES))
    if name is None:
        raise PictureBad("not a PNG, JPEG or WebP file")
    width, height = _decoded_size(file, name, pixels_max)
    return Picture(
        path=f"{stem}.{EXTENSIONS[name]}",
        width=width,
        height=height,
        format=name,
        size_bytes=file.stat().st_size,
    )


def sniff(head: bytes) -> str | None:
    """The format that the first bytes announce, as `Picture.format` names it."""
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    return None


def _decoded_size(file: Path, name: str, pixels_max: int) -> tuple[int, int]:
    """Width and height, once every pixel could be read; the header alone decides on the memory."""
    try:
        with Image.open(file, formats=[name.upper()]) as image:
            if image.width * image.height > pixels_max:
                raise PictureBad(f"{image.width}x{image.height} is more than can be shown")
            image.load()
            return image.size
    except (PictureBad, MemoryError):
        raise
    except Exception as fault:  # decoders fail in every way on hostile bytes
        if isinstance(fault, OSError) and fault.errno is not None:
            raise
        raise PictureBad(f"does not decode: {type(fault).__name__}") from fault
