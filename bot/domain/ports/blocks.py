"""The record of who may not ask."""

from collections.abc import Sequence
from typing import Protocol

from bot.domain.moderation import Block
from bot.domain.units import Instant


class BlockRecord(Protocol):
    """Blocks. Each change is one transaction together with its lines in the audit."""

    async def add(self, guild_id: int, block: Block, *, cancel_waiting: bool) -> Block:
        """Make this block hold from `block.at`, instead of the member's earlier one; the block as it is then.

        A block that only changes stays appealed. What the member has in line is taken back if so wanted.
        """
        ...

    async def remove(self, guild_id: int, member_id: int, by_id: int, now: Instant) -> bool:
        """End a block; whether there was one that held."""
        ...

    async def live(self, guild_id: int, now: Instant) -> Sequence[Block]:
        """All that hold, the newest first."""
        ...
