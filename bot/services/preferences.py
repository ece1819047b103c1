"""What members choose for themselves, and what holds for them where they choose nothing."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass

from bot.domain.errors import StoreBusy
from bot.domain.language import Language
from bot.domain.moderation import AccountId
from bot.domain.ports import PreferenceRecord
from bot.domain.preferences import Preferences
from bot.services.server_settings import Options

_READ_WITHIN_S = 0.3
"""The answer to a member is due in three seconds, and most of that is for what comes after."""


@dataclass(frozen=True, slots=True)
class Defaults:
    """What holds where a request says nothing."""

    options: Options
    private: bool

    def is_private(self, said: bool | None = None, *, source: bool = False) -> bool:
        """Whether only whoever asks is to see the new card: as they say, wherever they say anything.

        Else where they chose so, and where they alone see what it comes from (`source`).
        """
        return self.private or source if said is None else bool(said)


class Choices:
    """The use cases behind `/preferences`, and what `/imagine` needs of them."""

    def __init__(
        self,
        record: PreferenceRecord,
        languages: MutableMapping[int, Language],
        of_server: Callable[[AccountId], Awaitable[Options]],
    ) -> None:
        """`languages` is what everybody is spoken to in who chose one; it is kept true here."""
        self._record = record
        self._languages = languages
        self._of_server = of_server

    async def show(self, member_id: int) -> Preferences:
        """All that a member chose."""
        return await self._record.of(member_id)

    async def change(self, member_id: int, change: Callable[[Preferences], Preferences]) -> Preferences:
        """Make another choice of theirs; all as it is then."""
        chosen = await self._record.change(member_id, change)
        if chosen.language is None:
            self._languages.pop(member_id, None)
        else:
            self._languages[member_id] = chosen.language
        return chosen

    async def clear(self, member_id: int) -> Preferences:
        """Leave everything to the server again, and the language to their Discord."""
        return await self.change(member_id, lambda _: Preferences())

    async def defaults(self, member_id: int, account_id: AccountId) -> Defaults:
        """A member's own choice, and the server's for the rest.

        Raises:
            StoreBusy: the database did not answer in time.
        """
        try:
            async with asyncio.timeout(_READ_WITHIN_S):
                chosen = await self._record.of(member_id)
                size, quality, count = await self._of_server(account_id)
        except TimeoutError:
            raise StoreBusy("the database did not answer in time") from None
        options = (chosen.size or size, chosen.quality or quality, chosen.count or count)
        return Defaults(options, private=bool(chosen.private))
