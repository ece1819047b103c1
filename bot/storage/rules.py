"""The limits that moderators set (`bot.domain.ports.RuleRecord`)."""

from collections.abc import Mapping

from bot.domain.admission import Assessment
from bot.domain.limits import Limit, Rule, Scope, resolve
from bot.domain.moderation import Action, Entry, Grant, OperatorDefaults
from bot.domain.ports import Draft
from bot.domain.units import Instant
from bot.storage.admission import judge, objections, standing_of, used_of
from bot.storage.ledger import enter
from bot.storage.rows import grant_from_row, rule_from_row
from bot.storage.sqlite import Row, Store, Transaction

_KNOWN = frozenset(Limit)
_WITHOUT_LIMITS = resolve((), frozenset(), {})


class Rules:
    """See `bot.domain.ports.RuleRecord` for what each method means."""

    def __init__(self, store: Store, operator: OperatorDefaults) -> None:
        self._store = store
        self._operator = operator

    async def assess(self, draft: Draft, now: Instant) -> Assessment:
        async def look(tx: Transaction) -> Assessment:
            standing = await standing_of(tx, draft, now, self._operator)
            verdict = await judge(tx, draft, standing, now)
            against = await objections(tx, draft, standing, now)
            return Assessment(draft.around, standing, verdict, tuple(against))

        return await self._store.read(look)

    async def rules(self, guild_id: int) -> list[Rule]:
        return _known(await self._store.read(lambda tx: tx.rows("rules_of", guild_id=guild_id)))

    async def set(self, guild_id: int, rule: Rule, by_id: int, now: Instant) -> Rule | None:
        async def move(tx: Transaction) -> Rule | None:
            key = {"guild_id": guild_id, "scope": rule.scope.value, "holder_id": rule.holder_id}
            row = await tx.row("rule_of", **key, name=rule.limit.value)
            before = None if row is None else rule_from_row(row)
            await tx.run("rule_set", **key, name=rule.limit.value, value=rule.value)
            await tx.run("spend_marks_cleared", account_id=guild_id, name=rule.limit.value)
            await enter(tx, guild_id, _entry(Action.LIMIT_SET, by_id, before, rule), now)
            return before

        return await self._store.write(move)

    async def clear(
        self, guild_id: int, scope: Scope, holder_id: int, limit: Limit | None, by_id: int, now: Instant
    ) -> list[Rule]:
        async def move(tx: Transaction) -> list[Rule]:
            rows = await tx.rows(
                "rules_cleared",
                guild_id=guild_id,
                scope=scope.value,
                holder_id=holder_id,
                name=limit.value if limit else None,
            )
            cleared = _known(rows)
            for rule in cleared:
                await tx.run("spend_marks_cleared", account_id=guild_id, name=rule.limit.value)
                await enter(tx, guild_id, _entry(Action.LIMIT_CLEARED, by_id, rule, None), now)
            return cleared

        return await self._store.write(move)

    async def grants(self, guild_id: int, member_id: int, now: Instant) -> list[Grant]:
        rows = await self._store.read(
            lambda tx: tx.rows("grants_live", account_id=guild_id, member_id=member_id, now=now)
        )
        return [grant_from_row(row) for row in rows]

    async def grant(
        self, guild_id: int, member_id: int, images: int, expires_at: Instant, by_id: int, now: Instant
    ) -> None:
        async def move(tx: Transaction) -> None:
            await tx.run(
                "allowance_added",
                guild_id=guild_id,
                member_id=member_id,
                images=images,
                now=now,
                expires_at=expires_at,
            )
            given = f"{images} until {expires_at}"
            await enter(tx, guild_id, Entry(Action.GRANTED, by_id, member_id, after=given), now)

        await self._store.write(move)

    async def reset(self, guild_id: int, member_id: int, by_id: int, now: Instant) -> Mapping[Limit, int]:
        async def move(tx: Transaction) -> Mapping[Limit, int]:
            used = await used_of(tx, guild_id, member_id, _WITHOUT_LIMITS, now)
            await tx.run("fresh_start_set", guild_id=guild_id, member_id=member_id, now=now)
            before = ", ".join(f"{limit.value} {number}" for limit, number in used.items())
            await enter(tx, guild_id, Entry(Action.RESET, by_id, member_id, before=before), now)
            return used

        return await self._store.write(move)


def _known(rows: list[Row]) -> list[Rule]:
    """Without what another version of this program has set."""
    return [rule_from_row(row) for row in rows if row["name"] in _KNOWN]


def _entry(action: Action, by_id: int, before: Rule | None, after: Rule | None) -> Entry:
    rule = after or before
    assert rule is not None  # noqa: S101 - one of the two was there
    return Entry(action, by_id, rule.holder_id or None, before=_said(before), after=_said(after))


def _said(rule: Rule | None) -> str | None:
    """A rule as the audit keeps it: whose, which, how much."""
    if rule is None:
        return None
    return f"{rule.scope.value} {rule.limit.value} {'none' if rule.value is None else rule.value}"
