"""The program that decodes and encodes pictures: `python -m bot.media.decoder`, a line of JSON for each.

It is a process of its own because pictures come from outside, and a decoder that crashes, or takes all
memory, takes its process along (docs/decisions/0023). It ends with its standard input, and so with the bot.
"""

import contextlib
import errno
import json
import resource
import signal
import sys
import time
import warnings
from collections.abc import Callable, Mapping
from dataclasses import asdict
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from bot.domain.errors import PictureBad
from bot.media.fit import shrink, thumbnail
from bot.media.inspect import EXTENSIONS, inspect

MEMORY_MAX_BYTES = 512 << 20
"""Of address space. The worst that may be kept, a transparent WebP of 39 MiB on its side, takes 276 MiB."""
ROOM_BYTES = 240 << 20
"""What the worst takes of it, beside the program itself."""
CPU_MAX_S = 60
"""For one picture. The slowest takes 2.3 s where this was measured."""
FILE_MAX_BYTES = 64 << 20
"""Three times the largest that was ever written on the way to a smaller one."""
FILES_MAX = 32


def prove() -> None:
    """Encode and decode the smallest picture of each format: the library is whole, or raises anything."""
    for form in EXTENSIONS:
        file = BytesIO()
        Image.new("RGB", (1, 1)).save(file, form)
        Image.open(file, formats=[form.upper()]).load()


_WORKS: Mapping[str, Callable[..., Any]] = {
    "prove": prove,
    "inspect": lambda file, stem: asdict(inspect(Path(file), stem)),
    "shrink": lambda source, target, limit_bytes: shrink(Path(source), Path(target), limit_bytes),
    "thumbnail": lambda source, target: thumbnail(Path(source), Path(target)),
}


def work(name: str, args: list[Any]) -> dict[str, Any]:
    """What came of one piece of work, as `bot/media/decoders.py` reads it."""
    try:
        return {"made": _WORKS[name](*args)}
    except PictureBad as fault:
        detail = str(fault)
    except MemoryError:
        return {"errno": errno.ENOMEM}
    except OSError as fault:
        return {"errno": fault.errno}
    except Exception as bug:  # noqa: BLE001 - it is told to the bot
        return {"bug": type(bug).__name__}
    # Here, where nothing holds the picture any more: a library short of memory may call the file broken.
    return {"bad": detail} if _has_room() else {"errno": errno.ENOMEM}


def _has_room() -> bool:
    """Whether there was the memory that any good picture can be decoded with."""
    try:
        bytes(ROOM_BYTES)  # asked for and never touched
    except MemoryError:
        return False
    return True


def limit_all() -> None:
    """Take from this process what decoding does not need; nobody can give it back."""
    _limit(resource.RLIMIT_AS, MEMORY_MAX_BYTES)
    _limit(resource.RLIMIT_FSIZE, FILE_MAX_BYTES)
    _limit(resource.RLIMIT_NOFILE, FILES_MAX)
    _limit(resource.RLIMIT_CORE, 0)
    warnings.simplefilter("ignore")  # nobody reads them before the end: they would fill the pipe
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # systemd sends it to all; the bot lets its work finish
    with contextlib.suppress(OSError):  # where the machine runs out of memory, this ends, and not the bot
        Path("/proc/self/oom_score_adj").write_text("500", encoding="ascii")


def limit_next() -> None:
    """Give the next picture its share of processor time: whoever needs more is ended by the system."""
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    with contextlib.suppress(ValueError):  # less was allowed to begin with
        resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time()) + CPU_MAX_S, most))


def _limit(what: int, most: int) -> None:
    with contextlib.suppress(ValueError, OSError):  # less was allowed already; macOS knows no RLIMIT_AS
        resource.setrlimit(what, (most, most))


def main() -> None:
    """One line in, one line out, until nobody asks any more."""
    limit_all()
    for line in sys.stdin:
        limit_next()
        sys.stdout.write(json.dumps(work(*json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
