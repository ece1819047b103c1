"""A place where `check --deep` finds nothing to mend, and which a test then breaks."""

from collections.abc import AsyncIterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.ops.check.finding import Finding, State
from bot.ops.check.look import findings
from bot.ops.check.settings_found import find_settings
from bot.settings import Settings
from bot.storage.sqlite import Store
from sandbox.discord import DiscordSandbox, Guild, Permission
from sandbox.modellix import ModellixSandbox
from sandbox.program import settings_for
from tests.support.database import Database

KEY = "mx-a-key-that-nobody-may-read"


@dataclass
class Place:
    """The stand-ins, a data folder, and the environment that joins them."""

    discord: DiscordSandbox
    provider: ModellixSandbox
    studio: Guild
    environment: dict[str, str]
    data_dir: Path
    patch: pytest.MonkeyPatch
    until_the_end: ExitStack
    told: dict[str, Finding] = field(default_factory=dict)

    async def look(self, *, deep: bool = True, **changes: str) -> set[str]:
        """The names of the rows that are wrong, with these settings changed; `told` has all rows."""
        self.environment |= changes
        for name, value in self.environment.items():
            self.patch.setenv(name, value)
        rows = [row async for row in findings(find_settings(), deep=deep)]
        self.told = {row.name: row for row in rows}
        assert len(self.told) == len(rows), "no row comes twice"
        assert all(row.mend for row in rows if row.state in {State.WRONG, State.NOTE})
        texts = "\n".join(f"{row.says} {row.mend}" for row in rows)
        secrets = {self.discord.token, KEY, *map(self.environment.get, ("DISCORD_TOKEN", "MODELLIX_API_KEY"))}
        assert not any(secret in texts for secret in secrets if secret)
        return {row.name for row in rows if row.state is State.WRONG}

    def write_env(self, text: str | bytes) -> None:
        """A file of settings, in the folder in which the program is called."""
        file = self.data_dir.with_name(".env")
        file.write_bytes(text.encode() if isinstance(text, str) else text)
        file.chmod(0o600)

    async def database(self) -> Database:
        """The bot's, as after a start."""
        path = self.data_dir / "bot.sqlite3"
        async with Store.open(path):
            pass
        return Database(path)

    async def log_channel(self, deny: Permission = Permission.NONE) -> None:
        """The studio has one, in which the bot lacks these permissions."""
        channel = self.discord.add_text_channel(self.studio, "log")
        self.discord.restrict_bot(channel, deny)
        (await self.database()).alter(
            "INSERT INTO server (guild_id, log_channel_id) VALUES (?, ?)", self.studio.id, channel.id
        )


@pytest.fixture
async def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Place]:
    """One server that has a log channel; nothing of this machine's own settings leaks in."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    provider = ModellixSandbox(key=KEY, balance_microusd=12_340_000)
    async with DiscordSandbox().serving() as discord, provider.serving() as base_url:
        environment = settings_for(discord.api_url, discord.gateway_url, discord.token, base_url, KEY)
        data_dir = tmp_path / "data"
        environment |= {"DATA_DIR": str(data_dir)}
        studio = discord.add_guild("The Studio")
        with ExitStack() as stack:
            yield Place(discord, provider, studio, environment, data_dir, monkeypatch, stack)
