"""Silhouettes: each stands with its foot at a point and is drawn in white on a stencil."""

import math
from random import Random

from PIL import ImageDraw

Box = tuple[float, float, float, float]
Point = tuple[float, float]
Pen = ImageDraw.ImageDraw


def circle(x: float, y: float, radius: float) -> Box:
    """The box around a circle."""
    return (x - radius, y - radius, x + radius, y + radius)


def bird(pen: Pen, at: Point, span: float) -> None:
    """Two wings, seen from afar."""
    x, y = at
    wings = [(-1, -0.35), (-0.5, -0.5), (0, 0), (0.5, -0.5), (1, -0.35)]
    edge = [(x + dx * span, y + dy * span) for dx, dy in wings]
    back = [(px, py + 0.16 * span) for px, py in reversed(edge[1:-1])]
    pen.polygon([*edge, *back], fill=255)


def pine(pen: Pen, foot: Point, height: float) -> None:
    """A fir of three tiers, sunk a little into the ground."""
    x, y = foot[0], foot[1] + height * 0.08
    for top, bottom, half in ((1.0, 0.55, 0.13), (0.78, 0.3, 0.19), (0.55, 0.08, 0.25)):
        left, right = (x - half * height, y - bottom * height), (x + half * height, y - bottom * height)
        pen.polygon([left, (x, y - top * height), right], fill=255)
    pen.rectangle((x - 0.03 * height, y - 0.1 * height, x + 0.03 * height, y), fill=255)


def house(pen: Pen, foot: Point, width: float) -> list[Box]:
    """A cabin with a chimney; returns its lit windows."""
    x, y = foot[0], foot[1] + 0.25 * width
    wall, roof = y - 0.75 * width, y - 1.25 * width
    pen.rectangle((x - width / 2, wall, x + width / 2, y), fill=255)
    pen.polygon([(x - 0.65 * width, wall), (x, roof), (x + 0.65 * width, wall)], fill=255)
    pen.rectangle((x + 0.2 * width, roof, x + 0.33 * width, wall), fill=255)
    side, sill = 0.17 * width, y - 0.35 * width
    return [(x + dx * width, sill - side, x + dx * width + side, sill) for dx in (-0.3, 0.13)]


def skyline(pen: Pen, dice: Random, ridge: list[Point], unit: float) -> list[Box]:
    """Towers along the ridge; returns their lit windows."""
    windows: list[Box] = []
    x, end, ground = ridge[0][0], ridge[-1][0], max(y for _, y in ridge)
    while x < end:
        width = dice.uniform(34, 74) * unit
        middle = 1 - abs((x - end / 2) / (end / 2))
        top = min(y for _, y in ridge) - dice.uniform(30, 120 + 190 * middle) * unit
        pen.rectangle((x, top, x + width, ground), fill=255)
        windows += _panes(dice, (x, top, x + width, ground), unit)
        x += width + dice.choice([-4, -2, 6, 12]) * unit
    return windows


def _panes(dice: Random, tower: Box, unit: float) -> list[Box]:
    left, top, right, bottom = tower
    columns, rows = int((right - left) / (13 * unit)), int((bottom - top) / (17 * unit))
    return [
        (x, y, x + 5 * unit, y + 7 * unit)
        for column in range(columns)
        for row in range(rows)
        if dice.random() < 0.3
        for x, y in [(left + (5 + column * 13) * unit, top + (8 + row * 17) * unit)]
    ]


def cat(pen: Pen, foot: Point, height: float) -> None:
    """A cat that sits with its back to us, its tail curled beside it."""
    for x, y, wide, high in ((0, 0.27, 0.25, 0.35), (0, 0.45, 0.18, 0.3), (0, 0.72, 0.19, 0.165)):
        (left, top), (right, bottom) = _placed(foot, height, [(x - wide, y + high), (x + wide, y - high)])
        pen.ellipse((left, top, right, bottom), fill=255)
    for side in (-1, 1):
        ear = [(0.185 * side, 0.72), (0.18 * side, 1.0), (0.02 * side, 0.85)]
        pen.polygon(_placed(foot, height, ear), fill=255)
    tail = [(0.15 + 0.3 * math.sin(2.5 * t), 0.02 + 0.4 * t**2) for t in _STEPS]
    _brush(pen, _placed(foot, height, tail), [0.045 * height for _ in tail])


def fox(pen: Pen, foot: Point, height: float) -> None:
    """A fox that sits in profile: pointed ears and muzzle, a bushy tail."""
    pen.polygon(_placed(foot, height, _FOX), fill=255)
    tail = [(-0.12 - 0.45 * math.sin(1.9 * t), 0.08 + 0.42 * t**2) for t in _STEPS]
    thick = [(0.05 + 0.075 * math.sin(math.pi * t**0.8)) * (1 - t**6) * height for t in _STEPS]
    _brush(pen, _placed(foot, height, tail), thick)


_STEPS = [step / 40 for step in range(41)]
_FOX = [
    (-0.24, -0.06), (-0.28, 0.1), (-0.24, 0.28), (-0.13, 0.45), (-0.03, 0.58), (0.0, 0.7),
    (-0.02, 0.99), (0.09, 0.86), (0.17, 0.97), (0.2, 0.82), (0.28, 0.75), (0.43, 0.67),
    (0.41, 0.63), (0.27, 0.61), (0.2, 0.52), (0.2, 0.3), (0.2, 0.06), (0.28, 0.02), (0.28, -0.06),
]  # fmt: skip


def _placed(foot: Point, height: float, shape: list[Point]) -> list[Point]:
    """A shape given in heights above its foot, as stencil pixels."""
    return [(foot[0] + x * height, foot[1] - y * height) for x, y in shape]


def _brush(pen: Pen, path: list[Point], radii: list[float]) -> None:
    for (x, y), radius in zip(path, radii, strict=True):
        pen.ellipse(circle(x, y, radius), fill=255)
