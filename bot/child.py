"""Parts of the program that run as processes of their own: without its secrets, away from its terminal."""

import asyncio
import contextlib
import errno
import os
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path

_ROOT = Path(__file__).parents[1]
"""From where the parts are found, installed or not, whatever folder the bot was started in."""
_NEEDED = ("PATH", "HOME", "TMPDIR", "TEMP", "SYSTEMROOT", "LD_LIBRARY_PATH", "XDG_DATA_HOME")
"""What a process may need of the surroundings; the bot's token and key are not in it."""


async def start(module: str, *args: str, stderr: int) -> Process:
    """`python -m` of a module, in a session of its own: Ctrl-C is for the bot, which lets its work finish.

    It finds the packages that this process found, in whatever way it was told of them.

    Raises:
        OSError: out of memory, of processes, or of threads.
    """
    surroundings = {key: os.environ[key] for key in _NEEDED if key in os.environ}
    surroundings["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
    try:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", module, *args),
            stdin=PIPE,
            stdout=PIPE,
            stderr=stderr,
            cwd=_ROOT,
            env=surroundings,
            start_new_session=True,
        )
    except RuntimeError as fault:  # asyncio waits for its end in a thread, and got none
        raise OSError(errno.EAGAIN, "no thread") from fault


async def kill(process: Process) -> bytes:
    """End a process, whatever it does; one that has ended is no fault. What it complained about."""
    with contextlib.suppress(ProcessLookupError):
        process.kill()
    _, complaint = await process.communicate()  # unlike wait(), it never waits for a pipe that nobody reads
    return complaint or b""


def complained(complaint: bytes) -> str:
    """The class of the error that ended a process. Its message may hold what a member wrote."""
    lines = complaint.decode(errors="replace").strip().splitlines()
    return lines[-1].partition(":")[0][:80] if lines else ""
