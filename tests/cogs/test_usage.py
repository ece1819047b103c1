"""`/usage`: what I used, what is left, when there is more."""

import io
from typing import cast

import pytest
from PIL import Image
from simcord import InteractionResult
from simcord.builders import UserHandle

from bot.charts.render import Charts
from bot.chat import words
from bot.domain.errors import StoreBusy
from bot.domain.limits import HOUR_S
from bot.domain.units import MS_PER_S, after
from bot.storage.usage import UsageSums
from tests.support.discord import Actor, World
from tests.support.shown import Shown


async def usage(world: World, *, as_: Actor | None = None) -> Shown:
    """The answer to `/usage`; in a direct message for somebody outside of servers."""
    person = as_ or world.mira
    if isinstance(person, UserHandle):
        return world.answer(cast(InteractionResult, await person.slash("usage")))
    return world.answer(await person.slash(world.channel, "usage"))


def decoded(shown: Shown) -> Image.Image:
    """The picture on a message, whole."""
    picture = Image.open(io.BytesIO(shown.files["usage.png"]), formats=["PNG"])
    picture.load()
    return picture


async def test_a_member_alone_sees_what_they_used_and_what_is_left(world: World) -> None:
    began = world.clock.now()
    await world.imagine(count=2)
    await world.imagine(as_=world.nora)
    await world.finish()
    shown = await usage(world)
    assert shown.private
    assert "2 pictures, $0.012.\nYou can ask for pictures here." in shown.text
    assert (
        f"Pictures an hour: 2 used, 28 of 30 left. More <t:{after(began, HOUR_S) // MS_PER_S}:R>."
        in shown.text
    )
    assert decoded(shown).size == (1200, 720)
    (picture,) = shown.pictures
    assert picture.alt_text.startswith("Charts of your pictures, ")
    assert "Pictures an hour: 2 used, 28 of 30 left." in picture.alt_text


@pytest.mark.usefixtures("sketched")
async def test_whoever_used_everything_up_reads_when_there_is_more(world: World) -> None:
    await world.restart(limits="images_per_hour=1")
    began = world.clock.now()
    await world.imagine()
    shown = await usage(world)
    assert (
        "**Right now:** You have used 1 of 1 pictures this hour. "
        f"The next is free <t:{after(began, HOUR_S) // MS_PER_S}:R>." in shown.text
    )
    assert world.database.value("SELECT COUNT(*) FROM refusal") == 0


@pytest.mark.usefixtures("sketched")
async def test_a_channel_without_pictures_says_so(world: World) -> None:
    await world.admin("channels deny", channel=world.channel)
    assert "**Right now:** I may not make pictures in this channel." in (await usage(world)).text


async def test_without_limits_there_is_nothing_to_be_left(world: World) -> None:
    await world.restart(limits="none", bot_spend_per_day="none", bot_spend_per_month="none")
    shown = await usage(world)
    assert "There are no limits for you here." in shown.text
    assert "What is left" not in shown.text
    assert decoded(shown).width == 1200


@pytest.mark.usefixtures("sketched")
async def test_in_a_direct_message_it_is_personal_use(world: World) -> None:
    zoe = world.env.create_user("zoe")
    await world.imagine(as_=zoe)
    shown = await usage(world, as_=zoe)
    assert shown.private
    assert "1 picture, $0.006." in shown.text
    assert "in direct messages, and on servers where I am not a member myself" in shown.text


@pytest.mark.usefixtures("sketched")
async def test_where_only_the_person_installed_the_bot_it_is_personal_use_too(world: World) -> None:
    await world.imagine()
    world.bot_is_member = False
    shown = await usage(world)
    assert "0 pictures, $0.00." in shown.text
    assert "where I am not a member myself" in shown.text


async def test_a_picture_that_cannot_be_drawn_is_left_out_and_the_words_are_there(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nothing(*_: object) -> None:
        return None

    monkeypatch.setattr(Charts, "draw", nothing)
    await world.imagine()
    shown = await usage(world)
    assert shown.files == {}
    assert shown.pictures == []
    assert "1 picture, $0.006." in shown.text


async def test_a_database_in_trouble_is_a_sentence(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer waits already, and still comes to an end."""

    async def fail(*_: object) -> None:
        raise StoreBusy

    monkeypatch.setattr(UsageSums, "member", fail)
    assert (await usage(world)).text == str(words.TOO_SLOW)
