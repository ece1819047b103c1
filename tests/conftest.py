"""What most tests stand on: a clock that is moved by hand, and a database of one's own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.support.clock import ManualClock
from tests.support.database import Database
from tests.support.records import Records, opened_records

settings.register_profile("untimed", deadline=None)  # speed belongs in benchmarks: a busy machine is no bug
settings.register_profile("long", settings.get_profile("untimed"), max_examples=20_000)
settings.load_profile("untimed")


@pytest.fixture
def clock() -> ManualClock:
    """Stands still until the test advances it."""
    return ManualClock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the database of this test is."""
    return tmp_path / "bot.sqlite3"


@pytest.fixture
async def records(path: Path, clock: ManualClock) -> AsyncIterator[Records]:
    """The record of jobs and tasks, empty."""
    async with opened_records(path, clock) as opened:
        yield opened


@pytest.fixture
def database(records: Records) -> Database:
    """The file of `records`, from outside."""
    return records.database
