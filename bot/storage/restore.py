"""A backup takes the place of the database, and a database of an older version is brought up to date.

Both only while no bot runs with it, and neither loses what was there.
"""

import os
import pwd
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from bot.domain.errors import StoreDamaged, StoreError, StoreTooNew
from bot.domain.units import MS_PER_S, Instant
from bot.storage.backup import backed_up, copy, sync
from bot.storage.checkup import examine, in_store_words, requests_in, version_of, waiting_in
from bot.storage.migrate import Migration, migrations
from bot.storage.sqlite import Store, locked

_BESIDE = ("", "-wal", "-shm", "-journal")
"""The database and what SQLite keeps with it: only together are they what was committed."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What a backup brought."""

    version: int
    requests: int
    waiting: int
    """Images that are still to be sent to the provider as the backup knows it, and paid."""
    aside: Path | None
    """Where what was there before is now."""


@dataclass(frozen=True, slots=True)
class Upgraded:
    """From which version to which; the steps between are empty where nothing was to be done."""

    before: int
    steps: tuple[Migration, ...]
    backup: Path | None


def restore(backup: Path, database: Path, now: Instant) -> Restored:
    """Put a copy of a backup in the database's place. Blocks.

    The copy is complete, checked and on the disk before the first name changes. A crash between the names
    leaves one of the two there, or none: the bot does not start over what has backups, and a repetition of
    this goes on from there.

    Raises:
        StoreInUse: a bot runs with this database.
        StoreTooNew: the backup is of a newer version of this program.
        StoreDamaged: the backup is damaged.
        StoreError: it is not there or not of this bot, or the disk is in trouble; nothing was changed.
    """
    with _disk_in_words():
        keep_root_out(database.parent)
        with locked(database):
            # Where the name is a link, SQLite keeps its files beside what it leads to.
            return _exchanged(backup, database.resolve(), now)


def _exchanged(backup: Path, database: Path, now: Instant) -> Restored:
    if database.exists() and backup.exists() and backup.samefile(database):
        raise StoreError("that is the database itself, and no backup of it")
    part = database.with_name(f"{database.name}.restoring")
    try:
        restored = _prepared(backup, part)
        stamp = datetime.fromtimestamp(now / MS_PER_S, UTC).strftime("%Y%m%dT%H%M%S.%f")[:-3]
        aside = database.with_name(f"{database.name}.replaced-{stamp}Z")
        try:
            replaced = _rename(database, aside)
            part.replace(database)
        except OSError:
            _rename(aside, database)
            raise
        sync(database.parent)
    finally:
        part.unlink(missing_ok=True)
    return replace(restored, aside=aside if replaced else None)


async def upgrade(database: Path, now: Instant, keep: int) -> Upgraded:
    """Bring the database to this program's version; before it is changed a backup is made.

    Raises:
        StoreInUse, StoreDamaged, StoreTooNew: as when the bot starts.
        StoreError: there is none, or a step failed: those before it are done, it and those after are not.
    """
    with _disk_in_words():
        keep_root_out(database.parent)
    before = version_of(database)
    made: list[Path] = []

    async def before_migration() -> None:
        made.append(await backed_up(database, now, keep))

    with in_store_words():
        async with Store.open(database, before_migration=before_migration):
            pass
    return Upgraded(before, tuple(migrations()[before:]), made[0] if made else None)


def keep_root_out(folder: Path) -> None:
    """Files that root makes in the bot's folder the bot could not write.

    Raises:
        StoreError: this is root, and the folder is somebody else's.
    """
    owner = folder.stat().st_uid if folder.exists() else 0
    if os.geteuid() == 0 and owner != 0:
        raise StoreError(f"{folder} belongs to {_name(owner)}: run this as that user, not as root")


@contextmanager
def _disk_in_words() -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        raise StoreError(f"{fault.filename}: {fault.strerror}") from fault


def _name(owner: int) -> str:
    try:
        return pwd.getpwuid(owner).pw_name
    except KeyError:
        return f"user {owner}"


def _prepared(backup: Path, part: Path) -> Restored:
    version = version_of(backup)
    if version > len(migrations()):
        raise StoreTooNew(f"it has version {version}, and this program knows up to {len(migrations())}")
    with in_store_words():
        copy(backup, part)
        found = examine(part)
        if found.faults:
            raise StoreDamaged(found.faults[0])
        # Discord may have been told of other commands since: they are told anew.
        with closing(sqlite3.connect(part, isolation_level=None)) as connection:
            connection.execute("DELETE FROM fact WHERE name = 'commands'")
    sync(part)
    return Restored(version, requests_in(part), waiting_in(part), None)


def _rename(database: Path, to: Path) -> bool:
    """Rename what is there: the database first, so that none is ever seen without its own log."""
    found = False
    for ending in _BESIDE:
        file = database.with_name(database.name + ending)
        if os.path.lexists(file):
            file.rename(to.with_name(to.name + ending))
            found = True
    sync(database.parent)
    return found
