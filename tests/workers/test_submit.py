"""What each answer to the paid request leads to, and that none leads to paying twice.

The table of facts/modellix.md (Submit), over real HTTP.
"""

import asyncio
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from bot.domain.errors import StoreBusy
from bot.domain.jobs import FailureReason, TaskState
from bot.domain.provider import HoldReason
from sandbox.modellix import Fault
from tests.modellix.loopback import closed_port
from tests.support.clock import ManualClock
from tests.support.drafts import LOW_1K_MICROUSD
from tests.support.studio import Studio, opened_studio

REFUSALS = [Fault.STATUS_400, Fault.STATUS_403]
UNCERTAIN = [
    Fault.REDIRECTED,
    Fault.STATUS_408,
    Fault.STATUS_409,
    Fault.STATUS_425,
    Fault.STATUS_500,
    Fault.STATUS_502,
    Fault.STATUS_503,
    Fault.STATUS_504,
    Fault.LOST_BEFORE,
    Fault.LOST_AFTER,
    Fault.RESET_BEFORE,
    Fault.RESET_AFTER,
    Fault.HTML,
    Fault.BROKEN_JSON,
    Fault.CODE_NOT_ZERO,
    Fault.NO_TASK_ID,
    Fault.EMPTY_TASK_ID,
]
THROTTLES = [
    (fault, retry_after_s)
    for fault in (Fault.RATE_LIMITED, Fault.CONCURRENCY_LIMITED)
    for retry_after_s in (None, 0.0, 45.0)
]


class TestTaken:
    async def test_it_is_paid_once_and_the_picture_is_on_disk(self, studio: Studio) -> None:
        task = await studio.drawn()
        assert (task.state, task.cost_microusd) == (TaskState.RENDERED, LOW_1K_MICROUSD)
        assert task.picture is not None
        assert (studio.data_dir / task.picture.path).stat().st_size == task.picture.size_bytes
        assert (studio.taken, studio.charged) == (1, LOW_1K_MICROUSD)
        assert studio.records.database.task_states(task.id) == [
            "queued",
            "submitting",
            "rendering",
            "rendered",
        ]

    async def test_every_move_is_told_so_that_the_card_can_follow(self, studio: Studio) -> None:
        await studio.drawn()
        assert studio.changes >= 2

    async def test_each_image_of_a_job_is_a_task_of_its_own(self, studio: Studio) -> None:
        view = await studio.records.opened(count=4)
        await studio.work()
        tasks = (await studio.records.found(view.job.id)).tasks
        assert {task.state for task in tasks} == {TaskState.RENDERED}
        assert len({task.provider_task_id for task in tasks}) == 4
        assert (studio.taken, studio.charged) == (4, 4 * LOW_1K_MICROUSD)

    async def test_what_is_asked_for_is_what_was_typed(self, studio: Studio) -> None:
        """Markdown, mentions and control characters are neutralised in what is shown, not here."""
        prompt = "**a fox** @everyone \u202e\x07 " + "🦊" * 100
        await studio.drawn(prompt=prompt)
        (task,) = studio.sandbox.world.tasks.values()
        assert task.prompt == prompt

    async def test_an_answer_counts_for_the_service_though_its_task_had_moved_on(
        self, studio: Studio
    ) -> None:
        """Two lost before it and one after it are not three in a row."""
        studio.sandbox.fault(Fault.LOST_BEFORE, times=2)
        await studio.records.opened(count=2)
        await studio.work(60)
        await studio.records.opened(by=2)
        (claim,) = await studio.records.submitting()
        await studio.records.fail(claim)
        await studio.renderer._submitter.submit(claim)
        studio.sandbox.fault(Fault.LOST_BEFORE)
        await studio.drawn(60, by=3)

        assert studio.records.database.value("SELECT COUNT(*) FROM task WHERE state = 'unknown'") == 3
        assert await studio.records.tasks.hold() is None
        assert (await studio.task(claim.task.job_id)).state is TaskState.FAILED


class TestRefused:
    @pytest.mark.parametrize("fault", REFUSALS)
    async def test_a_refused_request_fails_and_costs_nothing(self, studio: Studio, fault: Fault) -> None:
        studio.sandbox.fault(fault)
        task = await studio.drawn()
        assert (task.state, task.reason, task.cost_microusd) == (
            TaskState.FAILED,
            FailureReason.REJECTED,
            0,
        )
        assert (studio.asked("submit"), studio.taken) == (1, 0)

    async def test_an_address_that_is_gone_is_tried_in_its_other_form(self, studio: Studio) -> None:
        studio.sandbox.fault(Fault.STATUS_404)
        task = await studio.drawn()
        assert task.state is TaskState.RENDERED
        assert (studio.asked("submit"), studio.taken) == (2, 1)

    async def test_when_both_are_gone_it_fails(self, studio: Studio) -> None:
        studio.sandbox.fault(Fault.STATUS_404, times=0)
        task = await studio.drawn()
        assert (task.state, task.cost_microusd) == (TaskState.FAILED, 0)
        assert task.reason is FailureReason.REJECTED
        assert studio.taken == 0


class TestUncertain:
    @pytest.mark.parametrize("executed", [False, True], ids=["not taken", "taken"])
    @pytest.mark.parametrize("fault", UNCERTAIN)
    async def test_without_a_certain_answer_nothing_is_sent_again(
        self, studio: Studio, fault: Fault, executed: bool
    ) -> None:
        """Whether the provider took it or not: a day later there was still only the one request."""
        studio.sandbox.fault(fault, executed=executed)
        task = await studio.drawn(86_400)
        assert (task.state, task.cost_microusd) == (TaskState.UNKNOWN, None)
        later = await studio.restarted()
        await later.work(86_400)
        assert (await later.task(task.job_id)).state is TaskState.UNKNOWN
        assert studio.asked("submit") == 1
        assert studio.taken == int(executed)

    async def test_an_answer_that_does_not_come_in_time_is_none(
        self, tmp_path: Path, clock: ManualClock
    ) -> None:
        async with opened_studio(tmp_path, clock, submit_timeout_s=0.2) as studio:
            studio.sandbox.fault(Fault.LATE_AFTER, delay_s=1)
            task = await studio.drawn()
        assert task.state is TaskState.UNKNOWN
        assert (studio.asked("submit"), studio.taken) == (1, 1)

    async def test_a_person_may_say_that_it_is_sent_again(self, studio: Studio) -> None:
        studio.sandbox.fault(Fault.LOST_AFTER)
        task = await studio.drawn()
        await studio.records.tasks.retry_unknown(task.job_id, studio.clock.now())
        await studio.work()
        task = await studio.task(task.job_id)
        assert (task.state, task.attempts) == (TaskState.RENDERED, 2)
        assert studio.taken == 2, "and that is what the person was told it may come to"

    async def test_the_other_images_of_the_job_go_on(self, studio: Studio) -> None:
        studio.sandbox.fault(Fault.LOST_BEFORE, skip=1)
        view = await studio.records.opened(count=3)
        await studio.work()
        states = sorted(task.state for task in (await studio.records.found(view.job.id)).tasks)
        assert states == ["rendered", "rendered", "unknown"]
        assert studio.taken == 2


class TestNotSent:
    async def test_a_host_that_is_not_there_is_soon_left_in_peace(
        self, tmp_path: Path, clock: ManualClock
    ) -> None:
        """Nothing was sent, so it is safe to repeat; but after three tries only free probes go out."""
        base_url = f"http://127.0.0.1:{closed_port()}"
        async with opened_studio(tmp_path, clock, base_url=base_url) as studio:
            task = await studio.drawn(600)
            assert task.state is TaskState.QUEUED
            assert task.attempts == 3
            assert await studio.records.tasks.hold() is HoldReason.AWAY
            states = studio.records.database.task_states(task.id)
        assert set(states) == {"queued", "submitting"}

    async def test_and_then_it_is_paid_once(self, tmp_path: Path, clock: ManualClock) -> None:
        port = closed_port()
        async with opened_studio(tmp_path, clock, base_url=f"http://127.0.0.1:{port}") as studio:
            task = await studio.drawn(60)
            assert task.state is TaskState.QUEUED
            async with studio.sandbox.serving(port):
                await studio.work()
            assert (await studio.task(task.job_id)).state is TaskState.RENDERED
            assert studio.charged == LOW_1K_MICROUSD


class TestThrottled:
    @pytest.mark.parametrize(("fault", "retry_after_s"), THROTTLES)
    async def test_after_a_pause_it_is_sent_again_and_paid_once(
        self, studio: Studio, fault: Fault, retry_after_s: float | None
    ) -> None:
        order: dict[str, Any] = {} if retry_after_s is None else {"retry_after_s": retry_after_s}
        studio.sandbox.fault(fault, times=2, **order)
        task = await studio.drawn()
        assert task.state is TaskState.RENDERED
        assert (studio.asked("submit"), studio.taken) == (3, 1)
        first, second, third = studio.times_of("submit")
        least_s = max(1.0, retry_after_s or 0.0)
        assert second - first >= least_s
        assert third - second >= least_s

    async def test_the_pause_is_for_everybody(self, studio: Studio) -> None:
        studio.sandbox.fault(Fault.RATE_LIMITED, retry_after_s=30)
        await studio.records.opened(by=1, count=2)
        await studio.records.opened(by=2)
        await studio.work()
        times = studio.times_of("submit")
        assert studio.taken == 3
        assert not [time for time in times[2:] if time < times[0] + 30]

    async def test_a_real_limit_of_tasks_at_once_is_kept_after_the_first_complaint(
        self, tmp_path: Path, clock: ManualClock
    ) -> None:
        """The account takes two at once, the settings say five: it is found out, and all are drawn."""
        async with opened_studio(tmp_path, clock, max_tasks=5, tasks_at_once=2, retry_after=False) as studio:
            for member in range(3):
                await studio.records.opened(by=member, count=2)
            await studio.work()
            states = studio.records.database.rows("SELECT DISTINCT state FROM task")
            answers = studio.sandbox.world.books()["requests"]["submit"]["answers"]
        assert states == ["rendered"]
        assert studio.taken == 6
        assert answers["429"] <= 6


class TestHeld:
    @pytest.mark.parametrize(
        ("fault", "reason"),
        [(Fault.STATUS_401, HoldReason.KEY), (Fault.STATUS_402, HoldReason.BALANCE)],
    )
    async def test_the_queue_waits_while_one_image_now_and_then_finds_out(
        self, studio: Studio, fault: Fault, reason: HoldReason
    ) -> None:
        """The free probe sees no fault here, so an image goes on trial, now and then."""
        studio.sandbox.fault(fault, times=0)
        view = await studio.records.opened(count=3)
        await studio.work(150)
        assert await studio.records.tasks.hold() is reason
        assert {task.state for task in (await studio.records.found(view.job.id)).tasks} == {TaskState.QUEUED}
        times = studio.times_of("submit")
        assert 3 <= len(times) <= 11, "two that went together, then one at a time"
        assert all(later - earlier >= 15 for earlier, later in pairwise(times[1:]))

    async def test_a_probe_that_passes_ends_it_for_all(self, studio: Studio) -> None:
        studio.sandbox.fault(Fault.STATUS_402, times=3)
        view = await studio.records.opened(count=4)
        await studio.work()
        assert await studio.records.tasks.hold() is None
        assert {task.state for task in (await studio.records.found(view.job.id)).tasks} == {
            TaskState.RENDERED
        }
        assert studio.taken == 4

    async def test_an_empty_balance_holds_until_it_is_topped_up(
        self, tmp_path: Path, clock: ManualClock
    ) -> None:
        async with opened_studio(tmp_path, clock, balance_microusd=LOW_1K_MICROUSD) as studio:
            view = await studio.records.opened(count=2)
            await studio.work(600)
            assert await studio.records.tasks.hold() is HoldReason.BALANCE
            assert studio.charged == LOW_1K_MICROUSD
            studio.sandbox.world.change({"balance_microusd": 1_000_000})
            await studio.work(400)
            states = {task.state for task in (await studio.records.found(view.job.id)).tasks}
        assert states == {TaskState.RENDERED}

    async def test_it_outlives_a_restart(self, studio: Studio) -> None:
        """The new run does not send the whole queue against a wrong key; it probes first."""
        studio.sandbox.fault(Fault.STATUS_401, times=0)
        await studio.records.opened(count=4)
        await studio.work(30)
        before = studio.asked("submit")
        later = await studio.restarted()
        await later.work(30)
        assert studio.asked("submit") - before == 1


class TestAway:
    async def test_few_images_become_unknown_while_the_service_is_in_trouble(self, studio: Studio) -> None:
        """Each lost answer may be a paid image: after three the line stands still until a probe passes."""
        studio.sandbox.fault(Fault.STATUS_503, on="submit", times=0)
        for member in range(6):
            await studio.records.opened(by=member)
        studio.sandbox.fault(Fault.STATUS_503, on="account", times=0)
        await studio.work(600)
        unknown = studio.records.database.rows("SELECT id FROM task WHERE state = 'unknown'")
        assert len(unknown) in {3, 4}, "three, and one that went beside the third"
        assert await studio.records.tasks.hold() is HoldReason.AWAY
        assert studio.asked("submit") == len(unknown)

        studio.sandbox.faults.clear()
        await studio.work()
        left = studio.records.database.rows("SELECT id FROM task WHERE state = 'rendered'")
        assert len(left) == 6 - len(unknown)
        assert await studio.records.tasks.hold() is None


class TestSpill:
    async def test_a_paid_id_survives_a_database_that_is_away_and_a_crash(
        self, studio: Studio, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Promise 3: the answer came, the database would not have it, and the process was killed."""
        view = await studio.records.opened()

        async def away(*_: object) -> None:
            raise StoreBusy("locked")

        with monkeypatch.context() as patch:
            patch.setattr(studio.records.tasks, "taken", away)
            running = asyncio.create_task(studio.renderer.run_once())
            await studio.clock.asleep()
            await studio.renderer.drain(0)
            running.cancel()
        assert (await studio.task(view.job.id)).state is TaskState.SUBMITTING

        later = await studio.restarted()
        await later.work()

        assert (await studio.task(view.job.id)).state is TaskState.RENDERED
        assert studio.taken == 1
        assert not (studio.data_dir / "spill.jsonl").exists()
