"""What a restored backup cannot know: what was sent, paid and told since it was made.

Nothing is done by itself that may have been done already. What may have been paid is `unknown`, so the cards
ask; what may have been told is not told again, except what a moderator has to decide.
"""

from dataclasses import dataclass

from bot.domain.units import Instant
from bot.storage.sqlite import Transaction

_NOTICES_SINCE_MAX = 100_000
"""More notices than any bot writes between a backup and the day on which it is needed."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """How much is in doubt now that was not when the backup was made."""

    images: int
    requests: int


async def put_in_doubt(tx: Transaction, restore: str, now: Instant) -> Doubt:
    """Go on from what a backup knows without doing anything twice.

    `restore` names this restore in the history, and differs from that of any other.
    """
    doubted = await tx.rows("tasks_doubted", restore=restore, now=now)
    await tx.run("cards_doubted", now=now)
    await tx.run("mentions_dropped")
    await tx.run("news_dropped")
    await tx.run("questions_looked_for", now=now)
    await tx.run("questions_redrawn", now=now)
    await tx.run("notices_renumbered", gap=_NOTICES_SINCE_MAX, now=now)
    return Doubt(len(doubted), len({row["job_id"] for row in doubted}))
