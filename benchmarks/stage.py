"""What every measurement stands on: a bot as a process, the stand-ins in this one."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from sandbox.discord import Actor, DiscordSandbox, Guild, Interaction
from sandbox.modellix import ModellixSandbox
from sandbox.modellix.settings import Settings
from sandbox.program import BOT, Program, settings_for

KEY = "benchmark-key"
FREE = Settings(key=KEY, pictures="plain", duration_s=1.0)
"""A provider that is quick, and limits nobody."""
TIGHT = Settings(key=KEY, pictures="plain", requests_per_minute=100, tasks_at_once=10)
"""The account of who topped up ten dollars."""
ROOMY = {"MODELLIX_MAX_TASKS": "1000", "MODELLIX_REQUESTS_PER_MINUTE": "100000"}
"""Where the measurement is about the bot and Discord, not about the account's limits."""


class Bot(Enum):
    """Who is measured, and how it is run."""

    OURS = BOT
    NAIVE = ("-m", "benchmarks.naive")


@dataclass
class Stage:
    """The parts of one measurement."""

    who: Bot
    discord: DiscordSandbox
    provider: ModellixSandbox
    guild: Guild
    bot: Program

    def members(self, count: int) -> list[Actor]:
        """So many people in the server."""
        return [self.discord.add_member(self.guild, f"member-{number}") for number in range(count)]

    async def start(self) -> None:
        """Start the bot, and return when it answers commands."""
        await self.bot.start()
        await self.discord.ready("imagine")

    async def delivered(self, asked: Sequence[Interaction], timeout_s: float) -> int:
        """Wait until each request has come to its end, or for so long; how many have their pictures."""
        with suppress(TimeoutError):
            await self.discord.until(lambda: all(map(self.is_over, reversed(asked))), timeout_s)
        return sum(bool(each.original and each.original.attachments) for each in asked)

    def is_over(self, asked: Interaction) -> bool:
        """Whether a request has come to its end: a card with its last buttons, or a follow-up."""
        if self.who is Bot.NAIVE:
            return bool(asked.followups)
        return asked.original is not None and "job:again:" in str(asked.original.components)


@asynccontextmanager
async def stage(
    who: Bot = Bot.OURS,
    *,
    settings: dict[str, str] | None = None,
    provider: Settings = FREE,
    draw_s: Callable[[int], float] | None = None,
) -> AsyncIterator[Stage]:
    """A place with a bot in it, not started yet, on an empty database.

    `draw_s` says how long the provider takes for its n-th picture.
    """
    modellix = ModellixSandbox(provider)
    if draw_s is not None:
        modellix.on_event = _drawing(modellix, draw_s)
    with tempfile.TemporaryDirectory(prefix="imagine-bench-") as folder:
        async with DiscordSandbox().serving() as discord, modellix.serving() as base_url:
            environment = settings_for(discord.api_url, discord.gateway_url, discord.token, base_url, KEY)
            bot = Program({**environment, **(settings or {})}, Path(folder), command=who.value)
            try:
                yield Stage(who, discord, modellix, discord.add_guild("The Studio"), bot)
            finally:
                await bot.kill()


def _drawing(modellix: ModellixSandbox, draw_s: Callable[[int], float]) -> Any:
    async def on_event(event: str, about: dict[str, Any]) -> None:
        task = modellix.world.tasks.get(about["task_id"] or "")
        if event == "submit.after" and task is not None:
            task.done_at = task.submitted_at + draw_s(task.number)

    return on_event
