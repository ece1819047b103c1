"""Rows become values here, and nowhere else."""

from typing import TypeVar

from bot.domain.jobs import (
    FailureReason,
    Job,
    JobState,
    Picture,
    Place,
    Quality,
    Request,
    Review,
    Size,
    Task,
    TaskState,
)
from bot.domain.language import Language
from bot.domain.limits import Limit, Rule, Scope
from bot.domain.moderation import (
    PERSONAL,
    AccountId,
    Action,
    AuditLine,
    Block,
    ChannelRule,
    Entry,
    Grant,
    OperatorDefaults,
    ServerSettings,
    Strikes,
)
from bot.domain.preferences import Notify, Preferences
from bot.domain.queue import Queued, Stage
from bot.domain.units import MS_PER_S, seconds_between
from bot.domain.usage import AccountStanding, AccountUse, ImageLine, Recent, Use
from bot.storage.sqlite import Row

T = TypeVar("T")


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
            language=Language(row["language"]),
            command_language=Language(row["command_language"]),
            private=bool(row["private"]),
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
        kept_at=row["kept_at"],
        erased_at=row["erased_at"],
        review=Review(row["review"]) if row["review"] else None,
        review_reason=row["review_reason"],
        spoiler=bool(row["spoiler"]),
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
        doubt_microusd=row["doubt_microusd"],
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


def server_from_row(guild_id: AccountId, row: Row | None, operator: OperatorDefaults) -> ServerSettings:
    """A row of `server`, eked out with what holds where moderators said nothing."""
    plain, strikes = ServerSettings(guild_id, is_on=operator.servers_start_on), Strikes()
    if row is None:
        return plain
    return ServerSettings(
        guild_id=guild_id,
        is_on=bool(_given(row["is_on"], plain.is_on)),
        paused_reason=row["paused_reason"],
        review=bool(row["review"]),
        log_channel_id=row["log_channel_id"],
        log_all=bool(row["log_all"]),
        size=Size(_given(row["size"], plain.size)),
        quality=Quality(_given(row["quality"], plain.quality)),
        count=_given(row["count"], plain.count),
        strikes=Strikes(
            most=_given(row["strikes_most"], strikes.most),
            window_s=_given(row["strikes_window_s"], strikes.window_s),
            block_s=_given(row["strikes_block_s"], strikes.block_s),
        ),
        language=Language(row["language"]) if row["language"] else None,
    )


def preferences_from_row(row: Row | None) -> Preferences:
    """A row of `preference`; without one, nothing was chosen."""
    if row is None:
        return Preferences()
    return Preferences(
        size=Size(row["size"]) if row["size"] else None,
        quality=Quality(row["quality"]) if row["quality"] else None,
        count=row["count"],
        notify=Notify(row["notify"]) if row["notify"] else None,
        private=None if row["private"] is None else bool(row["private"]),
        language=Language(row["language"]) if row["language"] else None,
    )


def channel_rule_from_row(row: Row) -> ChannelRule:
    """A row of `channel_rule`."""
    return ChannelRule(
        channel_id=row["channel_id"],
        allowed=bool(row["allowed"]),
        spoiler=bool(row["spoiler"]),
        age_restricted_only=bool(row["age_restricted_only"]),
    )


def block_from_row(row: Row) -> Block:
    """A row of `block`."""
    return Block(
        member_id=row["member_id"],
        reason=row["reason"],
        by_id=row["by_id"],
        at=row["at"],
        until=row["until"],
        appealed_at=row["appealed_at"],
    )


def rule_from_row(row: Row) -> Rule:
    """A row of `limit_rule` whose name this version knows."""
    return Rule(Scope(row["scope"]), row["holder_id"], Limit(row["name"]), row["value"])


def grant_from_row(row: Row) -> Grant:
    """A row of `grants_live`."""
    return Grant(
        id=row["id"],
        member_id=row["member_id"],
        images=row["images"],
        left=row["remaining"],
        expires_at=row["expires_at"],
    )


def queued_from_row(stage: Stage, row: Row) -> Queued:
    """A row of `job` with the images of it that are at that stage."""
    return Queued(
        stage=stage,
        job_id=row["id"],
        requester_id=row["requester_id"],
        channel_id=row["channel_id"],
        message_id=None if row["private"] else row["message_id"],  # a link to it leads nowhere
        images=row["images"],
        asked_at=row["accepted_at"],
        place=row["place"],
    )


def audit_line_from_row(row: Row) -> AuditLine:
    """A row of `audit`."""
    entry = Entry(
        action=Action(row["action"]),
        actor_id=row["actor_id"],
        target_id=row["target_id"],
        job_id=row["job_id"],
        before=row["before_value"],
        after=row["after_value"],
        reason=row["reason"],
    )
    return AuditLine(row["seq"], row["at"], entry)


def use_from_row(row: Row) -> Use:
    """A sum of one hour or day and quality."""
    return Use(row["slot"], Quality(row["quality"]), row["images"], row["microusd"])


def account_use_from_row(row: Row) -> AccountUse:
    """The same of one server."""
    return AccountUse(row["account_id"], use_from_row(row))


def account_standing_from_row(row: Row, operator: OperatorDefaults) -> AccountStanding:
    """A server with its sums; what people use personally is never switched off."""
    starts_on = operator.servers_start_on or row["account_id"] == PERSONAL
    return AccountStanding(
        account_id=row["account_id"],
        is_on=bool(_given(row["is_on"], starts_on)),
        jobs=row["jobs"],
        images=row["images"],
        microusd=row["microusd"],
        last_used_at=row["last_used_at"],
    )


def recent_from_row(row: Row) -> Recent:
    """A row of `job` with what it cost."""
    return Recent(
        job_id=row["id"],
        state=JobState(row["state"]),
        accepted_at=row["accepted_at"],
        channel_id=row["channel_id"],
        images=row["count"],
        microusd=row["microusd"],
    )


def image_line_from_row(row: Row) -> ImageLine:
    """A row of `task` with the channel and, where it was asked for, the prompt of its job."""
    sent, took_ms = row["submitted_at"], row["took_ms"]
    return ImageLine(
        seq=row["seq"],
        job_id=row["job_id"],
        number=row["number"],
        member_id=row["requester_id"],
        channel_id=row["channel_id"],
        accepted_at=row["accepted_at"],
        size=Size(row["size"]),
        quality=Quality(row["quality"]),
        state=TaskState(row["state"]),
        reason=FailureReason(row["reason"]) if row["reason"] else None,
        microusd=row["microusd"],
        waited_s=None if sent is None else max(0.0, seconds_between(row["accepted_at"], sent)),
        drawn_s=None if took_ms is None else took_ms / MS_PER_S,
        prompt=row["prompt"],
    )


def _given(value: T | None, otherwise: T) -> T:
    return otherwise if value is None else value
