"""Pictures from the project's stand-in, and what each of its faults is taken for."""

from pathlib import Path

import pytest

from bot.domain.errors import PictureBad, PictureError, PictureUnreachable
from bot.domain.jobs import Request
from bot.domain.provider import Done, Taken
from bot.media.keep import PictureStore
from bot.modellix.client import ModellixClient
from sandbox.modellix import Fault, Kind, ModellixSandbox
from tests.modellix.loopback import StillClock

KEY = "a-key"
TASK = "k7m2q9xw4p-1"


def files(folder: Path) -> list[Path]:
    return [one for one in folder.rglob("*") if one.is_file()]


async def link(url: str) -> str:
    """Where the stand-in has a finished picture."""
    async with ModellixClient(url, KEY, StillClock(0)) as provider:
        taken = await provider.submit(Request("a fox"))
        assert isinstance(taken, Taken)
        done = await provider.poll(taken.provider_task_id)
    assert isinstance(done, Done)
    assert done.url is not None
    return done.url


@pytest.mark.parametrize("fault", [None, Fault.REDIRECT_FINE, Fault.WRONG_SIZE])
async def test_a_picture_arrives(tmp_path: Path, fault: Fault | None) -> None:
    sandbox = ModellixSandbox(key=KEY, duration_s=0, pictures="plain")
    if fault:
        sandbox.fault(fault, on=Kind.FILE, times=0)
    async with (
        sandbox.serving() as url,
        PictureStore(tmp_path, allow_loopback=True) as store,
    ):
        picture = await store.fetch(await link(url), TASK)
    side = 512 if fault is Fault.WRONG_SIZE else 1024
    assert (picture.width, picture.height, picture.format) == (side, side, "png")
    assert (tmp_path / picture.path).stat().st_size == picture.size_bytes


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault.LOST_BEFORE, PictureUnreachable),
        (Fault.RESET_AFTER, PictureUnreachable),
        (Fault.STATUS_403, PictureUnreachable),
        (Fault.STATUS_404, PictureUnreachable),
        (Fault.STATUS_503, PictureUnreachable),
        (Fault.TRUNCATED, PictureUnreachable),
        (Fault.STALLED, PictureUnreachable),
        (Fault.REDIRECT_LOOP, PictureUnreachable),
        (Fault.REDIRECT_PRIVATE, PictureBad),
        (Fault.LINK_IS_PRIVATE, PictureBad),
        (Fault.HTML, PictureBad),
        (Fault.EMPTY_FILE, PictureBad),
        (Fault.BOMB, PictureBad),
    ],
)
async def test_a_picture_that_does_not_arrive_leaves_nothing(
    tmp_path: Path, fault: Fault, error: type[PictureError]
) -> None:
    sandbox = ModellixSandbox(key=KEY, duration_s=0, pictures="plain")
    sandbox.fault(fault, on=Kind.SUBMIT if fault.is_fate else Kind.FILE, times=0)
    async with (
        sandbox.serving() as url,
        PictureStore(tmp_path, allow_loopback=True, timeout_s=0.5) as store,
    ):
        with pytest.raises(error):
            await store.fetch(await link(url), TASK)
    assert files(tmp_path) == []
