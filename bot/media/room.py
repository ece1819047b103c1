"""Whether the disk has room for more pictures."""

import shutil
from pathlib import Path

ROOM_MIN_BYTES = 256 * 1024 * 1024
"""Left for what is under way: its pictures, their smaller copies, and the database."""


def has_room(folder: Path) -> bool:
    """Whether new requests may be accepted; those accepted before may use the rest."""
    try:
        return shutil.disk_usage(folder).free >= ROOM_MIN_BYTES
    except OSError:  # a disk that does not even tell takes nothing
        return False
