"""As little harm as Discord's limits allow, shared fairly."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bot.domain.errors import PictureBad
from bot.media.fit import shares, shrink
from tests.media.pictures import noise, plain, written


class TestShares:
    @pytest.mark.parametrize(
        ("sizes", "file_limit", "total", "granted"),
        [
            ([5], 10, 25, [10]),
            ([30], 10, 25, [10]),
            ([8, 8, 8, 8], 10, 24, [6, 6, 6, 6]),
            ([2, 10, 2, 10], 10, 24, [6, 10, 7, 10]),
            ([10, 10], 10, 24, [10, 10]),
            ([40, 40, 1], 50, 25, [12, 12, 8]),
            ([], 10, 25, []),
        ],
    )
    def test_small_files_leave_their_slack_to_others(
        self, sizes: list[int], file_limit: int, total: int, granted: list[int]
    ) -> None:
        assert shares(sizes, file_limit, total) == granted

    @given(
        st.lists(st.integers(1, 100), min_size=1, max_size=4),
        st.integers(1, 60),
        st.integers(4, 120),
    )
    def test_what_is_sent_always_fits_each_and_together(
        self, sizes: list[int], file_limit: int, total: int
    ) -> None:
        granted = shares(sizes, file_limit, total)
        sent = [min(pair) for pair in zip(sizes, granted, strict=True)]
        assert sum(sent) <= total
        assert all(0 < size <= file_limit for size in sent)
        if all(size <= file_limit for size in sizes) and sum(sizes) <= total:
            assert sent == sizes, "nothing is touched that fits"


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

    def test_a_damaged_source_is_bad(self, tmp_path: Path) -> None:
        source = written(tmp_path / "1.png", noise(64, 64))
        source.write_bytes(source.read_bytes()[:2_000])
        with pytest.raises(PictureBad):
            shrink(source, tmp_path / "1.jpg", 100)
