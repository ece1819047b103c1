"""A backup is a whole database by itself, a few are kept, and no dead credential stays."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.domain.errors import StoreError
from bot.storage.backup import backups
from bot.storage.upkeep import Upkeep
from tests.support.drafts import draft, place
from tests.support.records import Records, opened_records

DAY_S = 86_400


@pytest.fixture
def upkeep(records: Records) -> Upkeep:
    return Upkeep(records.store, records.database.path, keep=3)


@pytest.fixture
def folder(path: Path) -> Path:
    return path.parent / "backups"


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def readable_by_others(path: Path) -> bool:
    return path.stat().st_mode & 0o077 != 0


def written(path: Path) -> None:
    path.write_text("somebody's own")


class TestBackup:
    async def test_it_holds_everything_and_opens_as_a_database_of_its_own(
        self, records: Records, upkeep: Upkeep, folder: Path
    ) -> None:
        """Made while the bot writes; moved to an empty folder, the bot goes on from it."""
        view = await records.opened(count=2)
        await upkeep.back_up(records.clock.now())
        (backup,) = backups(folder)
        async with opened_records(backup, records.clock, owner="run-2") as restored:
            assert await restored.found(view.job.id) == await records.found(view.job.id)

    async def test_the_newest_few_are_kept(self, records: Records, upkeep: Upkeep, folder: Path) -> None:
        for _ in range(5):
            await upkeep.back_up(records.clock.now())
            assert await upkeep.last_backup_at() == records.clock.now()
            records.clock.advance(DAY_S)
        assert len(backups(folder)) == 3
        assert names(folder) == sorted(file.name for file in backups(folder))

    async def test_without_any_there_is_no_last_one(self, upkeep: Upkeep) -> None:
        assert await upkeep.last_backup_at() is None

    async def test_a_file_that_somebody_put_there_is_no_backup_and_stays(
        self, records: Records, upkeep: Upkeep, folder: Path
    ) -> None:
        await upkeep.back_up(records.clock.now())
        written(folder / "bot-before-the-move.sqlite3")
        for _ in range(4):
            records.clock.advance(DAY_S)
            await upkeep.back_up(records.clock.now())
        assert await upkeep.last_backup_at() == records.clock.now()
        assert "bot-before-the-move.sqlite3" in names(folder)
        assert len(names(folder)) == 3 + 1

    async def test_others_on_the_machine_cannot_read_it(
        self, records: Records, upkeep: Upkeep, folder: Path
    ) -> None:
        await upkeep.back_up(records.clock.now())
        (backup,) = backups(folder)
        assert not readable_by_others(backup)

    async def test_one_that_cannot_be_written_is_told_and_leaves_nothing(
        self, records: Records, upkeep: Upkeep, folder: Path
    ) -> None:
        written(folder)
        with pytest.raises(StoreError, match="no backup"):
            await upkeep.back_up(records.clock.now())

    async def test_it_is_one_file(self, records: Records, upkeep: Upkeep, folder: Path) -> None:
        await upkeep.back_up(records.clock.now())
        (backup,) = backups(folder)
        with closing(sqlite3.connect(backup)) as connection:
            assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)


class TestTokens:
    async def test_a_dead_one_is_forgotten_and_a_living_one_kept(
        self, records: Records, upkeep: Upkeep
    ) -> None:
        now = records.clock.now()
        dead = await records.opened(draft(at=place(token="dead", token_expires_at=now - 1)))
        living = await records.opened(draft(at=place(token="living", token_expires_at=now)))
        assert await upkeep.forget_tokens(now) == 1
        assert await upkeep.forget_tokens(now) == 0
        tokens = [(await records.found(view.job.id)).job.place.token for view in (dead, living)]
        assert tokens == ["", "living"]
