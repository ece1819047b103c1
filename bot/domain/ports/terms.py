"""The word filters of servers: what is on their lists, and what is found by them."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from bot.domain.filters import FilterAction, Term, TermList, Written
from bot.domain.ports.outside import Filters
from bot.domain.units import Instant


class TermRecord(Protocol):
    """The terms of servers. Each change is one transaction together with its line in the audit."""

    async def of(self, guild_id: int) -> TermList:
        """All terms of a server, in order."""
        ...

    async def containing(self, guild_id: int, typed: str, most: int) -> Sequence[str]:
        """So many terms with that in them, those first that begin with it."""
        ...

    async def put(self, guild_id: int, term: Term, by_id: int, now: Instant) -> FilterAction | None:
        """Have a term on the list; what became of prompts with it before.

        Raises:
            TooMany: the list is full.
        """
        ...

    async def put_all(
        self, guild_id: int, terms: Mapping[str, FilterAction], by_id: int, now: Instant
    ) -> Written:
        """Have all of these on the list, or none.

        Raises:
            TooMany: they do not all fit on the list.
        """
        ...

    async def remove(self, guild_id: int, text: str, by_id: int, now: Instant) -> bool:
        """Take a term off the list; whether it was there."""
        ...


class TermBook(Filters, Protocol):
    """The lists, ready to be looked up."""

    def forget(self, guild_id: int) -> None:
        """A server's list has changed: every check that begins from now on sees it."""
        ...
