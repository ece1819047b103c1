"""A sign of life that a container can ask for."""

import asyncio
import errno
import os
import time
from pathlib import Path

import pytest

from bot.ops.heartbeat import BEAT_EVERY_S, STALE_AFTER_S, beat, heartbeat_file, is_alive
from tests.support.clock import ManualClock


async def test_a_bot_whose_loop_turns_is_alive_until_it_ends(tmp_path: Path, clock: ManualClock) -> None:
    assert not is_alive(tmp_path)
    beating = asyncio.create_task(beat(tmp_path, clock))
    await clock.asleep()
    assert is_alive(tmp_path)
    beating.cancel()
    await asyncio.gather(beating, return_exceptions=True)
    assert not is_alive(tmp_path)


async def test_the_sign_is_given_again_and_again(tmp_path: Path, clock: ManualClock) -> None:
    beating = asyncio.create_task(beat(tmp_path, clock))
    await clock.asleep()
    os.utime(heartbeat_file(tmp_path), (0, 0))
    assert not is_alive(tmp_path)
    clock.advance(BEAT_EVERY_S)
    await clock.asleep()
    assert is_alive(tmp_path)
    beating.cancel()
    await asyncio.gather(beating, return_exceptions=True)


async def test_a_disk_in_trouble_ends_nothing(
    tmp_path: Path, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the bot while it runs nor the order in which it stops."""

    def fail(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, "made up")

    monkeypatch.setattr(Path, "touch", fail)
    monkeypatch.setattr(Path, "unlink", fail)
    beating = asyncio.create_task(beat(tmp_path, clock))
    await clock.asleep()
    beating.cancel()
    with pytest.raises(asyncio.CancelledError):
        await beating


def test_an_old_sign_is_none(tmp_path: Path) -> None:
    heartbeat_file(tmp_path).touch()
    old = time.time() - STALE_AFTER_S - 1
    os.utime(heartbeat_file(tmp_path), (old, old))
    assert not is_alive(tmp_path)
