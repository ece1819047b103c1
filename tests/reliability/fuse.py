"""Where a process may die: at every await that touches the outside, before and after its effect."""

import asyncio
from collections.abc import Callable


class Crash(asyncio.CancelledError):
    """The process is gone: to asyncio a cancellation, which nothing in the program may catch and go on."""


class Fuse:
    """Counts the points that a run passes, and blows at one of them.

    Once blown, whatever is left of that run dies at its next point: a dead process touches nothing.
    So what a crash leaves behind is exactly what the outside looks like when its point is reached.
    """

    def __init__(self, at: int | None = None, *, reached: Callable[[str], None] = lambda _: None) -> None:
        """Blow at the point of that number, counted from 0; None never. `reached` hears of every point."""
        self._at = at
        self._reached = reached
        self.passed: list[str] = []
        self.blown = False

    def arm(self, points: int) -> None:
        """Blow once so many more points are passed."""
        self._at = len(self.passed) + points

    async def point(self, name: str) -> None:
        """A place where the process may die; others get their turn here, as at any real await."""
        await self.pause()
        if len(self.passed) == self._at:
            self.blown = True
            raise Crash
        self._reached(f"{name} ({len(self.passed)})")
        self.passed.append(name)

    async def pause(self) -> None:
        """An await on the outside that has no effect there."""
        await asyncio.sleep(0)
        if self.blown:
            raise Crash
