"""One picture at a time: from "done at the provider" to "posted", and the polls it took."""

import random
import time
from statistics import mean, median

from benchmarks.stage import Figure, shows_outcome, stage

WARM_UP, MEASURED = 24, 16
"""The durations of the warm-up are what the bot learns from."""
MEDIAN_S, SIGMA = 3.0, 0.25


async def measure() -> list[Figure]:
    """Render times drawn from a lognormal distribution."""
    rng = random.Random(7)
    lags_s: list[float] = []
    polls: list[int] = []
    async with stage() as place:
        (member,) = place.members(1)
        await place.bot.start()
        await place.discord.ready("imagine")
        for number in range(WARM_UP + MEASURED):
            place.provider.world.change({"duration_s": rng.lognormvariate(0, SIGMA) * MEDIAN_S})
            asked = member.slash("imagine", prompt=f"picture {number}")
            await asked.message(shows_outcome, 60)
            posted_at = time.time()
            task = list(place.provider.world.tasks.values())[-1]
            if number >= WARM_UP:
                lags_s.append(posted_at - task.done_at)
                polls.append(task.polls)
    return [
        Figure("done at the provider to posted", f"median {median(lags_s):.2f} s"),
        Figure("polls for one picture", f"mean {mean(polls):.1f}"),
    ]
