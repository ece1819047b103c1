"""The chores are done when they are due, and a chore that fails stops nothing."""

import asyncio
from dataclasses import dataclass, field

from bot.domain.errors import StoreError
from bot.domain.units import Instant, after
from bot.workers.janitor import BACKUP_EVERY_S, LOOK_EVERY_S, Janitor
from tests.support.clock import ManualClock


@dataclass
class Chores:
    """What the janitor asked for (`bot.domain.ports.Upkeep`)."""

    backups: list[Instant] = field(default_factory=list)
    looks: int = 0
    broken: bool = False

    async def last_backup_at(self) -> Instant | None:
        return self.backups[-1] if self.backups else None

    async def back_up(self, now: Instant) -> None:
        if self.broken:
            raise StoreError("the disk is full")
        self.backups.append(now)

    async def forget_tokens(self, now: Instant) -> int:
        self.looks += 1
        return 0

    async def lapse(self) -> int:
        return 0


async def test_the_first_look_makes_a_backup_and_the_next_days_each_one(clock: ManualClock) -> None:
    chores = Chores()
    janitor = Janitor(chores, clock, lapse=chores.lapse)
    for _ in range(round(2 * BACKUP_EVERY_S / LOOK_EVERY_S) + 1):
        await janitor.run_once()
        clock.advance(LOOK_EVERY_S)
    first = chores.backups[0]
    assert chores.backups == [first, after(first, BACKUP_EVERY_S), after(first, 2 * BACKUP_EVERY_S)]


async def test_a_backup_that_failed_is_made_at_the_next_look(clock: ManualClock) -> None:
    chores = Chores(broken=True)
    janitor = Janitor(chores, clock, lapse=chores.lapse)
    await janitor.run_once()
    chores.broken = False
    clock.advance(LOOK_EVERY_S)
    await janitor.run_once()
    assert chores.backups == [clock.now()]


async def test_a_backup_from_the_future_counts_for_nothing(clock: ManualClock) -> None:
    chores = Chores(backups=[clock.now() + 1])
    await Janitor(chores, clock, lapse=chores.lapse).run_once()
    assert chores.backups[-1] == clock.now()


async def test_it_looks_every_ten_minutes_until_it_is_stopped(clock: ManualClock) -> None:
    chores = Chores()
    running = asyncio.create_task(Janitor(chores, clock, lapse=chores.lapse).run())
    for looks in (1, 2, 3):
        await clock.asleep()
        assert chores.looks == looks
        clock.advance(LOOK_EVERY_S)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
