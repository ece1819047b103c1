"""The record of what was used, for those who ask what it came to."""

from collections.abc import Sequence
from typing import Protocol

from bot.domain.moderation import AccountId
from bot.domain.ports.record import Draft
from bot.domain.units import Instant
from bot.domain.usage import ImageLine, MemberReport, Period, Report


class UsageRecord(Protocol):
    """Sums of what is in the record. Each is one snapshot."""

    async def report(self, guild_id: int, period: Period, start: Instant, end: Instant) -> Report:
        """What a server used from `start` up to, not including, `end`."""
        ...

    async def member(self, draft: Draft, start: Instant, end: Instant, now: Instant) -> MemberReport:
        """How the requester of a draft stands where they ask, and what they used from `start` to `end`."""
        ...

    async def images(
        self,
        account_id: AccountId,
        start: Instant,
        end: Instant,
        after: ImageLine | None,
        most: int,
        *,
        prompts: bool,
    ) -> Sequence[ImageLine]:
        """Pictures asked for from `start` to `end`, oldest first: those behind `after`, all for None."""
        ...
