"""Thirty requests a second for a minute, each drawn in one second."""

import asyncio

from benchmarks.figures import Figure, p99
from benchmarks.process import Use, used
from benchmarks.stage import ROOMY, Bot, stage

RUNS = 3
PER_SECOND, SECONDS, MEMBERS = 30, 60, 600


async def measure() -> list[Figure]:
    """Acknowledgement, delivery, processor and memory."""
    (times_s, delivered, use), (naive_s, naive_delivered, naive_use) = [await _load(who) for who in Bot]
    what = f"{PER_SECOND} requests a second for {SECONDS} s"
    return [
        Figure(f"{what}: acknowledged, p99", p99(times_s) * 1e3, "ms", p99(naive_s) * 1e3, at_most=300),
        Figure(f"{what}: delivered", delivered, "", naive_delivered, at_least=PER_SECOND * SECONDS),
        Figure(f"{what}: processor, of one core", use.cpu_percent, "%", naive_use.cpu_percent),
        Figure(f"{what}: peak memory", use.peak_mib, "MiB", naive_use.peak_mib),
    ]


async def _load(who: Bot) -> tuple[list[float], int, Use]:
    async with stage(who, settings=ROOMY) as place:
        members = place.members(MEMBERS)
        await place.start()
        async with used(place.bot.pid) as use:
            loop = asyncio.get_running_loop()
            asked, started = [], loop.time()
            for number in range(PER_SECOND * SECONDS):
                await asyncio.sleep(started + number / PER_SECOND - loop.time())
                asked.append(members[number % MEMBERS].slash("imagine", prompt=f"picture {number}"))
            answers = [await interaction.response(30) for interaction in asked]
            delivered = await place.delivered(asked, 120)
    return [answer.after_s for answer in answers], delivered, use
