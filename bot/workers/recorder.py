"""Writing down what the provider said, however long the database takes to accept it."""

from collections.abc import Awaitable, Callable

import structlog

from bot.domain.errors import StaleMove, StoreError
from bot.domain.ports import Clock

log: structlog.stdlib.BoundLogger = structlog.get_logger()

_PAUSE_S = 1.0


class Recorder:
    """Insists: the provider's answer exists nowhere else, and to give up would lose a paid image."""

    def __init__(self, clock: Clock, changed: Callable[[], None]) -> None:
        """`changed` is called after each move: some card may look different now."""
        self._clock = clock
        self._changed = changed

    async def record(self, move: Callable[[], Awaitable[None]]) -> None:
        """Make the move, again and again while the database is away.

        Raises:
            StaleMove: the row had moved on.
        """
        while True:
            try:
                await move()
            except StaleMove:
                raise
            except StoreError as fault:
                log.warning("task.store_away", fault=repr(fault))
                await self._clock.sleep(_PAUSE_S)
            else:
                self._changed()
                return
