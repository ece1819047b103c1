"""A bot that nobody asks anything, for a minute."""

import asyncio
from collections.abc import Mapping

from benchmarks.figures import Figure
from benchmarks.process import used
from benchmarks.stage import Bot, stage
from sandbox.modellix.faults import Kind

RUNS = 1
SETTLE_S, WATCHED_S = 10.0, 60.0


async def measure() -> list[Figure]:
    """Requests to both sides, wake-ups and processor time."""
    ours, naive = await asyncio.gather(*map(_quiet, Bot))
    names = (
        ("requests to Discord", ""),
        ("requests to the provider", ""),
        ("wake-ups a second", ""),
        ("processor, of one core", "%"),
    )
    return [
        Figure(f"idle for {WATCHED_S:.0f} s: {what}", one, unit, other)
        for (what, unit), one, other in zip(names, ours, naive, strict=True)
    ]


async def _quiet(who: Bot) -> tuple[float, ...]:
    async with stage(who) as place:
        await place.start()
        await asyncio.sleep(SETTLE_S)
        calls, asked = len(place.discord.books.calls), _asked(place.provider.world.requests)
        async with used(place.bot.pid) as use:
            await asyncio.sleep(WATCHED_S)
        return (
            len(place.discord.books.calls) - calls,
            _asked(place.provider.world.requests) - asked,
            use.wakes / use.took_s,
            use.cpu_percent,
        )


def _asked(requests: Mapping[Kind, list[float]]) -> int:
    return sum(map(len, requests.values()))
