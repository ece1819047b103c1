"""The record of limits that moderators set, and of what they grant."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from bot.domain.admission import Assessment
from bot.domain.limits import Limit, Rule, Scope
from bot.domain.moderation import Grant
from bot.domain.ports.record import Draft
from bot.domain.units import Instant


class RuleRecord(Protocol):
    """The rules of a server. Each change is one transaction together with its lines in the audit."""

    async def assess(self, draft: Draft, now: Instant) -> Assessment:
        """What would become of a request at this moment. Nothing is written, not even the refusal."""
        ...

    async def rules(self, guild_id: int) -> Sequence[Rule]:
        """All rules of a server: its own, those of roles, those of members."""
        ...

    async def set(self, guild_id: int, rule: Rule, by_id: int, now: Instant) -> Rule | None:
        """Make a rule hold; the one that it replaces, if there was one."""
        ...

    async def clear(
        self, guild_id: int, scope: Scope, holder_id: int, limit: Limit | None, by_id: int, now: Instant
    ) -> Sequence[Rule]:
        """Take away one rule of a holder, or all of them for None; those that were taken away."""
        ...

    async def grants(self, guild_id: int, member_id: int, now: Instant) -> Sequence[Grant]:
        """What is left of extra images, the first to expire first."""
        ...

    async def grant(
        self, guild_id: int, member_id: int, images: int, expires_at: Instant, by_id: int, now: Instant
    ) -> None:
        """Give a member images beyond the limits per hour and day."""
        ...

    async def reset(self, guild_id: int, member_id: int, by_id: int, now: Instant) -> Mapping[Limit, int]:
        """What a member used so far does not count any more for their own limits; what it was."""
        ...
