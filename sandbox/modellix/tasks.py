"""A task: one paid picture, and where it stands."""

from dataclasses import dataclass
from enum import StrEnum

from sandbox.modellix.faults import Fault
from sandbox.modellix.settings import price_microusd

_PENDING_SHARE = 0.1  # of a task's duration
FAILING = frozenset(fault for fault in Fault if fault.startswith("failed_")) | {
    Fault.SAYS_ERROR,
    Fault.SAYS_CANCELED,
    Fault.SAYS_CANCELLED,
}


class State(StrEnum):
    """Where a task stands; the words of the real API."""

    PENDING = "pending"
    PROCESSING = "processing"
    SUCCESS = "success"
    FAILED = "failed"

    @property
    def is_over(self) -> bool:
        """Whether it will not change any more."""
        return self in (State.SUCCESS, State.FAILED)


@dataclass(slots=True)
class Task:
    """One accepted, paid submit. Times are seconds of the world's clock."""

    id: str
    number: int
    prompt: str
    size: str
    quality: str
    fates: frozenset[Fault]
    submitted_at: float
    done_at: float
    polls: int = 0
    downloads: int = 0

    def state(self, now: float) -> State:
        """Where the task stands at `now`."""
        if Fault.STUCK in self.fates or now < self.done_at:
            early = self.submitted_at + (self.done_at - self.submitted_at) * _PENDING_SHARE
            return State.PENDING if now < early else State.PROCESSING
        return State.FAILED if self.fails else State.SUCCESS

    @property
    def fails(self) -> bool:
        """Whether the task comes to nothing."""
        return bool(self.fates & FAILING)

    @property
    def charge_microusd(self) -> int:
        """What it costs: nothing where it fails, unless that is billed."""
        if self.fails and Fault.FAILED_BUT_BILLED not in self.fates:
            return 0
        return price_microusd(self.size, self.quality)
