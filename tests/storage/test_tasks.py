"""Each move of a task: what it writes, and that it moves no task from any other state."""

from collections.abc import Awaitable, Callable

import pytest

from bot.domain.errors import StaleMove
from bot.domain.jobs import FailureReason, JobState, Quality, Size, TaskState
from bot.domain.polling import SAMPLES_FOR_OWN_MIND
from bot.domain.ports import Claim
from bot.domain.provider import HoldReason
from tests.support.drafts import request
from tests.support.records import Records, picture

Move = Callable[[Records, Claim], Awaitable[None]]


async def put_back(records: Records, claim: Claim) -> None:
    await records.tasks.put_back(claim.task, records.clock.now() + 5_000, records.clock.now())


async def look_later(records: Records, claim: Claim) -> None:
    await records.tasks.look_later(claim.task, records.clock.now(), stumbled=True, fetched=True)


MOVES: dict[str, tuple[Move, set[TaskState]]] = {
    "taken": (Records.take, {TaskState.SUBMITTING, TaskState.UNKNOWN}),
    "put_back": (put_back, {TaskState.SUBMITTING}),
    "lose": (Records.lose, {TaskState.SUBMITTING}),
    "look_later": (look_later, {TaskState.RENDERING}),
    "rendered": (Records.render, {TaskState.RENDERING}),
    "fail": (Records.fail, {TaskState.SUBMITTING, TaskState.RENDERING}),
}
_AS_IN = {
    TaskState.QUEUED: "provider_task_id = NULL",
    TaskState.SUBMITTING: "provider_task_id = NULL",
    TaskState.RENDERING: "provider_task_id = 'p'",
    TaskState.UNKNOWN: "provider_task_id = NULL",
    TaskState.RENDERED: "provider_task_id = 'p', cost_microusd = 1, picture_path = 'x'",
    TaskState.FAILED: "cost_microusd = 1, reason = 'safety'",
    TaskState.CANCELLED: "cost_microusd = 0",
}


async def claimed_in(records: Records, state: TaskState) -> Claim:
    """A task that this run claimed once and that stands in a state now."""
    await records.opened()
    (claim,) = await records.submitting()
    records.database.alter(f"UPDATE task SET state = '{state}', {_AS_IN[state]}")
    return claim


class TestStale:
    @pytest.mark.parametrize("name", MOVES)
    @pytest.mark.parametrize("state", list(TaskState))
    async def test_a_move_is_made_from_its_states_only(
        self, records: Records, name: str, state: TaskState
    ) -> None:
        move, legal = MOVES[name]
        claim = await claimed_in(records, state)
        before = records.database.rows("SELECT * FROM task")
        if state in legal:
            await move(records, claim)
            assert records.database.rows("SELECT * FROM task") != before
        else:
            with pytest.raises(StaleMove):
                await move(records, claim)
            assert records.database.rows("SELECT * FROM task") == before

    @pytest.mark.parametrize("name", ["taken", "put_back", "lose", "fail"])
    async def test_an_answer_to_an_earlier_sending_moves_nothing(self, records: Records, name: str) -> None:
        """Put back and sent again: the first sending's late answer is about another attempt."""
        await records.opened()
        (first,) = await records.submitting()
        await records.tasks.put_back(first.task, records.clock.now(), records.clock.now())
        (second,) = await records.submitting()
        assert first.task.attempt_id != second.task.attempt_id
        with pytest.raises(StaleMove):
            await MOVES[name][0](records, first)


class TestSubmit:
    async def test_the_intent_is_committed_before_anything_is_sent(self, records: Records) -> None:
        view = await records.opened()
        (claim,) = await records.submitting()
        task = (await records.found(view.job.id)).tasks[0]
        assert claim.task == task
        assert (task.state, task.attempts, task.submitted_at) == (
            TaskState.SUBMITTING,
            1,
            records.clock.now(),
        )
        assert task.attempt_id is not None
        assert claim.request == view.job.request

    async def test_a_task_put_back_keeps_its_turn_and_waits(self, records: Records) -> None:
        first = await records.opened(by=1)
        await records.opened(by=2)
        (claim,) = await records.submitting()
        await put_back(records, claim)
        (other,) = await records.submitting()
        assert other.task.job_id != first.job.id
        records.clock.advance(5)
        (again,) = await records.submitting()
        assert (again.task.id, again.task.attempts) == (claim.task.id, 2)

    async def test_a_late_answer_finds_its_attempt(self, records: Records) -> None:
        """Given up as unknown, and then the answer came after all: it is paid, so it is polled."""
        await records.opened()
        (claim,) = await records.submitting()
        await records.lose(claim)
        await records.take(claim)
        assert records.database.task_states(claim.task.id)[-2:] == ["unknown", "rendering"]

    async def test_a_task_put_back_for_a_card_that_is_gone_is_not_sent_again(self, records: Records) -> None:
        """Nobody would see the picture: nothing was taken, so nothing more is spent."""
        view = await records.opened()
        (claim,) = await records.submitting()
        await records.jobs.claim(8, records.clock.now())
        await records.jobs.give_up(view.job.id, "CardGone", records.clock.now())
        await put_back(records, claim)
        task = (await records.found(view.job.id)).tasks[0]
        assert (task.state, task.cost_microusd) == (TaskState.CANCELLED, 0)


class TestPoll:
    async def test_a_snooze_costs_no_attempt(self, records: Records) -> None:
        view = await records.opened()
        (claim,) = await records.rendering()
        await look_later(records, claim)
        task = (await records.found(view.job.id)).tasks[0]
        assert (task.attempts, task.polls, task.stumbles, task.fetches) == (1, 1, 1, 1)
        (claim,) = await records.tasks.claim_polls(1, records.clock.now())
        await records.tasks.look_later(claim.task, records.clock.now(), stumbled=False, fetched=False)
        task = (await records.found(view.job.id)).tasks[0]
        assert (task.polls, task.stumbles, task.fetches) == (2, 0, 1)

    async def test_a_rendered_task_has_its_picture_and_its_cost(self, records: Records) -> None:
        view = await records.opened(estimate=9_000)
        (claim,) = await records.rendering()
        await records.render(claim, cost=5_400, took_ms=8_200)
        task = (await records.found(view.job.id)).tasks[0]
        assert (task.state, task.cost_microusd, task.took_ms) == (TaskState.RENDERED, 5_400, 8_200)
        assert task.picture == picture(claim.task)

    async def test_an_id_that_another_task_has_is_not_taken(self, records: Records) -> None:
        """Two tasks with one id of the provider would share a picture. What it cost is unknown."""
        await records.opened(count=2)
        one, two = await records.submitting(2)
        await records.take(one, "task-same")
        with pytest.raises(StaleMove):
            await records.take(two, "task-same")
        await records.lose(two)
        assert records.database.task_states(two.task.id)[-1] == "unknown"


class TestUnknown:
    async def unknown(self, records: Records, count: int = 1) -> str:
        """A job all of whose images are unknown."""
        view = await records.opened(count=count, estimate=7_000)
        for claim in await records.submitting(count):
            await records.lose(claim)
        return view.job.id

    async def test_it_is_never_claimed_by_itself(self, records: Records) -> None:
        await self.unknown(records)
        records.clock.advance(100_000)
        assert await records.submitting(10) == []
        assert await records.tasks.claim_polls(10, records.clock.now()) == []

    async def test_tried_again_it_is_a_new_attempt(self, records: Records) -> None:
        job_id = await self.unknown(records, count=2)
        assert await records.tasks.retry_unknown(job_id, records.clock.now()) == 2
        assert await records.tasks.retry_unknown(job_id, records.clock.now()) == 0
        assert [claim.task.attempts for claim in await records.submitting(9)] == [2, 2]

    async def test_what_the_lost_try_may_have_cost_is_kept_when_it_is_tried_again(
        self, records: Records
    ) -> None:
        """Once for each such try, and not before a person said so."""
        job_id = await self.unknown(records)
        assert (await records.found(job_id)).tasks[0].doubt_microusd == 0
        for tries in (1, 2):
            await records.tasks.retry_unknown(job_id, records.clock.now())
            (claim,) = await records.submitting()
            assert claim.task.doubt_microusd == tries * 7_000
            await records.lose(claim)

    @pytest.mark.parametrize("end", ["rendered", "failed", "left", "cancelled", "for nobody"])
    async def test_however_the_next_try_ends_it_stays_beside_what_that_one_cost(
        self, records: Records, end: str
    ) -> None:
        job_id = await self.unknown(records)
        await records.tasks.retry_unknown(job_id, records.clock.now())
        cost = await getattr(self, "_" + end.replace(" ", "_"))(records, job_id)
        task = (await records.found(job_id)).tasks[0]
        assert task.over
        assert (task.cost_microusd, task.doubt_microusd) == (cost, 7_000)

    async def _rendered(self, records: Records, _: str) -> int:
        (claim,) = await records.rendering()
        await records.render(claim, cost=6_500)
        return 6_500

    async def _failed(self, records: Records, _: str) -> int:
        (claim,) = await records.submitting()
        await records.fail(claim)
        return 0

    async def _left(self, records: Records, job_id: str) -> int:
        (claim,) = await records.submitting()
        await records.lose(claim)
        await records.tasks.leave_unknown(job_id, records.clock.now())
        return 7_000

    async def _cancelled(self, records: Records, job_id: str) -> int:
        await records.jobs.cancel(job_id, records.clock.now())
        return 0

    async def _for_nobody(self, records: Records, job_id: str) -> int:
        (claim,) = await records.submitting()
        await records.jobs.claim(8, records.clock.now())
        await records.jobs.give_up(job_id, "CardGone", records.clock.now())
        await put_back(records, claim)
        return 0

    async def test_an_answer_that_comes_late_leaves_no_doubt(self, records: Records) -> None:
        """It was that very try which was charged."""
        view = await records.opened()
        (claim,) = await records.submitting()
        await records.lose(claim)
        await records.take(claim)
        (claim,) = await records.tasks.claim_polls(1, records.clock.now())
        await records.render(claim)
        assert (await records.found(view.job.id)).tasks[0].doubt_microusd == 0

    async def test_left_alone_it_keeps_its_estimate_as_its_cost(self, records: Records) -> None:
        job_id = await self.unknown(records)
        assert await records.tasks.leave_unknown(job_id, records.clock.now()) == 1
        task = (await records.found(job_id)).tasks[0]
        assert (task.state, task.reason, task.cost_microusd) == (
            TaskState.FAILED,
            FailureReason.LEFT,
            7_000,
        )

    async def test_when_the_card_is_gone_it_is_left_because_nobody_can_be_asked(
        self, records: Records
    ) -> None:
        job_id = await self.unknown(records)
        await records.jobs.claim(8, records.clock.now())
        await records.jobs.give_up(job_id, "PlaceClosed", records.clock.now())
        assert await records.tasks.retry_unknown(job_id, records.clock.now()) == 0
        task = (await records.found(job_id)).tasks[0]
        assert (task.state, task.reason) == (TaskState.FAILED, FailureReason.LEFT)

    async def test_so_it_is_when_it_becomes_unknown_after_that(self, records: Records) -> None:
        view = await records.opened()
        (claim,) = await records.submitting()
        await records.jobs.claim(8, records.clock.now())
        await records.jobs.give_up(view.job.id, "CardGone", records.clock.now())
        await records.lose(claim)
        task = (await records.found(view.job.id)).tasks[0]
        assert (task.state, task.reason) == (TaskState.FAILED, FailureReason.LEFT)

    async def test_a_decision_about_nothing_changes_nothing(self, records: Records) -> None:
        view = await records.opened()
        assert await records.tasks.retry_unknown(view.job.id, records.clock.now()) == 0
        assert await records.tasks.leave_unknown(view.job.id, records.clock.now()) == 0


class TestHold:
    async def test_it_is_a_change_only_when_it_differs(self, records: Records) -> None:
        now = records.clock.now()
        assert await records.tasks.hold() is None
        assert await records.tasks.set_hold(None, now) is False
        assert await records.tasks.set_hold(HoldReason.KEY, now) is True
        assert await records.tasks.set_hold(HoldReason.KEY, now) is False
        assert await records.tasks.set_hold(HoldReason.BALANCE, now) is True
        assert await records.tasks.hold() is HoldReason.BALANCE
        assert await records.tasks.set_hold(None, now) is True

    async def test_it_makes_every_card_in_line_due_and_no_other(self, records: Records) -> None:
        waiting = await records.opened(by=1)
        accepted = await records.accepted(by=2)
        for view in await records.jobs.claim(8, records.clock.now()):
            await records.jobs.snooze(view.job.id, records.clock.now() + 600_000, stumbled=False)
        records.clock.advance(1)
        await records.tasks.set_hold(HoldReason.KEY, records.clock.now())
        assert (await records.found(waiting.job.id)).job.due_at == records.clock.now()
        assert (await records.found(accepted.job.id)).job.state is JobState.ACCEPTED
        assert (await records.found(accepted.job.id)).job.due_at != records.clock.now()


class TestDurations:
    async def test_they_are_those_of_one_size_and_quality(self, records: Records) -> None:
        for size, took_ms in [(Size.SQUARE, 11_000), (Size.PORTRAIT_4K, 99_000)]:
            await records.opened(size=size)
            (claim,) = await records.rendering()
            await records.render(claim, took_ms=took_ms)
        known = await records.tasks.durations(request(size=Size.PORTRAIT_4K))
        assert 99.0 in known.sorted_s
        assert 11.0 not in known.sorted_s
        assert await records.tasks.durations(request(quality=Quality.HIGH)) != known

    async def test_while_they_are_few_those_of_like_sizes_count_too(self, records: Records) -> None:
        """A size that is asked for rarely is learned from the others of its class, which take as long."""
        for size in (Size.SQUARE, Size.PORTRAIT, Size.LANDSCAPE_4K):
            for _ in range(SAMPLES_FOR_OWN_MIND if size is Size.PORTRAIT else 1):
                await records.opened(size=size)
                (claim,) = await records.rendering()
                await records.render(claim, took_ms=11_000 if size is Size.PORTRAIT else 22_000)
        rare = await records.tasks.durations(request(size=Size.SQUARE))
        assert set(rare.sorted_s) == {11.0, 22.0}
        assert rare.seen == SAMPLES_FOR_OWN_MIND + 1
        usual = await records.tasks.durations(request(size=Size.PORTRAIT))
        assert set(usual.sorted_s) == {11.0}
