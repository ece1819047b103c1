"""`/imagine-admin`: what moderators do, one file per group.

Discord shows it to who may manage the server; each handler asks again (`moderator_of`).
"""

from collections.abc import Sequence

import discord
from discord import app_commands

from bot.chat.moderation import admin_words


def admin_command(groups: Sequence[app_commands.Group]) -> app_commands.Group:
    """The command with all its groups."""
    command = app_commands.Group(
        name="imagine-admin",
        description=admin_words.ADMIN,
        default_permissions=discord.Permissions(manage_guild=True),
        allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
        allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False),
    )
    for group in groups:
        command.add_command(group)
    return command
