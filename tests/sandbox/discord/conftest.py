from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest

from sandbox.discord import Actor, DiscordSandbox
from tests.sandbox.discord.client import Bot, running
from tests.sandbox.discord.raw import Raw
from tests.support.contract import OPENAPI


@pytest.fixture
async def discord_world() -> AsyncIterator[DiscordSandbox]:
    async with DiscordSandbox(openapi=OPENAPI, check_replies=True).serving() as sandbox:
        yield sandbox


@pytest.fixture
def alice(discord_world: DiscordSandbox) -> Actor:
    return discord_world.add_member(discord_world.add_guild(), "alice")


@pytest.fixture
async def bot(discord_world: DiscordSandbox, alice: Actor) -> AsyncIterator[Bot]:
    async with running(discord_world) as bot:
        yield bot


@pytest.fixture
async def raw() -> AsyncIterator[Raw]:
    """Held against the own rules only, so that these are what refuses."""
    async with DiscordSandbox().serving() as sandbox, aiohttp.ClientSession() as session:
        alice = sandbox.add_member(sandbox.add_guild(), "alice")
        yield Raw(session, sandbox, alice)
