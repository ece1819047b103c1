"""Four 4K pictures of noise at once, each too large for Discord: the most that one request can ask."""

import asyncio
import time
from dataclasses import replace

import aiohttp

from benchmarks.figures import Figure, p50, p99
from benchmarks.process import Use, used
from benchmarks.stage import FREE, Bot, stage

RUNS = 3
DONE_WITHIN_S = 30
"""The naive bot never is: Discord takes none of its files."""
_LOOK_EVERY_S = 0.005


async def measure() -> list[Figure]:
    """Memory of the bot with its children, and how long its event loop stood still."""
    (use, lags_s, posted_mib), (naive_use, _, _) = [await _four(who) for who in Bot]
    what = "four 4K pictures of 24 MiB"
    return [
        Figure("memory, connected and idle", use.idle_mib, "MiB", naive_use.idle_mib),
        Figure(f"{what}: peak memory", use.peak_mib, "MiB", naive_use.peak_mib, at_most=400),
        Figure(f"{what}: event loop late, p50", p50(lags_s) * 1e3, "ms"),
        Figure(f"{what}: event loop late, p99", p99(lags_s) * 1e3, "ms", at_most=20),
        Figure(f"{what}: posted", posted_mib, "MiB", at_least=4),
    ]


async def _four(who: Bot) -> tuple[Use, list[float], float]:
    port = 29464
    settings = {"OPS_PORT": str(port)}
    async with stage(who, settings=settings, provider=replace(FREE, pictures="noise")) as place:
        (member,) = place.members(1)
        await place.start()
        async with used(place.bot.pid) as use:
            watching = asyncio.create_task(_late(port)) if who is Bot.OURS else None
            asked = member.slash("imagine", prompt="static", size="3840x2160", count=4)
            await place.delivered([asked], DONE_WITHIN_S)
            lags_s = await _ended(watching)
    attachments = asked.original.attachments if asked.original else []
    return use, lags_s, sum(len(each.data or b"") for each in attachments) / 2**20


async def _late(port: int) -> list[float]:
    """How long `/healthz`, which needs the loop and nothing else, takes to answer; until cancelled."""
    late_s: list[float] = []
    async with aiohttp.ClientSession() as web:
        try:
            while True:
                began_s = time.perf_counter()
                async with web.get(f"http://127.0.0.1:{port}/healthz") as answer:
                    await answer.read()
                late_s.append(time.perf_counter() - began_s)
                await asyncio.sleep(_LOOK_EVERY_S)
        except asyncio.CancelledError:
            return late_s


async def _ended(watching: "asyncio.Task[list[float]] | None") -> list[float]:
    if watching is None:
        return []
    watching.cancel()
    return await watching
