"""A look into the database beside a running bot."""

from pathlib import Path

import pytest

from bot.domain.errors import StoreError, StoreTooNew
from bot.domain.moderation import OperatorDefaults
from bot.domain.usage import DAY_MS
from bot.storage.sqlite import Store
from bot.storage.usage import UsageSums
from tests.support.records import Records


def files_in(folder: Path) -> list[Path]:
    """What is there."""
    return list(folder.iterdir())


async def test_it_reads_beside_a_running_bot(records: Records, path: Path) -> None:
    """Without its lock, and what was committed last."""
    async with Store.reading(path) as store:
        await records.opened()
        now = records.clock.now()
        day = now - now % DAY_MS
        assert len(await UsageSums(store, OperatorDefaults()).of_accounts(day, day + DAY_MS)) == 1
        await records.opened()


async def test_it_cannot_write(records: Records, path: Path) -> None:
    async with Store.reading(path) as store:
        with pytest.raises(StoreError):
            await store.write(lambda tx: tx.run("fact_cleared", name="hold"))


async def test_a_database_of_another_version_is_not_touched(records: Records, path: Path) -> None:
    records.database.alter("INSERT INTO migration (number, name, applied_at) VALUES (99, 'x', 'x')")
    with pytest.raises(StoreTooNew):
        async with Store.reading(path):
            pass
    records.database.alter("DELETE FROM migration WHERE number > 1")
    with pytest.raises(StoreError, match="start the bot once"):
        async with Store.reading(path):
            pass


async def test_no_database_is_said_and_none_is_made(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="there is none"):
        async with Store.reading(tmp_path / "bot.sqlite3"):
            pass
    assert files_in(tmp_path) == []
