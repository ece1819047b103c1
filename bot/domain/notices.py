"""What a log channel is told as it stands now, and what may still be decided there."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.jobs import Job, Task
from bot.domain.moderation import Block, Notice, NoticeKind
from bot.domain.units import Instant

ROUTINE = frozenset({NoticeKind.ACCEPTED, NoticeKind.REFUSED, NoticeKind.FAILED, NoticeKind.DELETED})
"""One line each: those that wait at the same time share a message."""
GROUP_MAX = 15
"""How many of them at most."""
REPORTS_PER_HOUR = 10
"""Of one person on a server: each is a message of its own, and others wait behind it."""
REVIEW_WITHIN_S = 86_400
"""How long a request waits for a moderator."""


class Decided(StrEnum):
    """What became of something; `bot/chat/moderation/notice_words.py` has the sentence for each."""

    APPROVED = "approved"
    REFUSED = "refused"
    UNANSWERED = "unanswered"
    """Nobody decided in time."""
    TAKEN_BACK = "taken_back"
    """The request was cancelled before anybody decided."""
    DELETED = "deleted"
    BLOCKED = "blocked"
    UNBLOCKED = "unblocked"
    ENDED = "ended"
    """The block had ended before anybody decided."""
    DISMISSED = "dismissed"


class Choice(StrEnum):
    """What a moderator may do about it: the buttons."""

    APPROVE = "approve"
    REFUSE = "refuse"
    DELETE = "delete"
    BLOCK = "block"
    DISMISS = "dismiss"
    """A report."""
    UNBLOCK = "unblock"
    TURN_DOWN = "turn_down"
    """An appeal."""


KIND_OF: Mapping[Choice, NoticeKind] = {
    Choice.APPROVE: NoticeKind.REVIEW,
    Choice.REFUSE: NoticeKind.REVIEW,
    Choice.DELETE: NoticeKind.REPORTED,
    Choice.BLOCK: NoticeKind.REPORTED,
    Choice.DISMISS: NoticeKind.REPORTED,
    Choice.UNBLOCK: NoticeKind.APPEALED,
    Choice.TURN_DOWN: NoticeKind.APPEALED,
}
"""Where each of them is found."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided about a notice, and by whom; None when it happened by itself."""

    what: Decided
    by_id: int | None


@dataclass(frozen=True, slots=True)
class NoticeView:
    """A notice with all that its message depends on."""

    id: int
    notice: Notice
    channel_id: int
    """The log channel, as it was chosen then."""
    at: Instant
    decisions: tuple[Decision, ...] = ()
    """In the order in which they were taken."""
    job: Job | None = None
    """None where there is none, or its record was erased."""
    tasks: tuple[Task, ...] = ()
    copy_ids: tuple[int, ...] = ()
    """Of a report: the copies of the card that somebody reported, as far as they are not known to be gone."""
    block: Block | None = None
    """The member's block, if there still is one."""

    @property
    def choices(self) -> tuple[Choice, ...]:
        """What may still be done. A picture may be deleted and its author blocked, in any order."""
        done = {decision.what for decision in self.decisions}
        left = [choice for choice, kind in KIND_OF.items() if kind is self.notice.kind]
        if not done:
            return tuple(left)
        if not done <= {Decided.DELETED, Decided.BLOCKED}:
            return ()
        open_still = {Choice.DELETE: Decided.DELETED, Choice.BLOCK: Decided.BLOCKED}
        return tuple(choice for choice in left if choice in open_still and open_still[choice] not in done)


@dataclass(frozen=True, slots=True)
class Posting:
    """One message for a log channel: claimed, and not to be posted by anybody else meanwhile."""

    id: int
    """Of its first notice: the message is known by it."""
    guild_id: int
    channel_id: int
    views: tuple[NoticeView, ...]
    message_id: int | None
    """None while it is not known to be posted."""
    tried_at: Instant | None
    """When posting it was first tried, if it was before."""
    attempts: int
    held_until: Instant
    """When others may claim it again, should this one never be heard of."""
