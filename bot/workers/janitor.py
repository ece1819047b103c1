"""The chores: a backup a day, no credential kept longer than of use, no request left without an answer."""

from collections.abc import Awaitable, Callable

import structlog

from bot.domain.errors import StoreError
from bot.domain.ports import Clock, Upkeep
from bot.domain.units import Instant, after
from bot.workers.pulse import Pulse

log: structlog.stdlib.BoundLogger = structlog.get_logger()

LOOK_EVERY_S = 600.0
BACKUP_EVERY_S = 86_400.0


class Janitor:
    """Looks every ten minutes whether a chore is due; a chore that fails is tried again at the next look."""

    def __init__(self, upkeep: Upkeep, clock: Clock, *, lapse: Callable[[], Awaitable[int]]) -> None:
        """`lapse` takes back what moderators did not answer in time, and says how many that was."""
        self.pulse = Pulse(clock)
        self._upkeep = upkeep
        self._clock = clock
        self._lapse = lapse
        self._backed_up_at: Instant | None = None

    async def run(self) -> None:
        """Look after things until cancelled."""
        while True:
            self.pulse.turns()
            await self.run_once()
            self.pulse.rests(after(self._clock.now(), LOOK_EVERY_S))
            await self._clock.sleep(LOOK_EVERY_S)
            self.pulse.woken()

    async def run_once(self) -> None:
        """Do what is due now."""
        now = self._clock.now()
        try:
            if forgotten := await self._upkeep.forget_tokens(now):
                log.info("janitor.tokens_forgotten", tokens=forgotten)
            if lapsed := await self._lapse():
                log.info("janitor.reviews_lapsed", jobs=lapsed)
            if self._backup_is_due(await self._upkeep.last_backup_at(), now):
                await self._upkeep.back_up(now)
                self._backed_up_at = now
                log.info("janitor.backed_up")
        except StoreError as fault:
            log.error("janitor.failed", fault=repr(fault))

    def _backup_is_due(self, last_at: Instant | None, now: Instant) -> bool:
        """A backup from the future, as after a clock set back, counts for nothing; one of this run does."""
        if last_at is None or last_at > now:
            last_at = self._backed_up_at
        return last_at is None or after(last_at, BACKUP_EVERY_S) <= now
