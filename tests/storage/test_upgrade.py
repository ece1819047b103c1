"""A database of every released version comes up to date with all that is in it."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import aiosqlite
import pytest

from bot.domain.errors import StoreError, StoreInUse, StoreTooNew
from bot.domain.jobs import TaskState
from bot.domain.language import Language
from bot.storage.checkup import examine, version_of
from bot.storage.migrate import migrate, migrations
from bot.storage.restore import upgrade
from bot.storage.sqlite import Store
from tests.support.clock import START, ManualClock
from tests.support.database import Database
from tests.support.drafts import SERVER
from tests.support.records import opened_records

RELEASED = range(1, len(migrations()))
LOCALES = {"job-en": ("en-GB", Language.ENGLISH), "job-de": ("de", Language.GERMAN), "job-th": ("th", None)}
"""How a request was asked for, and the language it has today; None is the default."""
TASKS = {
    "queued": "",
    "submitting": ", attempt_id = 'a-submitting'",
    "rendering": ", attempt_id = 'a-rendering', provider_task_id = 'p-1'",
    "rendered": ", provider_task_id = 'p-2', cost_microusd = 6500, picture_path = 'images/x/1.png',"
    " picture_width = 8, picture_height = 8, picture_format = 'png', picture_bytes = 99, took_ms = 9,"
    " ended_at = 5",
    "failed": ", cost_microusd = 0, reason = 'safety', ended_at = 5",
    "unknown": ", attempt_id = 'a-unknown'",
    "cancelled": ", cost_microusd = 0, ended_at = 5",
}
"""An image in each state, and what it needs for that."""


async def lived_in(path: Path, number: int) -> None:
    """A database as that version left it: images in every state, and something in every table."""
    async with aiosqlite.connect(path, isolation_level=None) as connection:
        await connection.execute("PRAGMA journal_mode = WAL")
        await migrate(connection, migrations()[:number])
    await asyncio.to_thread(_fill, path, "language" if number >= 4 else "locale")


def _fill(path: Path, locale: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for index, (job_id, (spoken, _)) in enumerate(LOCALES.items()):
            connection.execute(
                "INSERT INTO job (id, state, requester_id, prompt, size, quality, count, interaction_id,"
                " channel_id, guild_id, token, token_expires_at, bot_is_member, upload_limit_bytes,"
                f" {locale}, accepted_at, moved_at, message_id)"
                " VALUES (?, 'open', 1, 'a fox', '1024x1024', 'low', 4, ?, 5, ?, 't', 0, 1, 1, ?, ?, ?, 7)",
                (job_id, index, SERVER, spoken, START, START),
            )
        for index, (state, with_it) in enumerate(TASKS.items()):
            job_id = list(LOCALES)[index // 4]
            connection.execute(
                "INSERT INTO task (id, job_id, number, state, requester_id, size, quality, turn,"
                " estimate_microusd, moved_at)"
                " VALUES (?, ?, ?, 'queued', 1, '1024x1024', 'low', 0, 7000, ?)",
                (f"{job_id}-{index % 4 + 1}", job_id, index % 4 + 1, START),
            )
            connection.execute(f"UPDATE task SET state = '{state}'{with_it} WHERE seq = last_insert_rowid()")
        for table in others(connection):
            if connection.execute(f"SELECT COUNT(*) FROM {table}").fetchone() == (0,):
                put_something(connection, table)


def others(connection: sqlite3.Connection) -> list[str]:
    """Every table but the two that everything hangs on."""
    found = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    return [name for (name,) in found if name not in {"job", "task"}]


def put_something(connection: sqlite3.Connection, table: str) -> None:
    """A row in which every column has a value."""
    texts = {"job_id": "job-de", "action": "refuse", "scope": "member", "notify": "long"}
    columns = connection.execute(f"SELECT name, type FROM pragma_table_info('{table}')").fetchall()
    values = [1 if kind == "INTEGER" else texts.get(name, "x") for name, kind in columns]
    connection.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(values))})", values)


def contents(path: Path, like: dict[str, list[str]] | None = None) -> dict[str, Any]:
    """All rows of all tables; of those columns only, where they are given."""
    with closing(sqlite3.connect(path)) as connection:
        tables = like or {
            table: columns_of(connection, table) for table in ["job", "task", *others(connection)]
        }
        return {
            table: sorted(
                connection.execute(f"SELECT {', '.join(columns)} FROM {table}").fetchall(), key=repr
            )
            for table, columns in tables.items()
        }


def files_in(folder: Path) -> list[Path]:
    """What is there."""
    return list(folder.iterdir())


def columns_of(connection: sqlite3.Connection, table: str) -> list[str]:
    return [name for (name,) in connection.execute(f"SELECT name FROM pragma_table_info('{table}')")]


def lasting(path: Path) -> Iterator[tuple[str, list[str]]]:
    """The columns that every later version has, too."""
    with closing(sqlite3.connect(path)) as connection:
        for table in ["job", "task", *others(connection)]:
            if table != "migration":
                yield (
                    table,
                    [name for name in columns_of(connection, table) if name not in {"locale", "language"}],
                )


@pytest.mark.parametrize("number", RELEASED)
async def test_nothing_is_lost_on_the_way_from(path: Path, clock: ManualClock, number: int) -> None:
    await lived_in(path, number)
    columns = dict(lasting(path))
    before = contents(path, columns)
    assert all(before.values())

    done = await upgrade(path, clock.now(), keep=3)

    assert (done.before, done.steps) == (number, tuple(migrations()[number:]))
    assert contents(path, columns) == before
    found = examine(path)
    assert (found.version, found.faults, found.strays) == (len(migrations()), (), ())
    assert done.backup is not None
    assert version_of(done.backup) == number
    assert contents(done.backup, columns) == before


@pytest.mark.parametrize("number", RELEASED)
async def test_the_bot_goes_on_with_what_it_had_in(path: Path, clock: ManualClock, number: int) -> None:
    """Every request is read with its images and its language, and what was spent still counts."""
    await lived_in(path, number)
    async with opened_records(path, clock) as records:
        views = [await records.found(job_id) for job_id in LOCALES]
        assert {task.state for view in views for task in view.tasks} == set(TaskState)
        assert [view.job.place.language for view in views] == [
            today or Language.ENGLISH for _, today in LOCALES.values()
        ]
        reserved_or_settled = 4 * 7_000 + 6_500
        if number < 3:  # later ones count from the moment of each row
            assert (
                records.database.value("SELECT SUM(microusd) FROM use_of_hour WHERE account_id = ?", SERVER)
                == reserved_or_settled
            )


async def test_what_is_up_to_date_is_left_alone(path: Path, clock: ManualClock) -> None:
    async with Store.open(path):
        with pytest.raises(StoreInUse):
            await upgrade(path, clock.now(), keep=3)
    done = await upgrade(path, clock.now(), keep=3)
    assert (done.before, done.steps, done.backup) == (len(migrations()), (), None)


async def test_a_row_that_no_step_can_take_is_told_and_nothing_is_half_done(
    path: Path, clock: ManualClock
) -> None:
    await lived_in(path, 1)
    Database(path).alter("CREATE TABLE server (x INTEGER)")
    with pytest.raises(StoreError, match="server already exists"):
        await upgrade(path, clock.now(), keep=3)
    assert version_of(path) == 2
    assert examine(path).faults == ()


async def test_a_database_of_a_newer_program_or_none_at_all_is_not_touched(
    path: Path, clock: ManualClock
) -> None:
    with pytest.raises(StoreError, match="there is no database"):
        await upgrade(path, clock.now(), keep=3)
    assert files_in(path.parent) == []
    await lived_in(path, 1)
    Database(path).alter("INSERT INTO migration VALUES (999, 'of the future', 'then')")
    with pytest.raises(StoreTooNew):
        await upgrade(path, clock.now(), keep=3)
