"""A Discord that takes cards, remembers them, and has a bad day when told to."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.domain.cards import Card
from bot.domain.jobs import Job
from bot.domain.ports import Upload
from bot.domain.units import Instant
from tests.support.clock import ManualClock


@dataclass(frozen=True)
class Shown:
    """One card as it was put up."""

    at: Instant
    job_id: str
    card: Card
    uploads: tuple[Upload, ...]


@dataclass
class RecordingPublisher:
    """The `Publisher` port in memory."""

    clock: ManualClock
    shown: list[Shown] = field(default_factory=list)
    troubles: list[Exception] = field(default_factory=list)
    """Raised by the next calls, one each."""
    messages: dict[str, int] = field(default_factory=dict)
    """By job id, the messages that acknowledged jobs."""
    calls: int = 0
    gate: asyncio.Event | None = None
    """While it is there and not set, showing takes that long."""
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    async def show(self, job: Job, card: Card, uploads: Sequence[Upload]) -> None:
        """Take a card, or the next trouble."""
        self._call()
        if self.gate is not None:
            self.reached.set()
            await self.gate.wait()
        self.shown.append(Shown(self.clock.now(), job.id, card, tuple(uploads)))
        self._news.set()

    async def find(self, job: Job) -> int | None:
        """Look for a message, or the next trouble."""
        self._call()
        return self.messages.get(job.id)

    async def has_shown(self, count: int) -> None:
        """Return when so many cards were put up."""
        while len(self.shown) < count:
            self._news.clear()
            await self._news.wait()

    def _call(self) -> None:
        self.calls += 1
        if self.troubles:
            raise self.troubles.pop(0)
