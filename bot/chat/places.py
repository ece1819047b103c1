"""Where commands are offered; and options that name a channel, whether the bot sees it or not."""

from typing import Any, TypeVar

import discord
from discord import app_commands

from bot.chat.reading import NamedPlace

_WRITTEN_IN = [
    discord.ChannelType.text,
    discord.ChannelType.news,
    discord.ChannelType.voice,
    discord.ChannelType.stage_voice,
    discord.ChannelType.public_thread,
    discord.ChannelType.private_thread,
    discord.ChannelType.news_thread,
]

_ANYWHERE = [*_WRITTEN_IN, discord.ChannelType.forum, discord.ChannelType.category]

_Command = TypeVar("_Command")


def everywhere(command: _Command) -> _Command:
    """A command, menu or group for everybody: on servers, in direct messages, where the bot is no member."""
    command = app_commands.allowed_installs(guilds=True, users=True)(command)
    return app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)(command)


class WrittenIn(app_commands.Transformer):
    """A channel or thread that people write in, whether the bot sees it or not."""

    @property
    def type(self) -> discord.AppCommandOptionType:
        """A channel, for Discord."""
        return discord.AppCommandOptionType.channel

    @property
    def channel_types(self) -> list[discord.ChannelType]:
        """Neither categories nor forums: only their channels and threads."""
        return _WRITTEN_IN

    async def transform(self, _: discord.Interaction, value: Any, /) -> NamedPlace | None:
        """As Discord resolved it; None for what nobody resolved."""
        known = isinstance(value, app_commands.AppCommandChannel | app_commands.AppCommandThread)
        return value if known else None


class Anywhere(WrittenIn):
    """Those, and what holds channels and threads: categories and forums."""

    @property
    def channel_types(self) -> list[discord.ChannelType]:
        """All but the kinds that Discord does not document."""
        return _ANYWHERE

    async def transform(self, interaction: discord.Interaction, value: Any, /) -> NamedPlace:
        """As Discord resolved it. Without one it would mean the whole server, so nothing is guessed."""
        place = await super().transform(interaction, value)
        if place is None:
            raise app_commands.TransformerError(value, self.type, self)
        return place
