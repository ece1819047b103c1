"""Spends the identifies that Discord allows: 1,000 a day, and for one more it takes the bot's token away.

A connection that breaks is taken up again without one. But a session that Discord forgets needs one each
time, and so does each start of the program; discord.py waits five seconds between two, and nobody counts.
"""

import structlog

from bot.domain.errors import StoreError
from bot.domain.ports import Clock, Facts
from bot.domain.units import Instant, after, seconds_between

log: structlog.stdlib.BoundLogger = structlog.get_logger()

EACH_S = 180.0
"""What one identify books of the time to come; 480 book a day."""
DAY_S = 86_400.0
_FACT = "identifies_booked_until"


class IdentifyHeldBack(Exception):
    """No identify may be sent for so long. discord.py does not know it, and so lets it through."""

    def __init__(self, retry_in_s: float) -> None:
        super().__init__(f"not sent, to keep the token; again in {retry_in_s:.0f} s")
        self.retry_in_s = retry_in_s


class Identifies:
    """Lets 480 go at once, and then one every three minutes: 960 in any day, over any number of starts.

    Each books three minutes after those booked before, and goes when that ends within a day. Nothing here
    waits: discord.py cuts off after a minute whatever it does to connect.
    """

    def __init__(self, facts: Facts, clock: Clock) -> None:
        self._facts = facts
        self._clock = clock
        self._booked_until: Instant = 0
        self._recalled = False

    async def check(self) -> None:
        """Return if one may be sent now.

        Raises:
            IdentifyHeldBack: not yet.
        """
        await self._recall()
        now = self._clock.now()
        a_day_on = after(now, DAY_S)
        if self._booked_until > a_day_on:
            # Nobody can have booked more: the clock was ahead. Recorded, or each start would wait anew.
            self._booked_until = a_day_on
            await self._record()
        wait_s = seconds_between(a_day_on, after(max(now, self._booked_until), EACH_S))
        if wait_s > 0:
            log.warning("discord.identify_held_back", retry_in_s=round(wait_s))
            raise IdentifyHeldBack(wait_s)

    async def book(self) -> None:
        """One is sent now.

        Raises:
            IdentifyHeldBack: it may not be.
        """
        await self.check()
        self._booked_until = after(max(self._clock.now(), self._booked_until), EACH_S)
        await self._record()

    async def _recall(self) -> None:
        """What earlier runs booked; the record may be away, and Discord must not wait for that."""
        if not self._recalled:
            try:
                recorded = int(await self._facts.get(_FACT) or 0)
            except StoreError:
                return
            self._booked_until = max(self._booked_until, recorded)
            self._recalled = True

    async def _record(self) -> None:
        try:
            await self._facts.put(_FACT, str(self._booked_until))
        except StoreError as fault:
            log.warning("discord.identify_unrecorded", fault=repr(fault))
