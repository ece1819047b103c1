"""The last resort for a paid task's id: a line in a file, for when the database will not take it.

Append-only and fsynced. A start replays it before anything else looks at the tasks. A line cut off by a
crash, and with it only that line, is passed over.
"""

import errno
import json
import os
from contextlib import suppress
from pathlib import Path

from bot.domain.ports import Spilled


class SpillFile:
    """See `bot.domain.ports.Spill`. It blocks for one fsync: the alternative is to lose what was paid."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def keep(self, spilled: Spilled) -> None:
        line = json.dumps({"attempt": spilled.attempt_id, "task": spilled.provider_task_id})
        content = f"\n{line}\n".encode()  # a line of its own even after a torn one
        descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            if os.write(descriptor, content) < len(content):
                raise OSError(errno.ENOSPC, "only a part was written")
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        folder = os.open(self._path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)  # the file may be new
        finally:
            os.close(folder)

    def kept(self) -> list[Spilled]:
        try:
            lines = self._path.read_text(encoding="utf-8", errors="replace").splitlines()
        except FileNotFoundError:
            return []
        found = []
        for line in lines:
            with suppress(ValueError, KeyError, TypeError):
                entry = json.loads(line)
                found.append(Spilled(attempt_id=str(entry["attempt"]), provider_task_id=str(entry["task"])))
        return found

    def clear(self) -> None:
        self._path.unlink(missing_ok=True)
