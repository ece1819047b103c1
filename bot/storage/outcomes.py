"""What came to its end, for those who tell it: read from the record of moves, which forgets nothing."""

from dataclasses import dataclass

from bot.domain.jobs import FailureReason, JobId, JobState, TaskId, TaskState
from bot.domain.units import Instant, Microusd
from bot.storage.sqlite import Row, Store, Transaction

_TOLD = "outcomes_told"
_PAGE = 200


@dataclass(frozen=True, slots=True)
class Outcome:
    """A job or one of its images is over."""

    seq: int
    """The number of the move that ended it: no other has the same."""
    at: Instant
    job_id: JobId
    task_id: TaskId | None
    """None when it is the job that is over."""
    state: JobState | TaskState
    accepted_at: Instant
    guild_id: int | None
    requester_id: int
    """0 once nobody's name is kept with it."""
    count: int
    """Images asked for with the job."""
    images: int
    """Images of the job that were rendered so far."""
    cost_microusd: Microusd
    doubt_microusd: Microusd
    """What lost tries may have cost beside that."""
    submitted_at: Instant | None
    """Of an image: when its paid request was last sent."""
    polls: int
    reason: FailureReason | None
    """Why an image failed."""
    fault: str | None
    """Why a job is undeliverable."""


class OutcomeList:
    """The outcomes, and up to where they were told."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def told(self) -> int:
        """The number of the last move that was told; the newest so far where nothing ever was."""

        async def look(tx: Transaction) -> int:
            await tx.run("outcomes_begin")
            return int(await tx.value("fact_value", name=_TOLD))

        return await self._store.write(look)

    async def since(self, seq: int) -> list[Outcome]:
        """What came to its end after that move, the oldest first; a page of it. Empty: that was all."""
        rows = await self._store.read(lambda tx: tx.rows("outcomes_since", seq=seq, most=_PAGE))
        return [_outcome(row) for row in rows]

    async def keep(self, seq: int) -> None:
        """Remember that all up to this move is told."""
        await self._store.write(lambda tx: tx.run("fact_set", name=_TOLD, value=str(seq)))


def _outcome(row: Row) -> Outcome:
    of_job = row["task_id"] is None
    return Outcome(
        seq=row["seq"],
        at=row["at"],
        job_id=row["job_id"],
        task_id=row["task_id"],
        state=JobState(row["to_state"]) if of_job else TaskState(row["to_state"]),
        accepted_at=row["accepted_at"],
        guild_id=row["guild_id"],
        requester_id=row["requester_id"],
        count=row["count"],
        images=row["images"],
        cost_microusd=row["cost_microusd"],
        doubt_microusd=row["doubt_microusd"],
        submitted_at=row["submitted_at"],
        polls=row["polls"] or 0,
        reason=FailureReason(row["reason"]) if row["reason"] else None,
        fault=row["fault"] if of_job else None,
    )
