"""The herald with all that is real around it: database, discord.py, and Discord's stand-in over HTTP."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import discord

from bot.chat.client import point_at
from bot.chat.moderation.log_channel import DiscordLogChannel
from bot.domain.jobs import JobId
from bot.domain.moderation import Notice, NoticeKind
from bot.domain.units import MS_PER_S, after
from bot.storage.ledger import notify
from bot.storage.notices import Notices
from bot.storage.sqlite import Transaction
from bot.workers.herald import Herald
from sandbox.discord import Channel, DiscordSandbox, Guild, Message
from tests.support.clock import ManualClock
from tests.support.contract import OPENAPI
from tests.support.drafts import ANA, place
from tests.support.records import Records, opened_records

TURNS_MAX = 400


@dataclass
class Booth:
    """One run of the herald, and the log channel of one server."""

    records: Records
    sandbox: DiscordSandbox
    client: discord.Client
    clock: ManualClock
    guild: Guild
    channel: Channel
    notices: Notices = field(init=False)
    herald: Herald = field(init=False)

    def __post_init__(self) -> None:
        self.notices = Notices(self.records.store)
        self.herald = Herald(self.notices, DiscordLogChannel(self.client), self.clock, rng=Random(7))

    async def restarted(self) -> "Booth":
        """The process was killed; another one starts on the same file."""
        later = Booth(self.records, self.sandbox, self.client, self.clock, self.guild, self.channel)
        await later.herald.recover()
        return later

    async def work(self, seconds: float = 60.0) -> None:
        """Let so much time pass from one due moment to the next; what is due now is always done."""
        end = after(self.clock.now(), seconds)
        for _ in range(TURNS_MAX):
            due = await self.herald.run_once()
            if due is None or due > end:
                self.advance((end - self.clock.now()) / MS_PER_S)
                return
            self.advance(max(0, due - self.clock.now()) / MS_PER_S)
        raise AssertionError("the herald turns and turns and comes to no end")

    def advance(self, seconds: float) -> None:
        """Move on both our time and Discord's."""
        self.clock.advance(seconds)
        self.sandbox.clock.advance(seconds)

    async def notify(
        self, kind: NoticeKind, member_id: int = ANA, job_id: JobId | None = None, text: str | None = None
    ) -> None:
        """Something happens."""

        async def move(tx: Transaction) -> None:
            await notify(tx, Notice(kind, self.guild.id, member_id, job_id, text), self.clock.now())

        await self.records.store.write(move)

    async def opened(self, **wishes: Any) -> JobId:
        """A job on this server whose card is in the channel."""
        wishes.setdefault("at", place(guild_id=self.guild.id))
        return (await self.records.opened(**wishes)).job.id

    def use(self, channel: Channel, guild: Guild | None = None) -> None:
        """Choose a log channel."""
        self.records.database.alter(
            "INSERT INTO server (guild_id, log_channel_id) VALUES (?, ?)"
            " ON CONFLICT DO UPDATE SET log_channel_id = excluded.log_channel_id",
            (guild or self.guild).id,
            channel.id,
        )

    @property
    def messages(self) -> list[Message]:
        """What stands in any channel, in order."""
        return [message for message in self.sandbox.books.created if message.deleted_at is None]

    @property
    def texts(self) -> list[str]:
        """Their words."""
        return [message.text for message in self.messages]

    @property
    def waiting(self) -> int:
        """How many notices are still to be told."""
        return int(self.records.database.value("SELECT COUNT(*) FROM notice WHERE due_at IS NOT NULL"))


@asynccontextmanager
async def opened_booth(tmp_path: Path) -> AsyncIterator[Booth]:
    """A booth whose log channel is chosen."""
    before = discord.http.Route.BASE, discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY
    async with DiscordSandbox(openapi=OPENAPI).serving() as sandbox:
        sandbox.rate_limits.limits["create_message"] = (1_000, 1.0)  # discord.py waits in real time
        clock = ManualClock(round(sandbox.clock.now() * MS_PER_S))
        guild = sandbox.add_guild("The Studio")
        channel = sandbox.add_text_channel(guild, "log")
        point_at(sandbox.api_url, sandbox.gateway_url)
        try:
            async with (
                opened_records(tmp_path / "bot.sqlite3", clock) as records,
                discord.Client(intents=discord.Intents.none()) as client,
            ):
                await client.login(sandbox.token)
                booth = Booth(records, sandbox, client, clock, guild, channel)
                booth.use(channel)
                yield booth
        finally:
            discord.http.Route.BASE = before[0]
            discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = before[1]
