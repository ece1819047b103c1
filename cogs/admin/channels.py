"""`/imagine-admin channels`: where pictures may be asked for."""

import discord
from discord import app_commands
from discord.app_commands import Transform

from bot.chat.moderation import admin_words as words
from bot.chat.moderation.moderating import moderator_of, tell_lines
from bot.chat.places import Anywhere
from bot.chat.reading import NamedPlace
from bot.chat.replies import answering_moderator, tell
from bot.domain.moderation import ChannelRule
from bot.services.channels import Channels

Place = Transform[NamedPlace, Anywhere]


def channels_group(channels: Channels) -> app_commands.Group:
    """The group."""
    group = app_commands.Group(name="channels", description=words.CHANNELS)

    @group.command(name="allow", description=words.CHANNELS_ALLOW)
    @app_commands.describe(
        channel=words.CHANNELS_CHANNEL,
        spoiler=words.CHANNELS_SPOILER,
        age_restricted_only=words.CHANNELS_AGE_RESTRICTED_ONLY,
    )
    async def allow(
        interaction: discord.Interaction,
        channel: Place | None = None,
        spoiler: bool = False,
        age_restricted_only: bool = False,
    ) -> None:
        async with answering_moderator(interaction):
            moderator = moderator_of(interaction)
            where = channel.id if channel else moderator.guild_id
            rule = ChannelRule(where, True, spoiler, age_restricted_only)
            await channels.set(moderator, rule)
            await tell(interaction, words.channel_set(rule, moderator.guild_id))

    @group.command(name="deny", description=words.CHANNELS_DENY)
    @app_commands.describe(channel=words.CHANNELS_CHANNEL)
    async def deny(interaction: discord.Interaction, channel: Place | None = None) -> None:
        async with answering_moderator(interaction):
            moderator = moderator_of(interaction)
            rule = ChannelRule(channel.id if channel else moderator.guild_id, allowed=False)
            await channels.set(moderator, rule)
            await tell(interaction, words.channel_set(rule, moderator.guild_id))

    @group.command(name="clear", description=words.CHANNELS_CLEAR)
    @app_commands.describe(channel=words.CHANNELS_CHANNEL)
    async def clear(interaction: discord.Interaction, channel: Place | None = None) -> None:
        async with answering_moderator(interaction):
            moderator = moderator_of(interaction)
            await channels.clear(moderator, channel.id if channel else moderator.guild_id)
            await tell(interaction, words.CHANNEL_CLEARED if channel else words.SERVER_CLEARED)

    @group.command(name="list", description=words.CHANNELS_LIST)
    async def list_(interaction: discord.Interaction) -> None:
        async with answering_moderator(interaction):
            moderator = moderator_of(interaction)
            rules = await channels.list(moderator)
            lines = [words.channel_line(rule, moderator.guild_id) for rule in rules]
            await tell_lines(interaction, words.channels_title(rules, moderator.guild_id), lines)

    return group
