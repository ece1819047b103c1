"""Has charts drawn, one at a time, by a process that ends with each (docs/decisions/0011)."""

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import structlog

Cell: TypeAlias = str | int | float | None
Values: TypeAlias = Mapping[str, Sequence[Mapping[str, Cell]]]
"""The rows of each data set that a spec names."""

TIMEOUT_S = 10.0
"""From asking to the picture, the wait for other charts in it: an answer is not held up longer than that."""
_PAINTER = "bot.charts.painter"
_ROOT = Path(__file__).parents[2]
_PNG = b"\x89PNG\r\n\x1a\n"
_NEEDED = ("PATH", "HOME", "TMPDIR", "TEMP", "SYSTEMROOT", "LD_LIBRARY_PATH", "XDG_DATA_HOME")
"""What a process may need of the surroundings; the bot's token and key are not in it."""

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
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", self._painter, name),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            cwd=_ROOT,
            env={key: os.environ[key] for key in _NEEDED if key in os.environ},
        )
        try:
            png, complaint = await process.communicate(json.dumps(values).encode())
        finally:
            await _ended(process)
        if process.returncode == 0 and png.startswith(_PNG):
            return png
        log.warning("chart.failed", chart=name, fault=_kind(complaint), exit_code=process.returncode)
        return None


async def _ended(process: asyncio.subprocess.Process) -> None:
    """No process outlives the call that started it, a cancelled one neither."""
    with contextlib.suppress(ProcessLookupError):
        process.kill()
    await process.communicate()  # unlike wait(), it never waits for a pipe that nobody reads


def _kind(complaint: bytes) -> str:
    """The class of the error that ended the painter. Its message may hold a member's name."""
    lines = complaint.decode(errors="replace").strip().splitlines()
    return lines[-1].partition(":")[0][:80] if lines else ""
