"""Looking after the record itself."""

from typing import Protocol

from bot.domain.units import Instant


class Upkeep(Protocol):
    """What keeps the record healthy. Failures are `StoreError`s."""

    async def last_backup_at(self) -> Instant | None:
        """When the newest backup was made, if there is one."""
        ...

    async def back_up(self, now: Instant) -> None:
        """Make a backup, check it, and drop the oldest."""
        ...

    async def forget_tokens(self, now: Instant) -> int:
        """Erase interaction tokens that have died; how many."""
        ...
