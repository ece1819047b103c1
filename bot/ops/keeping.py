"""What `python -m bot backup`, `restore`, `db upgrade` and `db check` do, and what they say about it."""

import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bot.domain.errors import StoreDamaged, StoreError
from bot.domain.units import Instant
from bot.settings import Settings
from bot.storage import restore as storing
from bot.storage.backup import backup_folder, backups, copy_out
from bot.storage.checkup import examine, in_store_words, picture_rows, requests_in, version_of
from bot.storage.migrate import migrations

_SHOWN = 5
"""Names shown of a long list, unless all are asked for."""
_NOT_IN_IT = (
    "Not in it: the pictures ({pictures}), which are copied like any folder, and your settings.\n"
    "See docs/operations/backups.md."
)
_UNKNOWN_TO_A_BACKUP = (
    "What happened since that backup is not in it:",
    "- What was paid does not count in limits and reports. Compare with the image service's bill.",
    "- What people had erased is there again. Ask them to repeat /privacy delete, or erase for them.",
    "- What moderators decided (blocks, limits, filters) is as it was then.",
    "Pictures are not part of a backup: `python -m bot db check` tells whether they match.",
)


@dataclass
class Health:
    """What `db check` found, as lines to print."""

    lines: list[str] = field(default_factory=list)
    database_sound: bool = True
    pictures_match: bool = True

    @property
    def exit_code(self) -> int:
        """0: all is well; 1: the database; 3: only its pictures. 2 is click's, for a wrong command line."""
        if not self.database_sound:
            return 1
        return 0 if self.pictures_match else 3

    def tell(self, name: str, says: str, *, good: bool = True) -> None:
        """One finding."""
        self.lines.append(f"{'ok   ' if good else 'WRONG'}  {name}: {says}")


def back_up(settings: Settings, file: Path) -> str:
    """Write a backup to a file that is not there yet; also while the bot runs.

    Raises:
        StoreError: none was written, or it is not sound.
        OSError: the file cannot be written.
    """
    database = settings.database_path
    version_of(database)
    with in_store_words():
        copy_out(database, file)
    images = settings.data_dir / "images"
    pictures = f"{_amount(_files(images))} in {images}"
    return (
        f"Written to {file}: {_size(file.stat().st_size)}, version {version_of(file)}, "
        f"{_counted(requests_in(file), 'request')}.\n"
        f"{_NOT_IN_IT.format(pictures=pictures)}"
    )


async def restore(settings: Settings, backup: Path, now: Instant) -> str:
    """Put a backup in the place of the database; what it replaces is kept beside it.

    Raises:
        StoreError: nothing was changed; see `bot.storage.restore.restore`.
    """
    done = await storing.restore(backup, settings.database_path, now)
    said = [
        f"Restored from {backup}: version {done.version}, {_counted(done.requests, 'request')}.",
        f"What was there is kept as {done.aside}. Delete it when you do not need it any more."
        if done.aside
        else "There was no database before.",
    ]
    if done.version < len(migrations()):
        said.append(f"It was brought up to version {len(migrations())}, which this program needs.")
    doubt = done.doubt
    if doubt.images:
        said.append(
            f"{_counted(doubt.images, 'picture')} of {_counted(doubt.requests, 'request')} had not been paid"
            " when it was made, and may have been since. Nothing is paid again by itself: once the bot runs,"
            " their cards ask whoever asked for them whether to try again or to leave it. Until then they"
            " count as paid."
        )
    return "\n".join([*said, *_UNKNOWN_TO_A_BACKUP])


async def upgrade(settings: Settings, now: Instant) -> str:
    """Bring the database to this program's version.

    Raises:
        StoreError: see `bot.storage.restore.upgrade`.
    """
    done = await storing.upgrade(settings.database_path, now, settings.backups_kept)
    if not done.steps:
        return f"Nothing to do: the database has version {done.before} already."
    return (
        f"Upgraded from version {done.before} to {done.steps[-1].number}"
        f" ({', '.join(step.name for step in done.steps)}).\n"
        f"The database as it was before: {done.backup}"
    )


def check(settings: Settings, *, every_name: bool = False) -> Health:
    """Read the whole database and look for its pictures; also while the bot runs. Changes nothing."""
    health = Health()
    database = settings.database_path
    known = len(migrations())
    try:
        found = examine(database)
    except StoreDamaged as fault:
        health.database_sound = False
        health.tell("Database", f"{database} is damaged ({fault}); python -m bot restore FILE", good=False)
        return _with_sizes(health, settings)
    except StoreError as fault:
        health.database_sound = False
        health.tell("Database", f"cannot be read: {fault}", good=False)
        return health
    health.database_sound = not found.faults and not found.strays and found.version <= known
    waits = f"; the next start or `db upgrade` brings it to {known}" if found.version < known else ""
    if found.version > known:
        health.tell("Version", f"{found.version} is newer than this program ({known}); update it", good=False)
    else:
        health.tell("Version", f"{found.version}{waits}")
    faults = _listed(found.faults, every_name) if found.faults else "sound (integrity_check)"
    health.tell("Database", faults, good=not found.faults)
    strays = f"rows without what they belong to: {', '.join(found.strays)}" if found.strays else "sound"
    health.tell("References", strays, good=not found.strays)
    if not found.faults:
        _look_for_pictures(health, settings, every_name)
    return _with_sizes(health, settings)


def _look_for_pictures(health: Health, settings: Settings, every_name: bool) -> None:
    """Beside a bot that draws and erases: what only seems wrong is looked at again."""
    images = settings.data_dir / "images"
    on_disk = [file for file in _files(images) if file.suffix != ".part"]
    rows = picture_rows(settings.database_path)
    unnamed = [
        file
        for file in on_disk
        if _name(file) not in rows.kept and _name(file) not in rows.maybe and file.exists()
    ]
    gone = {name for name, path in rows.kept.items() if not (settings.data_dir / path).is_file()}
    if gone:
        gone &= picture_rows(settings.database_path).kept.keys()
    missing = sorted(rows.kept[name] for name in gone)
    health.pictures_match = not unnamed and not missing
    health.tell(
        "Pictures missing",
        _listed(missing, every_name) if missing else f"none of {len(rows.kept)}",
        good=not missing,
    )
    health.tell(
        "Pictures that no request names",
        _listed(sorted(file.relative_to(settings.data_dir).as_posix() for file in unnamed), every_name)
        if unnamed
        else "none",
        good=not unnamed,
    )


def _with_sizes(health: Health, settings: Settings) -> Health:
    database = settings.database_path.resolve()
    beside = [database.with_name(database.name + ending) for ending in ("", "-wal")]
    health.tell("Size of the database", " + ".join(_size(_bytes(file)) for file in beside) + " of log")
    kept = backups(backup_folder(settings.database_path))
    newest = f", the newest {kept[0].name}" if kept else ""
    health.tell("Backups", f"{_amount(kept)}{newest}")
    aside = sorted(database.parent.glob(f"{database.name}.replaced-*Z"))
    if aside:
        health.tell("Kept aside by restore", f"{_amount(aside)}: {_listed(map(str, aside), True)}")
    health.tell("Pictures and their smaller copies", _amount(_files(settings.data_dir / "images")))
    free = shutil.disk_usage(database.parent).free if database.parent.exists() else 0
    health.tell("Room left on the disk", _size(free))
    return health


def _files(images: Path) -> list[Path]:
    return list(_walk(images))


def _walk(images: Path) -> Iterator[Path]:
    """The files in the folders of requests. Whoever deletes them meanwhile is not in the way."""
    try:
        folders = [folder for folder in images.iterdir() if folder.is_dir() and not folder.is_symlink()]
    except FileNotFoundError:
        return
    for folder in folders:
        try:
            yield from [file for file in folder.iterdir() if file.is_file()]
        except FileNotFoundError:
            continue


def _name(file: Path) -> str:
    """`images/<job>/<number>.fit-8.jpg` is picture `<job>/<number>`."""
    return f"{file.parent.name}/{file.name.partition('.')[0]}"


def _listed(names: Iterable[str], every_name: bool) -> str:
    all_names = list(names)
    shown = all_names if every_name else all_names[:_SHOWN]
    more = f" … and {len(all_names) - len(shown)} more (--all)" if len(all_names) > len(shown) else ""
    count = f"{len(all_names)}: " if len(all_names) > 1 else ""
    return f"{count}{', '.join(shown)}{more}"


def _amount(files: Iterable[Path]) -> str:
    sizes = [_bytes(file) for file in files]
    return f"{_counted(len(sizes), 'file')}, {_size(sum(sizes))}" if sizes else "none"


def _bytes(file: Path) -> int:
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return 0


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _size(size_bytes: int) -> str:
    size = float(size_bytes)
    for unit in ("bytes", "KiB", "MiB"):
        if size < 1024:
            return f"{size:.0f} {unit}" if unit == "bytes" else f"{size:.1f} {unit}"
        size /= 1024
    return f"{size:,.1f} GiB"
