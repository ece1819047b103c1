"""What `/imagine` asks for with every request is kept at hand, and is never older than a change."""

import asyncio

import pytest

from bot.domain.errors import StoreBusy
from bot.domain.jobs import Quality, Size
from bot.domain.moderation import OperatorDefaults, ServerSettings
from bot.services.moderators import Moderator
from bot.services.server_settings import ServerSetup
from bot.storage.servers import Servers
from tests.support.clock import ManualClock
from tests.support.drafts import BEN, SERVER
from tests.support.records import Records

VERA = Moderator(BEN, SERVER, is_owner=False, rank=1)
PLAIN = (Size.SQUARE, Quality.LOW, 1)


class SlowServers(Servers):
    """Reads that take as long as a test wants."""

    def __init__(self, records: Records) -> None:
        super().__init__(records.store, OperatorDefaults())
        self.reads = 0
        self.gate: asyncio.Event | None = None
        self.reached = asyncio.Event()

    async def settings(self, guild_id: int) -> ServerSettings:
        self.reads += 1
        found = await super().settings(guild_id)
        self.reached.set()
        if self.gate:
            await self.gate.wait()
        return found


@pytest.fixture
def servers(records: Records) -> SlowServers:
    return SlowServers(records)


@pytest.fixture
def setup(servers: SlowServers, clock: ManualClock) -> ServerSetup:
    return ServerSetup(servers, clock)


async def test_a_server_is_read_once(setup: ServerSetup, servers: SlowServers) -> None:
    for _ in range(3):
        assert await setup.defaults(SERVER) == PLAIN
    assert servers.reads == 1


async def test_personal_use_needs_no_reading(setup: ServerSetup, servers: SlowServers) -> None:
    assert await setup.defaults(0) == PLAIN
    assert servers.reads == 0


async def test_a_change_holds_at_once(setup: ServerSetup) -> None:
    await setup.defaults(SERVER)
    await setup.set_defaults(VERA, Size.LANDSCAPE, None, 2)
    assert await setup.defaults(SERVER) == (Size.LANDSCAPE, Quality.LOW, 2)


async def test_a_change_is_not_undone_by_a_reading_that_began_before_it(
    setup: ServerSetup, servers: SlowServers
) -> None:
    servers.gate = asyncio.Event()
    reading = asyncio.create_task(setup.defaults(SERVER))
    await servers.reached.wait()
    await setup.set_defaults(VERA, None, Quality.HIGH, None)
    servers.gate.set()
    assert await reading == (Size.SQUARE, Quality.HIGH, 1)
    assert await setup.defaults(SERVER) == (Size.SQUARE, Quality.HIGH, 1)


async def test_a_database_that_does_not_answer_is_not_waited_for(
    setup: ServerSetup, servers: SlowServers
) -> None:
    servers.gate = asyncio.Event()
    with pytest.raises(StoreBusy):
        await setup.defaults(SERVER)
    servers.gate.set()
