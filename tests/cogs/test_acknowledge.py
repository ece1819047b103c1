"""The first answer: when Discord refuses it, loses it, or asks twice."""

from typing import Any

import aiohttp
import pytest
from structlog.typing import EventDict

from bot.chat import words
from bot.domain.errors import StoreBusy, StoreDamaged, StoreError, StoreFull
from bot.domain.jobs import JobState
from bot.services.imagine import Imagine
from tests.support.discord import World, nothing_happened

CALLBACK = "/interactions/*/*/callback"


def states(world: World) -> list[str]:
    """The states of all jobs, the oldest first."""
    return world.database.rows("SELECT state FROM job ORDER BY accepted_at")


@pytest.mark.parametrize(
    ("status", "code"), [(404, 10062), (400, 50035), (401, 50027), (403, 50001), (404, 10015)]
)
async def test_a_card_that_discord_refused_is_withdrawn(world: World, status: int, code: int) -> None:
    """Nobody would see the outcome, so nothing is sent and nothing charged."""
    world.env.inject_error("POST", CALLBACK, status=status, code=code)
    await world.invoke()
    assert world.cards == []
    assert states(world) == [JobState.WITHDRAWN]
    await world.finish()
    assert world.paid == []


async def test_a_card_that_may_be_there_is_looked_for(world: World) -> None:
    """After a 500 nobody knows. The bot asks Discord; there is none, so the job is withdrawn."""
    world.env.inject_error("POST", CALLBACK, status=500)
    await world.invoke()
    assert states(world) == [JobState.ACCEPTED]
    await world.finish()
    assert states(world) == [JobState.WITHDRAWN]
    assert world.paid == []


async def test_a_card_whose_answer_was_lost_is_found_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The card is in the channel, the bot was not told: it finds it, and the picture comes."""
    request = world.env._webhook_adapter.request

    async def lose(*given: Any, **more: Any) -> Any:
        await request(*given, **more)
        monkeypatch.undo()
        raise aiohttp.ServerDisconnectedError

    monkeypatch.setattr(world.env._webhook_adapter, "request", lose)
    await world.invoke()
    (card,) = world.cards
    assert world.paid == []
    await world.finish()
    assert world.again(card).pictures
    assert len(world.cards) == 1


async def test_a_card_that_could_not_be_recorded_is_found_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database did not answer right after the card was shown."""

    async def busy(*_: Any) -> None:
        raise StoreBusy

    monkeypatch.setattr(world.app.imagine, "acknowledged", busy)
    card = await world.imagine()
    await world.finish()
    assert world.again(card).pictures


async def test_a_restart_right_after_the_card_loses_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Promise 7: whatever was accepted goes on."""

    async def never(*_: Any) -> None:
        raise StoreBusy

    monkeypatch.setattr(world.app.imagine, "acknowledged", never)
    card = await world.imagine()
    await world.restart()
    await world.finish()
    assert world.again(card).pictures


async def test_the_same_command_delivered_twice_makes_one_job(world: World) -> None:
    """Discord may repeat an event after a broken connection."""
    card = await world.imagine()
    await world.dispatch_again()
    await world.finish()
    assert [shown.id for shown in world.cards] == [card.id]
    assert len(world.paid) == 1


async def test_the_same_again_delivered_twice_makes_one_job(world: World) -> None:
    """Pressing a button is an event like any other."""
    card = await world.imagine()
    await world.finish()
    await world.press(world.again(card), "Again")
    await world.dispatch_again()
    await world.finish()
    assert len(world.cards) == 2
    assert len(world.paid) == 2


@pytest.mark.parametrize("fault", [StoreBusy(), StoreFull(), StoreDamaged()])
async def test_a_database_that_fails_refuses_in_words(
    world: World, monkeypatch: pytest.MonkeyPatch, fault: StoreError
) -> None:
    """Privately: what happened, that nothing was charged, what to do."""

    async def failing(*_: Any) -> None:
        raise fault

    monkeypatch.setattr(world.app.jobs, "accept", failing)
    assert world.told(await world.invoke()) == words.refusal(fault)
    await nothing_happened(world)


async def test_a_bug_gives_the_person_a_code_and_one_line_in_the_log(
    world: World, logs: list[EventDict], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The operator finds by the code what happened; the person learns nothing technical."""

    async def broken(*_: Any) -> None:
        raise ZeroDivisionError("a detail of no concern")

    monkeypatch.setattr(Imagine, "accept", broken)
    told = world.told(await world.invoke())
    (logged,) = [entry for entry in logs if entry["log_level"] == "error"]
    assert logged["event"] == "answer.bug"
    assert isinstance(logged["exc_info"], ZeroDivisionError)
    assert told == words.bug(logged["code"])
    assert "a detail" not in told
    logs.remove(logged)


@pytest.mark.parametrize("way", ["form", "button"])
async def test_a_bug_behind_a_form_or_button_does_the_same(
    world: World, logs: list[EventDict], monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    """discord.py would only log it."""

    async def broken(*_: Any) -> None:
        raise ZeroDivisionError

    card = await world.imagine()
    await world.finish()
    form = await world.invoke(None)
    monkeypatch.setattr(Imagine, "accept", broken)
    if way == "form":
        answer = {"prompt": "a red fox", "size": ["1024x1024"], "quality": ["low"]}
        told = world.told(await world.mira.submit_modal(form, answer))
    else:
        told = world.told(await world.press(world.again(card), "Again"))
    (logged,) = [entry for entry in logs if entry["log_level"] == "error"]
    assert told == words.bug(logged["code"])
    logs.remove(logged)


async def test_an_answer_that_fails_is_logged_and_no_more(world: World, logs: list[EventDict]) -> None:
    """A refusal that Discord does not take must not become another fault."""
    world.env.inject_error("POST", CALLBACK, status=404, code=10062)
    await world.invoke("   ")
    (warned,) = [entry for entry in logs if entry["log_level"] == "warning"]
    assert warned["event"] == "answer.failed"
