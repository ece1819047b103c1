"""How much of what an account can render comes out of it: ten tasks at once, a hundred requests a minute.

Renders take about 30 s (people report that and more for medium quality), so ten at once come to twenty images
a minute, and leave each image four polls. At 12 s the requests would be the limit: one poll each.
"""

import asyncio
from random import Random

from benchmarks.figures import Figure
from benchmarks.stage import TIGHT, Bot, Stage, stage

RUNS = 1
MEDIAN_S, SIGMA = 30.0, 0.25
LEARN_S, MEASURE_S = 90.0, 240.0
WAITING = 180


async def measure() -> list[Figure]:
    """Images a minute, as a share of ten tasks that never stand idle."""
    ours, naive = await asyncio.gather(*map(_share, Bot))
    what = "of what a 100-requests, 10-tasks account can render"
    return [Figure(what, ours * 100, "%", naive * 100, at_least=95)]


async def _share(who: Bot) -> float:
    rng = Random(7)
    times_s = [MEDIAN_S * rng.lognormvariate(0, SIGMA) for _ in range(1_000)]
    async with stage(who, draw_s=times_s.__getitem__, provider=TIGHT) as place:
        members = place.members(WAITING)
        await place.start()
        asked = [member.slash("imagine", prompt=f"picture {n}") for n, member in enumerate(members)]
        await asyncio.gather(*(interaction.response(30) for interaction in asked))
        await asyncio.sleep(LEARN_S)
        return await _busy(place)


async def _busy(place: Stage) -> float:
    """The share of its ten places that the provider was at work, while pictures kept waiting."""
    world = place.provider.world
    began_at = world.now()
    await asyncio.sleep(MEASURE_S)
    ended_at = world.now()
    worked_s = sum(
        max(0.0, min(task.done_at, ended_at) - max(task.submitted_at, began_at))
        for task in world.tasks.values()
    )
    return worked_s / (TIGHT.tasks_at_once * (ended_at - began_at))
