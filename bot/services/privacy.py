"""What is kept of a member: shown to them, handed over, erased. Nobody else's data is ever in reach here."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, BinaryIO

import structlog

from bot.domain.errors import ExportUnderWay, ExportUnwritten, PictureBad, PictureNotKept, PictureUnfit
from bot.domain.jobs import Job, JobId, Picture, Task
from bot.domain.ports import Clock, JobView, Pictures, PrivacyRecord
from bot.domain.privacy import Erased, Holding
from bot.domain.units import Instant
from bot.services.dossier import file_name, personal_json, request_json
from bot.services.packing import Pack
from bot.services.tables import utc

log: structlog.stdlib.BoundLogger = structlog.get_logger()

_PAGE = 50
"""Requests read at once; each may have a prompt of 128 KB."""
_FILES_AT_ONCE = 2
"""For all members together: each is as large as Discord takes, until it has taken it."""


class Stage(StrEnum):
    """What an export hands over: first all that is written down, then the pictures."""

    DATA = "data"
    PICTURES = "pictures"


@dataclass(frozen=True, slots=True)
class Mark:
    """How far an export has come: the request that was written last, and its picture."""

    part: int = 1
    """The number of the next file."""
    stage: Stage = Stage.DATA
    at: Instant = 0
    job_id: JobId = "-"
    number: int = 0


@dataclass(slots=True)
class Part:
    """What one file of an export holds."""

    number: int
    has_data: bool
    pictures: int = 0
    smaller: list[JobId] = field(default_factory=list)
    """Requests with a picture that no file has room for: a smaller version of it is there."""
    missing: list[JobId] = field(default_factory=list)
    """Requests with a picture that cannot be read from the disk."""
    rest: Mark | None = None
    """Where the next file begins; None when this is the last one."""


class Privacy:
    """The use cases behind `/privacy`."""

    def __init__(
        self,
        record: PrivacyRecord,
        pictures: Pictures,
        data_dir: Path,
        clock: Clock,
        *,
        has_room: Callable[[], bool],
        forgotten: Callable[[int], object],
        changed: Callable[[], None],
    ) -> None:
        """`has_room`: whether the disk takes more than what is under way. `forgotten` is called with a member
        whose choices are gone, `changed` when there is something to remove or to show.
        """
        self._record = record
        self._pictures = pictures
        self._data_dir = data_dir
        self._clock = clock
        self._has_room = has_room
        self._forgotten = forgotten
        self._changed = changed
        self._exporting: set[int] = set()
        self._turns = asyncio.Semaphore(_FILES_AT_ONCE)

    async def holding(self, member_id: int) -> Holding:
        """How much is kept of them."""
        return await self._record.holding(member_id)

    async def erase(self, member_id: int, *, with_cards: bool) -> Erased:
        """Erase all that is kept of them; what is under way, when it is over."""
        erased = await self._record.erase(member_id, self._clock.now(), with_cards=with_cards)
        self._forgotten(member_id)
        log.info(
            "privacy.erased",
            member=member_id,
            jobs=erased.requests,
            left=erased.left,
            with_cards=with_cards,
        )
        self._changed()
        return erased

    @asynccontextmanager
    async def exporting(self, member_id: int) -> AsyncIterator[None]:
        """Their turn to have one file on the disk, from before it is written until it is handed over.

        Raises:
            ExportUnderWay: they have one already, or wait for their turn.
            ExportUnwritten: what is left of the disk is for what is under way.
        """
        if member_id in self._exporting:
            raise ExportUnderWay
        self._exporting.add(member_id)
        try:
            async with self._turns:
                if not self._has_room():
                    raise ExportUnwritten("no room")
                yield
        finally:
            self._exporting.discard(member_id)

    async def export(self, member_id: int, mark: Mark, file: BinaryIO, max_bytes: int) -> Part:
        """Write what comes after this mark to a file, as much as it may hold; in their turn.

        Raises:
            ExportUnwritten: the disk does not take it.
        """
        part = Part(mark.part, has_data=mark.stage is Stage.DATA)
        try:
            with Pack(file, max_bytes) as pack:
                part.rest = await self._fill(pack, member_id, mark, part)
        except PictureNotKept as fault:
            raise ExportUnwritten(str(fault)) from fault
        except OSError as fault:
            raise ExportUnwritten(fault.strerror or "the disk") from fault
        log.info("privacy.exported", member=member_id, part=part.number, pictures=part.pictures)
        return part

    async def _fill(self, pack: Pack, member_id: int, mark: Mark, part: Part) -> Mark | None:
        if mark.stage is Stage.DATA:
            rest = await self._write_data(pack, member_id, mark)
            if rest is not None:
                return rest
            mark = Mark(mark.part, Stage.PICTURES)
        return await self._add_pictures(pack, member_id, mark, part)

    async def _write_data(self, pack: Pack, member_id: int, mark: Mark) -> Mark | None:
        now, first = self._clock.now(), mark.part == 1
        head: dict[str, Any] = {"member_id": str(member_id), "made_at": utc(now)}
        if first:
            head |= personal_json(await self._record.personal(member_id))
        name = "data.json" if first else f"data-{mark.part}.json"
        listed = await asyncio.to_thread(pack.list, name, head, "requests", now)
        last = (mark.at, mark.job_id)
        rest = None
        async for page in self._pages(member_id, mark):
            views = [view for view in page if (view.job.accepted_at, view.job.id) > last]
            written = await asyncio.to_thread(listed.add, [request_json(view) for view in views])
            if written:
                last = (views[written - 1].job.accepted_at, views[written - 1].job.id)
            if written < len(views):
                rest = Mark(mark.part + 1, Stage.DATA, *last)
                break
        await asyncio.to_thread(listed.end)
        return rest

    async def _add_pictures(self, pack: Pack, member_id: int, mark: Mark, part: Part) -> Mark | None:
        done = (mark.at, mark.job_id, mark.number)
        async for page in self._pages(member_id, mark):
            for view in page:
                for task in view.tasks:
                    at = (view.job.accepted_at, view.job.id, task.number)
                    if task.picture is None or at <= done:
                        continue
                    if not await self._add(pack, view.job, task, task.picture, part):
                        return Mark(mark.part + 1, Stage.PICTURES, *done)
                    done = at
        return None

    async def _add(self, pack: Pack, job: Job, task: Task, picture: Picture, part: Part) -> bool:
        """Put a picture in; False when it is for the next file. One that no file takes counts as missing."""
        path, smaller = picture.path, False
        try:
            if picture.size_bytes > pack.largest:
                (upload,) = await self._pictures.fit([(task.number, picture)], pack.largest)
                path, smaller = upload.path, upload.reencoded
            name = file_name(job, task, path)
            added = await asyncio.to_thread(pack.add, self._data_dir / path, name, job.accepted_at)
        except (FileNotFoundError, PictureBad, PictureUnfit):
            part.missing.append(job.id)
            return True
        if added:
            part.pictures += 1
            part.smaller += [job.id] if smaller else []
        elif pack.is_empty:
            part.missing.append(job.id)
        return added or pack.is_empty

    async def _pages(self, member_id: int, mark: Mark) -> AsyncIterator[list[JobView]]:
        """Their requests from this mark on, each of them once."""
        at, job_id, seen = mark.at, mark.job_id, ""
        while True:
            page = await self._record.requests(member_id, at, job_id, _PAGE)
            yield [view for view in page if view.job.id != seen]
            if len(page) < _PAGE:
                return
            at, job_id = page[-1].job.accepted_at, page[-1].job.id
            seen = job_id
