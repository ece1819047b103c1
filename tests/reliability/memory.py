"""The real SQL on an SQLite database in memory: a disk that survives the crashes of a run."""

import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import cache
from typing import Any, TypeVar, cast

import aiosqlite

from bot.domain.errors import StoreBusy
from bot.storage.migrate import migrations
from bot.storage.sqlite import Store, Transaction
from tests.reliability.fuse import Fuse

T = TypeVar("T")


def new_database() -> sqlite3.Connection:
    """An empty database with today's schema."""
    return restored(_template())


def restored(contents: bytes) -> sqlite3.Connection:
    """A database that holds what another one, serialised, held."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.deserialize(contents)
    connection.row_factory = sqlite3.Row
    return connection


@cache
def _template() -> bytes:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    for step in migrations():
        connection.executescript(step.sql)
    return connection.serialize()


class _Inline:
    """The one method of an aiosqlite connection that queries need, without its thread."""

    def __init__(self, connection: sqlite3.Connection, locked: dict[str, int]) -> None:
        self._connection = connection
        self._locked = locked

    @asynccontextmanager
    async def execute(self, sql: str, values: Any = ()) -> AsyncIterator["_Cursor"]:
        for beginning, left in self._locked.items():
            if left and beginning in sql:
                self._locked[beginning] -= 1
                raise StoreBusy("locked")
        cursor = self._connection.execute(sql, values)
        try:
            yield _Cursor(cursor)
        finally:
            cursor.close()


class _Cursor:
    def __init__(self, cursor: sqlite3.Cursor) -> None:
        self._cursor = cursor
        self.rowcount = cursor.rowcount

    async def fetchone(self) -> Any:
        return self._cursor.fetchone()

    async def fetchall(self) -> list[Any]:
        return self._cursor.fetchall()


class MemoryStore:
    """A `Store` whose every transaction may be the last thing that happens, before or after its commit."""

    def __init__(self, database: sqlite3.Connection, fuse: Fuse, locked: dict[str, int]) -> None:
        """`locked`: how many more times a statement that begins so finds the database locked."""
        self._database = database
        self._fuse = fuse
        self._locked = locked

    async def write(self, fn: Callable[[Transaction], Awaitable[T]]) -> T:
        """No await inside touches the outside, so transactions never interleave."""
        await self._fuse.point("store: before commit")
        self._database.execute("BEGIN IMMEDIATE")
        try:
            result = await fn(self._transaction())
            self._database.execute("COMMIT")
        except BaseException:
            self._database.execute("ROLLBACK")
            raise
        await self._fuse.point("store: after commit")
        return result

    async def read(self, fn: Callable[[Transaction], Awaitable[T]]) -> T:
        """Reading changes nothing, so to die here is to die after the last effect before it."""
        await self._fuse.pause()
        return await fn(self._transaction())

    def _transaction(self) -> Transaction:
        return Transaction(cast(aiosqlite.Connection, _Inline(self._database, self._locked)))


def as_store(memory: MemoryStore) -> Store:
    """It does what the records ask of a `Store`."""
    return cast(Store, memory)
