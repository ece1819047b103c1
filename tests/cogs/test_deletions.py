"""Messages deleted in Discord itself: noticed, written down once, and nothing goes on for nobody."""

from typing import Any

import pytest
from structlog.typing import EventDict

from bot.domain.errors import StoreBusy
from bot.domain.jobs import JobState, TaskState
from sandbox.modellix import Fault
from tests.cogs.test_places import a_thread
from tests.support.discord import World
from tests.support.shown import Shown


async def deleted(world: World, *cards: Shown) -> None:
    """Somebody uses Discord's own menu."""
    backend = world.env.backend
    if len(cards) == 1:
        backend.delete_message(world.channel.id, cards[0].id)
    else:
        backend.bulk_delete_messages(world.channel.id, [card.id for card in cards])
    await world.env.settle()


async def done(world: World, **more: Any) -> Shown:
    """A card with its picture."""
    card = await world.imagine(**more)
    await world.finish()
    return world.again(card)


def told(world: World) -> list[Any]:
    """What the log channel is told of deletions: whose, which, by whom."""
    return world.database.rows("SELECT member_id, job_id, text FROM notice WHERE kind = 'deleted'")


@pytest.fixture(autouse=True)
async def log_channel(world: World) -> None:
    """The server has one."""
    world.database.alter("INSERT INTO server (guild_id, log_channel_id) VALUES (?, 9)", world.env.guild.id)


async def test_a_picture_deleted_in_discord_is_remembered_without_a_name(world: World) -> None:
    """Discord does not say who did it."""
    card = await done(world)
    await deleted(world, card)
    assert (await world.job(card)).job.deleted_at == world.clock.now()
    assert world.audit == [("deleted", None, world.mira.id, None, None)]
    assert told(world) == [(world.mira.id, card.job_id, None)]


async def test_many_at_once_are_remembered_each(world: World) -> None:
    cards = [await done(world), await done(world, as_=world.nora)]
    await deleted(world, *cards)
    assert [job_id for _, job_id, _ in told(world)] == [card.job_id for card in cards]
    assert len(world.audit) == 2


async def test_messages_of_others_cost_no_write(world: World) -> None:
    await done(world)
    note = await world.mira.send(world.channel, "hello")
    with world.database.write_locked():
        world.env.backend.delete_message(world.channel.id, note.id)
        await world.env.settle()
    assert world.audit == []


@pytest.mark.parametrize("moderator", [False, True])
async def test_the_bots_own_button_is_written_down_once_and_by_name(world: World, *, moderator: bool) -> None:
    """Discord tells of that deletion as of any other."""
    card = await done(world)
    person = world.theo if moderator else world.mira
    await world.press(card, "Delete", as_=person)
    assert told(world) == [(world.mira.id, card.job_id, str(person.id))]
    assert world.audit == ([("deleted", world.theo.id, world.mira.id, None, None)] if moderator else [])


async def test_a_card_that_only_waits_for_a_decision_is_let_go(world: World) -> None:
    """Nothing else moves it, so nobody would ever have found out."""
    world.sandbox.fault(Fault.LOST_AFTER)
    card = await world.imagine()
    await world.finish()
    world.clock.advance(7_200)
    await world.finish()
    await deleted(world, card)
    await world.finish()
    view = await world.job(card)
    assert view.job.state is JobState.UNDELIVERABLE
    assert [task.state for task in view.tasks] == [TaskState.FAILED]


async def test_what_waits_in_line_is_not_paid_for_nobody(world: World) -> None:
    card = await world.imagine()
    await deleted(world, card)
    await world.finish()
    assert (await world.job(card)).job.state is JobState.CANCELLED
    assert world.paid == []
    assert world.requests("PATCH", f"/messages/{card.id}") == [], "Discord is not asked for what is gone"


@pytest.mark.parametrize("in_thread", [False, True])
async def test_a_deleted_channel_takes_its_unfinished_cards_along(world: World, *, in_thread: bool) -> None:
    place = a_thread(world) if in_thread else world.env.guild.create_text_channel("soon-gone")
    card = await world.imagine(where=place)
    elsewhere = await world.imagine(as_=world.nora)
    world.env.backend.delete_channel(place.id)
    await world.env.settle()
    await world.finish()
    assert world.database.value("SELECT state FROM job WHERE id = ?", card.job_id) == "cancelled"
    assert world.again(elsewhere).pictures
    assert [job_id for _, job_id, _ in told(world)] == [card.job_id]


async def test_while_the_database_is_away_the_news_is_dropped(
    world: World, logs: list[EventDict], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def busy(*_: object) -> None:
        raise StoreBusy("locked")

    card = await done(world)
    with monkeypatch.context() as patch:
        patch.setattr(world.app.jobs, "with_cards", busy)
        await deleted(world, card)
    assert [entry["event"] for entry in logs if entry["log_level"] == "warning"] == ["deletion.missed"]
    assert world.audit == []
