"""The program that draws one chart and ends: `python -m bot.charts.painter report < rows.json > report.png`.

It is a process of its own because drawing holds the interpreter for up to a second and leaves 100 MB behind
(docs/decisions/0011). Nothing else may import it: it loads 90 MB of library.
"""

import contextlib
import json
import os
import struct
import sys
import unicodedata
import zlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import vl_convert

FONT = "Liberation Sans"
"""It comes with vl_convert, so a chart looks the same everywhere. What it lacks is taken from the system's
fonts, where they have it."""
SCALE = 2.0
"""Pixels for each unit of a spec: the specs are 600 units wide."""
_SPECS = Path(__file__).parent / "specs"
_CHARS_MAX = 120
"""Longer than any row is wide; to cut 5000 characters to their place takes Vega 15 s."""
_NO_CHARACTER = "\U0010fffd"
"""For private use: no font draws it, so it looks like all that is missing."""
_HIDDEN = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}
"""Never shown; some of them may not even stand in an SVG."""
_NOTHING_FROM_THE_NET: list[str] = []


def paint(name: str, values: dict[str, list[dict[str, Any]]]) -> bytes:
    """The PNG of a spec, with `values` as its data sets."""
    spec = json.loads((_SPECS / f"{name}.vl.json").read_text(encoding="utf-8"))
    spec["datasets"] = {key: [_drawable_row(row) for row in rows] for key, rows in values.items()}
    spec.setdefault("config", {})["font"] = FONT
    return packed(vl_convert.vegalite_to_png(spec, scale=SCALE, allowed_base_urls=_NOTHING_FROM_THE_NET))


def packed(png: bytes) -> bytes:
    """The same picture in a third of the bytes: vl_convert packs for speed."""
    chunks = list(_chunks(png))
    pixels = zlib.decompress(b"".join(data for kind, data in chunks if kind == b"IDAT"))
    small = [(b"IHDR", chunks[0][1]), (b"IDAT", zlib.compress(pixels, 9)), (b"IEND", b"")]
    return png[:8] + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in small
    )


def drawable(text: str) -> str:
    """What there is a font for: a word without one becomes an ellipsis, a symbol nothing.

    Boxes in place of a name would tell nobody anything; the rows are numbered, and the text beside the
    picture has every name in full.
    """
    cut = text if len(text) <= _CHARS_MAX else text[:_CHARS_MAX] + "…"
    shown = "".join(char if _has_font(char) else _stand_in(char) for char in cut)
    while "……" in shown:
        shown = shown.replace("……", "…")
    return " ".join(shown.split())


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kind and data of each chunk (PNG specification, 5.3)."""
    at = 8
    while at < len(png):
        size, kind = struct.unpack_from(">I4s", png, at)
        yield kind, png[at + 8 : at + 8 + size]
        at += size + 12


def _drawable_row(row: dict[str, Any]) -> dict[str, Any]:
    return {key: drawable(value) if isinstance(value, str) else value for key, value in row.items()}


def _stand_in(char: str) -> str:
    return "…" if unicodedata.category(char).startswith("L") else " "


@cache
def _has_font(char: str) -> bool:
    if char.isascii() and char.isprintable():
        return True
    return unicodedata.category(char) not in _HIDDEN and _drawn(char) != _drawn(_NO_CHARACTER)


@cache
def _drawn(char: str) -> bytes:
    """A picture of one character; of none that is hidden or markup."""
    return vl_convert.svg_to_png(
        '<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24">'
        f'<text x="2" y="18" font-size="16" font-family="{FONT}">{char}</text></svg>'
    )


def main() -> None:
    """One chart: its name as argument, its data from standard input, the PNG to standard output."""
    with contextlib.suppress(OSError, AttributeError):  # the bot itself goes first, where a system has turns
        os.nice(10)
    sys.stdout.buffer.write(paint(sys.argv[1], json.load(sys.stdin.buffer)))


if __name__ == "__main__":
    main()
