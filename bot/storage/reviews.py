"""Approvals (`bot.domain.ports.ReviewRecord`) in SQL."""

from bot.domain.errors import DecidedAlready, TakenBack
from bot.domain.jobs import Job, Review
from bot.domain.moderation import Action, Entry, NoticeKind
from bot.domain.notices import Decided, NoticeView
from bot.domain.units import Instant
from bot.storage.jobs import take_back
from bot.storage.ledger import enter
from bot.storage.notices import decide
from bot.storage.rows import job_from_row
from bot.storage.sqlite import Store, Transaction


class ReviewList:
    """See `bot.domain.ports.ReviewRecord` for what each method means."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def approve(self, view: NoticeView, by_id: int, now: Instant) -> None:
        async def move(tx: Transaction) -> None:
            job = await _decided(tx, view, Review.APPROVED, None)
            await tx.run("tasks_ready", job_id=job.id, now=now)
            await tx.run("job_touched", id=job.id, now=now)
            await decide(tx, view.id, Decided.APPROVED, by_id, now)
            entry = Entry(Action.APPROVED, by_id, job.requester_id, job_id=job.id)
            await enter(tx, job.place.account_id, entry, now)

        await self._store.write(move)

    async def refuse(self, view: NoticeView, by_id: int, reason: str | None, now: Instant) -> None:
        async def move(tx: Transaction) -> None:
            job = await _decided(tx, view, Review.REFUSED, reason)
            await _not_approved(tx, job, Decided.REFUSED, by_id, reason, now)

        await self._store.write(move)

    async def lapse(self, before: Instant, now: Instant) -> int:
        async def move(tx: Transaction) -> int:
            rows = await tx.rows("reviews_unanswered", before=before)
            for row in rows:
                await tx.row("review_decided", id=row["id"], review=Review.UNANSWERED.value, reason=None)
                await _not_approved(tx, job_from_row(row), Decided.UNANSWERED, None, "nobody answered", now)
            return len(rows)

        return await self._store.write(move)


async def _decided(tx: Transaction, view: NoticeView, review: Review, reason: str | None) -> Job:
    row = await tx.row("review_decided", id=view.notice.job_id, review=review.value, reason=reason)
    if row is not None:
        return job_from_row(row)
    decisions = await tx.rows("decisions_of", notice_id=view.id)
    raise TakenBack if [each["what"] for each in decisions] == [Decided.TAKEN_BACK] else DecidedAlready


async def _not_approved(
    tx: Transaction, job: Job, what: Decided, by_id: int | None, reason: str | None, now: Instant
) -> None:
    await take_back(tx, job.id, now)
    if await tx.run("unknown_left", job_id=job.id, now=now):
        await tx.run("job_touched", id=job.id, now=now)
    for row in await tx.rows("notices_of_job", job_id=job.id, kind=NoticeKind.REVIEW.value):
        await decide(tx, row["id"], what, by_id, now)
    entry = Entry(Action.NOT_APPROVED, by_id, job.requester_id, job_id=job.id, reason=reason)
    await enter(tx, job.place.account_id, entry, now)
