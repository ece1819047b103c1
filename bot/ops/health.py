"""Whether the bot can do its work at this moment, and if not, what is in the way."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import structlog

from bot.domain.errors import StoreError
from bot.domain.ports import Clock
from bot.domain.units import Instant, after
from bot.workers.pulse import Pulse

log: structlog.stdlib.BoundLogger = structlog.get_logger()

GOOD = "ok"
LOOP_MAX_S = 120.0
"""A turn is a few short transactions; the janitor's may hold a backup of a large database."""
STEP_MAX_S = 1800.0
"""A step is a request or a download with time limits of its own; Discord may ask to wait for minutes."""
WATCH_EVERY_S = 15.0
_WRITE_WITHIN_S = 3.0
_WRITE_HOLDS_S = 5.0
"""How long the last try to write counts: whoever asks often must not wear the disk out."""


class Health:
    """Looks at the connection to Discord, the database and the workers."""

    def __init__(
        self,
        pulses: Mapping[str, Pulse],
        clock: Clock,
        *,
        connected: Callable[[], bool],
        write: Callable[[], Awaitable[None]],
    ) -> None:
        """`pulses` are those of the workers by name; `write` puts something into the database.

        `connected` says whether Discord's gateway is up.
        """
        self.connected = connected
        self.pulses = pulses
        self._clock = clock
        self._write = write
        self._turn = asyncio.Lock()
        self._written: tuple[Instant, str] | None = None
        self._still: set[str] = set()

    async def parts(self) -> dict[str, str]:
        """How each part is: `ok`, or what is wrong with it."""
        return {
            "gateway": GOOD if self.connected() else "not connected to Discord",
            "database": await self._database(),
            "workers": "; ".join(f"{name}: {fault}" for name, fault in self.stalled().items()) or GOOD,
        }

    def stalled(self) -> dict[str, str]:
        """The workers that do not work, and how that shows."""
        faults = {name: _fault(pulse) for name, pulse in self.pulses.items()}
        return {name: fault for name, fault in faults.items() if fault is not None}

    async def watch(self) -> None:
        """Until cancelled: log once when a worker stands still, and once when it moves again."""
        while True:
            await self._clock.sleep(WATCH_EVERY_S)
            stalled = {name: fault for name, fault in self.stalled().items() if self.pulses[name].begun}
            for name in sorted(stalled.keys() - self._still):
                log.error("worker.stalled", worker=name, fault=stalled[name])
            for name in sorted(self._still - stalled.keys()):
                log.info("worker.moves_again", worker=name)
            self._still = set(stalled)

    async def _database(self) -> str:
        async with self._turn:
            now = self._clock.now()
            if self._written is None or now >= after(self._written[0], _WRITE_HOLDS_S):
                self._written = (now, await self._try_to_write())
            return self._written[1]

    async def _try_to_write(self) -> str:
        try:
            async with asyncio.timeout(_WRITE_WITHIN_S):
                await self._write()
        except TimeoutError:
            return f"a write took longer than {_WRITE_WITHIN_S:.0f} s"
        except StoreError as fault:
            return f"cannot be written ({type(fault).__name__}: {fault})"
        return GOOD


def still_s(pulse: Pulse) -> float:
    """How many seconds it has stood still, be it in one step alone; 0: it turns, or has nothing to do."""
    step_s = pulse.longest_step_s()
    return max(pulse.stands_still_s(), step_s if step_s > STEP_MAX_S else 0.0)


def _fault(pulse: Pulse) -> str | None:
    if not pulse.begun:
        return "has not begun to work"
    if (still_s := pulse.stands_still_s()) > LOOP_MAX_S:
        return f"has stood still for {still_s:.0f} s"
    if (step_s := pulse.longest_step_s()) > STEP_MAX_S:
        return f"one step has taken {step_s:.0f} s so far"
    return None
