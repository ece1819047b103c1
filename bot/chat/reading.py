"""From an interaction to a request. Nothing that Discord should have checked is taken on trust."""

import asyncio
from typing import Any

import aiohttp
import discord

from bot.chat.text import is_blank
from bot.domain.errors import (
    OptionUnknown,
    PromptFileAway,
    PromptFileUnreadable,
    PromptMissing,
    PromptTooLong,
    PromptTwice,
)
from bot.domain.jobs import COUNT_MAX, PROMPT_MAX_CHARS, Place, Quality, Request, Size
from bot.domain.units import MS_PER_S, after
from bot.services.cards import Person

TOKEN_LIFE_S = 900.0
_UTF8_MAX_BYTES = 4
_FILE_WITHIN_S = 0.9
"""The answer is due in three seconds; the rest is the database's and the way's."""
_UPLOAD_LIMIT_DEFAULT_BYTES = 10 * 1024 * 1024


def request_from(prompt: Any, size: Any, quality: Any, count: Any) -> Request:
    """A request of these options, of whatever type they came.

    Raises:
        OptionUnknown: not in the list, whatever Discord let through.
        PromptMissing: nothing to see in it.
        PromptTooLong: more than the provider takes.
    """
    try:
        known_size, known_quality = Size(size), Quality(quality)
    except ValueError as fault:
        raise OptionUnknown("size or quality") from fault
    if not (isinstance(count, int) and 1 <= count <= COUNT_MAX):
        raise OptionUnknown("count")
    if not isinstance(prompt, str):
        raise OptionUnknown("prompt")
    text = _encodable(prompt)
    if is_blank(text):
        raise PromptMissing
    if len(text) > PROMPT_MAX_CHARS:
        raise PromptTooLong(len(text))
    return Request(text, known_size, known_quality, count)


async def prompt_of(typed: str | None, file: object | None) -> str:
    """The prompt, from the option or from the file.

    Raises:
        PromptTwice, PromptMissing, PromptTooLong, PromptFileUnreadable: see there.
    """
    if file is None:
        return typed or ""
    if typed is not None:
        raise PromptTwice
    if not isinstance(file, discord.Attachment):  # an id that nothing was sent for
        raise PromptFileUnreadable("no file")
    return await _text_of(file)


def place_of(interaction: discord.Interaction) -> Place:
    """Where an interaction came from."""
    return Place(
        interaction_id=interaction.id,
        channel_id=interaction.channel_id or 0,
        guild_id=interaction.guild_id,
        token=interaction.token,
        token_expires_at=after(round(interaction.created_at.timestamp() * MS_PER_S), TOKEN_LIFE_S),
        bot_is_member=interaction.is_guild_integration() or interaction.context.dm_channel,
        upload_limit_bytes=interaction.filesize_limit or _UPLOAD_LIMIT_DEFAULT_BYTES,
        locale=str(interaction.locale),
    )


def person_of(interaction: discord.Interaction) -> Person:
    """Who acts, with the permissions that Discord computed for this place."""
    in_guild = interaction.guild_id is not None
    return Person(
        interaction.user.id,
        interaction.channel_id or 0,
        moderator=in_guild and interaction.permissions.manage_messages,
    )


async def _text_of(file: discord.Attachment) -> str:
    """The text of an attached prompt."""
    if not file.filename.lower().endswith(".txt"):
        raise PromptFileUnreadable("not a .txt file")
    if file.size > PROMPT_MAX_CHARS * _UTF8_MAX_BYTES + len("\ufeff".encode()):
        raise PromptFileUnreadable("too large")
    try:
        async with asyncio.timeout(_FILE_WITHIN_S):
            content = await file.read()
    except (aiohttp.ClientError, discord.HTTPException, TimeoutError) as fault:
        raise PromptFileAway(type(fault).__name__) from fault
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise PromptFileUnreadable("not UTF-8") from fault
    if "\x00" in text:
        raise PromptFileUnreadable("binary")
    return text


def _encodable(prompt: str) -> str:
    """Without what JSON can carry and a text cannot: lone surrogates become question marks, NUL goes."""
    return prompt.encode("utf-8", "replace").decode("utf-8").replace("\x00", "")
