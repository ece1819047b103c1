"""What is kept of one person, and what is left of it when they have it erased."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.jobs import Job, JobId
from bot.domain.limits import Rule
from bot.domain.moderation import AccountId, Block
from bot.domain.preferences import Preferences
from bot.domain.units import Instant

COUNTED_DAYS = 30
"""How long an erased request still bears its requester's id: limits and reports look back that far."""
REPORT_HOLDS_DAYS = 14
"""How long a reported job waits for a moderator before it is erased all the same: its author must not destroy
what they have to look at, and a report must not keep it for ever."""


@dataclass(frozen=True, slots=True)
class Keeping:
    """How long things are kept, as the operator has set it."""

    retention_days: int
    """After so many days a request is erased unless it is kept; 0 for never."""
    backups_kept: int
    """Daily copies of the database that still have what was erased since."""


@dataclass(frozen=True, slots=True)
class Holding:
    """How much is kept of a member."""

    requests: int
    under_way: int
    """Of these, those that are not over."""
    kept: int
    """Of these, those that no retention takes away."""
    pictures: int
    picture_bytes: int
    """The originals on disk."""
    preferences: bool
    blocks: int
    """Those that have ended too."""
    reports: int
    """Those that they made."""
    erasing_since: Instant | None
    """When they asked to have everything erased, while some of that is still under way."""


@dataclass(frozen=True, slots=True)
class Erased:
    """What came of the wish to have everything erased."""

    requests: int
    """Erased at once."""
    left: int
    """Erased later: they are under way, or a moderator has to look at them first."""
    cards: int = 0
    """Of requests erased earlier, those whose message goes now."""


@dataclass(frozen=True, slots=True)
class OwnGrant:
    """Images beyond the limits per hour and day, on one server."""

    guild_id: int
    images: int
    at: Instant
    expires_at: Instant


@dataclass(frozen=True, slots=True)
class OwnReport:
    """A complaint of theirs."""

    guild_id: int
    job_id: JobId
    reason: str
    at: Instant
    closed_at: Instant | None


@dataclass(frozen=True, slots=True)
class OwnAppeal:
    """What they said against a block."""

    guild_id: int
    text: str | None
    at: Instant


@dataclass(frozen=True, slots=True)
class Personal:
    """All that is kept of a member, their requests aside."""

    preferences: Preferences
    blocks: Sequence[tuple[int, Block]]
    """With the server of each."""
    rules: Sequence[tuple[int, Rule]]
    """Limits that moderators have set for them alone, with the server of each."""
    grants: Sequence[OwnGrant]
    reports: Sequence[OwnReport]
    appeals: Sequence[OwnAppeal]
    refusals: Sequence[tuple[AccountId, str, int]]
    """Where, by which rule, and how many requests were not accepted."""


@dataclass(frozen=True, slots=True)
class Removal:
    """A job of which something outside the database is to go: if it is erased, its pictures on disk."""

    job: Job
    with_card: bool
    """Whether its card in Discord is to go, too."""
    reply_id: int | None
    """The reply to its card; it goes with the card, whoever deleted that."""
    tries: int
    """How often its place was closed."""
    held_until: Instant
    """When it is due again, should nothing be heard of it; another time as soon as more is wanted."""


@dataclass(frozen=True, slots=True)
class Sweep:
    """What one look for things to erase has found."""

    erased: int
    full: bool
    """Whether there may be more at once."""
    waiting: bool
    """Whether some that are to be erased are still under way, or reported."""
    moved: bool
    """Whether something is to be shown on a card now."""
