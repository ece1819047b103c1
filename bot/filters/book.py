"""The word filters of every server: built when first needed, and again when a list changed."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field

from bot.domain.filters import Hit, Term
from bot.filters.matcher import Matcher

_AT_ONCE_MAX_CHARS = 1_000
"""So much plain ASCII takes a fraction of a millisecond; any other text is looked through in a thread."""
_HANDS = 2
"""The default threads also look up addresses: filters must not take them all."""


@dataclass(slots=True)
class _Building:
    """A matcher on its way, for all who wait for it."""

    task: asyncio.Task[Matcher | None] = field(init=False)
    outdated: bool = False
    """The list changed after it was read."""


class FilterBook:
    """See `bot.domain.ports.Filters`."""

    def __init__(
        self,
        load: Callable[[int], Awaitable[Collection[Term]]],
        *,
        servers_max: int = 500,
        terms_max: int = 400_000,
    ) -> None:
        """`load` reads the terms of a server.

        At most so many servers and terms are kept; what was not needed for longest goes first.
        """
        self._load = load
        self._servers_max = servers_max
        self._terms_max = terms_max
        self._ready: OrderedDict[int, Matcher | None] = OrderedDict()
        self._building: dict[int, _Building] = {}
        self._hands = asyncio.Semaphore(_HANDS)

    async def check(self, guild_id: int, text: str) -> Hit | None:
        """The weightiest term of the server in the text.

        What `load` raises comes through; the next check asks it again.
        """
        matcher = await self._matcher(guild_id)
        if matcher is None:
            return None
        if len(text) <= _AT_ONCE_MAX_CHARS and text.isascii():
            return matcher.find(text)
        async with self._hands:
            return await asyncio.to_thread(matcher.find, text)

    def forget(self, guild_id: int) -> None:
        """The server's list has changed: every check that begins from now on sees it."""
        self._ready.pop(guild_id, None)
        if guild_id in self._building:
            self._building[guild_id].outdated = True

    async def _matcher(self, guild_id: int) -> Matcher | None:
        if guild_id in self._ready:
            self._ready.move_to_end(guild_id)
            return self._ready[guild_id]
        if guild_id not in self._building:
            building = self._building[guild_id] = _Building()
            building.task = asyncio.create_task(self._build(guild_id, building))
        # Shielded: who gives up waiting does not take it from the others.
        return await asyncio.shield(self._building[guild_id].task)

    async def _build(self, guild_id: int, building: _Building) -> Matcher | None:
        try:
            while True:
                building.outdated = False
                matcher = await self._built(guild_id)
                if not building.outdated:
                    self._keep(guild_id, matcher)
                    return matcher
        finally:
            del self._building[guild_id]

    async def _built(self, guild_id: int) -> Matcher | None:
        """What to look for on a server; None when it has no terms."""
        terms = await self._load(guild_id)
        if not terms:
            return None
        async with self._hands:
            return await asyncio.to_thread(Matcher, terms)

    def _keep(self, guild_id: int, matcher: Matcher | None) -> None:
        self._ready[guild_id] = matcher
        while len(self._ready) > 1 and self._is_too_much():
            self._ready.popitem(last=False)

    def _is_too_much(self) -> bool:
        terms = sum(len(matcher) for matcher in self._ready.values() if matcher is not None)
        return len(self._ready) > self._servers_max or terms > self._terms_max
