"""A backup takes the place of the database, and a database of an older version is brought up to date.

Both only while no bot runs with it, and neither loses what was there.
"""

import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.domain.errors import StoreDamaged, StoreError, StoreTooNew
from bot.domain.units import MS_PER_S, Instant
from bot.storage.backup import backed_up, copy, sync
from bot.storage.checkup import examine, in_store_words, requests_in, version_of
from bot.storage.doubt import Doubt, put_in_doubt
from bot.storage.exchange import clear, exchange, finish_exchange, preparing
from bot.storage.migrate import Migration, migrations
from bot.storage.sqlite import Store, Transaction, locked


@dataclass(frozen=True, slots=True)
class Restored:
    """What a backup brought."""

    version: int
    """Of the backup: what is in place now has this program's."""
    requests: int
    doubt: Doubt
    aside: Path | None
    """Where what was there before is now."""


@dataclass(frozen=True, slots=True)
class Upgraded:
    """From which version to which; the steps between are empty where nothing was to be done."""

    before: int
    steps: tuple[Migration, ...]
    backup: Path | None


async def restore(backup: Path, database: Path, now: Instant) -> Restored:
    """Put a copy of a backup in the database's place. Blocks.

    The copy is complete, checked, brought up to date, and on the disk before the first name changes; what may
    have happened since it was made is in doubt in it. A kill leaves the one or the other in place, or names
    that the next start or restore puts right.

    Raises:
        StoreInUse: a bot runs with this database.
        StoreTooNew: the backup is of a newer version of this program.
        StoreDamaged: the backup is damaged.
        StoreError: it is not there or not of this bot, or the disk is in trouble; nothing was changed.
    """
    with _disk_in_words():
        keep_root_out(database.parent)
        with locked(database):
            place = _place(backup, database)
            part = preparing(place)
            stamp = f"{datetime.fromtimestamp(now / MS_PER_S, UTC).strftime('%Y%m%dT%H%M%S.%f')[:-3]}Z"
            try:
                version, doubt = await _prepared(backup, part, stamp, now)
                requests = requests_in(part)
                aside = exchange(place, stamp)
            finally:
                clear(part)
    return Restored(version, requests, doubt, aside)


def _place(backup: Path, database: Path) -> Path:
    """Where the database is, with nothing half done there. A link leads to where SQLite keeps its files."""
    place = database.resolve()
    finish_exchange(place)
    if place.exists() and backup.exists() and backup.samefile(place):
        raise StoreError("that is the database itself, and no backup of it")
    return place


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


async def _prepared(backup: Path, part: Path, stamp: str, now: Instant) -> tuple[int, Doubt]:
    """Copy the backup, and make of the copy what the bot can go on from; of which version it was."""
    version = version_of(backup)
    if version > len(migrations()):
        raise StoreTooNew(f"it has version {version}, and this program knows up to {len(migrations())}")
    with in_store_words():
        copy(backup, part)
        found = examine(part)
        if found.faults:
            raise StoreDamaged(found.faults[0])

        async def change(tx: Transaction) -> Doubt:
            await tx.run("fact_cleared", name="commands")  # Discord may have been told of others since
            return await put_in_doubt(tx, f"restored-{stamp}", now)

        async with Store.open(part) as store:
            doubt = await store.write(change)
    sync(part)
    return version, doubt
