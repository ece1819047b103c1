"""What each answer to a look leads to: looking costs nothing, so doubt is looked at again."""

from pathlib import Path
from typing import Any

import pytest

from bot.domain.jobs import FailureReason, TaskState
from bot.domain.provider import HoldReason
from sandbox.modellix import Fault
from tests.support.clock import ManualClock
from tests.support.drafts import LOW_1K_MICROUSD
from tests.support.studio import Studio, opened_studio

PASSING = [
    Fault.STATUS_400,
    Fault.STATUS_403,
    Fault.STATUS_408,
    Fault.STATUS_500,
    Fault.STATUS_502,
    Fault.STATUS_503,
    Fault.STATUS_504,
    Fault.RATE_LIMITED,
    Fault.HTML,
    Fault.BROKEN_JSON,
    Fault.CODE_NOT_ZERO,
    Fault.OTHER_TASK_ID,
    Fault.LOST_AFTER,
    Fault.RESET_BEFORE,
    Fault.REDIRECTED,
]
WORDINGS = [
    Fault.SAYS_QUEUED,
    Fault.SAYS_RUNNING,
    Fault.SAYS_IN_PROGRESS,
    Fault.SAYS_CREATED,
    Fault.SAYS_UNKNOWN_WORD,
    Fault.SAYS_SUCCEEDED,
    Fault.SAYS_COMPLETED,
    Fault.EXPIRES_IN_SECONDS,
    Fault.EXPIRES_IN_ISO,
    Fault.SECOND_IS_PRIMARY,
    Fault.GET_RESULT_IS_HTTP,
]
FAILURES = [
    Fault.FAILED_WITHOUT_TEXT,
    Fault.FAILED_ERROR_TEXT,
    Fault.FAILED_ERROR_OBJECT,
    Fault.FAILED_ERROR_CODE,
    Fault.FAILED_MESSAGE,
    Fault.FAILED_RESULT_ERROR,
    Fault.FAILED_RESULT_MESSAGE,
    Fault.SAYS_ERROR,
    Fault.SAYS_CANCELED,
    Fault.SAYS_CANCELLED,
]


class TestPassing:
    @pytest.mark.parametrize("fault", PASSING)
    async def test_a_burst_of_trouble_delays_the_picture_and_no_more(
        self, studio: Studio, fault: Fault
    ) -> None:
        studio.sandbox.fault(fault, on="poll", times=3)
        task = await studio.drawn()
        assert (task.state, task.cost_microusd) == (TaskState.RENDERED, LOW_1K_MICROUSD)
        assert (studio.asked("submit"), studio.taken) == (1, 1)

    @pytest.mark.parametrize("fault", [Fault.STATUS_503, Fault.RATE_LIMITED])
    async def test_trouble_is_not_answered_with_a_storm(self, studio: Studio, fault: Fault) -> None:
        studio.sandbox.fault(fault, on="poll", times=0)
        await studio.drawn(600)
        assert studio.asked("poll") < 60

    @pytest.mark.parametrize("wording", WORDINGS)
    async def test_it_is_understood_in_whatever_words(self, studio: Studio, wording: Fault) -> None:
        studio.sandbox.fault(wording)
        task = await studio.drawn()
        assert task.state is TaskState.RENDERED

    async def test_a_success_without_a_bill_costs_its_estimate(self, studio: Studio) -> None:
        studio.sandbox.fault(Fault.BARE)
        task = await studio.drawn(estimate=7_777)
        assert (task.state, task.cost_microusd) == (TaskState.RENDERED, 7_777)

    async def test_a_key_refused_on_a_look_holds_the_queue_but_not_what_is_paid(self, studio: Studio) -> None:
        studio.sandbox.fault(Fault.STATUS_401, on="poll", times=2)
        task = await studio.drawn()
        assert task.state is TaskState.RENDERED
        assert await studio.records.tasks.hold() is HoldReason.KEY
        await studio.drawn()
        assert await studio.records.tasks.hold() is None, "until a submit finds that it is good again"


class TestFailed:
    @pytest.mark.parametrize("fault", FAILURES)
    async def test_a_task_that_the_provider_gave_up_costs_nothing(self, studio: Studio, fault: Fault) -> None:
        studio.sandbox.fault(fault)
        task = await studio.drawn()
        assert (task.state, task.reason, task.cost_microusd) == (
            TaskState.FAILED,
            FailureReason.PROVIDER_FAILED,
            0,
        )
        assert studio.charged == 0

    async def test_unless_it_is_billed_all_the_same(self, studio: Studio) -> None:
        studio.sandbox.fault(Fault.FAILED_BUT_BILLED)
        task = await studio.drawn(estimate=1)
        assert (task.state, task.cost_microusd) == (TaskState.FAILED, LOW_1K_MICROUSD)
        assert studio.charged == LOW_1K_MICROUSD

    async def test_a_prompt_refused_by_the_safety_system_is_told_apart(self, studio: Studio) -> None:
        studio.sandbox.fault(Fault.FAILED_BY_SAFETY)
        task = await studio.drawn()
        assert (task.state, task.reason, task.cost_microusd) == (TaskState.FAILED, FailureReason.SAFETY, 0)

    async def test_what_the_provider_said_is_kept_for_moderators(self, studio: Studio) -> None:
        studio.sandbox.fault(Fault.FAILED_ERROR_OBJECT)
        task = await studio.drawn()
        assert task.detail
        assert len(task.detail) <= 200


class TestGone:
    async def test_a_task_that_the_provider_forgot_is_expired_and_keeps_its_estimate(
        self, studio: Studio
    ) -> None:
        studio.sandbox.fault(Fault.EXPIRED)
        task = await studio.drawn(estimate=7_777)
        assert (task.state, task.reason, task.cost_microusd) == (
            TaskState.FAILED,
            FailureReason.EXPIRED,
            7_777,
        )

    async def test_a_fresh_task_that_is_not_known_everywhere_yet_is_no_lost_one(self, studio: Studio) -> None:
        studio.sandbox.fault(Fault.STATUS_404, on="poll", times=3)
        assert (await studio.drawn()).state is TaskState.RENDERED

    async def test_one_404_after_a_burst_of_errors_is_one_404(self, studio: Studio) -> None:
        """A provider that comes back from an outage may not know everything at once."""
        studio.sandbox.fault(Fault.STATUS_503, on="poll", times=6)
        studio.sandbox.fault(Fault.STATUS_404, on="poll", times=1)
        assert (await studio.drawn()).state is TaskState.RENDERED


class TestDeadline:
    async def test_a_stuck_task_is_given_up_and_keeps_its_estimate(self, studio: Studio) -> None:
        studio.sandbox.fault(Fault.STUCK)
        submitted_at = studio.clock.now()
        task = await studio.drawn(estimate=7_777)
        assert (task.state, task.reason, task.cost_microusd) == (
            TaskState.FAILED,
            FailureReason.TOO_LATE,
            7_777,
        )
        assert task.ended_at is not None
        assert 900_000 <= task.ended_at - submitted_at <= 931_000

    async def test_a_stuck_task_does_not_eat_the_budget(self, studio: Studio) -> None:
        studio.sandbox.fault(Fault.STUCK)
        await studio.drawn()
        assert studio.asked("poll") < 60

    @pytest.mark.parametrize("fault", [Fault.EMPTY_RESOURCES, Fault.NO_RESULT])
    async def test_a_success_that_never_shows_its_picture_costs_what_was_billed(
        self, studio: Studio, fault: Fault
    ) -> None:
        studio.sandbox.fault(fault)
        task = await studio.drawn(estimate=1)
        assert (task.state, task.reason) == (TaskState.FAILED, FailureReason.PICTURE_LOST)
        assert task.cost_microusd == LOW_1K_MICROUSD

    @pytest.mark.parametrize("fault", [Fault.STATUS_503, Fault.LOST_AFTER, Fault.STATUS_401])
    async def test_a_provider_that_is_away_for_long_loses_no_picture(
        self, studio: Studio, fault: Fault
    ) -> None:
        """Silence says nothing about the task: it was paid, it is done, and it is kept for days."""
        studio.sandbox.fault(fault, on="poll", times=0)
        task = await studio.drawn(1_200)
        assert task.state is TaskState.RENDERING
        studio.sandbox.faults.clear()
        await studio.work(300)
        assert (await studio.task(task.job_id)).state is TaskState.RENDERED

    async def test_nor_does_a_bot_that_was_off(self, studio: Studio) -> None:
        task = await studio.drawn(2)
        assert task.state is TaskState.RENDERING
        studio.clock.advance(6 * 3_600)
        later = await studio.restarted()
        await later.work()
        assert (await later.task(task.job_id)).state is TaskState.RENDERED

    async def test_silence_has_an_end_too(self, tmp_path: Path, clock: ManualClock) -> None:
        async with opened_studio(tmp_path, clock, deadline_s=60) as studio:
            task = await studio.drawn(5)
            assert task.state is TaskState.RENDERING
            studio.sandbox.fault(Fault.STATUS_503, on="poll", times=0)
            clock.advance(60 + 24 * 3_600)
            await studio.work()
            task = await studio.task(task.job_id)
        assert (task.state, task.reason) == (TaskState.FAILED, FailureReason.TOO_LATE)
        assert task.cost_microusd == task.estimate_microusd


class TestTiming:
    async def test_it_learns_how_long_images_take(self, studio: Studio) -> None:
        """The thirtieth costs no more than a few looks, and is seen soon after it is done."""
        for _ in range(12):
            await studio.records.opened(count=2)
        await studio.work()
        polls_before = studio.asked("poll")
        view = await studio.records.opened()
        start = studio.clock.now()
        await studio.work()
        task = await studio.task(view.job.id)
        assert studio.asked("poll") - polls_before <= 2
        assert task.ended_at is not None
        assert task.ended_at - start <= 12_000

    async def test_what_it_took_is_the_provider_s_word_where_that_is_possible(self, studio: Studio) -> None:
        task = await studio.drawn()
        assert task.took_ms is not None
        assert 9_000 <= task.took_ms <= 11_000


def test_every_fate_that_the_stand_in_knows_is_tried_here_or_with_the_pictures() -> None:
    """A fault added to the stand-in is a case to be thought about."""
    here: set[Any] = {*WORDINGS, *FAILURES, Fault.BARE, Fault.STUCK, Fault.EXPIRED}
    here |= {Fault.FAILED_BUT_BILLED, Fault.FAILED_BY_SAFETY, Fault.EMPTY_RESOURCES, Fault.NO_RESULT}
    with_the_pictures = {Fault.LINK_IS_PRIVATE}
    assert {fault for fault in Fault if fault.is_fate} == here | with_the_pictures
