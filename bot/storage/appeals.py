"""Appeals against blocks (`bot.domain.ports.AppealRecord`) in SQL."""

from bot.domain.errors import AppealedAlready, DecidedAlready, NotBlocked
from bot.domain.moderation import Action, Entry, Notice, NoticeKind, OperatorDefaults
from bot.domain.notices import Decided, NoticeView
from bot.domain.units import Instant
from bot.storage.admission import block_of, server_of
from bot.storage.ledger import enter, notify
from bot.storage.notices import decide
from bot.storage.sqlite import Store, Transaction


class AppealList:
    """See `bot.domain.ports.AppealRecord` for what each method means."""

    def __init__(self, store: Store, operator: OperatorDefaults) -> None:
        self._store = store
        self._operator = operator

    async def may_appeal(self, guild_id: int, member_id: int, now: Instant) -> bool:
        return await self._store.read(lambda tx: self._may_appeal(tx, guild_id, member_id, now))

    async def appeal(self, guild_id: int, member_id: int, text: str, now: Instant) -> bool:
        async def move(tx: Transaction) -> bool:
            if not await self._may_appeal(tx, guild_id, member_id, now):
                return False
            await tx.run("block_appealed", guild_id=guild_id, member_id=member_id, now=now)
            await enter(tx, guild_id, Entry(Action.APPEALED, member_id, member_id, reason=text), now)
            return await notify(tx, Notice(NoticeKind.APPEALED, guild_id, member_id, text=text), now)

        return await self._store.write(move)

    async def turn_down(self, view: NoticeView, by_id: int, now: Instant) -> None:
        async def move(tx: Transaction) -> None:
            decisions = await tx.rows("decisions_of", notice_id=view.id)
            if decisions or not await decide(tx, view.id, Decided.DISMISSED, by_id, now):
                raise DecidedAlready
            entry = Entry(Action.APPEAL_DISMISSED, by_id, view.notice.member_id)
            await enter(tx, view.notice.guild_id, entry, now)

        await self._store.write(move)

    async def _may_appeal(self, tx: Transaction, guild_id: int, member_id: int, now: Instant) -> bool:
        block = await block_of(tx, guild_id, member_id)
        if block is None or not block.holds(now):
            raise NotBlocked
        if block.appealed_at is not None:
            raise AppealedAlready
        return (await server_of(tx, guild_id, self._operator)).log_channel_id is not None
