"""`/preferences`: what members choose for themselves."""

import re
from typing import Any

import discord
from discord import app_commands, ui

from bot.chat.buttons import PREFERENCE_PATTERN, PREFERENCES_CLEAR_PATTERN, Preference
from bot.chat.own import preference_words as words
from bot.chat.own.preference_pages import change_to, page
from bot.chat.places import everywhere
from bot.chat.pressing import named_button, named_select
from bot.chat.replies import answering, show_page, speaking_to
from bot.domain.preferences import Preferences
from bot.domain.prices import Prices
from bot.services.preferences import Choices


def preferences_command(choices: Choices, prices: Prices) -> app_commands.Command[Any, ..., None]:
    """The command `/preferences`."""

    @app_commands.command(name=words.PREFERENCES_NAME, description=words.PREFERENCES)
    @everywhere
    async def command(interaction: discord.Interaction) -> None:
        async with answering(interaction):
            await show_page(interaction, page(await choices.show(interaction.user.id), prices))

    return command


def preference_items(choices: Choices, prices: Prices) -> list[type[ui.DynamicItem[Any]]]:
    """The classes of what it answers with. Whoever presses changes their own choices, and no others."""

    async def choose(interaction: discord.Interaction, match: re.Match[str], value: str) -> None:
        change = change_to(Preference(match["what"]), value)
        await show(interaction, await choices.change(interaction.user.id, change))

    async def clear(interaction: discord.Interaction, _: re.Match[str]) -> None:
        await show(interaction, await choices.clear(interaction.user.id))

    async def show(interaction: discord.Interaction, chosen: Preferences) -> None:
        with speaking_to(interaction):  # it may be another one now
            view = page(chosen, prices)
        await show_page(interaction, view)

    return [named_select(PREFERENCE_PATTERN, choose), named_button(PREFERENCES_CLEAR_PATTERN, clear)]
