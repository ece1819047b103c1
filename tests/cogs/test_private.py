"""Cards that only their requester sees, from the command to long after Discord lets go of them."""

import json
from typing import Any

import pytest

from bot.chat import words
from bot.domain import errors
from bot.domain.jobs import JobState, TaskState
from tests.cogs.test_show import LATE_S, TOLD_S, show
from tests.support.discord import World
from tests.support.log import Log
from tests.support.shown import Payload, Shown

SECRET = "a violet fox"


async def private(world: World, **options: Any) -> Shown:
    card = await world.imagine(SECRET, private=True, **options)
    assert card.private
    return card


async def pressed_by_another(world: World, card: Shown, verb: str) -> str:
    """A forged press on a card that Discord shows to its requester alone: what they are told."""
    public = await world.imagine(as_=world.nora)
    forged = f"job:{verb}:{card.job_id}"

    def forge(payload: Payload) -> None:
        payload["data"]["custom_id"] = forged
        message = json.dumps(payload["message"]).replace(public.custom_id("Cancel"), forged)
        payload["message"] = json.loads(message)

    world.forges.append(forge)
    return world.told(await world.press(public, "Cancel", as_=world.nora))


async def test_its_pictures_come_to_its_requester_alone(world: World) -> None:
    card = await private(world, count=2)
    assert "Only you see this, and it goes when Discord is reloaded." in card.text
    await world.finish()
    card = world.again(card)
    assert card.private
    assert len(card.pictures) == 2
    assert "Report" not in card.buttons


async def test_what_takes_too_long_is_told_before_and_fetched_later(world: World) -> None:
    """By its requester, in private, wherever they ask for it; what still waits is taken back."""
    await world.restart(modellix_max_tasks=1)
    world.sandbox.world.change({"duration_s": LATE_S})
    card = await private(world, count=2)
    await world.render()
    world.clock.advance(TOLD_S)
    await world.deliver()
    assert "**Last update here.**" in world.again(card).text
    assert f"`/show` and the code `{card.job_id}`" in world.again(card).text
    world.clock.advance(LATE_S - TOLD_S)
    await world.finish(within_s=3 * LATE_S)
    view = await world.job(card)
    assert view.job.state is JobState.UNDELIVERABLE
    assert [task.state for task in view.tasks] == [TaskState.RENDERED, TaskState.CANCELLED]

    copy = world.answer(await show(world, card.job_id))

    assert copy.private
    assert len(copy.pictures) == 1
    elsewhere = world.env.guild.create_text_channel("elsewhere")
    assert world.answer(await show(world, card.job_id, where=elsewhere)).private
    assert len(world.paid) == 1


async def test_nobody_else_reaches_it(world: World) -> None:
    """Neither members nor moderators, by its code or by a forged button."""
    card = await private(world)
    await world.finish()
    for person in (world.nora, world.theo, world.vera):
        told = world.told(await show(world, card.job_id, as_=person))
        assert told == words.refusal(errors.CodeUnknown())
    for verb in ("again", "prompt", "delete"):
        assert await pressed_by_another(world, card, verb) == words.refusal(errors.JobNotFound())


async def test_asked_for_again_it_stays_private(world: World) -> None:
    card = await private(world)
    await world.finish()
    assert world.answer(await world.press(world.again(card), "Again")).private


async def test_its_requester_deletes_it(world: World) -> None:
    card = await private(world)
    await world.finish()
    await world.press(world.again(card), "Delete")
    assert not world.is_there(card)


async def test_in_direct_messages_the_card_is_an_ordinary_one(world: World) -> None:
    """Nobody else is there, and so it can be changed for good."""
    card = await world.imagine(SECRET, as_=world.mira.user, private=True)
    assert not card.private
    assert (await world.job(card)).job.place.outlives_token


async def test_the_log_channel_is_told_of_it_without_its_words(world: World) -> None:
    log = Log(world)
    card = await private(world)
    await world.finish()
    line = (await log.last()).text
    assert f"{world.mira.mention} · Square 1024×1024 · Low quality · $0.006" in line
    assert f" · `{card.job_id}` · private" in line
    assert SECRET not in line
    exported = world.answer(await world.invoke_admin("usage export", form="json", include_prompts=True))
    (export,) = exported.files.values()
    assert card.job_id.encode() in export
    assert SECRET.encode() not in export


class TestReview:
    @pytest.fixture
    def log(self, world: World) -> Log:
        """Where every request waits for a moderator."""
        return Log(world, review=True)

    async def test_who_has_to_approve_it_reads_its_words(self, world: World, log: Log) -> None:
        card = await private(world)
        notice = await log.last()
        assert f"> {SECRET}" in notice.text
        assert "private: only who asked for it sees the message" in notice.text
        assert (
            f"taken back {words.relative((await world.job(card)).job.place.token_expires_at)}" in notice.text
        )
        await log.press("Approve", as_=world.theo)
        await world.finish()
        assert world.again(card).pictures

    async def test_unanswered_it_is_taken_back_with_its_message(self, world: World, log: Log) -> None:
        card = await private(world)
        await log.told()
        world.clock.advance(TOLD_S)
        await world.deliver()
        assert "**Last update here.**" in world.again(card).text
        world.clock.advance(LATE_S - TOLD_S)
        await world.finish()
        assert "**Taken back** before anybody decided." in (await log.told())[0].text
        assert (await world.job(card)).tasks[0].state is TaskState.CANCELLED
        assert world.paid == []
