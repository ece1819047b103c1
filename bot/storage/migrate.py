"""Numbered migrations, forward only; each is one transaction together with its record."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import aiosqlite

from bot.domain.errors import StoreTooNew

_FOLDER = Path(__file__).parent / "migrations"


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of the schema: `0007_name.sql`."""

    number: int
    name: str
    sql: str


def migrations(folder: Path = _FOLDER) -> list[Migration]:
    """All steps in order, without a gap."""
    steps = [
        Migration(int(path.stem[:4]), path.stem[5:], path.read_text(encoding="utf-8"))
        for path in sorted(folder.glob("[0-9][0-9][0-9][0-9]_*.sql"))
    ]
    if [step.number for step in steps] != list(range(1, len(steps) + 1)):
        raise RuntimeError("migrations must be numbered 0001, 0002 ... without a gap")
    return steps


async def version(connection: aiosqlite.Connection) -> int:
    """The number of the last migration the database has seen; 0 for an empty one."""
    async with connection.execute(
        "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'migration'"
    ) as cursor:
        if await cursor.fetchone() is None:
            return 0
    async with connection.execute("SELECT MAX(number) FROM migration") as cursor:
        row = await cursor.fetchone()
    return int(row[0]) if row and row[0] is not None else 0


async def migrate(connection: aiosqlite.Connection, steps: list[Migration] | None = None) -> list[Migration]:
    """Bring the database up to date; which steps were taken.

    Raises:
        StoreTooNew: the database has seen a migration that this program does not know.
    """
    known = migrations() if steps is None else steps
    at = await version(connection)
    if at > len(known):
        raise StoreTooNew(f"the database has version {at}, this program knows up to {len(known)}")
    for step in known[at:]:
        await _apply(connection, step)
    return known[at:]


async def _apply(connection: aiosqlite.Connection, step: Migration) -> None:
    await connection.execute("BEGIN IMMEDIATE")
    try:
        await connection.execute(
            "CREATE TABLE IF NOT EXISTS migration ("
            " number INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at TEXT NOT NULL) STRICT"
        )
        for statement in _statements(step.sql):
            await connection.execute(statement)
        await connection.execute(
            "INSERT INTO migration (number, name, applied_at)"
            " VALUES (?, ?, strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))",
            (step.number, step.name),
        )
        await connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # on a full disk SQLite has rolled back by itself
            await connection.execute("ROLLBACK")
        raise


def _statements(sql: str) -> Iterator[str]:
    """The statements of a script one by one: `executescript` would commit the transaction first."""
    statement = ""
    for line in sql.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    if any(line.strip() and not line.lstrip().startswith("--") for line in statement.splitlines()):
        raise ValueError("a migration ends in the middle of a statement")
