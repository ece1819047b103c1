"""Safety refusals of the provider, counted until they block somebody."""

from bot.domain.moderation import PERSONAL, Block, OperatorDefaults
from bot.domain.units import Instant, after
from bot.storage.admission import block_of, server_of
from bot.storage.blocks import put_block
from bot.storage.sqlite import Row, Transaction


async def strike(tx: Transaction, task: Row, now: Instant) -> None:
    """An image of this row was refused as unsafe: block its member when that was one request too many.

    Counted are requests, from the end of their last block or their fresh start. What they still have in line
    is taken back, as when a moderator blocks them.
    """
    guild_id, member_id = task["account_id"], task["requester_id"]
    if guild_id == PERSONAL:
        return
    strikes = (await server_of(tx, guild_id, OperatorDefaults())).strikes  # none of it is the operator's
    last = await block_of(tx, guild_id, member_id)
    if not strikes.most or (last is not None and last.holds(now)):
        return
    fresh_start = await tx.value("fresh_start_of", account_id=guild_id, member_id=member_id, now=now)
    last_end = last.until if last is not None else None
    since = max(after(now, -strikes.window_s), fresh_start or 0, last_end or 0)
    count = await tx.value("strikes_since", guild_id=guild_id, member_id=member_id, since=since)
    if count >= strikes.most:
        block = Block(member_id, strikes.reason(count), None, now, after(now, strikes.block_s))
        await put_block(tx, guild_id, block, cancel_waiting=True, job_id=task["job_id"])
