"""A job together with its tasks, which is how most of the program looks at one."""

from bot.domain.jobs import Job
from bot.domain.ports import JobView
from bot.storage.rows import task_from_row
from bot.storage.sqlite import Transaction


async def view_of(tx: Transaction, job: Job) -> JobView:
    """The job and its tasks, in their order."""
    rows = await tx.rows("tasks_of_job", job_id=job.id)
    return JobView(job, tuple(task_from_row(row) for row in rows))
