"""The pictures on disk: `images/<job id>/<number>.<ending>` in the data folder."""

import asyncio
import contextlib
import errno
import os
import re
import secrets
import shutil
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

import structlog
from aiohttp.abc import AbstractResolver

from bot.domain.errors import PictureBad, PictureNotKept, PictureUnfit
from bot.domain.jobs import JobId, Picture, TaskId
from bot.domain.ports import Upload
from bot.media.decoders import Decoders
from bot.media.download import MAX_BYTES, Downloader
from bot.media.shares import shares
from bot.media.workshop import Workshop

log = structlog.get_logger()

MESSAGE_MAX_BYTES = 25 << 20
"""What one request to Discord may hold (facts: Discord, limits)."""
_MESSAGE_MARGIN_BYTES = 512 << 10
"""For the card itself and the multipart around the files."""

_TASK_ID = re.compile(r"([a-z0-9]{1,32})-([1-9][0-9]?)")
_JOB_ID = re.compile(r"[a-z0-9]{1,32}")
_KEPT_PATH = re.compile(r"images/[a-z0-9]{1,32}/[1-9][0-9]?\.(png|jpg|webp)")
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


class PictureStore:
    """The `Pictures` port over a data folder. Enter it before use; one at a time per folder."""

    def __init__(
        self,
        data_dir: Path,
        *,
        allow_loopback: bool = False,
        max_bytes: int = MAX_BYTES,
        message_limit_bytes: int = MESSAGE_MAX_BYTES - _MESSAGE_MARGIN_BYTES,
        timeout_s: float = 120.0,
        resolver: AbstractResolver | None = None,
        decoders: Decoders | None = None,
    ) -> None:
        self._data_dir = data_dir
        self._message_limit_bytes = message_limit_bytes
        self._workshop = Workshop()
        self._decoders = decoders or Decoders()
        self._downloader = Downloader(
            self._workshop,
            allow_loopback=allow_loopback,
            max_bytes=max_bytes,
            timeout_s=timeout_s,
            resolver=resolver,
        )
        self._opened = AsyncExitStack()

    async def __aenter__(self) -> Self:
        self._opened.push_async_callback(self._workshop.close)
        self._opened.push_async_callback(self._decoders.close)
        await self._opened.enter_async_context(self._downloader)
        await self._workshop.run(_clear, self._data_dir / "images")
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._opened.aclose()

    async def prove(self) -> None:
        """Try out whether pictures can be decoded here.

        Raises:
            DecoderBroken: none can.
        """
        await self._decoders.prove()

    async def fetch(self, url: str, task_id: TaskId) -> Picture:
        """Bring a result to disk, durably, and decode it once. A repetition replaces the file.

        Raises:
            PictureUnreachable: the link; it may work later.
            PictureNotKept: the disk, or the memory to decode it; it may work later.
            PictureBad: what came is no picture that may be shown.
            ValueError: not a task's id.
        """
        job_id, number = _parts(task_id)
        stem = f"images/{job_id}/{number}"
        part = self._unfinished(stem)
        try:
            await self._workshop.run(part.parent.mkdir, parents=True, exist_ok=True)
            await self._downloader.download(url, part)
            picture = await self._decoders.inspect(part, stem)
            await self._workshop.run(_put, part, self._data_dir / picture.path, fresh=True)
        except OSError as fault:
            raise _disk_trouble(fault) from fault
        finally:
            await self._workshop.run(_drop, part)
        log.info("picture.kept", task=task_id, job=job_id, size_bytes=picture.size_bytes)
        return picture

    async def fit(self, pictures: Sequence[tuple[int, Picture]], file_limit_bytes: int) -> tuple[Upload, ...]:
        """The files to upload, each and together within Discord's limits, in the order given.

        Raises:
            PictureNotKept: the disk, or the memory; it may work later.
            PictureUnfit: one is sound, but could not be made smaller.
            PictureBad: a file is gone or damaged.
        """
        sizes = [picture.size_bytes for _, picture in pictures]
        limits = shares(sizes, file_limit_bytes, self._message_limit_bytes)
        try:
            return tuple(
                await asyncio.gather(
                    *(
                        self._upload(number, picture, limit)
                        for (number, picture), limit in zip(pictures, limits, strict=True)
                    )
                )
            )
        except FileNotFoundError as fault:
            raise PictureBad("the file is gone") from fault
        except OSError as fault:
            raise _disk_trouble(fault) from fault

    async def thumbnail(self, picture: Picture) -> str:
        """A small WebP beside the picture: made once, found again when asked again.

        Raises:
            PictureNotKept: the disk; it may work later.
            PictureBad: the file is gone or damaged.
        """
        stem = _stem(picture)
        small = f"{stem}.thumb.webp"
        original = self._data_dir / picture.path
        try:
            await self._make(self._decoders.thumbnail, original, self._data_dir / small, stem)
        except FileNotFoundError as fault:
            raise PictureBad("the file is gone") from fault
        except OSError as fault:
            raise _disk_trouble(fault) from fault
        return small

    async def discard(self, job_id: JobId) -> None:
        """Delete all pictures of a job; those already gone are no fault.

        Raises:
            PictureNotKept: the disk; it may work later.
        """
        if not _JOB_ID.fullmatch(job_id):
            raise ValueError("not a job's id")
        try:
            await self._workshop.run(_remove, self._data_dir / "images" / job_id)
        except OSError as fault:
            raise _disk_trouble(fault) from fault

    async def _upload(self, number: int, picture: Picture, limit: int) -> Upload:
        """The original where it fits, else a smaller one: made once, found again when asked again."""
        stem = _stem(picture)
        if picture.size_bytes <= limit:
            await self._workshop.run((self._data_dir / picture.path).stat)
            return Upload(picture.path, number, reencoded=False)
        smaller = f"{stem}.fit-{limit}.jpg"
        original = self._data_dir / picture.path
        try:
            await self._make(
                lambda source, part: self._decoders.shrink(source, part, limit),
                original,
                self._data_dir / smaller,
                stem,
            )
        except PictureBad as fault:  # by what was damaged since it came; or by its decoder, and it is paid
            await self._decoders.inspect(original, stem)
            raise PictureUnfit(str(fault)) from fault
        return Upload(smaller, number, reencoded=True)

    async def _make(
        self, encode: Callable[[Path, Path], Awaitable[None]], original: Path, smaller: Path, stem: str
    ) -> None:
        if await self._workshop.run(smaller.exists):
            return
        part = self._unfinished(stem)
        try:
            await encode(original, part)
            await self._workshop.run(_sync, part)
            await self._workshop.run(_put, part, smaller, fresh=False)
        finally:
            await self._workshop.run(_drop, part)

    def _unfinished(self, stem: str) -> Path:
        """A name of its own for each try, so that two tries never write to one file."""
        return self._data_dir / f"{stem}.{secrets.token_hex(4)}.part"


def _stem(picture: Picture) -> str:
    """The picture's path without its ending."""
    if not _KEPT_PATH.fullmatch(picture.path):
        raise ValueError("not a picture's path")
    return picture.path.rpartition(".")[0]


def _parts(task_id: TaskId) -> tuple[JobId, str]:
    found = _TASK_ID.fullmatch(task_id)
    if found is None:
        raise ValueError("not a task's id")
    return found[1], found[2]


def _put(part: Path, final: Path, *, fresh: bool) -> None:
    """Give a finished file its name, so that it is there whole after a power cut, or not at all.

    A fresh original drops what an earlier one left: another ending, versions made to fit.
    """
    if fresh:
        number = final.name.partition(".")[0]
        for old in final.parent.glob(f"{number}.*"):
            if old not in {part, final} and old.suffix != ".part":
                old.unlink(missing_ok=True)
    part.replace(final)
    for folder in (final.parent, final.parent.parent):
        _sync(folder)


def _drop(part: Path) -> None:
    """Remove what is not to be kept. What a disk in trouble will not let go, the next start removes."""
    with contextlib.suppress(OSError):
        part.unlink(missing_ok=True)


def _remove(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _clear(images: Path) -> None:
    """Remove what an earlier run was writing when it ended."""
    images.mkdir(parents=True, exist_ok=True)
    _sync(images.parent)
    for part in images.glob("*/*.part"):
        part.unlink(missing_ok=True)


def _disk_trouble(fault: OSError) -> PictureNotKept:
    if fault.errno in _FULL:
        return PictureNotKept("the disk is full")
    if fault.errno == errno.ENOMEM:
        return PictureNotKept("the memory is full")
    return PictureNotKept(f"the disk: {errno.errorcode.get(fault.errno or 0, 'unknown')}")
