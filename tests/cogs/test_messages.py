"""The menu of a message: Imagine this, and Imagine details."""

from collections.abc import Callable
from typing import Any

import discord
from simcord import InteractionResult, MemberActor, ResponseMessage

from bot.chat import words
from bot.chat.own import menu_words
from tests.cogs.test_form import ANSWER, default_of, fields
from tests.support.discord import World
from tests.support.shown import Payload, Shown


def handle(world: World, shown: Shown) -> ResponseMessage:
    """A message for simcord's people to point at."""
    return ResponseMessage(world.env, shown.message)


async def menu(
    world: World, name: str, on: Shown | discord.Message, *, as_: MemberActor | None = None
) -> InteractionResult:
    """Choose from the menu of a message."""
    message = handle(world, on) if isinstance(on, Shown) else on
    return await (as_ or world.mira).context_menu(world.channel, name, message)


async def details(world: World, on: Shown | discord.Message, *, as_: MemberActor | None = None) -> Shown:
    """The answer to "Imagine details"."""
    return world.answer(await menu(world, "Imagine details", on, as_=as_))


def prompt_in(form: InteractionResult) -> Any:
    """What stands in the form before anybody types."""
    return fields(form)["prompt"][1].get("value")


def sent_along(**values: object) -> Callable[[Payload], None]:
    """Discord sends the message along with these values."""

    def forge(payload: Payload) -> None:
        (message,) = payload["data"]["resolved"]["messages"].values()
        message.update(values)

    return forge


def by_the_bot(world: World) -> Payload:
    """Who wrote a message, if it was the bot."""
    assert world.app.client.user is not None
    return {"id": str(world.app.client.user.id), "username": "Imagine", "discriminator": "0", "avatar": None}


def pretending_to_be(card: Shown, world: World) -> Callable[[Payload], None]:
    """The message that is sent along is the bot's, by another id."""

    def forge(payload: Payload) -> None:
        resolved = payload["data"]["resolved"]["messages"]
        (message,) = resolved.values()
        message.update(id=str(card.id), author=by_the_bot(world))
        payload["data"].update(target_id=str(card.id), resolved={"messages": {str(card.id): message}})

    return forge


async def test_discord_is_told_of_both_for_every_place(world: World) -> None:
    (told,) = world.requests("PUT", "/commands")
    menus = {each["name"]: each for each in told if each["type"] == discord.AppCommandType.message.value}
    assert set(menus) == {"Imagine this", "Imagine details"}
    for each in menus.values():
        assert (each["integration_types"], each["contexts"]) == ([0, 1], [0, 1, 2])


async def test_what_somebody_wrote_is_in_the_form_with_names_for_numbers(world: World) -> None:
    """With the member's own defaults; sent like any other form."""
    nobody: dict[Any, discord.PermissionOverwrite] = {
        world.env.guild.default_role: discord.PermissionOverwrite(view_channel=False)
    }
    hidden = world.env.guild.create_text_channel("staff-only", overwrites=nobody)
    await world.admin("settings defaults", size="1536x1024", count=2)
    emoji, here = "<a:jump:123456789012345678>", world.channel
    message = await world.nora.send(
        here, f"a *fox* for {world.theo.mention} in {here.mention} {hidden.mention}{emoji}"
    )
    form = await menu(world, "Imagine this", message)
    assert prompt_in(form) == "a *fox* for @theo in #imagine :jump:"
    assert default_of(fields(form)["size"][1]) == ["1536x1024"]

    card = world.answer(await world.mira.submit_modal(form, {**ANSWER, "prompt": prompt_in(form)}))

    assert (await world.job(card)).job.request.prompt == "a *fox* for @theo in #imagine :jump:"
    assert (await world.job(card)).job.request.count == 2


async def test_what_a_form_cannot_hold_is_cut_and_the_form_says_so(world: World) -> None:
    message = await world.nora.send(world.channel, "a fox")
    world.forges.append(sent_along(content="x" * 5_000))
    form = await menu(world, "Imagine this", message)
    assert prompt_in(form) == "x" * 4_000
    assert form.modal is not None
    assert form.modal["components"][0]["description"] == str(menu_words.FORM_CUT)
    assert len(str(menu_words.FORM_CUT)) <= 100


async def test_a_message_without_words_is_a_sentence(world: World) -> None:
    """A file alone, or nothing that anybody would see."""
    message = await world.nora.send(world.channel, attachments=[("fox.png", b"not looked at")])
    assert world.told(await menu(world, "Imagine this", message)) == menu_words.no_words()
    world.forges.append(sent_along(content=" \u200b <#123456789012345678>"))
    assert world.told(await menu(world, "Imagine this", message)) == menu_words.no_words()
    assert world.paid == []


async def test_a_message_that_discord_did_not_send_along_is_a_sentence(world: World) -> None:
    message = await world.nora.send(world.channel, "a fox")
    for name in ("Imagine this", "Imagine details"):
        world.forges.append(lambda payload: payload["data"].update(resolved={}))
        assert world.told(await menu(world, name, message)) == str(words.NOT_FOUND_HERE)
    assert len(world.env.errors) == 2  # simcord counts what the tree has answered


async def test_a_picture_is_imagined_by_its_whole_prompt(world: World) -> None:
    """The message shows a part of it only. After a restart too, and for others."""
    prompt = "a fox in the snow\n" * 40
    card = await world.imagine(prompt)
    await world.finish()
    await world.restart()
    assert prompt_in(await menu(world, "Imagine this", world.again(card), as_=world.nora)) == prompt


async def test_details_of_a_picture(world: World) -> None:
    """To whoever sees it, alone; after a restart too."""
    card = await world.imagine("a fox in the snow\n" * 40, count=2)
    await world.finish()
    await world.restart()
    shown = await details(world, world.again(card), as_=world.nora)
    assert shown.private
    assert f"{world.mira.mention} · Square 1024×1024 · Low quality · 2 pictures" in shown.text
    assert "**Done.** 2 pictures.\nCost: $0.012\nAsked for: <t:1790000000:f>, <t:1790000000:R>" in shown.text
    assert "Drawn for: 4.0 s (picture 1), 4.0 s (picture 2)" in shown.text
    assert shown.job_id == world.again(card).job_id
    full = world.answer(await world.press(shown, "Full prompt", as_=world.nora))
    assert full.text == "a fox in the snow\n" * 40


async def test_details_of_a_copy_and_of_an_answer_to_a_card_are_those_of_the_card(world: World) -> None:
    """Neither is in the record: a copy bears the code, an answer names the message that it answers."""
    card = await world.imagine()
    await world.finish()
    copy = world.answer(await world.mira.slash(world.channel, "show", code=world.again(card).job_id))
    assert (await details(world, copy)).job_id == world.again(card).job_id
    message = await world.nora.send(world.channel, "Your picture is ready.", reply_to=handle(world, card))
    world.forges.append(sent_along(author=by_the_bot(world)))
    assert (await details(world, message)).job_id == world.again(card).job_id


async def test_details_of_what_is_no_picture_or_not_to_be_seen_are_one_sentence(world: World) -> None:
    """Somebody's words, even as an answer to a card; a card elsewhere, a private one; what was erased."""
    elsewhere = world.env.guild.create_text_channel("elsewhere")
    far, near = await world.imagine(where=elsewhere), await world.imagine()
    reply = await world.nora.send(world.channel, "nice", reply_to=handle(world, near))
    sentence = str(menu_words.NOT_A_PICTURE)
    assert world.told(await menu(world, "Imagine details", reply)) == sentence
    for hidden in (far, await world.imagine(private=True)):
        world.forges.append(pretending_to_be(hidden, world))
        assert world.told(await menu(world, "Imagine details", reply, as_=world.nora)) == sentence
    world.database.alter("UPDATE job SET erased_at = 1 WHERE id = ?", near.job_id)
    assert world.told(await menu(world, "Imagine details", near)) == sentence
