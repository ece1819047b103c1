"""The provider's side of a task: submit once, poll, bring the picture to disk.

It never speaks to Discord. Here is whose turn it is; what a turn is, `submitter.py` and `watcher.py` say.
"""

import random
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from bot.domain.errors import StoreError
from bot.domain.ports import Budget, Claim, Clock, Load, Pictures, Provider, Spill, Tasks
from bot.domain.provider import RequestKind
from bot.domain.units import Instant
from bot.workers.hold import Hold
from bot.workers.recorder import Recorder
from bot.workers.submitter import Submitter
from bot.workers.watcher import Watcher
from bot.workers.worker import Worker

_PROBE = "probe"


class Renderer(Worker):
    """Moves tasks from the line to the disk."""

    def __init__(
        self,
        tasks: Tasks,
        provider: Provider,
        pictures: Pictures,
        spill: Spill,
        budget: Budget,
        clock: Clock,
        *,
        deadline_s: float,
        changed: Callable[[], None],
        rng: random.Random | None = None,
    ) -> None:
        """`deadline_s`: from submit until a task that gives no result is given up.

        `changed` is called after each move: some card may look different now.
        """
        super().__init__("renderer", clock)
        rng = rng or random.Random()
        self._tasks = tasks
        self._budget = budget
        self._hold = Hold(tasks, provider, changed=changed, rng=rng)
        recorder = Recorder(clock, changed)
        self._submitter = Submitter(
            tasks, provider, spill, budget, self._hold, recorder, clock, deadline_s=deadline_s, rng=rng
        )
        self._watcher = Watcher(tasks, provider, pictures, budget, self._hold, recorder, clock, rng=rng)

    async def _recover(self) -> None:
        """What was spilled is written down; what else was on the wire is unknown now; the rest is free."""
        await self._submitter.replay()
        now = self._clock.now()
        await self._tasks.recover(now)
        await self._hold.recover(now)

    async def _claim(self) -> list[tuple[str, Coroutine[Any, Any, None]]]:
        now = self._clock.now()
        load = await self._load(now)
        submits = await self._claim_submits(now, load)
        load = Load(load.running + len(submits), load.waiting - len(submits))
        try:
            polls = await self._claim_polls(now, load)
        except StoreError:
            if not submits:
                raise
            polls = []  # what was claimed to be sent is sent now, or it would be unknown for nothing
        steps = [(claim.task.id, self._submitter.submit(claim)) for claim in submits]
        steps += [(claim.task.id, self._watcher.look(claim)) for claim in polls]
        if self._probe_is_due(now):
            self._budget.spend(now, RequestKind.POLL)
            steps.append((_PROBE, self._hold.probe(now)))
        return steps

    async def _load(self, now: Instant) -> Load:
        load = await self._tasks.load(now)
        return Load(load.running, self._hold.lets(load.waiting))

    async def _claim_submits(self, now: Instant, load: Load) -> list[Claim]:
        room = self._budget.submit_room(now, load.running, load.waiting)
        if not room:
            return []
        claims = await self._tasks.claim_submits(room, now)
        self._budget.spend(now, RequestKind.SUBMIT, len(claims))
        if claims:
            self._hold.trying(now)
        return claims

    async def _claim_polls(self, now: Instant, load: Load) -> list[Claim]:
        room = self._budget.poll_room(now, load.running, load.waiting)
        if not room:
            return []
        claims = await self._tasks.claim_polls(room, now)
        self._budget.spend(now, RequestKind.POLL, len(claims))
        return claims

    def _probe_is_due(self, now: Instant) -> bool:
        return self._hold.probe_at is not None and self._hold.probe_at <= now and _PROBE not in self._steps

    async def _next_due(self) -> Instant | None:
        now = self._clock.now()
        load = await self._load(now)
        submit_at, poll_at = await self._tasks.next_due()
        due = [] if self._hold.probe_at is None else [self._hold.probe_at]
        if poll_at is not None:
            due.append(max(poll_at, self._budget.poll_at(now, load.running, load.waiting)))
        if submit_at is not None and self._hold.lets(1):
            room_at = self._budget.submit_at(now, load.running)
            if room_at is not None:  # otherwise the end of a running task is the next occasion
                due.append(max(submit_at, room_at))
        return min(due, default=None)

    async def _renew(self, ids: Sequence[str]) -> None:
        await self._tasks.renew(ids, self._clock.now())
