"""`/help`: how to ask for pictures, and what one can ask for here and now."""

from typing import cast

from simcord import InteractionResult
from simcord.builders import UserHandle

from tests.support.discord import Actor, World
from tests.support.shown import Shown


async def asked(world: World, *, as_: Actor | None = None) -> Shown:
    """The answer to `/help`; in a direct message for somebody outside of servers."""
    person = as_ or world.mira
    if isinstance(person, UserHandle):
        return world.answer(cast(InteractionResult, await person.slash("help")))
    return world.answer(await person.slash(world.channel, "help"))


async def test_members_read_what_holds_for_them_and_what_is_left(world: World) -> None:
    """A limit of their own stands in it, not the server's."""
    await world.admin("limits set", limit="images_per_day", value="20")
    await world.admin("limits set", limit="images_per_day", value="5", member=world.mira)
    await world.imagine(count=2)
    shown = await asked(world)
    assert shown.private
    assert shown.text.startswith("### Ask for a picture")
    assert "Pictures a day: 2 used, 3 of 5 left" in shown.text
    assert "Pictures a day: 0 used, 20 of 20 left" in (await asked(world, as_=world.nora)).text
    assert "Low: quick sketch, about $0.006 to $0.096 each" in shown.text
    assert "Ask a moderator of this server." in shown.text
    assert "/imagine-admin" not in shown.text


async def test_where_nothing_can_be_asked_for_it_says_so_first(world: World) -> None:
    await world.admin("channels deny", channel=world.channel)
    assert (await asked(world)).text.startswith("**Right now:** I may not make pictures in this channel.")
    await world.admin("settings off")
    shown = await asked(world, as_=world.vera)
    assert shown.text.startswith("**Right now:** Pictures are switched off on this server.")
    assert "You manage this server: `/imagine-admin`" in shown.text


async def test_in_a_direct_message_there_is_no_moderator_to_ask(world: World) -> None:
    shown = await asked(world, as_=world.env.create_user("zoe"))
    assert "Ask whoever runs this bot." in shown.text
    assert "moderator of this server" not in shown.text
