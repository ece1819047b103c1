"""The record of tasks (`bot.domain.ports.Tasks`) in SQL."""

from collections.abc import Callable, Sequence

from bot.domain.admission import PLAIN, Circumstances
from bot.domain.errors import StaleMove
from bot.domain.jobs import FailureReason, JobId, Picture, Request, Task, TaskId
from bot.domain.moderation import Entry, OperatorDefaults
from bot.domain.polling import Durations
from bot.domain.ports import Claim, Load, Spilled
from bot.domain.provider import HoldReason
from bot.domain.units import Instant, Microusd, after
from bot.storage.jobs import LEASE_S, PUT_OFF_MAX_S
from bot.storage.ledger import enter
from bot.storage.outlook import seen_durations
from bot.storage.retry import check_retry
from bot.storage.rows import job_from_row, task_from_row
from bot.storage.sqlite import Row, Store, Transaction
from bot.storage.strikes import strike

RECOVERY_GRACE_S = 60.0


class Tasks:
    """See `bot.domain.ports.Tasks` for what each method means."""

    def __init__(
        self,
        store: Store,
        *,
        owner: str,
        new_attempt_id: Callable[[], str],
        operator: OperatorDefaults | None = None,
    ) -> None:
        """`owner` names this run in leases."""
        self._operator = operator or OperatorDefaults()
        self._store = store
        self._owner = owner
        self._new_attempt_id = new_attempt_id

    async def recover(self, now: Instant) -> None:
        async def move(tx: Transaction) -> None:
            for row in await tx.rows("submits_orphaned", owner=self._owner, now=now):
                await tx.run("job_touched", id=row["job_id"], now=now)
            await tx.run("unknown_left_by_nobody", now=now)
            await tx.run("tasks_recovered", owner=self._owner)
            await tx.run("deadlines_extended", earliest=after(now, RECOVERY_GRACE_S))
            await tx.run("tasks_called_back", now=now, latest=after(now, PUT_OFF_MAX_S))

        await self._store.write(move)

    async def load(self, now: Instant) -> Load:
        async def look(tx: Transaction) -> Load:
            return Load(await tx.value("tasks_running"), await tx.value("submits_waiting", now=now))

        return await self._store.read(look)

    async def claim_submits(self, limit: int, now: Instant) -> list[Claim]:
        async def move(tx: Transaction) -> list[Claim]:
            claims: list[Claim] = []
            # Never back: behind a task that was put back, newcomers would overtake the whole line.
            turn = int(await tx.value("fact_value", name="queue_turn") or 0)
            while len(claims) < limit and (row := await tx.row("next_submit", now=now)):
                claims.append(await self._intend(tx, row, now))
                turn = max(turn, row["turn"])
            if claims:
                await tx.run("fact_set", name="queue_turn", value=str(turn))
            return claims

        return await self._store.write(move)

    async def claim_polls(self, limit: int, now: Instant) -> list[Claim]:
        async def move(tx: Transaction) -> list[Claim]:
            rows = await tx.rows(
                "polls_claimed",
                owner=self._owner,
                lease_until=after(now, LEASE_S),
                now=now,
                limit=limit,
            )
            return [await _claim(tx, row) for row in rows]

        return await self._store.write(move)

    async def renew(self, task_ids: Sequence[TaskId], now: Instant) -> None:
        async def move(tx: Transaction) -> None:
            for task_id in task_ids:
                await tx.run("task_renewed", id=task_id, owner=self._owner, lease_until=after(now, LEASE_S))

        await self._store.write(move)

    async def taken(
        self, task: Task, provider_task_id: str, due_at: Instant, deadline_at: Instant, now: Instant
    ) -> None:
        await self._move(
            "task_taken",
            task,
            now,
            attempt_id=task.attempt_id,
            provider_task_id=provider_task_id,
            due_at=due_at,
            deadline_at=deadline_at,
        )

    async def attach(self, spilled: Spilled, due_at: Instant, deadline_at: Instant, now: Instant) -> bool:
        async def move(tx: Transaction) -> bool:
            row = await tx.row(
                "task_attached",
                attempt_id=spilled.attempt_id,
                provider_task_id=spilled.provider_task_id,
                due_at=due_at,
                deadline_at=deadline_at,
                now=now,
            )
            if row is not None:
                await tx.run("job_touched", id=row["job_id"], now=now)
            return row is not None

        return await self._store.write(move)

    async def put_back(self, task: Task, due_at: Instant, now: Instant) -> None:
        async def move(tx: Transaction) -> None:
            row = await tx.row(
                "task_put_back", id=task.id, attempt_id=task.attempt_id, due_at=due_at, now=now
            )
            if row is None:
                raise StaleMove
            await tx.run("put_back_for_nobody", id=task.id, now=now)
            await tx.run("job_touched", id=task.job_id, now=now)

        await self._store.write(move)

    async def lose(self, task: Task, detail: str, now: Instant) -> None:
        async def move(tx: Transaction) -> None:
            if (
                await tx.row("task_lost", id=task.id, now=now, attempt_id=task.attempt_id, detail=detail)
                is None
            ):
                raise StaleMove
            await tx.run("unknown_left_by_nobody", now=now)
            await tx.run("job_touched", id=task.job_id, now=now)

        await self._store.write(move)

    async def look_later(self, task: Task, due_at: Instant, *, stumbled: bool, fetched: bool) -> None:
        async def move(tx: Transaction) -> None:
            row = await tx.row(
                "task_snoozed",
                id=task.id,
                owner=self._owner,
                due_at=due_at,
                stumbled=int(stumbled),
                fetched=int(fetched),
            )
            if row is None:
                raise StaleMove

        await self._store.write(move)

    async def rendered(
        self, task: Task, picture: Picture, cost: Microusd, took_ms: int, now: Instant
    ) -> None:
        await self._move(
            "task_rendered",
            task,
            now,
            owner=self._owner,
            cost=cost,
            took_ms=took_ms,
            path=picture.path,
            width=picture.width,
            height=picture.height,
            format=picture.format,
            size_bytes=picture.size_bytes,
        )

    async def fail(
        self, task: Task, reason: FailureReason, detail: str, cost: Microusd, now: Instant
    ) -> None:
        async def move(tx: Transaction) -> None:
            row = await tx.row(
                "task_failed",
                id=task.id,
                now=now,
                owner=self._owner,
                attempt_id=task.attempt_id,
                reason=reason.value,
                detail=detail,
                cost=cost,
            )
            if row is None:
                raise StaleMove
            await tx.run("job_touched", id=task.job_id, now=now)
            if reason is FailureReason.SAFETY:
                await strike(tx, row, now)

        await self._store.write(move)

    async def retry_unknown(self, job_id: JobId, now: Instant, around: Circumstances = PLAIN) -> int:
        async def move(tx: Transaction) -> int:
            await check_retry(tx, job_id, around, now, self._operator)
            changed = await tx.run("unknown_retried", job_id=job_id, now=now)
            await tx.run("job_touched", id=job_id, now=now)
            return changed

        return await self._store.write(move)

    async def leave_unknown(self, job_id: JobId, now: Instant, entry: Entry | None = None) -> int:
        async def move(tx: Transaction) -> int:
            changed = await tx.run("unknown_left", job_id=job_id, now=now)
            await tx.run("job_touched", id=job_id, now=now)
            if entry is not None and changed and (row := await tx.row("job_by_id", id=job_id)):
                await enter(tx, job_from_row(row).place.account_id, entry, now)
            return changed

        return await self._store.write(move)

    async def durations(self, request: Request) -> Durations:
        return await self._store.read(lambda tx: seen_durations(tx, request.size, request.quality))

    async def hold(self) -> HoldReason | None:
        value = await self._store.read(lambda tx: tx.value("fact_value", name="hold"))
        return HoldReason(value) if value else None

    async def set_hold(self, reason: HoldReason | None, now: Instant) -> bool:
        async def move(tx: Transaction) -> bool:
            if reason is None:
                changed = await tx.run("fact_cleared", name="hold")
            else:
                changed = await tx.run("fact_set", name="hold", value=reason.value)
            if changed:
                await tx.run("waiting_jobs_touched", now=now)
            return changed > 0

        return await self._store.write(move)

    async def next_due(self) -> tuple[Instant | None, Instant | None]:
        async def look(tx: Transaction) -> tuple[Instant | None, Instant | None]:
            return await tx.value("next_submit_due"), await tx.value("next_poll_due")

        return await self._store.read(look)

    async def _intend(self, tx: Transaction, row: Row, now: Instant) -> Claim:
        claimed = await tx.row(
            "submit_intended",
            id=row["id"],
            attempt_id=self._new_attempt_id(),
            owner=self._owner,
            lease_until=after(now, LEASE_S),
            now=now,
        )
        if claimed is None:
            raise StaleMove
        await tx.run("job_touched", id=row["job_id"], now=now)
        return await _claim(tx, claimed)

    async def _move(self, query: str, task: Task, now: Instant, **values: object) -> None:
        async def move(tx: Transaction) -> None:
            if await tx.row(query, id=task.id, now=now, **values) is None:
                raise StaleMove
            await tx.run("job_touched", id=task.job_id, now=now)

        await self._store.write(move)


async def _claim(tx: Transaction, row: Row) -> Claim:
    job = await tx.row("job_by_id", id=row["job_id"])
    if job is None:
        raise StaleMove
    return Claim(task_from_row(row), job_from_row(job).request)
