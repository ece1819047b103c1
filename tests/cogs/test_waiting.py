"""What somebody sees who waits, and how they are told that it is over."""

from tests.cogs.test_places import in_a_direct_message
from tests.support.discord import World
from tests.support.shown import Shown

LONG_S = 61


async def test_pictures_appear_as_they_finish_and_who_waited_long_is_told(world: World) -> None:
    """Also by another run of the program than the one that has shown them."""
    world.sandbox.fault("stuck")
    card = await world.imagine("two red foxes", count=2)
    await world.finish(within_s=LONG_S)
    halfway = world.again(card)
    assert "**Drawing**, 1 of 2 done." in halfway.text
    assert len(halfway.pictures) == 1

    world.sandbox.world.finish()
    await world.finish()
    await world.restart()
    await world.ring()

    whole = world.again(card)
    assert len(whole.pictures) == 2
    (reply,) = [shown for shown in world.cards if shown.id != card.id]
    assert reply.text == f"<@{world.mira.id}> Your 2 pictures are ready."
    assert replied_to(reply) == card.id
    assert await world.ring() is None

    await world.press(whole, "Delete")
    with world.env.time_context():
        await world.app.crew.eraser.run_once()
    assert not world.is_there(reply), "it is nothing without its card"


async def test_in_a_direct_message_too_for_an_edit_rings_no_phone(world: World) -> None:
    world.forges.append(in_a_direct_message)
    card = await world.imagine(as_=world.mira.user)
    await world.render()
    world.clock.advance(LONG_S)
    await world.finish()
    await world.ring()
    messages = world.env.backend.messages[card.message.channel_id].values()
    (reply,) = [Shown(world.env, each) for each in messages if each.id != card.id]
    assert reply.text == f"<@{world.mira.id}> Your picture is ready."
    assert replied_to(reply) == card.id


def replied_to(reply: Shown) -> int:
    """The message that a reply is about."""
    assert reply.message.reference is not None
    return int(reply.message.reference["message_id"])
