"""A hundred commands at once from a hundred members."""

import asyncio

from benchmarks.stage import Figure, p50_p99, shows_outcome, stage

MEMBERS = 100
ROOMY = {"MODELLIX_MAX_TASKS": "100", "MODELLIX_REQUESTS_PER_MINUTE": "1000"}
"""The burst is about this bot and Discord, not about the account's limits."""


async def measure() -> list[Figure]:
    """How fast each is acknowledged with a card, and whether all are delivered."""
    async with stage(settings=ROOMY, duration_s=1.0) as place:
        members = place.members(MEMBERS)
        await place.bot.start()
        await place.discord.ready("imagine")

        asked = [member.slash("imagine", prompt=f"picture {n}") for n, member in enumerate(members)]
        answers = [await interaction.response(30) for interaction in asked]
        cards = await asyncio.gather(*(interaction.message(shows_outcome, 120) for interaction in asked))

    p50_s, p99_s = p50_p99([answer.after_s for answer in answers])
    delivered = sum(len(card.attachments) for card in cards)
    return [
        Figure(
            f"burst of {MEMBERS} commands: acknowledged",
            f"p50 {p50_s * 1e3:.0f} ms, p99 {p99_s * 1e3:.0f} ms",
        ),
        Figure(f"burst of {MEMBERS} commands: delivered", f"{delivered} of {MEMBERS}"),
    ]
