"""The buttons on a card: who may press them, and what comes of it."""

import pytest

from bot.chat import words
from bot.domain import errors
from bot.domain.jobs import PROMPT_MAX_CHARS, JobState
from tests.support.discord import World
from tests.support.shown import Shown


@pytest.fixture(params=["same run", "after a restart"])
def restarts(request: pytest.FixtureRequest) -> bool:
    """Buttons say in their names what they are, so a restart in between changes nothing."""
    return bool(request.param == "after a restart")


async def waiting(world: World, *, restarts: bool = False, count: int = 1) -> Shown:
    """A card that waits in line."""
    card = await world.imagine(count=count)
    if restarts:
        await world.restart()
    return card


async def done(world: World, *, restarts: bool = False, prompt: str = "a red fox") -> Shown:
    """A card with its picture."""
    card = await world.imagine(prompt)
    await world.finish()
    if restarts:
        await world.restart()
    return world.again(card)


async def test_the_requester_cancels_what_waits(world: World, *, restarts: bool) -> None:
    """The card says so; nothing was sent, nothing charged."""
    card = await waiting(world, restarts=restarts)
    result = await world.press(card, "Cancel")
    assert result.acknowledged
    await world.finish()
    card = world.again(card)
    assert "**Cancelled.** Nothing was sent, and nothing was charged." in card.text
    assert "$0.00" in card.text
    assert card.buttons == ["Again", "Edit prompt", "Delete"]
    assert world.paid == []


async def test_a_moderator_cancels_for_another(world: World, *, restarts: bool) -> None:
    """Manage Messages is enough."""
    card = await waiting(world, restarts=restarts)
    await world.press(card, "Cancel", as_=world.theo)
    await world.finish()
    assert "**Cancelled.**" in world.again(card).text
    assert world.paid == []


async def test_cancelling_what_is_partly_sent_takes_back_the_rest(world: World) -> None:
    """What is paid already is still shown."""
    await world.restart(modellix_max_tasks=1)
    world.sandbox.world.change({"duration_s": 20})
    card = await world.imagine(count=3)
    await world.render()
    world.clock.advance(4)
    await world.deliver()
    card = world.again(card)
    assert card.buttons == ["Cancel"]
    assert world.told(await world.press(card, "Cancel")) == str(words.CANCELLED_PARTLY)
    await world.finish()
    card = world.again(card)
    assert len(card.pictures) == 1
    assert "2 pictures cancelled before being sent. Not charged." in card.text
    assert len(world.paid) == 1


async def test_what_is_being_drawn_cannot_be_cancelled_any_more(world: World) -> None:
    """The person pressed a button that was true a moment ago."""
    world.sandbox.world.change({"duration_s": 20})
    card = await waiting(world)
    await world.render()
    assert world.told(await world.press(card, "Cancel")) == words.refusal(errors.TooLateForThat())
    await world.finish()
    assert world.again(card).pictures


async def test_cancelling_twice_is_told_and_does_no_harm(world: World) -> None:
    """Two people, or one with a slow phone."""
    card = await waiting(world)
    hers, his = await world.press_at_once(card, (world.mira, "Cancel"), (world.theo, "Cancel"))
    told = [each for each in (hers, his) if each.ephemeral]
    assert [world.told(each) for each in told] == [words.refusal(errors.TooLateForThat())]
    await world.finish()
    assert "**Cancelled.**" in world.again(card).text


async def test_anybody_may_ask_for_the_same_again(world: World, *, restarts: bool) -> None:
    """It is a request of their own: a new card under their name, paid for them."""
    card = await done(world, restarts=restarts)
    new = world.answer(await world.press(card, "Again", as_=world.nora))
    assert new.id != card.id
    assert not new.private
    assert world.nora.mention in new.text
    assert world.mira.mention not in new.text
    await world.finish()
    assert world.again(new).pictures
    assert world.again(card).pictures
    view = await world.job(new)
    assert view.job.requester_id == world.nora.id
    assert len(world.paid) == 2


async def test_again_asks_for_exactly_the_same(world: World) -> None:
    """Prompt, size, quality and number, to the last character."""
    card = await world.imagine("a *red*\nfox", size="1024x1536", quality="medium", count=2)
    await world.finish()
    new = world.answer(await world.press(world.again(card), "Again"))
    first, second = await world.job(card), await world.job(new)
    assert second.job.request == first.job.request


async def test_a_cancelled_request_can_be_asked_for_again(world: World) -> None:
    """The button is on every outcome, not only on pictures."""
    card = await waiting(world)
    await world.press(card, "Cancel")
    await world.finish()
    new = world.answer(await world.press(world.again(card), "Again"))
    await world.finish()
    assert world.again(new).pictures


@pytest.mark.parametrize("moderator", [False, True])
async def test_requester_and_moderators_delete_the_card(
    world: World, *, moderator: bool, restarts: bool
) -> None:
    """It is gone for everybody, and the record remembers that somebody wanted so."""
    card = await done(world, restarts=restarts)
    told = world.told(await world.press(card, "Delete", as_=world.theo if moderator else world.mira))
    assert told.startswith("The message is gone.")
    assert ("`/privacy delete` erases" in told) is not moderator
    assert not world.is_there(card)
    view = await world.job(card)
    assert view.job.deleted_at == world.clock.now()
    assert view.job.state is JobState.DELIVERED


async def test_deleting_a_card_that_is_gone_is_not_a_fault(world: World) -> None:
    """A moderator used Discord's own menu a moment earlier."""
    card = await done(world)
    world.env.inject_error("DELETE", "/webhooks/*", status=404, code=10008)
    result = await world.press(card, "Delete")
    assert result.acknowledged


async def test_a_short_prompt_needs_no_button(world: World) -> None:
    """The card shows all of it."""
    assert "Full prompt" not in (await done(world)).buttons


async def test_the_full_prompt_is_told_to_whoever_asks(world: World, *, restarts: bool) -> None:
    """Privately, as text with its lines, whatever the card left out."""
    prompt = "a fox in the snow\n" * 40
    card = await done(world, restarts=restarts, prompt=prompt)
    assert card.text.splitlines()[0].endswith("…")
    answer = world.answer(await world.press(card, "Full prompt", as_=world.nora))
    assert answer.private
    assert answer.text == prompt
    assert answer.files == {}


async def test_a_very_long_prompt_comes_as_a_file(world: World) -> None:
    """A message has no room for it."""
    prompt = "*" * 5000
    card = await done(world, prompt=prompt)
    answer = world.answer(await world.press(card, "Full prompt"))
    assert answer.private
    assert answer.text == str(words.FULL_PROMPT_FILE)
    assert answer.files == {f"prompt-{card.job_id}.txt": prompt.encode()}


async def test_the_longest_prompt_of_all_comes_as_a_file(world: World) -> None:
    """Every character of it."""
    prompt = "ü" * PROMPT_MAX_CHARS
    card = await world.imagine(None, prompt_file=("long.txt", prompt.encode()))
    answer = world.answer(await world.press(card, "Full prompt"))
    (content,) = answer.files.values()
    assert content.decode() == prompt


async def test_the_full_prompt_can_be_read_while_waiting(world: World) -> None:
    """Before there is anything else to see."""
    card = await world.imagine("two\nlines")
    assert card.buttons == ["Cancel", "Full prompt"]
    assert world.answer(await world.press(card, "Full prompt")).text == "two\nlines"
