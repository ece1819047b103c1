"""What each kind of trouble with a finished picture leads to: it is paid, so it is worth some patience."""

import pytest

from bot.domain.jobs import FailureReason, Task, TaskState
from sandbox.modellix import Fault
from tests.support.drafts import LOW_1K_MICROUSD
from tests.support.studio import Studio

PASSING = [
    Fault.STATUS_403,
    Fault.STATUS_404,
    Fault.STATUS_500,
    Fault.STATUS_503,
    Fault.RATE_LIMITED,
    Fault.LOST_AFTER,
    Fault.RESET_BEFORE,
    Fault.TRUNCATED,
    Fault.HTML,
    Fault.EMPTY_FILE,
    Fault.BOMB,
    Fault.REDIRECT_PRIVATE,
]
LOST = [Fault.STATUS_403, Fault.STATUS_404, Fault.REDIRECT_LOOP]
BAD = [Fault.HTML, Fault.EMPTY_FILE, Fault.BOMB, Fault.REDIRECT_PRIVATE]


def paid(task: Task) -> bool:
    """Whether what the provider billed is what the task cost."""
    return task.cost_microusd == LOW_1K_MICROUSD


class TestFetch:
    @pytest.mark.parametrize("fault", PASSING)
    async def test_trouble_that_passes_delays_the_picture_and_no_more(
        self, studio: Studio, fault: Fault
    ) -> None:
        studio.sandbox.fault(fault, on="file", times=2)
        task = await studio.drawn()
        assert task.state is TaskState.RENDERED
        assert 1 <= task.fetches <= 2, "aiohttp repeats a GET by itself when the connection is lost"
        assert studio.taken == 1

    @pytest.mark.parametrize("fault", LOST)
    async def test_a_link_that_is_never_read_is_given_up_after_an_hour_or_two(
        self, studio: Studio, fault: Fault
    ) -> None:
        studio.sandbox.fault(fault, on="file", times=0)
        start = studio.clock.now()
        task = await studio.drawn(6 * 3_600, estimate=1)
        assert (task.state, task.reason) == (TaskState.FAILED, FailureReason.PICTURE_LOST)
        assert paid(task)
        assert task.ended_at is not None
        assert 3_600_000 < task.ended_at - start < 3 * 3_600_000

    @pytest.mark.parametrize("fault", BAD)
    async def test_what_is_no_picture_three_times_is_none(self, studio: Studio, fault: Fault) -> None:
        studio.sandbox.fault(fault, on="file", times=0)
        task = await studio.drawn(estimate=1)
        assert (task.state, task.reason) == (TaskState.FAILED, FailureReason.PICTURE_BAD)
        assert studio.asked("file") == 3
        assert paid(task)

    async def test_a_link_to_a_private_address_is_never_followed(self, studio: Studio) -> None:
        studio.sandbox.fault(Fault.LINK_IS_PRIVATE)
        task = await studio.drawn()
        assert (task.state, task.reason) == (TaskState.FAILED, FailureReason.PICTURE_BAD)
        assert studio.asked("file") == 0

    async def test_a_redirect_to_a_good_address_is_followed(self, studio: Studio) -> None:
        studio.sandbox.fault(Fault.REDIRECT_FINE, on="file")
        task = await studio.drawn()
        assert (task.state, task.fetches) == (TaskState.RENDERED, 0)

    async def test_a_picture_of_another_size_is_a_picture(self, studio: Studio) -> None:
        """It was paid, and it is shown as what it is."""
        studio.sandbox.fault(Fault.WRONG_SIZE, on="file")
        task = await studio.drawn()
        assert task.picture is not None
        assert (task.picture.width, task.picture.height) == (512, 512)

    async def test_nothing_of_a_failed_download_is_left_on_disk(self, studio: Studio) -> None:
        studio.sandbox.fault(Fault.TRUNCATED, on="file", times=0)
        await studio.drawn(6 * 3_600)
        assert [file for file in (studio.data_dir / "images").rglob("*") if file.is_file()] == []

    async def test_a_download_that_outlasts_the_deadline_goes_on(self, studio: Studio) -> None:
        """The deadline is the provider's; what it has rendered is fetched however late."""
        studio.sandbox.fault(Fault.STATUS_503, on="file", times=20)
        task = await studio.drawn(6 * 3_600)
        assert task.deadline_at is not None
        assert task.ended_at is not None
        assert task.state is TaskState.RENDERED
        assert task.ended_at > task.deadline_at

    async def test_a_disk_that_cannot_be_written_is_waited_for(self, studio: Studio) -> None:
        folder = studio.data_dir / "images"
        folder.rmdir()
        folder.write_text("no folder can be made here")
        task = await studio.drawn(60)
        assert task.state is TaskState.RENDERING
        folder.unlink()
        await studio.work()
        assert (await studio.task(task.job_id)).state is TaskState.RENDERED
