"""Everything below the horizon: ranges of hills, far to near, and what stands on them."""

import math
from itertools import chain, pairwise

from PIL import Image, ImageDraw, ImageFilter

from sandbox.modellix.pictures import figures
from sandbox.modellix.pictures.canvas import SMOOTH, Canvas, Point
from sandbox.modellix.pictures.palettes import mix

_RANGES = 6
_WATER_BEFORE, _WOODS, _HOUSES, _ANIMALS = 2, (2, 3, 4), 4, 5  # numbers of ranges, 0 is farthest


def paint_land(canvas: Canvas) -> None:
    """Each range is darker than the one behind it and pales towards its foot, as in mist."""
    for number in range(_RANGES):
        if number == _WATER_BEFORE and "water" in canvas.things:
            _water(canvas)
        _range(canvas, number)


def _range(canvas: Canvas, number: int) -> None:
    nearness = number / (_RANGES - 1)
    ridge = _ridge(canvas, number, nearness)
    mask, pen = canvas.stencil()
    foot = [(canvas.width * SMOOTH, mask.height), (0, mask.height)]
    pen.polygon([*ridge, *foot], fill=255)
    windows = _furnish(canvas, pen, ridge, number)
    colour = mix(canvas.palette.far, canvas.palette.near, nearness**0.85)
    mist = mix(colour, canvas.palette.horizon, 0.5 * (1 - nearness) ** 0.7)
    top = min(y for _, y in ridge) / SMOOTH
    canvas.fade(mask, [colour, mist], top, top + canvas.height * 0.28)
    _light_up(canvas, windows)


def _ridge(canvas: Canvas, number: int, nearness: float) -> list[Point]:
    """The outline of a range, in stencil pixels from left to right."""
    alpine = "peaks" in canvas.things
    if "water" in canvas.things and number >= _WATER_BEFORE:
        nearness = 0.62 + 0.38 * nearness  # room for the water
    base = canvas.horizon + (canvas.height * 0.93 - canvas.horizon) * nearness**1.25
    if number < (3 if alpine else 2):
        heights, swing = _crags(canvas), 190 if alpine else 90
    else:
        heights, swing = _waves(canvas), 30
    step = canvas.width / (len(heights) - 1)
    return [
        (i * step * SMOOTH, (base - height * swing * canvas.unit) * SMOOTH)
        for i, height in enumerate(heights)
    ]


def _waves(canvas: Canvas) -> list[float]:
    """A rolling outline: a few sines, the slow ones strongest."""
    stretch = canvas.width / min(canvas.size)
    waves = [
        (canvas.random.uniform(0.5, 1.0) * n * stretch, canvas.random.uniform(0, math.tau), 1 / n)
        for n in (1, 2, 3.7)
    ]
    return [
        sum(math.sin(i / 300 * math.tau * speed + turn) * high for speed, turn, high in waves)
        for i in range(301)
    ]


def _crags(canvas: Canvas) -> list[float]:
    """A mountain outline: halve every stretch and push its middle up or down, ever less."""
    heights = [canvas.random.uniform(-0.4, 1.0) for _ in range(6)]
    rough = 0.4
    for _ in range(5):
        middles = [
            (left + right) / 2 + canvas.random.uniform(-rough, rough) for left, right in pairwise(heights)
        ]
        heights = [*chain.from_iterable(zip(heights, middles, strict=False)), heights[-1]]
        rough *= 0.48
    return heights


def _water(canvas: Canvas) -> None:
    """The picture so far, upside down from the shore on, a little darker."""
    shore = round(canvas.horizon + canvas.height * 0.045)
    mirror = canvas.image.crop((0, max(0, 2 * shore - canvas.height), canvas.width, shore))
    mirror = mirror.transpose(Image.Transpose.FLIP_TOP_BOTTOM).filter(ImageFilter.BoxBlur((0, 5)))
    mirror = mirror.resize((canvas.width, canvas.height - shore), Image.Resampling.BICUBIC)
    tint = Image.new("RGB", mirror.size, mix(canvas.palette.middle, canvas.palette.near, 0.35))
    canvas.image.paste(Image.blend(mirror, tint, 0.3), (0, shore))
    _glitter(canvas, shore)


def _glitter(canvas: Canvas, shore: int) -> None:
    mask, pen = canvas.stencil()
    for _ in range(50):
        depth = canvas.random.random()
        x = canvas.light[0] + canvas.random.gauss(0, 20 + 70 * depth) * canvas.unit
        y = shore + (0.01 + 0.34 * depth) * canvas.height
        half = canvas.random.uniform(10, 40) * (0.4 + depth) * canvas.unit
        thick = (0.7 + 1.4 * depth) * canvas.unit
        box = (x - half, y - thick, x + half, y + thick)
        pen.ellipse([edge * SMOOTH for edge in box], fill=canvas.random.randint(70, 190))
    canvas.fill(mask, canvas.palette.light)


def _furnish(canvas: Canvas, pen: ImageDraw.ImageDraw, ridge: list[Point], number: int) -> list[figures.Box]:
    """Set what the prompt names onto the ridge, in the ridge's own colour; return windows."""
    unit = canvas.unit * SMOOTH
    if number == _ANIMALS:
        _animals(canvas, pen, ridge)
    if "city" in canvas.things:
        return figures.skyline(pen, canvas.random, ridge, unit) if number == _HOUSES else []
    if number in _WOODS:
        _woods(canvas, pen, ridge, (10 + 15 * number) * unit)
    if number == _HOUSES and "house" in canvas.things:
        return figures.house(pen, _spot(ridge, _free_side(canvas)), 95 * unit)
    return []


def _woods(canvas: Canvas, pen: ImageDraw.ImageDraw, ridge: list[Point], height: float) -> None:
    """Trees stand together: each near one of a few middles."""
    wooded = "trees" in canvas.things
    middles = [canvas.random.random() for _ in range(7 if wooded else 2)]
    for _ in range(80 if wooded else 14):
        spot = _spot(ridge, canvas.random.gauss(canvas.random.choice(middles), 0.05))
        figures.pine(pen, spot, height * canvas.random.uniform(0.6, 1.1))


def _animals(canvas: Canvas, pen: ImageDraw.ImageDraw, ridge: list[Point]) -> None:
    """They sit on the nearest hill, before the light."""
    across = canvas.light[0] / canvas.width
    for name, draw in (("cat", figures.cat), ("fox", figures.fox)):
        if name in canvas.things:
            draw(pen, _spot(ridge, across), 210 * canvas.unit * SMOOTH)
            across = 1 - across


def _light_up(canvas: Canvas, windows: list[figures.Box]) -> None:
    mask, pen = canvas.stencil()
    for window in windows:
        pen.rectangle(window, fill=235)
    canvas.fill(mask, mix(canvas.palette.light, (255, 200, 110), 0.6))


def _free_side(canvas: Canvas) -> float:
    """A place across the picture (0–1) that leaves the light free."""
    return 0.76 if canvas.light[0] < canvas.width / 2 else 0.24


def _spot(ridge: list[Point], across: float) -> Point:
    """The point of the ridge at `across`, from 0 at the left to 1 at the right."""
    return ridge[round(min(max(across, 0.0), 1.0) * (len(ridge) - 1))]
