"""One SQLite file, written and read in transactions.

    store.write(work)   one after another, durable when it returns
    store.read(work)    one consistent snapshot, beside a write

`work` gets a `Transaction`: the named queries, bound to the connection.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Self, TypeAlias, TypeVar
from urllib.parse import quote

import aiosqlite

from bot.domain.errors import StoreDamaged, StoreError, StoreFull, StoreTooNew
from bot.storage.backup import backup_folder, backups
from bot.storage.connections import connected, empty_log, locked, prepare
from bot.storage.exchange import UNFINISHED, finish_exchange, is_unfinished
from bot.storage.faults import translated
from bot.storage.migrate import migrate, migrations, version
from bot.storage.transactions import Work, alone, together

T = TypeVar("T")

_TOGETHER_MAX = 32
"""Writes in one transaction: none shall wait for hundreds of others."""
_Waiting: TypeAlias = "tuple[Work[Any], asyncio.Future[Any]]"


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
        self._waiting: list[_Waiting] = []
        self._writing = False
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
            async with connected(str(path)) as writer:
                with translated():
                    await prepare(writer)
                    at = await version(writer)
                    if at == 0 and backups(backup_folder(path)):
                        raise StoreDamaged("it is empty, but there are backups of it")
                    if before_migration and 0 < at < len(migrations()):
                        await before_migration()
                    await migrate(writer)
                async with connected(f"file:{quote(str(path))}?mode=ro", uri=True) as reader:
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
        async with connected(f"file:{quote(str(path))}?mode=ro", uri=True) as reader:
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

    async def write(self, work: Work[T]) -> T:
        """Carry out `work` in a transaction; what it returns is durable.

        Those that come while another is being written are written together, with one fsync for all: waiting
        for the disk is most of what a write takes. Each stands or falls by itself (decision 26). When the
        caller is cancelled, its work is still carried out.
        """
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        done.add_done_callback(_seen)
        self._waiting.append((work, done))
        if not self._writing:
            self._writing = True
            self._begun(self._write_waiting())
        began_s = time.perf_counter()
        try:
            return await asyncio.shield(done)
        finally:
            self._wrote(time.perf_counter() - began_s)

    async def read(self, work: Work[T]) -> T:
        """Carry out `work` on one snapshot of the committed data."""
        return await asyncio.shield(self._begun(self._read(work)))

    async def empty_log(self) -> None:
        """Carry all that was written over into the file, and empty the write-ahead log.

        While the bot is quiet, the log keeps what was erased. Where it cannot be emptied, because somebody
        looks into the database from outside or the disk is in trouble, the next time does it.
        """
        await asyncio.shield(self._begun(self._log_emptied()))

    async def _write_waiting(self) -> None:
        """Until none waits any more."""
        try:
            while self._waiting:
                async with self._write_turn:
                    some, self._waiting = self._waiting[:_TOGETHER_MAX], self._waiting[_TOGETHER_MAX:]
                    await self._write_together(some)
        finally:
            self._writing = False

    async def _write_together(self, some: Sequence[_Waiting]) -> None:
        results: Sequence[Any]
        try:
            results = await _in_thread(self._writer, together, [work for work, _ in some])
        except Exception as fault:  # noqa: BLE001 - whatever it is, it is theirs who wait
            results = [fault] * len(some)
        for (_, done), result in zip(some, results, strict=True):
            if isinstance(result, Exception):
                done.set_exception(result)
            else:
                done.set_result(result)

    async def _read(self, work: Work[T]) -> T:
        async with self._read_turn:
            result: T = await _in_thread(self._reader, alone, work)
            return result

    async def _log_emptied(self) -> None:
        async with self._write_turn, self._read_turn:  # a reader's snapshot may need the log
            await _in_thread(self._writer, empty_log)

    def _begun(self, doing: Coroutine[Any, Any, T]) -> "asyncio.Task[T]":
        """A task of its own: a cancelled caller must not leave a transaction open."""
        task = asyncio.create_task(doing)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        task.add_done_callback(_seen)
        return task

    async def _settled(self) -> None:
        while self._under_way:
            await asyncio.wait(self._under_way)


async def _in_thread(connection: aiosqlite.Connection, act: Callable[..., Any], *values: object) -> Any:
    """What `act` returns of the bare connection, in its thread; aiosqlite has no public way for that."""
    execute: Any = connection._execute  # noqa: SLF001
    return await execute(act, connection._conn, *values)  # noqa: SLF001


def _seen(done: "asyncio.Future[Any]") -> None:
    """A failure whose awaiter is gone: there is nobody left to tell."""
    if not done.cancelled():
        done.exception()


def _finish_restore(path: Path) -> None:
    try:
        finish_exchange(path.resolve())
    except OSError as fault:
        raise StoreError(f"a restore was cut off and cannot be finished: {fault}") from fault
