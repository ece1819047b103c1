"""Copies of the database: made while it is in use, checked before they count, a few kept.

A backup holds what the database holds, prompts too, and so is readable by its owner only.
"""

import asyncio
import errno
import os
import secrets
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from bot.domain.errors import StoreDamaged, StoreError
from bot.domain.units import MS_PER_S, Instant

_NAMES = f"bot-{'[0-9]' * 8}T{'[0-9]' * 6}Z.sqlite3"
"""No other file counts: what an operator puts beside the backups is neither read nor dropped."""


def backup_folder(database: Path) -> Path:
    """Where the backups of a database are."""
    return database.parent / "backups"


def backups(folder: Path) -> list[Path]:
    """What is kept, newest first."""
    return sorted(filter(_is_dated, folder.glob(_NAMES)), reverse=True)


def _is_dated(backup: Path) -> bool:
    try:
        made_at(backup)
    except ValueError:
        return False
    return True


def made_at(backup: Path) -> Instant:
    """When a backup was made, from its name."""
    stamp = datetime.strptime(backup.stem, "bot-%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    return round(stamp.timestamp() * MS_PER_S)


async def backed_up(database: Path, now: Instant, keep: int) -> Path:
    """Make a backup beside the event loop.

    Raises:
        StoreError: there is none; the older ones are kept.
    """
    try:
        return await asyncio.to_thread(back_up, database, backup_folder(database), now, keep)
    except (sqlite3.Error, OSError) as fault:
        raise StoreError(f"no backup could be made: {fault}") from fault


def back_up(database: Path, folder: Path, now: Instant, keep: int) -> Path:
    """Copy the database, check the copy, and drop all but the newest `keep`. Blocks: run it in a thread.

    Raises:
        StoreDamaged: the copy is not sound; the older backups are kept.
        sqlite3.Error, OSError: it could not be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    stamp = datetime.fromtimestamp(now / MS_PER_S, UTC).strftime("%Y%m%dT%H%M%SZ")
    final = folder / f"bot-{stamp}.sqlite3"
    part = final.with_suffix(".part")
    try:
        copy(database, part)
        part.replace(final)
    finally:
        part.unlink(missing_ok=True)
    sync(folder)
    for old in [each for each in backups(folder) if each != final][keep - 1 :]:
        old.unlink()
    return final


def copy_out(database: Path, file: Path) -> None:
    """Copy the database to a file that is not there yet, and check the copy. Blocks; also while the bot runs.

    Raises:
        StoreDamaged: the copy is not sound; there is no file then.
        FileExistsError: something has that name, be it a link to nowhere.
        sqlite3.Error, OSError: it could not be written.
    """
    if os.path.lexists(file):
        raise FileExistsError(errno.EEXIST, "is there already", str(file))
    part = file.with_name(f".{file.name}.{secrets.token_hex(4)}.part")
    try:
        copy(database, part)
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
    sync(file.parent)


def copy(database: Path, target: Path) -> None:
    """Write a sound copy that is complete by itself, readable by its owner only, and on the disk.

    Raises:
        StoreDamaged: the copy is not sound.
        sqlite3.Error, OSError: it could not be written.
    """
    for left in (target, target.with_name(f"{target.name}-journal")):  # by a crash
        left.unlink(missing_ok=True)
    target.touch(mode=0o600, exist_ok=False)  # never through a link that somebody put there
    with (
        closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as source,
        closing(sqlite3.connect(target)) as into,
    ):
        source.backup(into)
        into.execute("PRAGMA journal_mode = DELETE")  # one file, complete by itself
        (verdict,) = into.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise StoreDamaged("the copy failed SQLite's quick_check")
    sync(target)


def sync(path: Path) -> None:
    """Have a file, or the names in a folder, survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
