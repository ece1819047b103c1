"""From the start of the process until it answers commands, on an empty database."""

import time

from benchmarks.figures import Figure
from benchmarks.stage import Bot, stage

RUNS = 5


async def measure() -> list[Figure]:
    """One start of each."""
    ours_s, naive_s = [await _start_s(who) for who in Bot]
    return [Figure("start to ready, empty database", ours_s, "s", naive_s)]


async def _start_s(who: Bot) -> float:
    async with stage(who) as place:
        started = time.perf_counter()
        await place.start()
        return time.perf_counter() - started
