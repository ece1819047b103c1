"""What holds on each server (`bot.domain.ports.ServerRecord`)."""

from collections.abc import Callable, Mapping

from bot.domain.jobs import Quality, Size
from bot.domain.language import Language
from bot.domain.moderation import (
    Action,
    ChannelRule,
    Entry,
    OperatorDefaults,
    ServerSettings,
    Strikes,
)
from bot.domain.units import Instant
from bot.storage import setting_said
from bot.storage.admission import server_of
from bot.storage.ledger import enter
from bot.storage.rows import channel_rule_from_row
from bot.storage.sqlite import Store, Transaction


class Servers:
    """See `bot.domain.ports.ServerRecord` for what each method means."""

    def __init__(self, store: Store, operator: OperatorDefaults) -> None:
        self._store = store
        self._operator = operator

    async def settings(self, guild_id: int) -> ServerSettings:
        return await self._store.read(lambda tx: server_of(tx, guild_id, self._operator))

    async def log_channels(self) -> dict[int, int]:
        """The log channel of each server that has chosen one."""
        rows = await self._store.read(lambda tx: tx.rows("log_channels"))
        return {row["guild_id"]: row["log_channel_id"] for row in rows}

    async def channels(self, guild_id: int) -> list[ChannelRule]:
        rows = await self._store.read(lambda tx: tx.rows("channel_rules_of", guild_id=guild_id))
        return [channel_rule_from_row(row) for row in rows]

    async def set_channel(self, guild_id: int, rule: ChannelRule, by_id: int, now: Instant) -> None:
        async def move(tx: Transaction) -> None:
            before = await _channel(tx, guild_id, rule.channel_id)
            await tx.run(
                "channel_rule_set",
                guild_id=guild_id,
                channel_id=rule.channel_id,
                allowed=int(rule.allowed),
                spoiler=int(rule.spoiler),
                age_restricted_only=int(rule.age_restricted_only),
            )
            entry = Entry(Action.CHANNEL_SET, by_id, rule.channel_id, before=_said(before), after=_said(rule))
            await enter(tx, guild_id, entry, now)

        await self._store.write(move)

    async def clear_channel(self, guild_id: int, channel_id: int, by_id: int, now: Instant) -> bool:
        async def move(tx: Transaction) -> bool:
            before = await _channel(tx, guild_id, channel_id)
            if before is None:
                return False
            await tx.run("channel_rule_cleared", guild_id=guild_id, channel_id=channel_id)
            await enter(
                tx, guild_id, Entry(Action.CHANNEL_CLEARED, by_id, channel_id, before=_said(before)), now
            )
            return True

        return await self._store.write(move)

    async def set_pause(self, guild_id: int, reason: str | None, by_id: int, now: Instant) -> ServerSettings:
        action = Action.RESUMED if reason is None else Action.PAUSED
        values = {"paused_reason": reason}
        return await self._set(guild_id, "server_paused_set", values, setting_said.pause, by_id, now, action)

    async def set_on(self, guild_id: int, is_on: bool, by_id: int, now: Instant) -> ServerSettings:
        values = {"is_on": int(is_on)}
        return await self._set(guild_id, "server_on_set", values, setting_said.on, by_id, now)

    async def set_review(self, guild_id: int, review: bool, by_id: int, now: Instant) -> ServerSettings:
        values = {"review": int(review)}
        return await self._set(guild_id, "server_review_set", values, setting_said.review, by_id, now)

    async def set_log(
        self, guild_id: int, channel_id: int | None, log_all: bool, by_id: int, now: Instant
    ) -> ServerSettings:
        values = {"log_channel_id": channel_id, "log_all": int(log_all)}
        return await self._set(guild_id, "server_log_set", values, setting_said.log, by_id, now)

    async def set_defaults(
        self,
        guild_id: int,
        size: Size | None,
        quality: Quality | None,
        count: int | None,
        by_id: int,
        now: Instant,
    ) -> ServerSettings:
        values = {
            "size": size.value if size else None,
            "quality": quality.value if quality else None,
            "count": count,
        }
        return await self._set(guild_id, "server_defaults_set", values, setting_said.defaults, by_id, now)

    async def set_language(
        self, guild_id: int, language: Language | None, by_id: int, now: Instant
    ) -> ServerSettings:
        values = {"language": language.value if language else None}
        return await self._set(guild_id, "server_language_set", values, setting_said.language, by_id, now)

    async def set_strikes(self, guild_id: int, strikes: Strikes, by_id: int, now: Instant) -> ServerSettings:
        values = {"most": strikes.most, "window_s": strikes.window_s, "block_s": strikes.block_s}
        return await self._set(guild_id, "server_strikes_set", values, setting_said.strikes, by_id, now)

    async def _set(
        self,
        guild_id: int,
        statement: str,
        values: Mapping[str, object],
        said: Callable[[ServerSettings], str | None],
        by_id: int,
        now: Instant,
        action: Action = Action.SETTING_CHANGED,
    ) -> ServerSettings:
        async def move(tx: Transaction) -> ServerSettings:
            before = await server_of(tx, guild_id, self._operator)
            await tx.run(statement, guild_id=guild_id, **values)
            after = await server_of(tx, guild_id, self._operator)
            if said(before) != said(after):
                await enter(tx, guild_id, Entry(action, by_id, before=said(before), after=said(after)), now)
            return after

        return await self._store.write(move)


async def _channel(tx: Transaction, guild_id: int, channel_id: int) -> ChannelRule | None:
    row = await tx.row("channel_rule_of", guild_id=guild_id, channel_id=channel_id)
    return None if row is None else channel_rule_from_row(row)


def _said(rule: ChannelRule | None) -> str | None:
    """A rule as the audit keeps it."""
    if rule is None:
        return None
    extras = [
        name
        for name, holds in [("spoiler", rule.spoiler), ("age-restricted only", rule.age_restricted_only)]
        if holds
    ]
    return ", ".join(["allowed" if rule.allowed else "denied", *extras])
