"""Whether what is unknown may be sent, and paid, once more."""

from dataclasses import replace

from bot.domain.admission import Circumstances, Gate
from bot.domain.errors import OverLimit, SpenderBlocked
from bot.domain.jobs import JobId, TaskState
from bot.domain.limits import Limit, Measure, measure
from bot.domain.moderation import OperatorDefaults
from bot.domain.ports import Draft
from bot.domain.units import Instant
from bot.storage.admission import objections, standing_of
from bot.storage.rows import job_from_row, task_from_row
from bot.storage.sqlite import Transaction

_FORBID_SPENDING = {Gate.OFF, Gate.PAUSED, *(each for each in Limit if measure(each) is Measure.MONEY)}
"""The request was accepted once, so only what forbids spending is asked again."""


async def check_retry(
    tx: Transaction, job_id: JobId, around: Circumstances, now: Instant, operator: OperatorDefaults
) -> None:
    """Return when what is unknown of a job may be sent, and paid, once more.

    Raises:
        SpenderBlocked: the requester is blocked by now.
        OverLimit: the server is off or paused, or a cap would be crossed.
    """
    row = await tx.row("job_by_id", id=job_id)
    if row is None:
        return
    job = job_from_row(row)
    tasks = [task_from_row(each) for each in await tx.rows("tasks_of_job", job_id=job_id)]
    estimates = [task.estimate_microusd for task in tasks if task.state is TaskState.UNKNOWN]
    if not estimates:
        return
    request = replace(job.request, count=len(estimates))
    draft = Draft(job_id, request, job.requester_id, job.place, max(estimates), around)
    standing = await standing_of(tx, draft, now, operator)
    if standing.block is not None and standing.block.holds(now):
        raise SpenderBlocked
    for refusal in await objections(tx, draft, standing, now):
        if refusal.by in _FORBID_SPENDING:
            raise OverLimit(refusal)
