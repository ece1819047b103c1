"""A state is told three ways: enum, transition table, CHECK. They agree."""

import re
import sqlite3
from enum import StrEnum

import pytest

from bot.domain.errors import BotError
from bot.domain.jobs import (
    COUNT_MAX,
    JOB_MOVES,
    JOB_OVER,
    PROMPT_MAX_CHARS,
    TASK_MOVES,
    TASK_OVER,
    FailureReason,
    JobState,
    Quality,
    Size,
    TaskState,
)
from tests.support.database import Database
from tests.support.records import Records


def listed(database: Database, table: str, column: str) -> set[str]:
    """The values that a CHECK allows for a column, from the schema as it is stored."""
    sql = database.value("SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?", table)
    found = re.search(rf"\b{column}\s+TEXT[^,]*?CHECK \({column} IN \(([^)]*)\)", sql)
    assert found is not None, f"no CHECK on {table}.{column}"
    return set(re.findall(r"'([^']*)'", found[1]))


class TestChecks:
    @pytest.mark.parametrize(
        ("table", "column", "enum"),
        [
            ("job", "state", JobState),
            ("job", "size", Size),
            ("job", "quality", Quality),
            ("task", "state", TaskState),
            ("task", "reason", FailureReason),
        ],
    )
    def test_a_check_lists_exactly_the_members_of_the_enum(
        self, database: Database, table: str, column: str, enum: type[StrEnum]
    ) -> None:
        assert listed(database, table, column) == {member.value for member in enum}

    def test_the_formats_are_those_that_a_picture_can_have(self, database: Database) -> None:
        assert listed(database, "task", "picture_format") == {"png", "jpeg", "webp"}

    def test_the_final_task_states_are_those_in_which_money_is_settled(self, database: Database) -> None:
        sql = database.value("SELECT sql FROM sqlite_schema WHERE name = 'task'")
        found = re.search(r"\(state IN \(([^)]*)\)\) = \(cost_microusd IS NOT NULL\)", sql)
        assert found is not None
        assert set(re.findall(r"'([^']*)'", found[1])) == {state.value for state in TASK_OVER}

    def test_the_limits_of_a_request_are_those_of_the_domain(self, database: Database) -> None:
        sql = database.value("SELECT sql FROM sqlite_schema WHERE name = 'job'")
        assert f"length(prompt) BETWEEN 1 AND {PROMPT_MAX_CHARS}" in sql
        assert f"count BETWEEN 1 AND {COUNT_MAX}" in sql

    def test_every_table_is_strict(self, database: Database) -> None:
        tables = database.rows("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'")
        strict = database.rows("SELECT name FROM pragma_table_list WHERE strict = 1")
        assert set(tables) - set(strict) == {"sqlite_schema"}


class TestMoney:
    @pytest.mark.parametrize(
        "change",
        [
            "cost_microusd = 5",
            "state = 'cancelled'",
            "state = 'failed', reason = 'safety'",
            "state = 'rendered', provider_task_id = 'x', picture_path = 'p'",
            "estimate_microusd = -1",
            "doubt_microusd = -1",
        ],
    )
    async def test_the_database_itself_refuses_a_task_settled_too_early_or_never(
        self, records: Records, change: str
    ) -> None:
        """No mistake in a statement can end a task without its cost, or charge one that goes on."""
        await records.opened()
        with pytest.raises(sqlite3.IntegrityError, match="CHECK constraint failed"):
            records.database.alter(f"UPDATE task SET {change}")

    async def test_that_is_a_bug_and_not_one_of_our_errors(self, records: Records) -> None:
        """A broken constraint must not look like a busy database, which is tried again."""
        view = await records.opened()
        (claim,) = await records.rendering()
        assert claim.task.job_id == view.job.id
        with pytest.raises(sqlite3.IntegrityError, match="CHECK constraint failed") as raised:
            await records.render(claim, cost=-1)
        assert not isinstance(raised.value, BotError)
        assert (await records.found(view.job.id)).tasks[0].state is TaskState.RENDERING


class TestHistory:
    async def test_every_move_of_a_job_and_its_task_is_written_down(self, records: Records) -> None:
        view = await records.opened()
        (claim,) = await records.rendering()
        await records.render(claim)
        assert records.database.job_states(view.job.id) == ["accepted", "open"]
        assert records.database.task_states(claim.task.id) == [
            "queued",
            "submitting",
            "rendering",
            "rendered",
        ]

    async def test_a_sending_is_named_in_it(self, records: Records) -> None:
        await records.opened()
        (claim,) = await records.submitting()
        sent = records.database.value("SELECT attempt_id FROM event WHERE to_state = 'submitting'")
        assert sent == claim.task.attempt_id

    async def test_what_changes_no_state_is_no_move(self, records: Records) -> None:
        await records.opened()
        (claim,) = await records.rendering()
        before = len(records.database.moves())
        await records.tasks.look_later(claim.task, records.clock.now() + 1, stumbled=False, fetched=False)
        assert len(records.database.moves()) == before


def test_final_states_are_the_ones_the_tables_end_in() -> None:
    assert {JobState.DELIVERED, JobState.WITHDRAWN, JobState.CANCELLED, JobState.UNDELIVERABLE} == JOB_OVER
    assert {state for state in JOB_MOVES if not JOB_MOVES[state]} == JOB_OVER
    assert {state for state in TASK_MOVES if not TASK_MOVES[state]} == TASK_OVER
