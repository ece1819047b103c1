"""From the start of the process until it answers commands, on an empty database."""

import time
from statistics import median

from benchmarks.stage import Figure, stage

RUNS = 5


async def measure() -> list[Figure]:
    """The median of several starts."""
    took_s = []
    for _ in range(RUNS):
        async with stage() as place:
            started = time.perf_counter()
            await place.bot.start()
            await place.discord.ready("imagine")
            took_s.append(time.perf_counter() - started)
    return [Figure("start to ready, empty database", f"{median(took_s):.2f} s (median of {RUNS})")]
