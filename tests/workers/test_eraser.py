"""What is erased leaves the disk and Discord too, whatever comes in between."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bot.domain.errors import DiscordAway, PictureNotKept, PlaceClosed
from bot.domain.jobs import Job, JobId
from bot.domain.privacy import Removal
from bot.domain.units import Instant
from bot.media.keep import PictureStore
from bot.storage.erasures import ErasureList
from bot.storage.mentions import Mentions
from bot.storage.privacy import PrivacyFile
from bot.storage.reports import ReportList
from bot.workers.eraser import CLOSED_S, CLOSED_TRIES, LOOK_EVERY_S, PAUSE_S, Eraser
from tests.support.clock import ManualClock
from tests.support.drafts import ANA, BEN, CHANNEL, place
from tests.support.over import books, delivered
from tests.support.records import MESSAGE_ID, Records, opened_records

DAY_S = 86_400.0
REPLY_ID = 4_243


class Killed(Exception):
    """The process ends here: nobody is there to do what comes after."""


class Mortal(ErasureList):
    """The record of a run that may be over before it has written what it did."""

    killed = False

    async def removed(self, removal: Removal, now: Instant) -> None:
        if self.killed:
            raise Killed
        await super().removed(removal, now)


@dataclass
class Outside:
    """The disk and Discord, which may not be in the mood, and one run of the program before them."""

    records: Records
    pictures: PictureStore
    folder: Path
    retention_days: int = 0
    fault: Exception | None = None
    """What comes of every deletion of a card."""
    shut: set[int] = field(default_factory=set)
    """Channels that do not let the bot in."""
    refused: int = 0
    """How often one did not."""
    disk_fault: Exception | None = None
    record: Mortal = field(init=False)
    taken_down: list[JobId] = field(default_factory=list)
    replies_gone: list[JobId] = field(default_factory=list)
    eraser: Eraser = field(init=False)

    def __post_init__(self) -> None:
        self.record = Mortal(self.records.store)
        self.eraser = Eraser(
            self.record,
            self.records.clock,
            retention_days=self.retention_days,
            discard=self.discard,
            take_down=self.take_down,
            changed=lambda: None,
        )

    async def discard(self, job_id: JobId) -> None:
        if self.disk_fault is not None:
            raise self.disk_fault
        await self.pictures.discard(job_id)

    async def take_down(self, job: Job, message_id: int) -> None:
        if self.fault is not None:
            raise self.fault
        if job.place.channel_id in self.shut:
            self.refused += 1
            raise PlaceClosed("403")
        (self.replies_gone if message_id == REPLY_ID else self.taken_down).append(job.id)

    async def drawn(self, **wishes: Any) -> JobId:
        """A delivered request, with its pictures on disk."""
        job_id = await delivered(self.records, **wishes)
        for task in (await self.records.found(job_id)).tasks:
            if task.picture:
                file = self.folder / task.picture.path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(b"a picture")
                file.with_suffix(".fit-9.jpg").write_bytes(b"a smaller one")
        return job_id

    async def erase(self, member_id: int = ANA, *, with_cards: bool = True) -> None:
        """A member confirms."""
        clock = self.records.clock
        await PrivacyFile(self.records.store).erase(member_id, clock.now(), with_cards=with_cards)

    async def work(self, looks: int = 10) -> None:
        """Let the eraser do all that is due now."""
        for _ in range(looks):
            due = await self.eraser.run_once()
            if due is None or due > self.records.clock.now():
                return

    async def rung(self, job_id: JobId, reply_id: int = REPLY_ID) -> None:
        """The reply to its card was sent."""
        await Mentions(self.records.store).forget(job_id, reply_id)

    async def deleted(self, job_id: JobId) -> None:
        """Somebody deletes its card."""
        await self.records.jobs.mark_deleted(job_id, MESSAGE_ID, BEN, self.records.clock.now())

    async def is_due(self) -> bool:
        """Whether something is left to remove, some day."""
        return await ErasureList(self.records.store).next_due() is not None

    @property
    def on_disk(self) -> set[str]:
        """The jobs that have a folder."""
        return {each.name for each in (self.folder / "images").iterdir()}


@asynccontextmanager
async def opened(folder: Path, clock: ManualClock, *, retention_days: int = 0) -> AsyncIterator[Outside]:
    async with (
        opened_records(folder / "bot.sqlite3", clock) as records,
        PictureStore(folder, allow_loopback=True) as pictures,
    ):
        outside = Outside(records, pictures, folder, retention_days)
        await outside.eraser.recover()
        yield outside


@pytest.fixture
async def outside(tmp_path: Path, clock: ManualClock) -> AsyncIterator[Outside]:
    async with opened(tmp_path, clock) as outside:
        yield outside


async def test_pictures_and_cards_go_and_those_of_others_stay(outside: Outside) -> None:
    mine, other = await outside.drawn(by=ANA, count=2), await outside.drawn(by=BEN)
    await outside.erase()
    await outside.work()
    assert (outside.on_disk, outside.taken_down) == ({other}, [mine])


async def test_cards_stay_where_nobody_wanted_them_gone(outside: Outside) -> None:
    await outside.drawn(by=ANA)
    await outside.erase(with_cards=False)
    await outside.work()
    assert (outside.on_disk, outside.taken_down) == (set(), [])


async def test_a_card_that_only_its_reader_can_reach_is_not_asked_for(outside: Outside) -> None:
    """Discord would refuse each, and shuts out whoever is refused too often."""
    await outside.drawn(by=ANA, at=place(bot_is_member=False))
    await outside.drawn(by=ANA, at=place(private=True))
    await outside.erase()
    await outside.work()
    assert (outside.on_disk, outside.taken_down) == (set(), [])


@pytest.mark.parametrize("where", ["before the files", "between files and card", "before it is written"])
async def test_a_kill_at_any_moment_only_puts_it_off(tmp_path: Path, clock: ManualClock, where: str) -> None:
    """The next start goes on: all of it goes, and no number has changed."""
    async with opened(tmp_path, clock) as first:
        jobs = {await first.drawn(by=ANA) for _ in range(3)}
        before = await books(first.records)
        await first.erase()
        first.disk_fault = Killed() if where == "before the files" else None
        first.fault = Killed() if where == "between files and card" else None
        first.record.killed = where == "before it is written"
        await first.work(1)
        assert await ErasureList(first.records.store).next_due() is not None
    async with opened(tmp_path, clock) as second:
        await second.work()
        assert second.on_disk == set()
        assert set(second.taken_down) | set(first.taken_down) == jobs
        assert await ErasureList(second.records.store).next_due() is None
        assert await books(second.records) == before


async def test_what_does_not_go_now_goes_later(outside: Outside) -> None:
    """Discord is away, the disk is in trouble: neither loses anything, and one does not hold up the other."""
    job_id = await outside.drawn(by=ANA)
    await outside.erase()
    outside.fault = DiscordAway("503", retry_after_s=2 * PAUSE_S)
    await outside.work()
    assert outside.on_disk == set()
    outside.fault, outside.disk_fault = None, PictureNotKept("the disk")
    outside.records.clock.advance(2 * PAUSE_S)
    await outside.work()
    assert outside.taken_down == []
    outside.disk_fault = None
    outside.records.clock.advance(PAUSE_S)
    await outside.work()
    assert outside.taken_down == [job_id]


async def test_what_is_in_a_closed_place_stays_and_nobody_says_that_it_was_deleted(outside: Outside) -> None:
    """It is tried for days, also across restarts; then it stays reported, and may be asked for once more."""
    job_id, records = await outside.drawn(by=ANA), outside.records
    await outside.erase()
    reports, job = ReportList(records.store), (await records.found(job_id)).job
    await reports.file(job, None, BEN, "rude", records.clock.now())
    outside.shut = {CHANNEL}
    for _ in range(CLOSED_TRIES):
        assert await outside.is_due()
        await outside.eraser.recover()
        await outside.work()
        records.clock.advance(CLOSED_S)
    assert (outside.refused, await outside.is_due()) == (CLOSED_TRIES, False)
    assert (await records.found(job_id)).job.deleted_at is None
    assert records.database.value("SELECT closed_at FROM report") is None

    await outside.erase()
    outside.shut = set()
    await outside.work()
    assert (outside.taken_down, await outside.is_due()) == ([job_id], False)
    assert (await records.found(job_id)).job.deleted_at == records.clock.now()
    assert records.database.value("SELECT closed_at FROM report") == records.clock.now()


async def test_a_closed_channel_is_not_asked_for_each_of_its_cards(outside: Outside) -> None:
    """Discord shuts out whoever is refused too often. The disk has nothing to do with it."""
    for _ in range(20):
        await outside.drawn(by=ANA)
    elsewhere = await outside.drawn(by=ANA, at=place(channel_id=CHANNEL + 1))
    await outside.erase()
    outside.shut = {CHANNEL}
    await outside.work()
    assert (outside.on_disk, outside.taken_down) == (set(), [elsewhere])
    assert 1 <= outside.refused <= 4, "as many as are under way at once"
    outside.shut = set()
    outside.records.clock.advance(CLOSED_S)
    await outside.work()
    assert (len(outside.taken_down), await outside.is_due()) == (21, False)


async def test_the_reply_goes_with_its_card_whoever_deletes_that(outside: Outside) -> None:
    """Erased or not; and never without it."""
    erased, deleted, standing = [await outside.drawn(by=by) for by in (ANA, BEN, BEN)]
    for job_id in (erased, deleted, standing):
        await outside.rung(job_id)
    await outside.erase()
    await outside.deleted(deleted)
    await outside.work()
    assert sorted(outside.replies_gone) == sorted([erased, deleted])
    assert (outside.taken_down, outside.on_disk) == ([erased], {deleted, standing})
    assert not await outside.is_due()
    assert outside.records.database.rows("SELECT id FROM job WHERE reply_id IS NOT NULL") == [standing]


async def test_so_does_one_that_was_on_its_way(outside: Outside) -> None:
    """The card is deleted, or all is erased, before it is written down which message the reply is."""
    deleted, erased = await outside.drawn(by=BEN), await outside.drawn(by=ANA)
    await outside.deleted(deleted)
    await outside.erase()
    await outside.work()
    await outside.rung(deleted)
    await outside.rung(erased)
    await outside.work()
    assert (sorted(outside.replies_gone), await outside.is_due()) == (sorted([deleted, erased]), False)


async def test_what_is_wanted_while_something_is_removed_is_done_as_well(outside: Outside) -> None:
    """Its pictures are on their way out when somebody deletes its card, which had a reply."""
    job_id, erasures = await outside.drawn(by=ANA), ErasureList(outside.records.store)
    await outside.rung(job_id)
    await outside.erase(with_cards=False)
    (removal,) = await erasures.claim(9, outside.records.clock.now())
    await outside.deleted(job_id)
    await erasures.removed(removal, outside.records.clock.now())
    await outside.work()
    assert (outside.replies_gone, await outside.is_due()) == ([job_id], False)


async def test_age_is_looked_after_from_time_to_time(tmp_path: Path, clock: ManualClock) -> None:
    async with opened(tmp_path, clock, retention_days=2) as outside:
        old = await outside.drawn(by=ANA)
        await outside.work()
        assert outside.on_disk == {old}
        clock.advance(2 * DAY_S + LOOK_EVERY_S)
        await outside.work()
        assert (outside.on_disk, outside.taken_down) == (set(), [])
