"""What was used, worked out from the rows (`bot.domain.ports.UsageRecord`), and the same for the operator."""

from collections.abc import Iterator

from bot.domain.admission import Standing
from bot.domain.jobs import FailureReason
from bot.domain.limits import OF_BOT, OF_SERVER, WINDOWS_S, Limit, measure
from bot.domain.moderation import AccountId, OperatorDefaults
from bot.domain.ports import Draft
from bot.domain.units import Instant
from bot.domain.usage import (
    RECENT_MAX,
    TOP_MEMBERS,
    AccountStanding,
    AccountUse,
    ImageLine,
    LimitUse,
    MemberReport,
    MemberUse,
    OthersUse,
    OwnUse,
    Period,
    Report,
    Waits,
)
from bot.storage.admission import frees_at, judge, standing_of
from bot.storage.rows import (
    account_standing_from_row,
    account_use_from_row,
    image_line_from_row,
    recent_from_row,
    use_from_row,
)
from bot.storage.sqlite import Row, Store, Transaction

_TENTHS_PER_S = 10
_OWN = (
    Limit.IMAGES_PER_HOUR,
    Limit.IMAGES_PER_DAY,
    Limit.SPEND_PER_DAY,
    Limit.SPEND_PER_MONTH,
    Limit.WAITING,
)
"""What a member uses up, in the order to show."""
_COMMON = tuple(limit for limit in Limit if limit in OF_SERVER | OF_BOT)
"""What all use up together: shown where it leaves nothing, or what is left of their own would be untrue."""


class UsageSums:
    """See `bot.domain.ports.UsageRecord` for what each method means."""

    def __init__(self, store: Store, operator: OperatorDefaults) -> None:
        self._store = store
        self._operator = operator

    async def report(self, guild_id: int, period: Period, start: Instant, end: Instant) -> Report:
        return await self._store.read(lambda tx: _report(tx, guild_id, period, start, end))

    async def member(self, draft: Draft, start: Instant, end: Instant, now: Instant) -> MemberReport:
        return await self._store.read(lambda tx: _member(tx, draft, start, end, now, self._operator))

    async def images(
        self,
        account_id: AccountId,
        start: Instant,
        end: Instant,
        after: ImageLine | None,
        most: int,
        *,
        prompts: bool,
    ) -> list[ImageLine]:
        rows = await self._store.read(
            lambda tx: tx.rows(
                "images_exported",
                account_id=account_id,
                at=after.accepted_at if after else start,
                seq=after.seq if after else 0,
                end=end,
                most=most,
                prompts=int(prompts),
            )
        )
        return [image_line_from_row(row) for row in rows]

    async def of_accounts(self, start: Instant, end: Instant) -> list[AccountUse]:
        """What was drawn from `start` to `end`, by day, server and quality."""
        rows = await self._store.read(lambda tx: tx.rows("use_of_accounts", start=start, end=end))
        return [account_use_from_row(row) for row in rows]

    async def accounts(self, start: Instant) -> list[AccountStanding]:
        """Every server that anybody used or set up, with what was used since `start`: the dearest first."""
        rows = await self._store.read(lambda tx: tx.rows("standing_of_accounts", start=start))
        return [account_standing_from_row(row, self._operator) for row in rows]


async def _report(tx: Transaction, guild_id: int, period: Period, start: Instant, end: Instant) -> Report:
    when = {"account_id": guild_id, "start": start, "end": end}
    uses = await tx.rows("use_by_slot", slot_ms=period.slot_ms, **when)
    sums = await tx.rows("report_sums", **when)
    members, others = _ranked([row for row in sums if row["kind"] == "member"])
    failures = [(FailureReason(row["reason"]), row["images"]) for row in sums if row["kind"] == "failure"]
    return Report(
        guild_id=guild_id,
        start=start,
        end=end,
        period=period,
        uses=tuple(use_from_row(row) for row in uses),
        members=members,
        others=others,
        refusals=tuple((row["why"], row["times"]) for row in await tx.rows("refusals_of_account", **when)),
        failures=tuple(sorted(failures, key=lambda each: (-each[1], each[0]))),
        waits=_waits([(row["number"], row["images"]) for row in sums if row["kind"] == "wait"]),
    )


def _ranked(rows: list[Row]) -> tuple[tuple[MemberUse, ...], OthersUse]:
    """Those who used most, and the sum of the rest."""
    every = [MemberUse(row["number"], row["images"], row["microusd"]) for row in rows]
    every.sort(key=lambda use: (-use.images, -use.microusd, use.member_id))
    rest = every[TOP_MEMBERS:]
    others = OthersUse(len(rest), sum([use.images for use in rest]), sum([use.microusd for use in rest]))
    return tuple(every[:TOP_MEMBERS]), others


def _waits(counts: list[tuple[int, int]]) -> Waits | None:
    """Worked out from how many pictures waited how many tenths of a second."""
    total = sum([count for _, count in counts])
    if not total:
        return None
    ordered = sorted(counts)
    return Waits(_reached(ordered, total, 0.5), _reached(ordered, total, 0.9), total)


def _reached(ordered: list[tuple[int, int]], total: int, part: float) -> float:
    """The seconds that this part of all pictures did not wait longer than."""
    seen = 0
    for tenths, count in ordered:
        seen += count
        if seen >= total * part:
            return max(0, tenths) / _TENTHS_PER_S  # less than nothing where a clock was set back
    raise AssertionError("more than all of them")


async def _member(
    tx: Transaction, draft: Draft, start: Instant, end: Instant, now: Instant, operator: OperatorDefaults
) -> MemberReport:
    account_id, member_id = draft.place.account_id, draft.requester_id
    when = {"account_id": account_id, "member_id": member_id, "start": start, "end": end}
    standing = await standing_of(tx, draft, now, operator)
    block = standing.block
    limits = [await _limit_use(tx, limit, standing, account_id, member_id, now) for limit in _shown(standing)]
    uses = [use_from_row(row) for row in await tx.rows("use_of_member", **when)]
    failures = await tx.rows("failures_of_member", **when)
    recent = await tx.rows("recent_of_member", account_id=account_id, member_id=member_id, most=RECENT_MAX)
    return MemberReport(
        member_id=member_id,
        own=OwnUse(start, end, tuple(limits), tuple(uses)),
        standing=standing,
        verdict=await judge(tx, draft, standing, now),
        block=block if block is not None and block.holds(now) else None,
        refusals=tuple((row["why"], row["times"]) for row in await tx.rows("refusals_of_member", **when)),
        failures=tuple((FailureReason(row["reason"]), row["times"]) for row in failures),
        recent=tuple(recent_from_row(row) for row in recent),
    )


def _shown(standing: Standing) -> Iterator[Limit]:
    """The limits that hold and count something."""
    for limit in _OWN:
        if standing.policy[limit].value is not None:
            yield limit
    for limit in _COMMON:
        most = standing.policy[limit].value
        if most is not None and standing.used.get(limit, 0) >= most:
            yield limit


async def _limit_use(
    tx: Transaction, limit: Limit, standing: Standing, account_id: AccountId, member_id: int, now: Instant
) -> LimitUse:
    used, most = standing.used.get(limit, 0), standing.policy[limit].value or 0
    renews_at = None
    if used and limit in WINDOWS_S:
        renews_at = await frees_at(tx, limit, account_id, member_id, max(1, used - most + 1), now)
    return LimitUse(limit.value, used, most, measure(limit), renews_at)
