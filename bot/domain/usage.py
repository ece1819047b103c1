"""What was drawn, by whom and for how much: the figures of a report, whatever shows them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.admission import Admission, Refusal, Standing
from bot.domain.jobs import FailureReason, JobId, JobState, Quality, Size, TaskState
from bot.domain.limits import Measure
from bot.domain.moderation import AccountId, Block
from bot.domain.units import MS_PER_S, Instant, Microusd

HOUR_MS = 3_600 * MS_PER_S
DAY_MS = 24 * HOUR_MS
SLOTS_MAX = 62
"""More columns than this nobody can read, and a wrong clock could ask for millions."""
TOP_MEMBERS = 10
"""How many members a report names; the rest are one sum."""
RECENT_MAX = 10
"""How many of a member's requests are listed."""


class Period(StrEnum):
    """How much time a report covers."""

    DAY = "day"
    """By the hour."""
    WEEK = "week"
    """By the day."""
    MONTH = "month"
    """By the day."""

    @property
    def slot_ms(self) -> int:
        """How long one column is, in milliseconds."""
        return HOUR_MS if self is Period.DAY else DAY_MS

    @property
    def slots(self) -> int:
        """How many columns."""
        return {Period.DAY: 24, Period.WEEK: 7, Period.MONTH: 30}[self]

    def until(self, now: Instant) -> tuple[Instant, Instant]:
        """Where it begins and ends, when its last column is the hour or day that `now` lies in."""
        end = now - now % self.slot_ms + self.slot_ms
        return end - self.slots * self.slot_ms, end


@dataclass(frozen=True, slots=True)
class Use:
    """The pictures of one quality in one hour or day."""

    day: Instant
    """When the hour or day begins, in UTC."""
    quality: Quality
    images: int
    microusd: Microusd


@dataclass(frozen=True, slots=True)
class MemberUse:
    """What one member used."""

    member_id: int
    images: int
    microusd: Microusd


@dataclass(frozen=True, slots=True)
class OthersUse:
    """What all members used together that a report does not name."""

    members: int = 0
    images: int = 0
    microusd: Microusd = 0


@dataclass(frozen=True, slots=True)
class Waits:
    """How long pictures waited in line, from asking to being drawn."""

    median_s: float
    p90_s: float
    """Nine of ten waited no longer."""
    count: int
    """How many pictures this is worked out from."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One column of a chart: an hour or a day with all that fell into it."""

    start: Instant
    images: tuple[int, ...]
    """By quality, in the order of `Quality`."""
    microusd: Microusd

    @property
    def total(self) -> int:
        """Pictures of every quality."""
        return sum(self.images)


@dataclass(frozen=True, slots=True)
class Report:
    """What a server used from `start` up to, not including, `end`."""

    guild_id: int
    start: Instant
    end: Instant
    period: Period
    uses: tuple[Use, ...]
    members: tuple[MemberUse, ...]
    """Those who used most, at most `TOP_MEMBERS`, in the order to show."""
    others: OthersUse = OthersUse()
    refusals: tuple[tuple[str, int], ...] = ()
    """How often each rule refused a request, by the rule's name, in the order to show."""
    failures: tuple[tuple[FailureReason, int], ...] = ()
    """Pictures that were not made, in the order to show."""
    waits: Waits | None = None
    """None when no picture came to be drawn."""

    def __post_init__(self) -> None:
        _check(self.start, self.end, self.period.slot_ms, self.uses)
        if len(self.members) > TOP_MEMBERS:
            raise ValueError(f"a report names at most {TOP_MEMBERS} members")

    @property
    def images(self) -> int:
        """Pictures of every quality."""
        return sum(use.images for use in self.uses)

    @property
    def microusd(self) -> Microusd:
        """What they cost together."""
        return sum(use.microusd for use in self.uses)

    @property
    def refused(self) -> int:
        """Requests that no rule let through."""
        return sum(count for _, count in self.refusals)

    @property
    def failed(self) -> int:
        """Pictures that were not made."""
        return sum(count for _, count in self.failures)

    @property
    def slots(self) -> tuple[Slot, ...]:
        """Every column, the empty ones too."""
        return tuple(_slots(self.start, self.end, self.period.slot_ms, self.uses))


@dataclass(frozen=True, slots=True)
class LimitUse:
    """How one limit stands for one member."""

    name: str
    """The limit's own name; `bot/chat` has the words for it."""
    used: int
    limit: int | None
    """None: there is none."""
    measure: Measure = Measure.COUNT
    """What `used` and `limit` count: pictures or requests, or with `MONEY` micro-dollars."""
    renews_at: Instant | None = None
    """When some of it is free again; None when nothing is used or time does not free it."""

    @property
    def left(self) -> int | None:
        """What can still be used; None without a limit."""
        return None if self.limit is None else max(0, self.limit - self.used)


@dataclass(frozen=True, slots=True)
class OwnUse:
    """What one member used, by the day, and what the limits leave them."""

    start: Instant
    end: Instant
    """Not included."""
    limits: tuple[LimitUse, ...]
    uses: tuple[Use, ...]

    def __post_init__(self) -> None:
        _check(self.start, self.end, DAY_MS, self.uses)

    @property
    def images(self) -> int:
        """Pictures of every quality."""
        return sum(use.images for use in self.uses)

    @property
    def microusd(self) -> Microusd:
        """What they cost together."""
        return sum(use.microusd for use in self.uses)

    @property
    def slots(self) -> tuple[Slot, ...]:
        """Every day, the empty ones too."""
        return tuple(_slots(self.start, self.end, DAY_MS, self.uses))


@dataclass(frozen=True, slots=True)
class Recent:
    """One of the newest requests of a member."""

    job_id: JobId
    state: JobState
    accepted_at: Instant
    channel_id: int
    images: int
    """As many as were asked for."""
    microusd: Microusd


@dataclass(frozen=True, slots=True)
class MemberReport:
    """How one member stands, and what became of what they asked for since `own.start`."""

    member_id: int
    own: OwnUse
    standing: Standing
    verdict: Admission | Refusal
    """What would become of their next request, were it the smallest there is."""
    block: Block | None = None
    """One that has not ended."""
    refusals: tuple[tuple[str, int], ...] = ()
    """As in `Report`."""
    failures: tuple[tuple[FailureReason, int], ...] = ()
    recent: tuple[Recent, ...] = ()
    """Newest first, at most `RECENT_MAX`, however old."""


@dataclass(frozen=True, slots=True)
class ImageLine:
    """One picture as an export has it."""

    seq: int
    """With `accepted_at` its place in the order of an export."""
    job_id: JobId
    number: int
    member_id: int
    channel_id: int
    accepted_at: Instant
    size: Size
    quality: Quality
    state: TaskState
    reason: FailureReason | None
    microusd: Microusd
    """As reports count it: the bill, or the estimate until there is one."""
    waited_s: float | None
    """In line; None when it was not sent yet, or never."""
    drawn_s: float | None
    """As the provider says; None where it did not."""
    prompt: str | None = None
    """None where it was not asked for."""


@dataclass(frozen=True, slots=True)
class AccountUse:
    """What was drawn on one server, or personally, on one day in one quality."""

    account_id: AccountId
    use: Use


@dataclass(frozen=True, slots=True)
class AccountStanding:
    """One server, or all personal use, as the operator sees it."""

    account_id: AccountId
    is_on: bool
    jobs: int
    """Requests in the time asked for, the withdrawn ones too."""
    images: int
    microusd: Microusd
    last_used_at: Instant | None
    """None when nobody ever asked for anything there."""


def _check(start: Instant, end: Instant, slot_ms: int, uses: Iterable[Use]) -> None:
    """Refuse what would make the columns and their sum disagree."""
    if start % slot_ms or not 0 < end - start <= SLOTS_MAX * slot_ms:
        raise ValueError(f"a report begins with an hour or day, in UTC, and has 1 to {SLOTS_MAX} of them")
    if not all(start <= use.day < end for use in uses):
        raise ValueError("a use lies outside the time of its report")


def _slots(start: Instant, end: Instant, slot_ms: int, uses: Iterable[Use]) -> Iterator[Slot]:
    fallen: dict[Instant, list[Use]] = {}
    for use in uses:
        fallen.setdefault(use.day - use.day % slot_ms, []).append(use)
    for at in range(start, end, slot_ms):
        here = fallen.get(at, [])
        yield Slot(
            start=at,
            images=tuple(sum(use.images for use in here if use.quality is quality) for quality in Quality),
            microusd=sum(use.microusd for use in here),
        )
