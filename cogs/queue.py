"""`/queue`: what a member waits for."""

import re
from typing import Any

import discord
from discord import app_commands, ui

from bot.chat import words as common
from bot.chat.buttons import MINE_CANCEL_PATTERN, MINE_LOOK_PATTERN
from bot.chat.own import own_queue_words as words
from bot.chat.own.own_queue_pages import page
from bot.chat.places import everywhere
from bot.chat.pressing import named_button
from bot.chat.reading import person_of
from bot.chat.replies import answering, show_page
from bot.domain.cards import Phase
from bot.services.cards import Cards
from bot.services.history import History


def queue_command(history: History) -> app_commands.Command[Any, ..., None]:
    """The command `/queue`."""

    @app_commands.command(name=common.QUEUE_NAME, description=common.QUEUE)
    @everywhere
    async def command(interaction: discord.Interaction) -> None:
        async with answering(interaction):
            await show_page(interaction, page(await history.under_way(interaction.user.id)))

    return command


def own_queue_buttons(history: History, cards: Cards) -> list[type[ui.DynamicItem[Any]]]:
    """The classes of the buttons below its answer. Whoever presses sees their own list, and no other."""

    async def look(interaction: discord.Interaction, _: re.Match[str]) -> None:
        await show(interaction)

    async def cancel(interaction: discord.Interaction, match: re.Match[str]) -> None:
        card = await cards.cancel(match["job_id"], person_of(interaction))
        await show(interaction, words.CANCELLED if card.phase is Phase.CANCELLED else common.CANCELLED_PARTLY)

    async def show(interaction: discord.Interaction, said: object = "") -> None:
        await show_page(interaction, page(await history.under_way(interaction.user.id), str(said)))

    return [named_button(MINE_LOOK_PATTERN, look), named_button(MINE_CANCEL_PATTERN, cancel)]
