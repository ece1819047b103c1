"""What a card shows, worked out from the rows: pure, so that two cards can be compared before an edit."""

from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import sha256

from bot.domain.jobs import (
    MAYBE_CHARGED,
    FailureReason,
    Job,
    JobId,
    JobState,
    Picture,
    Request,
    Review,
    Task,
    TaskState,
)
from bot.domain.language import Language
from bot.domain.provider import HoldReason
from bot.domain.units import MS_PER_S, Instant, Microusd


class Phase(StrEnum):
    """The one thing a card says of its job; `bot/chat/cards/card_words.py` has the sentence for each."""

    REVIEW = "review"
    """A moderator has to approve it; nothing was sent."""
    WAITING = "waiting"
    """In line; nothing was sent."""
    HELD = "held"
    """In line, and nothing moves until the operator acts."""
    DRAWING = "drawing"
    """At the provider."""
    UNSURE = "unsure"
    """The provider's answer was lost; a person decides."""
    DONE = "done"
    """There is a picture, perhaps several."""
    FAILED = "failed"
    """There is none."""
    UNSHOWN = "unshown"
    """There is a picture, but Discord will not take it."""
    CANCELLED = "cancelled"
    """Taken back before anything was sent."""
    WITHDRAWN = "withdrawn"
    """Accepted, but never shown in time; nothing was sent."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the rows of one job cannot tell: how the whole queue stands."""

    place: int | None = None
    """1 for the next in line; None when none of its images waits."""
    expected_at: Instant | None = None
    hold: HoldReason | None = None
    farewell: bool = False
    """Whether this is the last time that the card can be changed."""
    strikes: bool = False
    """Whether the safety system refused some of it where several such refusals block somebody."""

    def roughly(self) -> "Outlook":
        """The same without its figures: whether anything waits in line, and whether a time is promised."""
        place = None if self.place is None else 1
        return replace(self, place=place, expected_at=None if self.expected_at is None else 0)


@dataclass(frozen=True, slots=True)
class Failure:
    """Why one image is missing, and whether it cost something all the same."""

    reason: FailureReason
    charged: bool
    doubted: bool = False
    """Whether an earlier try of it may have been charged beside that."""


@dataclass(frozen=True, slots=True)
class Card:
    """All that a message about a job depends on."""

    job_id: JobId
    requester_id: int
    request: Request
    phase: Phase
    outlook: Outlook
    ready: int
    """How many pictures are on disk."""
    unsure: int
    """How many images wait for a person's decision."""
    cancelled: int
    failures: tuple[Failure, ...]
    pictures: tuple[Picture, ...]
    cost_microusd: Microusd
    """Settled costs, with the estimate of what is not settled."""
    doubt_microusd: Microusd
    """What earlier tries, whose outcome nobody knows, may have cost beside that."""
    settled: bool
    review: Review | None = None
    """Where it stands, if a moderator has to approve it."""
    review_reason: str | None = None
    """What the moderator who refused it said."""
    in_server: bool = False
    """Whether there are moderators whom its pictures can be reported to."""
    spoiler: bool = False
    """Whether its pictures are covered until somebody presses them."""
    language: Language = Language.ENGLISH
    command_language: Language = Language.ENGLISH
    """What it calls commands in: whoever a private card speaks to may have Discord in another language."""
    private: bool = False
    """Whether only one person sees it."""
    copied: bool = False
    """Whether this is a copy of it, as it stood when it was called."""

    @property
    def cancellable(self) -> bool:
        """Whether some image can still be taken back without a charge."""
        return self.outlook.place is not None

    @property
    def over(self) -> bool:
        """Whether this is the job's outcome."""
        return self.phase in {Phase.DONE, Phase.FAILED, Phase.UNSHOWN, Phase.CANCELLED, Phase.WITHDRAWN}

    @property
    def unsafe(self) -> bool:
        """Whether there is nothing but refusals by the safety system: the same again would be one more."""
        return self.phase is Phase.FAILED and all(
            failure.reason is FailureReason.SAFETY for failure in self.failures
        )

    @property
    def maybe_charged(self) -> bool:
        """Whether the provider may bill something that it has not told of."""
        return (
            self.unsure > 0
            or self.doubt_microusd > 0
            or any(failure.reason in MAYBE_CHARGED for failure in self.failures)
        )

    def digest(self) -> str:
        """The same for two cards exactly when no edit is due from one to the other: they show the same.

        With pictures on them they may differ in a place in line or a time: an edit uploads every picture
        again, which a better estimate is not worth. It begins with the tally, for `repeats`.
        """
        told = replace(self, outlook=self.outlook.roughly()) if self.pictures else self
        return self._tally + sha256(repr(told).encode("utf-8", "surrogatepass")).hexdigest()[:16]

    def repeats(self, shown_digest: str | None) -> bool:
        """Whether an edit would upload the pictures that are shown, and no image came to anything since."""
        return bool(self.pictures) and (shown_digest or "").startswith(self._tally)

    @property
    def _tally(self) -> str:
        return f"{len(self.pictures)}/{self.unsure}/{self.cancelled}/{len(self.failures)}/"


def compose(job: Job, tasks: tuple[Task, ...], outlook: Outlook) -> Card:
    """The card of a job as its rows stand."""
    return Card(
        job_id=job.id,
        requester_id=job.requester_id,
        request=job.request,
        phase=_phase(job, tasks, outlook),
        outlook=outlook,
        ready=_count(tasks, TaskState.RENDERED),
        unsure=_count(tasks, TaskState.UNKNOWN),
        cancelled=_count(tasks, TaskState.CANCELLED),
        failures=tuple(
            Failure(task.reason, bool(task.cost_microusd), bool(task.doubt_microusd))
            for task in tasks
            if task.reason
        ),
        pictures=tuple(task.picture for task in tasks if task.picture),
        cost_microusd=sum(
            task.estimate_microusd if task.cost_microusd is None else task.cost_microusd for task in tasks
        ),
        doubt_microusd=sum(task.doubt_microusd for task in tasks),
        settled=all(task.cost_microusd is not None for task in tasks),
        review=job.review,
        review_reason=job.review_reason,
        in_server=job.place.account_id != 0 and not job.place.private,
        spoiler=job.spoiler,
        language=job.place.language,
        command_language=job.place.command_language,
        private=job.place.private,
    )


def steady(promised: Instant | None, expected: Instant | None, now: Instant) -> Instant | None:
    """The time to promise: the earlier promise, unless it has become clearly wrong.

    A promise that moves with every new estimate would cost an edit each and please nobody.
    """
    if promised is None or expected is None or promised <= now:
        return expected
    tolerance_ms = max(10 * MS_PER_S, (expected - now) // 4)
    return promised if abs(expected - promised) <= tolerance_ms else expected


def _phase(job: Job, tasks: tuple[Task, ...], outlook: Outlook) -> Phase:
    states = {task.state for task in tasks}
    if job.state is JobState.WITHDRAWN:
        return Phase.WITHDRAWN
    if states <= {TaskState.CANCELLED}:
        return Phase.CANCELLED
    if all(task.over for task in tasks):
        return Phase.DONE if TaskState.RENDERED in states else Phase.FAILED
    if states & {TaskState.SUBMITTING, TaskState.RENDERING}:
        return Phase.DRAWING
    if TaskState.QUEUED in states and job.review is Review.WAITING:
        return Phase.REVIEW
    if TaskState.QUEUED in states:
        return Phase.HELD if outlook.hold else Phase.WAITING
    return Phase.UNSURE


def _count(tasks: tuple[Task, ...], state: TaskState) -> int:
    return sum(task.state is state for task in tasks)
