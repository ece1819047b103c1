"""Everything above the horizon, back to front."""

from PIL import Image, ImageDraw, ImageFilter

from sandbox.modellix.pictures import figures
from sandbox.modellix.pictures.canvas import SMOOTH, Canvas
from sandbox.modellix.pictures.palettes import mix


def paint_sky(canvas: Canvas) -> None:
    """The gradient of the sky, stars, sun or moon, clouds and birds."""
    colours = canvas.palette
    canvas.fade_all([colours.zenith, colours.middle, colours.horizon], 0, canvas.horizon)
    if colours.night:
        _stars(canvas)
    _sun_or_moon(canvas)
    _clouds(canvas)
    if "birds" in canvas.things or not colours.night:
        _birds(canvas)


def _stars(canvas: Canvas) -> None:
    mask, pen = canvas.stencil()
    for _ in range(220):
        x = canvas.random.uniform(0, canvas.width) * SMOOTH
        y = canvas.random.uniform(0, canvas.horizon) * SMOOTH
        radius = canvas.random.choice([0.8, 0.8, 1.1, 1.9]) * canvas.unit * SMOOTH
        pen.ellipse(figures.circle(x, y, radius), fill=canvas.random.randint(70, 240))
    canvas.fill(mask, canvas.palette.light)


def _sun_or_moon(canvas: Canvas) -> None:
    x, y = canvas.light
    radius = canvas.unit * (56 if canvas.palette.night else 76)
    _glow(canvas, radius * 8, 0.55)
    _glow(canvas, radius * 2.8, 0.6)
    mask, pen = canvas.stencil()
    pen.ellipse(figures.circle(x * SMOOTH, y * SMOOTH, radius * SMOOTH), fill=255)
    canvas.fill(mask, canvas.palette.light)


def _glow(canvas: Canvas, radius: float, strength: float) -> None:
    fade = [round(strength * 255 * max(0.0, 1 - value / 181) ** 2) for value in range(256)]
    side = round(radius * 2)
    mask = Image.radial_gradient("L").point(fade).resize((side, side), Image.Resampling.BICUBIC)
    tone = Image.new("RGB", mask.size, mix(canvas.palette.light, canvas.palette.horizon, 0.35))
    canvas.image.paste(tone, (round(canvas.light[0] - radius), round(canvas.light[1] - radius)), mask)


def _clouds(canvas: Canvas) -> None:
    """Long soft bars, drawn at a quarter of the size: a blur is paid by the pixel."""
    mask = Image.new("L", (canvas.width // 4, canvas.height // 4))
    pen, dice, unit = ImageDraw.Draw(mask), canvas.random, canvas.unit / 4
    for _ in range(dice.randint(4, 7)):
        x, y = dice.uniform(-0.1, 0.9) * mask.width, dice.uniform(0.12, 0.85) * canvas.horizon / 4
        length, thick = dice.uniform(0.15, 0.45) * mask.width, dice.uniform(9, 22) * unit
        tone = dice.randint(40, 90)
        pen.rounded_rectangle((x, y, x + length, y + thick), thick / 2, fill=tone)
        x += length * dice.uniform(0.1, 0.3)
        upper = (x, y - thick * 0.8, x + length * 0.5, y + thick * 0.3)
        pen.rounded_rectangle(upper, thick / 2, fill=tone)
    mask = mask.filter(ImageFilter.GaussianBlur(6 * unit))
    share = 0.7 if canvas.palette.night else 0.1
    tone_of_clouds = mix(canvas.palette.light, canvas.palette.middle, share)
    canvas.fill(mask.resize(canvas.size, Image.Resampling.BICUBIC), tone_of_clouds)


def _birds(canvas: Canvas) -> None:
    mask, pen = canvas.stencil()
    x, y = canvas.light[0], canvas.light[1] - 130 * canvas.unit
    for _ in range(canvas.random.randint(3, 6)):
        x += canvas.random.uniform(-70, 70) * canvas.unit
        y += canvas.random.uniform(-26, 26) * canvas.unit
        span = canvas.random.uniform(8, 14) * canvas.unit
        figures.bird(pen, (x * SMOOTH, y * SMOOTH), span * SMOOTH)
    canvas.fill(mask, canvas.palette.near, 0.65)
