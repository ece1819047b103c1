"""The time of the demo: that of the clock on the wall, except while a past is played."""

from __future__ import annotations

from datetime import UTC, datetime

from simcord._clock import Clock
from simcord._dpy_internals import real_monotonic

from bot.clock import SystemClock
from bot.domain.units import MS_PER_S, Instant, after


class DemoClock(SystemClock):
    """The machine's time, or one that runs behind it by a number of seconds."""

    def __init__(self, behind_s: float = 0.0) -> None:
        super().__init__()
        self._behind_s = behind_s

    def now(self) -> Instant:
        """This moment."""
        return after(super().now(), -self._behind_s)

    def unix_s(self) -> float:
        """This moment as Unix seconds."""
        return self.now() / MS_PER_S

    def skip_to(self, moment: Instant) -> None:
        """Let the time until then have passed; never back, and never beyond the machine's."""
        ahead_s = (moment - self.now()) / MS_PER_S
        self._behind_s -= min(max(ahead_s, 0.0), self._behind_s)

    def catch_up(self) -> None:
        """From here on, the machine's time."""
        self._behind_s = 0.0


class WallClock(Clock):
    """The demo's time where simcord has a virtual one that only tests move.

    simcord stamps messages, ages interaction tokens and answers `time.monotonic()` and
    `loop.time()` inside the bot from this clock. With the demo's, the bot and its workers agree
    on what time it is, a token dies after fifteen minutes, and nobody has to advance anything.
    """

    def __init__(self, time: DemoClock) -> None:
        """Nothing else to set: the rest is taken from the system."""
        self._time = time

    @property
    def elapsed(self) -> float:
        """Seconds on the system's monotonic clock, which simcord hides while it runs; timers go by it."""
        return real_monotonic()

    @elapsed.setter
    def elapsed(self, value: float) -> None:
        """Time cannot be set."""

    def now(self) -> datetime:
        return datetime.fromtimestamp(self._time.unix_s(), UTC)

    def advance(self, seconds: float) -> None:
        """Time passes by itself."""
