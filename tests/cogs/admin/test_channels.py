"""`/imagine-admin channels`: where pictures may be asked for."""

import discord
from simcord import ChannelHandle
from simcord.enums import ComponentType

from bot.chat import words
from tests.support.discord import World, nothing_happened
from tests.support.shown import Payload


async def test_a_denied_channel_takes_no_requests(world: World) -> None:
    told = await world.admin("channels deny", channel=world.channel)
    assert told == f"From now on: <#{world.channel.id}>: no pictures."
    assert world.told(await world.invoke()) == (
        "I may not make pictures in this channel. Please try another one, or ask a moderator. "
        "Nothing was charged."
    )
    await nothing_happened(world)
    assert world.audit == [("channel_set", world.vera.id, world.channel.id, None, "denied")]


async def test_one_allowed_channel_denies_the_rest(world: World) -> None:
    elsewhere = world.env.guild.create_text_channel("elsewhere")
    await world.admin("channels allow", channel=elsewhere)
    assert "not make pictures in this channel" in world.told(await world.invoke())
    assert "**Waiting**" in (await world.imagine(where=elsewhere)).text


async def test_a_rule_for_everywhere_else_is_the_weakest(world: World) -> None:
    await world.admin("channels deny")
    await world.admin("channels allow", channel=world.channel)
    assert "**Waiting**" in (await world.imagine()).text
    assert "Everywhere else: no pictures." in await world.admin("channels list")


async def test_pictures_are_covered_where_moderators_want_it(world: World) -> None:
    await world.admin("channels allow", channel=world.channel, spoiler=True)
    card = await world.imagine()
    await world.finish()
    (gallery,) = world.components(world.again(card), ComponentType.MEDIA_GALLERY)
    assert [item["spoiler"] for item in gallery["items"]] == [True]


async def test_an_age_restricted_only_channel_has_to_be_marked(world: World) -> None:
    await world.admin("channels allow", channel=world.channel, age_restricted_only=True)
    assert "only while the channel is marked as age-restricted" in world.told(await world.invoke())


async def test_a_cleared_rule_holds_no_more(world: World) -> None:
    await world.admin("channels deny", channel=world.channel)
    await world.admin("channels clear", channel=world.channel)
    assert "**Waiting**" in (await world.imagine()).text
    assert "There is nothing of the kind" in await world.admin("channels clear", channel=world.channel)


async def test_only_who_manages_the_server_may(world: World) -> None:
    told = await world.admin_as_outsider("channels deny", channel=world.channel)
    assert told.startswith("Only people who may manage this server can do that.")
    assert world.audit == []
    assert "**Waiting**" in (await world.imagine()).text


async def test_a_thread_that_the_bot_does_not_see_can_be_named(world: World) -> None:
    thread = world.env.backend.create_thread(world.channel.id, "foxes", world.nora.id)
    guild = world.app.client.get_guild(world.env.guild.id)
    assert guild is not None
    guild._remove_thread(discord.Object(thread.id))
    told = await world.admin("channels deny", channel=ChannelHandle(world.env, world.env.guild, thread))
    assert told == f"From now on: <#{thread.id}>: no pictures."


async def test_a_channel_that_discord_did_not_resolve_is_not_taken_for_the_whole_server(
    world: World,
) -> None:
    def unresolved(payload: Payload) -> None:
        payload["data"]["resolved"] = {}

    world.forges.append(unresolved)
    assert await world.admin("channels deny", channel=world.channel) == str(words.NOT_FOUND_HERE)
    assert world.audit == []
    assert len(world.env.errors) == 1  # simcord counts what the tree has answered
