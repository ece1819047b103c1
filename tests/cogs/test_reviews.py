"""Requests that a moderator has to approve before anything is sent or paid."""

import pytest

from bot.chat import words
from bot.domain import errors
from bot.domain.jobs import JOB_OVER, JobState, Review
from bot.domain.notices import REVIEW_WITHIN_S
from tests.support.discord import World
from tests.support.log import Log
from tests.support.shown import Shown


@pytest.fixture
def log(world: World) -> Log:
    """Where every request waits for a moderator."""
    return Log(world, review=True)


async def waiting(world: World, prompt: str = "a red fox") -> Shown:
    card = await world.imagine(prompt)
    assert "**Waiting for a moderator.**" in card.text
    await world.finish()
    assert world.paid == []
    return card


async def test_it_is_drawn_only_when_a_moderator_approves(world: World, log: Log) -> None:
    card = await waiting(world)
    notice = await log.last()
    assert "**Waiting for approval.**" in notice.text
    assert "> a red fox" in notice.text
    assert f"/{world.channel.id}/{card.id})" in notice.text
    assert notice.buttons == ["Approve", "Refuse"]

    assert (await log.press("Approve", as_=world.theo)).acknowledged
    await world.finish()

    assert world.again(card).pictures
    notice = (await log.told())[0]
    assert f"✅ **Approved** by {world.theo.mention}." in notice.text
    assert notice.buttons == []
    assert world.audit == [("approved", world.theo.id, world.mira.id, None, None)]


async def test_buttons_outlive_a_restart(world: World, log: Log) -> None:
    card = await waiting(world)
    await log.told()
    await world.restart()
    await log.press("Approve", as_=world.vera)
    await world.finish()
    assert world.again(card).pictures


async def test_a_refusal_is_shown_on_the_card_with_its_reason(world: World, log: Log) -> None:
    card = await waiting(world)
    await log.press_and_write("Refuse", as_=world.theo, reason="no *foxes* here.")
    await world.finish()

    shown = world.again(card)
    assert "**Not approved.** A moderator said no: no \\*foxes\\* here." in shown.text
    assert shown.buttons == ["Again", "Edit prompt", "Delete"]
    view = await world.job(card)
    assert (view.job.state, view.job.review) == (JobState.CANCELLED, Review.REFUSED)
    assert world.paid == []
    notice = await log.last()
    assert f"✖️ **Refused** by {world.theo.mention}. Reason: no \\*foxes\\* here." in notice.text
    assert notice.buttons == []
    assert world.audit == [("not_approved", world.theo.id, world.mira.id, None, None)]


async def test_a_refusal_needs_no_reason(world: World, log: Log) -> None:
    card = await waiting(world)
    await log.press_and_write("Refuse", as_=world.theo)
    await world.finish()
    assert "**Not approved.** A moderator said no. Nothing was sent" in world.again(card).text


async def test_of_two_moderators_at_once_one_wins(world: World, log: Log) -> None:
    await waiting(world)
    notice = await log.last()
    both = await world.press_at_once(notice, (world.theo, "Approve"), (world.vera, "Approve"))
    told = [world.told(each) for each in both if each.ephemeral]
    assert told == [words.refusal(errors.DecidedAlready())]
    await world.finish()
    assert len(world.paid) == 1
    assert [line[0] for line in world.audit] == ["approved"]


async def test_a_refusal_after_an_approval_comes_too_late(world: World, log: Log) -> None:
    """The form was open while somebody else pressed Approve."""
    card = await waiting(world)
    form = await log.press("Refuse", as_=world.theo)
    await log.press("Approve", as_=world.vera)
    told = world.told(await world.theo.submit_modal(form, {"reason": "no"}))
    assert told == words.refusal(errors.DecidedAlready())
    await world.finish()
    assert world.again(card).pictures


async def test_a_request_taken_back_needs_no_moderator(world: World, log: Log) -> None:
    """Who is faster than the message with the buttons reads it in a sentence."""
    card = await waiting(world)
    notice = await log.last()
    await world.press(card, "Cancel")
    told = world.told(await log.press("Approve", as_=world.theo, on=notice))
    assert told == words.refusal(errors.TakenBack())
    await world.finish()
    assert world.paid == []
    notice = await log.last()
    assert "**Taken back** before anybody decided." in notice.text
    assert notice.buttons == []


async def test_a_card_that_was_deleted_needs_no_moderator(world: World, log: Log) -> None:
    card = await waiting(world)
    await log.told()
    world.env.backend.delete_message(world.channel.id, card.id)
    await world.env.settle()
    world.clock.advance(60)
    await world.finish()
    assert (await world.job(card)).job.state in JOB_OVER
    notice = (await log.told())[0]
    assert "**Taken back** before anybody decided." in notice.text
    assert notice.buttons == []


async def test_nobody_approves_their_own(world: World, log: Log) -> None:
    card = await world.imagine(as_=world.theo)
    told = world.told(await log.press("Approve", as_=world.theo))
    assert told == words.refusal(errors.OnYourself())
    await world.finish()
    assert world.paid == []
    await log.press("Approve", as_=world.vera)
    await world.finish()
    assert world.again(card).pictures


async def test_but_the_servers_owner(world: World, log: Log) -> None:
    world.env.backend.guilds[world.env.guild.id].owner_id = world.vera.id
    await world.restart()
    card = await world.imagine(as_=world.vera)
    await log.press("Approve", as_=world.vera)
    await world.finish()
    assert world.again(card).pictures


@pytest.mark.parametrize("label", ["Approve", "Refuse"])
async def test_a_member_may_not_decide(world: World, log: Log, label: str) -> None:
    await waiting(world)
    told = world.told(await log.press(label, as_=world.nora))
    assert told == words.refusal(errors.MayNotDecide())
    await world.finish()
    assert world.paid == []
    assert world.audit == []


async def test_nobody_answers_in_time(world: World, log: Log) -> None:
    card = await waiting(world)
    notice = await log.last()
    world.clock.advance(REVIEW_WITHIN_S - 1)
    await world.app.crew.janitor.run_once()
    assert (await world.job(card)).job.review is Review.WAITING
    world.clock.advance(1)
    await world.app.crew.janitor.run_once()
    await world.finish()

    assert "**Not approved.** No moderator answered in time. Nothing was sent" in world.again(card).text
    assert (await world.job(card)).job.review is Review.UNANSWERED
    told = world.told(await log.press("Approve", as_=world.theo, on=notice))
    assert told == words.refusal(errors.DecidedAlready())
    notice = await log.last()
    assert "**Nobody answered in time.**" in notice.text
    assert notice.buttons == []
    assert world.audit == [("not_approved", None, world.mira.id, None, None)]


async def test_without_a_log_channel_it_is_refused_at_once(world: World) -> None:
    """Or it would wait a day for moderators who were never asked."""
    world.database.alter("INSERT INTO server (guild_id, review) VALUES (?, 1)", world.env.guild.id)
    told = world.told(await world.invoke())
    assert told.startswith("A moderator would have to approve this first")


async def test_a_long_prompt_with_markdown_is_shown_harmless_and_shortened(world: World, log: Log) -> None:
    await world.imagine("@everyone **look** <@1> https://evil.example " + "x" * 3_000)
    notice = await log.last()
    assert "@everyone" not in notice.text
    assert "https://evil" not in notice.text
    assert "\\*\\*look\\*\\*" in notice.text
    assert "**Full prompt** below the message" in notice.text
    assert len(notice.text) < 4_000


async def test_the_word_that_sent_it_to_review_is_named(world: World) -> None:
    log = Log(world)
    world.database.alter(
        "INSERT INTO filter_term (guild_id, term, action) VALUES (?, 'dragon', 'review')", world.env.guild.id
    )
    await waiting(world, "a dragon")
    assert "It contains: dragon" in (await log.last()).text
