"""`/help`: how to ask for pictures, and what one can ask for here."""

from typing import Any

import discord
from discord import app_commands, ui

from bot.chat.own import help_words as words
from bot.chat.places import everywhere
from bot.chat.replies import NOBODY, answering
from bot.chat.usage.usage_reading import own_report
from bot.domain.prices import Prices
from bot.services.usage import Usage


def help_command(usage: Usage, prices: Prices) -> app_commands.Command[Any, ..., None]:
    """The command `/help`."""

    @app_commands.command(name=words.HELP_NAME, description=words.HELP)
    @everywhere
    async def command(interaction: discord.Interaction) -> None:
        async with answering(interaction):
            report = await own_report(interaction, usage)
            manages = interaction.guild_id is not None and interaction.permissions.manage_guild
            view = ui.LayoutView(timeout=None)
            view.add_item(ui.TextDisplay(words.help_text(report, prices, manages=manages)))
            view.stop()
            await interaction.edit_original_response(view=view, allowed_mentions=NOBODY)

    return command
