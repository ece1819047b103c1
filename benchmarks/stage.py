"""What every measurement stands on: the bot as a process, the stand-ins in this one."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from typing import Any

from sandbox.discord import Actor, DiscordSandbox, Guild
from sandbox.modellix import ModellixSandbox
from sandbox.program import Program, settings_for

KEY = "benchmark-key"


@dataclass(frozen=True)
class Figure:
    """One line of the table."""

    what: str
    value: str


@dataclass
class Stage:
    """The parts of one measurement."""

    discord: DiscordSandbox
    provider: ModellixSandbox
    guild: Guild
    bot: Program

    def members(self, count: int) -> list[Actor]:
        """So many people in the server."""
        return [self.discord.add_member(self.guild, f"member-{number}") for number in range(count)]


@asynccontextmanager
async def stage(*, settings: dict[str, str] | None = None, **provider_settings: Any) -> AsyncIterator[Stage]:
    """A place with the bot in it, not started yet, on an empty database."""
    provider = ModellixSandbox(key=KEY, pictures="plain", **provider_settings)
    with tempfile.TemporaryDirectory(prefix="imagine-bench-") as folder:
        async with DiscordSandbox().serving() as discord, provider.serving() as base_url:
            environment = settings_for(discord.api_url, discord.gateway_url, discord.token, base_url, KEY)
            bot = Program({**environment, **(settings or {})}, Path(folder))
            try:
                yield Stage(discord, provider, discord.add_guild("The Studio"), bot)
            finally:
                await bot.kill()


def shows_outcome(message: Any) -> bool:
    """Whether a card has come to its end."""
    return "job:again:" in str(message.components)


def p50_p99(values: list[float]) -> tuple[float, float]:
    """The median and the 99th percentile."""
    cuts = quantiles(values, n=100, method="inclusive")
    return cuts[49], cuts[98]
