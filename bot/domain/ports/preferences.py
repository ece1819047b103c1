"""The record of what members choose for themselves."""

from collections.abc import Callable, Mapping
from typing import Protocol

from bot.domain.language import Language
from bot.domain.preferences import Preferences


class PreferenceRecord(Protocol):
    """Members' choices, on whatever server they are."""

    async def of(self, member_id: int) -> Preferences:
        """What a member chose; nothing at all for most."""
        ...

    async def change(self, member_id: int, change: Callable[[Preferences], Preferences]) -> Preferences:
        """Make another choice of theirs in one transaction, so that none is lost; all as it is then."""
        ...

    async def languages(self) -> Mapping[int, Language]:
        """The languages of those who chose one."""
        ...
