"""Who may not ask on a server."""

from collections.abc import Callable, Sequence

import structlog

from bot.domain.errors import NoSuchBlock, OnYourself
from bot.domain.moderation import Block
from bot.domain.ports import BlockRecord, Clock
from bot.domain.units import Instant, after
from bot.services.moderators import Moderator, Target, check_reach

log: structlog.stdlib.BoundLogger = structlog.get_logger()


class Blocks:
    """The use cases behind `/imagine-admin block`."""

    def __init__(self, record: BlockRecord, clock: Clock, *, changed: Callable[[], None]) -> None:
        """`changed` is called when jobs may have moved."""
        self._record = record
        self._clock = clock
        self._changed = changed

    def until(self, seconds: int | None) -> Instant | None:
        """When a block that begins now ends, after so long; None for one that lasts until it is lifted."""
        return None if seconds is None else after(self._clock.now(), seconds)

    async def add(
        self,
        moderator: Moderator,
        target: Target,
        reason: str,
        until: Instant | None,
        *,
        cancel_waiting: bool = True,
    ) -> Block:
        """Let a member ask no more; of somebody blocked already, change reason and end.

        What they have in line is taken back if so wanted: not charged, and their cards say so.

        Raises:
            OnABot, OnYourself, OnTheOwner, OnSomeoneAbove: see there.
        """
        check_reach(moderator, target)
        block = Block(target.id, reason, moderator.id, self._clock.now(), until)
        block = await self._record.add(moderator.guild_id, block, cancel_waiting=cancel_waiting)
        log.info("block.added", guild=moderator.guild_id, by=moderator.id, member=target.id)
        self._changed()
        return block

    async def remove(self, moderator: Moderator, member_id: int) -> None:
        """Let somebody ask again, whether they are still on the server or not.

        Raises:
            OnYourself: nobody lifts their own block, unless they own the server.
            NoSuchBlock: they are not blocked.
        """
        if member_id == moderator.id and not moderator.is_owner:
            raise OnYourself
        if not await self._record.remove(moderator.guild_id, member_id, moderator.id, self._clock.now()):
            raise NoSuchBlock
        log.info("block.removed", guild=moderator.guild_id, by=moderator.id, member=member_id)

    async def list(self, moderator: Moderator) -> Sequence[Block]:
        """All blocks of the server that hold, the newest first."""
        return await self._record.live(moderator.guild_id, self._clock.now())
