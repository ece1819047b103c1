"""A sign of life for `python -m bot health`: a file whose time says that the event loop still turns."""

import contextlib
import time
from pathlib import Path

from bot.domain.ports import Clock

BEAT_EVERY_S = 10.0
STALE_AFTER_S = 45.0


def heartbeat_file(data_dir: Path) -> Path:
    """Where the sign is kept."""
    return data_dir / "heartbeat"


async def beat(data_dir: Path, clock: Clock) -> None:
    """Touch the file until cancelled, and take it away then."""
    file = heartbeat_file(data_dir)
    try:
        while True:
            with contextlib.suppress(OSError):  # a full disk must not end the bot
                file.touch()
            await clock.sleep(BEAT_EVERY_S)
    finally:
        with contextlib.suppress(OSError):
            file.unlink(missing_ok=True)


def is_alive(data_dir: Path) -> bool:
    """Whether a bot with this data folder gave a sign lately."""
    try:
        age_s = time.time() - heartbeat_file(data_dir).stat().st_mtime
    except OSError:
        return False
    return age_s < STALE_AFTER_S
