"""What a job's own rows cannot tell: its place in line, and when it is probably done."""

from bot.domain.cards import Outlook
from bot.domain.jobs import FailureReason, Quality, Size, TaskState
from bot.domain.moderation import PERSONAL, OperatorDefaults
from bot.domain.polling import SAMPLES_FOR_OWN_MIND, SAMPLES_KEPT, Durations, durations, expected_s
from bot.domain.ports import JobView
from bot.domain.prices import tier
from bot.domain.provider import HoldReason
from bot.domain.units import MS_PER_S, Instant, after, seconds_between
from bot.storage.admission import server_of
from bot.storage.sqlite import Transaction


async def outlook_of(tx: Transaction, view: JobView, now: Instant, slots: int) -> Outlook:
    """See `bot.domain.ports.Jobs.outlook`; `slots` is how many tasks run at once."""
    request = view.job.request
    known = await seen_durations(tx, request.size, request.quality)
    waits = any(task.state is TaskState.QUEUED for task in view.tasks)
    ahead = await tx.value("place_in_line", job_id=view.job.id) if waits else None
    hold = await tx.value("fact_value", name="hold")
    return Outlook(
        place=None if ahead is None else ahead + 1,
        expected_at=None if hold else _expected_at(view, known, ahead, now, slots),
        hold=HoldReason(hold) if hold else None,
        strikes=await _strikes(tx, view),
    )


async def _strikes(tx: Transaction, view: JobView) -> bool:
    account_id = view.job.place.account_id
    unsafe = any(task.reason is FailureReason.SAFETY for task in view.tasks)
    if account_id == PERSONAL or not unsafe:
        return False
    # Where one is enough, whoever reads this is blocked already. None of it is the operator's.
    return (await server_of(tx, account_id, OperatorDefaults())).strikes.most > 1


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
    """What the newest images of one size and quality took; while they are few, those of like sizes too."""
    seen_s = await _took_s(tx, size, quality)
    if len(seen_s) < SAMPLES_FOR_OWN_MIND:
        for like in Size:
            if like is not size and tier(like) == tier(size):
                seen_s += await _took_s(tx, like, quality)
    return durations(size, quality, seen_s)


async def _took_s(tx: Transaction, size: Size, quality: Quality) -> list[float]:
    """Newest first."""
    rows = await tx.rows("durations_seen", size=size.value, quality=quality.value, limit=SAMPLES_KEPT)
    return [row["took_ms"] / MS_PER_S for row in rows]
