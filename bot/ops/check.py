"""`python -m bot check`: what is missing or wrong, in plain words, before the bot is started."""

import os
import sqlite3
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from bot.clock import SystemClock
from bot.modellix.client import ModellixClient
from bot.settings import Settings
from bot.storage.migrate import migrations

_SAFE_SQLITE = (3, 51, 3)
"""Before it, two writing connections can corrupt a write-ahead log; this bot has only one."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    name: str
    good: bool
    says: str


async def findings(settings: Settings) -> AsyncIterator[Finding]:
    """Look at everything a start needs, the slow things last. Makes the data folder, and nothing else."""
    yield Finding("Settings", True, "complete")
    yield Finding("Discord token", True, "has the form of a bot token")
    yield _python()
    yield _sqlite()
    yield _folder(settings.data_dir)
    yield _database(settings.database_path)
    async for finding in _provider(settings):
        yield finding


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    return Finding("Python", True, version)


def _sqlite() -> Finding:
    said = f"{sqlite3.sqlite_version}"
    if sqlite3.sqlite_version_info < _SAFE_SQLITE:
        said += " (fine for this bot, which writes through one connection; 3.51.3 is better)"
    return Finding("SQLite library", sqlite3.sqlite_version_info >= (3, 38, 0), said)


def _folder(folder: Path) -> Finding:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"x")
            file.flush()
            os.fsync(file.fileno())
    except OSError as fault:
        return Finding("Data folder", False, f"{folder}: cannot be written ({fault.strerror})")
    return Finding("Data folder", True, f"{folder}: writable")


def _database(path: Path) -> Finding:
    known = len(migrations())
    if not path.exists():
        return Finding("Database", True, "none yet; the first start makes one")
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)) as connection:
            (health,) = connection.execute("PRAGMA quick_check(1)").fetchone()
            if not connection.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchone():
                return Finding("Database", True, "empty; the first start fills it")
            (version,) = connection.execute("SELECT MAX(number) FROM migration").fetchone()
    except sqlite3.Error as fault:
        return Finding("Database", False, f"{path}: cannot be read ({fault})")
    if health != "ok":
        return Finding("Database", False, f"{path}: damaged; restore a backup ({health})")
    if version > known:
        return Finding(
            "Database", False, f"version {version} is newer than this bot ({known}); update the bot"
        )
    waits = f"; the next start brings it to {known}" if version < known else ""
    return Finding("Database", True, f"healthy, version {version}{waits}")


async def _provider(settings: Settings) -> AsyncIterator[Finding]:
    key = settings.modellix_api_key.get_secret_value()
    async with ModellixClient(settings.modellix_base_url, key, SystemClock()) as client:
        verdict = await client.key_verdict()
        balance = await client.balance_usd()
    if verdict is None:
        yield Finding(
            "Modellix key", False, f"{settings.modellix_base_url} did not answer; is the address right?"
        )
        return
    said = "accepted" if verdict else "not accepted; copy it again from the Modellix console"
    yield Finding("Modellix key", verdict, said)
    if balance is not None:
        yield Finding(
            "Modellix balance", balance > 0, f"${balance:.2f}" + ("" if balance > 0 else "; top up")
        )
    elif verdict:
        yield Finding("Modellix balance", False, "could not be read")
