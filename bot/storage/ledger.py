"""What is written beside a change, in its transaction: a line of the audit, a notice for the log channel."""

from bot.domain.jobs import Job
from bot.domain.moderation import NEEDS_A_MODERATOR, Action, Entry, Notice, NoticeKind
from bot.domain.units import Instant
from bot.storage.sqlite import Transaction


async def enter(tx: Transaction, guild_id: int, entry: Entry, now: Instant) -> None:
    """Add a line to the audit."""
    await tx.run(
        "audit_added",
        now=now,
        guild_id=guild_id,
        action=entry.action.value,
        actor_id=entry.actor_id,
        target_id=entry.target_id,
        job_id=entry.job_id,
        before_value=entry.before,
        after_value=entry.after,
        reason=entry.reason,
    )


async def write_deletion(
    tx: Transaction, job: Job, by_id: int | None, now: Instant, *, own_copy: bool
) -> None:
    """A card was deleted, or a copy of it that perhaps they had called themselves (`own_copy`).

    Who deletes their own moderates nobody, so the audit does not have that.
    """
    account_id, member_id = job.place.account_id, by_id if own_copy else job.requester_id or None
    if by_id != member_id:
        await enter(tx, account_id, Entry(Action.DELETED, by_id, member_id, job.id), now)
    said = None if by_id is None else str(by_id)
    await notify(tx, Notice(NoticeKind.DELETED, account_id, member_id, job.id, text=said), now)


async def notify(tx: Transaction, notice: Notice, now: Instant) -> bool:
    """Have the server's log channel told, if moderators have chosen one; whether it will be."""
    added = await tx.run(
        "notice_added",
        kind=notice.kind.value,
        guild_id=notice.guild_id,
        member_id=notice.member_id,
        job_id=notice.job_id,
        text=notice.text,
        now=now,
        important=int(notice.kind in NEEDS_A_MODERATOR),
    )
    return added > 0
