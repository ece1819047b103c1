"""Three hundred commands at once from three hundred members, each for a picture of 3 MiB."""

from dataclasses import replace

from benchmarks.figures import Figure, p50, p99
from benchmarks.process import Use, used
from benchmarks.stage import FREE, ROOMY, Bot, stage

RUNS = 3
MEMBERS = 300


async def measure() -> list[Figure]:
    """How fast each is acknowledged, whether all are delivered, and the memory it took."""
    (times_s, delivered, use), (naive_s, naive_delivered, naive_use) = [await _burst(who) for who in Bot]
    what = f"burst of {MEMBERS}"
    return [
        Figure(f"{what}: acknowledged, p50", p50(times_s) * 1e3, "ms", p50(naive_s) * 1e3),
        Figure(
            f"{what}: acknowledged, p99",
            p99(times_s) * 1e3,
            "ms",
            p99(naive_s) * 1e3,
            at_most=500,
            of_naive=1.0,
        ),
        Figure(f"{what}: delivered", delivered, "", naive_delivered, at_least=MEMBERS),
        Figure(f"{what}: peak memory", use.peak_mib, "MiB", naive_use.peak_mib, of_naive=0.5),
    ]


async def _burst(who: Bot) -> tuple[list[float], int, Use]:
    async with stage(who, settings=ROOMY, provider=replace(FREE, pictures="noise")) as place:
        members = place.members(MEMBERS)
        await place.start()
        async with used(place.bot.pid) as use:
            asked = [member.slash("imagine", prompt=f"picture {n}") for n, member in enumerate(members)]
            answers = [await interaction.response(30) for interaction in asked]
            delivered = await place.delivered(asked, 120)
    return [answer.after_s for answer in answers], delivered, use
