"""What is still to be erased (`bot.domain.ports.Erasures`) in SQL."""

from dataclasses import dataclass

from bot.domain.privacy import COUNTED_DAYS, REPORT_HOLDS_DAYS, Removal, Sweep
from bot.domain.units import Instant, after
from bot.storage.reports import close_reports
from bot.storage.rows import job_from_row
from bot.storage.sqlite import Row, Store, Transaction

BATCH = 200
"""What is erased because of its age within one transaction: requests come in between."""
AGAIN_S = 600.0
"""When a removal that nobody has heard of is tried again."""
_DAY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Step:
    """How far somebody's erasure came."""

    erased: int
    left: int
    moved: bool


class ErasureList:
    """See `bot.domain.ports.Erasures` for what each method means."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def recover(self, now: Instant) -> None:
        await self._store.write(lambda tx: tx.run("removals_recovered", now=now))

    async def sweep(self, now: Instant, retention_days: int) -> Sweep:
        found = await self._store.write(lambda tx: _sweep(tx, now, retention_days))
        await self._store.empty_log()  # also of what could not leave it earlier
        return found

    async def claim(self, limit: int, now: Instant) -> list[Removal]:
        rows = await self._store.write(
            lambda tx: tx.rows("removals_claimed", now=now, again_at=after(now, AGAIN_S), limit=limit)
        )
        return [
            Removal(
                job=job_from_row(row),
                with_card=bool(row["removes_card"]),
                reply_id=row["reply_id"],
                tries=row["removal_tries"],
                held_until=row["removal_at"],
            )
            for row in rows
        ]

    async def removed(self, removal: Removal, now: Instant) -> None:
        async def move(tx: Transaction) -> None:
            job, gone = removal.job, removal.with_card or removal.job.deleted_at is not None
            over = await tx.run("removal_over", card_is_gone=int(gone), now=now, **_which(removal))
            if over and removal.with_card:
                await close_reports(tx, job.id, job.requester_id, now)

        await self._store.write(move)

    async def put_off(self, removal: Removal, due_at: Instant, *, closed: bool = False) -> None:
        values = {"due_at": due_at, "tries": int(closed), **_which(removal)}
        await self._store.write(lambda tx: tx.run("removal_put_off", **values))

    async def give_up(self, removal: Removal) -> None:
        await self._store.write(lambda tx: tx.run("removal_given_up", **_which(removal)))

    async def next_due(self) -> Instant | None:
        due: Instant | None = await self._store.read(lambda tx: tx.value("removal_next_due"))
        return due


async def erase_what_is_over(tx: Transaction, erasure: Row, now: Instant) -> Step:
    """Erase what is over by now of what somebody asked for up to then; when nothing is left, that was it."""
    who = {"member_id": erasure["member_id"], "asked_at": erasure["asked_at"]}
    moved = await tx.rows("unknown_left_by_member", now=now, **who)
    for row in moved:
        await tx.run("job_touched", id=row["job_id"], now=now)
    reported_before = after(now, -REPORT_HOLDS_DAYS * _DAY_S)
    values = {"with_cards": erasure["with_cards"], "reported_before": reported_before, **who}
    erased = await tx.run("jobs_erased_of_member", now=now, **values)
    left = await tx.value("erasure_left", **who)
    if not left:
        await tx.run("erasure_over", member_id=erasure["member_id"])
    return Step(erased, left, bool(moved))


async def _sweep(tx: Transaction, now: Instant, retention_days: int) -> Sweep:
    steps = [await erase_what_is_over(tx, row, now) for row in await tx.rows("erasures_open")]
    counted_since = after(now, -COUNTED_DAYS * _DAY_S)
    batches = [await tx.run("persons_forgotten", before=counted_since, now=now, most=BATCH)]
    aged = 0
    if retention_days:
        before = after(now, -retention_days * _DAY_S)
        reported_before = after(now, -REPORT_HOLDS_DAYS * _DAY_S)
        values = {"before": before, "reported_before": reported_before, "most": BATCH}
        aged = await tx.run("jobs_erased_by_age", now=now, **values)
        log_before = min(before, counted_since)
        await tx.run("last_notice_blanked", before=log_before)
        batches += [
            aged,
            await tx.run("notices_dropped_by_age", before=log_before, most=BATCH),
            await tx.run("refusals_dropped_by_age", before=log_before, most=BATCH),
        ]
    return Sweep(
        erased=aged + sum([step.erased for step in steps]),
        full=max(batches) >= BATCH,
        waiting=any(step.left for step in steps),
        moved=any(step.moved for step in steps),
    )


def _which(removal: Removal) -> dict[str, object]:
    """Of this job, and no more of it than was claimed."""
    return {"id": removal.job.id, "held_until": removal.held_until}
