"""Replies that mention a requester: the record of them, and how they get into Discord."""

from typing import Protocol

from bot.domain.jobs import JobId
from bot.domain.mentions import Mention
from bot.domain.units import Instant


class Mentions(Protocol):
    """The record of replies that are still to be sent. Each method is one transaction."""

    async def claim(self, limit: int, now: Instant) -> list[Mention]:
        """Replies to send; should nothing be heard of one, it is due again after a while."""
        ...

    async def put_off(self, job_id: JobId, due_at: Instant) -> None:
        """Discord was away: try again then."""
        ...

    async def forget(self, job_id: JobId, reply_id: int | None) -> None:
        """It was sent as this message, which goes when the card goes; or never will be."""
        ...

    async def next_due(self) -> Instant | None:
        """When the next one is due."""
        ...


class Bell(Protocol):
    """Puts such replies into Discord."""

    async def ring(self, mention: Mention) -> int:
        """Reply to the card, or find that an earlier try of the last minutes has; the id of the reply.

        Raises:
            DiscordAway: it may or may not be there.
            CardGone, PlaceClosed: it is not.
        """
        ...
