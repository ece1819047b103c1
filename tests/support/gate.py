"""Stopping the provider's stand-in in the middle of a request, for as long as a test wants."""

import asyncio
from typing import Any

from sandbox.modellix import ModellixSandbox


class Gate:
    """Holds the first request that comes to a moment (`submit.before`, `poll.after` ...) until `open`."""

    def __init__(self, sandbox: ModellixSandbox, moment: str) -> None:
        self._moment = moment
        self._reached = asyncio.Event()
        self._open = asyncio.Event()
        sandbox.on_event = self._hear

    async def reached(self) -> None:
        """Return when a request stands at the gate."""
        await self._reached.wait()

    def open(self) -> None:
        """Let it and all others through."""
        self._open.set()

    async def _hear(self, event: str, details: dict[str, Any]) -> None:
        if event == self._moment and not self._open.is_set():
            self._reached.set()
            await self._open.wait()
