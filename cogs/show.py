"""`/show`: bring a picture back by the code on its card."""

from pathlib import Path
from typing import Any

import discord
from discord import app_commands
from discord.app_commands import Range

from bot.chat import words
from bot.chat.reading import person_of, place_of
from bot.chat.replies import answering, show_copy
from bot.services.show import Show


def show_command(show: Show, data_dir: Path) -> app_commands.Command[Any, ..., None]:
    """The command `/show`."""

    @app_commands.command(name="show", description=words.SHOW)
    @app_commands.describe(code=words.SHOW_CODE)
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def command(interaction: discord.Interaction, code: Range[str, 1, 20]) -> None:
        async with answering(interaction):
            view = await show.find(code, person_of(interaction))
            copying = show.copy(view, place_of(interaction).upload_limit_bytes)
            # Elsewhere than where it was asked for, that place's rules did not look at it.
            public = view.job.place.channel_id == interaction.channel_id or interaction.guild_id is None
            await show_copy(interaction, copying, data_dir, public=public)

    return command
