"""Rows become values here, and nowhere else."""

from bot.domain.jobs import (
    FailureReason,
    Job,
    JobState,
    Picture,
    Place,
    Quality,
    Request,
    Size,
    Task,
    TaskState,
)
from bot.storage.sqlite import Row


def job_from_row(row: Row) -> Job:
    """A row of `job`."""
    return Job(
        id=row["id"],
        state=JobState(row["state"]),
        request=Request(
            prompt=row["prompt"],
            size=Size(row["size"]),
            quality=Quality(row["quality"]),
            count=row["count"],
        ),
        requester_id=row["requester_id"],
        place=Place(
            interaction_id=row["interaction_id"],
            channel_id=row["channel_id"],
            guild_id=row["guild_id"],
            token=row["token"],
            token_expires_at=row["token_expires_at"],
            bot_is_member=bool(row["bot_is_member"]),
            upload_limit_bytes=row["upload_limit_bytes"],
            locale=row["locale"],
        ),
        accepted_at=row["accepted_at"],
        message_id=row["message_id"],
        due_at=row["due_at"],
        attempts=row["attempts"],
        shown_digest=row["shown_digest"],
        shown_at=row["shown_at"],
        expected_at=row["expected_at"],
        ended_at=row["ended_at"],
        deleted_at=row["deleted_at"],
    )


def task_from_row(row: Row) -> Task:
    """A row of `task`."""
    return Task(
        id=row["id"],
        job_id=row["job_id"],
        number=row["number"],
        state=TaskState(row["state"]),
        estimate_microusd=row["estimate_microusd"],
        cost_microusd=row["cost_microusd"],
        attempt_id=row["attempt_id"],
        attempts=row["attempts"],
        provider_task_id=row["provider_task_id"],
        submitted_at=row["submitted_at"],
        deadline_at=row["deadline_at"],
        due_at=row["due_at"],
        polls=row["polls"],
        stumbles=row["stumbles"],
        fetches=row["fetches"],
        reason=FailureReason(row["reason"]) if row["reason"] else None,
        detail=row["detail"],
        picture=_picture_from_row(row),
        took_ms=row["took_ms"],
        ended_at=row["ended_at"],
    )


def _picture_from_row(row: Row) -> Picture | None:
    if row["picture_path"] is None:
        return None
    return Picture(
        path=row["picture_path"],
        width=row["picture_width"],
        height=row["picture_height"],
        format=row["picture_format"],
        size_bytes=row["picture_bytes"],
    )
