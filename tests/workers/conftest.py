"""A studio or a counter for each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.booth import Booth, opened_booth
from tests.support.clock import ManualClock
from tests.support.counter import Counter, opened_counter
from tests.support.studio import Studio, opened_studio


@pytest.fixture
async def studio(tmp_path: Path, clock: ManualClock) -> AsyncIterator[Studio]:
    """Two tasks at once, a hundred requests a minute, ten seconds an image."""
    async with opened_studio(tmp_path, clock) as opened:
        yield opened


@pytest.fixture
async def booth(tmp_path: Path) -> AsyncIterator[Booth]:
    """A herald with nothing to tell yet, and a log channel."""
    async with opened_booth(tmp_path) as opened:
        yield opened


@pytest.fixture
async def counter(tmp_path: Path, clock: ManualClock) -> AsyncIterator[Counter]:
    """A deliverer with nothing to do yet."""
    async with opened_counter(tmp_path, clock) as opened:
        yield opened
