"""Has pictures decoded and encoded by processes that may die of them (docs/decisions/0023)."""

import asyncio
import contextlib
import errno
import json
import signal
from asyncio.subprocess import PIPE, Process
from pathlib import Path
from typing import Any

import structlog

from bot.child import complained, kill, start
from bot.domain.errors import DecoderBroken, PictureBad, PictureError, PictureNotKept
from bot.domain.jobs import Picture

log: structlog.stdlib.BoundLogger = structlog.get_logger()

TIMEOUT_S = 120.0
"""For one picture. One that keeps a processor busy is ended long before by the process's own limit."""
IDLE_S = 60.0
"""How long a process is kept for the next picture: it takes 0.1 s to start."""
CLOSING_S = 2.0
"""What work under way is given at the end: it is repeated after the next start."""
_PROGRAM = "bot.media.decoder"
_CRASHES = {
    -number
    for number in (
        signal.SIGABRT,
        signal.SIGBUS,
        signal.SIGFPE,
        signal.SIGILL,
        signal.SIGSEGV,
        signal.SIGXCPU,  # it never comes to an end
    )
}
"""Exit codes of a process that the picture ended."""


class Decoders:
    """Works on pictures in processes of their own, at most so many at once, started when needed.

    Two, because a decoded 4K picture takes 33 MB and its encoding as much again.

    Every method raises, besides what it names:
        PictureBad: it does not decode, or the process crashed over it, a second one too.
        PictureNotKept: the process was ended from outside, could not be started or makes no sense: that says
            nothing about the picture, and may pass.
        OSError: the disk, or the memory.
    """

    def __init__(
        self,
        at_once: int = 2,
        *,
        timeout_s: float = TIMEOUT_S,
        idle_s: float = IDLE_S,
        program: str = _PROGRAM,
    ) -> None:
        self._all = [_Decoder(program, timeout_s, idle_s) for _ in range(at_once)]
        self._closing = False
        self._free: asyncio.LifoQueue[_Decoder] = asyncio.LifoQueue()
        """The one that worked last comes first, so that the others fall idle."""
        for decoder in self._all:
            self._free.put_nowait(decoder)

    async def prove(self) -> None:
        """Try it out, with a picture of one pixel in each format.

        Raises:
            DecoderBroken: no picture at all can be decoded here; nothing else is raised.
        """
        try:
            await self._made("prove")
        except (PictureError, OSError) as fault:
            raise DecoderBroken(str(fault)) from fault

    async def inspect(self, file: Path, stem: str) -> Picture:
        """`bot.media.inspect.inspect`."""
        return Picture(**await self._made("inspect", file, stem))

    async def shrink(self, source: Path, target: Path, limit_bytes: int) -> None:
        """`bot.media.fit.shrink`."""
        await self._made("shrink", source, target, limit_bytes)

    async def thumbnail(self, source: Path, target: Path) -> None:
        """`bot.media.fit.thumbnail`."""
        await self._made("thumbnail", source, target)

    async def close(self) -> None:
        """Begin nothing more, give what is under way a moment, and end all processes."""
        self._closing = True
        patience = asyncio.get_running_loop().call_later(CLOSING_S, self._cut_off)
        for _ in self._all:
            decoder = await self._free.get()
            await decoder.end()
        patience.cancel()

    async def _made(self, work: str, *args: Path | str | int) -> Any:
        asked = _line(work, args)
        decoder = await self._free.get()
        try:
            answer = await self._answer(decoder, asked)
        finally:
            self._free.put_nowait(decoder)
        match answer:
            case {"made": made}:
                return made
            case {"bad": detail}:
                raise PictureBad(detail)
            case {"errno": number}:
                raise OSError(number, "told by the decoder")
            case {"bug": kind}:
                raise PictureNotKept(f"a bug in the decoder: {kind}")
            case _:
                raise PictureNotKept("the decoder's answer makes no sense")

    async def _answer(self, decoder: "_Decoder", asked: bytes) -> Any:
        """From a second process where the first died: for lack of memory, or of the picture before."""
        self._refuse_at_end()
        try:
            return await decoder.ask(asked)
        except PictureError as death:
            log.warning("decoder.died", fault=str(death))
        self._refuse_at_end()
        return await decoder.ask(asked)

    def _cut_off(self) -> None:
        for decoder in self._all:
            decoder.cut_off()

    def _refuse_at_end(self) -> None:
        if self._closing:
            raise PictureNotKept("the bot is stopping")


class _Decoder:
    """One process after the other, each as long as it lives and is needed."""

    def __init__(self, program: str, timeout_s: float, idle_s: float) -> None:
        self._program = program
        self._timeout_s = timeout_s
        self._idle_s = idle_s
        self._process: Process | None = None
        self._rest: asyncio.TimerHandle | None = None

    async def ask(self, asked: bytes) -> Any:
        """What the process answers.

        Raises:
            PictureBad, PictureNotKept: it ended over it; see `_death`.
        """
        process = await self._ready()
        answer = complaint = b""
        try:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._timeout_s):
                    answer = await _exchange(process, asked)
        finally:
            if not answer:  # a cancelled caller is about to delete the file that it writes to
                complaint = await self.end()
        if not answer:
            raise _death(process, complaint)
        self._rest = asyncio.get_running_loop().call_later(self._idle_s, _let_go, process)
        try:
            return json.loads(answer)
        except ValueError:  # what else it says may be about this picture, too late
            await self.end()
            return None

    def cut_off(self) -> None:
        """End the process; whoever waits for its answer is told so."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()

    async def end(self) -> bytes:
        """End the process, if there is one; what it complained about."""
        if self._rest is not None:
            self._rest.cancel()
        if self._process is None:
            return b""
        process, self._process = self._process, None
        return await kill(process)

    async def _ready(self) -> Process:
        """The process of the last time, or a new one."""
        if self._rest is not None:
            self._rest.cancel()
        if self._process is None or _has_gone(self._process):
            await self.end()
            try:
                self._process = await start(self._program, stderr=PIPE)
            except OSError as fault:
                raise PictureNotKept(f"no process: {errno.errorcode.get(fault.errno or 0)}") from fault
        return self._process


async def _exchange(process: Process, asked: bytes) -> bytes:
    """A whole line, or nothing once the process has ended."""
    assert process.stdin is not None  # noqa: S101 - asked for at its start
    assert process.stdout is not None  # noqa: S101 - the same
    with contextlib.suppress(ConnectionError):  # it died meanwhile: there is no answer either
        process.stdin.write(asked)
        await process.stdin.drain()
    answer = await process.stdout.readline()
    if answer.endswith(b"\n"):
        return answer
    await process.wait()
    return b""


def _death(process: Process, complaint: bytes) -> PictureError:
    """Whose fault an end is: the picture's only where the process crashed.

    SIGKILL comes from a system short of memory, or from us after too long without an answer. A process that
    ends by itself is not whole: its files are being replaced by those of another version, say.
    """
    code = process.returncode or 0
    if code in _CRASHES:
        return PictureBad(f"does not decode: {signal.Signals(-code).name}")
    kind = complained(complaint)
    return PictureNotKept(f"the decoder ended with {code}{kind and f': {kind}'}")


def _has_gone(process: Process) -> bool:
    return process.returncode is not None or process.stdin is None or process.stdin.is_closing()


def _let_go(process: Process) -> None:
    """It ends when it reads that nothing more will come."""
    if process.stdin is not None:
        process.stdin.close()


def _line(work: str, args: tuple[Path | str | int, ...]) -> bytes:
    """A piece of work as the program reads it, which has a working folder of its own."""
    absolute = [str(arg.absolute()) if isinstance(arg, Path) else arg for arg in args]
    return json.dumps([work, absolute]).encode() + b"\n"
