"""What a server waits for, as its moderators see it."""

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.jobs import JobId
from bot.domain.units import Instant


class Stage(StrEnum):
    """How far images of a request have come; `bot/chat/moderation/queue_words.py` has the heading for each.

    What a moderator has to decide comes first.
    """

    UNKNOWN = "unknown"
    """Nobody knows whether the provider took them."""
    REVIEW = "review"
    """A moderator has to approve them."""
    DRAWING = "drawing"
    """At the provider."""
    WAITING = "waiting"
    """In line."""


@dataclass(frozen=True, slots=True)
class Queued:
    """The images of one request that have come equally far."""

    stage: Stage
    job_id: JobId
    requester_id: int
    channel_id: int
    message_id: int | None
    images: int
    asked_at: Instant
    place: int | None = None
    """In the line of all servers, as the card says it; None when its card is not up yet."""


@dataclass(frozen=True, slots=True)
class Backlog:
    """What has not been sent, and so can be taken back without a charge."""

    requests: int
    images: int
