"""Tables to take away: written to a file without a name in the data folder, then handed to one moderator."""

import asyncio
import gzip
import os
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO

import discord

from bot.chat.moderation.admin_words import PACKED
from bot.chat.replies import NOBODY
from bot.domain.errors import ExportTooLarge, NothingThere, StoreFull
from bot.services.tables import Form

_FILE_LIMIT_DEFAULT_BYTES = 10 << 20
_FILE_MAX_BYTES = 24 << 20
"""However much a server allows for a file: a whole message has no more than 25 MiB."""
_PACKS_TO_AT_MOST = 20
"""How many times smaller packing makes such a table at best: what is larger is not even written."""
_TOO_LARGE_STATUS, _TOO_LARGE_CODE = 413, 40005


def form_named(value: str) -> Form:
    """What a table is to be written as.

    Raises:
        NothingThere: not in the list, whatever Discord let through.
    """
    try:
        return Form(value)
    except ValueError as fault:
        raise NothingThere from fault


def file_limit(interaction: discord.Interaction) -> int:
    """What one file may weigh as the only one of an answer, in bytes."""
    return min(interaction.filesize_limit or _FILE_LIMIT_DEFAULT_BYTES, _FILE_MAX_BYTES)


async def send_export(
    interaction: discord.Interaction,
    data_dir: Path,
    name: str,
    write: Callable[[BinaryIO, int], Awaitable[str]],
) -> None:
    """Answer an interaction, which waits already, with a file; with it packed, where it is too large.

    `write` gets the file and how many bytes it may have, and returns the sentence to say with it. However it
    ends, also by a kill, nothing stays on the disk.

    Raises:
        ExportTooLarge: even packed it is more than Discord takes here.
        StoreFull: the disk does not take it.
    """
    max_bytes = file_limit(interaction)
    with TemporaryFile(dir=data_dir) as table, TemporaryFile(dir=data_dir) as packed:
        file = table
        try:
            sentence = await write(table, max_bytes * _PACKS_TO_AT_MOST)
            if table.seek(0, os.SEEK_END) > max_bytes:
                await asyncio.to_thread(_pack, table, packed, name)
                file, name, sentence = packed, f"{name}.gz", f"{sentence} {PACKED}"
        except ExportTooLarge:
            raise ExportTooLarge(max_bytes) from None
        except OSError as fault:
            raise StoreFull(f"no export could be written: {fault.strerror}") from fault
        if file.tell() > max_bytes:
            raise ExportTooLarge(max_bytes)
        file.seek(0)
        upload = discord.File(file, name)
        try:
            await interaction.edit_original_response(
                content=sentence, attachments=[upload], allowed_mentions=NOBODY
            )
        except discord.HTTPException as fault:
            if fault.status == _TOO_LARGE_STATUS or fault.code == _TOO_LARGE_CODE:
                raise ExportTooLarge(max_bytes) from fault
            raise
        finally:
            upload.close()  # as long as it is open, it keeps the file from being closed


def _pack(table: BinaryIO, packed: BinaryIO, name: str) -> None:
    table.seek(0)
    with gzip.GzipFile(name, "wb", fileobj=packed) as pack:
        shutil.copyfileobj(table, pack)
