"""What the bot's database says, read from outside the bot."""

import sqlite3
from collections import Counter

from bot.domain.jobs import JOB_OVER, TASK_OVER, JobState, TaskState
from tests.reliability.invariants import JobRow, TaskRow

_JOBS = f"""
SELECT id, state, prompt,
       CASE WHEN state = '{JobState.OPEN}' AND lease_owner IS NULL THEN shown_digest END, requester_id
  FROM job
"""
"""While a step is under way for a card, or died there, nothing is believed of it."""


def job_rows(database: sqlite3.Connection) -> list[JobRow]:
    """The jobs of a database, for the invariants."""
    tasks: dict[str, list[TaskRow]] = {}
    for job_id, *values in database.execute(
        "SELECT job_id, state, estimate_microusd, cost_microusd, doubt_microusd, picture_path IS NOT NULL,"
        " provider_task_id FROM task ORDER BY job_id, number"
    ):
        tasks.setdefault(job_id, []).append(TaskRow(*values))
    return [
        JobRow(job_id, state, prompt, tuple(tasks.get(job_id, ())), believed, requester_id)
        for job_id, state, prompt, believed, requester_id in database.execute(_JOBS)
    ]


def consents(database: sqlite3.Connection, agreed: Counter[str]) -> Counter[str]:
    """By prompt: how many images a person agreed to pay for perhaps twice, and that were sent again for it.

    Someone may press a button of a process that dies of it, and press again: that is one consent.
    """
    retried = Counter(
        dict(
            database.execute(
                "SELECT job.prompt, COUNT(*) FROM event JOIN job ON job.id = event.job_id"
                " WHERE from_state = ? AND to_state = ? GROUP BY job.prompt",
                (TaskState.UNKNOWN, TaskState.QUEUED),
            ).fetchall()
        )
    )
    return agreed & retried


def given_up(database: sqlite3.Connection) -> list[tuple[str, int]]:
    """The jobs whose card is lost, each with who asked for it."""
    return database.execute(
        "SELECT id, requester_id FROM job WHERE state = ?", (JobState.UNDELIVERABLE,)
    ).fetchall()


def unknown(database: sqlite3.Connection, job_id: str) -> int:
    """How many images of a job wait for a person's decision."""
    (count,) = database.execute(
        "SELECT COUNT(*) FROM task WHERE job_id = ? AND state = ?", (job_id, TaskState.UNKNOWN)
    ).fetchone()
    return int(count)


def is_at_rest(database: sqlite3.Connection) -> bool:
    """Whether nothing is left to be done for any job; one statement, for it is asked at every turn."""
    (is_busy,) = database.execute(_BUSY).fetchone()
    return not is_busy


_JOB_OVER, _TASK_OVER = "', '".join(sorted(JOB_OVER)), "', '".join(sorted(TASK_OVER))
_BUSY = f"""
SELECT EXISTS (SELECT 1 FROM job WHERE due_at IS NOT NULL OR state NOT IN ('{_JOB_OVER}'))
    OR EXISTS (SELECT 1 FROM task WHERE state NOT IN ('{_TASK_OVER}'))
    OR EXISTS (SELECT 1 FROM mention)
"""
