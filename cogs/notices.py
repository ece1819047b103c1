"""The buttons in log channels, and the forms around them. Their names say all, so they outlive restarts."""

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import discord
import structlog
from discord import ui

from bot.chat.buttons import APPEAL_PATTERN, NOTICE_PATTERN
from bot.chat.messages import shows
from bot.chat.moderation import block_words, notice_words
from bot.chat.moderation.moderating import (
    block_duration_typed,
    helper_of,
    moderator_of,
    reason_typed,
    target_by_id,
)
from bot.chat.moderation.notice_forms import FormName, appeal_form, block_form, read_form, refuse_form
from bot.chat.pressing import moderators_button, named_button
from bot.chat.reading import person_of
from bot.chat.replies import answering, answering_moderator, tell
from bot.chat.text import is_blank
from bot.domain.errors import NotAModerator, NotBlocked
from bot.domain.jobs import JobId
from bot.domain.notices import Choice
from bot.services.appeals import Appeals
from bot.services.moderators import Moderator
from bot.services.reports import Reports
from bot.services.reviews import Reviews

log: structlog.stdlib.BoundLogger = structlog.get_logger()


def notice_button(reviews: Reviews, reports: Reports, appeals: Appeals) -> type[ui.DynamicItem[Any]]:
    """The class of every button in a log channel; the message itself is about to say what came of it."""

    async def approve(interaction: discord.Interaction, notice_id: int) -> None:
        await reviews.approve(notice_id, helper_of(interaction))
        await interaction.response.defer()

    async def refuse(interaction: discord.Interaction, notice_id: int) -> None:
        await reviews.may_refuse(notice_id, helper_of(interaction))
        await interaction.response.send_modal(refuse_form(notice_id))

    async def delete(interaction: discord.Interaction, notice_id: int) -> None:
        await interaction.response.defer()
        await reports.delete(notice_id, helper_of(interaction))

    async def block(interaction: discord.Interaction, notice_id: int) -> None:
        _manager(interaction, notice_id)
        await reports.author(notice_id, helper_of(interaction))
        await interaction.response.send_modal(block_form(notice_id))

    async def dismiss(interaction: discord.Interaction, notice_id: int) -> None:
        await reports.dismiss(notice_id, helper_of(interaction))
        await interaction.response.defer()

    async def unblock(interaction: discord.Interaction, notice_id: int) -> None:
        moderator = _manager(interaction, notice_id)
        if await appeals.unblock(notice_id, helper_of(interaction), moderator):
            await interaction.response.defer()
        else:
            await tell(interaction, notice_words.LIFTED_ALREADY)

    async def turn_down(interaction: discord.Interaction, notice_id: int) -> None:
        await appeals.turn_down(notice_id, helper_of(interaction))
        await interaction.response.defer()

    handlers = {
        Choice.APPROVE: approve,
        Choice.REFUSE: refuse,
        Choice.DELETE: delete,
        Choice.BLOCK: block,
        Choice.DISMISS: dismiss,
        Choice.UNBLOCK: unblock,
        Choice.TURN_DOWN: turn_down,
    }

    async def press(interaction: discord.Interaction, match: re.Match[str]) -> None:
        await handlers[Choice(match["choice"])](interaction, int(match["notice_id"]))

    return moderators_button(NOTICE_PATTERN, press)


def appeal_button(appeals: Appeals) -> type[ui.DynamicItem[Any]]:
    """The class of the button below a refusal of somebody who is blocked."""

    async def press(interaction: discord.Interaction, match: re.Match[str]) -> None:
        guild_id = int(match["guild_id"])
        _check_there(interaction, guild_id)
        if await appeals.may_appeal(guild_id, interaction.user.id):
            await interaction.response.send_modal(appeal_form(guild_id))
        else:
            await tell(interaction, notice_words.appealed_to_nobody(_owner_id(interaction)))

    return named_button(APPEAL_PATTERN, press)


def notice_forms(
    reviews: Reviews, reports: Reports, appeals: Appeals
) -> Mapping[str, Callable[[discord.Interaction], Awaitable[None]]]:
    """What each submitted form does, by its name."""

    async def report(interaction: discord.Interaction) -> None:
        async with answering(interaction):
            answer = read_form(interaction.data)
            reason = reason_typed(answer.reason)
            message_id = _seen_by_others(interaction.message, answer.subject)
            told = await reports.report(answer.subject, person_of(interaction), reason, message_id)
            nobody = notice_words.reported_to_nobody(_owner_id(interaction))
            await tell(interaction, notice_words.REPORTED if told else nobody)

    async def refuse(interaction: discord.Interaction) -> None:
        async with answering_moderator(interaction):
            answer = read_form(interaction.data)
            reason = None if is_blank(answer.reason) else reason_typed(answer.reason)
            await reviews.refuse(answer.number, helper_of(interaction), reason)
            await interaction.response.defer()

    async def block(interaction: discord.Interaction) -> None:
        async with answering_moderator(interaction):
            answer = read_form(interaction.data)
            helper, moderator = helper_of(interaction), _manager(interaction, answer.number)
            reason = reason_typed(answer.reason)
            duration_s = block_duration_typed(answer.duration or None)
            author_id = await reports.author(answer.number, helper)
            await interaction.response.defer(ephemeral=True, thinking=True)
            target = await target_by_id(interaction, author_id)
            block = await reports.block(answer.number, helper, moderator, target, reason, duration_s)
            await tell(interaction, block_words.added(block, cancel_waiting=True))

    async def appeal(interaction: discord.Interaction) -> None:
        async with answering(interaction):
            answer = read_form(interaction.data)
            _check_there(interaction, answer.number)
            told = await appeals.appeal(answer.number, interaction.user.id, reason_typed(answer.reason))
            nobody = notice_words.appealed_to_nobody(_owner_id(interaction))
            await tell(interaction, notice_words.APPEALED if told else nobody)

    return {
        FormName.REPORT: report,
        FormName.REFUSE: refuse,
        FormName.BLOCK: block,
        FormName.APPEAL: appeal,
    }


def _manager(interaction: discord.Interaction, notice_id: int) -> Moderator:
    """Who manages the server.

    Raises:
        NotAModerator: they do not; the log is told, for the button was there for others.
    """
    try:
        return moderator_of(interaction)
    except NotAModerator:
        guild_id, user_id = interaction.guild_id, interaction.user.id
        log.warning("notice.not_allowed", notice=notice_id, guild=guild_id, by=user_id)
        raise


def _seen_by_others(message: discord.Message | None, job_id: JobId) -> int | None:
    """The message that a report is about: one that shows the job, and not to the reporter alone."""
    if message is None or message.flags.ephemeral or not shows(message, job_id):
        return None
    return message.id


def _check_there(interaction: discord.Interaction, guild_id: int) -> None:
    """Return when the button is of the server that it is pressed in."""
    if interaction.guild_id != guild_id:
        raise NotBlocked


def _owner_id(interaction: discord.Interaction) -> int | None:
    return interaction.guild.owner_id if interaction.guild else None
