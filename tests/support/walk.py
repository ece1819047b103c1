"""A random walk over everything that may be asked of the record, in any order, by any run.

Most calls come at the wrong time and are refused. The walk remembers what was claimed long ago and asks
with it again, as a run does that was thought dead.
"""

from collections.abc import Awaitable, Callable
from random import Random
from typing import Any, TypeVar

from bot.domain.errors import JobError, StaleMove
from bot.domain.jobs import FailureReason
from bot.domain.ports import Claim, JobView
from bot.storage.doubt import put_in_doubt
from tests.support.records import MESSAGE_ID, Records, picture

JOBS_AT_ONCE = 6
Step = Callable[[], Awaitable[Any]]
T = TypeVar("T")


class Walk:
    """One database, any number of runs on it, one step at a time."""

    def __init__(self, records: Records, rng: Random) -> None:
        self.records = records
        self.refused = 0
        self._rng = rng
        self._runs = 1
        self._job_ids: list[str] = []
        self._claims: list[Claim] = []
        self._views: list[JobView] = []
        self._steps: list[tuple[int, Step]] = [
            (3, self._accept),
            (4, self._acknowledge),
            (1, self._take_back),
            (2, self._decide),
            (6, self._claim_submits),
            (6, self._claim_polls),
            (12, self._answer),
            (8, self._look),
            (6, self._claim_jobs),
            (14, self._deliver),
            (1, self._restart),
            (1, self._restore),
            (4, self._wait),
        ]

    async def step(self) -> None:
        """Do one thing, or be refused."""
        steps, weights = [step for _, step in self._steps], [weight for weight, _ in self._steps]
        try:
            await self._rng.choices(steps, weights)[0]()
        except (StaleMove, JobError):
            self.refused += 1

    # -- what people do --------------------------------------------------------------------

    async def _accept(self) -> None:
        rng = self._rng
        view = await self.records.accepted(
            by=rng.randrange(3), count=rng.randint(1, 3), estimate=rng.randrange(9_999)
        )
        self._job_ids = [*self._job_ids[1 - JOBS_AT_ONCE :], view.job.id]

    async def _acknowledge(self) -> None:
        await self.records.jobs.acknowledge(self._job_id(), MESSAGE_ID, None, self._now)

    async def _take_back(self) -> None:
        jobs = self.records.jobs
        moves: list[Callable[[str, int], Awaitable[object]]] = [jobs.withdraw, jobs.cancel, jobs.cancel]
        await self._rng.choice(moves)(self._job_id(), self._now)

    async def _decide(self) -> None:
        tasks = self.records.tasks
        moves: list[Callable[[str, int], Awaitable[object]]] = [tasks.retry_unknown, tasks.leave_unknown]
        await self._rng.choice(moves)(self._job_id(), self._now)

    # -- what the renderer does ------------------------------------------------------------

    async def _claim_submits(self) -> None:
        self._claims += await self.records.submitting(self._rng.randint(1, 3))

    async def _claim_polls(self) -> None:
        self._claims += await self.records.tasks.claim_polls(self._rng.randint(1, 3), self._now)

    async def _answer(self) -> None:
        claim, tasks, now = self._claim(), self.records.tasks, self._now
        steps: list[Step] = [
            lambda: self.records.take(claim),
            lambda: self.records.take(claim),
            lambda: tasks.put_back(claim.task, now, now),
            lambda: tasks.lose(claim.task, "lost", now),
            lambda: tasks.fail(claim.task, FailureReason.REJECTED, "", 0, now),
        ]
        await self._rng.choice(steps)()

    async def _look(self) -> None:
        task, tasks, now, cost = self._claim().task, self.records.tasks, self._now, self._rng.randrange(9_999)
        steps: list[Step] = [
            lambda: tasks.look_later(task, now, stumbled=True, fetched=False),
            lambda: tasks.rendered(task, picture(task), cost, 1, now),
            lambda: tasks.fail(task, FailureReason.EXPIRED, "", cost, now),
        ]
        await self._rng.choice(steps)()

    # -- what the deliverer does -------------------------------------------------------------

    async def _claim_jobs(self) -> None:
        self._views += await self.records.jobs.claim(4, self._now)

    async def _deliver(self) -> None:
        view, jobs, now = self._view(), self.records.jobs, self._now
        job_id = view.job.id
        steps: list[Step] = [
            lambda: jobs.finish(job_id, "digest", now),
            lambda: jobs.shown(job_id, "digest", None, now, now),
            lambda: jobs.snooze(job_id, now, stumbled=True),
            lambda: jobs.snooze(job_id, now, stumbled=False),
        ]
        if all(task.over for task in view.tasks):  # the deliverer looks before
            steps += [lambda: jobs.begin_delivery(job_id, now)] * 6
        if self._rng.random() < 0.3:
            steps += [lambda: jobs.give_up(job_id, "CardGone", now)] * 2
        await self._rng.choice(steps)()

    # -- what happens to all of them ---------------------------------------------------------

    async def _restart(self) -> None:
        self._runs += 1
        self.records = self.records.run(f"run-{self._runs}")
        await self.records.tasks.recover(self._now)
        await self.records.jobs.recover(self._now)

    async def _restore(self) -> None:
        """A backup of this very moment is put back: it knows nothing of what was done since."""
        if self._rng.random() < 0.2:
            self._runs += 1
            await self.records.store.write(lambda tx: put_in_doubt(tx, f"restored-{self._runs}", self._now))

    async def _wait(self) -> None:
        self.records.clock.advance(self._rng.choice([0.5, 11.0, 70.0]))

    @property
    def _now(self) -> int:
        return self.records.clock.now()

    def _job_id(self) -> str:
        return self._rng.choice(self._job_ids or ["0000000000"])

    def _claim(self) -> Claim:
        """Mostly one of the last, seldom any."""
        return self._one_of(self._claims)

    def _view(self) -> JobView:
        return self._one_of(self._views)

    def _one_of(self, found: list[T]) -> T:
        if not found:
            raise StaleMove
        return self._rng.choice(found[-6:] if self._rng.random() < 0.9 else found)
