"""A stop of all submitting, and its end: the key, the balance or the service is at fault, not one image.

It is also the breaker: a few failures in a row open it, because a submit to a service in trouble may be
paid and never heard of. A free probe half opens it: one image is tried, and closes it if it is taken.
"""

import random
from collections.abc import Callable

import structlog

from bot.domain.backoff import full_jitter_s
from bot.domain.ports import Provider, Tasks
from bot.domain.provider import HoldReason
from bot.domain.units import Instant, after

log: structlog.stdlib.BoundLogger = structlog.get_logger()

_FAILURES_MAX = 3
"""Failures in a row, submits and polls together, until the service counts as away."""
_PROBE_MIN_S, _PROBE_CAP_S = 15.0, 300.0


class Hold:
    """Whether submitting is stopped, why, and when to probe."""

    def __init__(
        self, tasks: Tasks, provider: Provider, *, changed: Callable[[], None], rng: random.Random
    ) -> None:
        """`changed` is called when it begins or ends: every card in line says so."""
        self._tasks = tasks
        self._provider = provider
        self._changed = changed
        self._rng = rng
        self._reason: HoldReason | None = None
        self._lost_submits = 0
        self._lost_polls = 0
        self._probes = 0
        self._trial = False
        self._trial_is_out = False
        self.probe_at: Instant | None = None
        """When to probe next; None while nothing is held, or one image is about to find out."""

    async def recover(self, now: Instant) -> None:
        """At start: a hold outlives the run, and is probed at once."""
        self._reason = await self._tasks.hold()
        self.probe_at = now if self._reason else None

    def lets(self, waiting: int) -> int:
        """How many of the waiting submits it lets pass: all, one on trial, or none."""
        if self._reason is None:
            return waiting
        return min(waiting, 1) if self._trial else 0

    def trying(self, now: Instant) -> None:
        """Submits are about to be sent; if one was on trial, its answer decides."""
        if self._reason is not None:
            self._trial, self._trial_is_out = False, True
            self._postpone_probe(now)

    async def begin(self, reason: HoldReason, now: Instant) -> None:
        """The provider said 401 or 402, or too little for too long."""
        self._reason = reason
        self._trial = self._trial_is_out = False
        self._postpone_probe(now)
        if await self._tasks.set_hold(reason, now):
            log.error("provider.held", reason=reason.value)
            self._changed()

    async def submit_lost(self, now: Instant) -> None:
        """A submit got no certain answer. Polls that succeed do not outweigh it: it may have been paid."""
        self._lost_submits += 1
        if self._lost_submits >= _FAILURES_MAX and self._reason is None:
            await self.begin(HoldReason.AWAY, now)

    async def poll_lost(self, now: Instant) -> None:
        """A poll got no usable answer."""
        self._lost_polls += 1
        if self._lost_polls >= _FAILURES_MAX and self._reason is None:
            await self.begin(HoldReason.AWAY, now)

    def poll_answered(self) -> None:
        """A poll got an answer. A hold ends by its probe and its trial only."""
        self._lost_polls = 0

    async def submit_answered(self, now: Instant) -> None:
        """A submit got an answer about itself, and none about the key or the balance: it works.

        Under a hold only the one on trial counts: others may have been sent before it began.
        """
        if self._reason is not None and not self._trial_is_out:
            return
        self._lost_submits = self._lost_polls = self._probes = 0
        if self._reason is None:
            return
        await self._tasks.set_hold(None, now)
        self._reason, self._trial, self._trial_is_out, self.probe_at = None, False, False, None
        log.info("provider.resumed")
        self._changed()

    async def probe(self, now: Instant) -> None:
        """Ask, free of charge, whether submitting might work."""
        self._postpone_probe(now)
        reason = await self._provider.probe()
        if reason is None:
            self._half_open()
        elif reason is not self._reason:
            await self.begin(reason, now)

    def _half_open(self) -> None:
        self._trial, self.probe_at = True, None
        self._changed()

    def _postpone_probe(self, now: Instant) -> None:
        """Before the probe, so that no second one goes beside it."""
        pause_s = full_jitter_s(self._probes + 4, cap_s=_PROBE_CAP_S, rng=self._rng)
        self.probe_at = after(now, max(_PROBE_MIN_S, pause_s))
        self._probes += 1
