"""Asking to be unblocked: from the refusal to the log channel, and what moderators answer."""

import pytest
from simcord import InteractionResult
from structlog.typing import EventDict

from bot.chat import words
from bot.domain import errors
from tests.cogs.test_forged import pressing
from tests.support.discord import World
from tests.support.log import Log
from tests.support.shown import Shown


@pytest.fixture
def log(world: World) -> Log:
    """Where moderators are told what they have to act on."""
    return Log(world, everything=False)


async def blocked(world: World) -> Shown:
    """What Mira is told who is blocked and asks all the same."""
    await world.admin("block add", member=world.mira, reason="too *rude*")
    return refused(world, await world.invoke())


def refused(world: World, result: InteractionResult) -> Shown:
    answer = world.answer(result)
    assert answer.private
    assert "You are blocked" in answer.text
    return answer


async def appeal(world: World, refusal: Shown, text: str = "I am sorry") -> InteractionResult:
    opened = await world.press(refusal, "Appeal")
    assert opened.modal is not None, world.env.transcript()
    return await world.mira.submit_modal(opened, {"reason": text})


async def test_an_appeal_reaches_the_moderators_once(world: World, log: Log) -> None:
    refusal = await blocked(world)
    assert refusal.buttons == ["Appeal"]
    told = world.told(await appeal(world, refusal, "I am *sorry*"))
    assert told.startswith("The moderators of this server have been told.")

    _, notice = await log.told()
    assert f"**Asks to be unblocked:** {world.mira.mention}" in notice.text
    assert "They say: I am \\*sorry\\*" in notice.text
    blocked_by = f"Blocked by {world.vera.mention}, until a moderator lifts it."
    assert f"{blocked_by} Reason: too \\*rude\\*" in notice.text
    assert notice.buttons == ["Unblock", "Dismiss"]
    assert ("appealed", world.mira.id, world.mira.id, None, None) in world.audit

    assert world.told(await world.press(refusal, "Appeal")) == words.refusal(errors.AppealedAlready())
    again = refused(world, await world.invoke())
    assert again.buttons == []
    assert "The moderators know that you asked to be unblocked." in again.text


async def test_buttons_and_forms_outlive_a_restart(world: World, log: Log) -> None:
    refusal = await blocked(world)
    await world.restart()
    opened = await world.press(refusal, "Appeal")
    await world.restart()
    await world.mira.submit_modal(opened, {"reason": "sorry"})
    await log.told()
    await world.restart()
    await log.press("Unblock", as_=world.vera)
    assert "**Waiting**" in (await world.imagine()).text
    notice = await log.last()
    assert f"**Unblocked** by {world.vera.mention}." in notice.text
    assert notice.buttons == []


async def test_a_new_block_can_be_appealed_against_again(world: World, log: Log) -> None:
    await appeal(world, await blocked(world))
    await log.press("Unblock", as_=world.vera)
    refusal = await blocked(world)
    assert refusal.buttons == ["Appeal"]
    await appeal(world, refusal)
    assert (await log.last()).buttons == ["Unblock", "Dismiss"]


async def test_dismissed_the_block_stands(world: World, log: Log) -> None:
    await appeal(world, await blocked(world))
    await log.press("Dismiss", as_=world.theo)
    notice = await log.last()
    assert f"**Dismissed** by {world.theo.mention}." in notice.text
    assert notice.buttons == []
    refused(world, await world.invoke())
    assert world.audit[-1] == ("appeal_dismissed", world.theo.id, world.mira.id, None, None)


async def test_of_two_moderators_at_once_one_wins(world: World, log: Log) -> None:
    await appeal(world, await blocked(world))
    notice = await log.last()
    both = await world.press_at_once(notice, (world.theo, "Dismiss"), (world.vera, "Dismiss"))
    told = [world.told(each) for each in both if each.ephemeral]
    assert told == [words.refusal(errors.DecidedAlready())]


async def test_lifted_by_command_meanwhile(world: World, log: Log) -> None:
    await appeal(world, await blocked(world))
    await log.told()
    await world.admin("block remove", member=world.mira)
    told = world.told(await log.press("Unblock", as_=world.vera))
    assert told.startswith("That block has ended already. Nothing was changed.")
    assert (await log.last()).buttons == []


async def test_an_old_appeal_does_not_lift_a_new_block(world: World, log: Log) -> None:
    await appeal(world, await blocked(world))
    old = await log.last()
    await world.admin("block remove", member=world.mira)
    await blocked(world)
    told = world.told(await log.press("Unblock", as_=world.vera, on=old))
    assert told.startswith("That block has ended already.")
    refused(world, await world.invoke())


async def test_only_who_manages_the_server_unblocks(world: World, log: Log, logs: list[EventDict]) -> None:
    await appeal(world, await blocked(world))
    told = world.told(await log.press("Unblock", as_=world.theo))
    assert told == words.refusal(errors.NotAModerator())
    refused(world, await world.invoke())
    assert "notice.not_allowed" in [entry["event"] for entry in logs]


async def test_without_a_log_channel_one_is_told_whom_to_turn_to(world: World) -> None:
    """And may appeal when there is one."""
    refusal = await blocked(world)
    told = world.told(await world.press(refusal, "Appeal"))
    assert "have no channel where I could tell them" in told
    Log(world)
    assert "have been told" in world.told(await appeal(world, refusal))


async def test_a_block_that_has_ended_needs_no_appeal(world: World, log: Log) -> None:
    await world.admin("block add", member=world.mira, reason="rude", duration="1h")
    refusal = refused(world, await world.invoke())
    world.clock.advance(3_600)
    assert world.told(await world.press(refusal, "Appeal")) == words.refusal(errors.NotBlocked())


async def test_who_is_not_blocked_has_nothing_to_appeal_against(world: World, log: Log) -> None:
    """A forged press, and one that names another server."""
    card = await world.imagine()
    for guild_id in (world.env.guild.id, 1, 9_999_999_999_999_999_999):
        world.forges.append(pressing(f"appeal:{guild_id}"))
        told = world.told(await world.press(card, "Cancel", as_=world.nora))
        assert told == words.refusal(errors.NotBlocked())
    assert await log.told() == []
