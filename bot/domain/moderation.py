"""What moderators decide on their server, and what is written down of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from bot.domain.jobs import JobId, Quality, Size
from bot.domain.language import Language
from bot.domain.limits import Limit, Value
from bot.domain.units import Instant, Microusd

AccountId: TypeAlias = int
"""Where use is counted: a server's id where the bot is a member; `PERSONAL` for everything else."""
PERSONAL: AccountId = 0
"""Direct messages, and servers that a member brought the bot to on their own: counted together."""

REASON_MAX_CHARS = 300


@dataclass(frozen=True, slots=True)
class Strikes:
    """When safety refusals of the provider end in a block by itself."""

    most: int = 3
    """Requests refused within the window; 0 never blocks."""
    window_s: int = 86_400
    block_s: int = 86_400

    @staticmethod
    def reason(count: int) -> str:
        """What somebody is told who was blocked after so many."""
        requests = "1 request" if count == 1 else f"{count} requests"
        return f"{requests} refused as unsafe by the image service"


@dataclass(frozen=True, slots=True)
class OperatorDefaults:
    """What holds where no moderator has said anything."""

    limits: Mapping[Limit, Value] = field(default_factory=dict)
    """A limit that is not in it is none."""
    cheapest_microusd: Microusd = 0
    """What the cheapest image costs: where less than that is left of a cap, it is used up."""
    servers_start_on: bool = True
    """Whether a new server's members may ask before a moderator has turned the bot on."""


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """What a server's moderators have set."""

    guild_id: int
    is_on: bool = True
    paused_reason: str | None = None
    """Shown to members; None while requests are taken."""
    review: bool = False
    """Whether every request waits for a moderator."""
    log_channel_id: int | None = None
    log_all: bool = True
    """Whether the log channel gets everything, or only what a moderator has to act on."""
    size: Size = Size.SQUARE
    quality: Quality = Quality.LOW
    count: int = 1
    """What `/imagine` takes where a member says nothing."""
    strikes: Strikes = Strikes()
    language: Language | None = None
    """Of public cards; None: the one that Discord has for the server."""


@dataclass(frozen=True, slots=True)
class ChannelRule:
    """What holds in a channel and its threads, in a category, or (the server's own id) everywhere else."""

    channel_id: int
    allowed: bool
    spoiler: bool = False
    """Pictures are covered until somebody presses them."""
    age_restricted_only: bool = False
    """Only while Discord has the channel marked as age-restricted."""


@dataclass(frozen=True, slots=True)
class Block:
    """A member who may not ask on this server."""

    member_id: int
    reason: str
    by_id: int | None
    """None when it came by itself, after strikes."""
    at: Instant
    until: Instant | None
    """None: until a moderator lifts it."""
    appealed_at: Instant | None = None

    def holds(self, now: Instant) -> bool:
        """Whether it has not ended yet."""
        return self.until is None or now < self.until


@dataclass(frozen=True, slots=True)
class Grant:
    """Images beyond the limits per hour and day, until it expires."""

    id: int
    member_id: int
    images: int
    left: int
    expires_at: Instant


class Action(StrEnum):
    """What the audit names; `bot/chat/moderation/audit_words.py` has the words for each."""

    LIMIT_SET = "limit_set"
    LIMIT_CLEARED = "limit_cleared"
    GRANTED = "granted"
    RESET = "reset"
    BLOCKED = "blocked"
    UNBLOCKED = "unblocked"
    APPEALED = "appealed"
    APPEAL_DISMISSED = "appeal_dismissed"
    TERM_ADDED = "term_added"
    TERM_REMOVED = "term_removed"
    TERMS_IMPORTED = "terms_imported"
    CHANNEL_SET = "channel_set"
    CHANNEL_CLEARED = "channel_cleared"
    PAUSED = "paused"
    RESUMED = "resumed"
    CANCELLED = "cancelled"
    LEFT = "left"
    QUEUE_CLEARED = "queue_cleared"
    APPROVED = "approved"
    NOT_APPROVED = "not_approved"
    DELETED = "deleted"
    REPORTED = "reported"
    REPORT_DISMISSED = "report_dismissed"
    SETTING_CHANGED = "setting_changed"
    LOG_UNREACHABLE = "log_unreachable"
    """The log channel is gone, or closed to the bot; the setting stays."""
    EXPORTED = "exported"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the audit: who did what to whom, and what it was before."""

    action: Action
    actor_id: int | None
    """None when it happened by itself."""
    target_id: int | None = None
    """The member, role or channel it concerns."""
    job_id: JobId | None = None
    before: str | None = None
    after: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class AuditLine:
    """An entry as it stands in the audit."""

    seq: int
    """Rises with every line, of all servers together."""
    at: Instant
    entry: Entry


class NoticeKind(StrEnum):
    """What a server's log channel is told; `bot/chat/moderation/notices.py` has the message for each."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    FAILED = "failed"
    DELETED = "deleted"
    """`text` is the id of who deleted it; None when Discord does not say."""
    REPORTED = "reported"
    BLOCKED = "blocked"
    APPEALED = "appealed"
    SPEND = "spend"
    REVIEW = "review"


NEEDS_A_MODERATOR = frozenset(
    {NoticeKind.REPORTED, NoticeKind.BLOCKED, NoticeKind.APPEALED, NoticeKind.SPEND, NoticeKind.REVIEW}
)
"""Told even where the log channel is not to get everything."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One message for a server's log channel."""

    kind: NoticeKind
    guild_id: int
    member_id: int | None = None
    job_id: JobId | None = None
    text: str | None = None
    """A reason, the name of a rule, or what else the kind's message says; never a prompt."""
