"""As little harm as Discord's limits allow."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from PIL import Image

from bot.domain.errors import PictureBad
from bot.media.fit import shrink, thumbnail
from tests.media.pictures import damaged, noise, plain, written


class TestShrink:
    def test_the_best_quality_that_fits_is_kept(self, tmp_path: Path) -> None:
        source = written(tmp_path / "1.png", noise(128, 128))
        target = tmp_path / "1.jpg"
        sizes = []
        for limit in (50_000, 34_000, 24_000, 15_000, 10_000):
            shrink(source, target, limit)
            sizes.append(target.stat().st_size)
            assert sizes[-1] <= limit
            with Image.open(target) as image:
                assert (image.format, image.size) == ("JPEG", (128, 128))
        assert sizes == sorted(sizes, reverse=True)

    def test_pixels_go_last(self, tmp_path: Path) -> None:
        source = written(tmp_path / "1.png", noise(200, 100))
        target = tmp_path / "1.jpg"
        shrink(source, target, 4_000)
        assert target.stat().st_size <= 4_000
        with Image.open(target) as image:
            assert image.width < 200
            assert image.width == pytest.approx(image.height * 2, abs=2)

    def test_what_cannot_fit_at_all_is_said(self, tmp_path: Path) -> None:
        source = written(tmp_path / "1.png", noise(100, 100))
        with pytest.raises(PictureBad, match="200 bytes"):
            shrink(source, tmp_path / "1.jpg", 200)

    def test_transparency_is_put_on_white(self, tmp_path: Path) -> None:
        clear = Image.new("RGBA", (80, 80), (0, 0, 0, 0))
        target = tmp_path / "1.jpg"
        shrink(written(tmp_path / "1.png", clear), target, 100_000)
        with Image.open(target) as image:
            assert image.getpixel((40, 40)) == (255, 255, 255)

    @pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
    def test_every_kind_of_png_can_be_shrunk(self, tmp_path: Path, mode: str) -> None:
        target = tmp_path / "1.jpg"
        shrink(written(tmp_path / "1.png", plain(70, 70, mode)), target, 100_000)
        with Image.open(target) as image:
            assert image.mode == "RGB"

    def test_a_picture_stored_on_its_side_stays_upright(self, tmp_path: Path) -> None:
        image = plain(80, 20)
        exif = image.getexif()
        exif[0x0112] = 6
        source = tmp_path / "1.jpg"
        image.save(source, exif=exif)
        shrink(source, tmp_path / "2.jpg", 100_000)
        with Image.open(tmp_path / "2.jpg") as upright:
            assert upright.size == (20, 80)

    def test_colour_profiles_are_kept(self, tmp_path: Path) -> None:
        source, target = tmp_path / "1.png", tmp_path / "1.jpg"
        plain(70, 70).save(source, icc_profile=b"made-up profile")
        shrink(source, target, 100_000)
        with Image.open(target) as image:
            assert image.info["icc_profile"] == b"made-up profile"

    def test_notes_that_make_no_sense_harm_no_picture(self, tmp_path: Path) -> None:
        """It was decoded when it came, and paid."""
        source, target = tmp_path / "1.webp", tmp_path / "1.jpg"
        noise(80, 20).save(source, exif=b"MM\x00\xad\x00\x00\x00\x08no notes")
        shrink(source, target, 100_000)
        with Image.open(target) as image:
            assert image.size == (80, 20)

    def test_a_damaged_source_is_bad(self, tmp_path: Path) -> None:
        source = written(tmp_path / "1.png", noise(64, 64))
        source.write_bytes(source.read_bytes()[:2_000])
        with pytest.raises(PictureBad):
            shrink(source, tmp_path / "1.jpg", 100)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(damaged())
def test_no_damage_raises_anything_else(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "1.png"
    file.write_bytes(content)
    with suppress(PictureBad):
        shrink(file, tmp_path / "1.jpg", 100_000)
        thumbnail(file, tmp_path / "1.webp")
