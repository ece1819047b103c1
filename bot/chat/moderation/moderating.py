"""Commands of moderators: who may, whom they reach, and long answers."""

import asyncio
import io
from collections.abc import Callable, Iterable

import discord

from bot.chat.measures import Expected, MeasureUnclear, duration_s
from bot.chat.moderation.admin_words import MORE_IN_FILE
from bot.chat.moderation.settings_words import AS_IN_DISCORD
from bot.chat.replies import NOBODY, tell
from bot.chat.text import is_blank, plain
from bot.chat.troubles import in_our_words
from bot.domain.errors import FilesTooLarge, NotAModerator, NothingThere, PlaceClosed, ReasonMissing, Unclear
from bot.domain.language import Language
from bot.domain.moderation import REASON_MAX_CHARS
from bot.services.at_hand import Helper
from bot.services.moderators import Moderator, Target

CHOICES_MAX = 25
"""Discord's limit for what is offered while somebody types an option."""
_MESSAGE_MAX_CHARS = 2_000
"""Discord's limit for a message that is nothing but text."""


def moderator_of(interaction: discord.Interaction) -> Moderator:
    """Who acts, by the permissions that Discord computed.

    Raises:
        NotAModerator: they may not manage the server, or the bot is not a member of it.
    """
    guild, member = interaction.guild, interaction.user
    if guild is None or not isinstance(member, discord.Member) or not interaction.permissions.manage_guild:
        raise NotAModerator
    return Moderator(member.id, guild.id, is_owner=guild.owner_id == member.id, rank=member.top_role.position)


def target_of(interaction: discord.Interaction, person: discord.Member | discord.User) -> Target:
    """The person a moderator named, whether they are still on the server or not."""
    guild = interaction.guild
    return Target(
        person.id,
        is_bot=person.bot,
        is_owner=guild is not None and guild.owner_id == person.id,
        rank=person.top_role.position if isinstance(person, discord.Member) else -1,
    )


def person_named(interaction: discord.Interaction, person: object) -> Target:
    """Somebody a moderator named, on the server or not.

    Raises:
        NothingThere: an id that Discord sent nobody for.
    """
    if not isinstance(person, discord.Member | discord.User):
        raise NothingThere
    return target_of(interaction, person)


def helper_of(interaction: discord.Interaction) -> Helper:
    """Who presses a button in a log channel, with the permissions that Discord computed for it."""
    guild, rights = interaction.guild, interaction.permissions
    in_guild = guild is not None and isinstance(interaction.user, discord.Member)
    return Helper(
        interaction.user.id,
        guild_id=interaction.guild_id or 0,
        channel_id=interaction.channel_id or 0,
        may_decide=in_guild and (rights.manage_messages or rights.manage_guild),
        is_owner=guild is not None and guild.owner_id == interaction.user.id,
    )


async def target_by_id(interaction: discord.Interaction, person_id: int) -> Target:
    """Somebody known by their id only, whether they are still on the server or not.

    Raises:
        DiscordAway, PlaceClosed: Discord does not say who that is.
        NothingThere: not on a server.
    """
    if interaction.guild is None:
        raise NothingThere
    try:
        with in_our_words():
            person = await interaction.guild.fetch_member(person_id)
    except PlaceClosed as fault:
        if not isinstance(fault.__cause__, discord.NotFound):
            raise
        return Target(person_id, is_bot=False, is_owner=False, rank=-1)
    return target_of(interaction, person)


def reason_typed(text: str) -> str:
    """A reason as it is kept: one line.

    Raises:
        ReasonMissing: nobody could read anything in it.
    """
    reason = plain(text)[:REASON_MAX_CHARS]
    if is_blank(reason):
        raise ReasonMissing
    return reason


def language_named(value: str) -> Language | None:
    """A language that a moderator chose from the list; None for the server's own.

    Raises:
        NothingThere: it is not in the list, whatever Discord let through.
    """
    try:
        return None if value == AS_IN_DISCORD else Language(value)
    except ValueError as fault:
        raise NothingThere from fault


def duration_typed(text: str) -> int:
    """Seconds.

    Raises:
        Unclear: not understood.
    """
    try:
        return duration_s(text)
    except MeasureUnclear as fault:
        raise Unclear(fault.expected) from fault


def block_duration_typed(text: str | None) -> int | None:
    """Seconds of a block; None for one without an end.

    Raises:
        Unclear: not understood.
    """
    try:
        return None if text is None else duration_typed(text)
    except Unclear as fault:
        if fault.expected == Expected.DURATION:
            raise Unclear(Expected.BLOCK_DURATION) from fault
        raise


async def tell_lines(
    interaction: discord.Interaction,
    title: str,
    lines: Iterable[str],
    *,
    in_file: Callable[[], str] | None = None,
) -> None:
    """Tell the moderator alone; what does not fit into a message is in a file, all of it.

    `in_file` makes the text of the file, in a thread, where it is to read otherwise than the message.

    Raises:
        FilesTooLarge: even for a file.
    """
    some, rest, chars = [title], iter(lines), len(title)
    for line in rest:
        some.append(line)
        chars += 1 + len(line)
        if chars > _MESSAGE_MAX_CHARS:
            break
    else:
        await tell(interaction, "\n".join(some))
        return
    text = await asyncio.to_thread(in_file) if in_file else "\n".join([*some, *rest])
    content = text.encode()
    if len(content) > interaction.filesize_limit:
        raise FilesTooLarge
    while len(shown := "\n".join([*some, MORE_IN_FILE])) > _MESSAGE_MAX_CHARS:
        some.pop()
    file = discord.File(io.BytesIO(content), filename="list.txt")
    if interaction.response.is_done():
        await interaction.followup.send(shown, file=file, ephemeral=True, allowed_mentions=NOBODY)
    else:
        await interaction.response.send_message(shown, file=file, ephemeral=True, allowed_mentions=NOBODY)
