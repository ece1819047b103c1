"""The pictures: exact, repeatable, steered by the prompt, light enough for a preview."""

import io

import pytest
from PIL import Image

from sandbox.modellix import pictures
from sandbox.modellix.pictures.palettes import PALETTES, palette_for, things_in
from sandbox.modellix.settings import SIZES

SMALL = (192, 128)


@pytest.mark.parametrize("size", [SIZES["1024x1536"], SIZES["2048x1152"], SIZES["3840x2160"]])
def test_a_painting_is_exactly_as_large_as_asked_and_light(size: tuple[int, int]) -> None:
    png = pictures.paint("a lake at night", size, 1)
    image = Image.open(io.BytesIO(png))
    assert (image.format, image.mode, image.size) == ("PNG", "RGB", size)
    assert len(png) < 1_000_000


def test_the_same_task_has_the_same_picture() -> None:
    first = pictures.paint("a fox", SMALL, 1)
    pictures.paint.cache_clear()
    assert pictures.paint("a fox", SMALL, 1) == first


def test_the_pictures_of_one_job_differ() -> None:
    assert len({pictures.paint("a fox", SMALL, number) for number in range(4)}) == 4


@pytest.mark.parametrize(
    "prompt",
    ["fox cat house", "city birds", "mountain forest river at night", "夜の狐", "\ud800", "\x00"],
    ids=ascii,
)
def test_any_prompt_can_be_painted(prompt: str) -> None:
    assert Image.open(io.BytesIO(pictures.paint(prompt, SMALL, 3))).size == SMALL


def test_the_prompt_chooses_colours_and_things() -> None:
    assert palette_for("A RED barn, blue sky") == PALETTES["red"]
    assert palette_for("a blue sea at midnight") == PALETTES["night"]
    assert palette_for("qwertz") == palette_for("qwertz")
    assert things_in("Two foxes by a lake, near the city") == {"fox", "water", "city"}
    assert things_in("category") == frozenset()


def test_noise_cannot_be_made_smaller_and_plain_costs_nothing() -> None:
    assert len(pictures.noise((512, 512), 1)) > 3 * 512 * 512
    assert len(pictures.plain("x", SIZES["3840x2160"])) < 100_000
