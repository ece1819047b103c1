"""Erases what has reached its age or is to go, and removes what is left of it on disk and in Discord.

The record forgets first, in one transaction: from then on nobody sees it. Files and cards follow one by one.
Removing twice is as good as once, so a crash costs nothing: what is not known to be gone is removed again.
"""

from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any

import structlog

from bot.domain.errors import CardGone, DiscordAway, PictureNotKept, PlaceClosed
from bot.domain.jobs import Job, JobId
from bot.domain.ports import Clock, Erasures
from bot.domain.privacy import Removal
from bot.domain.units import Instant, after
from bot.workers.worker import Worker

log: structlog.stdlib.BoundLogger = structlog.get_logger()

LOOK_EVERY_S = 600.0
"""How often what has reached its age is looked for."""
WAIT_S = 30.0
"""The same while somebody waits for the end of what is still under way."""
PAUSE_S = 60.0
"""How long the disk or Discord is left alone that would not."""
_AT_ONCE = 4


class Eraser(Worker):
    """Erases, and removes what is left."""

    def __init__(
        self,
        record: Erasures,
        clock: Clock,
        *,
        retention_days: int,
        discard: Callable[[JobId], Awaitable[None]],
        take_down: Callable[[Job], Awaitable[None]],
        changed: Callable[[], None],
    ) -> None:
        """`discard` deletes a job's pictures or raises `PictureNotKept`; `take_down` deletes its card or
        raises `PublishError`. `changed` is called when a card has something to show.

        After `retention_days` a request is erased unless it is kept; 0 for never.
        """
        super().__init__("eraser", clock)
        self._record = record
        self._retention_days = retention_days
        self._discard = discard
        self._take_down = take_down
        self._changed = changed
        self._sweep_at: Instant = 0

    def look(self) -> None:
        """Somebody wants something erased: look at once, not only when something is due."""
        self._sweep_at = 0
        self.nudge()

    async def _recover(self) -> None:
        await self._record.recover(self._clock.now())

    async def _claim(self) -> list[tuple[str, Coroutine[Any, Any, None]]]:
        await self._sweep()
        room = _AT_ONCE - len(self._steps)
        if room <= 0:
            return []
        removals = await self._record.claim(room, self._clock.now())
        return [(removal.job.id, self._remove(removal)) for removal in removals]

    async def _next_due(self) -> Instant | None:
        due = None if len(self._steps) >= _AT_ONCE else await self._record.next_due()
        return self._sweep_at if due is None else min(due, self._sweep_at)

    async def _renew(self, ids: Sequence[str]) -> None:
        """There are no leases: at worst a removal is begun twice."""

    async def _sweep(self) -> None:
        now = self._clock.now()
        if now < self._sweep_at:
            return
        found = await self._record.sweep(now, self._retention_days)
        if found.erased:
            log.info("eraser.erased", jobs=found.erased)
        if found.moved:
            self._changed()
        pause_s = 0.0 if found.full else WAIT_S if found.waiting else LOOK_EVERY_S
        self._sweep_at = after(now, pause_s)

    async def _remove(self, removal: Removal) -> None:
        job = removal.job
        try:
            await self._discard(job.id)
            if removal.with_card:
                await self._take_down_card(job)
        except (DiscordAway, PictureNotKept) as fault:
            pause_s = max(PAUSE_S, getattr(fault, "retry_after_s", None) or 0.0)
            log.warning("eraser.put_off", job=job.id, fault=repr(fault))
            await self._record.put_off(job.id, after(self._clock.now(), pause_s))
        else:
            await self._record.removed(removal, self._clock.now())

    async def _take_down_card(self, job: Job) -> None:
        """Delete its card, as far as it is within reach: the rest only its reader can."""
        if job.message_id is None or job.deleted_at is not None or not job.place.outlives_token:
            return
        try:
            await self._take_down(job)
        except (CardGone, PlaceClosed) as fault:
            log.info("eraser.card_out_of_reach", job=job.id, fault=type(fault).__name__)
