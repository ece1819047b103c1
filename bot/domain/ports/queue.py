"""The record of what a server waits for."""

from collections.abc import Sequence
from typing import Protocol

from bot.domain.queue import Backlog, Queued
from bot.domain.units import Instant


class QueueRecord(Protocol):
    """What waits on a server, and taking it back."""

    async def queued(self, guild_id: int, most: int) -> Sequence[Queued]:
        """What is not over yet, in the order of `Stage`, then of turns; at most so many of each stage."""
        ...

    async def backlog(self, guild_id: int, member_id: int | None, until: Instant) -> Backlog:
        """What `clear` would take back."""
        ...

    async def clear(
        self, guild_id: int, member_id: int | None, until: Instant, by_id: int, now: Instant
    ) -> Backlog:
        """Take back what has not been sent of requests up to `until`, of one member or of all.

        One transaction together with its line in the audit; none is written when nothing waited.
        """
        ...
