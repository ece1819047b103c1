"""One SQLite file: connections, transactions, and the errors of the database in our words.

    store.write(fn)   one transaction at a time, durable when it returns
    store.read(fn)    one consistent snapshot, beside a write

`fn` gets a `Transaction`: the named queries, bound to the connection.
"""

import asyncio
import fcntl
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any, Self, TypeVar
from urllib.parse import quote

import aiosql
import aiosqlite

from bot.domain.errors import StoreBusy, StoreDamaged, StoreError, StoreFull, StoreInUse, StoreTooNew
from bot.storage.backup import backup_folder, backups
from bot.storage.exchange import UNFINISHED, finish_exchange, is_unfinished
from bot.storage.migrate import migrate, migrations, version

T = TypeVar("T")
Row = sqlite3.Row

_BUSY_TIMEOUT_MS = 5_000
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


class Store:
    """An open database with one writer and one reader.

    One writer, because SQLite before 3.51.3 can corrupt a write-ahead log that two connections write
    to; and one process, for which a lock file beside the database stands.
    """

    def __init__(
        self,
        writer: aiosqlite.Connection,
        reader: aiosqlite.Connection,
        wrote: Callable[[float], None] = lambda _: None,
    ) -> None:
        self._writer = writer
        self._reader = reader
        self._wrote = wrote
        self._write_turn = asyncio.Lock()
        self._read_turn = asyncio.Lock()
        self._under_way: set[asyncio.Task[Any]] = set()

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        path: Path,
        *,
        before_migration: Callable[[], Awaitable[object]] | None = None,
        wrote: Callable[[float], None] = lambda _: None,
    ) -> AsyncIterator[Self]:
        """Open or create the database at `path`, brought up to this program's schema.

        `before_migration` is awaited when a database that holds something is about to be changed; `wrote`
        is told the seconds that each write took, its wait for the one before included.

        Raises:
            StoreInUse: another process holds it.
            StoreDamaged: the file is there and is not a sound database.
            StoreTooNew: a newer version of this program wrote it.
            StoreError: the folder cannot be written.
        """
        with locked(path):
            _finish_restore(path)
            async with _connected(str(path)) as writer:
                with translated():
                    await _prepare(writer)
                    at = await version(writer)
                    if at == 0 and backups(backup_folder(path)):
                        raise StoreDamaged("it is empty, but there are backups of it")
                    if before_migration and 0 < at < len(migrations()):
                        await before_migration()
                    await migrate(writer)
                async with _connected(f"file:{quote(str(path))}?mode=ro", uri=True) as reader:
                    store = cls(writer, reader, wrote)
                    try:
                        yield store
                    finally:
                        await store._settled()

    @classmethod
    @asynccontextmanager
    async def reading(cls, path: Path) -> AsyncIterator[Self]:
        """Open the database at `path` to look into it only: beside a running bot, and without its lock.

        Raises:
            StoreDamaged: the file is there and is not a sound database; a read may find that out, too.
            StoreTooNew: a newer version of this program wrote it.
            StoreError: there is none yet, an older version wrote it, a restore was cut off, or it cannot be
                read.
        """
        try:
            if await asyncio.to_thread(is_unfinished, path):
                raise StoreError(UNFINISHED)
            if not await asyncio.to_thread(path.exists):
                raise StoreError(f"there is none at {path}")
        except OSError as fault:
            raise StoreError(f"{path}: {fault.strerror}") from fault
        async with _connected(f"file:{quote(str(path))}?mode=ro", uri=True) as reader:
            try:
                with translated():
                    at, known = await version(reader), len(migrations())
            except StoreFull as fault:  # beside a write-ahead log SQLite keeps a file for its readers too
                raise StoreError("its folder cannot be written; try as the user that runs the bot") from fault
            if at == 0:
                raise StoreError("it is empty: the bot has not been started with it yet")
            if at > known:
                raise StoreTooNew(f"it has version {at}, and this program knows up to {known}")
            if at < known:
                raise StoreError(
                    f"it has version {at}, and this program needs {known}: start the bot once, it upgrades it"
                )
            store = cls(reader, reader)
            try:
                yield store
            finally:
                await store._settled()

    async def write(self, fn: Callable[[Transaction], Awaitable[T]]) -> T:
        """Run `fn` in a transaction of its own; what it returns is durable.

        It runs in a task of its own: when the caller is cancelled the transaction is still ended
        properly, where a cancelled `async with` over aiosqlite would leave it open.
        """
        writing = self._transact(self._writer, self._write_turn, "IMMEDIATE", fn)
        return await self._shielded(self._timed(writing))

    async def read(self, fn: Callable[[Transaction], Awaitable[T]]) -> T:
        """Run `fn` on one snapshot of the committed data."""
        return await self._shielded(self._transact(self._reader, self._read_turn, "DEFERRED", fn))

    async def empty_log(self) -> None:
        """Carry all that was written over into the file, and empty the write-ahead log.

        While the bot is quiet, the log keeps what was erased. Where it cannot be emptied, because somebody
        looks into the database from outside or the disk is in trouble, the next time does it.
        """
        await self._shielded(self._log_emptied())

    async def _log_emptied(self) -> None:
        async with self._write_turn, self._read_turn:  # a reader's snapshot may need the log
            execute: Any = self._writer._execute  # noqa: SLF001
            await execute(_empty_log, self._writer._conn)  # noqa: SLF001

    async def _timed(self, writing: Coroutine[Any, Any, T]) -> T:
        began_s = time.perf_counter()
        try:
            return await writing
        finally:
            self._wrote(time.perf_counter() - began_s)

    async def _shielded(self, transaction: Coroutine[Any, Any, T]) -> T:
        task = asyncio.create_task(transaction)
        self._under_way.add(task)
        task.add_done_callback(self._forget)
        return await asyncio.shield(task)

    async def _transact(
        self,
        connection: aiosqlite.Connection,
        turn: asyncio.Lock,
        kind: str,
        fn: Callable[[Transaction], Awaitable[T]],
    ) -> T:
        async with turn:
            # aiosqlite has no public way to do several things in one visit to its thread.
            execute: Any = connection._execute  # noqa: SLF001
            result: T = await execute(_whole, connection._conn, kind, fn)  # noqa: SLF001
            return result

    def _forget(self, task: asyncio.Task[Any]) -> None:
        self._under_way.discard(task)
        if not task.cancelled():
            task.exception()  # its awaiter may be gone; then there is nobody left to tell

    async def _settled(self) -> None:
        while self._under_way:
            await asyncio.wait(self._under_way)


def _whole(connection: sqlite3.Connection, kind: str, fn: Callable[[Transaction], Awaitable[T]]) -> T:
    """One transaction from begin to commit, in the connection's thread."""
    with translated():
        connection.execute(f"BEGIN {kind}")
        try:
            result = _at_once(fn(Transaction(connection)))
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        return result


def _empty_log(connection: sqlite3.Connection) -> None:
    """Without waiting: nobody else writes meanwhile."""
    connection.execute("PRAGMA busy_timeout = 0")
    try:
        with suppress(sqlite3.DatabaseError):
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    finally:
        connection.execute(f"PRAGMA busy_timeout = {_BUSY_TIMEOUT_MS}")


def _at_once(work: Awaitable[T]) -> T:
    """The result of a coroutine that has nothing to wait for."""
    steps = work.__await__()
    try:
        next(steps)
    except StopIteration as done:
        result: T = done.value
        return result
    raise RuntimeError("a transaction waited for something else than its own queries")


@asynccontextmanager
async def _connected(database: str, *, uri: bool = False) -> AsyncIterator[aiosqlite.Connection]:
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


def _finish_restore(path: Path) -> None:
    try:
        finish_exchange(path.resolve())
    except OSError as fault:
        raise StoreError(f"a restore was cut off and cannot be finished: {fault}") from fault


async def _prepare(connection: aiosqlite.Connection) -> None:
    async with connection.execute("PRAGMA quick_check(1)") as cursor:
        verdict = await cursor.fetchone()
    if verdict is None or verdict[0] != "ok":
        raise StoreDamaged("the database failed SQLite's quick_check")
    await connection.execute("PRAGMA journal_mode = WAL")
    await connection.execute("PRAGMA synchronous = FULL")
    await connection.execute("PRAGMA foreign_keys = ON")
    # What is erased is overwritten, not only let go; some builds of SQLite do that by themselves.
    await connection.execute("PRAGMA secure_delete = ON")


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


@contextmanager
def translated() -> Iterator[None]:
    """Turn SQLite's errors into ours, with their own words kept as the message."""
    try:
        yield
    except sqlite3.DatabaseError as fault:
        raise _in_our_words(fault) from fault


def _in_our_words(fault: sqlite3.DatabaseError) -> Exception:
    code = getattr(fault, "sqlite_errorcode", None)
    primary = code & 0xFF if code is not None else None
    if primary in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return StoreBusy(str(fault))
    if primary in {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY}:
        return StoreFull(str(fault))
    if primary in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
        return StoreDamaged(str(fault))
    if isinstance(fault, sqlite3.OperationalError) and primary not in {None, sqlite3.SQLITE_ERROR}:
        return StoreError(str(fault))
    return fault  # a mistake of ours (a constraint, a wrong statement) stays what it is
