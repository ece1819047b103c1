"""One world per test, and a log that must stay free of faults."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs
from structlog.typing import EventDict

from bot.charts.render import Charts
from tests.media.pictures import encoded, plain
from tests.support.discord import World


@pytest.fixture
def logs() -> Iterator[list[EventDict]]:
    """What the bot logged. A test that wants an error takes it off the list."""
    with capture_logs() as entries:
        yield entries
        assert [entry for entry in entries if entry["log_level"] in {"error", "critical"}] == []


@pytest.fixture
def sketched(monkeypatch: pytest.MonkeyPatch) -> None:
    """Charts at once, and all alike: for where nobody looks at them. The painter takes half a second each."""

    async def draw(*_: object) -> bytes:
        return encoded(plain())

    monkeypatch.setattr(Charts, "draw", draw)


@pytest.fixture
async def world(tmp_path: Path, logs: list[EventDict]) -> AsyncIterator[World]:
    """A server with the bot in it."""
    async with World.opened(tmp_path) as world:
        yield world
        world.env._raise_errors_since(world.env._errors_acknowledged)
