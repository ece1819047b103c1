"""What is done in one visit to a connection's thread (decision 13): a transaction, or several in one."""

import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import aiosql

from bot.storage.faults import in_our_words, translated

T = TypeVar("T")
Row = sqlite3.Row

_QUERIES: Any = aiosql.from_path(Path(__file__).parent / "queries", "sqlite3", mandatory_parameters=False)


class Transaction:
    """The named queries of `queries/*.sql` within one transaction.

    A transaction is carried out whole in the connection's thread (decision 13). So a function of it is a
    coroutine that waits for nothing but these methods, which answer at once.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    async def row(self, query: str, **values: object) -> Row | None:
        """The one row of a query, if there is one."""
        return self._execute(query, values).fetchone()  # type: ignore[no-any-return]

    async def rows(self, query: str, **values: object) -> list[Row]:
        """All rows of a query."""
        return self._execute(query, values).fetchall()

    async def value(self, query: str, **values: object) -> Any:
        """The first column of the one row of a query, or None."""
        row = self._execute(query, values).fetchone()
        return None if row is None else row[0]

    async def run(self, query: str, **values: object) -> int:
        """Carry out a statement; how many rows it changed."""
        return self._execute(query, values).rowcount

    def _execute(self, query: str, values: dict[str, object]) -> sqlite3.Cursor:
        return self._connection.execute(getattr(_QUERIES, query).sql, values)


Work: TypeAlias = Callable[[Transaction], Awaitable[T]]


def alone(connection: sqlite3.Connection, work: Work[T]) -> T:
    """Read in a transaction of its own."""
    with translated():
        connection.execute("BEGIN DEFERRED")
        try:
            return _at_once(work(Transaction(connection)))
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")


def together(connection: sqlite3.Connection, works: Sequence[Work[Any]]) -> list[Any]:
    """Write in one transaction; for each what it returned, or the exception that undid its part alone.

    Raises:
        StoreError: nothing of all of them was written.
    """
    with translated():
        connection.execute("BEGIN IMMEDIATE")
        try:
            results = [_part(connection, work) for work in works]
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        return results


def _part(connection: sqlite3.Connection, work: Work[Any]) -> Any:
    connection.execute("SAVEPOINT part")
    try:
        result = _at_once(work(Transaction(connection)))
    except Exception as fault:
        if not connection.in_transaction:  # a full disk undoes all of them at once
            raise
        connection.execute("ROLLBACK TO part")
        result = in_our_words(fault) if isinstance(fault, sqlite3.DatabaseError) else fault
    connection.execute("RELEASE part")
    return result


def _at_once(work: Awaitable[T]) -> T:
    """The result of a coroutine that has nothing to wait for."""
    steps = work.__await__()
    try:
        next(steps)
    except StopIteration as done:
        result: T = done.value
        return result
    raise RuntimeError("a transaction waited for something else than its own queries")
