"""Requests that a moderator has to approve before anything is sent or paid."""

from collections.abc import Callable

import structlog

from bot.domain.moderation import NoticeKind
from bot.domain.notices import REVIEW_WITHIN_S, NoticeView
from bot.domain.ports import Clock, Notices, ReviewRecord
from bot.domain.units import after
from bot.services.at_hand import Helper, notice_at_hand

log: structlog.stdlib.BoundLogger = structlog.get_logger()


class Reviews:
    """The use cases behind Approve and Refuse."""

    def __init__(
        self, record: ReviewRecord, notices: Notices, clock: Clock, *, changed: Callable[[], None]
    ) -> None:
        """`changed` is called when jobs or notices have moved."""
        self._record = record
        self._notices = notices
        self._clock = clock
        self._changed = changed

    async def approve(self, notice_id: int, helper: Helper) -> None:
        """Let a request go ahead.

        Raises:
            NothingThere, MayNotDecide: see there.
            OnYourself: nobody approves their own, unless they own the server.
            DecidedAlready, TakenBack: nothing is left to decide.
        """
        view = await self._at_hand(notice_id, helper)
        await self._record.approve(view, helper.id, self._clock.now())
        log.info(
            "review.approved",
            job=view.notice.job_id,
            guild=helper.guild_id,
            member=view.notice.member_id,
            by=helper.id,
        )
        self._changed()

    async def may_refuse(self, notice_id: int, helper: Helper) -> None:
        """Return when this person may refuse it, as far as can be told now.

        Raises:
            NothingThere, MayNotDecide, OnYourself: as for `approve`.
        """
        await self._at_hand(notice_id, helper)

    async def refuse(self, notice_id: int, helper: Helper, reason: str | None) -> None:
        """Take a request back; the requester reads the reason on its card.

        Raises:
            NothingThere, MayNotDecide, OnYourself, DecidedAlready, TakenBack: as for `approve`.
        """
        view = await self._at_hand(notice_id, helper)
        await self._record.refuse(view, helper.id, reason, self._clock.now())
        log.info(
            "review.refused",
            job=view.notice.job_id,
            guild=helper.guild_id,
            member=view.notice.member_id,
            by=helper.id,
        )
        self._changed()

    async def lapse(self) -> int:
        """Take back what nobody decided on in time; how many."""
        now = self._clock.now()
        lapsed = await self._record.lapse(after(now, -REVIEW_WITHIN_S), now)
        if lapsed:
            self._changed()
        return lapsed

    async def _at_hand(self, notice_id: int, helper: Helper) -> NoticeView:
        view = await notice_at_hand(self._notices, notice_id, NoticeKind.REVIEW, helper)
        helper.check_not_own(view.notice.member_id)
        return view
