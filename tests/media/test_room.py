"""Whether the disk takes more pictures."""

import shutil
from pathlib import Path

import pytest

from bot.media.room import ROOM_MIN_BYTES, has_room


@pytest.mark.parametrize("free", [0, ROOM_MIN_BYTES - 1, ROOM_MIN_BYTES])
def test_there_is_room_as_long_as_the_reserve_is_untouched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int
) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=free)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    assert has_room(tmp_path) is (free == ROOM_MIN_BYTES)


def test_a_disk_that_does_not_tell_has_none(tmp_path: Path) -> None:
    """The member is told that the disk is failing, not that there is a bug."""
    assert has_room(tmp_path / "nowhere") is False
