"""`/usage`: what somebody used themselves, and what is left."""

from typing import Any

import discord
from discord import app_commands

from bot.chat.reading import around_of, place_of
from bot.chat.replies import answering
from bot.chat.usage import usage_words as words
from bot.chat.usage.usage_pages import show_own
from bot.domain.ports import Charts
from bot.services.usage import Usage


def usage_command(usage: Usage, charts: Charts) -> app_commands.Command[Any, ..., None]:
    """The command `/usage`."""

    @app_commands.command(name=words.OWN_NAME, description=words.OWN)
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def command(interaction: discord.Interaction) -> None:
        async with answering(interaction):
            await interaction.response.defer(ephemeral=True, thinking=True)
            report = await usage.own(interaction.user.id, place_of(interaction), around_of(interaction))
            await show_own(interaction, report, charts)

    return command
