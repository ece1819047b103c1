"""A log channel as a moderator names it, and what the bot may do there."""

from enum import StrEnum

import discord

from bot.chat.reading import NamedPlace, around_elsewhere
from bot.chat.refusal_words import PERMISSIONS
from bot.domain.errors import NothingThere
from bot.services.server_settings import LogPlace

_NOT_NEEDED = "attach_files"
"""It is told in words."""


class Tell(StrEnum):
    """What a log channel is told; `settings_words.TELL` has the names."""

    ALL = "all"
    IMPORTANT = "important"
    OFF = "off"


def told_there(value: str | None) -> Tell | None:
    """What a moderator chose from the list.

    Raises:
        NothingThere: it is not in the list, whatever Discord let through.
    """
    try:
        return None if value is None else Tell(value)
    except ValueError as fault:
        raise NothingThere from fault


def log_place_of(interaction: discord.Interaction, channel: NamedPlace) -> LogPlace:
    """The channel, with the permissions that the bot lacks there."""
    missing = around_elsewhere(interaction, interaction.user, channel).missing_permissions
    return LogPlace(
        channel.id,
        missing=tuple(str(PERMISSIONS[name]) for name in missing if name != _NOT_NEEDED),
        public=_is_public(interaction.guild, channel),
    )


def _is_public(guild: discord.Guild | None, channel: NamedPlace) -> bool:
    known = guild.get_channel_or_thread(channel.id) if guild else None
    if guild is None or known is None:
        return False
    try:
        return known.permissions_for(guild.default_role).view_channel
    except discord.ClientException:  # a thread in a channel that the bot does not see
        return False
