"""Requests, jobs and tasks: what they are, the states they pass through, and who moves them.

A state is told three ways that `tests/storage/test_schema.py` holds together: the enums here, the
transition tables here, and the CHECK constraints of the schema.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeAlias

from bot.domain.errors import OptionUnknown
from bot.domain.language import Language
from bot.domain.units import Instant, Microusd

PROMPT_MAX_CHARS = 32_000
"""The provider's limit (facts: Modellix, Submit)."""
COUNT_MAX = 4

JobId: TypeAlias = str
"""Ten characters that a person can read out, shown on every card."""
TaskId: TypeAlias = str
"""The job's id, a hyphen, and the image's number from 1: `k7m2q9xw4p-1`."""


class Size(StrEnum):
    """The sizes the provider renders, as width x height in pixels."""

    SQUARE = "1024x1024"
    LANDSCAPE = "1536x1024"
    PORTRAIT = "1024x1536"
    SQUARE_2K = "2048x2048"
    LANDSCAPE_2K = "2048x1152"
    LANDSCAPE_4K = "3840x2160"
    PORTRAIT_4K = "2160x3840"

    @property
    def pixels(self) -> tuple[int, int]:
        """Width and height."""
        width, height = self.value.split("x")
        return int(width), int(height)

    @property
    def larger(self) -> "Size | None":
        """The next larger size of the same shape; None where there is none."""
        return _LARGER.get(self)


_LARGER = {
    Size.SQUARE: Size.SQUARE_2K,
    Size.LANDSCAPE: Size.LANDSCAPE_2K,
    Size.LANDSCAPE_2K: Size.LANDSCAPE_4K,
    Size.PORTRAIT: Size.PORTRAIT_4K,
}


class Quality(StrEnum):
    """How much work the provider puts into an image: slower and dearer with each step."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class Request:
    """What a member asked for."""

    prompt: str
    size: Size = Size.SQUARE
    quality: Quality = Quality.LOW
    count: int = 1

    def __post_init__(self) -> None:
        if not 1 <= len(self.prompt) <= PROMPT_MAX_CHARS:
            raise ValueError(f"a prompt has 1 to {PROMPT_MAX_CHARS} characters")
        if not 1 <= self.count <= COUNT_MAX:
            raise ValueError(f"a request is for 1 to {COUNT_MAX} images")


Change: TypeAlias = Callable[[Request], Request]
"""What another request is like, beside an earlier one."""


def unchanged(request: Request) -> Request:
    """The same once more."""
    return request


def bigger(request: Request) -> Request:
    """The same at the next larger size of its shape.

    Raises:
        OptionUnknown: there is none larger.
    """
    if request.size.larger is None:
        raise OptionUnknown("a larger size")
    return replace(request, size=request.size.larger)


class TaskState(StrEnum):
    """One paid image: each state tells what it cost so far and what a crash there means."""

    QUEUED = "queued"
    """Waiting for its turn; nothing was sent. After a crash it is simply claimed again.

    In a backup that is put back it becomes `unknown`: it may have been sent since.
    """
    SUBMITTING = "submitting"
    """The paid request is on its way, its intent committed. After a crash it becomes `unknown`."""
    RENDERING = "rendering"
    """The provider took it and works on it. After a crash it is polled again."""
    RENDERED = "rendered"
    """Final: the picture is on disk and its charge settled."""
    FAILED = "failed"
    """Final: there is no picture, and the reason is kept. Released unless the provider billed it."""
    UNKNOWN = "unknown"
    """Nobody knows whether the provider took it. Never sent again unless a person says so."""
    CANCELLED = "cancelled"
    """Final: taken back before it was sent, or sent again; what waited was not charged."""


TASK_MOVES: Mapping[TaskState, frozenset[TaskState]] = {
    TaskState.QUEUED: frozenset({TaskState.SUBMITTING, TaskState.CANCELLED, TaskState.UNKNOWN}),
    TaskState.SUBMITTING: frozenset(
        {TaskState.RENDERING, TaskState.QUEUED, TaskState.FAILED, TaskState.UNKNOWN}
    ),
    TaskState.RENDERING: frozenset({TaskState.RENDERED, TaskState.FAILED}),
    TaskState.UNKNOWN: frozenset({TaskState.RENDERING, TaskState.QUEUED, TaskState.FAILED}),
    TaskState.RENDERED: frozenset(),
    TaskState.FAILED: frozenset(),
    TaskState.CANCELLED: frozenset(),
}

TASK_OVER = frozenset(state for state, moves in TASK_MOVES.items() if not moves)
"""States that no task leaves."""


class JobState(StrEnum):
    """What Discord shows of one accepted request."""

    ACCEPTED = "accepted"
    """Written, its card not yet acknowledged; its tasks cannot be claimed yet."""
    OPEN = "open"
    """Its card is in the channel and its tasks are under way."""
    DELIVERING = "delivering"
    """All tasks are over; the outcome is being put on the card. Repeated after a crash."""
    DELIVERED = "delivered"
    """Final: the card shows the outcome, with its pictures or the reason there are none."""
    WITHDRAWN = "withdrawn"
    """Final: the acknowledgement failed; nothing was submitted and nothing charged.

    Unless a backup was put back that knew it as accepted: what may have been sent since keeps its estimate.
    """
    CANCELLED = "cancelled"
    """Final: taken back by a person before anything was submitted."""
    UNDELIVERABLE = "undeliverable"
    """Final: the card or its place is gone. The pictures are kept."""


JOB_MOVES: Mapping[JobState, frozenset[JobState]] = {
    JobState.ACCEPTED: frozenset({JobState.OPEN, JobState.WITHDRAWN}),
    JobState.OPEN: frozenset({JobState.DELIVERING, JobState.CANCELLED, JobState.UNDELIVERABLE}),
    JobState.DELIVERING: frozenset({JobState.DELIVERED, JobState.UNDELIVERABLE}),
    JobState.DELIVERED: frozenset(),
    JobState.WITHDRAWN: frozenset(),
    JobState.CANCELLED: frozenset(),
    JobState.UNDELIVERABLE: frozenset(),
}

JOB_OVER = frozenset(state for state, moves in JOB_MOVES.items() if not moves)
"""States that no job leaves."""


class FailureReason(StrEnum):
    """Why a task has no picture; `bot/chat/cards/card_words.py` has the sentence for each."""

    SAFETY = "safety"
    """The provider's safety system refused the prompt."""
    REJECTED = "rejected"
    """The provider refused the request itself (HTTP 400, 403, 404 ...); nothing was made."""
    PROVIDER_FAILED = "provider_failed"
    """The provider took the task and gave up on it."""
    TOO_LATE = "too_late"
    """No answer within the time allowed; it may have been charged."""
    EXPIRED = "expired"
    """The provider no longer knows the task."""
    PICTURE_LOST = "picture_lost"
    """Rendered and paid, but the link to the picture would not be read."""
    PICTURE_BAD = "picture_bad"
    """Rendered and paid, but what came was not a picture that can be shown."""
    LEFT = "left"
    """Outcome unknown, and a person chose not to try again; it may have been charged."""


MAYBE_CHARGED = frozenset({FailureReason.TOO_LATE, FailureReason.EXPIRED, FailureReason.LEFT})
"""Failures without a bill where the provider may bill all the same: they keep their estimate."""


class Review(StrEnum):
    """Where a job stands that a moderator has to approve before anything is sent."""

    WAITING = "waiting"
    """In the log channel; its tasks cannot be claimed."""
    APPROVED = "approved"
    REFUSED = "refused"
    """Cancelled; nothing was sent."""
    UNANSWERED = "unanswered"
    """Cancelled, because no moderator decided in time; nothing was sent."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture on disk, as it was decoded."""

    path: str
    """Relative to the data folder."""
    width: int
    height: int
    format: str
    """`png`, `jpeg` or `webp`, sniffed from the bytes."""
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where a request came from, and by what right the bot may answer there."""

    interaction_id: int
    channel_id: int
    guild_id: int | None
    token: str
    """Credential of the interaction, good for 15 minutes. Never logged."""
    token_expires_at: Instant
    bot_is_member: bool
    """Whether the bot itself can reach the channel after the token died."""
    upload_limit_bytes: int
    """What one file may weigh here (`attachment_size_limit` of the interaction)."""
    language: Language
    """What a card there speaks: the server's language, on a private card the member's."""
    command_language: Language = Language.ENGLISH
    """What commands are called on it: in the same, on a private card as in the member's Discord."""
    private: bool = False
    """Whether only the requester sees the card. Discord lets such a message be changed by the token alone."""

    @property
    def account_id(self) -> int:
        """Where its use is counted: the server where the bot is a member, 0 for personal use."""
        return self.guild_id if self.guild_id is not None and self.bot_is_member else 0

    @property
    def outlives_token(self) -> bool:
        """Whether the bot can change the card after the interaction's token died."""
        return self.bot_is_member and not self.private


@dataclass(frozen=True, slots=True)
class Job:
    """One accepted request: one message in Discord, 1 to 4 images."""

    id: JobId
    state: JobState
    request: Request
    requester_id: int
    place: Place
    accepted_at: Instant
    message_id: int | None = None
    due_at: Instant | None = None
    """When the deliverer looks at it next; None when nothing is left to show."""
    attempts: int = 0
    """Failed tries in a row to show its card."""
    shown_digest: str | None = None
    shown_at: Instant | None = None
    expected_at: Instant | None = None
    """The time of completion that the card promises."""
    ended_at: Instant | None = None
    deleted_at: Instant | None = None
    kept_at: Instant | None = None
    """Since when its requester keeps it: no retention takes it away."""
    erased_at: Instant | None = None
    """Since when its prompt and pictures are gone: nothing can be done with it any more."""
    review: Review | None = None
    """None where no moderator has to approve it."""
    review_reason: str | None = None
    """What the moderator who refused it said."""
    spoiler: bool = False
    """Whether its pictures are covered until somebody presses them."""


@dataclass(frozen=True, slots=True)
class Task:
    """One paid image at the provider."""

    id: TaskId
    job_id: JobId
    number: int
    """From 1, the order in which a job's images are shown."""
    state: TaskState
    estimate_microusd: Microusd
    """Reserved when accepted, from the price table."""
    cost_microusd: Microusd | None = None
    """Settled: what the provider billed, or 0 when released. None while reserved."""
    doubt_microusd: Microusd = 0
    """What earlier tries may have cost beside that: lost on the way, and sent again when a person said so."""
    attempt_id: str | None = None
    """Names one sending of the paid request; a late answer is attached by it."""
    attempts: int = 0
    """How often its paid request was put on the wire or could not be."""
    provider_task_id: str | None = None
    submitted_at: Instant | None = None
    deadline_at: Instant | None = None
    due_at: Instant | None = None
    polls: int = 0
    stumbles: int = 0
    """Polls or downloads that failed in a row: the step of the backoff."""
    fetches: int = 0
    """Downloads tried so far."""
    reason: FailureReason | None = None
    detail: str | None = None
    """What the provider said, capped; for moderators and the operator, never for the log."""
    picture: Picture | None = None
    took_ms: int | None = None
    """How long the provider worked on it."""
    ended_at: Instant | None = None

    @property
    def over(self) -> bool:
        """Whether no move is left."""
        return self.state in TASK_OVER
