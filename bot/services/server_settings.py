"""How the bot behaves on a server: what moderators choose."""

import asyncio
from dataclasses import dataclass
from typing import TypeAlias

import structlog

from bot.domain.errors import CannotPostThere, NoLogChannel, OutOfRange, StoreBusy
from bot.domain.jobs import Quality, Size
from bot.domain.language import Language
from bot.domain.moderation import PERSONAL, AccountId, ServerSettings, Strikes
from bot.domain.ports import Clock, ServerRecord
from bot.services.moderators import Moderator

log: structlog.stdlib.BoundLogger = structlog.get_logger()

Options: TypeAlias = tuple[Size, Quality, int]
"""Size, quality, and how many pictures."""

STRIKES_MAX = 100
"""More requests than that are never counted."""
_READ_WITHIN_S = 0.3
"""The answer to a member is due in three seconds, and most of that is for what comes after."""


@dataclass(frozen=True, slots=True)
class LogPlace:
    """A channel that a moderator wants to be told what happens."""

    channel_id: int
    missing: tuple[str, ...] = ()
    """The permissions that the bot lacks there, as Discord names them."""
    public: bool = False
    """Whether everybody on the server can read it."""


class ServerSetup:
    """The use cases behind `/imagine-admin settings`, and what `/imagine` needs of them."""

    def __init__(self, record: ServerRecord, clock: Clock) -> None:
        self._record = record
        self._clock = clock
        self._defaults: dict[AccountId, Options] = {}
        """Asked for with every request, and changed by this object only."""

    async def show(self, moderator: Moderator) -> ServerSettings:
        """All that is set."""
        return await self._record.settings(moderator.guild_id)

    async def defaults(self, account_id: AccountId) -> Options:
        """What holds where a member says nothing.

        Raises:
            StoreBusy: the database did not answer in time.
        """
        if account_id == PERSONAL:
            return _options(ServerSettings(PERSONAL))
        if account_id not in self._defaults:
            try:
                async with asyncio.timeout(_READ_WITHIN_S):
                    settings = await self._record.settings(account_id)
            except TimeoutError:
                raise StoreBusy("the database did not answer in time") from None
            self._defaults.setdefault(account_id, _options(settings))  # not over what was set meanwhile
        return self._defaults[account_id]

    async def set_log(
        self, moderator: Moderator, place: LogPlace | None, *, everything: bool | None
    ) -> ServerSettings:
        """Choose which channel is told what happens, and whether of everything; None leaves it as it is.

        Raises:
            CannotPostThere: the bot lacks permissions there.
            NoLogChannel: none is named, and none was set.
        """
        if place is not None and place.missing:
            raise CannotPostThere(place.missing)
        before = await self._record.settings(moderator.guild_id)
        channel_id = place.channel_id if place else before.log_channel_id
        if channel_id is None:
            raise NoLogChannel
        log_all = before.log_all if everything is None else everything
        now = self._clock.now()
        return self._told(
            "log",
            moderator,
            await self._record.set_log(moderator.guild_id, channel_id, log_all, moderator.id, now),
        )

    async def no_log(self, moderator: Moderator) -> ServerSettings:
        """Tell no channel what happens."""
        now = self._clock.now()
        return self._told(
            "log",
            moderator,
            await self._record.set_log(moderator.guild_id, None, True, moderator.id, now),
        )

    async def set_on(self, moderator: Moderator, is_on: bool) -> ServerSettings:
        """Switch the bot on or off. Off takes no new requests; what is in line goes on."""
        now = self._clock.now()
        return self._told(
            "on", moderator, await self._record.set_on(moderator.guild_id, is_on, moderator.id, now)
        )

    async def set_review(self, moderator: Moderator, review: bool) -> ServerSettings:
        """Have every request wait for a moderator, or none. Those that wait already go on waiting."""
        now = self._clock.now()
        return self._told(
            "review", moderator, await self._record.set_review(moderator.guild_id, review, moderator.id, now)
        )

    async def set_defaults(
        self, moderator: Moderator, size: Size | None, quality: Quality | None, count: int | None
    ) -> ServerSettings:
        """Choose what is taken where a member says nothing; None leaves it as it is.

        It may be more than a member is allowed: they are refused then as if they had asked for it.
        """
        now = self._clock.now()
        return self._told(
            "defaults",
            moderator,
            await self._record.set_defaults(moderator.guild_id, size, quality, count, moderator.id, now),
        )

    async def set_language(self, moderator: Moderator, language: Language | None) -> ServerSettings:
        """Choose what cards that everybody sees speak; None for the server's own language in Discord."""
        now = self._clock.now()
        return self._told(
            "language",
            moderator,
            await self._record.set_language(moderator.guild_id, language, moderator.id, now),
        )

    async def set_strikes(self, moderator: Moderator, strikes: Strikes) -> ServerSettings:
        """Choose when safety refusals end in a block.

        Raises:
            OutOfRange: that many are never counted.
        """
        if not 0 <= strikes.most <= STRIKES_MAX:
            raise OutOfRange(0, STRIKES_MAX)
        now = self._clock.now()
        return self._told(
            "strikes",
            moderator,
            await self._record.set_strikes(moderator.guild_id, strikes, moderator.id, now),
        )

    def _told(self, what: str, moderator: Moderator, settings: ServerSettings) -> ServerSettings:
        self._defaults[moderator.guild_id] = _options(settings)
        log.info("setting.set", guild=moderator.guild_id, by=moderator.id, setting=what)
        return settings


def _options(settings: ServerSettings) -> Options:
    return settings.size, settings.quality, settings.count
