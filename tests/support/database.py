"""A look at the database file from outside, past the code under test."""

import asyncio
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bot.storage.sqlite import Store


@dataclass(frozen=True)
class Move:
    """One line of the event log."""

    job_id: str
    task_id: str | None
    from_state: str | None
    to_state: str


class Database:
    """Reads what is committed."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def rows(self, sql: str, *values: object) -> list[Any]:
        """All rows of a query; those of one column as plain values."""
        with closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)) as connection:
            found = connection.execute(sql, values).fetchall()
        return [row[0] if len(row) == 1 else row for row in found]

    def value(self, sql: str, *values: object) -> Any:
        """The one value of a query."""
        (found,) = self.rows(sql, *values)
        return found

    def moves(self, job_id: str | None = None) -> list[Move]:
        """The event log in order."""
        found = self.rows("SELECT job_id, task_id, from_state, to_state FROM event ORDER BY seq")
        return [move for move in (Move(*row) for row in found) if job_id in {None, move.job_id}]

    def job_states(self, job_id: str) -> list[str]:
        """All states that a job went through."""
        return [move.to_state for move in self.moves(job_id) if move.task_id is None]

    def task_states(self, task_id: str) -> list[str]:
        """All states that a task went through."""
        return [move.to_state for move in self.moves() if move.task_id == task_id]

    def alter(self, sql: str, *values: object) -> None:
        """Change a row as no method can: to set up what a test could not wait for."""
        with closing(sqlite3.connect(self.path, isolation_level=None)) as connection:
            connection.execute(sql, values)

    @contextmanager
    def write_locked(self) -> Iterator[None]:
        """Hold the write lock, as a backup tool or a careless person with a shell might."""
        with closing(sqlite3.connect(self.path, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield
            connection.execute("ROLLBACK")


def prepare(path: Path) -> None:
    """Put an empty database of today's schema there, unless there is one: to make each anew takes 40 ms."""
    if not path.exists():
        path.write_bytes(_empty())


@cache
def _empty() -> bytes:
    """Made by the program itself, beside the loop of the test that happens to be the first."""
    with TemporaryDirectory() as folder, ThreadPoolExecutor(1) as thread:
        path = Path(folder) / "bot.sqlite3"
        thread.submit(asyncio.run, _made(path)).result()
        return path.read_bytes()


async def _made(path: Path) -> None:
    async with Store.open(path):
        pass
