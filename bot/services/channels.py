"""Where on a server pictures may be asked for."""

from collections.abc import Sequence

import structlog

from bot.domain.errors import NothingThere
from bot.domain.moderation import ChannelRule
from bot.domain.ports import Clock, ServerRecord
from bot.services.moderators import Moderator

log: structlog.stdlib.BoundLogger = structlog.get_logger()


class Channels:
    """The use cases behind `/imagine-admin channels`."""

    def __init__(self, record: ServerRecord, clock: Clock) -> None:
        self._record = record
        self._clock = clock

    async def set(self, moderator: Moderator, rule: ChannelRule) -> None:
        """Make this rule hold in its channel, instead of an earlier one."""
        await self._record.set_channel(moderator.guild_id, rule, moderator.id, self._clock.now())
        log.info("channel.set", guild=moderator.guild_id, by=moderator.id, channel=rule.channel_id)

    async def clear(self, moderator: Moderator, channel_id: int) -> None:
        """Have no rule for a channel any more.

        Raises:
            NothingThere: it had none.
        """
        if not await self._record.clear_channel(
            moderator.guild_id, channel_id, moderator.id, self._clock.now()
        ):
            raise NothingThere
        log.info("channel.cleared", guild=moderator.guild_id, by=moderator.id, channel=channel_id)

    async def list(self, moderator: Moderator) -> Sequence[ChannelRule]:
        """All rules of the server."""
        return await self._record.channels(moderator.guild_id)
