"""simcord's clock, tied to the clock on the wall."""

from __future__ import annotations

from datetime import UTC, datetime

from simcord._clock import Clock
from simcord._dpy_internals import real_monotonic


class WallClock(Clock):
    """Real time where simcord has a virtual one that only tests move.

    simcord stamps messages, ages interaction tokens and answers `time.monotonic()` and
    `loop.time()` inside the bot from this clock. With the real one, the bot and its workers agree
    on what time it is, a token dies after fifteen real minutes, and nobody has to advance anything.
    """

    def __init__(self) -> None:
        """Nothing to set: both readings are taken from the system."""

    @property
    def elapsed(self) -> float:
        """Seconds on the system's monotonic clock, which simcord hides while it runs."""
        return real_monotonic()

    @elapsed.setter
    def elapsed(self, value: float) -> None:
        """Time cannot be set."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def advance(self, seconds: float) -> None:
        """Time passes by itself."""
