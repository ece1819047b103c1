"""What members may use: show, set and explain limits, and make exceptions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import structlog

from bot.domain.admission import PLAIN, Assessment, Circumstances
from bot.domain.errors import NothingThere, OnABot, OnlyForServer, OutOfRange
from bot.domain.jobs import COUNT_MAX, Place, Quality, Request, Size
from bot.domain.language import Language
from bot.domain.limits import OF_BOT, OF_SERVER, Limit, Rule, Scope, Value
from bot.domain.moderation import Grant
from bot.domain.ports import Clock, Draft, Filters, RuleRecord
from bot.domain.prices import Prices
from bot.domain.turns import PRIORITY_MAX
from bot.domain.units import after
from bot.services.moderators import (
    Moderator,
    RoleTarget,
    Target,
    check_favour,
    check_reach,
    check_role,
)

log: structlog.stdlib.BoundLogger = structlog.get_logger()

Holder: TypeAlias = Target | RoleTarget | None
"""Whose limit it is; None for the server's own."""

GRANT_MAX_IMAGES = 1_000

_BOUNDS: Mapping[Limit, tuple[int, int | None]] = {
    Limit.LARGEST_COUNT: (1, COUNT_MAX),
    Limit.RUNNING: (1, None),
    Limit.WAITING: (1, None),
    Limit.SERVER_WAITING: (1, None),
    Limit.PRIORITY: (1, PRIORITY_MAX),
}
"""The least and the most that make sense; of all others, zero and more."""
_NO_PRIORITY = 1
_SMALLEST = Request("-", Size.SQUARE, Quality.LOW, 1)
"""What the smallest of requests would meet is what is used up."""


@dataclass(frozen=True, slots=True)
class Change:
    """A limit that was set."""

    rule: Rule
    before: Rule | None
    now: Assessment
    """How things stand with it."""


class Limits:
    """The use cases behind `/imagine-admin limits`."""

    def __init__(self, record: RuleRecord, filters: Filters, prices: Prices, clock: Clock) -> None:
        self._record = record
        self._filters = filters
        self._prices = prices
        self._clock = clock

    async def rules(self, moderator: Moderator) -> Sequence[Rule]:
        """Every rule of the server, whoever it is for."""
        return await self._record.rules(moderator.guild_id)

    async def look(self, moderator: Moderator, holder: Holder, around: Circumstances = PLAIN) -> Assessment:
        """Which limits hold for a member, a role or everybody, and what a member used of them.

        `around` has a member's roles and tenure.

        Raises:
            OnABot: see there.
        """
        if isinstance(holder, Target) and holder.is_bot:
            raise OnABot
        if isinstance(holder, RoleTarget):
            around = replace(PLAIN, role_ids=frozenset({holder.id}))
        member_id = holder.id if isinstance(holder, Target) else 0
        draft = self._draft(moderator, member_id, _SMALLEST, around)
        return await self._record.assess(draft, self._clock.now())

    async def grants(self, moderator: Moderator, target: Target) -> Sequence[Grant]:
        """The extra images that a member still has."""
        return await self._record.grants(moderator.guild_id, target.id, self._clock.now())

    async def set(self, moderator: Moderator, holder: Holder, limit: Limit, value: Value) -> Change:
        """Have a limit hold from now on.

        Raises:
            OnlyForServer, OutOfRange: this limit cannot be set so.
            OnABot, OnYourself, OnTheOwner, OnSomeoneAbove, OnARoleAbove: out of reach.
        """
        _check_reach(moderator, holder)
        if limit in OF_BOT or (limit in OF_SERVER and holder is not None):
            raise OnlyForServer
        if limit is Limit.PRIORITY and value is None:
            value = _NO_PRIORITY
        least, most = _BOUNDS.get(limit, (0, None))
        if value is not None and (value < least or (most is not None and value > most)):
            raise OutOfRange(least, most)
        scope, holder_id = _key(holder)
        rule = Rule(scope, holder_id, limit, value)
        before = await self._record.set(moderator.guild_id, rule, moderator.id, self._clock.now())
        log.info(
            "limit.set",
            guild=moderator.guild_id,
            by=moderator.id,
            limit=limit.value,
            scope=scope.value,
            holder=holder_id,
            value=value,
        )
        return Change(rule, before, await self.look(moderator, holder))

    async def clear(self, moderator: Moderator, holder: Holder, limit: Limit | None) -> Sequence[Rule]:
        """Have no rule of this holder for a limit any more; none at all for None. What was taken away.

        Raises:
            NothingThere: there was none.
            OnABot, OnYourself, OnTheOwner, OnSomeoneAbove, OnARoleAbove: out of reach.
        """
        _check_reach(moderator, holder)
        scope, holder_id = _key(holder)
        cleared = await self._record.clear(
            moderator.guild_id, scope, holder_id, limit, moderator.id, self._clock.now()
        )
        if not cleared:
            raise NothingThere
        log.info(
            "limit.cleared",
            guild=moderator.guild_id,
            by=moderator.id,
            scope=scope.value,
            holder=holder_id,
            limits=[rule.limit.value for rule in cleared],
        )
        return cleared

    async def explain(
        self, moderator: Moderator, target: Target, request: Request, around: Circumstances
    ) -> Assessment:
        """What would become of a member's request. Nothing is stored, nothing is told to anybody else.

        Raises:
            OnABot: see there.
        """
        if target.is_bot:
            raise OnABot
        hit = await self._filters.check(moderator.guild_id, request.prompt)
        draft = self._draft(moderator, target.id, request, replace(around, hit=hit))
        return await self._record.assess(draft, self._clock.now())

    async def grant(self, moderator: Moderator, target: Target, images: int, lasts_s: int) -> Sequence[Grant]:
        """Give a member images beyond the limits per hour and day; all that they have now.

        Raises:
            OutOfRange: none, or too many.
            OnABot, OnYourself: see there.
        """
        check_favour(moderator, target)
        if not 1 <= images <= GRANT_MAX_IMAGES:
            raise OutOfRange(1, GRANT_MAX_IMAGES)
        now = self._clock.now()
        await self._record.grant(
            moderator.guild_id, target.id, images, after(now, lasts_s), moderator.id, now
        )
        log.info("limit.granted", guild=moderator.guild_id, by=moderator.id, member=target.id, images=images)
        return await self.grants(moderator, target)

    async def reset(self, moderator: Moderator, target: Target) -> Mapping[Limit, int]:
        """Count nothing of what a member used so far against them any more; what that was.

        What the server spent stays spent.

        Raises:
            OnABot, OnYourself: see there.
        """
        check_favour(moderator, target)
        used = await self._record.reset(moderator.guild_id, target.id, moderator.id, self._clock.now())
        log.info("limit.reset", guild=moderator.guild_id, by=moderator.id, member=target.id)
        return used

    def _draft(self, moderator: Moderator, member_id: int, request: Request, around: Circumstances) -> Draft:
        """A request that is not going to be accepted."""
        place = Place(
            interaction_id=0,
            channel_id=0,
            guild_id=moderator.guild_id,
            token="",
            token_expires_at=0,
            bot_is_member=True,
            upload_limit_bytes=0,
            language=Language.ENGLISH,
        )
        price = self._prices.image(request.size, request.quality)
        return Draft("", request, member_id, place, price, around)


def _check_reach(moderator: Moderator, holder: Holder) -> None:
    match holder:
        case Target():
            # Who owns a server is out of everybody's reach but their own.
            if not (moderator.is_owner and holder.id == moderator.id):
                check_reach(moderator, holder)
        case RoleTarget():
            check_role(moderator, holder)


def _key(holder: Holder) -> tuple[Scope, int]:
    match holder:
        case Target():
            return Scope.MEMBER, holder.id
        case RoleTarget():
            return Scope.ROLE, holder.id
        case None:
            return Scope.SERVER, 0
