"""The schema comes up to date from empty and from every older version, or not at all."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiosqlite
import pytest

from bot.domain.errors import StoreFull, StoreTooNew
from bot.storage.migrate import Migration, migrate, migrations, version
from bot.storage.sqlite import Store, translated
from tests.support.database import Database

ONE = Migration(1, "one", "CREATE TABLE one (x INTEGER) STRICT;\nINSERT INTO one VALUES (1);\n")
TWO = Migration(2, "two", "ALTER TABLE one ADD COLUMN y INTEGER;\n-- the end\n")
BROKEN = Migration(2, "broken", "CREATE TABLE two (x INTEGER);\nINSERT INTO nowhere VALUES (1);\n")


@asynccontextmanager
async def connected(path: Path) -> AsyncIterator[aiosqlite.Connection]:
    async with aiosqlite.connect(path, isolation_level=None) as connection:
        yield connection


def schema(path: Path) -> list[str]:
    found = Database(path).rows("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name")
    return [str(sql) for sql in found]


class TestMigrate:
    async def test_an_empty_database_gets_every_step_in_order(self, path: Path) -> None:
        async with connected(path) as connection:
            assert await version(connection) == 0
            assert await migrate(connection, [ONE, TWO]) == [ONE, TWO]
            assert await version(connection) == 2
        assert Database(path).rows("SELECT number, name FROM migration") == [(1, "one"), (2, "two")]
        assert Database(path).rows("SELECT x, y FROM one") == [(1, None)]

    async def test_a_second_run_changes_nothing(self, path: Path) -> None:
        async with connected(path) as connection:
            await migrate(connection, [ONE, TWO])
            before = schema(path)
            assert await migrate(connection, [ONE, TWO]) == []
        assert schema(path) == before

    @pytest.mark.parametrize("older", range(len(migrations()) + 1))
    async def test_every_older_version_comes_to_the_same_schema(
        self, path: Path, tmp_path: Path, older: int
    ) -> None:
        async with connected(path) as connection:
            await migrate(connection, migrations()[:older])
            await migrate(connection)
        async with connected(tmp_path / "fresh.sqlite3") as connection:
            await migrate(connection)
        assert schema(path) == schema(tmp_path / "fresh.sqlite3")

    async def test_a_database_of_a_newer_program_is_left_alone(self, path: Path) -> None:
        async with connected(path) as connection:
            await migrate(connection, [ONE, TWO])
            with pytest.raises(StoreTooNew, match=r"version 2.*up to 1"):
                await migrate(connection, [ONE])

    async def test_the_store_says_so_too(self, path: Path) -> None:
        async with Store.open(path):
            pass
        Database(path).alter("INSERT INTO migration VALUES (999, 'of the future', 'then')")
        with pytest.raises(StoreTooNew):
            async with Store.open(path):
                pass

    async def test_a_step_that_fails_leaves_nothing_half_done(self, path: Path) -> None:
        async with connected(path) as connection:
            with pytest.raises(aiosqlite.OperationalError, match="nowhere"):
                await migrate(connection, [ONE, BROKEN])
            assert await version(connection) == 1
            assert not connection.in_transaction
            assert await migrate(connection, [ONE, TWO]) == [TWO]
        assert Database(path).rows("SELECT name FROM sqlite_schema WHERE name = 'two'") == []

    async def test_a_full_disk_is_named_and_leaves_nothing_half_done(self, path: Path) -> None:
        """SQLite ends the transaction by itself then: there is nothing left to roll back."""
        big = Migration(2, "big", "CREATE TABLE big (x BLOB);\nINSERT INTO big VALUES (zeroblob(100000));\n")
        async with connected(path) as connection:
            await migrate(connection, [ONE])
            await connection.execute("PRAGMA max_page_count = 8")
            with pytest.raises(StoreFull), translated():
                await migrate(connection, [ONE, big])
            assert await version(connection) == 1


class TestFiles:
    def test_the_steps_of_this_program_are_numbered_without_a_gap(self) -> None:
        assert [step.number for step in migrations()] == list(range(1, len(migrations()) + 1))

    def test_a_gap_in_the_numbers_is_found_before_anything_runs(self, tmp_path: Path) -> None:
        (tmp_path / "0001_one.sql").write_text("SELECT 1;")
        (tmp_path / "0003_three.sql").write_text("SELECT 1;")
        with pytest.raises(RuntimeError, match="gap"):
            migrations(tmp_path)

    async def test_a_step_cut_off_in_the_middle_is_refused_whole(self, path: Path) -> None:
        half = Migration(1, "half", "CREATE TABLE one (x INTEGER);\nCREATE TABLE two (\n")
        async with connected(path) as connection:
            with pytest.raises(ValueError, match="middle of a statement"):
                await migrate(connection, [half])
            assert await version(connection) == 0
        assert schema(path) == []
