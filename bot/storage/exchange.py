"""One database takes the place of another: wholly or not at all, whenever the process is killed.

It is prepared as `bot.sqlite3.restoring` and waits as `bot.sqlite3.restored-<time>`. From the moment that it
has this name it is the one that counts: whoever opens the database next finishes what was begun.
"""

import glob
import os
from collections.abc import Iterator
from pathlib import Path

from bot.storage.backup import sync

UNFINISHED = "a restore was cut off: start the bot, which finishes it, or run restore again"

BESIDE = ("", "-wal", "-shm", "-journal")
"""The database and what SQLite keeps with it: only together are they what was committed."""


def preparing(database: Path) -> Path:
    """Where what is to take its place is made."""
    return database.with_name(f"{database.name}.restoring")


def clear(part: Path) -> None:
    """Remove what a copy left behind, or a kill: an old log would be read as that of the next copy."""
    for ending in (*BESIDE, ".lock"):
        left = _beside(part, ending)
        if os.path.lexists(left):  # a disk that can only be read refuses even to remove what is not there
            left.unlink(missing_ok=True)


def exchange(database: Path, stamp: str) -> Path | None:
    """Put the prepared database in the place of the other; where that one is now, if there was one.

    To be called by who holds the lock.

    Raises:
        OSError: all is as it was before.
    """
    ready = database.with_name(f"{database.name}.restored-{stamp}")
    aside, part = _aside(database, stamp), preparing(database)
    try:
        part.rename(ready)
        sync(database.parent)
        _finish(database, ready, aside)
    except OSError:
        if not part.exists() and not ready.exists():
            database.rename(ready)  # it stood there already
        for ending in BESIDE:
            _rename(_beside(aside, ending), _beside(database, ending))
        ready.unlink(missing_ok=True)  # last: killed before, the next start finishes what was begun
        raise
    return aside if aside.exists() else None


def is_unfinished(database: Path) -> bool:
    """Whether what counts still waits for its place: a kill cut it off, or it is under way."""
    return any(_waiting(Path(os.path.realpath(database))))


def finish_exchange(database: Path) -> None:
    """Finish what a kill cut off, or drop what was not ready yet. To be called by who holds the lock.

    Raises:
        OSError: it is still to be done.
    """
    clear(preparing(database))
    for ready in _waiting(database):
        _finish(database, ready, _aside(database, ready.name.removeprefix(f"{database.name}.restored-")))


def _waiting(database: Path) -> Iterator[Path]:
    return database.parent.glob(f"{glob.escape(database.name)}.restored-*Z")


def _finish(database: Path, ready: Path, aside: Path) -> None:
    for ending in BESIDE:
        _rename(_beside(database, ending), _beside(aside, ending))
    sync(database.parent)  # never, not even after a power cut, the new one beside the log of the old
    ready.rename(database)
    sync(database.parent)


def _aside(database: Path, stamp: str) -> Path:
    return database.with_name(f"{database.name}.replaced-{stamp}")


def _beside(database: Path, ending: str) -> Path:
    return database.with_name(database.name + ending)


def _rename(file: Path, to: Path) -> None:
    if os.path.lexists(file):
        file.rename(to)
