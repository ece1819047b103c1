"""The time of the machine, made steady."""

import asyncio
import time

from bot.domain.units import MS_PER_S, Instant


class SystemClock:
    """Wall time as it was at start, moved on by the monotonic clock.

    A wall clock that is set back or forward while the program runs moves nothing here: no lease
    lapses early, no deadline comes late.
    """

    def __init__(self) -> None:
        self._start_ms = time.time_ns() // 1_000_000
        self._start_s = time.monotonic()

    def now(self) -> Instant:
        """This moment."""
        return self._start_ms + int((time.monotonic() - self._start_s) * MS_PER_S)

    async def sleep(self, seconds: float) -> None:
        """Return when that much time has passed."""
        await asyncio.sleep(seconds)  # noqa: TID251 - this is the one place
