"""This machine: the libraries, the data folder, the database, and the port for health and metrics."""

import asyncio
import errno
import os
import shlex
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from bot.domain.errors import DecoderBroken, StoreDamaged, StoreError
from bot.media.decoders import Decoders
from bot.media.room import ROOM_MIN_BYTES, has_room
from bot.ops.check.finding import Finding, note, ok, wrong
from bot.ops.heartbeat import is_alive
from bot.services.imagine import ANSWER_WITHIN_S
from bot.settings import Settings
from bot.storage.checkup import quick_look
from bot.storage.exchange import is_unfinished
from bot.storage.migrate import migrations
from bot.storage.vitals import SQLITE_VERSION

DECODER = "Picture decoder"
FOLDER = "Data folder"
DATABASE = "Database"
WRITES = "Durable writes"
PORT = "Health port"
SECRETS = "Secret files"

_NEEDED_SQLITE = (3, 38, 0)
_SAFE_SQLITE = (3, 51, 3)
"""Before it, two writing connections can corrupt a write-ahead log; this bot has only one."""

_WRITES = 20
_WRITES_WITHIN_S = 5.0
_WRITE_BYTES = 4096
_SLOW_WRITE_S = ANSWER_WITHIN_S / 4
"""A request may wait for the write before its own, and the log may be due to be written over meanwhile."""


def sqlite() -> Finding:
    """What keeps the data."""
    name, said = "SQLite library", SQLITE_VERSION
    version = tuple(map(int, SQLITE_VERSION.split(".")))
    if version < _NEEDED_SQLITE:
        needed = ".".join(map(str, _NEEDED_SQLITE))
        return wrong(name, said, f"Use a Python with SQLite {needed} or newer, or the container.")
    if version < _SAFE_SQLITE:
        said += " (fine for this bot, which writes through one connection; 3.51.3 is better)"
    return ok(name, said)


async def try_decoder() -> Finding:
    """Whether the process that decodes pictures starts and finds its library."""
    decoders = Decoders()
    try:
        await decoders.prove()
    except DecoderBroken as fault:
        mend = "Install the bot with all its packages (make setup), and look whether memory is free."
        return wrong(DECODER, str(fault), mend)
    finally:
        await decoders.close()
    return ok(DECODER, "PNG, JPEG and WebP")


def try_folder(data_dir: Path) -> Finding:
    """Whether the data folder can be written, or made, and has room."""
    if fault := _unwritable(data_dir):
        return wrong(
            FOLDER,
            f"{data_dir}: cannot be written ({fault})",
            "Point DATA_DIR at a folder that the user who runs the bot may write to.",
        )
    if not has_room(_nearest(data_dir)):
        return wrong(
            FOLDER,
            f"{data_dir}: too little room: below {ROOM_MIN_BYTES >> 20} MiB no request is accepted",
            "Free some, or move DATA_DIR.",
        )
    return ok(
        FOLDER, f"{data_dir}: writable" if data_dir.exists() else f"{data_dir}: the first start makes it"
    )


def look_into_database(path: Path) -> Finding:
    """Whether the database, if there is one, is sound and of a version that this program can use."""
    known = len(migrations())
    if is_unfinished(path):
        return wrong(
            DATABASE, f"{path}: a restore was cut off", "Start the bot, which finishes it, or restore again."
        )
    if not path.exists():
        if fault := _unwritable(path.parent):
            return wrong(
                DATABASE,
                f"{path}: cannot be made ({fault})",
                "Point DATABASE_URL at a file in a folder that can be written, or leave it empty.",
            )
        return ok(DATABASE, "none yet; the first start makes one")
    try:
        version = quick_look(path)
    except StoreDamaged as fault:
        return wrong(
            DATABASE,
            f"{path}: damaged ({fault})",
            "If DATABASE_URL is right, restore a backup: python -m bot restore FILE",
        )
    except StoreError as fault:
        return wrong(DATABASE, f"{path}: cannot be read ({fault})", "Is DATABASE_URL right?")
    if version is None:
        return ok(DATABASE, "empty; the first start fills it")
    if version > known:
        return wrong(DATABASE, f"version {version} is newer than this bot ({known})", "Update the bot.")
    waits = f"; the next start brings it to {known}" if version < known else ""
    return ok(DATABASE, f"healthy, version {version}{waits}")


async def time_writes(data_dir: Path) -> Finding:
    """How long it takes until something small is safe on the disk."""
    return judged(await asyncio.to_thread(_timed_writes, data_dir))


def judged(took_s: Sequence[float]) -> Finding:
    """Whether members can be answered in time where writes take so long.

    One slow write may be chance, or the neighbours'; most of them being slow is the disk.
    """
    middle_s, worst_s = median(took_s), max(took_s)
    said = f"median {_ms(middle_s)}, worst {_ms(worst_s)} of {len(took_s)}"
    risk = f"{said}; above {_ms(_SLOW_WRITE_S)} members may not be answered in time"
    mend = "Put DATA_DIR on a local disk (an SSD, no network folder), or look for what keeps the disk busy."
    if middle_s > _SLOW_WRITE_S:
        return wrong(WRITES, risk, mend)
    if worst_s > _SLOW_WRITE_S:
        return note(WRITES, risk, mend)
    return ok(WRITES, said)


async def try_port(settings: Settings) -> Finding:
    """Whether health and metrics can be served, or are by the bot itself."""
    if settings.ops_port == 0:
        return ok(PORT, "off; health and metrics are not served")
    place = f"{settings.ops_host}:{settings.ops_port}"
    try:
        server = await asyncio.get_running_loop().create_server(
            asyncio.Protocol, settings.ops_host, settings.ops_port
        )
    except OSError as fault:
        taken = fault.errno == errno.EADDRINUSE
        if taken and is_alive(settings.data_dir):
            return ok(PORT, f"{place}: taken, and a bot runs with this data folder")
        why = "taken by another program" if taken else f"cannot be listened on ({_symbol(fault)})"
        return wrong(
            PORT, f"{place}: {why}", "Choose another OPS_PORT (or OPS_HOST); OPS_PORT=0 turns it off."
        )
    server.close()
    await server.wait_closed()
    return ok(PORT, f"{place}: free")


def secret_files(exposed: Sequence[Path]) -> Finding:
    """Whether others on this machine can read what holds secrets."""
    if not exposed:
        return ok(SECRETS, "not readable by other users of this machine")
    names = " ".join(shlex.quote(str(path)) for path in exposed)
    return note(SECRETS, f"readable by other users of this machine: {names}", f"chmod 600 {names}")


def _nearest(folder: Path) -> Path:
    """The folder, or what there is on the way to it: made here, perhaps by root, it were not the bot's."""
    return next(each for each in (folder, *folder.absolute().parents) if each.exists())


def _unwritable(folder: Path) -> str:
    """Why nothing can be written there; empty when it can."""
    try:
        with tempfile.TemporaryFile(dir=_nearest(folder)) as file:
            file.write(b"x")
            file.flush()
            os.fsync(file.fileno())
    except OSError as fault:
        return fault.strerror or type(fault).__name__
    return ""


def _timed_writes(folder: Path) -> list[float]:
    """Seconds that each took, one after the other, as a write-ahead log grows."""
    took_s: list[float] = []
    with tempfile.NamedTemporaryFile(dir=_nearest(folder), prefix="check-") as file:
        while len(took_s) < _WRITES and sum(took_s) < _WRITES_WITHIN_S:
            began_s = time.perf_counter()
            file.write(bytes(_WRITE_BYTES))
            file.flush()
            os.fsync(file.fileno())
            took_s.append(time.perf_counter() - began_s)
    return took_s


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds >= 0.01 else f"{seconds * 1000:.1f} ms"


def _symbol(fault: OSError) -> str:
    return errno.errorcode.get(fault.errno or 0, type(fault).__name__)
