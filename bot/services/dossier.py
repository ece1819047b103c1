"""What is kept of a member as JSON: ids as text, because JavaScript rounds them, and times in UTC."""

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from bot.domain.jobs import Job, Picture, Task
from bot.domain.moderation import PERSONAL, AccountId
from bot.domain.ports import JobView
from bot.domain.privacy import Personal
from bot.domain.units import MICROUSD_PER_USD, Instant, Microusd
from bot.services.tables import utc


def personal_json(personal: Personal) -> dict[str, Any]:
    """All but the requests."""
    chosen = personal.preferences
    return {
        "preferences": {
            "size": chosen.size,
            "quality": chosen.quality,
            "count": chosen.count,
            "notify": chosen.notify,
            "private": chosen.private,
            "language": chosen.language,
        },
        "blocks": [
            {
                "server_id": str(guild_id),
                "reason": block.reason,
                "at": utc(block.at),
                "until": _utc(block.until),
                "appealed_at": _utc(block.appealed_at),
            }
            for guild_id, block in personal.blocks
        ],
        "limits": [
            {"server_id": str(guild_id), "name": rule.limit, "value": rule.value}
            for guild_id, rule in personal.rules
        ],
        "extra_pictures": [
            {
                "server_id": str(grant.guild_id),
                "pictures": grant.images,
                "at": utc(grant.at),
                "expires_at": utc(grant.expires_at),
            }
            for grant in personal.grants
        ],
        "reports": [
            {
                "server_id": str(report.guild_id),
                "request_id": report.job_id,
                "reason": report.reason,
                "at": utc(report.at),
                "closed_at": _utc(report.closed_at),
            }
            for report in personal.reports
        ],
        "appeals": [
            {"server_id": str(appeal.guild_id), "text": appeal.text, "at": utc(appeal.at)}
            for appeal in personal.appeals
        ],
        "not_accepted": [
            {"server_id": _server(account_id), "rule": why, "times": times}
            for account_id, why, times in personal.refusals
        ],
    }


def request_json(view: JobView) -> dict[str, Any]:
    """One request with its pictures."""
    job, place = view.job, view.job.place
    return {
        "id": job.id,
        "state": job.state,
        "prompt": job.request.prompt,
        "size": job.request.size,
        "quality": job.request.quality,
        "count": job.request.count,
        "asked_at": utc(job.accepted_at),
        "ended_at": _utc(job.ended_at),
        "kept_since": _utc(job.kept_at),
        "message_deleted_at": _utc(job.deleted_at),
        "server_id": None if place.guild_id is None else str(place.guild_id),
        "channel_id": str(place.channel_id),
        "message_id": None if job.message_id is None else str(job.message_id),
        "interaction_id": str(place.interaction_id),
        "private": place.private,
        "language": place.language,
        "language_of_commands": place.command_language,
        "review": job.review,
        "review_reason": job.review_reason,
        "pictures": [_picture(job, task) for task in view.tasks],
    }


def file_name(job: Job, task: Task, path: str) -> str:
    """What a picture is called beside the JSON."""
    return f"{job.id}-{task.number}{PurePosixPath(path).suffix}"


def _picture(job: Job, task: Task) -> Mapping[str, Any]:
    return {
        "number": task.number,
        "state": task.state,
        "reason": task.reason,
        "said_by_the_image_service": task.detail,
        "file": _file(job, task, task.picture) if task.picture else None,
        "cost_usd": None if task.cost_microusd is None else _usd(task.cost_microusd),
        "estimate_usd": _usd(task.estimate_microusd),
        "perhaps_charged_beside_usd": _usd(task.doubt_microusd),
        "sent_at": _utc(task.submitted_at),
        "ended_at": _utc(task.ended_at),
        "image_service_id": task.provider_task_id,
    }


def _file(job: Job, task: Task, picture: Picture) -> Mapping[str, Any]:
    return {
        "name": file_name(job, task, picture.path),
        "format": picture.format,
        "width": picture.width,
        "height": picture.height,
        "bytes": picture.size_bytes,
    }


def _server(account_id: AccountId) -> str | None:
    return None if account_id == PERSONAL else str(account_id)


def _utc(at: Instant | None) -> str | None:
    return None if at is None else utc(at)


def _usd(amount: Microusd) -> float:
    return amount / MICROUSD_PER_USD
