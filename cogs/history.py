"""`/history`: what a member asked for."""

import re
from pathlib import Path
from typing import Any

import discord
from discord import app_commands, ui
from discord.app_commands import Choice, Range

from bot.chat import words as common
from bot.chat.buttons import HISTORY_PATTERN, HISTORY_SHOW_PATTERN
from bot.chat.own import history_words as words
from bot.chat.own.history_pages import files, page
from bot.chat.own.history_reading import TEXT_MAX_CHARS, edge_in, wanted_of
from bot.chat.places import everywhere
from bot.chat.pressing import named_button
from bot.chat.reading import person_of, place_of
from bot.chat.replies import NOBODY, answering, defer_page, show_copy
from bot.domain.history import Edge, Wanted
from bot.domain.prices import Prices
from bot.services.history import History
from bot.services.show import Show


def history_command(history: History, data_dir: Path) -> app_commands.Command[Any, ..., None]:
    """The command `/history`."""

    @app_commands.command(name=common.HISTORY_NAME, description=common.HISTORY)
    @app_commands.rename(text=words.TEXT_NAME, kept=words.KEPT_NAME, size=common.SIZE_NAME)
    @app_commands.describe(text=words.TEXT, kept=words.KEPT, size=words.SIZE)
    @app_commands.choices(size=[Choice(name=name, value=size.value) for size, name in common.SIZES.items()])
    @everywhere
    async def command(
        interaction: discord.Interaction,
        text: Range[str, 1, TEXT_MAX_CHARS] | None = None,
        kept: bool = False,
        size: str | None = None,
    ) -> None:
        async with answering(interaction):
            wanted = wanted_of(text, kept, size)
            await defer_page(interaction)
            await _turn_to(interaction, history, data_dir, wanted)

    return command


def history_buttons(
    history: History, show: Show, prices: Prices, data_dir: Path
) -> list[type[ui.DynamicItem[Any]]]:
    """The classes of the buttons on a page. Whoever presses sees their own history, and no other."""

    async def turn(interaction: discord.Interaction, match: re.Match[str]) -> None:
        edge, wanted = edge_in(match)
        await defer_page(interaction)
        await _turn_to(interaction, history, data_dir, wanted, edge)

    async def bring_back(interaction: discord.Interaction, match: re.Match[str]) -> None:
        view = await show.find(match["job_id"], person_of(interaction))
        copying = show.copy(view, place_of(interaction).upload_limit_bytes, private=True)
        await show_copy(interaction, copying, data_dir, prices, private=True)

    return [named_button(HISTORY_PATTERN, turn), named_button(HISTORY_SHOW_PATTERN, bring_back)]


async def _turn_to(
    interaction: discord.Interaction,
    history: History,
    data_dir: Path,
    wanted: Wanted,
    edge: Edge | None = None,
) -> None:
    shown = await history.page(interaction.user.id, wanted, edge)
    await interaction.edit_original_response(
        view=page(shown, wanted), attachments=files(shown, data_dir), allowed_mentions=NOBODY
    )
