"""The record of jobs and tasks on a real file, and the few steps that most tests begin with."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from bot.domain.admission import Refusal
from bot.domain.jobs import FailureReason, Picture, Task
from bot.domain.limits import Limit, Value
from bot.domain.moderation import OperatorDefaults
from bot.domain.ports import Claim, Draft, JobView
from bot.domain.units import after
from bot.storage.jobs import Jobs
from bot.storage.sqlite import Store
from bot.storage.tasks import Tasks
from tests.support.clock import ManualClock
from tests.support.database import Database, prepare
from tests.support.drafts import draft

MESSAGE_ID = 4_242
_attempt_numbers = count(1)


def picture(task: Task) -> Picture:
    """What a download might have brought."""
    return Picture(f"images/{task.job_id}/{task.number}.png", 1024, 1024, "png", 1_000)


@dataclass(frozen=True)
class Records:
    """One run of the program, as far as its database goes."""

    store: Store
    jobs: Jobs
    tasks: Tasks
    clock: ManualClock
    database: Database
    """The same file, from outside."""

    def run(self, owner: str, *, slots: int = 2, limits: Mapping[Limit, Value] | None = None) -> "Records":
        """Another run on the same file: the program was killed and started again.

        `limits` are the operator's.
        """
        return _run(self.store, self.clock, self.database, owner, slots, OperatorDefaults(limits or {}))

    async def refused(self, what: Draft | None = None, **wishes: Any) -> Refusal:
        """A request that is not accepted."""
        refusal = await self.jobs.accept(what or draft(**wishes), self.clock.now())
        assert isinstance(refusal, Refusal)
        return refusal

    async def accepted(self, what: Draft | None = None, **wishes: Any) -> JobView:
        """A job whose card is not acknowledged yet."""
        view = await self.jobs.accept(what or draft(**wishes), self.clock.now())
        assert isinstance(view, JobView)
        return view

    async def opened(self, what: Draft | None = None, **wishes: Any) -> JobView:
        """A job whose card is in the channel."""
        view = await self.accepted(what, **wishes)
        return await self.jobs.acknowledge(view.job.id, MESSAGE_ID, None, self.clock.now())

    async def found(self, job_id: str) -> JobView:
        """A job that is there."""
        view = await self.jobs.find(job_id)
        assert view is not None
        return view

    async def submitting(self, limit: int = 1) -> list[Claim]:
        """Claim submits."""
        return await self.tasks.claim_submits(limit, self.clock.now())

    async def rendering(self, limit: int = 1) -> list[Claim]:
        """Claim submits that the provider then takes, and the polls after them."""
        for claim in await self.submitting(limit):
            await self.take(claim)
        return await self.tasks.claim_polls(limit, self.clock.now())

    async def take(self, claim: Claim, provider_task_id: str | None = None) -> None:
        """The provider takes a task; it is due for a look at once."""
        now = self.clock.now()
        name = provider_task_id or f"task-{claim.task.attempt_id}"
        await self.tasks.taken(claim.task, name, now, after(now, 900), now)

    async def render(self, claim: Claim, cost: int = 6_000, took_ms: int = 10_000) -> None:
        """The picture is on disk."""
        await self.tasks.rendered(claim.task, picture(claim.task), cost, took_ms, self.clock.now())

    async def fail(self, claim: Claim, reason: FailureReason = FailureReason.REJECTED, cost: int = 0) -> None:
        """There is no picture."""
        await self.tasks.fail(claim.task, reason, "said so", cost, self.clock.now())

    async def lose(self, claim: Claim) -> None:
        """Nobody knows."""
        await self.tasks.lose(claim.task, "timed out", self.clock.now())


@asynccontextmanager
async def opened_records(
    path: Path, clock: ManualClock, *, owner: str = "run-1", slots: int = 2
) -> AsyncIterator[Records]:
    """A run on a file that may be new."""
    prepare(path)
    async with Store.open(path) as store:
        yield _run(store, clock, Database(path), owner, slots)


def _run(
    store: Store,
    clock: ManualClock,
    database: Database,
    owner: str,
    slots: int,
    operator: OperatorDefaults | None = None,
) -> Records:
    jobs = Jobs(store, owner=owner, slots=slots, operator=operator)
    tasks = Tasks(store, owner=owner, new_attempt_id=lambda: f"attempt-{next(_attempt_numbers)}")
    return Records(store, jobs, tasks, clock, database)
