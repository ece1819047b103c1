"""The command as Discord is told of it, and when it is told."""

from collections.abc import Iterator
from typing import Any

import pytest

from bot.chat import words
from bot.domain.jobs import Quality, Size
from tests.support.discord import World

TEXT, INTEGER, BOOLEAN, FILE = 3, 4, 5, 11


@pytest.fixture
def form(world: World) -> dict[str, Any]:
    """What Discord has been told of `/imagine`."""
    (told,) = world.requests("PUT", "/commands")
    return imagine_in(told)


def imagine_in(told: Any) -> dict[str, Any]:
    """`/imagine` among all commands."""
    (command,) = [command for command in told if command["name"] == "imagine"]
    return dict(command)


def option(form: dict[str, Any], name: str) -> dict[str, Any]:
    """One option of the command."""
    (found,) = [option for option in form["options"] if option["name"] == name]
    return dict(found)


async def test_the_command_is_there_for_everybody_everywhere(form: dict[str, Any]) -> None:
    """In servers, direct messages and group chats, installed by a server or by a person."""
    assert (form["name"], form["description"]) == ("imagine", str(words.IMAGINE))
    assert form["integration_types"] == [0, 1]
    assert form["contexts"] == [0, 1, 2]
    assert form.get("default_member_permissions") is None
    assert not form.get("nsfw")


async def test_no_option_has_to_be_given(form: dict[str, Any]) -> None:
    """Without any, a form opens."""
    kinds = {option["name"]: option["type"] for option in form["options"]}
    assert kinds == {
        "prompt": TEXT,
        "size": TEXT,
        "quality": TEXT,
        "count": INTEGER,
        "prompt_file": FILE,
        "private": BOOLEAN,
    }
    assert not any(option["required"] for option in form["options"])


async def test_the_options_keep_people_within_what_is_possible(form: dict[str, Any]) -> None:
    """Discord's own client refuses the rest before anything is sent."""
    assert (option(form, "prompt")["min_length"], option(form, "prompt")["max_length"]) == (1, 6000)
    assert (option(form, "count")["min_value"], option(form, "count")["max_value"]) == (1, 4)


async def test_every_size_is_offered_by_a_name(form: dict[str, Any]) -> None:
    """A shape and the pixels, in the order from small to large."""
    assert [(choice["name"], choice["value"]) for choice in option(form, "size")["choices"]] == [
        ("Square 1024×1024", "1024x1024"),
        ("Landscape 1536×1024", "1536x1024"),
        ("Portrait 1024×1536", "1024x1536"),
        ("Square 2K 2048×2048", "2048x2048"),
        ("Landscape 2K 2048×1152", "2048x1152"),
        ("Landscape 4K 3840×2160", "3840x2160"),
        ("Portrait 4K 2160×3840", "2160x3840"),
    ]
    assert set(words.SIZES) == set(Size)


async def test_every_quality_is_offered_with_what_it_means_and_costs(form: dict[str, Any]) -> None:
    """From the smallest size to the largest."""
    assert [choice["name"] for choice in option(form, "quality")["choices"]] == [
        "Low: quick sketch, about $0.006 to $0.096 each",
        "Medium: good detail, about $0.053 to $0.24 each",
        "High: finest detail, slow, about $0.13 to $0.48 each",
    ]
    assert [choice["value"] for choice in option(form, "quality")["choices"]] == [
        each.value for each in Quality
    ]


async def test_the_command_is_within_discords_limits(form: dict[str, Any]) -> None:
    """Names, descriptions, choices, and their sum (facts: Discord, 2)."""
    assert len(form["options"]) <= 25
    for part in (form, *form["options"]):
        assert 1 <= len(part["name"]) <= 32
        assert part["name"] == part["name"].lower()
        assert 1 <= len(part["description"]) <= 100
        assert len(part.get("choices", [])) <= 25
    for choice in choices(form):
        assert 1 <= len(choice["name"]) <= 100
        assert len(choice["value"]) <= 100
    assert sum(map(len, texts(form))) <= 8000


async def test_discord_is_told_once(world: World) -> None:
    """A restart with the same commands tells nothing: Discord allows few changes a day."""
    await world.restart()
    assert len(world.requests("PUT", "/commands")) == 1


async def test_discord_is_told_again_when_the_form_has_changed(world: World) -> None:
    """New prices are part of what people read there."""
    await world.restart(prices="low=1/2/3 medium=1/2/3 high=1/1/1")
    told = world.requests("PUT", "/commands")
    assert len(told) == 2
    changed = imagine_in(told[1])
    names = [choice["name"] for choice in option(changed, "quality")["choices"]]
    assert names[0] == "Low: quick sketch, about $1.00 to $3.00 each"
    assert names[2] == "High: finest detail, slow, about $1.00 each"


def choices(form: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """All choices of a command."""
    for each in form["options"]:
        yield from each.get("choices", [])


def texts(form: dict[str, Any]) -> Iterator[str]:
    """What counts towards the sum."""
    for part in (form, *form["options"]):
        yield from (part["name"], part["description"])
    for choice in choices(form):
        yield from (choice["name"], choice["value"])
