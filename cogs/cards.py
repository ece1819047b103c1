"""Buttons and select on a card. They carry the job's id, so they work after restarts and months later."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import discord
from discord import ui

from bot.chat import forms, words
from bot.chat.buttons import OTHER_PATTERN, PATTERN, Verb
from bot.chat.cards import button_words, deletion_words, handing
from bot.chat.cards.cards import render
from bot.chat.cards.others import change_of
from bot.chat.messages import shows
from bot.chat.moderation.notice_forms import report_form
from bot.chat.pressing import named_button, named_select
from bot.chat.reading import around_of, person_of, place_of, seen_alone
from bot.chat.replies import show_new_card, show_prompt, tell
from bot.domain.cards import Phase
from bot.domain.errors import CardGone, JobNotFound
from bot.domain.jobs import Change, Job, JobId, bigger, unchanged
from bot.domain.prices import Prices
from bot.services.cards import Cards
from bot.services.handover import Handover
from bot.services.imagine import Imagine
from bot.services.preferences import Choices
from bot.services.reports import Reports

Handler = Callable[[discord.Interaction, JobId], Awaitable[None]]


def card_items(
    cards: Cards,
    imagine: Imagine,
    choices: Choices,
    reports: Reports,
    handover: Handover,
    data_dir: Path,
) -> Sequence[type[ui.DynamicItem[Any]]]:
    """The class of every button on a card, and that of the select."""
    handlers = {
        **_under_way(cards, imagine.prices),
        **_requests(imagine, choices),
        **_pictures(cards, handover, data_dir),
        **_about(cards, reports),
    }

    async def press(interaction: discord.Interaction, match: re.Match[str]) -> None:
        await handlers[Verb(match["verb"])](interaction, _job_shown(interaction, match))

    async def choose(interaction: discord.Interaction, match: re.Match[str], value: str) -> None:
        await _once_more(imagine, choices, interaction, _job_shown(interaction, match), change_of(value))

    return [named_button(PATTERN, press), named_select(OTHER_PATTERN, choose)]


def _under_way(cards: Cards, prices: Prices) -> Mapping[Verb, Handler]:
    """What a card that is not over offers."""

    async def cancel(interaction: discord.Interaction, job_id: JobId) -> None:
        card = await cards.cancel(job_id, person_of(interaction))
        if card.phase is Phase.CANCELLED:
            # The deliverer sees to the card; this may be a copy of it.
            await interaction.response.edit_message(view=render(card, prices))
        else:
            await tell(interaction, words.CANCELLED_PARTLY)

    async def retry_unknown(interaction: discord.Interaction, job_id: JobId) -> None:
        await cards.retry_unknown(job_id, person_of(interaction), around_of(interaction))
        await tell(interaction, words.RETRYING)

    async def leave_unknown(interaction: discord.Interaction, job_id: JobId) -> None:
        await cards.leave_unknown(job_id, person_of(interaction))
        await tell(interaction, words.LEFT_IT)

    return {Verb.CANCEL: cancel, Verb.RETRY_UNKNOWN: retry_unknown, Verb.LEAVE_UNKNOWN: leave_unknown}


def _requests(imagine: Imagine, choices: Choices) -> Mapping[Verb, Handler]:
    """What leads to another request like it."""

    async def again(interaction: discord.Interaction, job_id: JobId) -> None:
        await _once_more(imagine, choices, interaction, job_id, unchanged)

    async def larger(interaction: discord.Interaction, job_id: JobId) -> None:
        await _once_more(imagine, choices, interaction, job_id, bigger)

    async def edit(interaction: discord.Interaction, job_id: JobId) -> None:
        earlier, private = await _earlier(imagine, choices, interaction, job_id)
        asked, most = earlier.request, forms.FORM_PROMPT_MAX_CHARS
        if len(asked.prompt) > most:
            await tell(interaction, button_words.too_long_to_edit(len(asked.prompt), most))
            return
        form = forms.imagine_form(
            asked.size,
            asked.quality,
            asked.count,
            imagine.prices,
            private=private,
            prompt=asked.prompt,
        )
        await interaction.response.send_modal(form)

    return {Verb.AGAIN: again, Verb.BIGGER: larger, Verb.EDIT: edit}


def _pictures(cards: Cards, handover: Handover, data_dir: Path) -> Mapping[Verb, Handler]:
    """What is done with the pictures; files take longer than an answer has."""

    async def keep(interaction: discord.Interaction, job_id: JobId) -> None:
        kept = await cards.keep(job_id, person_of(interaction))
        await tell(interaction, button_words.KEPT if kept else button_words.LET_GO)

    async def send(interaction: discord.Interaction, job_id: JobId) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        parcel = await handover.in_one_message(job_id, person_of(interaction), handing.DM_FILE_MAX_BYTES)
        await handing.send_parcel(interaction, parcel, data_dir)

    async def original(interaction: discord.Interaction, job_id: JobId) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        limit_bytes = place_of(interaction).upload_limit_bytes
        parcel = await handover.as_made(job_id, person_of(interaction), limit_bytes)
        await handing.hand_over(interaction, parcel, limit_bytes, data_dir)

    return {Verb.KEEP: keep, Verb.SEND: send, Verb.ORIGINAL: original}


def _about(cards: Cards, reports: Reports) -> Mapping[Verb, Handler]:
    """What concerns the card itself."""

    async def full_prompt(interaction: discord.Interaction, job_id: JobId) -> None:
        view = await cards.find(job_id, person_of(interaction))
        await show_prompt(interaction, view.job.request.prompt, job_id)

    async def report(interaction: discord.Interaction, job_id: JobId) -> None:
        await reports.may_report(job_id, person_of(interaction))
        await interaction.response.send_modal(report_form(job_id))

    async def delete(interaction: discord.Interaction, job_id: JobId) -> None:
        message, person = interaction.message, person_of(interaction)
        if message is None:
            raise CardGone("a button without a message")
        private, caller = message.flags.ephemeral, message.interaction_metadata
        called_by = caller.user.id if caller else None
        async with cards.deleting(job_id, message.id, person, private=private, called_by=called_by) as job:
            await interaction.response.defer()
            with suppress(discord.NotFound):  # two people pressed, and the other was first
                await interaction.delete_original_response()
        if message.id == job.message_id or not private:
            await tell(interaction, deletion_words.deleted(job, person))

    return {Verb.FULL_PROMPT: full_prompt, Verb.REPORT: report, Verb.DELETE: delete}


def _job_shown(interaction: discord.Interaction, match: re.Match[str]) -> JobId:
    """The job that a button names.

    Raises:
        JobNotFound: it hangs below a message that does not show that job, so its name is forged.
    """
    job_id = match["job_id"]
    if interaction.message is None or not shows(interaction.message, job_id):
        raise JobNotFound(job_id)
    return job_id


async def _once_more(
    imagine: Imagine, choices: Choices, interaction: discord.Interaction, job_id: JobId, change: Change
) -> None:
    earlier, private = await _earlier(imagine, choices, interaction, job_id)
    place = place_of(interaction, private=private)
    accepting = imagine.again(earlier, change, interaction.user.id, place, around_of(interaction))
    await show_new_card(interaction, accepting, imagine)


async def _earlier(
    imagine: Imagine, choices: Choices, interaction: discord.Interaction, job_id: JobId
) -> tuple[Job, bool]:
    """The job that a button names, and whether only who presses is to see what comes of it."""
    job = await imagine.earlier(job_id, person_of(interaction))
    defaults = await choices.defaults(interaction.user.id, place_of(interaction).account_id)
    return job, defaults.is_private(source=seen_alone(interaction.message, job))
