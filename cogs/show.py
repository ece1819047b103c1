"""`/show`: bring a picture back by the code on its card."""

import re
from pathlib import Path
from typing import Any

import discord
from discord import app_commands, ui
from discord.app_commands import Choice, Range

from bot.chat import words
from bot.chat.buttons import LOOK_PATTERN
from bot.chat.days import day_text
from bot.chat.messages import shows
from bot.chat.places import everywhere
from bot.chat.pressing import named_button
from bot.chat.reading import around_of, encodable, person_of, place_of
from bot.chat.replies import answering, show_copy
from bot.chat.text import brief
from bot.domain.errors import BotError
from bot.domain.jobs import Job
from bot.domain.prices import Prices
from bot.services.audience import Audience
from bot.services.history import History
from bot.services.show import Show

_CHOICES_MAX = 25
_PROMPT_SHOWN_CHARS = 70
"""A choice has 100: the day and the code come after it."""


def show_command(
    show: Show, audience: Audience, history: History, prices: Prices, data_dir: Path
) -> app_commands.Command[Any, ..., None]:
    """The command `/show`."""

    @app_commands.command(name=words.SHOW_NAME, description=words.SHOW)
    @app_commands.rename(code=words.CODE_NAME)
    @app_commands.describe(code=words.SHOW_CODE)
    @everywhere
    async def command(interaction: discord.Interaction, code: Range[str, 1, 20]) -> None:
        async with answering(interaction):
            view = await show.find(code, person_of(interaction))
            private = not await _is_for_everybody(audience, interaction, view.job)
            copying = show.copy(view, place_of(interaction).upload_limit_bytes, private=private)
            await show_copy(interaction, copying, data_dir, prices, private=private)

    @command.autocomplete("code")
    async def codes(interaction: discord.Interaction, typed: str) -> list[Choice[str]]:
        try:
            own = await history.named(interaction.user.id, encodable(typed), _CHOICES_MAX)
        except BotError:  # there is nowhere to say why
            return []
        return [Choice(name=_choice(job), value=job.id) for job in own]

    return command


def look_button(show: Show, audience: Audience, prices: Prices, data_dir: Path) -> type[ui.DynamicItem[Any]]:
    """The class of the button that brings a copy up to date, as far as it may still be seen there."""

    async def press(interaction: discord.Interaction, match: re.Match[str]) -> None:
        view, message = await show.find(match["job_id"], person_of(interaction)), interaction.message
        is_alone = message is not None and message.flags.ephemeral
        private = is_alone or not await _is_for_everybody(audience, interaction, view.job)
        copying = show.copy(view, place_of(interaction).upload_limit_bytes, private=private)
        is_copy = message is not None and message.id != view.job.message_id and shows(message, view.job.id)
        in_place = is_copy and private == is_alone
        await show_copy(interaction, copying, data_dir, prices, private=private, in_place=in_place)

    return named_button(LOOK_PATTERN, press)


async def _is_for_everybody(audience: Audience, interaction: discord.Interaction, job: Job) -> bool:
    person, place = person_of(interaction), place_of(interaction)
    return await audience.is_everybody(job, person, place, around_of(interaction))


def _choice(job: Job) -> str:
    """A job in the list, where Discord formats nothing."""
    prompt = brief(job.request.prompt, _PROMPT_SHOWN_CHARS)
    return f"{prompt} · {day_text(job.accepted_at)} · {job.id}"
