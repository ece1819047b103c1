"""Replies that are still to be sent (`bot.domain.ports.Mentions`) in SQL."""

from typing import cast

from bot.domain.jobs import JobId, TaskState
from bot.domain.mentions import Mention
from bot.domain.preferences import Notify
from bot.domain.units import Instant, after, seconds_between
from bot.storage.rows import job_from_row
from bot.storage.sqlite import Row, Store, Transaction

HELD_S = 30.0
"""How long a reply is left to who claimed it, in this run or an earlier one; then it is tried again."""


class Mentions:
    """See `bot.domain.ports.Mentions` for what each method means."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def claim(self, limit: int, now: Instant) -> list[Mention]:
        async def move(tx: Transaction) -> list[Mention]:
            rows = await tx.rows("mentions_claimed", now=now, until=after(now, HELD_S), limit=limit)
            return [await _mention(tx, row) for row in rows]

        return await self._store.write(move)

    async def put_off(self, job_id: JobId, due_at: Instant) -> None:
        await self._store.write(lambda tx: tx.run("mention_put_off", job_id=job_id, due_at=due_at))

    async def forget(self, job_id: JobId, reply_id: int | None) -> None:
        async def move(tx: Transaction) -> None:
            await tx.run("mention_forgotten", job_id=job_id)
            if reply_id is not None:
                await tx.run("mention_sent", job_id=job_id, reply_id=reply_id)

        await self._store.write(move)

    async def next_due(self) -> Instant | None:
        due: Instant | None = await self._store.read(lambda tx: tx.value("mention_next_due"))
        return due


async def mention_delivered(tx: Transaction, row: Row, now: Instant) -> None:
    """A job was delivered: its requester is told, if they want to be and the bot itself may write there."""
    job, notify = job_from_row(row), Notify(row["notify"])
    if job.place.outlives_token and notify.rings(seconds_between(job.accepted_at, now)):
        await tx.run("mention_added", job_id=job.id, now=now)


async def _mention(tx: Transaction, row: Row) -> Mention:
    job = cast(Row, await tx.row("job_by_id", id=row["job_id"]))  # the schema sees to it that there is one
    tasks = await tx.rows("tasks_of_job", job_id=row["job_id"])
    return Mention(
        job=job_from_row(job),
        pictures=sum(task["state"] == TaskState.RENDERED for task in tasks),
        tried_at=row["tried_at"],
        attempts=row["attempts"],
    )
