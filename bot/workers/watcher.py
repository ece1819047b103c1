"""A task at the provider: look whether it is done, and bring its picture to disk.

Nothing here costs money, so everything may be repeated.
"""

import random
from collections import Counter

import structlog
from structlog.contextvars import bound_contextvars

from bot.domain.backoff import full_jitter_s
from bot.domain.errors import PictureBad, PictureNotKept, PictureUnreachable, StoreError
from bot.domain.jobs import FailureReason, Request, Task, TaskId
from bot.domain.polling import Durations, durations, next_look_s
from bot.domain.ports import Budget, Claim, Clock, Pictures, Provider, Tasks
from bot.domain.provider import Done, Gone, Held, Over, PollOutcome, Throttled, Unreachable, Working
from bot.domain.units import Instant, after, seconds_between
from bot.workers.hold import Hold
from bot.workers.recorder import Recorder

log: structlog.stdlib.BoundLogger = structlog.get_logger()

_POLL_BACKOFF_CAP_S = 60.0
_FETCH_BACKOFF_CAP_S = 600.0
_FETCHES_MAX = 24
"""Downloads that failed in a passing way: more than an hour of them. The provider keeps results for days."""
_BAD_PICTURES_MAX = 3
"""In a row: a page that says that the host is in trouble may stand where the picture was, or will be."""
DEAR = 10
"""Times its estimate that a picture may cost without a word to the operator: prices drift, but not so far."""
_SILENCE_MAX_S = 24 * 3600.0
"""How long after its deadline a task is still asked for while the provider cannot be reached, or does
not let us ask: that says nothing about the task, and a finished one is kept for a day at least."""


class Watcher:
    """Moves a task out of `rendering`."""

    def __init__(
        self,
        tasks: Tasks,
        provider: Provider,
        pictures: Pictures,
        budget: Budget,
        hold: Hold,
        recorder: Recorder,
        clock: Clock,
        *,
        rng: random.Random,
    ) -> None:
        self._tasks = tasks
        self._provider = provider
        self._pictures = pictures
        self._budget = budget
        self._hold = hold
        self._recorder = recorder
        self._clock = clock
        self._rng = rng
        self._bad: Counter[TaskId] = Counter()
        """How often in a row a download brought no picture; a new start begins anew, which harms nothing."""

    async def look(self, claim: Claim) -> None:
        """Look how a task stands, and do what follows from it."""
        task = claim.task
        with bound_contextvars(task=task.id, job=task.job_id, provider_task=task.provider_task_id):
            await self._look(claim)

    async def _look(self, claim: Claim) -> None:
        task = claim.task
        try:
            outcome = await self._provider.poll(task.provider_task_id or "")
        except Exception:
            log.exception("task.poll_bug")
            outcome = Unreachable("internal error")
        now = self._clock.now()
        await self._judge(outcome, now)
        _mind_bill(task, outcome)
        late = self._is_late(task, outcome, now)
        match outcome:
            case Done(url=str(url)):
                await self._fetch(task, url, outcome)
            case Over(reason, detail, cost):
                await self._fail(task, reason, detail, cost or 0, outcome)
            case Gone() if late:  # not before: a proxy's 404 must not throw a paid picture away
                await self._fail(task, FailureReason.EXPIRED, "404", task.estimate_microusd, outcome)
            case Done(cost_microusd=cost) if late:
                cost = task.estimate_microusd if cost is None else cost
                await self._fail(task, FailureReason.PICTURE_LOST, "no link to it", cost, outcome)
            case _ if late:  # it may have been charged, so it keeps its estimate
                said = type(outcome).__name__
                await self._fail(task, FailureReason.TOO_LATE, said, task.estimate_microusd, outcome)
            case Working():
                known = await self._known(claim.request)
                age_s = seconds_between(task.submitted_at or now, now)
                await self._look_later(task, after(now, next_look_s(known, age_s)))
            case Throttled():
                self._budget.throttled(now, outcome, await self._running(now))
                await self._look_later(task, now)
            case Done() | Gone() | Unreachable() | Held():
                log.info(
                    "task.poll_stumbled",
                    answer=type(outcome).__name__,
                    provider_request=outcome.request_id,
                )
                await self._look_later(task, self._backoff_at(now, task.stumbles), stumbled=True)

    async def _fetch(self, task: Task, url: str, done: Done) -> None:
        """Bring the bytes to disk: only then is the task rendered and its charge settled."""
        cost = task.estimate_microusd if done.cost_microusd is None else done.cost_microusd
        try:
            picture = await self._pictures.fetch(url, task.id)
        except PictureNotKept as fault:
            log.warning("task.disk_trouble", fault=str(fault))
            await self._fetch_anew(task)
            return
        except (PictureUnreachable, PictureBad) as fault:
            await self._fetch_failed(task, fault, cost, done)
            return
        except Exception:
            log.exception("task.fetch_bug")
            await self._fetch_anew(task)
            return
        del self._bad[task.id]
        now = self._clock.now()
        elapsed_ms = now - (task.submitted_at or now)
        took_ms = min(done.took_ms, elapsed_ms) if done.took_ms else elapsed_ms
        await self._recorder.record(lambda: self._tasks.rendered(task, picture, cost, took_ms, now))

    async def _fetch_failed(
        self, task: Task, fault: PictureUnreachable | PictureBad, cost: int, done: Done
    ) -> None:
        bad = isinstance(fault, PictureBad)
        log.warning(
            "task.fetch_failed",
            bad=bad,
            fault=str(fault),
            fetches=task.fetches + 1,
            provider_request=done.request_id,
        )
        self._bad[task.id] = self._bad[task.id] + 1 if bad else 0
        if self._bad[task.id] >= _BAD_PICTURES_MAX or task.fetches + 1 >= _FETCHES_MAX:
            reason = FailureReason.PICTURE_BAD if bad else FailureReason.PICTURE_LOST
            await self._fail(task, reason, str(fault), cost, done)
            del self._bad[task.id]
            return
        due_at = self._backoff_at(self._clock.now(), task.fetches, cap_s=_FETCH_BACKOFF_CAP_S)
        await self._look_later(task, due_at, stumbled=True, fetched=True)

    async def _fetch_anew(self, task: Task) -> None:
        """Later, and no try is used up: a disk may be full for a day, and the picture is paid."""
        due_at = self._backoff_at(self._clock.now(), task.stumbles, cap_s=_FETCH_BACKOFF_CAP_S)
        await self._look_later(task, due_at, stumbled=True)

    async def _judge(self, outcome: PollOutcome, now: Instant) -> None:
        """What an answer says of the whole service."""
        match outcome:
            case Held(reason):
                await self._hold.begin(reason, now)
            case Unreachable():
                await self._hold.poll_lost(now)
            case Throttled():
                pass
            case _:
                self._budget.answered(now)
                self._hold.poll_answered()

    async def _known(self, request: Request) -> Durations:
        """How long such images took; a guess while the database is away, for which no answer waits."""
        try:
            return await self._tasks.durations(request)
        except StoreError:
            return durations(request.size, request.quality, ())

    async def _running(self, now: Instant) -> int:
        try:
            return max(0, (await self._tasks.load(now)).running - 1)
        except StoreError:
            return 0

    def _is_late(self, task: Task, outcome: PollOutcome, now: Instant) -> bool:
        """Past its deadline by the provider's word; long past it where the provider says nothing."""
        grace_s = 0.0 if isinstance(outcome, Working | Done | Gone) else _SILENCE_MAX_S
        return task.deadline_at is not None and now >= after(task.deadline_at, grace_s)

    def _backoff_at(self, now: Instant, step: int, cap_s: float = _POLL_BACKOFF_CAP_S) -> Instant:
        return after(now, full_jitter_s(step, cap_s=cap_s, rng=self._rng))

    async def _fail(
        self, task: Task, reason: FailureReason, detail: str, cost: int, answer: PollOutcome
    ) -> None:
        """There will be no picture; `answer` is the one that says so."""
        log.warning("task.given_up", reason=reason.value, provider_request=answer.request_id)
        now = self._clock.now()
        await self._recorder.record(lambda: self._tasks.fail(task, reason, detail, cost, now))

    async def _look_later(
        self, task: Task, due_at: Instant, *, stumbled: bool = False, fetched: bool = False
    ) -> None:
        await self._recorder.record(
            lambda: self._tasks.look_later(task, due_at, stumbled=stumbled, fetched=fetched)
        )


def _mind_bill(task: Task, outcome: PollOutcome) -> None:
    """It counts as it is, and so stops at the limits of spending; but somebody should hear of it before."""
    if isinstance(outcome, Done | Over) and (outcome.cost_microusd or 0) > DEAR * task.estimate_microusd:
        log.warning(
            "task.dear",
            cost_microusd=outcome.cost_microusd,
            estimate_microusd=task.estimate_microusd,
            provider_request=outcome.request_id,
        )
