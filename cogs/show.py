"""`/show`: bring a picture back by the code on its card."""

from pathlib import Path
from typing import Any

import discord
from discord import app_commands
from discord.app_commands import Choice, Range

from bot.chat import words
from bot.chat.days import day_text
from bot.chat.reading import encodable, person_of, place_of
from bot.chat.replies import answering, show_copy
from bot.chat.text import plain, shorten
from bot.domain.errors import BotError
from bot.domain.jobs import Job
from bot.domain.prices import Prices
from bot.services.history import History
from bot.services.show import Show, may_be_seen

_CHOICES_MAX = 25
_PROMPT_SHOWN_CHARS = 70
"""A choice has 100: the day and the code come after it."""


def show_command(
    show: Show, history: History, prices: Prices, data_dir: Path
) -> app_commands.Command[Any, ..., None]:
    """The command `/show`."""

    @app_commands.command(name=words.SHOW_NAME, description=words.SHOW)
    @app_commands.rename(code=words.CODE_NAME)
    @app_commands.describe(code=words.SHOW_CODE)
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def command(interaction: discord.Interaction, code: Range[str, 1, 20]) -> None:
        async with answering(interaction):
            view = await show.find(code, person_of(interaction))
            copying = show.copy(view, place_of(interaction).upload_limit_bytes)
            public = may_be_seen(view.job, interaction.channel_id, interaction.guild_id)
            await show_copy(interaction, copying, data_dir, prices, public=public)

    @command.autocomplete("code")
    async def codes(interaction: discord.Interaction, typed: str) -> list[Choice[str]]:
        try:
            own = await history.named(interaction.user.id, encodable(typed), _CHOICES_MAX)
        except BotError:  # there is nowhere to say why
            return []
        return [Choice(name=_choice(job), value=job.id) for job in own]

    return command


def _choice(job: Job) -> str:
    """A job in the list, where Discord formats nothing."""
    prompt = shorten(plain(job.request.prompt), _PROMPT_SHOWN_CHARS)
    return f"{prompt} · {day_text(job.accepted_at)} · {job.id}"
