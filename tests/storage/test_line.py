"""Whose turn it is, what place a job has in line, and when it is probably done."""

import pytest

from bot.domain.jobs import Quality
from bot.domain.limits import Limit
from bot.domain.provider import HoldReason
from bot.domain.units import seconds_between
from tests.support.drafts import ANA, BEN, CLEO
from tests.support.records import Records


async def order(records: Records) -> list[int]:
    """The numbers of the members in the order in which their images are sent, one at a time."""
    members = []
    while claims := await records.submitting():
        members.append(
            records.database.value("SELECT requester_id FROM task WHERE id = ?", claims[0].task.id)
        )
    return members


class TestTurns:
    async def test_members_take_turns(self, records: Records) -> None:
        """One person's four images do not make another's one wait for all four."""
        await records.opened(by=ANA, count=4)
        await records.opened(by=BEN)
        assert await order(records) == [ANA, BEN, ANA, ANA, ANA]

    async def test_many_jobs_of_one_member_are_one_line(self, records: Records) -> None:
        for _ in range(3):
            await records.opened(by=ANA)
        await records.opened(by=BEN)
        await records.opened(by=CLEO, count=2)
        assert await order(records) == [ANA, BEN, CLEO, ANA, CLEO, ANA]

    async def test_a_newcomer_does_not_overtake_those_who_wait_as_long(self, records: Records) -> None:
        await records.opened(by=ANA, count=4)
        await records.submitting(2)
        await records.opened(by=BEN, count=2)
        assert await order(records) == [ANA, BEN, ANA, BEN]

    async def test_a_task_put_back_from_long_ago_does_not_open_the_front_of_the_line(
        self, records: Records
    ) -> None:
        """Whoever comes next would stand beside it, in front of everybody."""
        await records.opened(by=ANA)
        (old,) = await records.submitting()
        for others in range(9):
            await records.opened(by=others)
            await records.submitting()
        await records.tasks.put_back(old.task, records.clock.now(), records.clock.now())
        await records.opened(by=BEN, count=2)
        await records.submitting()
        await records.opened(by=CLEO, count=2)
        assert await order(records) == [BEN, CLEO, BEN, CLEO]

    async def test_who_had_much_in_the_last_hour_steps_back_further(self, records: Records) -> None:
        for _ in range(5):
            await records.opened(by=ANA)
            await records.submitting()
        await records.opened(by=ANA, count=2)
        await records.opened(by=BEN, count=4)
        assert await order(records) == [BEN, ANA, BEN, BEN, ANA, BEN]

    async def test_an_hour_later_that_is_forgotten(self, records: Records) -> None:
        for _ in range(5):
            await records.opened(by=ANA)
            await records.submitting()
        records.clock.advance(3600)
        await records.opened(by=ANA, count=2)
        await records.opened(by=BEN, count=2)
        assert await order(records) == [ANA, BEN, ANA, BEN]

    async def test_priority_moves_up_faster(self, records: Records) -> None:
        run = records.run("run-1", limits={Limit.PRIORITY: 2})
        await records.opened(by=ANA, count=2)
        await run.opened(by=BEN, count=4)
        assert await order(records) == [BEN, ANA, BEN, BEN, ANA, BEN]

    async def test_a_turn_outlives_the_run(self, records: Records) -> None:
        await records.opened(by=ANA, count=3)
        await records.submitting(2)
        later = records.run("run-2")
        await later.opened(by=BEN)
        assert await order(later) == [ANA, BEN]


class TestPlace:
    async def test_it_counts_the_images_in_front(self, records: Records) -> None:
        first = await records.opened(by=ANA, count=4)
        second = await records.opened(by=BEN)
        third = await records.opened(by=CLEO, count=2)
        now = records.clock.now()
        places = [(await records.jobs.outlook(view, now)).place for view in (first, second, third)]
        assert places == [1, 2, 3]

    async def test_it_moves_up(self, records: Records) -> None:
        await records.opened(by=ANA)
        view = await records.opened(by=BEN)
        await records.submitting()
        assert (await records.jobs.outlook(view, records.clock.now())).place == 1

    async def test_a_job_of_which_nothing_waits_has_none(self, records: Records) -> None:
        view = await records.opened()
        await records.submitting()
        found = await records.found(view.job.id)
        assert (await records.jobs.outlook(found, records.clock.now())).place is None

    async def test_jobs_without_a_card_are_not_in_front_of_anybody(self, records: Records) -> None:
        await records.accepted(by=ANA, count=4)
        view = await records.opened(by=BEN)
        assert (await records.jobs.outlook(view, records.clock.now())).place == 1

    async def test_a_job_about_to_be_shown_already_knows_its_place(self, records: Records) -> None:
        await records.opened(by=ANA)
        view = await records.accepted(by=BEN)
        assert (await records.jobs.outlook(view, records.clock.now())).place == 2


class TestExpected:
    async def expected_s(self, records: Records, job_id: str) -> float | None:
        now = records.clock.now()
        outlook = await records.jobs.outlook(await records.found(job_id), now)
        return None if outlook.expected_at is None else seconds_between(now, outlook.expected_at)

    async def test_those_behind_a_full_round_are_promised_a_later_time(self, records: Records) -> None:
        views = [await records.opened(by=member) for member in range(5)]
        promises = [await self.expected_s(records, view.job.id) or 0 for view in views]
        one_round = promises[0]
        assert promises == pytest.approx([one_round * rounds for rounds in (1, 1, 2, 2, 3)], abs=0.01)

    async def test_a_job_of_many_is_promised_for_its_last(self, records: Records) -> None:
        one = await records.opened(by=ANA)
        alone = await self.expected_s(records, one.job.id) or 0
        four = await records.opened(by=BEN, count=4)
        assert await self.expected_s(records, four.job.id) == pytest.approx(alone * 3, abs=0.01)

    async def test_an_image_under_way_is_promised_from_its_start(self, records: Records) -> None:
        view = await records.opened()
        await records.rendering()
        before = await self.expected_s(records, view.job.id) or 0
        records.clock.advance(before / 2)
        assert 0 < (await self.expected_s(records, view.job.id) or 0) < before

    async def test_an_overdue_image_is_promised_nothing(self, records: Records) -> None:
        view = await records.opened()
        await records.rendering()
        records.clock.advance(600)
        assert await self.expected_s(records, view.job.id) is None

    async def test_a_hold_takes_the_promise_away_and_says_why(self, records: Records) -> None:
        view = await records.opened(quality=Quality.HIGH)
        await records.tasks.set_hold(HoldReason.BALANCE, records.clock.now())
        outlook = await records.jobs.outlook(view, records.clock.now())
        assert (outlook.place, outlook.expected_at, outlook.hold) == (1, None, HoldReason.BALANCE)

    async def test_more_slots_mean_a_shorter_wait(self, records: Records) -> None:
        views = [await records.opened(by=member) for member in range(4)]
        wide = records.run("run-1", slots=4)
        assert (await self.expected_s(wide, views[3].job.id) or 0) < (
            await self.expected_s(records, views[3].job.id) or 0
        )


async def test_the_promise_learns_from_what_was_seen(records: Records) -> None:
    """Images that took a minute, one after another: nobody is told ten seconds any more."""
    for _ in range(24):
        await records.opened()
        (claim,) = await records.rendering()
        await records.render(claim, took_ms=60_000)
    view = await records.opened()
    outlook = await records.jobs.outlook(view, records.clock.now())
    assert outlook.expected_at == records.clock.now() + 60_000
