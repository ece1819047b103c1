"""Who did what (`bot.domain.ports.AuditRecord`)."""

from bot.domain.moderation import Action, AuditLine, Entry
from bot.domain.units import Instant
from bot.storage.ledger import enter
from bot.storage.rows import audit_line_from_row
from bot.storage.sqlite import Store


class Audits:
    """See `bot.domain.ports.AuditRecord` for what each method means."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def enter(self, guild_id: int, entry: Entry, now: Instant) -> None:
        await self._store.write(lambda tx: enter(tx, guild_id, entry, now))

    async def newest(
        self,
        guild_id: int,
        *,
        before: int | None,
        until: Instant | None,
        member_id: int | None,
        action: Action | None,
        most: int,
    ) -> list[AuditLine]:
        rows = await self._store.read(
            lambda tx: tx.rows(
                "audit_newest",
                guild_id=guild_id,
                before=before,
                until=until,
                member_id=member_id,
                action=action.value if action else None,
                most=most,
            )
        )
        return [audit_line_from_row(row) for row in rows]

    async def batch(
        self, guild_id: int, start: Instant, end: Instant, above: int, most: int
    ) -> list[AuditLine]:
        rows = await self._store.read(
            lambda tx: tx.rows("audit_batch", guild_id=guild_id, start=start, end=end, above=above, most=most)
        )
        return [audit_line_from_row(row) for row in rows]
