"""What a member asked for: looked back on, and what of it is not over."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from weakref import WeakValueDictionary

import structlog

from bot.domain.cards import Card, Outlook, compose, steady
from bot.domain.errors import PictureError
from bot.domain.history import Edge, Turn, Wanted
from bot.domain.jobs import Job
from bot.domain.log_values import about
from bot.domain.ports import Clock, HistoryRecord, Jobs, JobView, Thumbnails

log: structlog.stdlib.BoundLogger = structlog.get_logger()

PAGE_MAX = 5
"""Requests on a page of the history."""
UNDER_WAY_MAX = 10
"""Requests in a list of those that are not over."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """A request and what came of it."""

    job: Job
    card: Card
    thumbnail: str | None
    """Its first picture, small, relative to the data folder; None without one that can be read."""


@dataclass(frozen=True, slots=True)
class Page:
    """A part of the history, newest first, and whether there is more on either side."""

    requests: Sequence[Remembered]
    newer: bool
    older: bool


@dataclass(frozen=True, slots=True)
class UnderWay:
    """What is not over yet, oldest first: the first of them, and how many there are."""

    requests: Sequence[tuple[Job, Card]]
    total: int


class History:
    """The use cases behind `/history` and `/queue`: always of one's own requests, wherever they were made."""

    def __init__(self, record: HistoryRecord, jobs: Jobs, thumbnails: Thumbnails, clock: Clock) -> None:
        self._record = record
        self._jobs = jobs
        self._thumbnails = thumbnails
        self._clock = clock
        self._turns: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def page(self, member_id: int, wanted: Wanted, edge: Edge | None = None) -> Page:
        """The page beyond an edge of another; the newest where there is none, or no full page beyond it.

        Each member has one look at a time: it may go through all that they ever asked for.
        """
        async with self._turn(member_id):
            return await self._page(member_id, wanted, edge)

    async def _page(self, member_id: int, wanted: Wanted, edge: Edge | None) -> Page:
        if edge is not None and edge.turn is Turn.NEWER:
            above = await self._record.newer(member_id, wanted, edge.job_id, PAGE_MAX + 1)
            if len(above) > PAGE_MAX:
                return Page(await self._remembered(above[:PAGE_MAX][::-1]), newer=True, older=True)
            edge = None
        than = edge.job_id if edge else None
        found = await self._record.older(member_id, wanted, than, PAGE_MAX + 1)
        requests = await self._remembered(found[:PAGE_MAX])
        return Page(requests, newer=edge is not None, older=len(found) > PAGE_MAX)

    async def under_way(self, member_id: int) -> UnderWay:
        """How their requests stand that are not over, as their cards say it."""
        views, total = await self._record.under_way(member_id, UNDER_WAY_MAX)
        return UnderWay([(view.job, await self._card(view)) for view in views], total)

    async def named(self, member_id: int, typed: str, most: int) -> Sequence[Job]:
        """Their newest requests that fit what they have typed so far, by code or prompt."""
        async with self._turn(member_id):
            return await self._record.named(member_id, typed.strip(), most)

    def _turn(self, member_id: int) -> asyncio.Lock:
        """Gone when nobody holds it or waits for it."""
        return self._turns.setdefault(member_id, asyncio.Lock())

    async def _remembered(self, views: Sequence[JobView]) -> list[Remembered]:
        thumbnails = await asyncio.gather(*(self._thumbnail(view) for view in views))
        return [
            Remembered(view.job, compose(view.job, view.tasks, Outlook()), thumbnail)
            for view, thumbnail in zip(views, thumbnails, strict=True)
        ]

    async def _thumbnail(self, view: JobView) -> str | None:
        picture = next((task.picture for task in view.tasks if task.picture), None)
        if picture is None:
            return None
        try:
            return await self._thumbnails.thumbnail(picture)
        except PictureError as fault:
            log.warning("history.picture_missing", **about(view.job), fault=str(fault))
            return None

    async def _card(self, view: JobView) -> Card:
        now = self._clock.now()
        outlook = await self._jobs.outlook(view, now)
        promised = steady(view.job.expected_at, outlook.expected_at, now)
        return compose(view.job, view.tasks, replace(outlook, expected_at=promised))
