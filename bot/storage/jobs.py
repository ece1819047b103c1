"""The record of jobs (`bot.domain.ports.Jobs`) in SQL."""

from collections.abc import Sequence

from bot.domain.cards import Card, Outlook
from bot.domain.errors import JobNotFound, StaleMove, TooLateForThat
from bot.domain.jobs import Job, JobId, JobState, Quality, Size, TaskState
from bot.domain.polling import SAMPLES_KEPT, Durations, durations, expected_s
from bot.domain.ports import Draft, JobView
from bot.domain.provider import HoldReason
from bot.domain.units import MS_PER_S, Instant, after, seconds_between
from bot.storage.rows import job_from_row, task_from_row
from bot.storage.sqlite import Row, Store, Transaction

LEASE_S = 60.0
PUT_OFF_MAX_S = 1_800.0
"""More than any step is ever put off; a card that waits for a nudge only, twice as long at the most."""
ACKNOWLEDGE_GRACE_S = 10.0
"""How long an accepted job may stay without a card before the deliverer asks Discord what became of it."""


class Jobs:
    """See `bot.domain.ports.Jobs` for what each method means."""

    def __init__(self, store: Store, *, owner: str, slots: int) -> None:
        """`owner` names this run in leases; `slots` is how many tasks run at once, for the forecast."""
        self._store = store
        self._owner = owner
        self._slots = slots

    async def accept(self, draft: Draft, now: Instant) -> JobView | None:
        return await self._store.write(lambda tx: _accept(tx, draft, now))

    async def acknowledge(self, job_id: JobId, message_id: int, shown: Card | None, now: Instant) -> JobView:
        async def move(tx: Transaction) -> JobView:
            row = await tx.row(
                "job_acknowledged",
                id=job_id,
                message_id=message_id,
                digest=shown.digest() if shown else None,
                expected_at=shown.outlook.expected_at if shown else None,
                now=now,
            )
            _moved(row)
            await tx.run("tasks_ready", job_id=job_id, now=now)
            return await _view(tx, job_id)

        return await self._store.write(move)

    async def withdraw(self, job_id: JobId, now: Instant) -> None:
        async def move(tx: Transaction) -> None:
            _moved(await tx.row("job_withdrawn", id=job_id, now=now))
            await tx.run("tasks_taken_back", job_id=job_id, now=now)

        await self._store.write(move)

    async def find(self, job_id: JobId) -> JobView | None:
        async def look(tx: Transaction) -> JobView | None:
            row = await tx.row("job_by_id", id=job_id)
            return None if row is None else await _with_tasks(tx, job_from_row(row))

        return await self._store.read(look)

    async def cancel(self, job_id: JobId, now: Instant) -> JobView:
        async def move(tx: Transaction) -> JobView:
            view = await _view(tx, job_id)
            if view.job.state is not JobState.OPEN:
                raise TooLateForThat
            if not await tx.run("tasks_taken_back", job_id=job_id, now=now):
                raise TooLateForThat
            await tx.row("job_cancelled", id=job_id, now=now)
            await tx.run("job_touched", id=job_id, now=now)
            return await _view(tx, job_id)

        return await self._store.write(move)

    async def mark_deleted(self, job_id: JobId, now: Instant) -> None:
        await self._store.write(lambda tx: tx.run("job_marked_deleted", id=job_id, now=now))

    async def outlook(self, view: JobView, now: Instant) -> Outlook:
        return await self._store.read(lambda tx: _outlook(tx, view, now, self._slots))

    async def recover(self, now: Instant) -> None:
        async def move(tx: Transaction) -> None:
            await tx.run("jobs_recovered", owner=self._owner, now=now)
            await tx.run("jobs_called_back", now=now, latest=after(now, 2 * PUT_OFF_MAX_S))

        await self._store.write(move)

    async def claim(self, limit: int, now: Instant) -> list[JobView]:
        async def move(tx: Transaction) -> list[JobView]:
            await tx.run("jobs_lapsed", now=now)
            rows = await tx.rows(
                "jobs_claimed",
                owner=self._owner,
                lease_until=after(now, LEASE_S),
                now=now,
                limit=limit,
            )
            return [await _with_tasks(tx, job_from_row(row)) for row in rows]

        return await self._store.write(move)

    async def renew(self, job_ids: Sequence[JobId], now: Instant) -> None:
        async def move(tx: Transaction) -> None:
            for job_id in job_ids:
                await tx.run("job_renewed", id=job_id, owner=self._owner, lease_until=after(now, LEASE_S))

        await self._store.write(move)

    async def begin_delivery(self, job_id: JobId, now: Instant) -> None:
        await self._move("job_delivering", id=job_id, now=now)

    async def finish(self, job_id: JobId, digest: str, now: Instant) -> None:
        async def move(tx: Transaction) -> None:
            values = {"id": job_id, "digest": digest, "now": now, "owner": self._owner}
            if await tx.row("job_delivered", **values) is None:
                _moved(await tx.row("job_end_shown", **values))

        await self._store.write(move)

    async def give_up(self, job_id: JobId, detail: str, now: Instant) -> None:
        async def move(tx: Transaction) -> None:
            values = {"id": job_id, "detail": detail, "owner": self._owner}
            if await tx.row("job_undeliverable", now=now, **values) is not None:
                await tx.run("tasks_taken_back", job_id=job_id, now=now)
                await tx.run("unknown_left_by_nobody", now=now)
            elif not await tx.run("job_end_unshown", **values):
                raise StaleMove

        await self._store.write(move)

    async def shown(
        self,
        job_id: JobId,
        digest: str,
        expected_at: Instant | None,
        next_at: Instant,
        now: Instant,
    ) -> None:
        await self._move(
            "job_shown",
            id=job_id,
            digest=digest,
            expected_at=expected_at,
            next_at=next_at,
            now=now,
        )

    async def snooze(self, job_id: JobId, next_at: Instant, *, stumbled: bool) -> None:
        await self._move("job_snoozed", id=job_id, next_at=next_at, stumbled=int(stumbled))

    async def next_due(self) -> Instant | None:
        due: Instant | None = await self._store.read(lambda tx: tx.value("job_next_due"))
        return due

    async def _move(self, query: str, **values: object) -> None:
        async def move(tx: Transaction) -> None:
            _moved(await tx.row(query, owner=self._owner, **values))

        await self._store.write(move)


async def _accept(tx: Transaction, draft: Draft, now: Instant) -> JobView | None:
    request, place = draft.request, draft.place
    row = await tx.row(
        "job_accepted",
        id=draft.job_id,
        requester_id=draft.requester_id,
        prompt=request.prompt,
        size=request.size.value,
        quality=request.quality.value,
        count=request.count,
        interaction_id=place.interaction_id,
        channel_id=place.channel_id,
        guild_id=place.guild_id,
        token=place.token,
        token_expires_at=place.token_expires_at,
        bot_is_member=int(place.bot_is_member),
        upload_limit_bytes=place.upload_limit_bytes,
        locale=place.locale,
        now=now,
        due_at=after(now, ACKNOWLEDGE_GRACE_S),
    )
    if row is None:
        return None
    last_turn = await tx.value("last_turn_of", requester_id=draft.requester_id)
    for number in range(1, request.count + 1):
        await tx.run(
            "task_accepted",
            id=f"{draft.job_id}-{number}",
            job_id=draft.job_id,
            number=number,
            requester_id=draft.requester_id,
            size=request.size.value,
            quality=request.quality.value,
            turn=last_turn + number,
            estimate_microusd=draft.estimate_microusd,
            now=now,
        )
    return await _with_tasks(tx, job_from_row(row))


async def _outlook(tx: Transaction, view: JobView, now: Instant, slots: int) -> Outlook:
    request = view.job.request
    known = await seen_durations(tx, request.size, request.quality)
    waits = any(task.state is TaskState.QUEUED for task in view.tasks)
    ahead = await tx.value("place_in_line", job_id=view.job.id) if waits else None
    hold = await tx.value("fact_value", name="hold")
    return Outlook(
        place=None if ahead is None else ahead + 1,
        expected_at=None if hold else _expected_at(view, known, ahead, now, slots),
        hold=HoldReason(hold) if hold else None,
    )


def _expected_at(
    view: JobView, known: Durations, ahead: int | None, now: Instant, slots: int
) -> Instant | None:
    """When the last image of a job is probably done; None when one is overdue."""
    ends: list[Instant] = []
    full_s = expected_s(known) or 0.0
    for task in view.tasks:
        if task.state in {TaskState.SUBMITTING, TaskState.RENDERING}:
            left_s = expected_s(known, seconds_between(task.submitted_at or now, now))
            if left_s is None:
                return None
            ends.append(after(now, left_s))
    if ahead is not None:
        own = sum(task.state is TaskState.QUEUED for task in view.tasks)
        rounds = 1 + (ahead + own - 1) // slots
        ends.append(after(now, full_s * rounds))
    return max(ends, default=None)


async def seen_durations(tx: Transaction, size: Size, quality: Quality) -> Durations:
    """What the newest images of one size and quality took."""
    rows = await tx.rows("durations_seen", size=size.value, quality=quality.value, limit=SAMPLES_KEPT)
    return durations(size, quality, [row["took_ms"] / MS_PER_S for row in rows])


async def _view(tx: Transaction, job_id: JobId) -> JobView:
    row = await tx.row("job_by_id", id=job_id)
    if row is None:
        raise JobNotFound(job_id)
    return await _with_tasks(tx, job_from_row(row))


async def _with_tasks(tx: Transaction, job: Job) -> JobView:
    rows = await tx.rows("tasks_of_job", job_id=job.id)
    return JobView(job, tuple(task_from_row(row) for row in rows))


def _moved(row: Row | None) -> Row:
    if row is None:
        raise StaleMove
    return row
