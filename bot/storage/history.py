"""One member's own requests (`bot.domain.ports.HistoryRecord`)."""

from collections.abc import Iterable

from bot.domain.history import Wanted
from bot.domain.jobs import Job, JobId
from bot.domain.ports import JobView
from bot.storage.patterns import beginning, containing
from bot.storage.rows import job_from_row, task_from_row
from bot.storage.sqlite import Row, Store, Transaction

_NEVER = 2**63 - 1
"""Later than any request."""


class OwnRequests:
    """See `bot.domain.ports.HistoryRecord` for what each method means."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def older(self, member_id: int, wanted: Wanted, than: JobId | None, most: int) -> list[JobView]:
        async def look(tx: Transaction) -> list[JobView]:
            edge = await tx.row("history_edge", id=than, member_id=member_id)
            at, job_id = (_NEVER, "") if edge is None else tuple(edge)
            rows = await tx.rows(
                "history_older", member_id=member_id, at=at, id=job_id, most=most, **_conditions(wanted)
            )
            return await _views(tx, rows)

        return await self._store.read(look)

    async def newer(self, member_id: int, wanted: Wanted, than: JobId, most: int) -> list[JobView]:
        async def look(tx: Transaction) -> list[JobView]:
            edge = await tx.row("history_edge", id=than, member_id=member_id)
            if edge is None:
                return []
            at, job_id = tuple(edge)
            rows = await tx.rows(
                "history_newer", member_id=member_id, at=at, id=job_id, most=most, **_conditions(wanted)
            )
            return await _views(tx, rows)

        return await self._store.read(look)

    async def under_way(self, member_id: int, most: int) -> tuple[list[JobView], int]:
        async def look(tx: Transaction) -> tuple[list[JobView], int]:
            rows = await tx.rows("jobs_under_way", member_id=member_id, most=most)
            return await _views(tx, rows), rows[0]["total"] if rows else 0

        return await self._store.read(look)

    async def named(self, member_id: int, typed: str, most: int) -> list[Job]:
        begin, within = beginning(typed.lower()), containing(typed.lower())
        rows = await self._store.read(
            lambda tx: tx.rows("history_named", member_id=member_id, begin=begin, within=within, most=most)
        )
        return [job_from_row(row) for row in rows]


def _conditions(wanted: Wanted) -> dict[str, object]:
    return {
        "within": None if wanted.text is None else containing(wanted.text.lower()),
        "kept": int(wanted.kept),
        "size": wanted.size.value if wanted.size else None,
    }


async def _views(tx: Transaction, rows: Iterable[Row]) -> list[JobView]:
    return [
        JobView(
            job_from_row(row),
            tuple(task_from_row(task) for task in await tx.rows("tasks_of_job", job_id=row["id"])),
        )
        for row in rows
    ]
