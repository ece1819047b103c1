"""`/imagine-admin queue`: what waits, and taking it back."""

import re
from typing import Any

import discord
from discord import app_commands, ui
from discord.app_commands import Choice, Range

from bot.chat.buttons import QUEUE_CLEAR_PATTERN, QUEUE_LEAVE_PATTERN, QUEUE_PAGE_PATTERN, id_in
from bot.chat.moderation import queue_words as words
from bot.chat.moderation.moderating import CHOICES_MAX, moderator_of, person_named, reason_typed
from bot.chat.moderation.queue_pages import confirmation, page
from bot.chat.pressing import moderators_button
from bot.chat.replies import NOBODY, answering_moderator, tell
from bot.domain.errors import BotError, NothingThere
from bot.domain.moderation import REASON_MAX_CHARS
from bot.domain.queue import Stage
from bot.services.queue import Queue

_TAKEN_BACK_FROM = {Stage.WAITING, Stage.REVIEW}


def queue_group(queue: Queue) -> app_commands.Group:
    """The group."""
    group = app_commands.Group(name="queue", description=words.QUEUE)

    @group.command(name="show", description=words.SHOW)
    async def show(interaction: discord.Interaction) -> None:
        async with answering_moderator(interaction):
            moderator = moderator_of(interaction)
            view = page(await queue.show(moderator), moderator.guild_id, 1)
            await interaction.response.send_message(view=view, ephemeral=True, allowed_mentions=NOBODY)

    @group.command(name="cancel", description=words.CANCEL)
    @app_commands.describe(code=words.CANCEL_CODE)
    async def cancel(interaction: discord.Interaction, code: Range[str, 1, 20]) -> None:
        async with answering_moderator(interaction):
            moderator = moderator_of(interaction)
            all_of_it = await queue.cancel(moderator, code)
            await tell(interaction, words.CANCELLED if all_of_it else words.CANCELLED_PARTLY)

    @cancel.autocomplete("code")
    async def codes(interaction: discord.Interaction, typed: str) -> list[Choice[str]]:
        try:
            queued = (await queue.show(moderator_of(interaction))).queued
        except BotError:  # there is nowhere to say why
            return []
        fitting = [
            each
            for each in queued
            if each.stage in _TAKEN_BACK_FROM and each.job_id.startswith(typed.strip().lower())
        ]
        return [Choice(name=words.choice(each), value=each.job_id) for each in fitting[:CHOICES_MAX]]

    @group.command(name="clear", description=words.CLEAR)
    @app_commands.describe(member=words.CLEAR_MEMBER)
    async def clear(
        interaction: discord.Interaction, member: discord.Member | discord.User | None = None
    ) -> None:
        async with answering_moderator(interaction):
            moderator = moderator_of(interaction)
            member_id = None if member is None else person_named(interaction, member).id
            backlog, until = await queue.backlog(moderator, member_id)
            if not backlog.requests:
                await tell(interaction, words.NOTHING_WAITS)
                return
            await interaction.response.send_message(
                words.clear_question(backlog, member_id),
                view=confirmation(backlog, member_id, until),
                ephemeral=True,
                allowed_mentions=NOBODY,
            )

    @group.command(name="pause", description=words.PAUSE)
    @app_commands.describe(reason=words.PAUSE_REASON)
    async def pause(interaction: discord.Interaction, reason: Range[str, 1, REASON_MAX_CHARS]) -> None:
        async with answering_moderator(interaction):
            moderator = moderator_of(interaction)
            why = reason_typed(reason)
            await queue.pause(moderator, why)
            backlog, until = await queue.backlog(moderator, None)
            sentence = words.paused(why, backlog)
            if not backlog.requests:
                await tell(interaction, sentence)
                return
            await interaction.response.send_message(
                sentence,
                view=confirmation(backlog, None, until),
                ephemeral=True,
                allowed_mentions=NOBODY,
            )

    @group.command(name="resume", description=words.RESUME)
    async def resume(interaction: discord.Interaction) -> None:
        async with answering_moderator(interaction):
            resumed = await queue.resume(moderator_of(interaction))
            await tell(interaction, words.RESUMED if resumed else words.NOT_PAUSED)

    return group


def queue_buttons(queue: Queue) -> list[type[ui.DynamicItem[Any]]]:
    """The classes of the buttons below its answers."""

    async def turn(interaction: discord.Interaction, match: re.Match[str]) -> None:
        moderator = moderator_of(interaction)
        view = page(await queue.show(moderator), moderator.guild_id, int(match["page"]))
        await interaction.response.edit_message(view=view, allowed_mentions=NOBODY)

    async def leave(interaction: discord.Interaction, match: re.Match[str]) -> None:
        await queue.leave(moderator_of(interaction), match["job_id"])
        await turn(interaction, match)

    async def clear(interaction: discord.Interaction, match: re.Match[str]) -> None:
        moderator, message = moderator_of(interaction), interaction.message
        if message is None or message.flags.components_v2:  # forged: the question is plain text
            raise NothingThere
        cleared = await queue.clear(moderator, id_in(match["member_id"]), int(match["until"]))
        await interaction.response.edit_message(
            content=words.cleared(cleared), view=None, allowed_mentions=NOBODY
        )

    return [
        moderators_button(QUEUE_PAGE_PATTERN, turn),
        moderators_button(QUEUE_LEAVE_PATTERN, leave),
        moderators_button(QUEUE_CLEAR_PATTERN, clear),
    ]
