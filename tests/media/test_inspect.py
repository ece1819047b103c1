"""Only what decodes from start to end, and is small enough, is a picture."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.errors import PictureBad
from bot.domain.jobs import Picture
from bot.media.inspect import PIXELS_MAX, inspect, sniff
from tests.media.pictures import damaged, encoded, noise, plain, png_that_claims, written


@pytest.mark.parametrize(("form", "ending"), [("png", "png"), ("jpeg", "jpg"), ("webp", "webp")])
def test_each_format_is_told_by_its_bytes_not_by_its_name(tmp_path: Path, form: str, ending: str) -> None:
    file = written(tmp_path / "1.gif", plain(8, 6), form)
    assert inspect(file, "images/job/1") == Picture(f"images/job/1.{ending}", 8, 6, form, file.stat().st_size)


@pytest.mark.parametrize("form", ["png", "jpeg", "webp"])
def test_a_picture_cut_off_at_any_place_is_bad(tmp_path: Path, form: str) -> None:
    whole = encoded(noise(64, 64), form)
    file = tmp_path / "1.part"
    for kept in range(0, len(whole) * 9 // 10, max(1, len(whole) // 40)):
        file.write_bytes(whole[:kept])
        with pytest.raises(PictureBad):
            inspect(file, "1")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html><body>not here</body></html>",
        b"GIF89a" + bytes(100),
        b"%PDF-1.7",
        b"\x89PNG\r\n\x1a\n" + bytes(100),
        b"\xff\xd8\xff" + bytes(100),
        b"RIFF\x00\x00\x00\x00WEBP" + bytes(100),
    ],
)
def test_what_is_no_picture_is_bad(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "1.part"
    file.write_bytes(content)
    with pytest.raises(PictureBad):
        inspect(file, "1")


@pytest.mark.parametrize("side", [4_000, 12_000, 60_000])
def test_a_decompression_bomb_is_refused_by_its_header(tmp_path: Path, side: int) -> None:
    file = tmp_path / "1.part"
    file.write_bytes(png_that_claims(side, side))
    with pytest.raises(PictureBad):
        inspect(file, "1")


def test_the_largest_size_that_can_be_asked_for_is_allowed() -> None:
    assert PIXELS_MAX > 3840 * 2160


def test_one_pixel_too_many_is_refused(tmp_path: Path) -> None:
    file = written(tmp_path / "1.part", plain(8, 6))
    assert inspect(file, "1", pixels_max=48).width == 8
    with pytest.raises(PictureBad, match="8x6"):
        inspect(file, "1", pixels_max=47)


def test_a_missing_file_is_the_disks_fault(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        inspect(tmp_path / "none", "1")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(damaged())
def test_no_damage_raises_anything_else(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "1.part"
    file.write_bytes(content)
    with suppress(PictureBad):
        inspect(file, "1")


@given(st.binary(max_size=32))
def test_sniffing_bears_any_bytes(head: bytes) -> None:
    assert sniff(head) in {None, "png", "jpeg", "webp"}
