"""A ZIP that never outgrows what may be sent. Its methods block: call them in a thread."""

import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Any, BinaryIO, Self
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from bot.domain.units import MS_PER_S, Instant

_ENTRY_BYTES = 256
"""More than a ZIP needs for the two headers of an entry with a short name."""
_LIST_MARGIN_BYTES = 512 << 10
"""What packing may still hold back, one more item at its longest, and the end of the list."""


class Pack:
    """Files and lists in one ZIP, as many as there is room for. Enter it; once left it is complete."""

    def __init__(self, file: BinaryIO, max_bytes: int) -> None:
        self._file = file
        self._max_bytes = max_bytes
        self._zip = ZipFile(file, "w")
        self._entries = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._zip.close()
            return
        with suppress(OSError, ValueError):  # it is of no use any more
            self._zip.close()

    @property
    def largest(self) -> int:
        """How large a file may be that has the ZIP to itself."""
        return self._max_bytes - 2 * _ENTRY_BYTES

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing in it yet."""
        return self._entries == 0

    @property
    def room(self) -> int:
        """How large one more file may be."""
        return self._max_bytes - self._file.tell() - (self._entries + 2) * _ENTRY_BYTES

    def add(self, path: Path, name: str, at: Instant) -> bool:
        """Put a file in under this name, if there is room for it.

        Raises:
            FileNotFoundError: it is not there.
            OSError: the disk.
        """
        with path.open("rb") as source:
            if source.seek(0, 2) > self.room:
                return False
            source.seek(0)
            with self._zip.open(_entry(name, at, ZIP_STORED), "w") as target:
                shutil.copyfileobj(source, target, 1 << 18)
        self._entries += 1
        return True

    def list(self, name: str, head: Mapping[str, Any], key: str, at: Instant) -> "PackedList":
        """Begin a JSON file with these values and a list; end that before anything else is added."""
        self._entries += 1
        return PackedList(self._zip.open(_entry(name, at, ZIP_DEFLATED), "w"), head, key, self._is_full)

    def _is_full(self) -> bool:
        return self.room < _LIST_MARGIN_BYTES


class PackedList:
    """A JSON object whose last value is a list, written item by item."""

    def __init__(
        self, file: IO[bytes], head: Mapping[str, Any], key: str, is_full: Callable[[], bool]
    ) -> None:
        self._file = file
        self._is_full = is_full
        self._items = 0
        opening = json.dumps(head, ensure_ascii=False, indent=1).removesuffix("\n}").removesuffix("}")
        self._write(f"{opening}{',' if head else ''}\n {json.dumps(key)}: [")

    def add(self, items: Sequence[Mapping[str, Any]]) -> int:
        """Write as many of these as there is room for, at least the list's first; how many that was."""
        for number, item in enumerate(items):
            if self._items and self._is_full():
                return number
            self._write(f"{',' if self._items else ''}\n{json.dumps(item, ensure_ascii=False)}")
            self._items += 1
        return len(items)

    def end(self) -> None:
        """Nothing more comes."""
        self._write("\n]}\n")
        self._file.close()

    def _write(self, text: str) -> None:
        self._file.write(text.encode())


def _entry(name: str, at: Instant, how: int) -> ZipInfo:
    moment = datetime.fromtimestamp(at // MS_PER_S, UTC)
    info = ZipInfo(name, date_time=(max(1980, moment.year), *moment.timetuple()[1:6]))
    info.compress_type = how
    info.external_attr = 0o600 << 16
    return info
