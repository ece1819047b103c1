"""Puts cards into Discord (`bot.domain.ports.Publisher`), and takes them out.

Two roads to one message: by the interaction's token while it lives, by the bot's own token afterwards.
Both are edits of a message whose id is known, so both may be repeated.
"""

import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import discord

from bot.chat.cards import cards
from bot.chat.troubles import TOKEN_DEAD, in_our_words
from bot.domain.cards import Card
from bot.domain.errors import CardGone, DiscordAway, PlaceClosed
from bot.domain.jobs import Job
from bot.domain.ports import Clock, Upload
from bot.domain.prices import Prices
from bot.domain.units import after

TOKEN_MARGIN_S = 60.0
"""The token route is left this long before the token dies: an upload takes its time."""

_NOBODY = discord.AllowedMentions.none()


class DiscordPublisher:
    """Edits the messages that show jobs."""

    def __init__(self, client: discord.Client, clock: Clock, data_dir: Path, prices: Prices) -> None:
        self._client = client
        self._clock = clock
        self._data_dir = data_dir
        self._prices = prices

    async def show(self, job: Job, card: Card, uploads: Sequence[Upload]) -> None:
        """See `Publisher.show`. The edit lists every attachment, so nothing is shown twice."""
        with in_our_words():
            if self._token_lives(job):
                try:
                    await self._edit_by_token(job, card, uploads)
                except discord.HTTPException as fault:
                    if fault.code not in TOKEN_DEAD:
                        raise
                else:
                    return
            await self._edit_as_bot(job, card, uploads)

    async def find(self, job: Job) -> int | None:
        """See `Publisher.find`. A message that does not name this job is not its card."""
        try:
            with in_our_words():
                # discord.py types the id as a number, and Discord calls the first answer "@original".
                message = await self._webhook(job).fetch_message(cast(int, "@original"))
        except CardGone:
            return None
        return message.id if job.id in repr([part.to_dict() for part in message.components]) else None

    async def take_down(self, job: Job, message_id: int) -> None:
        """Delete the job's card, or another message beside it; one that is gone already is as good.

        What a bot wrote itself it may delete without any permission but to look.

        Raises:
            DiscordAway, PlaceClosed: it is still there.
        """
        channel = self._client.get_partial_messageable(job.place.channel_id, guild_id=job.place.guild_id)
        with contextlib.suppress(CardGone), in_our_words():
            await channel.get_partial_message(message_id).delete()

    async def _edit_by_token(self, job: Job, card: Card, uploads: Sequence[Upload]) -> None:
        await self._webhook(job).edit_message(
            _message_id(job),
            view=cards.render(card, self._prices, uploads),
            attachments=cards.files(card, uploads, self._data_dir),
            allowed_mentions=_NOBODY,
        )

    async def _edit_as_bot(self, job: Job, card: Card, uploads: Sequence[Upload]) -> None:
        if not job.place.outlives_token:
            raise PlaceClosed("the interaction's token is dead, and nothing else reaches the card")
        channel = self._client.get_partial_messageable(job.place.channel_id, guild_id=job.place.guild_id)
        await channel.get_partial_message(_message_id(job)).edit(
            view=cards.render(card, self._prices, uploads),
            attachments=cards.files(card, uploads, self._data_dir),
            allowed_mentions=_NOBODY,
        )

    def _token_lives(self, job: Job) -> bool:
        return bool(job.place.token) and after(self._clock.now(), TOKEN_MARGIN_S) < job.place.token_expires_at

    def _webhook(self, job: Job) -> discord.Webhook:
        """The interaction's token as the webhook that it is."""
        application_id = self._client.application_id
        if application_id is None:
            raise DiscordAway("not logged in yet")
        return discord.Webhook.partial(application_id, job.place.token, client=self._client)


def _message_id(job: Job) -> int:
    if job.message_id is None:
        raise CardGone("no card was ever recorded")
    return job.message_id
