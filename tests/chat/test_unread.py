"""Interactions that discord.py cannot read: whoever sent one is answered all the same."""

from structlog.typing import EventDict

from bot.chat import words
from tests.support.discord import World


async def test_a_malformed_interaction_is_answered_and_the_bot_lives_on(
    world: World, logs: list[EventDict]
) -> None:
    """Unguarded, discord.py would end the process (facts: Discord, 3.3)."""
    world.forges.append(lambda payload: payload.pop("attachment_size_limit"))
    assert world.told(await world.invoke()) == str(words.NOT_A_COMMAND_OF_MINE)
    assert (await world.imagine()).buttons == ["Cancel"]
    (told,) = [entry for entry in logs if entry["log_level"] == "error"]
    assert (told["event"], told["discord_event"]) == ("discord.malformed_event", "INTERACTION_CREATE")
    logs.remove(told)


async def test_a_button_of_a_message_that_is_missing_is_answered(world: World) -> None:
    """discord.py drops such an interaction without a word."""
    card = await world.imagine()
    world.forges.append(lambda payload: payload.pop("message"))
    assert world.told(await world.press(card, "Cancel")) == str(words.NOT_A_BUTTON_OF_MINE)
    assert world.again(card).buttons == ["Cancel"]


async def test_a_button_of_a_message_that_is_not_of_the_kind_it_says_is_answered(
    world: World, logs: list[EventDict]
) -> None:
    """discord.py fails at it later, where nobody would answer."""
    card = await world.imagine()
    world.forges.append(lambda payload: payload["message"].pop("flags"))
    assert world.told(await world.press(card, "Cancel")) == str(words.NOT_A_BUTTON_OF_MINE)
    assert world.again(card).buttons == ["Cancel"]
    (told,) = [entry for entry in logs if entry["log_level"] == "error"]
    assert told["event"] == "discord.malformed_event"
    logs.remove(told)
