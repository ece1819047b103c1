"""A folder in which the documents' command lines are typed, and one bot that `make run` starts there."""

import asyncio
import os
import re
import signal
import sys
import urllib.request
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sandbox.program import ROOT, STOP_WITHIN_S

LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-audit.lock")
_OF_THE_PROJECT = ("Makefile", "bot", "cogs", ".env.example", "pyproject.toml", *LOCKS)
OPS_PORT_SHOWN = "9464"
"""What the documents name; another one is used here, since another bot may run on this machine."""
_IN_A_CONTAINER = re.compile(r"docker compose (?:run --rm -T|exec) bot ")


class Folder:
    """Like a fresh clone after its first `make`: what is typed here is run by this Python."""

    def __init__(self, path: Path, ops_port: int) -> None:
        self.path = path
        self._ops_port = ops_port
        for name in _OF_THE_PROJECT:
            (path / name).symlink_to(ROOT / name)
        python = path / ".venv" / "bin" / "python"
        python.parent.mkdir(parents=True)
        python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
        python.chmod(0o755)
        for stamp in (".installed-run", ".installed-dev"):
            (path / ".venv" / stamp).touch()
        path_of_programs = f"{python.parent}:{os.environ['PATH']}"
        self._environment = {"PATH": path_of_programs, "HOME": str(path), "LANG": "C.UTF-8"}

    def fill_in(self, settings: dict[str, str]) -> None:
        """What a person writes into `.env`, and where this test's outside world is."""
        file = self.path / ".env"
        lines = [
            line
            for line in file.read_text(encoding="utf-8").splitlines()
            if line.partition("=")[0] not in settings
        ]
        own = {**settings, "OPS_PORT": str(self._ops_port)}
        file.write_text("\n".join([*lines, *(f"{name}={value}" for name, value in own.items())]) + "\n")

    async def typed(self, line: str) -> tuple[int, str]:
        """Exit code, and all that was printed. What `curl` asks is asked without it: it may be missing.

        What is to be run within the container is run here: its `/data` is the folder's own.
        """
        line = line.replace(OPS_PORT_SHOWN, str(self._ops_port))
        if line.startswith("curl "):
            return 0, await asyncio.to_thread(_answer_of, line.split()[-1])
        line, contained = _IN_A_CONTAINER.subn("", line)
        if contained:
            line = line.replace(" /data", " data")
        process = await asyncio.create_subprocess_shell(
            line,
            cwd=self.path,
            env=self._environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        out, _ = await process.communicate()
        return process.returncode or 0, out.decode()

    @asynccontextmanager
    async def running(self, line: str) -> AsyncIterator[Path]:
        """Type what does not end by itself; its log. At the end Ctrl-C, which reaches all it has started."""
        log = self.path / "bot.log"
        with log.open("wb") as file:
            process = await asyncio.create_subprocess_shell(
                line,
                cwd=self.path,
                env=self._environment,
                stdout=file,
                stderr=file,
                start_new_session=True,
            )
        try:
            yield log
            os.killpg(process.pid, signal.SIGINT)
            async with asyncio.timeout(STOP_WITHIN_S):
                await process.wait()
        except BaseException as fault:
            fault.add_note(log.read_text(encoding="utf-8"))
            raise
        finally:
            if process.returncode is None:
                os.killpg(process.pid, signal.SIGKILL)
                await process.wait()


def _answer_of(url: str) -> str:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return str(answer.read().decode())
