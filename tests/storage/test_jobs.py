"""Each move of a job: what it writes, and that it moves no job from any other state."""

import asyncio

import pytest

from bot.domain.cards import Outlook, compose
from bot.domain.errors import JobNotFound, StaleMove, TooLateForThat
from bot.domain.jobs import JobState, Quality, Size, TaskState
from tests.support.drafts import ANA, draft, place
from tests.support.records import MESSAGE_ID, Records


class TestAccept:
    async def test_a_job_its_tasks_and_their_reservation_are_written_as_asked(self, records: Records) -> None:
        what = draft(count=3, size=Size.LANDSCAPE_2K, quality=Quality.HIGH, estimate=260_000)
        view = await records.accepted(what)
        assert view == await records.found(what.job_id)
        assert (view.job.request, view.job.place, view.job.requester_id) == (what.request, what.place, ANA)
        assert view.job.state is JobState.ACCEPTED
        assert [task.id for task in view.tasks] == [f"{what.job_id}-{number}" for number in (1, 2, 3)]
        assert {task.state for task in view.tasks} == {TaskState.QUEUED}
        assert sum(task.estimate_microusd for task in view.tasks) == 780_000
        assert {task.cost_microusd for task in view.tasks} == {None}

    async def test_one_interaction_makes_one_job(self, records: Records) -> None:
        """Discord may deliver an event twice: the second finds nothing to do."""
        here = place()
        assert await records.jobs.accept(draft(at=here), 1) is not None
        assert await records.jobs.accept(draft(at=here), 2) is None
        assert records.database.value("SELECT COUNT(*) FROM job") == 1
        assert records.database.value("SELECT COUNT(*) FROM task") == 1

    async def test_fifty_at_once_are_all_accepted_and_an_interaction_told_twice_only_once(
        self, records: Records
    ) -> None:
        drafts = [draft(by=number % 7, count=1 + number % 4) for number in range(50)]
        twice = [draft(at=one.place) for one in drafts]
        now = records.clock.now()
        answers = await asyncio.gather(*(records.jobs.accept(one, now) for one in [*drafts, *twice]))
        assert sum(answer is not None for answer in answers) == 50
        assert records.database.value("SELECT COUNT(*) FROM job") == 50
        assert records.database.value("SELECT COUNT(*) FROM task") == sum(one.request.count for one in drafts)

    async def test_a_prompt_may_be_as_long_as_the_provider_takes_and_hold_any_character(
        self, records: Records
    ) -> None:
        prompt = ("🦊'); DROP TABLE job; --\x07\u202e" * 2_000)[:32_000]
        view = await records.accepted(prompt=prompt)
        assert (await records.found(view.job.id)).job.request.prompt == prompt

    async def test_ids_as_large_as_discord_makes_them_are_kept(self, records: Records) -> None:
        largest = 2**63 - 1
        view = await records.accepted(draft(by=largest, at=place(interaction_id=largest, guild_id=None)))
        found = (await records.found(view.job.id)).job
        assert (found.requester_id, found.place.interaction_id, found.place.guild_id) == (
            largest,
            largest,
            None,
        )


class TestAcknowledge:
    async def test_the_card_is_remembered_with_what_it_shows(self, records: Records) -> None:
        view = await records.accepted()
        card = compose(view.job, view.tasks, Outlook(place=1, expected_at=77))
        job = (await records.jobs.acknowledge(view.job.id, MESSAGE_ID, card, records.clock.now())).job
        assert (job.state, job.message_id) == (JobState.OPEN, MESSAGE_ID)
        assert (job.shown_digest, job.shown_at, job.expected_at) == (card.digest(), records.clock.now(), 77)

    async def test_no_task_can_be_claimed_before(self, records: Records) -> None:
        """Nothing may cost money that nobody was told of."""
        view = await records.accepted(count=2)
        assert await records.submitting(10) == []
        await records.jobs.acknowledge(view.job.id, MESSAGE_ID, None, records.clock.now())
        assert len(await records.submitting(10)) == 2

    @pytest.mark.parametrize("state", [state for state in JobState if state is not JobState.ACCEPTED])
    async def test_only_an_accepted_job_is_acknowledged_or_withdrawn(
        self, records: Records, state: JobState
    ) -> None:
        view = await records.opened()
        records.database.alter("UPDATE job SET state = ?", state.value)
        before = records.database.rows("SELECT * FROM job")
        with pytest.raises(StaleMove):
            await records.jobs.acknowledge(view.job.id, 1, None, records.clock.now())
        with pytest.raises(StaleMove):
            await records.jobs.withdraw(view.job.id, records.clock.now())
        assert records.database.rows("SELECT * FROM job") == before
        assert records.database.value("SELECT state FROM task") == "queued"


class TestWithdraw:
    async def test_everything_is_released_and_the_token_forgotten(self, records: Records) -> None:
        view = await records.accepted(count=2)
        await records.jobs.withdraw(view.job.id, records.clock.now())
        after = await records.found(view.job.id)
        assert (after.job.state, after.job.place.token, after.job.due_at) == (JobState.WITHDRAWN, "", None)
        assert [(task.state, task.cost_microusd) for task in after.tasks] == [(TaskState.CANCELLED, 0)] * 2


class TestCancel:
    async def test_a_job_of_which_nothing_was_sent_ends(self, records: Records) -> None:
        view = await records.opened(count=2)
        after = await records.jobs.cancel(view.job.id, records.clock.now())
        assert after.job.state is JobState.CANCELLED
        assert {(task.state, task.cost_microusd) for task in after.tasks} == {(TaskState.CANCELLED, 0)}
        assert after.job.due_at == records.clock.now(), "its card has still to say so"

    async def test_what_was_sent_goes_on(self, records: Records) -> None:
        view = await records.opened(count=3)
        await records.submitting()
        after = await records.jobs.cancel(view.job.id, records.clock.now())
        assert after.job.state is JobState.OPEN
        assert [task.state for task in after.tasks] == [
            TaskState.SUBMITTING,
            TaskState.CANCELLED,
            TaskState.CANCELLED,
        ]

    async def test_it_is_too_late_when_everything_was_sent(self, records: Records) -> None:
        view = await records.opened()
        await records.submitting()
        with pytest.raises(TooLateForThat):
            await records.jobs.cancel(view.job.id, records.clock.now())

    @pytest.mark.parametrize("state", [state for state in JobState if state is not JobState.OPEN])
    async def test_only_an_open_job_is_cancelled(self, records: Records, state: JobState) -> None:
        view = await records.opened()
        records.database.alter("UPDATE job SET state = ?", state.value)
        with pytest.raises(TooLateForThat):
            await records.jobs.cancel(view.job.id, records.clock.now())
        assert records.database.value("SELECT state FROM task") == "queued"

    async def test_a_job_that_is_not_there_is_not_found(self, records: Records) -> None:
        with pytest.raises(JobNotFound):
            await records.jobs.cancel("0000000000", records.clock.now())
        assert await records.jobs.find("0000000000") is None


class TestDelivery:
    async def claimed(self, records: Records) -> str:
        """A job that this run's deliverer looks at."""
        await records.opened()
        (view,) = await records.jobs.claim(8, records.clock.now())
        return view.job.id

    async def test_open_then_delivering_then_delivered(self, records: Records) -> None:
        job_id = await self.claimed(records)
        await records.jobs.begin_delivery(job_id, records.clock.now())
        await records.jobs.finish(job_id, "digest", records.clock.now())
        job = (await records.found(job_id)).job
        assert (job.state, job.shown_digest, job.due_at) == (JobState.DELIVERED, "digest", None)
        assert job.place.token == "", "a credential that is of no more use"
        assert job.ended_at == records.clock.now()

    @pytest.mark.parametrize("state", [state for state in JobState if state is not JobState.OPEN])
    async def test_delivery_begins_from_open_only(self, records: Records, state: JobState) -> None:
        job_id = await self.claimed(records)
        records.database.alter("UPDATE job SET state = ?", state.value)
        with pytest.raises(StaleMove):
            await records.jobs.begin_delivery(job_id, records.clock.now())

    @pytest.mark.parametrize(
        "state", [state for state in JobState if state not in {JobState.DELIVERING, JobState.CANCELLED}]
    )
    async def test_only_a_job_being_delivered_or_a_cancelled_one_is_finished(
        self, records: Records, state: JobState
    ) -> None:
        job_id = await self.claimed(records)
        records.database.alter("UPDATE job SET state = ?", state.value)
        with pytest.raises(StaleMove):
            await records.jobs.finish(job_id, "digest", records.clock.now())

    @pytest.mark.parametrize(
        "state",
        [JobState.ACCEPTED, JobState.DELIVERED, JobState.WITHDRAWN, JobState.UNDELIVERABLE],
    )
    async def test_what_is_over_or_not_begun_is_not_given_up(self, records: Records, state: JobState) -> None:
        job_id = await self.claimed(records)
        records.database.alter("UPDATE job SET state = ?", state.value)
        with pytest.raises(StaleMove):
            await records.jobs.give_up(job_id, "CardGone", records.clock.now())

    async def test_giving_up_takes_back_what_was_not_sent(self, records: Records) -> None:
        view = await records.opened(count=2)
        await records.submitting()
        await records.jobs.claim(8, records.clock.now())
        await records.jobs.give_up(view.job.id, "CardGone", records.clock.now())
        after = await records.found(view.job.id)
        assert after.job.state is JobState.UNDELIVERABLE
        assert [task.state for task in after.tasks] == [TaskState.SUBMITTING, TaskState.CANCELLED]

    async def test_a_cancelled_job_whose_card_is_gone_stays_cancelled(self, records: Records) -> None:
        view = await records.opened()
        await records.jobs.cancel(view.job.id, records.clock.now())
        await records.jobs.claim(8, records.clock.now())
        await records.jobs.give_up(view.job.id, "CardGone", records.clock.now())
        job = (await records.found(view.job.id)).job
        assert (job.state, job.due_at, job.place.token) == (JobState.CANCELLED, None, "")

    async def test_a_deleted_card_is_looked_at_once_more_while_its_job_goes_on(
        self, records: Records
    ) -> None:
        """Or nobody would find out that the outcome has nowhere to go."""
        view = await records.opened()
        await records.jobs.claim(8, records.clock.now())
        await records.jobs.mark_deleted(view.job.id, view.job.message_id, ANA, records.clock.now())
        job = (await records.found(view.job.id)).job
        assert (job.deleted_at, job.due_at) == (records.clock.now(), records.clock.now())

    async def test_a_deleted_card_of_a_job_that_is_over_is_left_alone(self, records: Records) -> None:
        view = await records.accepted()
        await records.jobs.withdraw(view.job.id, records.clock.now())
        await records.jobs.mark_deleted(view.job.id, view.job.message_id, ANA, records.clock.now())
        job = (await records.found(view.job.id)).job
        assert (job.deleted_at, job.due_at) == (records.clock.now(), None)


class TestDue:
    async def test_a_change_during_a_look_is_looked_at_again_at_once(self, records: Records) -> None:
        view = await records.opened()
        await records.jobs.claim(8, records.clock.now())
        records.clock.advance(1)
        await records.submitting()
        later = records.clock.now() + 60_000
        await records.jobs.shown(view.job.id, "digest", None, later, records.clock.now())
        assert await records.jobs.next_due() == records.clock.now()

    async def test_without_one_it_waits_until_the_time_given(self, records: Records) -> None:
        view = await records.opened()
        await records.jobs.claim(8, records.clock.now())
        later = records.clock.now() + 60_000
        await records.jobs.snooze(view.job.id, later, stumbled=False)
        assert await records.jobs.next_due() == later
        assert await records.jobs.claim(8, later - 1) == []
        assert len(await records.jobs.claim(8, later)) == 1

    async def test_stumbles_are_counted_until_a_card_is_shown(self, records: Records) -> None:
        view = await records.opened()
        now = records.clock.now()
        for attempts in (1, 2):
            await records.jobs.claim(8, now)
            await records.jobs.snooze(view.job.id, now, stumbled=True)
            assert (await records.found(view.job.id)).job.attempts == attempts
        await records.jobs.claim(8, now)
        await records.jobs.shown(view.job.id, "digest", None, now, now)
        assert (await records.found(view.job.id)).job.attempts == 0

    async def test_the_longest_due_come_first(self, records: Records) -> None:
        first = await records.opened()
        records.clock.advance(1)
        await records.opened()
        (claimed,) = await records.jobs.claim(1, records.clock.now())
        assert claimed.job.id == first.job.id
