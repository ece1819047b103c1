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


class TestDoubt:
    """0002: what was charged perhaps, and forgotten, is found again in the history."""

    TAKES_BACK = (
        "UPDATE task SET state = 'cancelled', cost_microusd = CASE WHEN EXISTS ("
        " SELECT 1 FROM event WHERE event.task_id = task.id AND event.to_state = 'unknown')"
        " THEN estimate_microusd ELSE 0 END"
    )
    """How version 1 took a task back."""

    @pytest.mark.parametrize(
        ("states", "becomes"),
        [
            ([], (None, 0)),
            (["submitting", "unknown"], (None, 0)),
            (["submitting", "unknown", "queued"], (None, 7_000)),
            (["submitting", "unknown", "queued", "submitting", "unknown", "queued"], (None, 14_000)),
            (["submitting", "unknown", "rendering", "rendered"], (6_500, 0)),
            (["submitting", "unknown", "queued", "submitting", "rendering", "rendered"], (6_500, 7_000)),
            (["submitting", "unknown", "queued", "submitting", "failed"], (0, 7_000)),
            (["submitting", "queued", "cancelled"], (0, 0)),
            (["submitting", "unknown", "queued", "cancelled"], (0, 7_000)),
        ],
        ids=lambda given: " ".join(map(str, given)) or "queued",
    )
    async def test_each_try_that_was_sent_again_is_a_doubt_beside_the_cost(
        self, path: Path, states: list[str], becomes: tuple[int | None, int]
    ) -> None:
        async with connected(path) as connection:
            await migrate(connection, migrations()[:1])
            await connection.execute(
                "INSERT INTO job (id, state, requester_id, prompt, size, quality, count, interaction_id,"
                " channel_id, token, token_expires_at, bot_is_member, upload_limit_bytes, locale,"
                " accepted_at, moved_at, message_id)"
                " VALUES ('job', 'open', 1, 'a fox', '1024x1024', 'low', 1, 1, 1, '', 0, 1, 1, 'en', 0, 0, 1)"
            )
            await connection.execute(
                "INSERT INTO task (id, job_id, number, state, requester_id, size, quality, turn,"
                " estimate_microusd, moved_at)"
                " VALUES ('t', 'job', 1, 'queued', 1, '1024x1024', 'low', 1, 7000, 0)"
            )
            for state in states:
                await connection.execute(self._move(state))
            await migrate(connection, migrations()[:2])
        assert Database(path).rows("SELECT cost_microusd, doubt_microusd FROM task") == [becomes]

    def _move(self, state: str) -> str:
        with_it = {
            "submitting": ", attempt_id = 'a'",
            "rendering": ", provider_task_id = 'p'",
            "rendered": ", cost_microusd = 6500, picture_path = 'x'",
            "failed": ", cost_microusd = 0, reason = 'safety'",
        }
        if state == "cancelled":
            return self.TAKES_BACK
        return f"UPDATE task SET state = '{state}'{with_it.get(state, '')}"


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
