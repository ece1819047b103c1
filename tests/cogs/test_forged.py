"""Interactions that no honest client sends. Whatever Discord let through is checked again (promise 10)."""

from collections.abc import Callable
from typing import Any

import pytest
from discord.app_commands import CommandNotFound

from bot.chat import words
from bot.domain import errors
from tests.support.discord import World, nothing_happened
from tests.support.shown import Payload

NEVER_MADE = "0123456789"


def with_option(name: str, value: object, kind: int = 3) -> Callable[[Payload], None]:
    """One more option of the command, whatever the client would have allowed."""
    return lambda payload: payload["data"]["options"].append({"name": name, "type": kind, "value": value})


@pytest.mark.parametrize(
    "forge",
    [
        with_option("size", "1x1"),
        with_option("size", "1024X1024"),
        with_option("size", ""),
        with_option("size", 1024),
        with_option("size", ["1024x1024"]),
        with_option("quality", "ultra"),
        with_option("quality", {"low": 1}),
        with_option("count", 0, 4),
        with_option("count", 5, 4),
        with_option("count", -1, 4),
        with_option("count", 2**62, 4),
        with_option("count", "3", 4),
        with_option("count", 1.5, 4),
        with_option("prompt", 7),
        with_option("prompt", ["a red fox"]),
    ],
)
async def test_an_option_that_is_not_in_the_list_is_refused(
    world: World, forge: Callable[[Payload], None]
) -> None:
    """In a private sentence; nothing is stored, nothing sent."""
    world.forges.append(forge)
    assert world.told(await world.invoke()) == words.refusal(errors.OptionUnknown())
    await nothing_happened(world)


@pytest.mark.parametrize("typed", [7, ["fox"], True])
async def test_what_is_typed_and_is_no_text_is_offered_nothing(
    world: World, caplog: pytest.LogCaptureFixture, typed: object
) -> None:
    """There is nowhere to say why, and no command has to ask what it was given."""

    def forge(payload: Payload) -> None:
        payload["data"]["options"][0]["value"] = typed

    await world.imagine()
    assert len(await world.mira.autocomplete(world.channel, "show", "code", "")) == 1
    world.forges.append(forge)
    assert await world.mira.autocomplete(world.channel, "show", "code", "") == []
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


async def test_a_file_that_was_never_sent_is_refused(world: World) -> None:
    """An option that names an attachment without one coming along."""

    def forge(payload: Payload) -> None:
        payload["data"]["options"] = [{"name": "prompt_file", "type": 11, "value": "123"}]

    world.forges.append(forge)
    assert world.told(await world.invoke()) == words.refusal(errors.PromptFileUnreadable())
    await nothing_happened(world)


async def test_a_lone_surrogate_in_a_prompt_becomes_a_question_mark(world: World) -> None:
    """JSON can carry what has no UTF-8 form; neither database nor image service could."""
    world.forges.append(lambda payload: payload["data"]["options"][0].update(value="a \ud800 fox"))
    await world.imagine()
    await world.finish()
    assert [task["prompt"] for task in world.paid] == ["a ? fox"]


async def test_an_unknown_command_is_answered(world: World) -> None:
    """Discord's client may still show one that an earlier version had."""
    world.forges.append(lambda payload: payload["data"].update(name="draw"))
    assert world.told(await world.invoke()) == str(words.NOT_A_COMMAND_OF_MINE)
    await nothing_happened(world)
    assert [type(error) for error in world.env.errors] == [CommandNotFound]


def pressing(custom_id: str) -> Callable[[Payload], None]:
    """A button of that name is pressed instead, and the message shows it."""

    def forge(payload: Payload) -> None:
        pressed = payload["data"]["custom_id"]
        payload["data"]["custom_id"] = custom_id
        payload["message"] = renamed(payload["message"], pressed, custom_id)

    return forge


def renamed(part: Any, old: str, new: str) -> Any:
    """The same with one name replaced."""
    if isinstance(part, dict):
        return {key: renamed(value, old, new) for key, value in part.items()}
    if isinstance(part, list):
        return [renamed(each, old, new) for each in part]
    return new if part == old else part


@pytest.mark.parametrize(
    "custom_id",
    [
        "job:explode:0123456789",
        "job:cancel:012345678",
        "job:cancel:0123456789x",
        "job:cancel:012345678U",
        "job:cancel:0123456789\n",
        "JOB:cancel:0123456789",
        "vote:1",
        "x" * 100,
    ],
)
async def test_a_button_that_nobody_knows_is_answered(world: World, custom_id: str) -> None:
    """From another version, or made up: it does nothing and says so."""
    card = await world.imagine()
    world.forges.append(pressing(custom_id))
    assert world.told(await world.press(card, "Cancel")) == str(words.NOT_A_BUTTON_OF_MINE)
    assert world.again(card).buttons == ["Cancel"]


async def test_a_page_for_one_person_never_takes_the_place_of_what_everybody_sees(world: World) -> None:
    """Its buttons belong below an answer that only they see; pressed elsewhere, it is a new one."""
    card = await world.imagine(as_=world.nora)
    for name in ("history:older:0000000001:-:-:", "mine:look", "pref:clear", "privacy:erase:data"):
        world.forges.append(pressing(name))
        assert world.answer(await world.press(card, "Cancel")).private
    assert world.again(card).buttons == ["Cancel"]


@pytest.mark.parametrize("verb", ["cancel", "again", "delete", "prompt", "retry", "leave"])
async def test_a_button_of_a_job_that_was_erased_says_so(world: World, verb: str) -> None:
    """Records are not kept for ever, messages are."""
    card = await world.imagine()
    world.forges.append(pressing(f"job:{verb}:{NEVER_MADE}"))
    assert world.told(await world.press(card, "Cancel")) == words.refusal(errors.JobNotFound())
    assert world.is_there(card)
    assert len([each for each in world.cards if not each.private]) == 1


@pytest.mark.parametrize("verb", ["cancel", "delete"])
async def test_a_button_of_ones_own_job_does_nothing_to_the_card_of_another(world: World, verb: str) -> None:
    """What it names is theirs, and what it hangs below is not: it would be replaced, or deleted."""
    own, card = await world.imagine(as_=world.mira), await world.imagine(as_=world.nora)
    before = card.text
    world.forges.append(pressing(f"job:{verb}:{own.job_id}"))
    assert world.told(await world.press(card, "Cancel", as_=world.mira)) == words.refusal(
        errors.JobNotFound()
    )
    assert world.again(card).text == before
    assert world.again(own).buttons == ["Cancel"]


@pytest.mark.parametrize("label", ["Cancel", "Delete"])
async def test_a_stranger_may_not_touch_the_card_of_another(world: World, label: str) -> None:
    """Whatever the buttons on it suggest."""
    card = await world.imagine()
    if label == "Delete":
        await world.finish()
        card = world.again(card)
    told = world.told(await world.press(card, label, as_=world.nora))
    assert told == words.refusal(errors.NotYours())
    assert world.is_there(card)
    await world.finish()
    assert world.again(card).pictures


async def test_permissions_come_from_discord_and_not_from_the_member(world: World) -> None:
    """Manage Messages in this very channel makes a moderator, nothing else does."""
    card = await world.imagine()
    world.forges.append(lambda payload: payload["member"].update(permissions=str(0x8000_0000_0000)))
    told = world.told(await world.press(card, "Cancel", as_=world.theo))
    assert told == words.refusal(errors.NotYours())
