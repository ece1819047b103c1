"""The record of one member's own requests."""

from collections.abc import Sequence
from typing import Protocol

from bot.domain.history import Wanted
from bot.domain.jobs import Job, JobId, Picture
from bot.domain.ports.record import JobView


class HistoryRecord(Protocol):
    """What a member asked for, wherever that was, without what was withdrawn or erased."""

    async def older(self, member_id: int, wanted: Wanted, than: JobId | None, most: int) -> Sequence[JobView]:
        """From this one on, newest first; from the newest on where it is None or none of theirs."""
        ...

    async def newer(self, member_id: int, wanted: Wanted, than: JobId, most: int) -> Sequence[JobView]:
        """From this one on, oldest first; none where it is none of theirs."""
        ...

    async def under_way(self, member_id: int, most: int) -> tuple[Sequence[JobView], int]:
        """What is not over, oldest first, and how much of that there is in all."""
        ...

    async def named(self, member_id: int, typed: str, most: int) -> Sequence[Job]:
        """The newest whose code begins with this, or whose prompt contains it."""
        ...


class Thumbnails(Protocol):
    """Small pictures on disk, each made when it is first asked for."""

    async def thumbnail(self, picture: Picture) -> str:
        """Where a small one of this picture is, relative to the data folder.

        Raises:
            PictureNotKept: the disk; it may work later.
            PictureBad: the picture is gone or damaged.
        """
        ...
