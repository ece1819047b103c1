"""Where a process may die: at every await that touches the outside, before and after its effect."""

import asyncio


class Crash(asyncio.CancelledError):
    """The process is gone: to asyncio a cancellation, which nothing in the program may catch and go on."""


class Fuse:
    """Counts the points that a run passes, and blows at one of them.

    Once blown, whatever is left of that run dies at its next point: a dead process touches nothing.
    """

    def __init__(self, at: int | None = None) -> None:
        """Blow at the point of that number, counted from 0; None never."""
        self._at = at
        self.passed: list[str] = []
        self.blown = False

    async def point(self, name: str) -> None:
        """A place where the process may die; others get their turn here, as at any real await."""
        await self.pause()
        if len(self.passed) == self._at:
            self.blown = True
            raise Crash
        self.passed.append(name)

    async def pause(self) -> None:
        """An await on the outside that has no effect there."""
        await asyncio.sleep(0)
        if self.blown:
            raise Crash
