"""The pictures the stand-in delivers: painted, plain, noise, and a decompression bomb.

All are PNG bytes, the same for the same arguments on every machine. These functions take up
to seconds of CPU: call them in a thread.
"""

import math
import struct
import tempfile
import zlib
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

from sandbox.modellix.pictures.canvas import Canvas
from sandbox.modellix.pictures.land import paint_land
from sandbox.modellix.pictures.palettes import palette_for, seed
from sandbox.modellix.pictures.sky import paint_sky

__all__ = ["bomb", "noise", "paint", "plain"]

_CANVAS_PIXELS = 1920 * 1080  # shapes are soft: painted at most this large, then enlarged
_BOMB_SIDE_PX = 20_000
_Size = tuple[int, int]


@lru_cache(maxsize=8)
def paint(prompt: str, size: _Size, variation: int) -> bytes:
    """A landscape in the colours and with the things the prompt names, signed with its words."""
    scale = min(1.0, math.sqrt(_CANVAS_PIXELS / (size[0] * size[1])))
    canvas = Canvas(prompt, (round(size[0] * scale), round(size[1] * scale)), variation)
    paint_sky(canvas)
    paint_land(canvas)
    image = canvas.image
    if image.size != size:
        image = image.resize(size, Image.Resampling.BICUBIC)
    _sign(image, prompt)
    return _png(image)


@lru_cache(maxsize=64)
def plain(prompt: str, size: _Size) -> bytes:
    """One colour: costs next to nothing, for benchmarks of everything else."""
    return _png(Image.new("RGB", size, palette_for(prompt).middle))


@lru_cache(maxsize=2)
def noise(size: _Size, variation: int) -> bytes:
    """What no lossless format makes smaller: about three bytes for each pixel."""
    dice = seed("noise", variation)
    rows = b"".join(dice.randbytes(size[0] * 3) for _ in range(size[1]))
    return _png(Image.frombytes("RGB", size, rows), compress_level=0)


@lru_cache(maxsize=1)
def bomb() -> bytes:
    """A valid PNG of some 50 kB that unpacks to 400 million pixels."""
    header = struct.pack(">IIBBBBB", _BOMB_SIDE_PX, _BOMB_SIDE_PX, 1, 0, 0, 0, 0)
    row = bytes(1 + _BOMB_SIDE_PX // 8)
    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(row) for _ in range(_BOMB_SIDE_PX)) + packer.flush()
    chunks = ((b"IHDR", header), (b"IDAT", rows), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, body) for name, body in chunks)


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def _sign(image: Image.Image, prompt: str) -> None:
    """The first words in the lower left corner, if the built-in font can write them."""
    words = " ".join(prompt.split())
    if not (words.isascii() and words.isprintable()):
        return
    caption = words if len(words) <= 42 else words[:42].rsplit(" ", 1)[0] + " …"
    unit = min(image.size) / 1000
    pen = ImageDraw.Draw(image, "RGBA")
    font = ImageFont.load_default(24 * unit)
    corner = (36 * unit, image.height - 34 * unit)
    pen.text(corner, caption, (255, 255, 255, 165), font, anchor="ls")


def _png(image: Image.Image, compress_level: int = 6) -> bytes:
    # Through a file: encoding into memory holds the interpreter lock, and a program that
    # shares the process with this stand-in would stall.
    with tempfile.TemporaryFile() as file:
        image.save(file, "PNG", compress_level=compress_level)
        file.seek(0)
        return file.read()
