"""Who presses a button in a log channel, and whether they may."""

from dataclasses import dataclass

import structlog

from bot.domain.errors import MayNotDecide, NothingThere, OnYourself
from bot.domain.moderation import NoticeKind
from bot.domain.notices import NoticeView
from bot.domain.ports import Notices

log: structlog.stdlib.BoundLogger = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Helper:
    """Somebody in a log channel, with the permissions that Discord computed for it."""

    id: int
    guild_id: int
    channel_id: int
    may_decide: bool
    """Whether they may manage messages there, or the server."""
    is_owner: bool

    def check_not_own(self, member_id: int | None) -> None:
        """Return when it is not their own that they decide about; the server's owner may.

        Raises:
            OnYourself: see there.
        """
        if member_id == self.id and not self.is_owner:
            raise OnYourself


async def notice_at_hand(notices: Notices, notice_id: int, kind: NoticeKind, helper: Helper) -> NoticeView:
    """The notice whose button was pressed.

    Raises:
        MayNotDecide: by somebody without the permission.
        NothingThere: there is no such notice in that channel: a forged press.
    """
    view = await notices.find(notice_id)
    if view is None or view.notice.kind is not kind or view.channel_id != helper.channel_id:
        log.warning("notice.forged", notice=notice_id, guild=helper.guild_id, by=helper.id)
        raise NothingThere
    if not helper.may_decide:
        log.warning("notice.not_allowed", notice=notice_id, guild=helper.guild_id, by=helper.id)
        raise MayNotDecide
    return view
