"""What a log channel hears of the moves of a job."""

from bot.domain.jobs import Job, Review, TaskState
from bot.domain.moderation import Notice, NoticeKind
from bot.domain.units import Instant
from bot.storage.ledger import notify
from bot.storage.sqlite import Transaction


async def tell_opened(tx: Transaction, job: Job, now: Instant) -> None:
    """Its card is up: either it goes ahead, or a moderator has to approve it."""
    if job.review is Review.WAITING:
        term = await tx.value("review_term_of", id=job.id)
        await notify(tx, _about(job, NoticeKind.REVIEW, text=term), now)
    else:
        await notify(tx, _about(job, NoticeKind.ACCEPTED), now)


async def tell_delivered(tx: Transaction, job: Job, now: Instant) -> None:
    """Its outcome is shown: told where not all pictures came of it."""
    states = {row["state"] for row in await tx.rows("tasks_of_job", job_id=job.id)}
    if TaskState.FAILED in states:
        await notify(tx, _about(job, NoticeKind.FAILED), now)


def _about(job: Job, kind: NoticeKind, text: str | None = None) -> Notice:
    return Notice(kind, job.place.account_id, job.requester_id, job.id, text)
