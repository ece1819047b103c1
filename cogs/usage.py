"""`/usage`: what somebody used themselves, and what is left."""

from typing import Any

import discord
from discord import app_commands

from bot.chat.places import everywhere
from bot.chat.replies import answering
from bot.chat.usage import usage_words as words
from bot.chat.usage.usage_pages import show_own
from bot.chat.usage.usage_reading import own_report
from bot.domain.ports import Charts
from bot.services.usage import Usage


def usage_command(usage: Usage, charts: Charts) -> app_commands.Command[Any, ..., None]:
    """The command `/usage`."""

    @app_commands.command(name=words.OWN_NAME, description=words.OWN)
    @everywhere
    async def command(interaction: discord.Interaction) -> None:
        async with answering(interaction):
            report = await own_report(interaction, usage)
            await show_own(interaction, report, charts)

    return command
