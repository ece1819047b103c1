"""What the record tells those who watch over the bot: numbers only, of nobody in particular."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.jobs import FailureReason, JobState, Quality, TaskState
from bot.domain.limits import Limit
from bot.domain.moderation import PERSONAL
from bot.domain.provider import HoldReason
from bot.domain.units import Instant, Microusd
from bot.storage.admission import spent_in_window
from bot.storage.sqlite import Row, Store, Transaction

SQLITE_VERSION = sqlite3.sqlite_version
_PAGE = 500
"""Moves read in one transaction: other readers wait meanwhile."""


@dataclass(frozen=True, slots=True)
class Move:
    """One job or image came into a state."""

    seq: int
    at: Instant
    came_from: str | None
    to: JobState | TaskState
    accepted_at: Instant | None
    """When its job was accepted; None where the job is gone."""
    quality: Quality | None = None
    submitted_at: Instant | None = None
    polls: int = 0
    reason: FailureReason | None = None
    images_ended_at: Instant | None = None
    """Of a job that is delivered: when its last image was over."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How things are at one moment."""

    jobs: Mapping[JobState, int]
    """Those that are not over."""
    images: Mapping[TaskState, int]
    """Those that are not over."""
    oldest_at: Instant | None
    """When the job of the image was accepted that has waited in line the longest."""
    spent_day_microusd: Microusd
    spent_month_microusd: Microusd
    hold: HoldReason | None


class Vitals:
    """Reads through indexes only: as cheap after years as on the first day."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def newest(self) -> int:
        """The number of the last move so far."""
        number: int = await self._store.read(lambda tx: tx.value("newest_move"))
        return number

    async def moves(self, since: int) -> list[Move]:
        """The moves after that number, the oldest first; a page of them. Empty: that was all."""
        rows = await self._store.read(lambda tx: tx.rows("moves_since", seq=since, most=_PAGE))
        return [_move(row) for row in rows]

    async def standing(self, now: Instant) -> Standing:
        """How things are, on one snapshot."""

        async def look(tx: Transaction) -> Standing:
            images = await tx.rows("images_standing")
            hold = await tx.value("fact_value", name="hold")
            return Standing(
                jobs={JobState(row["state"]): row["number"] for row in await tx.rows("jobs_standing")},
                images={TaskState(row["state"]): row["number"] for row in images},
                oldest_at=next(row["oldest_at"] for row in images if row["state"] == TaskState.QUEUED),
                spent_day_microusd=await spent_in_window(tx, Limit.BOT_SPEND_PER_DAY, PERSONAL, now),
                spent_month_microusd=await spent_in_window(tx, Limit.BOT_SPEND_PER_MONTH, PERSONAL, now),
                hold=HoldReason(hold) if hold else None,
            )

        return await self._store.read(look)


def _move(row: Row) -> Move:
    common = (row["seq"], row["at"], row["from_state"])
    if not row["of_image"]:
        return Move(
            *common,
            JobState(row["to_state"]),
            row["accepted_at"],
            images_ended_at=row["images_ended_at"],
        )
    return Move(
        *common,
        TaskState(row["to_state"]),
        row["accepted_at"],
        quality=Quality(row["quality"]) if row["quality"] else None,
        submitted_at=row["submitted_at"],
        polls=row["polls"] or 0,
        reason=FailureReason(row["reason"]) if row["reason"] else None,
    )
