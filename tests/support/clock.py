"""Time that moves only when a test says so (`bot.domain.ports.Clock`)."""

import asyncio
from bisect import insort

from bot.domain.units import MS_PER_S, Instant, after

START: Instant = 1_790_000_000_000


class ManualClock:
    """Stands still until `advance`; whoever sleeps wakes when that reaches their time."""

    def __init__(self, start: Instant = START) -> None:
        self._now = start
        self._sleepers: list[tuple[Instant, int, asyncio.Future[None]]] = []
        self._watchers: list[tuple[int, asyncio.Future[None]]] = []
        self._count = 0

    def now(self) -> Instant:
        """This moment."""
        return self._now

    def unix_s(self) -> float:
        """This moment as Unix seconds: the `now` of the provider's stand-in."""
        return self._now / MS_PER_S

    async def sleep(self, seconds: float) -> None:
        """Return when the test has moved time on by that much; at once, after one turn, if it is 0."""
        wakes_at = after(self._now, seconds)
        if wakes_at <= self._now:
            await asyncio.sleep(0)
            return
        self._count += 1
        bed = (wakes_at, self._count, asyncio.get_running_loop().create_future())
        insort(self._sleepers, bed)
        self._tell_watchers()
        try:
            await bed[2]
        finally:
            if bed in self._sleepers:
                self._sleepers.remove(bed)

    def advance(self, seconds: float) -> None:
        """Move time on and wake those whose time has come; they run when the test next awaits."""
        self.move_to(after(self._now, seconds))

    def move_to(self, moment: Instant) -> None:
        """Move time on to a moment; never back."""
        self._now = max(self._now, moment)
        while self._sleepers and self._sleepers[0][0] <= self._now:
            _, _, waking = self._sleepers.pop(0)
            if not waking.done():
                waking.set_result(None)

    @property
    def wakes_at(self) -> Instant | None:
        """When the first sleeper wakes; None when nobody sleeps."""
        return self._sleepers[0][0] if self._sleepers else None

    async def asleep(self, count: int = 1) -> None:
        """Return when at least so many sleep: then the code under test has come to its wait."""
        if len(self._sleepers) < count:
            watcher = (count, asyncio.get_running_loop().create_future())
            self._watchers.append(watcher)
            await watcher[1]

    def _tell_watchers(self) -> None:
        for count, seen in self._watchers[:]:
            if len(self._sleepers) >= count:
                self._watchers.remove((count, seen))
                if not seen.done():
                    seen.set_result(None)
