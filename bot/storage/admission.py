"""What the record says of a member and a server when a request comes: the facts that `decide` judges by.

Everything is read in the transaction that writes the job, so two requests never see the same room.
"""

from collections.abc import Mapping
from dataclasses import replace

import structlog

from bot.domain.admission import Admission, Gate, Refusal, Standing, decide, refusals
from bot.domain.limits import (
    HOUR_S,
    MONTH_S,
    OF_BOT,
    OF_SERVER,
    WINDOWS_S,
    Limit,
    Policy,
    resolve,
)
from bot.domain.moderation import (
    PERSONAL,
    AccountId,
    Block,
    ChannelRule,
    Notice,
    NoticeKind,
    OperatorDefaults,
    ServerSettings,
)
from bot.domain.ports import Draft
from bot.domain.units import MS_PER_S, Instant, after
from bot.storage.ledger import notify
from bot.storage.rows import block_from_row, channel_rule_from_row, rule_from_row, server_from_row
from bot.storage.sqlite import Transaction

log: structlog.stdlib.BoundLogger = structlog.get_logger()

_HOUR_MS = HOUR_S * MS_PER_S
_EVERYTHING: AccountId = -1
"""The account of `use_of_hour` that has all others in it."""
_MARKS_PERCENT = (50, 80, 100)
_REFUSED_AGAIN_S = 600.0
"""How often a log channel is told that a member is refused for the same thing, however often they try."""


async def judge(tx: Transaction, draft: Draft, standing: Standing, now: Instant) -> Admission | Refusal:
    """Decide on a request; nothing is written."""
    verdict = decide(draft.request, draft.estimate_microusd, draft.around, standing, now)
    return await _dated(tx, verdict, draft, standing, now) if isinstance(verdict, Refusal) else verdict


async def objections(tx: Transaction, draft: Draft, standing: Standing, now: Instant) -> list[Refusal]:
    """All that speaks against a request, not only the first; nothing is written."""
    found = refusals(draft.request, draft.estimate_microusd, draft.around, standing, now)
    return [await _dated(tx, refusal, draft, standing, now) for refusal in found]


async def refuse(tx: Transaction, draft: Draft, refusal: Refusal, now: Instant) -> None:
    """Note that a request was refused, for reports and the log channel."""
    account_id = draft.place.account_id
    what = {"account_id": account_id, "member_id": draft.requester_id, "why": refusal.by.value}
    await tx.run("refusal_noted", now=now, **what)
    # A block and an outage are known already, and so is what was just told: a log must not be flooded.
    is_known = refusal.by in {Gate.BLOCKED, Gate.OFF, Gate.PAUSED}
    if not is_known and not await tx.value("refused_lately", since=after(now, -_REFUSED_AGAIN_S), **what):
        notice = Notice(NoticeKind.REFUSED, account_id, draft.requester_id, text=refusal.by.value)
        await notify(tx, notice, now)


async def standing_of(tx: Transaction, draft: Draft, now: Instant, operator: OperatorDefaults) -> Standing:
    """All that is known of the member and the server."""
    account_id, member_id = draft.place.account_id, draft.requester_id
    fresh = await _fresh_start(tx, account_id, member_id, now)
    policy = await policy_of(tx, account_id, member_id, draft.around.role_ids, operator)
    return Standing(
        server=await server_of(tx, account_id, operator),
        policy=policy,
        block=await block_of(tx, account_id, member_id),
        channels=await _channels(tx, account_id),
        used=await _used(tx, account_id, member_id, policy, fresh, now),
        last_asked_at=await tx.value(
            "member_last_asked", account_id=account_id, member_id=member_id, since=fresh, now=now
        ),
        extra_images=sum(
            [
                row["remaining"]
                for row in await tx.rows("grants_live", account_id=account_id, member_id=member_id, now=now)
            ]
        ),
    )


async def server_of(tx: Transaction, account_id: AccountId, operator: OperatorDefaults) -> ServerSettings:
    """What the server's moderators have set; personal use is never switched off."""
    if account_id == PERSONAL:
        return ServerSettings(PERSONAL)
    return server_from_row(account_id, await tx.row("server_by_id", guild_id=account_id), operator)


async def policy_of(
    tx: Transaction,
    account_id: AccountId,
    member_id: int,
    role_ids: frozenset[int],
    operator: OperatorDefaults,
) -> Policy:
    """The limits that hold for a member there."""
    rows = await tx.rows("rules_for", guild_id=account_id, member_id=member_id)
    known = set(Limit)
    rules = [rule_from_row(row) for row in rows if row["name"] in known]
    return resolve(rules, role_ids, operator.limits)


async def used_of(
    tx: Transaction, account_id: AccountId, member_id: int, policy: Policy, now: Instant
) -> Mapping[Limit, int]:
    """How much is used of every limit that counts something and holds."""
    fresh = await _fresh_start(tx, account_id, member_id, now)
    return await _used(tx, account_id, member_id, policy, fresh, now)


async def _used(
    tx: Transaction, account_id: AccountId, member_id: int, policy: Policy, fresh: Instant, now: Instant
) -> Mapping[Limit, int]:
    """`used_of`, where it is known from when on a member's use counts."""
    used: dict[Limit, int] = {}
    ids = {"account_id": account_id, "member_id": member_id}
    row = await tx.row(
        "member_use",
        **ids,
        hour_ago=max(fresh, after(now, -HOUR_S)),
        day_ago=max(fresh, after(now, -WINDOWS_S[Limit.IMAGES_PER_DAY])),
        since=max(fresh, after(now, -MONTH_S)),
    )
    assert row is not None  # noqa: S101 - a sum always has a row
    for limit in (Limit.IMAGES_PER_HOUR, Limit.IMAGES_PER_DAY, Limit.SPEND_PER_DAY, Limit.SPEND_PER_MONTH):
        used[limit] = row[limit.value]
    if policy[Limit.WAITING].value is not None:
        used[Limit.WAITING] = await tx.value("member_waiting", **ids)
    if (most := policy[Limit.SERVER_WAITING].value) is not None:
        used[Limit.SERVER_WAITING] = await tx.value("account_waiting", account_id=account_id, most=most + 1)
    for limit in (OF_SERVER | OF_BOT) & WINDOWS_S.keys():
        if policy[limit].value is not None:
            used[limit] = await spent_in_window(tx, limit, account_id, now)
    return used


async def mark_spend(
    tx: Transaction,
    account_id: AccountId,
    standing: Standing,
    added: int,
    now: Instant,
    operator: OperatorDefaults,
) -> None:
    """Say when half, most or all of a cap is used, once in each window: a server's in its log channel,
    the whole bot's in the operator's log. `added` is what this request reserves.
    """
    for limit in sorted((OF_SERVER | OF_BOT) & WINDOWS_S.keys()):
        cap = standing.policy[limit].value
        if not cap:
            continue
        holder = account_id if limit in OF_SERVER else _EVERYTHING
        used = standing.used[limit] + added
        percent = 100 if cap - used < operator.cheapest_microusd else 100 * used // cap
        for mark in [each for each in _MARKS_PERCENT if percent >= each]:
            since = after(now, -WINDOWS_S[limit])
            values = {"account_id": holder, "name": limit.value, "percent": mark, "now": now, "since": since}
            if not await tx.run("spend_mark_set", **values):
                continue
            if limit in OF_SERVER:
                await notify(tx, Notice(NoticeKind.SPEND, account_id, text=f"{limit.value} {mark}"), now)
            else:
                log.warning("spend.reached", limit=limit.value, percent=mark, cap_microusd=cap)


async def grants_for(
    tx: Transaction, account_id: AccountId, member_id: int, images: int, now: Instant
) -> list[int]:
    """The grants that so many images come out of, one id for each."""
    ids: list[int] = []
    for row in await tx.rows("grants_live", account_id=account_id, member_id=member_id, now=now):
        ids += [row["id"]] * row["remaining"]
    return ids[:images]


async def _fresh_start(tx: Transaction, account_id: AccountId, member_id: int, now: Instant) -> Instant:
    at: Instant | None = await tx.value("fresh_start_of", account_id=account_id, member_id=member_id, now=now)
    return at or 0


async def block_of(tx: Transaction, account_id: AccountId, member_id: int) -> Block | None:
    """A member's last block, which may have ended."""
    row = await tx.row("block_of", guild_id=account_id, member_id=member_id)
    return None if row is None else block_from_row(row)


async def _channels(tx: Transaction, account_id: AccountId) -> Mapping[int, ChannelRule]:
    rows = await tx.rows("channel_rules_of", guild_id=account_id)
    return {row["channel_id"]: channel_rule_from_row(row) for row in rows}


async def spent_in_window(tx: Transaction, limit: Limit, account_id: AccountId, now: Instant) -> int:
    """What a server, or the whole bot, spent in the window of a limit."""
    since = after(now, -WINDOWS_S[limit])
    edge_hour = since // _HOUR_MS
    values = {"since": since, "edge_hour": edge_hour, "edge_end": (edge_hour + 1) * _HOUR_MS}
    if limit in OF_BOT:
        spent: int = await tx.value("bot_spend", **values)
    else:
        spent = await tx.value("account_spend", account_id=account_id, **values)
    return spent


async def _dated(
    tx: Transaction, refusal: Refusal, draft: Draft, standing: Standing, now: Instant
) -> Refusal:
    """A refusal with the moment it lifts."""
    if isinstance(refusal.by, Limit) and refusal.by in WINDOWS_S:
        return replace(refusal, lifts_at=await _lifts_at(tx, refusal.by, draft, standing, now))
    return refusal


async def _lifts_at(
    tx: Transaction, limit: Limit, draft: Draft, standing: Standing, now: Instant
) -> Instant | None:
    """When enough has left the window; None when the request alone is more than the limit."""
    used = standing.used[limit]
    room = (standing.policy[limit].value or 0) - used
    if limit in {Limit.IMAGES_PER_HOUR, Limit.IMAGES_PER_DAY}:
        excess = draft.request.count - standing.extra_images - room
    else:
        excess = draft.estimate_microusd * draft.request.count - room
    if excess > used:
        return None
    return await frees_at(tx, limit, draft.place.account_id, draft.requester_id, excess, now)


async def frees_at(
    tx: Transaction, limit: Limit, account_id: AccountId, member_id: int, excess: int, now: Instant
) -> Instant | None:
    """When so much has left the window of a limit; None when there is not so much in it."""
    since = after(now, -WINDOWS_S[limit])
    if limit in OF_SERVER | OF_BOT:
        holder = account_id if limit in OF_SERVER else _EVERYTHING
        edge_hour = since // _HOUR_MS
        used = await spent_in_window(tx, limit, account_id, now)
        hour = await tx.value(
            "account_spend_frees_at", account_id=holder, edge_hour=edge_hour, excess=excess, used=used
        )
        return None if hour is None else after((hour + 1) * _HOUR_MS, WINDOWS_S[limit])
    fresh = await _fresh_start(tx, account_id, member_id, now)
    who = {"account_id": account_id, "member_id": member_id, "since": max(since, fresh)}
    if limit in {Limit.IMAGES_PER_HOUR, Limit.IMAGES_PER_DAY}:
        accepted_at = await tx.value("image_frees_at", before=excess - 1, **who)
    else:
        accepted_at = await tx.value("member_spend_frees_at", excess=excess, **who)
    return None if accepted_at is None else after(accepted_at, WINDOWS_S[limit])
