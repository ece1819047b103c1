"""What Prometheus is told when it asks: the record's side of `metrics.py`.

Read at each scrape: how things stand, and the moves since the last look. So nothing else of the program
counts anything, and the bot does no work for numbers that nobody asks for.
"""

import asyncio
import math
import shutil
from pathlib import Path

import structlog
from prometheus_client import generate_latest

from bot.chat.invalid_requests import Restraint
from bot.domain.errors import StoreError
from bot.domain.jobs import JobState, TaskState
from bot.domain.limits import Limit
from bot.domain.moderation import OperatorDefaults
from bot.domain.ports import Clock, Upkeep
from bot.domain.provider import HoldReason
from bot.domain.units import MICROUSD_PER_USD, Instant, seconds_between
from bot.modellix.governor import Governor
from bot.ops.health import Health, still_s
from bot.ops.metrics import Metrics
from bot.storage.vitals import Move, Standing, Vitals

log: structlog.stdlib.BoundLogger = structlog.get_logger()

_READ_WITHIN_S = 5.0
"""Prometheus itself gives up after ten."""
_PAGES_MAX = 40
"""Of moves in one scrape; the next one goes on from there."""
_JOBS_UNDER_WAY = (JobState.ACCEPTED, JobState.OPEN, JobState.DELIVERING)
_IMAGES_UNDER_WAY = (TaskState.QUEUED, TaskState.SUBMITTING, TaskState.RENDERING, TaskState.UNKNOWN)


class Scrape:
    """Answers Prometheus."""

    def __init__(
        self,
        metrics: Metrics,
        vitals: Vitals,
        governor: Governor,
        health: Health,
        restraint: Restraint,
        upkeep: Upkeep,
        data_dir: Path,
        operator: OperatorDefaults,
        clock: Clock,
        *,
        since: int,
    ) -> None:
        """`since` is the last move before this run, whose own moves are counted."""
        self._metrics = metrics
        self._vitals = vitals
        self._governor = governor
        self._health = health
        self._restraint = restraint
        self._upkeep = upkeep
        self._data_dir = data_dir
        self._clock = clock
        self._seen = since
        self._began_at = clock.now()
        self._turn = asyncio.Lock()
        for window, limit in (("day", Limit.BOT_SPEND_PER_DAY), ("month", Limit.BOT_SPEND_PER_MONTH)):
            if (most := operator.limits.get(limit)) is not None:
                metrics.spend_max.labels(window).set(most / MICROUSD_PER_USD)

    async def text(self) -> bytes:
        """All numbers in Prometheus' text form; without the record's while it cannot be read."""
        async with self._turn:  # two who ask at once must not count the same moves twice
            try:
                async with asyncio.timeout(_READ_WITHIN_S):
                    await self._read()
            except (TimeoutError, StoreError) as fault:
                log.warning("metrics.database_away", fault=repr(fault))
                self._forget()
            await self._look()
            return generate_latest(self._metrics.registry)

    async def _read(self) -> None:
        for _ in range(_PAGES_MAX):
            moves = await self._vitals.moves(self._seen)
            if not moves:
                break
            for move in moves:
                self._count(move)
            self._seen = moves[-1].seq
        self._show(await self._vitals.standing(self._clock.now()))
        self._metrics.read.set(1)

    def _count(self, move: Move) -> None:
        told = self._metrics
        if isinstance(move.to, JobState):
            told.job_moves.labels(move.to.value).inc()
            # A card that only the next run wrote down says nothing of how fast it came.
            if (
                move.to is JobState.OPEN
                and move.accepted_at is not None
                and move.accepted_at >= self._began_at
            ):
                told.acknowledged.observe(seconds_between(move.accepted_at, move.at))
            elif move.to is JobState.DELIVERED and move.images_ended_at is not None:
                told.delivered.observe(max(0.0, seconds_between(move.images_ended_at, move.at)))
            return
        told.image_moves.labels(move.to.value).inc()
        if move.to is TaskState.FAILED and move.reason is not None:
            told.failures.labels(move.reason.value).inc()
        elif move.to is TaskState.RENDERED and move.quality is not None and move.submitted_at is not None:
            told.polls.observe(move.polls)
            told.rendered.labels(move.quality.value).observe(
                max(0.0, seconds_between(move.submitted_at, move.at))
            )

    def _show(self, standing: Standing) -> None:
        told, now = self._metrics, self._clock.now()
        for job_state in _JOBS_UNDER_WAY:
            told.jobs.labels(job_state.value).set(standing.jobs.get(job_state, 0))
        for image_state in _IMAGES_UNDER_WAY:
            told.images.labels(image_state.value).set(standing.images.get(image_state, 0))
        oldest_at = now if standing.oldest_at is None else min(now, standing.oldest_at)
        told.oldest.set(seconds_between(oldest_at, now))
        told.spend.labels("day").set(standing.spent_day_microusd / MICROUSD_PER_USD)
        told.spend.labels("month").set(standing.spent_month_microusd / MICROUSD_PER_USD)
        for reason in HoldReason:
            told.hold.labels(reason.value).set(reason is standing.hold)

    def _forget(self) -> None:
        """What stood there at the last look is not true any more."""
        for gauge in (self._metrics.jobs, self._metrics.images, self._metrics.spend, self._metrics.hold):
            gauge.clear()
        self._metrics.oldest.set(float("nan"))
        self._metrics.read.set(0)

    async def _look(self) -> None:
        """At what needs no database."""
        told, now = self._metrics, self._clock.now()
        told.ceiling.set(self._governor.ceiling(now))
        told.left.set(self._governor.requests_left(now))
        told.pause.set(self._governor.pause_s(now))
        told.connected.set(self._health.connected())
        told.invalid.set(self._restraint.invalid)
        told.held_back.set(self._restraint.holds_back)
        told.disk_free.set(_free_bytes(self._data_dir))
        told.backup_age.set(_age_s(await self._last_backup_at(), now))
        for name, pulse in self._health.pulses.items():
            told.still.labels(name).set(still_s(pulse))

    async def _last_backup_at(self) -> Instant | None:
        try:
            return await self._upkeep.last_backup_at()
        except OSError:  # a folder that cannot be read keeps nothing for anybody
            return None


def _free_bytes(folder: Path) -> int:
    try:
        return shutil.disk_usage(folder).free
    except OSError:  # a disk that does not even tell takes nothing
        return 0


def _age_s(then: Instant | None, now: Instant) -> float:
    """Without end where there is none: a number that is missing rings no alert."""
    return math.inf if then is None else max(0.0, seconds_between(then, now))
