"""The record of jobs and tasks, and what passes in and out of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.domain.admission import PLAIN, Circumstances, Refusal
from bot.domain.cards import Card, Outlook
from bot.domain.jobs import FailureReason, Job, JobId, Picture, Place, Request, Task, TaskId
from bot.domain.moderation import Entry
from bot.domain.polling import Durations
from bot.domain.ports.outside import Load
from bot.domain.provider import HoldReason
from bot.domain.units import Instant, Microusd


@dataclass(frozen=True, slots=True)
class Draft:
    """A request about to be accepted."""

    job_id: JobId
    request: Request
    requester_id: int
    place: Place
    estimate_microusd: Microusd
    """Of one image."""
    around: Circumstances = PLAIN


@dataclass(frozen=True, slots=True)
class JobView:
    """A job with its tasks in order."""

    job: Job
    tasks: tuple[Task, ...]


class Jobs(Protocol):
    """The record of jobs. Each method is one transaction; moves raise `StaleMove`."""

    async def accept(self, draft: Draft, now: Instant) -> JobView | Refusal | None:
        """Check the limits, and write a job with its tasks and reservation: all of it, or a refusal.

        None when the interaction has a job already.
        """
        ...

    async def acknowledge(self, job_id: JobId, message_id: int, shown: Card | None, now: Instant) -> JobView:
        """accepted → open: this card (if known) is in the channel, its tasks may be claimed."""
        ...

    async def withdraw(self, job_id: JobId, now: Instant) -> None:
        """accepted → withdrawn: no card; nothing was sent, everything released."""
        ...

    async def find(self, job_id: JobId) -> JobView | None:
        """A job by its id."""
        ...

    async def cancel(self, job_id: JobId, now: Instant, entry: Entry | None = None) -> JobView:
        """Take back what was not sent; the job ends as cancelled when that was everything.

        The audit gets `entry`, if there is one.
        """
        ...

    async def keep(self, job_id: JobId, now: Instant) -> bool:
        """Its requester keeps it, or lets it go unless they kept it only seconds ago; whether it is kept now.

        Raises:
            JobNotFound: it was erased meanwhile.
        """
        ...

    async def with_cards(self, message_ids: Sequence[int]) -> Sequence[tuple[int, Job]]:
        """The jobs that these messages show, each with its message: a card, or a copy that was reported.

        Without those known to be deleted.
        """
        ...

    async def unfinished_in(self, guild_id: int, channel_id: int) -> Sequence[Job]:
        """The open jobs whose cards are in a channel or thread of a server."""
        ...

    async def mark_deleted(
        self,
        job_id: JobId,
        message_id: int | None,
        by_id: int | None,
        now: Instant,
        *,
        own_copy: bool = False,
    ) -> bool:
        """Remember that somebody deleted a message that showed the job: the card, or a copy of it.

        With the card goes what was not sent yet: nobody would see it.
        `own_copy`: it is a copy that they had called themselves.
        `by_id` is None for a person whom Discord does not name. The log channel is told, and the audit too
        unless it was the requester or who called the copy. Whether it was news.
        """
        ...

    async def outlook(self, view: JobView, now: Instant) -> Outlook:
        """Its place in line, the hold, and when it is probably done (not yet steadied)."""
        ...

    async def recover(self, now: Instant) -> None:
        """At start: what an earlier run held is free again."""
        ...

    async def claim(self, limit: int, now: Instant) -> list[JobView]:
        """Jobs whose card is due for a look, leased to this run."""
        ...

    async def renew(self, job_ids: Sequence[JobId], now: Instant) -> None:
        """Keep the lease on what is still being worked on."""
        ...

    async def begin_delivery(self, job_id: JobId, now: Instant) -> None:
        """open → delivering."""
        ...

    async def finish(self, job_id: JobId, digest: str, now: Instant) -> None:
        """The outcome is on the card: delivering → delivered; for cancelled, nothing is left to show."""
        ...

    async def give_up(self, job_id: JobId, detail: str, now: Instant) -> None:
        """open or delivering → undeliverable; unsent tasks are released."""
        ...

    async def shown(
        self,
        job_id: JobId,
        digest: str,
        expected_at: Instant | None,
        next_at: Instant,
        now: Instant,
    ) -> None:
        """A card was put up; look again at `next_at`, or earlier if something moved meanwhile."""
        ...

    async def snooze(self, job_id: JobId, next_at: Instant, *, stumbled: bool) -> None:
        """Nothing to show now; look again at `next_at`, or earlier if something moved meanwhile."""
        ...

    async def next_due(self) -> Instant | None:
        """When the next card is due."""
        ...


@dataclass(frozen=True, slots=True)
class Claim:
    """A task that this run may move one step, with what it is for."""

    task: Task
    request: Request


@dataclass(frozen=True, slots=True)
class Spilled:
    """What must not be forgotten of a submit that was taken."""

    attempt_id: str
    provider_task_id: str


class Spill(Protocol):
    """Where a paid task's id goes when the database will not take it. Durable when `keep` returns."""

    def keep(self, spilled: Spilled) -> None:
        """Write it down. May raise OSError: then the log is all that is left."""
        ...

    def kept(self) -> list[Spilled]:
        """All that was written down, oldest first."""
        ...

    def clear(self) -> None:
        """Forget it all: the database has it now."""
        ...


class Tasks(Protocol):
    """The record of tasks, for the renderer. Each method is one transaction; moves raise `StaleMove`."""

    async def recover(self, now: Instant) -> None:
        """At start: submits that an earlier run had on the wire become unknown, the rest is free."""
        ...

    async def load(self, now: Instant) -> Load:
        """What runs at the provider, as far as known, and what could be submitted."""
        ...

    async def claim_submits(self, limit: int, now: Instant) -> list[Claim]:
        """queued → submitting for those whose turn it is: the intent, committed before it is sent."""
        ...

    async def claim_polls(self, limit: int, now: Instant) -> list[Claim]:
        """Rendering tasks that are due for a look, leased to this run."""
        ...

    async def renew(self, task_ids: Sequence[TaskId], now: Instant) -> None:
        """Keep the lease on what is still being worked on."""
        ...

    async def taken(
        self, task: Task, provider_task_id: str, due_at: Instant, deadline_at: Instant, now: Instant
    ) -> None:
        """submitting or unknown → rendering, by attempt id."""
        ...

    async def attach(self, spilled: Spilled, due_at: Instant, deadline_at: Instant, now: Instant) -> bool:
        """submitting or unknown → rendering, for a submit of an earlier run; whether there was one."""
        ...

    async def put_back(self, task: Task, due_at: Instant, now: Instant) -> None:
        """submitting → queued: certainly not accepted; it keeps its turn."""
        ...

    async def lose(self, task: Task, detail: str, now: Instant) -> None:
        """submitting → unknown."""
        ...

    async def look_later(self, task: Task, due_at: Instant, *, stumbled: bool, fetched: bool) -> None:
        """Still rendering: a snooze, which costs no attempt."""
        ...

    async def rendered(
        self, task: Task, picture: Picture, cost: Microusd, took_ms: int, now: Instant
    ) -> None:
        """rendering → rendered, its charge settled."""
        ...

    async def fail(
        self, task: Task, reason: FailureReason, detail: str, cost: Microusd, now: Instant
    ) -> None:
        """submitting or rendering → failed, its charge settled or released."""
        ...

    async def retry_unknown(self, job_id: JobId, now: Instant, around: Circumstances = PLAIN) -> int:
        """unknown → queued for all of a job, because a person said so; how many.

        Raises:
            SpenderBlocked: that person may not ask on the server any more.
        """
        ...

    async def leave_unknown(self, job_id: JobId, now: Instant, entry: Entry | None = None) -> int:
        """unknown → failed for all of a job, because a person said so; how many.

        The audit gets `entry`, if there is one and something was left.
        """
        ...

    async def durations(self, request: Request) -> Durations:
        """How long images of this size and quality took."""
        ...

    async def hold(self) -> HoldReason | None:
        """Why nothing may be submitted, if so."""
        ...

    async def set_hold(self, reason: HoldReason | None, now: Instant) -> bool:
        """Stop or resume submitting for everyone; whether that was a change."""
        ...

    async def next_due(self) -> tuple[Instant | None, Instant | None]:
        """When the next submit and the next poll are due."""
        ...
