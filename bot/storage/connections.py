"""Connections to one SQLite file, and the lock that keeps a second process away from it."""

import fcntl
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

import aiosqlite

from bot.domain.errors import StoreDamaged, StoreError, StoreInUse
from bot.storage.faults import translated

_BUSY_TIMEOUT_MS = 5_000


@asynccontextmanager
async def connected(database: str, *, uri: bool = False) -> AsyncIterator[aiosqlite.Connection]:
    """An open connection whose transactions are begun by hand."""
    with translated():
        connection = await aiosqlite.connect(database, isolation_level=None, uri=uri)
    try:
        connection.row_factory = sqlite3.Row
        # SQLite's own knows the letters of English only.
        await connection.create_function("lower", 1, str.lower, deterministic=True)
        await connection.execute(f"PRAGMA busy_timeout = {_BUSY_TIMEOUT_MS}")
        yield connection
    finally:
        await connection.close()


async def prepare(connection: aiosqlite.Connection) -> None:
    """Look whether the file is sound, and make writes as durable as the design says."""
    async with connection.execute("PRAGMA quick_check(1)") as cursor:
        verdict = await cursor.fetchone()
    if verdict is None or verdict[0] != "ok":
        raise StoreDamaged("the database failed SQLite's quick_check")
    await connection.execute("PRAGMA journal_mode = WAL")
    await connection.execute("PRAGMA synchronous = FULL")
    await connection.execute("PRAGMA foreign_keys = ON")
    # What is erased is overwritten, not only let go; some builds of SQLite do that by themselves.
    await connection.execute("PRAGMA secure_delete = ON")


def empty_log(connection: sqlite3.Connection) -> None:
    """Carry the write-ahead log over into the file, without waiting: nobody else writes meanwhile."""
    connection.execute("PRAGMA busy_timeout = 0")
    try:
        with suppress(sqlite3.DatabaseError):
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    finally:
        connection.execute(f"PRAGMA busy_timeout = {_BUSY_TIMEOUT_MS}")


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock file beside the database; it is released even when the process is killed.

    Raises:
        StoreInUse: another process holds it.
        StoreError: the folder cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = path.with_name(path.name + ".lock").open("ab")
    except OSError as fault:
        raise StoreError(f"the data folder cannot be written: {fault.strerror}") from fault
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as fault:
            raise StoreInUse("another process is using this data folder") from fault
        yield
