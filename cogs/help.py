"""`/help`: how to ask for pictures, and what one can ask for here."""

from typing import Any

import discord
from discord import app_commands, ui

from bot.chat import help_words as words
from bot.chat.reading import around_of, place_of
from bot.chat.replies import NOBODY, answering
from bot.domain.prices import Prices
from bot.services.usage import Usage


def help_command(usage: Usage, prices: Prices) -> app_commands.Command[Any, ..., None]:
    """The command `/help`."""

    @app_commands.command(name=words.HELP_NAME, description=words.HELP)
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def command(interaction: discord.Interaction) -> None:
        async with answering(interaction):
            await interaction.response.defer(ephemeral=True, thinking=True)
            report = await usage.own(interaction.user.id, place_of(interaction), around_of(interaction))
            manages = interaction.guild_id is not None and interaction.permissions.manage_guild
            view = ui.LayoutView(timeout=None)
            view.add_item(ui.TextDisplay(words.help_text(report, prices, manages=manages)))
            view.stop()
            await interaction.edit_original_response(view=view, allowed_mentions=NOBODY)

    return command
