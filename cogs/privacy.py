"""`/privacy`: what is kept of somebody, to see, to take along, to have erased. Always of whoever acts."""

import re
from pathlib import Path
from typing import Any

import discord
from discord import app_commands, ui

from bot.chat.buttons import (
    PRIVACY_DELETE_PATTERN,
    PRIVACY_ERASE_PATTERN,
    PRIVACY_EXPORT_PATTERN,
)
from bot.chat.own import privacy_words as words
from bot.chat.own.privacy_pages import erased_page, kept_page, question_page, send_file
from bot.chat.places import everywhere
from bot.chat.pressing import named_button
from bot.chat.replies import NOBODY, answering, defer_page, show_page
from bot.domain.privacy import Keeping
from bot.services.privacy import Mark, Privacy, Stage


def privacy_command(privacy: Privacy, keeping: Keeping, data_dir: Path) -> app_commands.Group:
    """The command `/privacy` with what can be done about it."""
    group = everywhere(app_commands.Group(name=words.PRIVACY_NAME, description=words.PRIVACY))

    @group.command(name=words.SHOW_KEPT_NAME, description=words.SHOW_KEPT)
    async def show(interaction: discord.Interaction) -> None:
        async with answering(interaction):
            await show_page(interaction, kept_page(await privacy.holding(interaction.user.id), keeping))

    @group.command(name=words.EXPORT_NAME, description=words.EXPORT)
    async def export(interaction: discord.Interaction) -> None:
        async with answering(interaction):
            await send_file(interaction, privacy, Mark(), data_dir)

    @group.command(name=words.DELETE_NAME, description=words.DELETE)
    async def delete(interaction: discord.Interaction) -> None:
        async with answering(interaction):
            await _ask(interaction, privacy, keeping)

    return group


def privacy_buttons(privacy: Privacy, keeping: Keeping, data_dir: Path) -> list[type[ui.DynamicItem[Any]]]:
    """The classes of the buttons below its answers."""

    async def export(interaction: discord.Interaction, match: re.Match[str]) -> None:
        mark = Mark(
            part=max(1, int(match["part"])),
            stage=Stage(match["stage"]),
            at=int(match["at"]),
            job_id=match["job_id"],
            number=int(match["number"]),
        )
        await send_file(interaction, privacy, mark, data_dir)

    async def ask(interaction: discord.Interaction, _: re.Match[str]) -> None:
        await _ask(interaction, privacy, keeping)

    async def erase(interaction: discord.Interaction, match: re.Match[str]) -> None:
        with_cards = match["what"] == "all"
        await defer_page(interaction)
        erased = await privacy.erase(interaction.user.id, with_cards=with_cards)
        view = erased_page(words.erased(erased, with_cards=with_cards))
        await interaction.edit_original_response(view=view, allowed_mentions=NOBODY)

    return [
        named_button(PRIVACY_EXPORT_PATTERN, export),
        named_button(PRIVACY_DELETE_PATTERN, ask),
        named_button(PRIVACY_ERASE_PATTERN, erase),
    ]


async def _ask(interaction: discord.Interaction, privacy: Privacy, keeping: Keeping) -> None:
    view = question_page(await privacy.holding(interaction.user.id), keeping)
    await interaction.response.send_message(view=view, ephemeral=True, allowed_mentions=NOBODY)
