"""From "done at the provider" to "posted", and the polls it took, for three ways of taking time.

Within an account of the first tiers: ten tasks at once, a hundred requests a minute. Both bots and all three
distributions run side by side: twenty pictures a minute leave the machine nearly idle.
"""

import asyncio
from collections.abc import Callable
from random import Random
from statistics import mean, median

from benchmarks.figures import Figure
from benchmarks.renders import DISTRIBUTIONS
from benchmarks.stage import TIGHT, Bot, stage

RUNS = 1
WARM_UP, MEASURED = 24, 60
"""The warm-up is what the bot learns from."""
PER_MINUTE = 20.0


async def measure() -> list[Figure]:
    """Medians over the pictures after the warm-up."""
    names = list(DISTRIBUTIONS)
    runs = await asyncio.gather(*(_run(who, DISTRIBUTIONS[name]) for name in names for who in Bot))
    figures = []
    for name, (lags_s, polls), (naive_s, naive_polls) in zip(names, runs[::2], runs[1::2], strict=True):
        figures += [
            Figure(f"{name} renders: done to posted, p50", median(lags_s), "s", median(naive_s), at_most=1),
            Figure(f"{name} renders: polls an image", mean(polls), "", mean(naive_polls), at_most=4),
        ]
    return figures


async def _run(who: Bot, takes_s: Callable[[Random, float], float]) -> tuple[list[float], list[int]]:
    rng, total = Random(7), WARM_UP + MEASURED
    times_s = [takes_s(rng, number / total) for number in range(total)]
    posted_at: dict[int, float] = {}
    async with stage(who, draw_s=lambda number: times_s[number - 1], provider=TIGHT) as place:
        members = place.members(total)
        await place.start()

        async def request(number: int) -> None:
            await asyncio.sleep(60 / PER_MINUTE * number)
            asked = members[number].slash("imagine", prompt=f"picture {number}")
            await place.discord.until(lambda: place.is_over(asked), 300)
            posted_at[number] = place.provider.world.now()

        await asyncio.gather(*map(request, range(total)))
        tasks = {int(task.prompt.rpartition(" ")[2]): task for task in place.provider.world.tasks.values()}
    measured = range(WARM_UP, total)
    lags_s = [posted_at[number] - tasks[number].done_at for number in measured]
    return lags_s, [tasks[number].polls for number in measured]
