"""Erases what has reached its age or is to go, and removes what is left of it on disk and in Discord.

The record forgets first, in one transaction: from then on nobody sees it. Files and cards follow one by one.
Removing twice is as good as once, so a crash costs nothing: what is not known to be gone is removed again.
The reply to a card that somebody deleted is removed here as well.
"""

from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from typing import Any

import structlog

from bot.domain.errors import DiscordAway, PictureNotKept, PlaceClosed
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
CLOSED_S = 86_400.0
"""How long nothing is asked for in a channel that is closed to the bot: Discord shuts out whoever is refused
too often, and a channel may have thousands of cards."""
CLOSED_TRIES = 7
"""So often it is tried; then the card stays."""
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
        take_down: Callable[[Job, int], Awaitable[None]],
        changed: Callable[[], None],
    ) -> None:
        """`discard` deletes a job's pictures or raises `PictureNotKept`; `take_down` deletes the message of
        that id beside it, or raises `DiscordAway` or `PlaceClosed`. `changed` is called when a card has
        something to show.

        After `retention_days` a request is erased unless it is kept; 0 for never.
        """
        super().__init__("eraser", clock)
        self._record = record
        self._retention_days = retention_days
        self._discard = discard
        self._take_down = take_down
        self._changed = changed
        self._sweep_at: Instant = 0
        self._closed: dict[int, Instant] = {}
        """Until when a channel is left alone."""

    def look(self) -> None:
        """Somebody wants something erased: look at once, not only when something is due."""
        self._sweep_at = 0
        self.nudge()

    async def _recover(self) -> None:
        await self._record.recover(self._clock.now())

    async def _claim(self) -> list[tuple[str, Coroutine[Any, Any, None]]]:
        await self._sweep()
        room, now = _AT_ONCE - len(self._steps), self._clock.now()
        due = await self._record.next_due()  # little is ever erased, and to look costs no write
        if room <= 0 or due is None or due > now:
            return []
        removals = await self._record.claim(room, now)
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
            if job.erased_at is not None:
                await self._discard(job.id)
            if removal.with_card and not _is_within_reach(job):
                await self._record.give_up(removal)
                return
            for message_id in _messages(removal):
                await self._take_down_from(job, message_id)
        except PlaceClosed as fault:
            await self._wait_outside(removal, fault)
        except (DiscordAway, PictureNotKept) as fault:
            pause_s = max(PAUSE_S, getattr(fault, "retry_after_s", None) or 0.0)
            log.warning("eraser.put_off", job=job.id, guild=job.place.guild_id, fault=repr(fault))
            await self._record.put_off(removal, after(self._clock.now(), pause_s))
        else:
            await self._record.removed(removal, self._clock.now())

    async def _take_down_from(self, job: Job, message_id: int) -> None:
        """Delete a message, unless its channel was closed a while ago."""
        channel_id, now = job.place.channel_id, self._clock.now()
        if now < self._closed.get(channel_id, 0):
            raise PlaceClosed("it was, a while ago")
        try:
            await self._take_down(job, message_id)
        except PlaceClosed:
            self._closed = {each: until for each, until in self._closed.items() if now < until}
            self._closed[channel_id] = after(now, CLOSED_S)
            raise

    async def _wait_outside(self, removal: Removal, fault: PlaceClosed) -> None:
        job = removal.job
        if removal.tries + 1 < CLOSED_TRIES:
            log.info("eraser.place_closed", job=job.id, guild=job.place.guild_id, fault=str(fault))
            opens_at = self._closed[job.place.channel_id]
            await self._record.put_off(removal, opens_at, closed=True)
        else:
            log.warning("eraser.out_of_reach", job=job.id, guild=job.place.guild_id, fault=str(fault))
            await self._record.give_up(removal)


def _is_within_reach(job: Job) -> bool:
    """Whether the bot can delete its card, or somebody has: of others only their reader can."""
    return job.message_id is not None and (job.deleted_at is not None or job.place.outlives_token)


def _messages(removal: Removal) -> Iterator[int]:
    """What is to go from Discord: the reply first, which is nothing without its card."""
    job = removal.job
    if removal.reply_id is not None and (removal.with_card or job.deleted_at is not None):
        yield removal.reply_id
    if removal.with_card and job.deleted_at is None and job.message_id is not None:
        yield job.message_id
