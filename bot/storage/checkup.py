"""A look into a database file from outside: beside a running bot, of any version, in whatever state it is.

Everything here blocks and only reads. What SQLite complains of is a `StoreError`, whatever it is: in a file
that anybody may have put there, not even a missing table is a mistake of ours.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.domain.errors import StoreDamaged, StoreError, StoreFull
from bot.storage.exchange import UNFINISHED, is_unfinished
from bot.storage.sqlite import translated

_FAULTS_MAX = 100
"""What SQLite is asked to list: after a bad sector it would go on for pages."""
_BUSY_TIMEOUT_S = 5.0


@dataclass(frozen=True, slots=True)
class Checkup:
    """What was found in a database."""

    version: int
    faults: tuple[str, ...]
    """What `integrity_check` says, one line each; empty for a sound one."""
    strays: tuple[str, ...]
    """Rows that belong to a row which is not there, as `table (how many)`."""


@dataclass(frozen=True, slots=True)
class PictureRows:
    """Whose pictures the database knows, by `<job id>/<number>`."""

    kept: dict[str, str]
    """The pictures that must be on disk: their paths in the data folder."""
    maybe: frozenset[str]
    """Those that may be there or not: being fetched, or erased and about to leave the disk."""


def version_of(database: Path) -> int:
    """The number of the last migration that a database of this bot has seen.

    Raises:
        StoreDamaged: it is no sound database.
        StoreError: it is not there, empty, not of this bot, or cannot be read.
    """
    with _looking(database) as connection:
        return _version(connection)


def quick_look(database: Path) -> int | None:
    """As `version_of`, after SQLite's quick_check; None for an empty database, which a start fills.

    Raises:
        StoreDamaged: it is no sound database.
        StoreError: it is not there, not of this bot, or cannot be read.
    """
    with _looking(database) as connection:
        (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        if verdict != "ok":
            raise StoreDamaged(verdict)
        return _version(connection) if _tables(connection) else None


def requests_in(database: Path) -> int:
    """How many requests it holds."""
    with _looking(database) as connection:
        return int(connection.execute("SELECT COUNT(*) FROM job").fetchone()[0])


def examine(database: Path) -> Checkup:
    """Read all of it and compare tables with their indexes: seconds for a gigabyte.

    Raises:
        StoreDamaged: so damaged that SQLite cannot even list what is wrong.
        StoreError: see `version_of`.
    """
    with _looking(database) as connection:
        version = _version(connection)
        said = [str(line) for (line,) in connection.execute(f"PRAGMA integrity_check({_FAULTS_MAX})")]
        faults = () if said == ["ok"] else tuple(said)
        strays: dict[str, int] = {}
        for table, *_ in connection.execute("PRAGMA foreign_key_check"):
            strays[table] = strays.get(table, 0) + 1
    return Checkup(version, faults, tuple(f"{table} ({count})" for table, count in strays.items()))


def picture_rows(database: Path) -> PictureRows:
    """Which pictures the database knows, as of now.

    Raises:
        StoreError: see `version_of`.
    """
    with _looking(database) as connection:
        columns = {row[1] for row in connection.execute("PRAGMA table_info(job)")}
        erased, leaving = ("erased_at", "removal_at") if "erased_at" in columns else ("NULL", "NULL")
        rows = connection.execute(
            f"SELECT task.job_id, task.number, task.state, task.picture_path, {erased}, {leaving}"  # noqa: S608 - fixed names
            " FROM task JOIN job ON job.id = task.job_id"
        ).fetchall()
    kept, maybe = {}, set()
    for job_id, number, state, picture, erased_at, removal_at in rows:
        name = f"{job_id}/{number}"
        if erased_at is None and picture is not None:
            kept[name] = str(picture)
        elif removal_at is not None or (erased_at is None and state in {"rendering", "unknown"}):
            maybe.add(name)
    return PictureRows(kept, frozenset(maybe))


@contextmanager
def in_store_words() -> Iterator[None]:
    """Every error of SQLite as one of ours."""
    try:
        with translated():
            yield
    except sqlite3.Error as fault:
        raise StoreError(str(fault)) from fault


@contextmanager
def _looking(database: Path) -> Iterator[sqlite3.Connection]:
    try:
        if is_unfinished(database):
            raise StoreError(UNFINISHED)
        if not database.is_file():
            raise StoreError(f"there is no database at {database}")
        if not os.access(database, os.R_OK):
            raise StoreError(f"{database} may not be read by this user")
    except OSError as fault:
        raise StoreError(f"{database}: {fault.strerror}") from fault
    address = f"{database.absolute().as_uri()}?mode=ro"
    try:
        with (
            in_store_words(),
            closing(sqlite3.connect(address, uri=True, timeout=_BUSY_TIMEOUT_S)) as connection,
        ):
            yield connection
    except StoreFull as fault:
        if "readonly" not in str(fault):
            raise
        # Beside a write-ahead log SQLite keeps a file for its readers, too.
        raise StoreError(f"{database.parent} cannot be written; try as the user that runs the bot") from fault


def _tables(connection: sqlite3.Connection) -> set[str]:
    return {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}


def _version(connection: sqlite3.Connection) -> int:
    tables = _tables(connection)
    if not tables:
        raise StoreError("it is empty: the bot has not been started with it yet")
    if not {"migration", "job", "task", "fact"} <= tables:
        raise StoreError("it is a database, but not of this bot")
    (number,) = connection.execute("SELECT MAX(number) FROM migration").fetchone()
    if not isinstance(number, int):
        raise StoreDamaged("it does not say of which version it is")
    return number
