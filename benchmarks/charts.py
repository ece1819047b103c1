"""The moderators' chart, drawn in a process as the bot does it, and in a thread as it does not.

The reason for docs/decisions/0011. Linux only.
"""

import asyncio
import importlib
import resource
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from benchmarks.figures import Figure
from bot.charts.render import Charts
from bot.chat.usage.report_pictures import REPORT, report_values
from tests.charts.examples import NAMES, RULES, a_report

RUNS = 1
TIMES = 5


async def measure() -> list[Figure]:
    """Time, the longest that the event loop stood still, and resident memory."""
    values = report_values(a_report(), NAMES, RULES)
    charts = Charts(timeout_s=60)
    idle_mib = _resident_mib()
    process = [await _watched(lambda: charts.draw(REPORT, values)) for _ in range(TIMES)]
    beside_mib = _resident_mib()
    painter_mib = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    paint = importlib.import_module("bot.charts.painter").paint
    thread = [await _watched(lambda: asyncio.to_thread(paint, REPORT, values)) for _ in range(TIMES)]
    within_mib = _resident_mib()
    (took_s, late_s), (thread_s, thread_late_s) = _worst(process), _worst(thread)
    return [
        Figure("a chart (instead of naive: drawn in a thread): slowest of 5", took_s, "s", thread_s),
        Figure("a chart: event loop late, worst", late_s * 1e3, "ms", thread_late_s * 1e3, at_most=20),
        Figure("a chart: memory left in the bot", beside_mib - idle_mib, "MiB", within_mib - beside_mib),
        Figure("a chart: memory of the painter, which ends", painter_mib, "MiB"),
    ]


async def _watched(work: Callable[[], Awaitable[object]]) -> tuple[float, float]:
    """Seconds that the work took, and the longest that the loop was late in it."""
    loop = asyncio.get_running_loop()
    late: list[float] = []

    async def watch() -> None:
        while True:
            due_at = loop.time() + 0.001
            await asyncio.sleep(0.001)
            late.append(loop.time() - due_at)

    watcher = asyncio.create_task(watch())
    await asyncio.sleep(0.02)
    started = time.perf_counter()
    assert await work()
    took_s = time.perf_counter() - started
    watcher.cancel()
    return took_s, max(late)


def _worst(runs: list[tuple[float, float]]) -> tuple[float, float]:
    return max(took_s for took_s, _ in runs), max(late_s for _, late_s in runs)


def _resident_mib() -> float:
    (line,) = [
        line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmRSS:")
    ]
    return int(line.split()[1]) / 1024
