"""The bot as an unmodified process (`python -m bot run`) between the two stand-ins."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Self

ROOT = Path(__file__).parent.parent
BOT = ("-m", "bot", "run")
_WARNINGS_OF_OTHERS = (
    "ignore:'audioop' is deprecated:DeprecationWarning",
    "ignore:'count' is passed as positional argument:DeprecationWarning",
)
"""discord.py 2.7.1 on Python 3.12 and 3.13."""
STOP_WITHIN_S = 15.0
"""What the bot promises for SIGTERM."""


class Program:
    """One run of the bot. What it logs goes to `log`, appended over restarts."""

    def __init__(
        self,
        settings: Mapping[str, str],
        folder: Path,
        inside: Sequence[str] = (),
        command: Sequence[str] = BOT,
    ) -> None:
        """`folder` holds its data and its log; start it again on the same one to see a restart.

        `inside` is a command that carries out the one after it, in surroundings of its own; `command` is
        what Python is told.
        """
        self._environment = {
            # Nothing of this machine's own settings may leak in.
            **{
                name: os.environ[name]
                for name in ("PATH", "HOME", "LANG", "SYSTEMROOT")
                if name in os.environ
            },
            "PYTHONPATH": str(ROOT),
            "PYTHONWARNINGS": ",".join(("error", *_WARNINGS_OF_OTHERS)),
            "DATA_DIR": str(folder / "data"),
            **settings,
        }
        self._folder = folder
        self._inside = tuple(inside)
        self._command = tuple(command)
        self.log = folder / "bot.log"
        self._process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._running.pid

    @property
    def database(self) -> Path:
        """Its SQLite file."""
        return self._folder / "data" / "bot.sqlite3"

    @classmethod
    @asynccontextmanager
    async def running(
        cls, settings: Mapping[str, str], folder: Path, inside: Sequence[str] = ()
    ) -> AsyncIterator[Self]:
        """Start it, and make sure that nothing of it is left."""
        program = cls(settings, folder, inside)
        await program.start()
        try:
            yield program
        finally:
            await program.kill()

    async def start(self) -> None:
        """Start the process; it is not connected yet when this returns."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self._inside,
                sys.executable,
                *self._command,
                cwd=self._folder,
                env=self._environment,
                stdout=log,
                stderr=log,
            )

    async def stop(self) -> int:
        """SIGTERM, as a container is stopped; the exit code."""
        self._running.send_signal(signal.SIGTERM)
        return await self.ended(STOP_WITHIN_S)

    async def kill(self) -> None:
        """SIGKILL: no goodbye, as when the plug is pulled."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()

    async def ended(self, timeout_s: float = 30.0) -> int:
        """The exit code, once it has ended by itself."""
        async with asyncio.timeout(timeout_s):
            return await self._running.wait()

    async def has_said(self, words: str, timeout_s: float = 30.0) -> None:
        """Return when these words are in its log; a file tells nobody that it grew, so it is read anew."""
        async with asyncio.timeout(timeout_s):
            while words not in self.said():  # noqa: ASYNC110 - see above
                await asyncio.sleep(0.05)

    def said(self) -> str:
        """All that it logged."""
        return self.log.read_text(encoding="utf-8")

    @property
    def _running(self) -> asyncio.subprocess.Process:
        if self._process is None:
            raise RuntimeError("the program was never started")
        return self._process


def settings_for(discord_api: str, gateway: str, token: str, provider: str, key: str) -> dict[str, str]:
    """The environment that points the bot at its stand-ins."""
    return {
        "DISCORD_API_URL": discord_api,
        "DISCORD_GATEWAY_URL": gateway,
        "DISCORD_TOKEN": token,
        "MODELLIX_BASE_URL": provider,
        "MODELLIX_API_KEY": key,
        "LOG_FORM": "json",
        "OPS_PORT": "0",  # many bots run side by side
        # Nothing but what is under test stands in the way of a test.
        "LIMITS": "none",
        "BOT_SPEND_PER_DAY": "none",
        "BOT_SPEND_PER_MONTH": "none",
    }
