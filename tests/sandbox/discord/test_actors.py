"""People send what Discord's client would send, and no more, unless they forge."""

from __future__ import annotations

import time

import discord
import pytest

from sandbox.discord import NotOffered, Permission, Upload
from tests.sandbox.discord.client import picture
from tests.sandbox.discord.raw import Json, Raw

SELECT = {"type": 3, "custom_id": "style", "options": [{"label": "Ink", "value": "ink"}]}
USERS = {"type": 5, "custom_id": "who"}
OFF = {"type": 2, "style": 1, "custom_id": "off", "label": "Off", "disabled": True}


def labelled(label: str, component: Json) -> Json:
    return {"type": 18, "label": label, "component": component}


async def test_selects_carry_values_and_what_they_resolve_to(raw: Raw) -> None:
    rows = [{"type": 1, "components": [inner]} for inner in (SELECT, USERS, OFF)]
    assert (await raw.post({"components": rows})).status == 200
    message = raw.sandbox.books.created[0]
    assert raw.alice.select(message, "style", "ink").data["values"] == ["ink"]
    chosen = raw.alice.select(message, "who", raw.alice)
    assert chosen.data["values"] == [str(raw.alice.user.id)]
    assert chosen.data["resolved"]["users"].keys() == set(chosen.data["values"])
    for refused in (("style", "oil"), ("none", "x")):
        with pytest.raises(LookupError):
            raw.alice.select(message, *refused)
    with pytest.raises(NotOffered, match="disabled"):
        raw.alice.press(message, "Off")
    assert raw.alice.forging().press(message, "Off").data["custom_id"] == "off"


async def test_an_ephemeral_message_is_for_its_reader(raw: Raw) -> None:
    asked = await raw.asked()
    row = {"type": 1, "components": [{**OFF, "disabled": False}]}
    await raw.respond(asked, 4, {"content": "x", "flags": 64, "components": [row]})
    guild = raw.alice.place.guild
    assert guild
    assert asked.original
    with pytest.raises(NotOffered):
        raw.sandbox.add_member(guild, "bob").press(asked.original, "off")
    assert raw.alice.press(asked.original, "off").source is asked.original


async def test_a_form_is_filled_with_answers_and_defaults(raw: Raw) -> None:
    asked = await raw.asked()
    fields = [
        labelled("Words", {"type": 4, "style": 1, "custom_id": "words", "max_length": 5}),
        labelled("Mood", {"type": 4, "style": 1, "custom_id": "mood", "value": "calm"}),
        labelled("Picture", {"type": 19, "custom_id": "file", "max_values": 1}),
        labelled("Sure", {"type": 23, "custom_id": "sure", "default": True}),
    ]
    modal = {"title": "Form", "custom_id": "form", "components": fields}
    assert (await raw.respond(asked, 9, modal)).status == 200
    answers = {"words": "fox", "Picture": Upload("in.png", picture(), "image/png")}
    sent = raw.alice.submit_modal(asked, answers)
    inner = {part["component"]["custom_id"]: part["component"] for part in sent.data["components"]}
    assert (inner["words"]["value"], inner["mood"]["value"]) == ("fox", "calm")
    assert inner["sure"]["value"] is True
    assert list(sent.data["resolved"]["attachments"]) == inner["file"]["values"]
    with pytest.raises(NotOffered, match="length"):
        raw.alice.submit_modal(asked, {**answers, "words": "too long"})
    with pytest.raises(NotOffered, match="required"):
        raw.alice.submit_modal(asked)
    assert (await raw.respond(sent, 9, modal)).code == 50035


async def test_context_menus_name_their_target(raw: Raw) -> None:
    await raw.register({"name": "Report", "type": 3}, {"name": "Who is", "type": 2})
    await raw.post({"content": "x"})
    message = raw.sandbox.books.created[0]
    assert raw.alice.message_menu("Report", message).data["target_id"] == str(message.id)
    assert raw.alice.user_menu("Who is", raw.alice).data["target_id"] == str(raw.alice.user.id)


async def test_commands_are_offered_by_guild_place_and_permission(raw: Raw) -> None:
    guild, application = raw.alice.place.guild, raw.sandbox.world.application_id
    assert guild
    path = f"/applications/{application}/guilds/{guild.id}/commands"
    secret = {"name": "secret", "description": "x", "default_member_permissions": "32"}
    assert (await raw.ask("PUT", path, [secret])).status == 200
    with pytest.raises(NotOffered, match="by default"):
        raw.alice.slash("secret")
    mod = raw.sandbox.add_member(guild, "mod", permissions=Permission.MANAGE_GUILD)
    mod.slash("secret")
    with pytest.raises(NotOffered, match="no command"):
        mod.at(raw.sandbox.dm(mod)).slash("secret")
    await raw.register({"name": "here", "description": "x", "contexts": [0]})
    with pytest.raises(NotOffered, match="context"):
        mod.at(raw.sandbox.dm(mod)).slash("here")
    listed = await raw.ask("GET", path)
    removed = await raw.ask("DELETE", f"{path}/{listed.body[0]['id']}")
    assert (removed.status, raw.sandbox.world.commands[guild.id]) == (204, {})


async def test_messages_are_read_and_deleted_by_the_bot(raw: Raw) -> None:
    for content in "abc":
        await raw.post({"content": content})
    listed = await raw.ask("GET", f"{raw.channel}/messages?limit=2")
    assert [message["content"] for message in listed.body] == ["c", "b"]
    path = f"{raw.channel}/messages/{listed.body[0]['id']}"
    assert (await raw.ask("GET", path)).body["content"] == "c"
    assert (await raw.ask("DELETE", path)).status == 204
    assert (await raw.ask("GET", path)).code == 10008
    assert [message.content for message in raw.sandbox.books.created] == ["a", "b", "c"]


async def test_what_dates_from_long_ago_is_answered_in_time_and_its_token_dies_sooner(raw: Raw) -> None:
    """As if the bot had worked on it for that long: a test need not wait for the quarter of an hour."""
    raw.alice = raw.alice.ago(14 * 60)
    one, other = await raw.asked(), await raw.asked()
    assert one.id != other.id
    assert abs(discord.utils.snowflake_time(one.id).timestamp() - (time.time() - 14 * 60)) < 5
    assert (await raw.respond(one, 4, {"content": "x"})).status in (200, 204)
    raw.sandbox.clock.advance(59)
    assert (await raw.ask("PATCH", raw.original(one), {"content": "y"})).status == 200
    raw.sandbox.clock.advance(2)
    assert (await raw.ask("PATCH", raw.original(one), {"content": "z"})).code == 50027
    assert (await raw.respond(other, 4, {"content": "x"})).code == 10062
