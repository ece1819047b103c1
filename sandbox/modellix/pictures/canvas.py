"""What the painters of sky and land share: the picture, its colours, its random numbers."""

from random import Random

from PIL import Image, ImageDraw

from sandbox.modellix.pictures.palettes import Colour, mix, palette_for, seed, things_in

SMOOTH = 2  # shapes are drawn twice as large and reduced, which smooths their edges
Point = tuple[float, float]


class Canvas:
    """One picture in the making. Lengths are in pixels of the picture; `unit` is a thousandth
    of its shorter side. Stencils are `SMOOTH` times larger."""

    def __init__(self, prompt: str, size: tuple[int, int], variation: int) -> None:
        self.size = self.width, self.height = size
        self.unit = min(size) / 1000
        self.palette = palette_for(prompt)
        self.things = things_in(prompt)
        self.random: Random = seed("landscape", prompt, variation)
        self.horizon = self.height * self.random.uniform(0.50, 0.58)
        self.light: Point = (
            self.width * self.random.choice([0.3, 0.36, 0.64, 0.7]),
            self.horizon - self.height * self.random.uniform(0.10, 0.24),
        )
        self.image = Image.new("RGB", size)

    def stencil(self) -> tuple[Image.Image, ImageDraw.ImageDraw]:
        """An empty mask to draw a shape on, and the pen for it."""
        mask = Image.new("L", (self.width * SMOOTH, self.height * SMOOTH))
        return mask, ImageDraw.Draw(mask)

    def fill(self, mask: Image.Image, colour: Colour, opacity: float = 1.0) -> None:
        """Paint the shape on a stencil (or on a mask of the picture's size) in one colour."""
        mask = self._reduced(mask)
        if opacity < 1:
            mask = mask.point([round(value * opacity) for value in range(256)])
        self.image.paste(colour, (0, 0, *self.size), mask)

    def fade(self, mask: Image.Image, stops: list[Colour], top: float, bottom: float) -> None:
        """Paint the shape with colours that run from `top` down to `bottom`."""
        self.image.paste(self._gradient(stops, top, bottom), (0, 0), self._reduced(mask))

    def fade_all(self, stops: list[Colour], top: float, bottom: float) -> None:
        """Paint the whole picture with colours that run from `top` down to `bottom`."""
        self.image.paste(self._gradient(stops, top, bottom), (0, 0))

    def _gradient(self, stops: list[Colour], top: float, bottom: float) -> Image.Image:
        strip = Image.new("RGB", (1, self.height))
        for row in range(self.height):
            at = min(max((row - top) / (bottom - top), 0.0), 1.0) * (len(stops) - 1)
            first = min(int(at), len(stops) - 2)
            strip.putpixel((0, row), mix(stops[first], stops[first + 1], at - first))
        return strip.resize(self.size, Image.Resampling.NEAREST)

    def _reduced(self, mask: Image.Image) -> Image.Image:
        return mask if mask.size == self.size else mask.reduce(SMOOTH)
