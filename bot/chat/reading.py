"""From an interaction to a request. Nothing that Discord should have checked is taken on trust."""

import asyncio
from dataclasses import replace
from typing import Any, TypeAlias

import aiohttp
import discord
from discord import app_commands

from bot.chat.speech import spoken
from bot.chat.text import is_blank
from bot.domain.admission import PLAIN, Circumstances
from bot.domain.errors import (
    OptionUnknown,
    PromptFileAway,
    PromptFileUnreadable,
    PromptMissing,
    PromptTooLong,
    PromptTwice,
)
from bot.domain.jobs import COUNT_MAX, PROMPT_MAX_CHARS, Job, Place, Quality, Request, Size
from bot.domain.language import language_of
from bot.domain.units import MS_PER_S, after
from bot.services.person import Person
from bot.services.server_settings import Options

NamedPlace: TypeAlias = app_commands.AppCommandChannel | app_commands.AppCommandThread
"""A channel or thread that a person chose, whether the bot sees it or not."""
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
    options = options_from(size, quality, count)
    if not isinstance(prompt, str):
        raise OptionUnknown("prompt")
    text = encodable(prompt)
    if is_blank(text):
        raise PromptMissing
    if len(text) > PROMPT_MAX_CHARS:
        raise PromptTooLong(len(text))
    return Request(text, *options)


def options_from(size: Any, quality: Any, count: Any) -> Options:
    """A request's options alone, of whatever type they came.

    Raises:
        OptionUnknown: not in the list, whatever Discord let through.
    """
    try:
        options = Size(size), Quality(quality), count
    except ValueError as fault:
        raise OptionUnknown("size or quality") from fault
    if not (isinstance(count, int) and 1 <= count <= COUNT_MAX):
        raise OptionUnknown("count")
    return options


def with_defaults(asked: tuple[Any, Any, Any], defaults: Options) -> tuple[Any, Any, Any]:
    """Size, quality and count: what a member chose, and the server's own choice for the rest."""
    size, quality, count = (
        default if chosen is None else chosen for chosen, default in zip(asked, defaults, strict=True)
    )
    return size, quality, count


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


def place_of(interaction: discord.Interaction, *, private: bool = False) -> Place:
    """Where an interaction came from; `private`: only who acts is to see the card.

    In the bot's own direct messages that is so anyway, and an ordinary message there can be changed for good.
    """
    private = private and not interaction.context.dm_channel
    locale = None if private else interaction.guild_locale
    return Place(
        interaction_id=interaction.id,
        channel_id=interaction.channel_id or 0,
        guild_id=interaction.guild_id,
        token=interaction.token,
        token_expires_at=after(round(interaction.created_at.timestamp() * MS_PER_S), TOKEN_LIFE_S),
        bot_is_member=interaction.is_guild_integration() or interaction.context.dm_channel,
        upload_limit_bytes=interaction.filesize_limit or _UPLOAD_LIMIT_DEFAULT_BYTES,
        language=spoken() if locale is None else language_of(str(locale)),
        command_language=language_of(str(locale or interaction.locale)),
        private=private,
    )


def seen_alone(message: discord.Message | None, job: Job | None) -> bool:
    """Whether one person alone sees a message, or the card of the job in it."""
    return (message is not None and message.flags.ephemeral) or (job is not None and job.place.private)


def person_of(interaction: discord.Interaction) -> Person:
    """Who acts, with the permissions that Discord computed for this place."""
    in_guild = interaction.guild_id is not None
    return Person(
        interaction.user.id,
        interaction.channel_id or 0,
        moderator=in_guild and interaction.permissions.manage_messages,
    )


def around_of(interaction: discord.Interaction) -> Circumstances:
    """The member's roles and tenure, and what the channel allows, as Discord computed them."""
    channel = interaction.channel
    # Where the bot is no member it answers by the interaction alone, and needs nothing.
    is_member = interaction.guild_id is not None and interaction.is_guild_integration()
    return replace(
        member_of(interaction.user),
        channel_ids=_channel_ids(interaction.channel_id, channel),
        age_restricted=_is_age_restricted(channel),
        missing_permissions=_missing(interaction.app_permissions, channel) if is_member else (),
    )


def around_elsewhere(
    interaction: discord.Interaction, person: discord.Member | discord.User, place: NamedPlace | None
) -> Circumstances:
    """The same for somebody else, and in another channel of the server; None for this one.

    What the bot may do there is computed here: Discord tells it of the channel that it is called in only.
    """
    around = around_of(interaction)
    if place is not None and place.id != interaction.channel_id:
        around = _around_in(interaction.guild, place)
    member = member_of(person)
    return replace(around, role_ids=member.role_ids, joined_at=member.joined_at)


def may_use_commands(
    interaction: discord.Interaction, person: discord.Member | discord.User, place: NamedPlace | None
) -> bool:
    """Whether Discord lets somebody use commands in a channel; also where that cannot be told."""
    guild, channel = interaction.guild, interaction.channel
    if guild is not None and place is not None and place.id != interaction.channel_id:
        channel = guild.get_channel_or_thread(place.id)
    if not isinstance(person, discord.Member) or not isinstance(
        channel, discord.abc.GuildChannel | discord.Thread
    ):
        return True
    try:
        permissions = channel.permissions_for(person)
    except discord.ClientException:
        return True
    return permissions.view_channel and permissions.use_application_commands


def member_of(person: discord.Member | discord.User) -> Circumstances:
    """Roles and tenure of somebody, wherever they ask; nobody's of who is not on the server."""
    if not isinstance(person, discord.Member):
        return PLAIN
    joined_at = person.joined_at
    return Circumstances(
        role_ids=frozenset(role.id for role in person.roles),
        joined_at=round(joined_at.timestamp() * MS_PER_S) if joined_at else None,
    )


def _around_in(guild: discord.Guild | None, place: NamedPlace) -> Circumstances:
    channel = guild.get_channel_or_thread(place.id) if guild else None
    if guild is None or channel is None:  # a private thread, an archived one: the bot does not see it
        ids = (place.id, getattr(place, "parent_id", None), getattr(place, "category_id", None))
        return Circumstances(
            channel_ids=tuple(each for each in ids if each), missing_permissions=("view_channel",)
        )
    try:
        permissions = channel.permissions_for(guild.me)
    except discord.ClientException:  # a thread in a channel that the bot does not see
        permissions = discord.Permissions.none()
    return Circumstances(
        channel_ids=_channel_ids(channel.id, channel),
        age_restricted=_is_age_restricted(channel),
        missing_permissions=_missing(permissions, channel),
    )


def _channel_ids(channel_id: int | None, channel: object) -> tuple[int, ...]:
    """From the thread to its channel to its category."""
    # Where the bot is no member, discord.py does not know a thread's channel, and its category_id raises.
    above = channel.parent if isinstance(channel, discord.Thread) else channel
    ids = (channel_id, getattr(channel, "parent_id", None), getattr(above, "category_id", None))
    return tuple(each for each in ids if each)


def _is_age_restricted(channel: object) -> bool:
    if not isinstance(channel, discord.abc.GuildChannel | discord.Thread):
        return False
    marked: bool = getattr(channel, "is_nsfw", bool)()
    return marked


def _missing(permissions: discord.Permissions, channel: object) -> tuple[str, ...]:
    """What the bot needs in a channel and does not have."""
    speak = "send_messages_in_threads" if isinstance(channel, discord.Thread) else "send_messages"
    needed = ("view_channel", speak, "attach_files", "embed_links")
    return tuple(name for name in needed if not getattr(permissions, name))


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


def encodable(typed: str) -> str:
    """Without what JSON can carry and a text cannot: lone surrogates become question marks, NUL goes."""
    return typed.encode("utf-8", "replace").decode("utf-8").replace("\x00", "")
