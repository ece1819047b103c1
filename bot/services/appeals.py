"""Asking to be unblocked, and what moderators answer."""

from collections.abc import Callable

import structlog

from bot.domain.errors import DecidedAlready, NothingThere
from bot.domain.moderation import NoticeKind
from bot.domain.notices import Decided, NoticeView
from bot.domain.ports import AppealRecord, Clock, Notices
from bot.services.at_hand import Helper, notice_at_hand
from bot.services.blocks import Blocks
from bot.services.moderators import Moderator

log: structlog.stdlib.BoundLogger = structlog.get_logger()


class Appeals:
    """The use cases behind Appeal, and behind the buttons below it in the log channel."""

    def __init__(
        self,
        record: AppealRecord,
        notices: Notices,
        blocks: Blocks,
        clock: Clock,
        *,
        changed: Callable[[], None],
    ) -> None:
        """`changed` is called when there is something to tell."""
        self._record = record
        self._notices = notices
        self._blocks = blocks
        self._clock = clock
        self._changed = changed

    async def may_appeal(self, guild_id: int, member_id: int) -> bool:
        """Whether moderators would be told; False where they have no log channel.

        Raises:
            NotBlocked, AppealedAlready: see there.
        """
        return await self._record.may_appeal(guild_id, member_id, self._clock.now())

    async def appeal(self, guild_id: int, member_id: int, text: str) -> bool:
        """Tell the moderators, once for each block; False, and nothing done, where they have no log channel.

        Raises:
            NotBlocked, AppealedAlready: see there.
        """
        told = await self._record.appeal(guild_id, member_id, text, self._clock.now())
        if told:
            log.info("block.appealed", guild=guild_id, member=member_id)
            self._changed()
        return told

    async def unblock(self, notice_id: int, helper: Helper, moderator: Moderator) -> bool:
        """Lift the block that was appealed against; False when that one has ended already.

        Raises:
            NothingThere, MayNotDecide, DecidedAlready, OnYourself: see there.
        """
        view = await self._open(notice_id, helper)
        lifted = view.block is not None and view.block.appealed_at is not None  # else it is a newer one
        if lifted:
            try:
                await self._blocks.remove(moderator, view.notice.member_id or 0)
            except NothingThere:
                lifted = False
        what = Decided.UNBLOCKED if lifted else Decided.ENDED
        await self._notices.decide(view.id, what, moderator.id, self._clock.now())
        self._changed()
        return lifted

    async def turn_down(self, notice_id: int, helper: Helper) -> None:
        """Let the block stand.

        Raises:
            NothingThere, MayNotDecide, DecidedAlready: see there.
        """
        view = await self._open(notice_id, helper)
        await self._record.turn_down(view, helper.id, self._clock.now())
        log.info("appeal.dismissed", guild=helper.guild_id, by=helper.id, member=view.notice.member_id)
        self._changed()

    async def _open(self, notice_id: int, helper: Helper) -> NoticeView:
        view = await notice_at_hand(self._notices, notice_id, NoticeKind.APPEALED, helper)
        if not view.choices:
            raise DecidedAlready
        return view
