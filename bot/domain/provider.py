"""What the provider can answer, by what it means for the money (facts: Modellix).

Values, not errors: an answer that was not hoped for is still an answer, and each has its own move.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from bot.domain.jobs import FailureReason
from bot.domain.units import Instant, Microusd


class RequestKind(StrEnum):
    """What a request to the provider is for."""

    SUBMIT = "submit"
    """The paid POST. Goes first."""
    POLL = "poll"
    """Everything else that is asked of the API."""


class HoldReason(StrEnum):
    """Why nothing is submitted for anybody until a probe passes."""

    KEY = "key"
    """401: the key is not accepted."""
    BALANCE = "balance"
    """402: the balance is used up."""
    AWAY = "away"
    """It does not answer, or only with errors: a submit now might be paid and never heard of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What every answer may bear, whatever it means; the lack of one is an answer too."""

    request_id: str | None = field(default=None, compare=False)
    """What the provider calls the request, to be quoted to its support; None where it did not say."""


@dataclass(frozen=True, slots=True)
class Throttled(Answer):
    """429: refused before charging. Wait, then ask again."""

    retry_after_s: float | None
    """What the provider asked for, if it did."""
    concurrency: bool
    """Too many tasks at once, rather than too many requests a minute."""


@dataclass(frozen=True, slots=True)
class Held(Answer):
    """401 or 402: it concerns every job, not this one."""

    reason: HoldReason


@dataclass(frozen=True, slots=True)
class Taken(Answer):
    """The submit was accepted and will be paid."""

    provider_task_id: str


@dataclass(frozen=True, slots=True)
class Refused(Answer):
    """The submit was refused: nothing made, nothing paid."""

    reason: FailureReason
    detail: str


@dataclass(frozen=True, slots=True)
class NotSent(Answer):
    """No connection could be opened: safe to submit again."""

    detail: str


@dataclass(frozen=True, slots=True)
class Uncertain(Answer):
    """The request went out and no certain answer came back: never submit again by itself."""

    detail: str


SubmitOutcome: TypeAlias = Taken | Refused | NotSent | Uncertain | Throttled | Held


@dataclass(frozen=True, slots=True)
class Working(Answer):
    """Not finished yet."""


@dataclass(frozen=True, slots=True)
class Done(Answer):
    """Rendered."""

    url: str | None
    """Where the picture is; None when the answer lists none. Never logged."""
    took_ms: int | None
    cost_microusd: Microusd | None
    expires_at: Instant | None


@dataclass(frozen=True, slots=True)
class Over(Answer):
    """The provider gave up on the task."""

    reason: FailureReason
    detail: str
    cost_microusd: Microusd | None


@dataclass(frozen=True, slots=True)
class Gone(Answer):
    """404: the task is unknown to the provider, or expired."""


@dataclass(frozen=True, slots=True)
class Unreachable(Answer):
    """No usable answer to a poll; asking again costs nothing."""

    detail: str


PollOutcome: TypeAlias = Working | Done | Over | Gone | Unreachable | Throttled | Held
