"""A real discord.py client meets nothing it would not meet at Discord's."""

from __future__ import annotations

import discord
import pytest

from sandbox.discord import Actor, DiscordSandbox, NotOffered, Permission, Upload
from tests.sandbox.discord.client import Bot, picture, running


async def test_slash_is_acknowledged_and_its_card_ends_with_a_decodable_picture(
    bot: Bot, discord_world: DiscordSandbox, alice: Actor
) -> None:
    asked = alice.slash("imagine", prompt="a fox")
    response = await asked.response()
    card = await asked.message(lambda m: m.attachments)
    assert response.kind == 4
    assert response.after_s < 3
    assert card.text == "done: a fox"
    assert card.attachments[0].image().size == (32, 24)
    assert card.attachments[0].description == "a fox"
    assert [version.operation for version in card.history] == [
        "create_interaction_response",
        "update_original_webhook_message",
    ]
    gallery = next(c for c in card.components[0]["components"] if c["type"] == 12)
    assert gallery["items"][0]["media"]["url"] == card.attachments[0].url
    assert discord_world.books.created == [card]
    assert discord_world.violations == []
    assert discord_world.world.reply_gaps == []


async def test_the_bot_reads_an_uploaded_file_from_its_link(bot: Bot, alice: Actor) -> None:
    data = picture("teal", (5, 6))
    asked = alice.slash("imagine", prompt="it", picture_in=Upload("in.png", data, "image/png"))
    card = await asked.message(lambda m: m.attachments)
    assert card.attachments[0].data == data


async def test_dynamic_items_answer_presses(bot: Bot, discord_world: DiscordSandbox, alice: Actor) -> None:
    card = await alice.slash("imagine", prompt="a fox").message(lambda m: m.attachments)
    reply = await alice.press(card, "Again").message()
    assert reply.content == "again 7"
    assert reply.ephemeral
    alice.forging().press(card, "again:99")
    heard = await bot.wait_for("interaction", timeout=5)
    assert heard.data
    assert heard.data.get("custom_id") == "again:99"
    assert discord_world.violations == []


async def test_a_modal_edits_the_card_it_came_from(
    bot: Bot, discord_world: DiscordSandbox, alice: Actor
) -> None:
    card = await alice.slash("imagine", prompt="a fox").message(lambda m: m.attachments)
    pressed = alice.press(card, "change")
    assert (await pressed.modal())["title"] == "Change it"
    submitted = alice.submit_modal(pressed, {"Words": "a hare", "Style": "ink"})
    assert await submitted.message() is card
    assert card.text == "changed: a hare, ink"
    assert card.attachments == []
    assert discord_world.violations == []
    assert discord_world.world.reply_gaps == []


async def test_autocomplete_offers_choices(bot: Bot, alice: Actor) -> None:
    typing = alice.autocomplete("imagine", "size", size="wi")
    assert [c["value"] for c in await typing.choices()] == ["wi0", "wi1", "wi2"]


async def test_a_hidden_subcommand_is_reached_by_moderators_and_forgers(
    bot: Bot, discord_world: DiscordSandbox, alice: Actor
) -> None:
    guild = alice.place.guild
    assert guild
    mod = discord_world.add_member(guild, "mod", permissions=Permission.MANAGE_GUILD)
    shown = await mod.slash("usage show", member=alice).message()
    assert (shown.content, shown.ephemeral) == ("alice: 3", True)
    with pytest.raises(NotOffered):
        alice.slash("usage show", member=mod)
    assert (await alice.forging().slash("usage show", member=mod).message()).content == "mod: 3"
    with pytest.raises(NotOffered, match="required"):
        alice.slash("imagine")


async def test_direct_messages_and_threads_carry_cards(
    bot: Bot, discord_world: DiscordSandbox, alice: Actor
) -> None:
    for place in (discord_world.dm(alice), discord_world.add_thread(alice.place)):
        asked = alice.at(place).slash("imagine", prompt="a fox")
        card = await asked.message(lambda m: m.attachments)
        assert card.channel is place
    sent = await (await bot.fetch_user(alice.user.id)).send("hello")
    assert discord_world.world.messages[sent.id].channel is discord_world.dm(alice)
    assert discord_world.world.reply_gaps == []


@pytest.mark.parametrize("intents", [discord.Intents(guilds=True), discord.Intents(guild_messages=True)])
async def test_deletions_are_told_to_whom_the_intent_was_given(
    discord_world: DiscordSandbox, alice: Actor, intents: discord.Intents
) -> None:
    """And of messages that only one person saw, to nobody."""
    heard: list[object] = []
    async with running(discord_world, intents) as bot:
        bot.listen_to("raw_message_delete", heard)
        shown = await alice.slash("imagine", prompt="a fox").message(lambda m: m.attachments)
        private = await alice.press(shown, "Again").message()
        discord_world.world.delete_message(private)
        discord_world.world.delete_message(shown)
        discord_world.world.delete_message(shown)
        await alice.slash("imagine", prompt="a hare").message(lambda m: m.attachments)
    assert [getattr(event, "message_id", None) for event in heard] == (
        [shown.id] if intents.guild_messages else []
    )


async def test_a_channel_goes_without_an_event_for_each_message(
    discord_world: DiscordSandbox, alice: Actor
) -> None:
    gone: list[object] = []
    messages: list[object] = []
    async with running(discord_world, discord.Intents(guilds=True, guild_messages=True)) as bot:
        bot.listen_to("guild_channel_delete", gone)
        bot.listen_to("raw_message_delete", messages)
        await alice.slash("imagine", prompt="a fox").message(lambda m: m.attachments)
        discord_world.world.delete_channel(alice.place)
        await bot.wait_for("guild_channel_delete", timeout=5)
    assert (len(gone), messages) == (1, [])
