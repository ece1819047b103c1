"""`/queue`: what a member waits for."""

import json
from typing import Any

from bot.chat import words
from bot.chat.own import own_queue_words
from bot.domain import errors
from sandbox.modellix import Fault
from tests.support.discord import World
from tests.support.shown import Shown


async def queue(world: World, *, as_: Any = None) -> Shown:
    """What `/queue` answers."""
    return world.answer(await (as_ or world.mira).slash(world.channel, "queue"))


async def test_who_waits_for_nothing_is_told_so(world: World) -> None:
    await world.imagine(as_=world.nora)
    shown = await queue(world)
    assert shown.private
    assert (shown.text, shown.buttons) == (str(own_queue_words.NOTHING), [])


async def test_each_request_says_how_it_stands_as_its_card_does(world: World) -> None:
    """One is being drawn, one waits in line for the same service; a third has been done."""
    await world.restart(modellix_max_tasks=1)
    await world.imagine()
    await world.finish()
    world.sandbox.world.change({"duration_s": 60})
    drawn = await world.imagine("a *red*\nfox")
    await world.render()
    world.clock.advance(1)
    waiting = await world.imagine("a whale", count=2)
    await world.deliver()
    world.clock.advance(5)
    await world.deliver()

    shown = await queue(world)

    title, *lines = shown.text.splitlines()
    assert title == str(own_queue_words.TITLE)
    here = f"https://discord.com/channels/{world.env.guild.id}/{world.channel.id}"
    asked_s = world.clock.now() // 1000 - 5
    assert lines[0] == "> a \\*red\\* fox"
    assert lines[1].startswith("Being drawn. ")
    assert lines[2] == f"-# `{drawn.job_id}` · asked <t:{asked_s - 1}:R> · [its message]({here}/{drawn.id})"
    assert lines[3:5] == ["> a whale", _expected(world.again(waiting).text)]
    last = f"-# `{waiting.job_id}` · 2 pictures · asked <t:{asked_s}:R> · [its message]({here}/{waiting.id})"
    assert lines[5:] == [last]
    assert shown.buttons == [f"Cancel {waiting.job_id}", "Look again"]


def _expected(card: str) -> str:
    """What the list says of a request whose card says this."""
    (line,) = [line for line in card.splitlines() if "**Waiting**" in line]
    return line.replace("⏳ **Waiting**, next", "Next")


async def test_what_is_cancelled_leaves_the_list_after_a_restart_too(world: World) -> None:
    """It says what that cost, and the card says so too."""
    first = await world.imagine()
    world.clock.advance(1)
    second = await world.imagine()
    shown = await queue(world)
    await world.restart()
    await world.press(shown, f"Cancel {first.job_id}")
    shown = world.again(shown)
    assert shown.text.startswith(f"{own_queue_words.CANCELLED}\n")
    assert shown.buttons == [f"Cancel {second.job_id}", "Look again"]
    await world.finish()
    assert "**Cancelled.**" in world.again(first).text
    assert world.again(second).pictures
    told = world.told(await world.press(shown, f"Cancel {second.job_id}"))
    assert told == words.refusal(errors.TooLateForThat())
    await world.press(shown, "Look again")
    assert world.again(shown).text == str(own_queue_words.NOTHING)


async def test_what_nobody_knows_is_asked_where_it_can_be_answered(world: World) -> None:
    """A private message cannot be changed for long: the list leads to a new one, which asks."""
    cards = {}
    for private in (False, True):
        world.sandbox.fault(Fault.LOST_AFTER)
        cards[private] = await world.imagine(private=private)
        await world.finish()
    shown = await queue(world)
    public, hidden = [line for line in shown.text.splitlines() if line.startswith("Not sure")]
    assert public.endswith("Its message asks you what to do.")
    assert hidden.endswith("`/show` and the code below ask what to do.")
    copy = world.answer(await world.mira.slash(world.channel, "show", code=cards[True].job_id))
    assert copy.buttons[:2] == [str(words.TRY_AGAIN), str(words.LEAVE_IT)]


async def test_nobody_takes_back_what_is_anothers(world: World) -> None:
    """By a button with a name of their own making; a moderator has the one on the card."""
    hers = await world.imagine(as_=world.nora)
    mine = await world.imagine()
    shown = await queue(world)

    def forge(payload: dict[str, Any]) -> None:
        payload.update(
            json.loads(json.dumps(payload).replace(f"cancel:{mine.job_id}", f"cancel:{hers.job_id}"))
        )

    world.forges.append(forge)
    told = world.told(await world.press(shown, f"Cancel {mine.job_id}"))
    assert told == words.refusal(errors.NotYours())
    await world.finish()
    assert world.again(hers).pictures
