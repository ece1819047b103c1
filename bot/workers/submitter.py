"""One paid request: sent once, and its answer never forgotten."""

import asyncio
import random
from contextlib import suppress

import structlog
from structlog.contextvars import bound_contextvars

from bot.domain.backoff import full_jitter_s
from bot.domain.errors import StaleMove, StoreError
from bot.domain.jobs import Request, Task
from bot.domain.polling import Durations, durations, next_look_s
from bot.domain.ports import Budget, Claim, Clock, Provider, Spill, Spilled, Tasks
from bot.domain.provider import Held, NotSent, Refused, Taken, Throttled, Uncertain
from bot.domain.units import Instant, after, seconds_between
from bot.workers.hold import Hold
from bot.workers.recorder import Recorder

log: structlog.stdlib.BoundLogger = structlog.get_logger()

_BACKOFF_CAP_S = 60.0


class Submitter:
    """Moves a task out of `submitting`; each answer has one move (facts: Modellix, Submit)."""

    def __init__(
        self,
        tasks: Tasks,
        provider: Provider,
        spill: Spill,
        budget: Budget,
        hold: Hold,
        recorder: Recorder,
        clock: Clock,
        *,
        deadline_s: float,
        rng: random.Random,
    ) -> None:
        """`deadline_s`: from submit until a task that gives no result is given up."""
        self._tasks = tasks
        self._provider = provider
        self._spill = spill
        self._budget = budget
        self._hold = hold
        self._recorder = recorder
        self._clock = clock
        self._deadline_s = deadline_s
        self._rng = rng

    async def replay(self) -> None:
        """At start, before anything else: what an earlier run could only spill is written down."""
        now = self._clock.now()
        spilled = self._spill.kept()
        for entry in spilled:
            attached = await self._tasks.attach(entry, now, after(now, self._deadline_s), now)
            log.warning(
                "task.replayed",
                attempt=entry.attempt_id,
                provider_task=entry.provider_task_id,
                attached=attached,
            )
        if spilled:
            self._spill.clear()

    async def submit(self, claim: Claim) -> None:
        """Send the paid request; its intent is committed already."""
        with bound_contextvars(task=claim.task.id, job=claim.task.job_id):
            await self._submit(claim)

    async def _submit(self, claim: Claim) -> None:
        task, known = claim.task, await self._known(claim.request)
        try:
            outcome = await self._provider.submit(claim.request)
        except Exception:
            log.exception("task.submit_bug")
            outcome = Uncertain("internal error")
        now = self._clock.now()
        match outcome:
            case Taken(provider_task_id):
                log.info(
                    "task.taken",
                    attempt=task.attempt_id,
                    provider_task=provider_task_id,
                    provider_request=outcome.request_id,
                )
                try:
                    await self._taken(task, provider_task_id, known, now)
                except StaleMove:  # the id is another task's, and nobody knows what was paid; or it moved on
                    await self._lose(task, outcome.request_id, now)
                self._budget.accepted(now)
            case Refused(reason, detail):
                log.warning("task.refused", reason=reason.value, provider_request=outcome.request_id)
                await self._recorder.record(lambda: self._tasks.fail(task, reason, detail, 0, now))
            case Uncertain(detail):
                log.warning("task.unknown", attempt=task.attempt_id, provider_request=outcome.request_id)
                await self._recorder.record(lambda: self._tasks.lose(task, detail, now))
            case NotSent():
                log.info("task.not_sent")
                pause_s = full_jitter_s(task.stumbles, cap_s=_BACKOFF_CAP_S, rng=self._rng)
                await self._put_back(task, after(now, pause_s))
            case Throttled():
                self._budget.throttled(now, outcome, await self._others_running(now))
                await self._put_back(task, now)
            case Held():
                await self._put_back(task, now)
        await self._judge(outcome, now)

    async def _lose(self, task: Task, request_id: str | None, now: Instant) -> None:
        """The answer has the id of another task. A row that had moved on stays where it is."""
        with suppress(StaleMove):
            await self._recorder.record(lambda: self._tasks.lose(task, "the id of another task", now))
            log.warning("task.unknown", attempt=task.attempt_id, provider_request=request_id)

    async def _judge(self, outcome: object, now: Instant) -> None:
        """What an answer says of the whole service."""
        match outcome:
            case Held(reason):
                await self._hold.begin(reason, now)
            case Uncertain() | NotSent():
                await self._hold.submit_lost(now)
            case Taken() | Refused():
                await self._hold.submit_answered(now)
            case _:  # too many requests says nothing of the key, the balance or the service's health
                pass

    async def _taken(self, task: Task, provider_task_id: str, known: Durations, now: Instant) -> None:
        submitted_at = task.submitted_at or now
        due_at = after(now, next_look_s(known, seconds_between(submitted_at, now)))
        deadline_at = after(submitted_at, self._deadline_s)

        async def move() -> None:
            await self._tasks.taken(task, provider_task_id, due_at, deadline_at, now)

        try:
            await move()
        except StaleMove:
            raise
        except StoreError:
            self._keep(task, provider_task_id)
            await self._recorder.record(move)
        except (Exception, asyncio.CancelledError):
            self._keep(task, provider_task_id)
            raise

    def _keep(self, task: Task, provider_task_id: str) -> None:
        """The database is away, or this process is about to be: a paid id must not live in memory alone."""
        try:
            self._spill.keep(Spilled(task.attempt_id or "", provider_task_id))
        except OSError as fault:
            log.error("task.not_spilled", provider_task=provider_task_id, fault=repr(fault))

    async def _put_back(self, task: Task, due_at: Instant) -> None:
        await self._recorder.record(lambda: self._tasks.put_back(task, due_at, self._clock.now()))

    async def _known(self, request: Request) -> Durations:
        """How long such images took; a guess while the database is away, for which no paid claim waits."""
        try:
            return await self._tasks.durations(request)
        except StoreError:
            return durations(request.size, request.quality, ())

    async def _others_running(self, now: Instant) -> int:
        try:
            return max(0, (await self._tasks.load(now)).running - 1)
        except StoreError:
            return 0
