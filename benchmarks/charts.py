"""The moderators' chart, drawn in a process as the bot does it, and in a thread as it does not.

The reason for docs/decisions/0011. Linux only.
"""

import asyncio
import importlib
import resource
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from benchmarks.stage import Figure
from bot.charts.render import Charts
from bot.chat.usage.report_pictures import REPORT, report_values
from tests.charts.examples import NAMES, RULES, a_report

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
    return [
        Figure("a chart in a process: time", _times(process)),
        Figure("a chart in a process: longest lag of the event loop", _lags(process)),
        Figure(
            f"a chart in a process: memory after {TIMES}",
            f"{beside_mib - idle_mib:+.0f} MiB in the bot, "
            f"at most {painter_mib:.0f} MiB in the painter, which ends",
        ),
        Figure("a chart in a thread: time", _times(thread)),
        Figure("a chart in a thread: longest lag of the event loop", _lags(thread)),
        Figure(
            f"a chart in a thread: memory after {TIMES}", f"{within_mib - beside_mib:+.0f} MiB in the bot"
        ),
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


def _times(runs: list[tuple[float, float]]) -> str:
    times = [took_s for took_s, _ in runs]
    return f"first {times[0]:.2f} s, then {min(times[1:]):.2f} to {max(times[1:]):.2f} s"


def _lags(runs: list[tuple[float, float]]) -> str:
    lags = [lag_s * 1000 for _, lag_s in runs]
    return f"first {lags[0]:.1f} ms, then at most {max(lags[1:]):.1f} ms"


def _resident_mib() -> float:
    (line,) = [
        line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmRSS:")
    ]
    return int(line.split()[1]) / 1024
