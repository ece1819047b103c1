"""The loop that every worker is: claim due rows, move each one step, wait for the next or a nudge."""

import asyncio
import contextlib
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Coroutine, Sequence
from functools import partial
from typing import Any

import structlog

from bot.domain.errors import StaleMove, StoreBusy, StoreError, StoreFull
from bot.domain.ports import Clock
from bot.domain.units import Instant, seconds_between
from bot.workers.pulse import Pulse

log: structlog.stdlib.BoundLogger = structlog.get_logger()

RENEW_EVERY_S = 20.0
"""A third of a lease."""
_STORE_PAUSE_S = 2.0
"""How long a loop waits when the database does not answer."""


class Worker(ABC):
    """Moves rows that are due. Subclasses say which, and what a step is."""

    def __init__(self, name: str, clock: Clock) -> None:
        self.name = name
        self.pulse = Pulse(clock)
        self._clock = clock
        self._nudged = asyncio.Event()
        self._steps: dict[str, asyncio.Task[None]] = {}

    async def recover(self) -> None:
        """At start: settle what an earlier run left half done, as soon as the database lets us."""
        while True:
            try:
                await self._recover()
            except (StoreBusy, StoreFull) as fault:
                log.warning("worker.store_away", worker=self.name, fault=repr(fault))
                await self._clock.sleep(_STORE_PAUSE_S)
            else:
                return

    @abstractmethod
    async def _recover(self) -> None:
        """Settle what an earlier run left half done; may be begun anew."""

    @abstractmethod
    async def _claim(self) -> list[tuple[str, Coroutine[Any, Any, None]]]:
        """Claim what is due: the row's id, and the step that moves it."""

    @abstractmethod
    async def _next_due(self) -> Instant | None:
        """When to look again, if nobody nudges; None when nothing waits."""

    @abstractmethod
    async def _renew(self, ids: Sequence[str]) -> None:
        """Keep the lease of the rows under way."""

    def nudge(self) -> None:
        """Something became due: look at once."""
        self._nudged.set()

    async def run_once(self) -> Instant | None:
        """Move every due row one step; return when to look again."""
        await self._start_steps()
        await self.settled()
        return await self._next_due()

    async def run(self) -> None:
        """Work until cancelled. Steps under way are left to `drain`."""
        async with _background(self._keep_leases()):
            while True:
                self.pulse.turns()
                try:
                    await _whole(self._start_steps())
                    due = await self._next_due()
                except StoreError as fault:
                    log.warning("worker.store_away", worker=self.name, fault=repr(fault))
                    await self._clock.sleep(_STORE_PAUSE_S)
                else:
                    self.pulse.rests(due)
                    await self._wait_until(due)
                    self.pulse.woken()

    async def settled(self) -> None:
        """Return when no step is under way."""
        while self._steps:
            await asyncio.wait(self._steps.values())

    async def drain(self, seconds: float) -> None:
        """Let the steps under way finish, for so long; then cut them off where a crash would be safe."""
        if self._steps:
            await asyncio.wait(self._steps.values(), timeout=seconds)
        for step in self._steps.values():
            step.cancel()
        await self.settled()

    async def _start_steps(self) -> None:
        self._nudged.clear()
        for row_id, step in await self._claim():
            # A lease that lapsed while this very process was stopped: its step still runs here.
            if row_id in self._steps:
                step.close()
                continue
            task = asyncio.create_task(self._guarded(row_id, step), name=f"{self.name} {row_id}")
            self._steps[row_id] = task
            self.pulse.step_began(row_id)
            task.add_done_callback(partial(self._ended, row_id))

    def _ended(self, row_id: str, _: asyncio.Task[None]) -> None:
        del self._steps[row_id]
        self.pulse.step_ended(row_id)
        self.nudge()

    async def _guarded(self, row_id: str, step: Coroutine[Any, Any, None]) -> None:
        try:
            await step
        except StaleMove:
            log.info("worker.stale_move", worker=self.name, row=row_id)
        except StoreError as fault:
            log.warning("worker.store_away", worker=self.name, row=row_id, fault=repr(fault))
        except Exception:
            log.exception("worker.bug", worker=self.name, row=row_id)

    async def _keep_leases(self) -> None:
        while True:
            await self._clock.sleep(RENEW_EVERY_S)
            if self._steps:
                with contextlib.suppress(StoreError):
                    await self._renew(tuple(self._steps))

    async def _wait_until(self, due: Instant | None) -> None:
        """Sleep until then, or until nudged."""
        nudge = asyncio.create_task(self._nudged.wait())
        waits: list[asyncio.Task[Any]] = [nudge]
        if due is not None:
            pause_s = max(0.0, seconds_between(self._clock.now(), due))
            waits.append(asyncio.create_task(self._clock.sleep(pause_s)))
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()


async def _whole(work: Coroutine[Any, Any, None]) -> None:
    """Come to the end although cancelled meanwhile: what was claimed must get its step, for `drain`."""
    task = asyncio.create_task(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.gather(task, return_exceptions=True)
        raise


@contextlib.asynccontextmanager
async def _background(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
