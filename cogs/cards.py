"""The buttons on a card. They carry the job's id, so they work after restarts and months later."""

import re
from contextlib import suppress
from typing import Any

import discord
from discord import ui

from bot.chat import words
from bot.chat.buttons import PATTERN, Verb
from bot.chat.moderation.notice_forms import report_form
from bot.chat.pressing import named_button
from bot.chat.reading import around_of, person_of, place_of
from bot.chat.replies import show_new_card, show_prompt, tell
from bot.domain.cards import Phase
from bot.domain.jobs import JobId
from bot.services.cards import Cards
from bot.services.imagine import Imagine
from bot.services.reports import Reports


def card_button(cards: Cards, imagine: Imagine, reports: Reports) -> type[ui.DynamicItem[Any]]:
    """The class of every button on a card."""

    async def cancel(interaction: discord.Interaction, job_id: JobId) -> None:
        card = await cards.cancel(job_id, person_of(interaction))
        if card.phase is Phase.CANCELLED:
            await interaction.response.defer()  # the card itself is about to say so
        else:
            await tell(interaction, words.CANCELLED_PARTLY)

    async def again(interaction: discord.Interaction, job_id: JobId) -> None:
        accepting = imagine.again(
            job_id, person_of(interaction), place_of(interaction), around_of(interaction)
        )
        await show_new_card(interaction, accepting, imagine)

    async def delete(interaction: discord.Interaction, job_id: JobId) -> None:
        message_id = interaction.message.id if interaction.message else 0
        async with cards.deleting(job_id, message_id, person_of(interaction)):
            await interaction.response.defer()
            with suppress(discord.NotFound):  # two people pressed, and the other was first
                await interaction.delete_original_response()

    async def full_prompt(interaction: discord.Interaction, job_id: JobId) -> None:
        view = await cards.find(job_id, person_of(interaction))
        await show_prompt(interaction, view.job.request.prompt, job_id)

    async def retry_unknown(interaction: discord.Interaction, job_id: JobId) -> None:
        await cards.retry_unknown(job_id, person_of(interaction), around_of(interaction))
        await tell(interaction, words.RETRYING)

    async def leave_unknown(interaction: discord.Interaction, job_id: JobId) -> None:
        await cards.leave_unknown(job_id, person_of(interaction))
        await tell(interaction, words.LEFT_IT)

    async def report(interaction: discord.Interaction, job_id: JobId) -> None:
        await reports.may_report(job_id, person_of(interaction))
        await interaction.response.send_modal(report_form(job_id))

    handlers = {
        Verb.CANCEL: cancel,
        Verb.AGAIN: again,
        Verb.DELETE: delete,
        Verb.FULL_PROMPT: full_prompt,
        Verb.RETRY_UNKNOWN: retry_unknown,
        Verb.LEAVE_UNKNOWN: leave_unknown,
        Verb.REPORT: report,
    }

    async def press(interaction: discord.Interaction, match: re.Match[str]) -> None:
        await handlers[Verb(match["verb"])](interaction, match["job_id"])

    return named_button(PATTERN, press)
