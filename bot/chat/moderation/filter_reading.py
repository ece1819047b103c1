"""What moderators give with `/imagine-admin filter`: an action, a list as a file."""

import asyncio

import aiohttp
import discord

from bot.domain.errors import NothingThere, TermFileAway, TermFileUnreadable
from bot.domain.filters import FilterAction
from bot.services.filters import IMPORT_MAX_BYTES

_FILE_WITHIN_S = 60.0
"""Discord waits a quarter of an hour for what it was told is being thought about."""


def action_named(name: str) -> FilterAction:
    """An action from the list.

    Raises:
        NothingThere: not in it, whatever Discord let through.
    """
    try:
        return FilterAction(name)
    except ValueError as fault:
        raise NothingThere from fault


async def term_file(file: object) -> bytes:
    """What is in an attached list. Its size is looked at before it is fetched.

    Raises:
        TermFileUnreadable: not a .txt file, or too large.
        TermFileAway: Discord did not hand it over.
    """
    if not isinstance(file, discord.Attachment):  # an id that nothing was sent for
        raise TermFileUnreadable("no file")
    if not file.filename.lower().endswith(".txt") or file.size > IMPORT_MAX_BYTES:
        raise TermFileUnreadable("not a .txt file, or too large")
    try:
        async with asyncio.timeout(_FILE_WITHIN_S):
            return await file.read()
    except (aiohttp.ClientError, discord.HTTPException, TimeoutError) as fault:
        raise TermFileAway(type(fault).__name__) from fault
