"""The provider's side of a task: submit once, poll, bring the picture to disk.

It never speaks to Discord. Every answer of the provider has one move; which, the state machine in
`bot/domain/jobs.py` and the table of submit outcomes (facts: Modellix) say.
"""

import random
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from bot.domain.backoff import full_jitter_s
from bot.domain.errors import PictureBad, PictureUnreachable, StaleMove, StoreError
from bot.domain.jobs import FailureReason, Request, Task, TaskId
from bot.domain.polling import Durations, durations, next_look_s
from bot.domain.ports import Budget, Claim, Clock, Load, Pictures, Provider, Tasks
from bot.domain.provider import (
    Done,
    Gone,
    Held,
    NotSent,
    Over,
    PollOutcome,
    Refused,
    RequestKind,
    Taken,
    Throttled,
    Uncertain,
    Unreachable,
    Working,
)
from bot.domain.units import Instant, after, seconds_between
from bot.workers.hold import Hold
from bot.workers.worker import Worker

log: structlog.stdlib.BoundLogger = structlog.get_logger()

_POLL_BACKOFF_CAP_S = 60.0
_FETCH_BACKOFF_CAP_S = 600.0
_FETCHES_MAX = 24
"""Downloads that failed in a passing way: more than an hour of them. The provider keeps results for days."""
_BAD_PICTURES_MAX = 3
_GONE_MAX = 4
"""404s in a row before a task counts as expired: a fresh task may not be known everywhere at once."""
_SILENCE_MAX_S = 24 * 3600.0
"""How long past its deadline a task is asked for while no answer says anything about it: results are kept."""
_RECORD_PAUSE_S = 1.0


@dataclass(frozen=True, slots=True)
class RenderLimits:
    """The operator's time limits."""

    task_deadline_s: float = 900.0
    """From submit until a task that gives no result is given up."""


class Renderer(Worker):
    """Moves tasks from the line to the disk."""

    def __init__(
        self,
        tasks: Tasks,
        provider: Provider,
        pictures: Pictures,
        budget: Budget,
        clock: Clock,
        *,
        limits: RenderLimits,
        changed: Callable[[], None],
        rng: random.Random | None = None,
    ) -> None:
        """`changed` is called after each move: some card may look different now."""
        super().__init__("renderer", clock)
        self._tasks = tasks
        self._provider = provider
        self._pictures = pictures
        self._budget = budget
        self._limits = limits
        self._changed = changed
        self._rng = rng or random.Random()
        self._hold = Hold(tasks)
        self._gone: dict[TaskId, int] = {}

    async def recover(self) -> None:
        """What was on the wire when an earlier run died is unknown now; the rest is free."""
        await self._tasks.recover(self._clock.now())
        await self._hold.recover()

    async def _claim(self) -> list[tuple[str, Coroutine[Any, Any, None]]]:
        now = self._clock.now()
        load = await self._tasks.load(now)
        submits = await self._claim_submits(now, load)
        load = Load(load.running + len(submits), load.waiting - len(submits))
        try:
            polls = await self._claim_polls(now, load)
        except StoreError:
            if not submits:
                raise
            polls = []  # what was claimed to be sent is sent now, or it would be unknown for nothing
        return [
            *((claim.task.id, self._submit(claim)) for claim in submits),
            *((claim.task.id, self._poll(claim)) for claim in polls),
        ]

    async def _claim_submits(self, now: Instant, load: Load) -> list[Claim]:
        room = self._hold.room(self._budget.submit_room(now, load.running, load.waiting), now)
        if not room:
            return []
        claims = await self._tasks.claim_submits(room, now)
        self._budget.spend(now, RequestKind.SUBMIT, len(claims))
        if claims:
            self._hold.probing(now)
        return claims

    async def _claim_polls(self, now: Instant, load: Load) -> list[Claim]:
        room = self._budget.poll_room(now, load.running, load.waiting)
        if not room:
            return []
        claims = await self._tasks.claim_polls(room, now)
        self._budget.spend(now, RequestKind.POLL, len(claims))
        return claims

    async def _next_due(self) -> Instant | None:
        now = self._clock.now()
        load = await self._tasks.load(now)
        submit_at, poll_at = await self._tasks.next_due()
        due = []
        if poll_at is not None:
            due.append(max(poll_at, self._budget.poll_at(now, load.running, load.waiting)))
        if submit_at is not None:
            room_at = self._budget.submit_at(now, load.running)
            if room_at is not None:  # otherwise the end of a running task is the next occasion
                due.append(max(submit_at, room_at, self._hold.not_before(now)))
        return min(due, default=None)

    async def _renew(self, ids: Sequence[str]) -> None:
        await self._tasks.renew(ids, self._clock.now())

    async def _submit(self, claim: Claim) -> None:
        """Send the paid request; its intent is committed already."""
        task = claim.task
        try:
            outcome = await self._provider.submit(claim.request)
        except Exception:
            log.exception("task.submit_bug", task=task.id)
            outcome = Uncertain("internal error")
        now = self._clock.now()
        match outcome:
            case Taken(provider_task_id):
                await self._taken(claim, provider_task_id, now)
            case Refused(reason, detail):
                await self._fail(task, reason, detail, cost=0)
            case Uncertain(detail):
                log.warning("task.unknown", task=task.id, detail=detail)
                await self._record(lambda: self._tasks.lose(task, detail, now))
            case NotSent(detail):
                log.info("task.not_sent", task=task.id, detail=detail)
                await self._put_back(task, self._backoff_at(now, task.stumbles))
            case Throttled():
                self._budget.throttled(now, outcome, await self._others_running(now))
                await self._put_back(task, now)
            case Held(reason):
                await self._put_back(task, now)
                await self._hold.begin(reason, now)
                self._changed()

    async def _taken(self, claim: Claim, provider_task_id: str, now: Instant) -> None:
        task = claim.task
        submitted_at = task.submitted_at or now
        known = await self._known(claim.request)
        due_at = after(now, next_look_s(known, seconds_between(submitted_at, now)))
        deadline_at = after(submitted_at, self._limits.task_deadline_s)
        log.info("task.taken", task=task.id, attempt=task.attempt_id, provider_task=provider_task_id)
        await self._record(lambda: self._tasks.taken(task, provider_task_id, due_at, deadline_at, now))
        self._budget.accepted(now)
        await self._hold.end(now)
        self._changed()

    async def _poll(self, claim: Claim) -> None:
        """Look how a task stands. Nothing here costs money, so everything may be repeated."""
        task = claim.task
        outcome = await self._provider.poll(task.provider_task_id or "")
        now = self._clock.now()
        gone_in_a_row = self._count_gone(task, outcome)
        late = self._is_late(task, outcome, now)
        match outcome:
            case Done(url=str(url)):
                self._budget.answered(now)
                await self._fetch(task, url, outcome)
            case Over(reason, detail, cost):
                await self._fail(task, reason, detail, cost or 0)
            case Gone() if gone_in_a_row >= _GONE_MAX:
                await self._fail(task, FailureReason.EXPIRED, "404", task.estimate_microusd)
            case Done(cost_microusd=cost) if late:
                cost = task.estimate_microusd if cost is None else cost
                await self._fail(task, FailureReason.PICTURE_LOST, "no link to it", cost)
            case _ if late:  # it may have been charged, so it keeps its estimate
                said = type(outcome).__name__
                await self._fail(task, FailureReason.TOO_LATE, said, task.estimate_microusd)
            case Working():
                self._budget.answered(now)
                known = await self._known(claim.request)
                age_s = seconds_between(task.submitted_at or now, now)
                await self._look_later(task, after(now, next_look_s(known, age_s)))
            case Throttled():
                self._budget.throttled(now, outcome, await self._others_running(now))
                await self._look_later(task, now)
            case Done() | Gone() | Unreachable() | Held():
                if isinstance(outcome, Held):
                    await self._hold.begin(outcome.reason, now)
                log.info("task.poll_stumbled", task=task.id, outcome=type(outcome).__name__)
                await self._look_later(task, self._backoff_at(now, task.stumbles), stumbled=True)

    async def _fetch(self, task: Task, url: str, done: Done) -> None:
        """Bring the bytes to disk: only then is the task rendered and its charge settled."""
        cost = task.estimate_microusd if done.cost_microusd is None else done.cost_microusd
        try:
            picture = await self._pictures.fetch(url, task.id)
        except (PictureUnreachable, PictureBad) as fault:
            await self._fetch_failed(task, fault, cost)
            return
        now = self._clock.now()
        elapsed_ms = now - (task.submitted_at or now)
        took_ms = min(done.took_ms, elapsed_ms) if done.took_ms else elapsed_ms
        await self._record(lambda: self._tasks.rendered(task, picture, cost, took_ms, now))
        log.info(
            "task.rendered",
            task=task.id,
            polls=task.polls + 1,
            took_ms=took_ms,
            elapsed_ms=elapsed_ms,
            cost=cost,
        )

    async def _fetch_failed(self, task: Task, fault: PictureUnreachable | PictureBad, cost: int) -> None:
        bad = isinstance(fault, PictureBad)
        log.warning("task.fetch_failed", task=task.id, bad=bad, fault=str(fault), fetches=task.fetches + 1)
        if task.fetches + 1 >= (_BAD_PICTURES_MAX if bad else _FETCHES_MAX):
            reason = FailureReason.PICTURE_BAD if bad else FailureReason.PICTURE_LOST
            await self._fail(task, reason, str(fault), cost)
            return
        pause_s = full_jitter_s(task.fetches, cap_s=_FETCH_BACKOFF_CAP_S, rng=self._rng)
        due_at = after(self._clock.now(), pause_s)
        await self._look_later(task, due_at, stumbled=True, fetched=True)

    async def _known(self, request: Request) -> Durations:
        """How long such images took; a guess while the database is away, for which no answer waits."""
        try:
            return await self._tasks.durations(request)
        except StoreError:
            return durations(request.size, request.quality, ())

    async def _others_running(self, now: Instant) -> int:
        try:
            return max(0, (await self._tasks.load(now)).running - 1)
        except StoreError:
            return len(self._steps) - 1

    def _count_gone(self, task: Task, outcome: PollOutcome) -> int:
        """How often in a row the provider did not know the task; a restart begins anew."""
        count = self._gone.pop(task.id, 0) + 1 if isinstance(outcome, Gone) else 0
        if 0 < count < _GONE_MAX:
            self._gone[task.id] = count
        return count

    def _is_late(self, task: Task, outcome: PollOutcome, now: Instant) -> bool:
        """Past its deadline by the provider's word; long past it where the provider says nothing."""
        grace_s = 0.0 if isinstance(outcome, Working | Done | Gone) else _SILENCE_MAX_S
        return task.deadline_at is not None and now >= after(task.deadline_at, grace_s)

    def _backoff_at(self, now: Instant, step: int) -> Instant:
        return after(now, full_jitter_s(step, cap_s=_POLL_BACKOFF_CAP_S, rng=self._rng))

    async def _fail(self, task: Task, reason: FailureReason, detail: str, cost: int) -> None:
        now = self._clock.now()
        await self._record(lambda: self._tasks.fail(task, reason, detail, cost, now))
        log.info("task.failed", task=task.id, reason=reason.value, cost=cost)

    async def _put_back(self, task: Task, due_at: Instant) -> None:
        await self._record(lambda: self._tasks.put_back(task, due_at, self._clock.now()))

    async def _look_later(
        self, task: Task, due_at: Instant, *, stumbled: bool = False, fetched: bool = False
    ) -> None:
        await self._record(lambda: self._tasks.look_later(task, due_at, stumbled=stumbled, fetched=fetched))

    async def _record(self, move: Callable[[], Awaitable[None]]) -> None:
        """Write down what the provider said, however long the database takes to accept it.

        The answer exists nowhere else: giving up here would lose a paid image.
        """
        while True:
            try:
                await move()
            except StaleMove:
                raise
            except StoreError as fault:
                log.warning("renderer.store_away", fault=repr(fault))
                await self._clock.sleep(_RECORD_PAUSE_S)
            else:
                self._changed()
                return
