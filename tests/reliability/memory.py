"""The real SQL on an SQLite database in memory: a disk that survives the crashes of a run."""

import sqlite3
from collections.abc import Awaitable, Callable
from functools import cache
from typing import Any, TypeVar, cast

from bot.domain.errors import StoreBusy, StoreFull
from bot.storage.migrate import migrations
from bot.storage.sqlite import Store, Transaction
from tests.reliability.fuse import Fuse
from tests.support.drafts import ANA, BEN

T = TypeVar("T")


def new_database() -> sqlite3.Connection:
    """A database with today's schema, in which Ben wants to be told of every outcome and Ana of none."""
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
    connection.execute(
        "INSERT INTO preference (member_id, notify) VALUES (?, 'never'), (?, 'always')", (ANA, BEN)
    )
    return connection.serialize()


class _Inline:
    """The one method of a connection that queries need."""

    def __init__(self, connection: sqlite3.Connection, locked: dict[str, int]) -> None:
        self._connection = connection
        self._locked = locked

    def execute(self, sql: str, values: Any = ()) -> sqlite3.Cursor:
        for beginning, left in self._locked.items():
            if left and beginning in sql:
                self._locked[beginning] -= 1
                raise StoreBusy("locked")
        return self._connection.execute(sql, values)


class MemoryStore:
    """A `Store` whose every transaction may be the last thing that happens, before or after its commit."""

    def __init__(
        self,
        database: sqlite3.Connection,
        fuse: Fuse,
        locked: dict[str, int],
        takes_write: Callable[[], bool],
    ) -> None:
        """`locked`: how many more times a statement that begins so finds the database locked.

        `takes_write`: whether the disk takes what a transaction has changed.
        """
        self._database = database
        self._fuse = fuse
        self._locked = locked
        self._takes_write = takes_write

    async def write(self, fn: Callable[[Transaction], Awaitable[T]]) -> T:
        """No await inside touches the outside, so transactions never interleave."""
        await self._fuse.point("store: before commit")
        self._database.execute("BEGIN IMMEDIATE")
        changes = self._database.total_changes
        try:
            result = await fn(self._transaction())
            if self._database.total_changes > changes and not self._takes_write():
                raise StoreFull("the disk is full")
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
        return Transaction(cast(sqlite3.Connection, _Inline(self._database, self._locked)))


def as_store(memory: MemoryStore) -> Store:
    """It does what the records ask of a `Store`."""
    return cast(Store, memory)
