"""When the image service never answered the paid request: nothing is sent twice unless a person says so."""

import pytest
from structlog.typing import EventDict

from bot.chat import words
from bot.domain import errors
from bot.domain.jobs import JobState
from sandbox.modellix import Fault
from tests.support.discord import World
from tests.support.shown import Shown

RETRY, LEAVE = str(words.TRY_AGAIN), str(words.LEAVE_IT)


async def unsure(world: World, *, fault: Fault = Fault.LOST_AFTER, count: int = 1) -> Shown:
    """A card whose (first) paid request was lost on the way."""
    world.sandbox.fault(fault)
    card = await world.imagine(count=count)
    await world.finish()
    return world.again(card)


async def test_the_card_asks_a_person_to_decide(world: World) -> None:
    """It says what happened, what each way may cost, and waits for as long as it takes."""
    card = await unsure(world)
    assert "**Not sure.** The image service did not answer" in card.text
    assert "Try again, and it may be charged twice;" in card.text
    assert card.buttons == [RETRY, LEAVE]
    assert len(world.paid) == 1
    world.clock.advance(7200)
    await world.finish()
    assert world.again(card).buttons == [RETRY, LEAVE]
    assert len(world.paid) == 1


@pytest.mark.parametrize("restarts", [False, True])
async def test_the_requester_tries_again(world: World, *, restarts: bool) -> None:
    """Knowing that it may be charged twice; and here it is."""
    card = await unsure(world)
    if restarts:
        await world.restart()
    assert world.told(await world.press(card, RETRY)) == str(words.RETRYING)
    await world.finish()
    card = world.again(card)
    assert len(card.pictures) == 1
    assert "up to $0.012" in card.text
    assert card.buttons == [
        "Again",
        "Edit prompt",
        "Bigger ($0.024)",
        "Keep",
        "Send to me",
        "Report",
        "Delete",
    ]
    assert len(world.paid) == 2


async def test_the_card_goes_on_telling_of_the_first_try(world: World, logs: list[EventDict]) -> None:
    """In line, and cancelled there: the second try cost nothing, the first one may have."""
    card = await unsure(world)
    world.sandbox.fault(Fault.STATUS_402, times=0)
    await world.press(card, RETRY)
    await world.finish()
    card = world.again(card)
    assert "An earlier try was never answered and may have been charged." in card.text
    assert "up to about $0.012" in card.text
    await world.press(card, "Cancel")
    await world.finish()
    card = world.again(card)
    assert "**Cancelled.**\nAn earlier try was never answered and may have been charged." in card.text
    assert "up to $0.006" in card.text
    logs[:] = [entry for entry in logs if entry["event"] != "provider.held"]


@pytest.mark.parametrize("moderator", [False, True])
async def test_requester_and_moderators_leave_it(world: World, *, moderator: bool) -> None:
    """The wait ends; the cost stays an upper bound, for nobody knows."""
    card = await unsure(world, fault=Fault.LOST_BEFORE)
    person = world.theo if moderator else world.mira
    assert world.told(await world.press(card, LEAVE, as_=person)) == str(words.LEFT_IT)
    await world.finish()
    card = world.again(card)
    assert "**No picture.** The image service never answered. It may have been charged." in card.text
    assert "up to $0.006" in card.text
    assert card.buttons == ["Again", "Edit prompt", "Delete"]
    assert world.paid == []
    assert (await world.job(card)).job.state is JobState.DELIVERED


@pytest.mark.parametrize("label", [RETRY, LEAVE])
async def test_a_stranger_decides_nothing(world: World, label: str) -> None:
    """It is not their money."""
    card = await unsure(world)
    told = world.told(await world.press(card, label, as_=world.nora))
    assert told == words.refusal(errors.NotYours())
    await world.finish()
    assert world.again(card).buttons == [RETRY, LEAVE]


async def test_a_moderator_may_not_spend_for_another(world: World) -> None:
    """Leaving costs nothing more, trying again may."""
    card = await unsure(world)
    told = world.told(await world.press(card, RETRY, as_=world.theo))
    assert told == words.refusal(errors.NotYours())
    await world.finish()
    assert len(world.paid) == 1


@pytest.mark.parametrize("first", ["requester", "moderator"])
async def test_of_two_decisions_at_once_one_counts(world: World, first: str) -> None:
    """The other person is told that it is too late; no request is sent that nobody decided on."""
    card = await unsure(world)
    presses = [(world.mira, RETRY), (world.theo, LEAVE)]
    if first == "moderator":
        presses.reverse()
    results = await world.press_at_once(card, *presses)
    sentences = [world.told(each) for each in results]
    retried = str(words.RETRYING) in sentences
    won = str(words.RETRYING if retried else words.LEFT_IT)
    assert sorted(sentences) == sorted([won, words.refusal(errors.TooLateForThat())])
    await world.finish()
    assert len(world.paid) == (2 if retried else 1)
    assert len(world.again(card).pictures) == (1 if retried else 0)


async def test_pressing_try_again_twice_sends_one_request(world: World) -> None:
    """The same person, impatient."""
    card = await unsure(world)
    results = await world.press_at_once(card, (world.mira, RETRY), (world.mira, RETRY))
    sentences = [world.told(each) for each in results]
    assert sentences == [str(words.RETRYING), words.refusal(errors.TooLateForThat())]
    await world.finish()
    assert len(world.paid) == 2


async def test_a_picture_that_came_is_not_held_back_from_the_decision(world: World) -> None:
    """One of two is unsure: the card says which, and both ways end with the other picture."""
    card = await unsure(world, count=2)
    assert "**Not sure for 1 picture.**" in card.text
    await world.press(card, LEAVE)
    await world.finish()
    card = world.again(card)
    assert len(card.pictures) == 1
    assert "1 picture missing. The image service never answered." in card.text
