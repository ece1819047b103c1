"""What a process and its children take, read from /proc. Linux only."""

import asyncio
import contextlib
import os
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

_PAGE_MIB = os.sysconf("SC_PAGE_SIZE") / 2**20
_TICKS_PER_S = os.sysconf("SC_CLK_TCK")
_SAMPLE_EVERY_S = 0.02


@dataclass
class Use:
    """What was taken while something ran."""

    idle_mib: float
    """Resident when it began."""
    peak_mib: float
    """The most that was resident at once, children included."""
    cpu_s: float = 0.0
    """Processor time, that of children which ended meanwhile included."""
    took_s: float = 0.0
    wakes: int = 0
    """How often a thread of it slept and was woken."""

    @property
    def cpu_percent(self) -> float:
        """Of one core."""
        return 100 * self.cpu_s / self.took_s


@asynccontextmanager
async def used(pid: int) -> AsyncIterator[Use]:
    """What a process takes within; the numbers are whole when it is left."""
    now_mib = _resident_mib(pid)
    use = Use(idle_mib=now_mib, peak_mib=now_mib)
    cpu_s, wakes, started = _cpu_s(pid), _wakes(pid), time.monotonic()
    sampling = asyncio.create_task(_sample(pid, use))
    try:
        yield use
    finally:
        sampling.cancel()
        use.took_s = time.monotonic() - started
        use.cpu_s = _cpu_s(pid) - cpu_s
        use.wakes = _wakes(pid) - wakes


async def _sample(pid: int, use: Use) -> None:
    while True:
        use.peak_mib = max(use.peak_mib, _resident_mib(pid))
        await asyncio.sleep(_SAMPLE_EVERY_S)


def _family(pid: int) -> Iterator[int]:
    yield pid
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text(encoding="ascii").split():
                yield from _family(int(child))


def _resident_mib(pid: int) -> float:
    total = 0.0
    for each in _family(pid):
        with contextlib.suppress(OSError):
            total += int(Path(f"/proc/{each}/statm").read_text(encoding="ascii").split()[1]) * _PAGE_MIB
    return total


def _cpu_s(pid: int) -> float:
    """Of the living, and of the children that they have waited for."""
    total = 0
    for each in _family(pid):
        with contextlib.suppress(OSError):
            stat = Path(f"/proc/{each}/stat").read_text(encoding="ascii", errors="replace")
            total += sum(map(int, stat.rpartition(")")[2].split()[11:15]))
    return total / _TICKS_PER_S


def _wakes(pid: int) -> int:
    total = 0
    for each in _family(pid):
        with contextlib.suppress(OSError):
            for thread in Path(f"/proc/{each}/task").iterdir():
                status = (thread / "status").read_text(encoding="ascii", errors="replace")
                total += int(status.partition("\nvoluntary_ctxt_switches:")[2].split()[0])
    return total
