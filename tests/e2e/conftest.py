"""The whole program as a process, between wire stand-ins of Discord and of the image service."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from sandbox.discord import Actor, DiscordSandbox, Guild, Interaction, Message
from sandbox.modellix import ModellixSandbox
from sandbox.program import Program, settings_for
from tests.support.contract import OPENAPI

KEY = "e2e-key-that-must-never-be-logged"


@dataclass
class Place:
    """A server, someone in it, and the program."""

    discord: DiscordSandbox
    provider: ModellixSandbox
    bot: Program
    guild: Guild
    alice: Actor

    async def delivered(self, asked: Interaction, timeout_s: float = 30) -> Message:
        """The card of a request, once it shows an outcome."""
        return await asked.message(shows_outcome, timeout_s)


def shows_outcome(message: Message) -> bool:
    """Whether a card has come to its end: only then can it be asked for again."""
    return "job:again:" in str(message.components)


@pytest.fixture
async def discord() -> AsyncIterator[DiscordSandbox]:
    async with DiscordSandbox(openapi=OPENAPI).serving() as sandbox:
        yield sandbox


@pytest.fixture
def provider() -> ModellixSandbox:
    return ModellixSandbox(key=KEY, duration_s=0.3, pictures="plain")


@pytest.fixture
async def place(discord: DiscordSandbox, provider: ModellixSandbox, tmp_path: Path) -> AsyncIterator[Place]:
    guild = discord.add_guild("The Studio")
    alice = discord.add_member(guild, "alice")
    async with provider.serving() as base_url:
        settings = settings_for(discord.api_url, discord.gateway_url, discord.token, base_url, KEY)
        async with Program.running(settings, tmp_path) as bot:
            await discord.ready("imagine")
            yield Place(discord, provider, bot, guild, alice)
