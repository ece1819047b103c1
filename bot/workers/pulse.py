"""When a worker last moved: so that one which stands still can be told from one that has nothing to do."""

from bot.domain.ports import Clock
from bot.domain.units import Instant, seconds_between


class Pulse:
    """Kept by the worker itself, read by whoever watches over it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._late_from: Instant | None = None
        self._steps: dict[str, Instant] = {}
        self.begun = False
        """Whether it turned at all yet: recovery and the login to Discord come before."""

    def turns(self) -> None:
        """A turn begins, or is tried once more."""
        if self._late_from is None:
            self._late_from = self._clock.now()
        self.begun = True

    def rests(self, until: Instant | None) -> None:
        """The turn is over; the next one begins then, or before; None: when something calls for it."""
        self._late_from = None if until is None else max(until, self._clock.now())

    def woken(self) -> None:
        """The rest is over, at its end or before."""
        self._late_from = None

    def step_began(self, row_id: str) -> None:
        """A row is being moved, beside the turns."""
        self._steps[row_id] = self._clock.now()

    def step_ended(self, row_id: str) -> None:
        """It was moved, or could not be."""
        self._steps.pop(row_id, None)

    def stands_still_s(self) -> float:
        """For how many seconds the turn under way has lasted, or the next one is overdue; else 0."""
        return 0.0 if self._late_from is None else _since_s(self._late_from, self._clock.now())

    def longest_step_s(self) -> float:
        """How many seconds the oldest of the steps under way has taken so far; 0 when there is none."""
        return _since_s(min(self._steps.values(), default=self._clock.now()), self._clock.now())


def _since_s(then: Instant, now: Instant) -> float:
    return seconds_between(then, max(then, now))
