"""The record of jobs (`bot.domain.ports.Jobs`) in SQL."""

from collections.abc import Sequence

from bot.domain.admission import Admission, Refusal
from bot.domain.cards import Card, Outlook
from bot.domain.errors import JobNotFound, StaleMove, TooLateForThat
from bot.domain.filters import Hit
from bot.domain.jobs import Job, JobId, JobState, Review
from bot.domain.limits import HOUR_S
from bot.domain.moderation import Entry, OperatorDefaults, ServerSettings
from bot.domain.ports import Draft, JobView
from bot.domain.turns import turn_step
from bot.domain.units import Instant, after
from bot.storage.admission import grants_for, judge, mark_spend, refuse, standing_of
from bot.storage.ledger import enter, write_deletion
from bot.storage.mentions import mention_delivered
from bot.storage.news import tell_delivered, tell_opened
from bot.storage.outlook import outlook_of
from bot.storage.reports import close_reports
from bot.storage.rows import job_from_row
from bot.storage.sqlite import Row, Store, Transaction
from bot.storage.views import view_of

LEASE_S = 60.0
PUT_OFF_MAX_S = 1_800.0
"""More than any step is ever put off; a card that waits for a nudge only, twice as long at the most."""
KEEP_GRACE_S = 5.0
"""How long after it was kept a picture is not let go: a finger that taps twice means it once."""
ACKNOWLEDGE_GRACE_S = 10.0
"""How long an accepted job may stay without a card before the deliverer asks Discord what became of it."""


class Jobs:
    """See `bot.domain.ports.Jobs` for what each method means."""

    def __init__(
        self, store: Store, *, owner: str, slots: int, operator: OperatorDefaults | None = None
    ) -> None:
        """`owner` names this run in leases; `slots` is how many tasks run at once, for the forecast."""
        self._store = store
        self._owner = owner
        self._slots = slots
        self._operator = operator or OperatorDefaults()

    async def accept(self, draft: Draft, now: Instant) -> JobView | Refusal | None:
        return await self._store.write(lambda tx: _accept(tx, draft, now, self._operator))

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
            # Everything was taken back while its card was on the way: a block can do that.
            over = await tx.row("job_cancelled", id=job_id, now=now) is not None
            view = await _view(tx, job_id)
            if not over:
                await tell_opened(tx, view.job, now)
            return view

        return await self._store.write(move)

    async def withdraw(self, job_id: JobId, now: Instant) -> None:
        async def move(tx: Transaction) -> None:
            _moved(await tx.row("job_withdrawn", id=job_id, now=now))
            await tx.run("tasks_taken_back", job_id=job_id, now=now)
            await tx.run("unknown_left_by_nobody", now=now)

        await self._store.write(move)

    async def find(self, job_id: JobId) -> JobView | None:
        async def look(tx: Transaction) -> JobView | None:
            row = await tx.row("job_by_id", id=job_id)
            return None if row is None else await view_of(tx, job_from_row(row))

        return await self._store.read(look)

    async def cancel(self, job_id: JobId, now: Instant, entry: Entry | None = None) -> JobView:
        async def move(tx: Transaction) -> JobView:
            view = await _view(tx, job_id)
            if view.job.state is not JobState.OPEN or not await take_back(tx, job_id, now):
                raise TooLateForThat
            if entry is not None:
                await enter(tx, view.job.place.account_id, entry, now)
            return await _view(tx, job_id)

        return await self._store.write(move)

    async def keep(self, job_id: JobId, now: Instant) -> bool:
        async def move(tx: Transaction) -> bool:
            row = await tx.row("job_kept", id=job_id, now=now, settled_before=after(now, -KEEP_GRACE_S))
            if row is None:
                raise JobNotFound(job_id)
            return row["kept_at"] is not None

        return await self._store.write(move)

    async def with_cards(self, message_ids: Sequence[int]) -> list[tuple[int, Job]]:
        async def look(tx: Transaction) -> list[tuple[int, Job]]:
            found = {each: await tx.rows("jobs_of_message", message_id=each) for each in message_ids}
            return [(message_id, job_from_row(row)) for message_id, rows in found.items() for row in rows]

        return await self._store.read(look)

    async def unfinished_in(self, guild_id: int, channel_id: int) -> list[Job]:
        values = {"account_id": guild_id, "channel_id": channel_id}
        rows = await self._store.read(lambda tx: tx.rows("jobs_unfinished_in", **values))
        return [job_from_row(row) for row in rows]

    async def mark_deleted(
        self,
        job_id: JobId,
        message_id: int | None,
        by_id: int | None,
        now: Instant,
        *,
        own_copy: bool = False,
    ) -> bool:
        async def move(tx: Transaction) -> bool:
            job = (await _view(tx, job_id)).job
            if message_id == job.message_id:
                if not await tx.run("job_marked_deleted", id=job_id, now=now):
                    return False
                await take_back(tx, job_id, now)  # nobody would see it
            else:
                known = await tx.run("reported_copy_gone", job_id=job_id, copy_id=message_id)
                if by_id is None and not known:  # it was written down when somebody pressed Delete
                    return False
            await write_deletion(tx, job, by_id, now, own_copy=own_copy)
            await close_reports(tx, job_id, by_id, now)
            return True

        return await self._store.write(move)

    async def outlook(self, view: JobView, now: Instant) -> Outlook:
        return await self._store.read(lambda tx: outlook_of(tx, view, now, self._slots))

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
            return [await view_of(tx, job_from_row(row)) for row in rows]

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
            delivered = await tx.row("job_delivered", **values)
            if delivered is None:
                _moved(await tx.row("job_end_shown", **values))
            else:
                await tell_delivered(tx, job_from_row(delivered), now)
                await mention_delivered(tx, delivered, now)

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


async def _accept(
    tx: Transaction, draft: Draft, now: Instant, operator: OperatorDefaults
) -> JobView | Refusal | None:
    if await tx.value("job_of_interaction", interaction_id=draft.place.interaction_id) is not None:
        return None
    standing = await standing_of(tx, draft, now, operator)
    verdict = await judge(tx, draft, standing, now)
    if isinstance(verdict, Refusal):
        await refuse(tx, draft, verdict, now)
        await mark_spend(tx, draft.place.account_id, standing, 0, now, operator)
        return verdict
    job = await _write_job(tx, draft, verdict, standing.server, now)
    await _write_tasks(tx, draft, verdict, now)
    added = draft.estimate_microusd * draft.request.count
    await mark_spend(tx, draft.place.account_id, standing, added, now, operator)
    return await view_of(tx, job)


async def _write_job(
    tx: Transaction, draft: Draft, terms: Admission, server: ServerSettings, now: Instant
) -> Job:
    request, place = draft.request, draft.place
    language = None if place.private else server.language
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
        language=(language or place.language).value,
        command_language=(language or place.command_language).value,
        private=int(place.private),
        now=now,
        due_at=after(now, ACKNOWLEDGE_GRACE_S),
        account_id=place.account_id,
        review=Review.WAITING.value if terms.review else None,
        review_term=terms.review.term.text if isinstance(terms.review, Hit) else None,
        spoiler=int(terms.spoiler),
    )
    return job_from_row(_moved(row))


async def _write_tasks(tx: Transaction, draft: Draft, terms: Admission, now: Instant) -> None:
    account_id, count = draft.place.account_id, draft.request.count
    who = {"account_id": account_id, "member_id": draft.requester_id}
    last_turn = await tx.value("last_turn_of", requester_id=draft.requester_id)
    step = turn_step(await tx.value("member_ran", **who, hour_ago=after(now, -HOUR_S)), terms.priority)
    grants = await grants_for(tx, account_id, draft.requester_id, terms.granted, now)
    for number in range(1, count + 1):
        await tx.run(
            "task_accepted",
            id=f"{draft.job_id}-{number}",
            job_id=draft.job_id,
            number=number,
            requester_id=draft.requester_id,
            size=draft.request.size.value,
            quality=draft.request.quality.value,
            turn=last_turn + number * step,
            estimate_microusd=draft.estimate_microusd,
            now=now,
            account_id=account_id,
            grant_id=grants[number - 1] if number <= len(grants) else None,
            running_max=terms.running_max,
        )


async def take_back(tx: Transaction, job_id: JobId, now: Instant) -> int:
    """Cancel what was not sent of an open job; how many images that was."""
    taken = await tx.run("tasks_taken_back", job_id=job_id, now=now)
    if taken:
        await tx.row("job_cancelled", id=job_id, now=now)
        await tx.run("job_touched", id=job_id, now=now)
    return taken


async def _view(tx: Transaction, job_id: JobId) -> JobView:
    row = await tx.row("job_by_id", id=job_id)
    if row is None:
        raise JobNotFound(job_id)
    return await view_of(tx, job_from_row(row))


def _moved(row: Row | None) -> Row:
    if row is None:
        raise StaleMove
    return row
