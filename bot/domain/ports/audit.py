"""The record of who did what."""

from collections.abc import Sequence
from typing import Protocol

from bot.domain.moderation import Action, AuditLine, Entry
from bot.domain.units import Instant


class AuditRecord(Protocol):
    """Every moderator action and every automatic one of a server. Lines are added, never changed."""

    async def enter(self, guild_id: int, entry: Entry, now: Instant) -> None:
        """Add a line for what changes nothing else."""
        ...

    async def newest(
        self,
        guild_id: int,
        *,
        before: int | None,
        until: Instant | None,
        member_id: int | None,
        action: Action | None,
        most: int,
    ) -> Sequence[AuditLine]:
        """Lines, newest first: those numbered below `before` and written before `until`.

        `member_id` names who acted or whom it concerns. None leaves a condition out.
        """
        ...

    async def batch(
        self, guild_id: int, start: Instant, end: Instant, above: int, most: int
    ) -> Sequence[AuditLine]:
        """Lines, oldest first: written from `start` up to but not at `end`, and numbered above `above`."""
        ...
