"""What the janitor has the database do (`bot.domain.ports.Upkeep`)."""

import asyncio
from pathlib import Path

from bot.domain.units import Instant
from bot.storage.backup import backed_up, backup_folder, backups, made_at
from bot.storage.sqlite import Store


class Upkeep:
    """See `bot.domain.ports.Upkeep` for what each method means."""

    def __init__(self, store: Store, database: Path, *, keep: int) -> None:
        self._store = store
        self._database = database
        self._keep = keep

    async def last_backup_at(self) -> Instant | None:
        kept = await asyncio.to_thread(backups, backup_folder(self._database))
        return made_at(kept[0]) if kept else None

    async def back_up(self, now: Instant) -> None:
        await backed_up(self._database, now, self._keep)

    async def forget_tokens(self, now: Instant) -> int:
        return await self._store.write(lambda tx: tx.run("tokens_forgotten", now=now))
