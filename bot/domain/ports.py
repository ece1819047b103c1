"""What the services and workers need from the outside, as they need it.

The adapters are in `bot/storage`, `bot/modellix`, `bot/media` and `bot/chat`; `bot/app.py` joins them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.domain.cards import Card, Outlook
from bot.domain.jobs import FailureReason, Job, JobId, Picture, Place, Request, Task, TaskId
from bot.domain.polling import Durations
from bot.domain.provider import HoldReason, PollOutcome, RequestKind, SubmitOutcome, Throttled
from bot.domain.units import Instant, Microusd


class Clock(Protocol):
    """The time, and waiting for it: tests move it by hand."""

    def now(self) -> Instant:
        """This moment; it never goes back while the program runs."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Return when that much time has passed."""
        ...


class Provider(Protocol):
    """The paid service that renders images."""

    async def submit(self, request: Request) -> SubmitOutcome:
        """Ask for one image. Every answer is a value, the lack of one too."""
        ...

    async def poll(self, provider_task_id: str) -> PollOutcome:
        """Look how a task stands; free of charge."""
        ...

    async def probe(self) -> HoldReason | None:
        """Why nothing could be submitted at present; None when it could. Free of charge."""
        ...


@dataclass(frozen=True, slots=True)
class Load:
    """How much the provider has to do for us."""

    running: int
    """Tasks that may be at the provider, those on their way too."""
    waiting: int
    """Tasks in line that could be submitted now; counted to a hundred, more than any account takes."""


class Budget(Protocol):
    """How many requests and tasks the provider's account still allows."""

    def submit_room(self, now: Instant, running: int, waiting: int) -> int:
        """How many of the waiting submits may go now."""
        ...

    def poll_room(self, now: Instant, running: int, waiting: int) -> int:
        """How many polls may go now, when that many submits wait."""
        ...

    def submit_at(self, now: Instant, running: int) -> Instant | None:
        """When the next submit may go; None when not before a running task ends."""
        ...

    def poll_at(self, now: Instant, running: int, waiting: int) -> Instant:
        """When the next poll may go."""
        ...

    def spend(self, now: Instant, kind: RequestKind, n: int = 1) -> None:
        """That many requests are about to be sent."""
        ...

    def throttled(self, now: Instant, answer: Throttled, running: int) -> None:
        """The provider answered 429 with so many other tasks running."""
        ...

    def accepted(self, now: Instant) -> None:
        """The provider took a submit: an earlier complaint is over."""
        ...

    def answered(self, now: Instant) -> None:
        """A poll was not throttled."""
        ...


@dataclass(frozen=True, slots=True)
class Upload:
    """One file to put on a card."""

    path: str
    """Relative to the data folder."""
    number: int
    """The image's number from 1."""
    reencoded: bool
    """Whether it had to be made smaller than the original to fit Discord's limit."""


class Pictures(Protocol):
    """The pictures on disk."""

    async def fetch(self, url: str, task_id: TaskId) -> Picture:
        """Bring a result to disk, durably, and decode it once.

        Raises:
            PictureUnreachable: it may work later.
            PictureBad: what came is no picture that may be shown.
        """
        ...

    async def fit(self, pictures: Sequence[tuple[int, Picture]], file_limit_bytes: int) -> tuple[Upload, ...]:
        """The files to upload for these (number, picture), each and together within Discord's limits."""
        ...


class Publisher(Protocol):
    """Puts cards into Discord.

    Every method raises `PublishError`: `DiscordAway`, `CardGone` or `PlaceClosed`.
    """

    async def show(self, job: Job, card: Card, uploads: Sequence[Upload]) -> None:
        """Make the job's message look like this card: idempotent, never a second message."""
        ...

    async def find(self, job: Job) -> int | None:
        """The id of the message that acknowledged the job; None when there certainly is none."""
        ...


@dataclass(frozen=True, slots=True)
class Draft:
    """A request about to be accepted."""

    job_id: JobId
    request: Request
    requester_id: int
    place: Place
    estimate_microusd: Microusd
    """Of one image."""


@dataclass(frozen=True, slots=True)
class JobView:
    """A job with its tasks in order."""

    job: Job
    tasks: tuple[Task, ...]


class Jobs(Protocol):
    """The record of jobs. Each method is one transaction; moves raise `StaleMove`."""

    async def accept(self, draft: Draft, now: Instant) -> JobView | None:
        """Write a job with its tasks and reservation; None when the interaction has one already."""
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

    async def cancel(self, job_id: JobId, now: Instant) -> JobView:
        """Take back what was not sent; the job ends as cancelled when that was everything."""
        ...

    async def mark_deleted(self, job_id: JobId, now: Instant) -> None:
        """Remember that a person deleted the card."""
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

    async def retry_unknown(self, job_id: JobId, now: Instant) -> int:
        """unknown → queued for all of a job, because a person said so; how many."""
        ...

    async def leave_unknown(self, job_id: JobId, now: Instant) -> int:
        """unknown → failed for all of a job, because a person said so; how many."""
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


class Upkeep(Protocol):
    """What keeps the record healthy. Failures are `StoreError`s."""

    async def last_backup_at(self) -> Instant | None:
        """When the newest backup was made, if there is one."""
        ...

    async def back_up(self, now: Instant) -> None:
        """Make a backup, check it, and drop the oldest."""
        ...

    async def forget_tokens(self, now: Instant) -> int:
        """Erase interaction tokens that have died; how many."""
        ...
