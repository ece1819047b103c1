"""Small pictures to test with."""

import struct
import zlib
from io import BytesIO
from pathlib import Path
from random import Random

from hypothesis import strategies as st
from PIL import Image

FORMATS = {"png": "PNG", "jpeg": "JPEG", "webp": "WEBP"}


def noise(width: int, height: int, mode: str = "RGB") -> Image.Image:
    """The hardest picture to compress; the same each time."""
    bands = len(Image.new(mode, (1, 1)).getbands())
    return Image.frombytes(mode, (width, height), Random(1).randbytes(width * height * bands))


def plain(width: int = 8, height: int = 6, mode: str = "RGB") -> Image.Image:
    return Image.new(mode, (width, height))


def encoded(image: Image.Image, form: str = "png") -> bytes:
    buffer = BytesIO()
    image.save(buffer, FORMATS[form])
    return buffer.getvalue()


def written(path: Path, image: Image.Image, form: str = "png") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(encoded(image, form))
    return path


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A picture of any format with some bytes that are not its own."""
    content = bytearray(encoded(noise(12, 9), draw(st.sampled_from(list(FORMATS)))))
    for _ in range(draw(st.integers(1, 6))):
        content[draw(st.integers(0, len(content) - 1))] = draw(st.integers(0, 255))
    return bytes(content)


def png_that_claims(width: int, height: int) -> bytes:
    """A few bytes that announce a huge canvas."""

    def chunk(name: bytes, content: bytes) -> bytes:
        checked = name + content
        return struct.pack(">I", len(content)) + checked + struct.pack(">I", zlib.crc32(checked))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000)))
    return b"\x89PNG\r\n\x1a\n" + body + chunk(b"IEND", b"")
