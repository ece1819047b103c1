"""`/imagine-admin queue clear`: everything that was not sent, taken back after a question."""

import json

import pytest

from bot.chat import words
from bot.chat.moderation import queue_words
from bot.domain.errors import NotAModerator
from bot.domain.jobs import JobState
from tests.cogs.admin.test_queue import reviewed
from tests.support.discord import World
from tests.support.shown import Payload


async def test_it_asks_first_and_says_how_much_it_is(world: World) -> None:
    await world.imagine(count=2)
    await world.imagine(as_=world.nora)
    question = world.answer(await world.invoke_admin("queue clear"))
    assert question.private
    assert question.text.startswith("Take back 2 requests (3 pictures) of everybody?")
    assert question.buttons == ["Take back 2 requests"]
    assert world.audit == []


@pytest.mark.parametrize("restarts", [False, True])
async def test_confirmed_it_takes_back_all_that_was_not_sent(world: World, *, restarts: bool) -> None:
    cards = [await world.imagine(as_=who) for who in (world.mira, world.nora)]
    question = world.answer(await world.invoke_admin("queue clear"))
    if restarts:
        await world.restart()
    await world.press(question, "Take back 2 requests", as_=world.vera)
    answer = world.again(question)
    assert answer.text.startswith("Took back 2 requests (2 pictures).")
    assert answer.buttons == []
    assert world.audit == [("queue_cleared", world.vera.id, None, "requests 2, images 2", None)]
    await world.finish()
    assert all("Cancelled." in world.again(card).text for card in cards)
    assert world.paid == []


async def test_of_one_member_only(world: World) -> None:
    mine, theirs = await world.imagine(), await world.imagine(as_=world.nora)
    question = world.answer(await world.invoke_admin("queue clear", member=world.mira))
    assert f"of {world.mira.mention}?" in question.text
    await world.press(question, "Take back 1 request", as_=world.vera)
    assert (await world.job(mine)).job.state is JobState.CANCELLED
    assert (await world.job(theirs)).job.state is JobState.OPEN
    assert world.audit == [("queue_cleared", world.vera.id, world.mira.id, "requests 1, images 1", None)]


async def test_of_somebody_who_left_too(world: World) -> None:
    await world.imagine(as_=world.nora)
    world.env.guild.remove_member(world.nora)
    question = world.answer(await world.invoke_admin("queue clear", member=world.nora.user))
    await world.press(question, "Take back 1 request", as_=world.vera)
    assert world.again(question).text.startswith("Took back 1 request")


async def test_what_came_after_the_question_stays(world: World) -> None:
    """A button pressed an hour later must not take back what nobody was asked about."""
    await world.imagine()
    question = world.answer(await world.invoke_admin("queue clear"))
    world.clock.advance(3600)
    newer = await world.imagine(as_=world.nora)
    await world.press(question, "Take back 1 request", as_=world.vera)
    assert (await world.job(newer)).job.state is JobState.OPEN


async def test_what_waits_for_a_moderator_is_taken_back_too(world: World) -> None:
    await reviewed(world)
    card = await world.imagine()
    question = world.answer(await world.invoke_admin("queue clear"))
    await world.press(question, "Take back 1 request", as_=world.vera)
    assert (await world.job(card)).job.state is JobState.CANCELLED


async def test_what_is_drawn_goes_on(world: World) -> None:
    await world.imagine()
    await world.render()
    assert await world.admin("queue clear") == queue_words.NOTHING_WAITS


async def test_nothing_left_when_confirmed_is_said(world: World) -> None:
    card = await world.imagine()
    question = world.answer(await world.invoke_admin("queue clear"))
    await world.press(card, "Cancel")
    await world.press(question, "Take back 1 request", as_=world.vera)
    assert world.again(question).text == queue_words.NOTHING_WAITS
    assert world.audit == []


async def test_a_confirmation_by_who_may_not_any_more_changes_nothing(world: World) -> None:
    card = await world.imagine()
    question = world.answer(await world.invoke_admin("queue clear"))
    world.forges.append(lambda payload: payload["member"].update(permissions="0"))
    result = await world.press(question, "Take back 1 request", as_=world.vera)
    assert world.told(result) == words.refusal(NotAModerator())
    assert (await world.job(card)).job.state is JobState.OPEN


@pytest.mark.parametrize("forged", ["queue:clear:9999999999999999999:1", "queue:clear:0:1"])
async def test_a_forged_name_takes_back_nothing(world: World, forged: str) -> None:
    """A member who is none, beyond what the database can count; a time long ago."""
    card = await world.imagine()
    question = world.answer(await world.invoke_admin("queue clear"))
    name = question.custom_id("Take back 1 request")

    def forge(payload: Payload) -> None:
        payload.update(json.loads(json.dumps(payload).replace(name, forged)))

    world.forges.append(forge)
    await world.press(question, "Take back 1 request", as_=world.vera)
    assert world.again(question).text == queue_words.NOTHING_WAITS
    assert (await world.job(card)).job.state is JobState.OPEN
