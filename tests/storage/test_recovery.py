"""What a new run finds: leases of the dead are free, and what was on the wire is unknown."""

from pathlib import Path

import pytest

from bot.domain.errors import StaleMove
from bot.domain.jobs import JobState, TaskState
from bot.domain.units import after
from bot.storage.jobs import ACKNOWLEDGE_GRACE_S, LEASE_S
from tests.support.clock import ManualClock
from tests.support.records import Records, opened_records


class TestTasks:
    async def test_what_was_on_the_wire_is_unknown_and_its_card_is_due(self, records: Records) -> None:
        view = await records.opened(count=2)
        await records.submitting()
        await records.jobs.claim(8, records.clock.now())
        later = records.run("run-2")
        records.clock.advance(1)
        await later.tasks.recover(records.clock.now())
        await later.jobs.recover(records.clock.now())
        found = await later.found(view.job.id)
        assert [task.state for task in found.tasks] == [TaskState.UNKNOWN, TaskState.QUEUED]
        assert found.job.due_at == records.clock.now()

    async def test_what_was_rendering_is_free_at_once(self, records: Records) -> None:
        await records.opened()
        await records.rendering()
        later = records.run("run-2")
        assert await later.tasks.claim_polls(1, records.clock.now()) == []
        await later.tasks.recover(records.clock.now())
        assert len(await later.tasks.claim_polls(1, records.clock.now())) == 1

    async def test_a_run_does_not_recover_its_own(self, records: Records) -> None:
        view = await records.opened()
        await records.submitting()
        await records.tasks.recover(records.clock.now())
        assert (await records.found(view.job.id)).tasks[0].state is TaskState.SUBMITTING

    async def test_recovering_twice_is_recovering_once(self, records: Records) -> None:
        await records.opened()
        await records.submitting()
        later = records.run("run-2")
        await later.tasks.recover(records.clock.now())
        moves = records.database.moves()
        await later.tasks.recover(records.clock.now())
        assert records.database.moves() == moves


class TestFence:
    """A run that was thought dead, and speaks up after another took over, moves nothing."""

    async def test_a_poll_of_a_lost_lease_moves_nothing(self, records: Records) -> None:
        await records.opened()
        (claim,) = await records.rendering()
        later = records.run("run-2")
        await later.tasks.recover(records.clock.now())
        await later.tasks.claim_polls(1, records.clock.now())
        for move in (records.render(claim), records.fail(claim)):
            with pytest.raises(StaleMove):
                await move
        with pytest.raises(StaleMove):
            await records.tasks.look_later(claim.task, records.clock.now(), stumbled=False, fetched=False)

    async def test_a_card_of_a_lost_lease_moves_nothing(self, records: Records) -> None:
        view = await records.opened()
        now = records.clock.now()
        await records.jobs.claim(8, now)
        later = records.run("run-2")
        await later.jobs.recover(now)
        await later.jobs.claim(8, now)
        for move in (
            records.jobs.begin_delivery(view.job.id, now),
            records.jobs.shown(view.job.id, "digest", None, now, now),
            records.jobs.snooze(view.job.id, now, stumbled=False),
            records.jobs.give_up(view.job.id, "CardGone", now),
        ):
            with pytest.raises(StaleMove):
                await move
        await later.jobs.begin_delivery(view.job.id, now)

    async def test_nobody_else_claims_what_is_leased(self, records: Records) -> None:
        await records.opened()
        await records.rendering()
        await records.jobs.claim(8, records.clock.now())
        other = records.run("run-2")
        records.clock.advance(LEASE_S)
        assert await other.jobs.claim(8, records.clock.now()) == []
        assert await other.tasks.claim_polls(8, records.clock.now()) == []

    async def test_a_renewed_lease_holds_longer(self, records: Records) -> None:
        view = await records.opened()
        (claim,) = await records.rendering()
        await records.jobs.claim(8, records.clock.now())
        records.clock.advance(LEASE_S - 1)
        await records.jobs.renew([view.job.id], records.clock.now())
        await records.tasks.renew([claim.task.id], records.clock.now())
        records.clock.advance(LEASE_S)
        assert await records.jobs.claim(8, records.clock.now()) == []
        assert await records.tasks.claim_polls(8, records.clock.now()) == []


class TestLapse:
    """A step that died because the database was away: its row must not be forgotten until a restart."""

    async def test_a_card_is_due_again_when_its_lease_lapses(self, records: Records) -> None:
        view = await records.opened()
        await records.jobs.claim(8, records.clock.now())
        due = await records.jobs.next_due()
        assert due is not None
        records.clock.move_to(due)
        (again,) = await records.jobs.claim(8, records.clock.now())
        assert again.job.id == view.job.id
        assert due == after(again.job.accepted_at, LEASE_S) + 1

    async def test_a_task_is_due_again_when_its_lease_lapses(self, records: Records) -> None:
        await records.opened()
        (claim,) = await records.rendering()
        _, due = await records.tasks.next_due()
        assert due is not None
        records.clock.move_to(due)
        (again,) = await records.tasks.claim_polls(8, records.clock.now())
        assert again.task.id == claim.task.id


class TestJobs:
    async def test_an_accepted_job_without_a_card_is_due_after_a_grace(self, records: Records) -> None:
        """The acknowledgement is probably on its way: Discord is asked only when it is late."""
        view = await records.accepted()
        assert await records.jobs.claim(8, records.clock.now()) == []
        records.clock.advance(ACKNOWLEDGE_GRACE_S)
        (claimed,) = await records.jobs.claim(8, records.clock.now())
        assert (claimed.job.id, claimed.job.state) == (view.job.id, JobState.ACCEPTED)

    async def test_an_acknowledgement_that_crosses_that_question_wins(self, records: Records) -> None:
        view = await records.accepted()
        records.clock.advance(ACKNOWLEDGE_GRACE_S)
        await records.jobs.claim(8, records.clock.now())
        await records.jobs.acknowledge(view.job.id, 1, None, records.clock.now())
        with pytest.raises(StaleMove):
            await records.jobs.withdraw(view.job.id, records.clock.now())

    async def test_every_unfinished_card_is_looked_at_after_a_restart_and_no_finished_one(
        self, records: Records
    ) -> None:
        unfinished = {(await records.opened()).job.id for _ in range(3)}
        done = await records.opened()
        claimed = {view.job.id for view in await records.jobs.claim(8, records.clock.now())}
        assert claimed == unfinished | {done.job.id}
        await records.jobs.begin_delivery(done.job.id, records.clock.now())
        await records.jobs.finish(done.job.id, "digest", records.clock.now())
        later = records.run("run-2")
        await later.jobs.recover(records.clock.now())
        assert {view.job.id for view in await later.jobs.claim(8, records.clock.now())} == unfinished


async def test_all_of_it_holds_across_a_real_reopening_of_the_file(path: Path, clock: ManualClock) -> None:
    async with opened_records(path, clock, owner="run-1") as records:
        view = await records.opened(count=3)
        await records.rendering()
        await records.submitting()
    async with opened_records(path, clock, owner="run-2") as records:
        await records.tasks.recover(clock.now())
        await records.jobs.recover(clock.now())
        states = [task.state for task in (await records.found(view.job.id)).tasks]
        assert states == [TaskState.RENDERING, TaskState.UNKNOWN, TaskState.QUEUED]
        assert len(await records.tasks.claim_polls(8, clock.now())) == 1
        assert len(await records.jobs.claim(8, clock.now())) == 1


class TestClockSetBack:
    async def test_what_was_due_soon_is_due_at_once(self, records: Records, clock: ManualClock) -> None:
        """The machine's clock was an hour ahead, and right again at the next start."""
        view = await records.opened()
        (rendering,) = await records.rendering(1)
        await records.tasks.claim_polls(1, after(clock.now(), 60))
        await records.tasks.look_later(
            rendering.task, after(clock.now(), 3_600), stumbled=False, fetched=False
        )
        await records.jobs.claim(1, clock.now())
        await records.jobs.snooze(view.job.id, after(clock.now(), 3_700), stumbled=False)

        later = records.run("run-2")
        await later.tasks.recover(clock.now())
        await later.jobs.recover(clock.now())

        assert [claim.task.id for claim in await later.tasks.claim_polls(5, clock.now())] == [
            rendering.task.id
        ]
        assert [each.job.id for each in await later.jobs.claim(5, clock.now())] == [view.job.id]
