"""Puts notices into log channels (`bot.domain.ports.LogChannel`)."""

from datetime import UTC, datetime

import discord

from bot.chat.moderation import notices
from bot.chat.replies import NOBODY
from bot.chat.troubles import in_our_words
from bot.domain.errors import PlaceClosed
from bot.domain.notices import Posting
from bot.domain.units import MS_PER_S, after

_CLOCKS_APART_S = 300.0
"""As much as our clock and Discord's may differ."""
_SEARCHED = 200
"""How many messages are looked through for one that may be there."""


class DiscordLogChannel:
    """Messages by the bot's own token: a log channel is no interaction."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client

    async def post(self, posting: Posting) -> int:
        """See `LogChannel.post`. discord.py has Discord enforce the nonce (facts: Discord, 3.3)."""
        with in_our_words():
            message = await self._channel(posting).send(
                view=notices.render(posting),
                nonce=f"notice-{posting.id}",
                silent=notices.is_routine(posting),
                allowed_mentions=NOBODY,
            )
        return message.id

    async def find(self, posting: Posting) -> int | None:
        """See `LogChannel.find`. Where the bot may not read what was said, there is nothing to find."""
        since = datetime.fromtimestamp(after(posting.tried_at or 0, -_CLOCKS_APART_S) / MS_PER_S, UTC)
        wanted, me = notices.container_id(posting), self._client.user
        try:
            with in_our_words():
                history = self._channel(posting).history(limit=_SEARCHED, after=since)
                async for message in history:
                    if message.author == me and _bears(message, wanted):
                        return message.id
        except PlaceClosed:
            pass
        return None

    async def redraw(self, posting: Posting) -> None:
        """See `LogChannel.redraw`."""
        with in_our_words():
            message = self._channel(posting).get_partial_message(posting.message_id or 0)
            await message.edit(view=notices.render(posting), allowed_mentions=NOBODY)

    def _channel(self, posting: Posting) -> discord.PartialMessageable:
        return self._client.get_partial_messageable(posting.channel_id, guild_id=posting.guild_id)


def _bears(message: discord.Message, container_id: int) -> bool:
    return any(getattr(part, "id", None) == container_id for part in message.components)
