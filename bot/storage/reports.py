"""Complaints about pictures (`bot.domain.ports.ReportRecord`) in SQL."""

from bot.domain.errors import DecidedAlready, ReportedAlready, ReportedTooMuch
from bot.domain.jobs import Job, JobId
from bot.domain.limits import HOUR_S
from bot.domain.moderation import Action, Entry, Notice, NoticeKind
from bot.domain.notices import REPORTS_PER_HOUR, Decided, NoticeView
from bot.domain.units import Instant, after
from bot.storage.ledger import enter, notify
from bot.storage.notices import decide
from bot.storage.sqlite import Store, Transaction


class ReportList:
    """See `bot.domain.ports.ReportRecord` for what each method means."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def check(self, job: Job, reporter_id: int, now: Instant) -> None:
        await self._store.read(lambda tx: _check(tx, job, reporter_id, now))

    async def file(self, job: Job, copy_id: int | None, reporter_id: int, reason: str, now: Instant) -> bool:
        async def move(tx: Transaction) -> bool:
            await _check(tx, job, reporter_id, now)
            guild_id = job.place.account_id
            values = {"guild_id": guild_id, "job_id": job.id, "reporter_id": reporter_id, "reason": reason}
            await tx.run("report_added", copy_id=copy_id, now=now, **values)
            entry = Entry(Action.REPORTED, reporter_id, job.requester_id, job_id=job.id, reason=reason)
            await enter(tx, guild_id, entry, now)
            notice = Notice(NoticeKind.REPORTED, guild_id, reporter_id, job.id, text=reason)
            return await notify(tx, notice, now)

        return await self._store.write(move)

    async def dismiss(self, view: NoticeView, by_id: int, now: Instant) -> None:
        async def move(tx: Transaction) -> None:
            notice = view.notice
            who = {"job_id": notice.job_id, "reporter_id": notice.member_id}
            if not await tx.run("report_closed", now=now, **who):
                raise DecidedAlready
            await decide(tx, view.id, Decided.DISMISSED, by_id, now)
            entry = Entry(Action.REPORT_DISMISSED, by_id, notice.member_id, job_id=notice.job_id)
            await enter(tx, notice.guild_id, entry, now)

        await self._store.write(move)


async def _check(tx: Transaction, job: Job, reporter_id: int, now: Instant) -> None:
    if await tx.row("report_of", job_id=job.id, reporter_id=reporter_id) is not None:
        raise ReportedAlready
    who = {"guild_id": job.place.account_id, "reporter_id": reporter_id}
    if await tx.value("reports_since", since=after(now, -HOUR_S), **who) >= REPORTS_PER_HOUR:
        raise ReportedTooMuch


async def close_reports(tx: Transaction, job_id: JobId, by_id: int | None, now: Instant) -> None:
    """A message that shows the job is gone; with the last one that is known goes every complaint about it."""
    job = await tx.row("job_by_id", id=job_id)
    if job is None or job["deleted_at"] is None or await tx.rows("copies_reported", job_id=job_id):
        await tx.run("reports_redrawn", job_id=job_id, now=now)
        return
    await tx.run("reports_closed", job_id=job_id, now=now)
    for row in await tx.rows("notices_of_job", job_id=job_id, kind=NoticeKind.REPORTED.value):
        await decide(tx, row["id"], Decided.DELETED, by_id, now)
