"""What is kept of somebody, as messages for them alone. Their buttons carry all they need."""

import os
from io import BufferedRandom
from pathlib import Path
from tempfile import TemporaryFile

import discord
from discord import ui

from bot.chat.buttons import PRIVACY_DELETE_ID, privacy_erase_button_id, privacy_export_button_id
from bot.chat.exporting import file_limit
from bot.chat.own import privacy_words as words
from bot.chat.replies import NOBODY
from bot.chat.troubles import in_our_words
from bot.domain.errors import ExportUnwritten
from bot.domain.privacy import Holding, Keeping
from bot.services.privacy import Mark, Part, Privacy


def kept_page(holding: Holding, keeping: Keeping) -> ui.LayoutView:
    """What is kept, with the ways to take it and to have it erased."""
    return _page(
        words.kept(holding, keeping),
        ui.Button(label=str(words.EXPORT_BUTTON), custom_id=privacy_export_button_id(Mark())),
        ui.Button(label=str(words.DELETE_BUTTON), custom_id=PRIVACY_DELETE_ID),
    )


def question_page(holding: Holding, keeping: Keeping) -> ui.LayoutView:
    """What would go, and the two ways to have it erased."""
    danger = discord.ButtonStyle.danger
    return _page(
        words.question(holding, keeping),
        ui.Button(
            label=str(words.ERASE_BUTTON), style=danger, custom_id=privacy_erase_button_id(with_cards=False)
        ),
        ui.Button(
            label=str(words.ERASE_ALL_BUTTON),
            style=danger,
            custom_id=privacy_erase_button_id(with_cards=True),
        ),
    )


def erased_page(sentence: str) -> ui.LayoutView:
    """What came of it: nothing is left to press."""
    return _page(sentence)


async def send_file(interaction: discord.Interaction, privacy: Privacy, mark: Mark, data_dir: Path) -> None:
    """Answer with the file that begins at a mark, and the button for the next one.

    It is written to a file without a name, so however this ends, also by a kill, nothing stays on the disk.

    Raises:
        ExportUnderWay, ExportUnwritten: see there.
        PublishError: Discord did not take it.
    """
    await interaction.response.defer(ephemeral=True, thinking=True)
    async with privacy.exporting(interaction.user.id):
        try:
            file = TemporaryFile(dir=data_dir)  # noqa: SIM115 - closed below
        except OSError as fault:
            raise ExportUnwritten(fault.strerror or "the disk") from fault
        with file:
            part = await privacy.export(interaction.user.id, mark, file, file_limit(interaction))
            await _hand_over(interaction, part, file)


async def _hand_over(interaction: discord.Interaction, part: Part, file: BufferedRandom) -> None:
    file.seek(0, os.SEEK_SET)
    view = ui.View(timeout=None)
    if part.rest:
        name = privacy_export_button_id(part.rest)
        view.add_item(ui.Button(label=str(words.NEXT_BUTTON), custom_id=name))
    view.stop()  # found again by its name
    upload = discord.File(file, f"my-data-{part.number}.zip")
    try:
        with in_our_words():
            await interaction.edit_original_response(
                content=words.packed(part), attachments=[upload], view=view, allowed_mentions=NOBODY
            )
    finally:
        upload.close()


def _page(text: str, *buttons: ui.Button[ui.LayoutView]) -> ui.LayoutView:
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.TextDisplay(text))
    if buttons:
        view.add_item(ui.ActionRow(*buttons))
    view.stop()  # its buttons are found by their names, also after a restart
    return view
