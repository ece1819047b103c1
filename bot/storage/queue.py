"""What a server waits for (`bot.domain.ports.QueueRecord`)."""

from bot.domain.jobs import Review
from bot.domain.moderation import Action, Entry
from bot.domain.queue import Backlog, Queued, Stage
from bot.domain.units import Instant
from bot.storage.jobs import take_back
from bot.storage.ledger import enter
from bot.storage.rows import queued_from_row
from bot.storage.sqlite import Row, Store, Transaction


class Queues:
    """See `bot.domain.ports.QueueRecord` for what each method means."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def queued(self, guild_id: int, most: int) -> list[Queued]:
        async def look(tx: Transaction) -> list[Queued]:
            values = {"account_id": guild_id, "most": most}
            waiting = await tx.rows("queue_waiting", **values)
            in_review = [row for row in waiting if row["review"] == Review.WAITING.value]
            in_line = [row for row in waiting if row["review"] != Review.WAITING.value]
            return [
                *_at(Stage.UNKNOWN, await tx.rows("queue_unknown", **values)),
                *_at(Stage.REVIEW, in_review),
                *_at(Stage.DRAWING, await tx.rows("queue_drawing", **values)),
                *_at(Stage.WAITING, in_line),
            ]

        return await self._store.read(look)

    async def backlog(self, guild_id: int, member_id: int | None, until: Instant) -> Backlog:
        return _sum(await self._store.read(lambda tx: _backlog(tx, guild_id, member_id, until)))

    async def clear(
        self, guild_id: int, member_id: int | None, until: Instant, by_id: int, now: Instant
    ) -> Backlog:
        async def move(tx: Transaction) -> Backlog:
            rows = await _backlog(tx, guild_id, member_id, until)
            for row in rows:
                await take_back(tx, row["id"], now)
            cleared = _sum(rows)
            if rows:
                said = f"requests {cleared.requests}, images {cleared.images}"
                await enter(tx, guild_id, Entry(Action.QUEUE_CLEARED, by_id, member_id, before=said), now)
            return cleared

        return await self._store.write(move)


async def _backlog(tx: Transaction, guild_id: int, member_id: int | None, until: Instant) -> list[Row]:
    return await tx.rows("queue_backlog", account_id=guild_id, member_id=member_id, until=until)


def _sum(rows: list[Row]) -> Backlog:
    return Backlog(len(rows), sum(row["images"] for row in rows))


def _at(stage: Stage, rows: list[Row]) -> list[Queued]:
    return [queued_from_row(stage, row) for row in rows]
