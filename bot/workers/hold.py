"""A stop of all submitting: the key or the balance is at fault, not one image (facts: Modellix, Errors)."""

import structlog

from bot.domain.ports import Tasks
from bot.domain.provider import HoldReason
from bot.domain.units import Instant, after

log: structlog.stdlib.BoundLogger = structlog.get_logger()

_PROBE_EVERY_S = 60.0


class Hold:
    """Whether submitting is stopped, and when one image may find out whether it still has to be."""

    def __init__(self, tasks: Tasks) -> None:
        self._tasks = tasks
        self._reason: HoldReason | None = None
        self._probe_at: Instant = 0

    async def recover(self) -> None:
        """At start: a hold outlives the run."""
        self._reason = await self._tasks.hold()

    def room(self, room: int, now: Instant) -> int:
        """What is left of the room for submits: one probe a minute while the hold lasts."""
        if self._reason is None:
            return room
        return min(room, 1) if now >= self._probe_at else 0

    def not_before(self, now: Instant) -> Instant:
        """When the next submit may go, as far as the hold is concerned."""
        return now if self._reason is None else self._probe_at

    def probing(self, now: Instant) -> None:
        """Submits are about to be sent: under a hold, the next only in a minute."""
        if self._reason is not None:
            self._probe_at = after(now, _PROBE_EVERY_S)

    async def begin(self, reason: HoldReason, now: Instant) -> None:
        """The provider said 401 or 402."""
        self._reason = reason
        self._probe_at = after(now, _PROBE_EVERY_S)
        if await self._tasks.set_hold(reason, now):
            log.error("provider.held", reason=reason.value)

    async def end(self, now: Instant) -> None:
        """The provider took a submit."""
        if self._reason is not None:
            await self._tasks.set_hold(None, now)
            self._reason = None
            log.info("provider.resumed")
