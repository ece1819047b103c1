"""Replies to cards that mention who asked (`bot.domain.ports.Bell`)."""

import discord

from bot.chat.cards import ringing_words
from bot.chat.speech import speaking
from bot.chat.troubles import in_our_words
from bot.domain.errors import CardGone
from bot.domain.mentions import Mention

_INVALID_FORM = 50035


class DiscordBell:
    """Messages by the bot's own token, the only ones of it that may ping somebody."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client

    async def ring(self, mention: Mention) -> int:
        """See `Bell.ring`. discord.py has Discord enforce the nonce (facts: Discord, 3.3)."""
        job = mention.job
        channel = self._client.get_partial_messageable(job.place.channel_id, guild_id=job.place.guild_id)
        card = discord.MessageReference(message_id=job.message_id or 0, channel_id=job.place.channel_id)
        with speaking(job.place.language):
            said = ringing_words.over(job.requester_id, mention.pictures)
        requester = discord.Object(job.requester_id)
        with in_our_words():
            try:
                reply = await channel.send(
                    said,
                    reference=card,
                    nonce=f"done-{job.id}",
                    allowed_mentions=discord.AllowedMentions(
                        everyone=False, users=[requester], roles=False, replied_user=False
                    ),
                )
            except discord.HTTPException as fault:
                if fault.code == _INVALID_FORM and "message_reference" in fault.text:
                    raise CardGone("no card to reply to") from fault
                raise
        return reply.id
