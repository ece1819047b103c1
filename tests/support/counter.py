"""The channel's side: the deliverer with pictures on disk and a Discord in memory."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from bot.domain.cards import Card
from bot.domain.jobs import FailureReason, Job, Picture
from bot.domain.ports import Claim, JobView
from bot.domain.units import after
from bot.media.keep import PictureStore
from bot.workers.deliverer import EDIT_GAP_S, Deliverer
from tests.media.pictures import noise, written
from tests.support.clock import ManualClock
from tests.support.publisher import RecordingPublisher
from tests.support.records import Records, opened_records

TURNS_MAX = 400


@dataclass
class Counter:
    """One run of the deliverer."""

    records: Records
    publisher: RecordingPublisher
    pictures: PictureStore
    clock: ManualClock
    data_dir: Path
    ready: int = 0
    """How often the deliverer said that tasks may be claimed."""
    deliverer: Deliverer = field(init=False)

    def __post_init__(self) -> None:
        self.deliverer = Deliverer(
            self.records.jobs,
            self.pictures,
            self.publisher,
            self.clock,
            ready=self._count,
            delivered=lambda: None,
            rng=Random(7),
        )

    async def restarted(self, owner: str = "run-2") -> "Counter":
        """The process was killed; another one starts on the same files."""
        later = Counter(self.records.run(owner), self.publisher, self.pictures, self.clock, self.data_dir)
        await later.deliverer.recover()
        return later

    async def work(self, seconds: float = 0.0) -> None:
        """Let so much time pass from one due moment to the next; what is due now is always done."""
        end = after(self.clock.now(), seconds)
        for _ in range(TURNS_MAX):
            due = await self.deliverer.run_once()
            if due is None or due > end:
                self.clock.move_to(end)
                return
            self.clock.move_to(due)
        raise AssertionError("the deliverer turns and turns and comes to no end")

    async def opened(self, **wishes: Any) -> JobView:
        """A job whose card has been up for so long that it may be edited."""
        view = await self.records.opened(**wishes)
        self.clock.advance(EDIT_GAP_S)
        return view

    async def rendered(self, side: int = 16, **wishes: Any) -> JobView:
        """A job all of whose images are drawn, its card not yet told."""
        view = await self.records.opened(**wishes)
        for claim in await self.records.rendering(len(view.tasks)):
            await self.draw(claim, side)
        return await self.records.found(view.job.id)

    async def draw(self, claim: Claim, side: int = 16) -> Path:
        """A picture comes to disk; where it is."""
        name = f"images/{claim.task.job_id}/{claim.task.number}.png"
        file = written(self.data_dir / name, noise(side, side))
        picture = Picture(name, side, side, "png", file.stat().st_size)
        await self.records.tasks.rendered(claim.task, picture, 6_000, 9_000, self.clock.now())
        return file

    async def failed(self, reason: FailureReason = FailureReason.SAFETY, **wishes: Any) -> JobView:
        """A job of one image that came to nothing."""
        view = await self.records.opened(**wishes)
        (claim,) = await self.records.rendering()
        await self.records.fail(claim, reason)
        return await self.records.found(view.job.id)

    async def job(self, job_id: str) -> Job:
        """A job as it stands."""
        return (await self.records.found(job_id)).job

    @property
    def cards(self) -> list[Card]:
        """All cards that were put up, in order."""
        return [shown.card for shown in self.publisher.shown]

    def _count(self) -> None:
        self.ready += 1


@asynccontextmanager
async def opened_counter(tmp_path: Path, clock: ManualClock) -> AsyncIterator[Counter]:
    """A counter on an empty folder."""
    async with (
        opened_records(tmp_path / "bot.sqlite3", clock) as records,
        PictureStore(tmp_path) as pictures,
    ):
        yield Counter(records, RecordingPublisher(clock), pictures, clock, tmp_path)
