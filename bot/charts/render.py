"""Has charts drawn, one at a time, by a process that ends with each (docs/decisions/0011)."""

import asyncio
import json
from asyncio.subprocess import PIPE
from collections.abc import Mapping, Sequence
from typing import TypeAlias

import structlog

from bot.child import complained, kill, start

Cell: TypeAlias = str | int | float | None
Values: TypeAlias = Mapping[str, Sequence[Mapping[str, Cell]]]
"""The rows of each data set that a spec names."""

TIMEOUT_S = 10.0
"""From asking to the picture, the wait for other charts in it: an answer is not held up longer than that."""
_PAINTER = "bot.charts.painter"
_PNG = b"\x89PNG\r\n\x1a\n"

log: structlog.stdlib.BoundLogger = structlog.get_logger()


class Charts:
    """Draws charts from the specs in `specs/`."""

    def __init__(self, *, timeout_s: float = TIMEOUT_S, painter: str = _PAINTER) -> None:
        self._timeout_s = timeout_s
        self._painter = painter
        self._turn = asyncio.Lock()

    async def draw(self, name: str, values: Values) -> bytes | None:
        """The PNG of the spec `name` with these values.

        None when it could not be drawn or not in time, which is logged: an answer goes out without its
        picture then, and its text says the same.
        """
        try:
            async with asyncio.timeout(self._timeout_s), self._turn:
                return await self._drawn(name, values)
        except TimeoutError:
            log.warning("chart.failed", chart=name, fault="timeout")
        except OSError as fault:
            log.warning("chart.failed", chart=name, fault=type(fault).__name__)
        return None

    async def _drawn(self, name: str, values: Values) -> bytes | None:
        process = await start(self._painter, name, stderr=PIPE)
        try:
            png, complaint = await process.communicate(json.dumps(values).encode())
        finally:
            await kill(process)  # a cancelled call leaves none behind either
        if process.returncode == 0 and png.startswith(_PNG):
            return png
        log.warning("chart.failed", chart=name, fault=complained(complaint), exit_code=process.returncode)
        return None
