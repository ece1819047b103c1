"""The record of what moderators decide on their servers."""

from collections.abc import Sequence
from typing import Protocol

from bot.domain.jobs import Quality, Size
from bot.domain.language import Language
from bot.domain.moderation import ChannelRule, ServerSettings, Strikes
from bot.domain.units import Instant


class ServerRecord(Protocol):
    """What holds on a server. Each change is one transaction together with its line in the audit.

    The setters return what holds then. What was so before is no change and gets no line.
    """

    async def settings(self, guild_id: int) -> ServerSettings:
        """What a server's moderators have set, and what holds where they set nothing."""
        ...

    async def channels(self, guild_id: int) -> Sequence[ChannelRule]:
        """The rules of all channels that have one."""
        ...

    async def set_channel(self, guild_id: int, rule: ChannelRule, by_id: int, now: Instant) -> None:
        """Make a rule hold, instead of the channel's earlier one."""
        ...

    async def clear_channel(self, guild_id: int, channel_id: int, by_id: int, now: Instant) -> bool:
        """Have no rule for a channel any more; whether there was one."""
        ...

    async def set_pause(self, guild_id: int, reason: str | None, by_id: int, now: Instant) -> ServerSettings:
        """Take no requests, and tell members this reason; None to take them again."""
        ...

    async def set_on(self, guild_id: int, is_on: bool, by_id: int, now: Instant) -> ServerSettings:
        """Switch the bot on or off there."""
        ...

    async def set_review(self, guild_id: int, review: bool, by_id: int, now: Instant) -> ServerSettings:
        """Whether every request waits for a moderator."""
        ...

    async def set_log(
        self, guild_id: int, channel_id: int | None, log_all: bool, by_id: int, now: Instant
    ) -> ServerSettings:
        """Which channel is told what happens, and whether of everything."""
        ...

    async def set_defaults(
        self,
        guild_id: int,
        size: Size | None,
        quality: Quality | None,
        count: int | None,
        by_id: int,
        now: Instant,
    ) -> ServerSettings:
        """What `/imagine` takes where a member says nothing; None leaves it as it is."""
        ...

    async def set_language(
        self, guild_id: int, language: Language | None, by_id: int, now: Instant
    ) -> ServerSettings:
        """What cards that everybody sees speak; None for the server's own language in Discord."""
        ...

    async def set_strikes(self, guild_id: int, strikes: Strikes, by_id: int, now: Instant) -> ServerSettings:
        """When safety refusals end in a block."""
        ...
