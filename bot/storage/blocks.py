"""Who may not ask (`bot.domain.ports.BlockRecord`)."""

from bot.domain.jobs import JobId
from bot.domain.moderation import Action, Block, Entry, Notice, NoticeKind
from bot.domain.units import Instant
from bot.storage.admission import block_of
from bot.storage.jobs import take_back
from bot.storage.ledger import enter, notify
from bot.storage.rows import block_from_row
from bot.storage.sqlite import Store, Transaction


class BlockList:
    """See `bot.domain.ports.BlockRecord` for what each method means."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def add(self, guild_id: int, block: Block, *, cancel_waiting: bool) -> Block:
        return await self._store.write(
            lambda tx: put_block(tx, guild_id, block, cancel_waiting=cancel_waiting)
        )

    async def remove(self, guild_id: int, member_id: int, by_id: int, now: Instant) -> bool:
        async def move(tx: Transaction) -> bool:
            before = await block_of(tx, guild_id, member_id)
            if before is None or not before.holds(now):
                return False
            await tx.run("block_ended", guild_id=guild_id, member_id=member_id, now=now)
            entry = Entry(Action.UNBLOCKED, by_id, member_id, before=_said(before), reason=before.reason)
            await enter(tx, guild_id, entry, now)
            return True

        return await self._store.write(move)

    async def live(self, guild_id: int, now: Instant) -> list[Block]:
        rows = await self._store.read(lambda tx: tx.rows("blocks_live", guild_id=guild_id, now=now))
        return [block_from_row(row) for row in rows]


async def put_block(
    tx: Transaction, guild_id: int, block: Block, *, cancel_waiting: bool, job_id: JobId | None = None
) -> Block:
    """Make a block hold from `block.at`, write it down and have the log channel told.

    `job_id` is the request that it came of, where it came by itself.
    """
    before = await block_of(tx, guild_id, block.member_id)
    row = await tx.row(
        "block_set",
        guild_id=guild_id,
        member_id=block.member_id,
        reason=block.reason,
        by_id=block.by_id,
        at=block.at,
        until=block.until,
    )
    assert row is not None  # noqa: S101 - it is there now
    entry = Entry(
        Action.BLOCKED,
        block.by_id,
        block.member_id,
        job_id,
        before=_said(before) if before and before.holds(block.at) else None,
        after=_said(block),
        reason=block.reason,
    )
    await enter(tx, guild_id, entry, block.at)
    notice = Notice(NoticeKind.BLOCKED, guild_id, block.member_id, job_id, text=block.reason)
    await notify(tx, notice, block.at)
    if cancel_waiting:
        await _cancel_waiting(tx, guild_id, block)
    return block_from_row(row)


async def _cancel_waiting(tx: Transaction, guild_id: int, block: Block) -> None:
    rows = await tx.rows("waiting_of_member", guild_id=guild_id, member_id=block.member_id)
    for row in rows:
        await take_back(tx, row["job_id"], block.at)
    if rows:
        said = f"requests {len(rows)}, images {sum(row['images'] for row in rows)}"
        entry = Entry(Action.QUEUE_CLEARED, block.by_id, block.member_id, before=said)
        await enter(tx, guild_id, entry, block.at)


def _said(block: Block) -> str:
    """A block as the audit keeps it."""
    return "until lifted" if block.until is None else f"until {block.until}"
