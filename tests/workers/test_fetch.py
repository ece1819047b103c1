"""What each kind of trouble with a finished picture leads to: it is paid, so it is worth some patience."""

import pytest
from structlog.testing import capture_logs

from bot.domain.errors import PictureNotKept
from bot.domain.jobs import FailureReason, Picture, Task, TaskState
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

    async def test_a_link_in_trouble_takes_no_try_from_what_comes_in_its_place(self, studio: Studio) -> None:
        """Errors, then pages that say that the host is in trouble, then the picture: it is paid."""
        studio.sandbox.fault(Fault.STATUS_503, on="file", times=4)
        studio.sandbox.fault(Fault.HTML, on="file", times=2)
        studio.sandbox.fault(Fault.STATUS_503, on="file")
        studio.sandbox.fault(Fault.HTML, on="file", times=2)
        task = await studio.drawn()
        assert (task.state, task.fetches) == (TaskState.RENDERED, 9)

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

    async def test_a_disk_that_cannot_be_written_for_a_day_is_waited_for(self, studio: Studio) -> None:
        """It says nothing about the link: no try is used up, and the provider is not asked all the time."""
        folder = studio.data_dir / "images"
        folder.rmdir()
        folder.write_text("no folder can be made here")
        with capture_logs() as logs:
            task = await studio.drawn(86_400)
        assert (task.state, task.fetches) == (TaskState.RENDERING, 0)
        assert {entry["log_level"] for entry in logs} == {"info", "warning"}
        assert 100 < studio.asked("poll") < 400
        folder.unlink()
        await studio.work()
        task = await studio.task(task.job_id)
        assert (task.state, task.fetches) == (TaskState.RENDERED, 0)

    async def test_a_disk_in_trouble_takes_no_try_from_the_link(self, studio: Studio) -> None:
        """The link fails as often as it may but once, with the disk failing in between."""
        fetch, times = studio.pictures.fetch, 0

        async def now_and_then_full(url: str, task_id: str) -> Picture:
            nonlocal times
            times += 1
            if times % 2:
                raise PictureNotKept("the disk is full")
            return await fetch(url, task_id)

        studio.pictures.fetch = now_and_then_full  # type: ignore[method-assign]
        studio.sandbox.fault(Fault.STATUS_503, on="file", times=23)
        task = await studio.drawn(12 * 3_600)
        assert (task.state, task.fetches) == (TaskState.RENDERED, 23)

    async def test_a_bug_of_ours_is_no_reason_to_ask_all_the_time(self, studio: Studio) -> None:
        """No thread left to look a name up, say: it is fetched anew later, with patience."""
        fetch = studio.pictures.fetch

        async def fail(url: str, task_id: str) -> Picture:
            raise RuntimeError("can't start new thread")

        studio.pictures.fetch = fail  # type: ignore[method-assign]
        task = await studio.drawn(86_400)
        assert (task.state, task.fetches) == (TaskState.RENDERING, 0)
        assert 100 < studio.asked("poll") < 400
        studio.pictures.fetch = fetch  # type: ignore[method-assign]
        await studio.work()
        assert (await studio.task(task.job_id)).state is TaskState.RENDERED

    async def test_when_the_provider_has_forgotten_it_the_wait_for_the_disk_ends(
        self, studio: Studio
    ) -> None:
        """What is not there any more cannot be kept; it is paid, and the card says so."""
        folder = studio.data_dir / "images"
        folder.rmdir()
        folder.write_text("no folder can be made here")
        task = await studio.drawn(3_600)
        studio.sandbox.fault(Fault.STATUS_404, on="poll", times=0)
        await studio.work(3_600)
        task = await studio.task(task.job_id)
        assert (task.state, task.reason) == (TaskState.FAILED, FailureReason.EXPIRED)
        assert task.cost_microusd == task.estimate_microusd
