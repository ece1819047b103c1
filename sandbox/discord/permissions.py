"""Who may do what where: Discord's permission bits and how they add up in a channel."""

from __future__ import annotations

from enum import IntFlag
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox.discord.values import Channel, Guild, User


class Permission(IntFlag):
    """The bits a text bot meets; a test may use any other number as well."""

    NONE = 0
    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    ADD_REACTIONS = 1 << 6
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    USE_APPLICATION_COMMANDS = 1 << 31
    MANAGE_THREADS = 1 << 34
    SEND_MESSAGES_IN_THREADS = 1 << 38
    MODERATE_MEMBERS = 1 << 40
    USE_EXTERNAL_APPS = 1 << 50


EVERYTHING = Permission((1 << 53) - 1)
EVERYDAY = (
    Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.SEND_MESSAGES_IN_THREADS
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.ADD_REACTIONS
    | Permission.USE_APPLICATION_COMMANDS
    | Permission.USE_EXTERNAL_APPS
)


def in_guild(guild: Guild, user: User) -> Permission:
    """What a member's roles give, before any channel has its say."""
    member = guild.members.get(user.id)
    if member is None:
        return Permission.NONE
    total = guild.everyone.permissions
    for role_id in member.role_ids:
        total |= guild.roles[role_id].permissions
    if guild.owner_id == user.id or total & Permission.ADMINISTRATOR:
        return EVERYTHING
    return Permission(total)


def in_channel(channel: Channel, user: User) -> Permission:
    """What a user may do in a channel, thread or direct message."""
    guild = channel.guild
    if guild is None:
        return EVERYDAY if user in channel.recipients or user.bot else Permission.NONE
    base = in_guild(guild, user)
    if base == EVERYTHING or user.id not in guild.members:
        return base
    ruling = channel.parent if channel.is_thread and channel.parent else channel
    for targets in ({guild.id}, guild.members[user.id].role_ids, {user.id}):
        stated = [o for o in ruling.overwrites if o.target_id in targets]
        for overwrite in stated:
            base &= ~overwrite.deny
        for overwrite in stated:
            base |= overwrite.allow
    return _implied(base, speak=channel.speaking)


def _implied(base: Permission, *, speak: Permission) -> Permission:
    """Without sight there is nothing; without speech no files and no embeds."""
    if not base & Permission.VIEW_CHANNEL:
        return Permission.NONE
    if not base & speak:
        base &= ~(Permission.ATTACH_FILES | Permission.EMBED_LINKS)
    return base
