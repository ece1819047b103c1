"""Making a picture small enough for Discord, with as little harm as it takes."""

from pathlib import Path

from PIL import Image, ImageOps

from bot.domain.errors import PictureBad

_LADDER = ((97, "4:4:4"), (94, "4:4:4"), (90, "4:2:0"), (85, "4:2:0"), (80, "4:2:0"), (70, "4:2:0"))
"""JPEG qualities and how finely colour is kept. The first fits a usual 4K picture into 10 MiB."""
_SHRINK_MAX = 0.8
_SIDE_MIN_PIXELS = 64
_THUMBNAIL_PIXELS = 256
"""The longer side."""
_THUMBNAIL_BYTES = 20_000
"""A page of the history sends five; usual pictures take half."""
_THUMBNAIL_QUALITIES = (75, 50, 25)
"""The last is taken in any case: of pure noise it makes 30,000 bytes."""
_PAPER = (255, 255, 255)
"""What shows through a transparent picture: JPEG has no transparency."""


def shrink(source: Path, target: Path, limit_bytes: int) -> None:
    """Write a picture as a JPEG of at most that size: quality goes first, then pixels. Blocking.

    To a file, never to memory: Pillow keeps the interpreter locked while it encodes into a BytesIO.

    Raises:
        PictureBad: the source does not decode, or not even a tiny picture fits.
        OSError: the disk, with an `errno`.
        MemoryError: that says nothing about the picture.
    """
    image, profile = _opened(source)
    if profile and len(profile) > limit_bytes // 2:
        profile = None  # colours a little off are better than no picture
    for quality, subsampling in _LADDER:
        if _save(image, target, quality, subsampling, profile) <= limit_bytes:
            return
    quality, subsampling = _LADDER[-1]
    while min(image.size) > _SIDE_MIN_PIXELS:
        image = _scaled(image, (limit_bytes / target.stat().st_size) ** 0.5)
        if _save(image, target, quality, subsampling, profile) <= limit_bytes:
            return
    raise PictureBad(f"cannot be made to fit {limit_bytes} bytes")


def thumbnail(source: Path, target: Path) -> None:
    """Write a small WebP of a picture. Blocking.

    Raises:
        PictureBad: the source does not decode.
        OSError: the disk, with an `errno`.
        MemoryError: that says nothing about the picture.
    """
    image, _ = _opened(source)
    image.thumbnail((_THUMBNAIL_PIXELS, _THUMBNAIL_PIXELS))
    for quality in _THUMBNAIL_QUALITIES:
        image.save(target, "WEBP", quality=quality)
        if target.stat().st_size <= _THUMBNAIL_BYTES:
            return


def _opened(source: Path) -> tuple[Image.Image, bytes | None]:
    """The picture upright in RGB on paper, and its colour profile where it still holds."""
    try:
        with Image.open(source, formats=["PNG", "JPEG", "WEBP"]) as image:
            profile = image.info.get("icc_profile") if image.mode in {"RGB", "RGBA"} else None
            image.load()
            _upright(image)
            if not image.has_transparency_data:
                return image.convert("RGB"), profile
            layer = image.convert("RGBA")
    except MemoryError:
        raise
    except Exception as fault:  # decoders fail in every way on hostile bytes
        if isinstance(fault, OSError) and fault.errno is not None:
            raise
        raise PictureBad(f"does not decode: {type(fault).__name__}") from fault
    flat = Image.new("RGB", layer.size, _PAPER)
    flat.paste(layer, mask=layer)
    return flat, profile


def _upright(image: Image.Image) -> None:
    try:
        ImageOps.exif_transpose(image, in_place=True)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001, S110 - notes that make no sense: the picture is as good without
        pass


def _save(image: Image.Image, target: Path, quality: int, subsampling: str, profile: bytes | None) -> int:
    """Encode; the size of the file in bytes."""
    extra = {"icc_profile": profile} if profile else {}
    try:
        image.save(target, "JPEG", quality=quality, subsampling=subsampling, optimize=True, **extra)
    except OSError as fault:
        if fault.errno is not None:
            raise
        # Optimising needs the whole file in one buffer, which Pillow makes too small for noise.
        image.save(target, "JPEG", quality=quality, subsampling=subsampling, **extra)
    return target.stat().st_size


def _scaled(image: Image.Image, factor: float) -> Image.Image:
    scale = min(factor, _SHRINK_MAX)
    width, height = (max(1, round(side * scale)) for side in image.size)
    return image.resize((width, height), Image.Resampling.LANCZOS)
