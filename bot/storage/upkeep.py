"""What the janitor has the database do (`bot.domain.ports.Upkeep`)."""

import asyncio
import sqlite3
from pathlib import Path

from bot.domain.errors import StoreError
from bot.domain.units import Instant
from bot.storage.backup import back_up, backups, made_at
from bot.storage.sqlite import Store


class Upkeep:
    """See `bot.domain.ports.Upkeep` for what each method means."""

    def __init__(self, store: Store, database: Path, *, keep: int) -> None:
        self._store = store
        self._database = database
        self._folder = database.parent / "backups"
        self._keep = keep

    async def last_backup_at(self) -> Instant | None:
        kept = await asyncio.to_thread(backups, self._folder)
        return made_at(kept[0]) if kept else None

    async def back_up(self, now: Instant) -> None:
        try:
            await asyncio.to_thread(back_up, self._database, self._folder, now, self._keep)
        except (sqlite3.Error, OSError) as fault:
            raise StoreError(f"no backup: {fault}") from fault

    async def forget_tokens(self, now: Instant) -> int:
        return await self._store.write(lambda tx: tx.run("tokens_forgotten", now=now))
