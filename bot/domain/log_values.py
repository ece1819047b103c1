"""The values by which a log line says what it is about (docs/operations/logs.md)."""

from bot.domain.jobs import Job


def about(job: Job) -> dict[str, int | str | None]:
    """The job, where it was asked for and by whom."""
    return {"job": job.id, "guild": job.place.guild_id, "member": job.requester_id}
