"""Every job comes to exactly one visible outcome, and its card is true on the way there."""

import asyncio
from itertools import pairwise
from typing import Any

import pytest

from bot.chat.reading import TOKEN_LIFE_S
from bot.domain.cards import Failure, Phase
from bot.domain.errors import CardGone, FilesTooLarge, PictureNotKept, PictureUnfit, PlaceClosed
from bot.domain.jobs import FailureReason, JobState, TaskState
from bot.domain.provider import HoldReason
from bot.workers.deliverer import EDIT_GAP_S, PICTURES_GAP_S
from tests.support.counter import Counter
from tests.support.drafts import place


class TestProgress:
    async def test_a_card_that_shows_the_truth_is_left_alone(self, counter: Counter) -> None:
        await counter.opened()
        await counter.work()
        assert len(counter.publisher.shown) == 1
        await counter.work(4)
        await counter.work()
        assert len(counter.publisher.shown) == 1

    async def test_it_is_edited_when_what_it_shows_changes(self, counter: Counter) -> None:
        await counter.opened()
        await counter.work(5)
        await counter.records.submitting()
        await counter.work(5)
        assert [card.phase for card in counter.cards] == [Phase.WAITING, Phase.DRAWING]

    async def test_progress_is_shown_every_three_seconds_at_most(self, counter: Counter) -> None:
        """However much happens: Discord limits edits, and nobody reads faster."""
        view = await counter.opened(count=4)
        await counter.work()
        for claim in await counter.records.rendering(4):
            await counter.records.render(claim)
            if claim.task.number < 4:
                await counter.work(1)
        times = [shown.at for shown in counter.publisher.shown if not shown.card.over]
        assert len(times) == 2
        assert all(later - earlier >= EDIT_GAP_S * 1_000 for earlier, later in pairwise(times))
        assert (await counter.job(view.job.id)).state is JobState.OPEN

    async def test_the_outcome_is_not_held_back(self, counter: Counter) -> None:
        view = await counter.failed()
        await counter.work()
        assert [card.phase for card in counter.cards] == [Phase.FAILED]
        assert counter.publisher.shown[0].at - view.job.accepted_at < EDIT_GAP_S * 1_000

    async def test_a_place_in_line_moves_up_on_the_card(self, counter: Counter) -> None:
        await counter.opened(by=1)
        second = await counter.opened(by=2)
        await counter.work(5)
        await counter.records.submitting()
        await counter.work(6)
        places = [
            shown.card.outlook.place for shown in counter.publisher.shown if shown.job_id == second.job.id
        ]
        assert places == [2, 1]

    async def test_a_hold_is_shown_to_all_in_line_once_and_its_end_too(self, counter: Counter) -> None:
        jobs = [await counter.opened(by=member) for member in range(3)]
        await counter.work(5)
        before = len(counter.publisher.shown)
        await counter.records.tasks.set_hold(HoldReason.BALANCE, counter.clock.now())
        await counter.work(20)
        assert [card.phase for card in counter.cards[before:]] == [Phase.HELD] * len(jobs)
        await counter.records.tasks.set_hold(None, counter.clock.now())
        await counter.work(5)
        assert [card.phase for card in counter.cards[before + 3 :]] == [Phase.WAITING] * len(jobs)

    async def test_a_promise_that_was_missed_is_taken_back(self, counter: Counter) -> None:
        await counter.opened()
        await counter.records.submitting()
        await counter.work(600)
        promises = [card.outlook.expected_at for card in counter.cards]
        assert promises[0] is not None
        assert promises[-1] is None
        assert len(promises) <= 12

    async def test_an_image_in_doubt_is_shown_and_then_left_alone_for_hours(self, counter: Counter) -> None:
        """Put up now and then all the same: should somebody have deleted the card, only an edit tells."""
        await counter.opened()
        (claim,) = await counter.records.submitting()
        await counter.records.lose(claim)
        await counter.work(5 * 3_600)
        assert [card.phase for card in counter.cards] == [Phase.UNSURE]
        await counter.work(86_400)
        assert 4 <= len(counter.cards) <= 5

    async def test_where_the_bot_is_no_member_it_is_not_put_up_again(self, counter: Counter) -> None:
        """The token is dead, so nothing can be found out; the buttons of the card still work."""
        view = await counter.opened(at=place(bot_is_member=False))
        (claim,) = await counter.records.submitting()
        await counter.records.lose(claim)
        await counter.work(800)
        shown = len(counter.cards)
        counter.publisher.troubles = [PlaceClosed("the token is dead")]
        await counter.work(86_400)
        assert len(counter.cards) == shown
        assert (await counter.job(view.job.id)).state is JobState.OPEN

    async def test_after_a_start_a_question_is_put_up_once_more(self, counter: Counter) -> None:
        view = await counter.opened()
        (claim,) = await counter.records.submitting()
        await counter.records.lose(claim)
        await counter.work()
        later = await counter.restarted()
        later.publisher.troubles = [CardGone("10008")]
        await later.work(EDIT_GAP_S)
        assert (await later.job(view.job.id)).state is JobState.UNDELIVERABLE


class TestPicturesOnTheWay:
    """Of several, each is shown as soon as it is there."""

    async def test_they_appear_as_they_finish(self, counter: Counter) -> None:
        await counter.opened(count=3)
        for claim in await counter.records.rendering(3):
            await counter.draw(claim)
            await counter.work(5)
        assert [card.phase for card in counter.cards] == [Phase.DRAWING, Phase.DRAWING, Phase.DONE]
        uploads = [[upload.number for upload in shown.uploads] for shown in counter.publisher.shown]
        assert uploads == [[1], [1, 2], [1, 2, 3]]

    async def test_they_are_not_uploaded_again_for_a_place_in_line_or_another_time(
        self, counter: Counter
    ) -> None:
        """Only when a time was promised and there is none any more: then it takes longer than usual."""
        await counter.opened(by=1)
        await counter.records.submitting()
        await counter.opened(by=2, count=3)
        first, _ = await counter.records.rendering(2)
        await counter.draw(first)
        await counter.work(3_600)
        told = [shown.card for shown in counter.publisher.shown if shown.uploads]
        assert [card.outlook.expected_at is None for card in told] == [False, True]

    async def test_nor_each_time_that_the_rest_is_sent_and_put_back(self, counter: Counter) -> None:
        """Refused by the provider twenty times in two minutes; yet another picture is shown at once."""
        await counter.opened(count=3)
        first, second = await counter.records.rendering(2)
        await counter.draw(first)
        await counter.work(5)
        for _ in range(20):
            (claim,) = await counter.records.submitting()
            await counter.work(3)
            await counter.records.tasks.put_back(claim.task, counter.clock.now(), counter.clock.now())
            await counter.work(3)
        assert len(counter.publisher.shown) <= 1 + 120 / PICTURES_GAP_S
        await counter.draw(second)
        await counter.work(EDIT_GAP_S)
        assert [upload.number for upload in counter.publisher.shown[-1].uploads] == [1, 2]

    async def test_one_that_is_gone_from_the_disk_does_not_stop_the_others(self, counter: Counter) -> None:
        """How the rest stands is told without it; the outcome says what became of it."""
        view = await counter.opened(count=2)
        first, second = await counter.records.rendering(2)
        (await counter.draw(first)).unlink()
        await counter.work(30)
        (shown,) = counter.publisher.shown
        assert (shown.card.phase, shown.card.ready, shown.uploads) == (Phase.DRAWING, 1, ())
        await counter.draw(second)
        await counter.work()
        assert counter.cards[-1].failures == (Failure(FailureReason.PICTURE_LOST, charged=True),)
        assert (await counter.job(view.job.id)).state is JobState.DELIVERED

    async def test_nor_does_a_place_that_takes_no_files(self, counter: Counter) -> None:
        view = await counter.opened(count=2)
        first, _ = await counter.records.rendering(2)
        await counter.draw(first)
        counter.publisher.troubles = [FilesTooLarge("413")] * 4
        await counter.work(30)
        assert [shown.uploads for shown in counter.publisher.shown] == [()]
        assert (await counter.job(view.job.id)).state is JobState.OPEN

    async def test_a_disk_in_trouble_hides_no_question(
        self, counter: Counter, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await counter.opened(count=2)
        first, second = await counter.records.submitting(2)
        await counter.records.take(first)
        (first,) = await counter.records.tasks.claim_polls(1, counter.clock.now())
        await counter.draw(first)
        await counter.records.lose(second)

        async def full(*_: object) -> Any:
            raise PictureNotKept("the disk is full")

        monkeypatch.setattr(counter.pictures, "fit", full)
        await counter.work(30)
        assert [(shown.card.phase, shown.uploads) for shown in counter.publisher.shown] == [
            (Phase.UNSURE, ())
        ]


class TestOutcome:
    async def test_pictures_are_put_on_the_card_in_order_and_once(self, counter: Counter) -> None:
        view = await counter.rendered(count=3)
        await counter.work(3_600)
        (shown,) = counter.publisher.shown
        assert shown.card.phase is Phase.DONE
        assert [upload.number for upload in shown.uploads] == [1, 2, 3]
        assert not any(upload.reencoded for upload in shown.uploads)
        job = await counter.job(view.job.id)
        assert (job.state, job.shown_digest) == (JobState.DELIVERED, shown.card.digest())
        assert counter.records.database.job_states(view.job.id) == [
            "accepted",
            "open",
            "delivering",
            "delivered",
        ]

    @pytest.mark.parametrize(
        ("crashes", "shown", "state"),
        [(3, Phase.DONE, JobState.DELIVERED), (99, Phase.UNSHOWN, JobState.UNDELIVERABLE)],
    )
    async def test_a_decoder_that_crashes_over_a_sound_picture_is_tried_a_few_times(
        self, counter: Counter, monkeypatch: pytest.MonkeyPatch, crashes: int, shown: Phase, state: JobState
    ) -> None:
        """It is paid, and on the disk: the card never says that it is lost."""
        view = await counter.rendered()
        fit, times = counter.pictures.fit, 0

        async def crash(*what: Any) -> Any:
            nonlocal times
            times += 1
            if times <= crashes:
                raise PictureUnfit("does not decode: SIGSEGV")
            return await fit(*what)

        monkeypatch.setattr(counter.pictures, "fit", crash)
        await counter.work(3_600)
        assert [card.phase for card in counter.cards] == [shown]
        assert (await counter.job(view.job.id)).state is state

    async def test_some_pictures_and_the_reason_why_there_are_not_more(self, counter: Counter) -> None:
        view = await counter.opened(count=2)
        one, two = await counter.records.rendering(2)
        await counter.records.fail(one, FailureReason.SAFETY)
        await counter.records.fail(two, FailureReason.TOO_LATE, cost=6_000)
        await counter.work()
        (card,) = counter.cards
        assert card.failures == (
            Failure(FailureReason.SAFETY, charged=False),
            Failure(FailureReason.TOO_LATE, charged=True),
        )
        assert (await counter.job(view.job.id)).state is JobState.DELIVERED

    async def test_a_cancelled_job_says_so_once(self, counter: Counter) -> None:
        view = await counter.opened(count=2)
        await counter.work()
        await counter.records.jobs.cancel(view.job.id, counter.clock.now())
        await counter.work(86_400)
        assert [card.phase for card in counter.cards] == [Phase.WAITING, Phase.CANCELLED]
        job = await counter.job(view.job.id)
        assert (job.state, job.due_at, job.place.token) == (JobState.CANCELLED, None, "")
        later = await counter.restarted()
        await later.work(86_400)
        assert len(counter.publisher.shown) == 2

    async def test_cancelled_while_its_card_was_being_edited_it_still_says_so(self, counter: Counter) -> None:
        view = await counter.opened()
        counter.publisher.gate = asyncio.Event()
        working = asyncio.create_task(counter.deliverer.run_once())
        await counter.publisher.reached.wait()
        await counter.records.jobs.cancel(view.job.id, counter.clock.now())
        counter.publisher.gate.set()
        await working
        await counter.work()
        assert [card.phase for card in counter.cards] == [Phase.WAITING, Phase.CANCELLED]

    async def test_a_picture_that_became_ready_while_the_card_was_edited_is_shown(
        self, counter: Counter
    ) -> None:
        view = await counter.opened()
        (claim,) = await counter.records.rendering()
        counter.publisher.gate = asyncio.Event()
        working = asyncio.create_task(counter.deliverer.run_once())
        await counter.publisher.reached.wait()
        await counter.records.fail(claim)
        counter.publisher.gate.set()
        await working
        await counter.work()
        assert [card.phase for card in counter.cards] == [Phase.DRAWING, Phase.FAILED]
        assert (await counter.job(view.job.id)).state is JobState.DELIVERED

    async def test_a_deleted_card_is_not_put_up_again(self, counter: Counter) -> None:
        view = await counter.rendered()
        await counter.work()
        await counter.records.jobs.mark_deleted(view.job.id, view.job.message_id, None, counter.clock.now())
        await counter.work(86_400)
        later = await counter.restarted()
        await later.work(86_400)
        assert len(counter.publisher.shown) == 1


class TestAcknowledgement:
    """Accepted, and then the process died: was the card shown or not?"""

    async def test_found_it_is_recorded_and_its_tasks_start(self, counter: Counter) -> None:
        view = await counter.records.accepted()
        counter.publisher.messages[view.job.id] = 99
        await counter.work(30)
        job = await counter.job(view.job.id)
        assert (job.state, job.message_id, counter.ready) == (JobState.OPEN, 99, 1)
        assert len(await counter.records.submitting()) == 1

    async def test_absent_it_is_withdrawn_and_nothing_is_charged(self, counter: Counter) -> None:
        view = await counter.records.accepted(count=2)
        await counter.work(30)
        found = await counter.records.found(view.job.id)
        assert found.job.state is JobState.WITHDRAWN
        assert {(task.state, task.cost_microusd) for task in found.tasks} == {(TaskState.CANCELLED, 0)}
        assert counter.publisher.shown == []

    async def test_it_is_not_asked_before_the_acknowledgement_had_its_time(self, counter: Counter) -> None:
        await counter.records.accepted()
        await counter.work(9.9)
        assert counter.publisher.calls == 0

    async def test_an_acknowledgement_in_time_asks_nothing(self, counter: Counter) -> None:
        view = await counter.records.accepted()
        await counter.records.jobs.acknowledge(view.job.id, 77, None, counter.clock.now())
        await counter.work(30)
        assert (await counter.job(view.job.id)).message_id == 77


class TestByTokenAlone:
    """Where the bot is no member, it reaches a card for a quarter of an hour."""

    async def opened(self, counter: Counter, count: int = 2) -> str:
        view = await counter.opened(count=count, at=place(bot_is_member=False))
        return view.job.id

    async def until_the_token_is_dead(self, counter: Counter) -> None:
        await counter.work(TOKEN_LIFE_S - 30)
        counter.publisher.troubles = [PlaceClosed("the token is dead")] * 9
        await counter.work(60)

    async def test_its_card_says_goodbye_before_and_what_will_become_of_it(self, counter: Counter) -> None:
        await self.opened(counter)
        await counter.work(TOKEN_LIFE_S - 30)
        assert not counter.cards[0].outlook.farewell
        assert counter.cards[-1].outlook.farewell

    async def test_what_waits_in_line_then_is_taken_back_and_what_is_drawn_is_kept(
        self, counter: Counter
    ) -> None:
        """Though nothing moves in the line, so that the card would look the same for ever."""
        job_id = await self.opened(counter)
        (claim,) = await counter.records.rendering()
        await self.until_the_token_is_dead(counter)
        found = await counter.records.found(job_id)
        assert found.job.state is JobState.UNDELIVERABLE
        assert [task.state for task in found.tasks] == [TaskState.RENDERING, TaskState.CANCELLED]
        await counter.records.render(claim)
        assert (await counter.records.found(job_id)).tasks[0].picture is not None

    async def test_so_is_what_waits_behind_a_hold(self, counter: Counter) -> None:
        """Its end would draw pictures for cards that never show them."""
        job_id = await self.opened(counter)
        await counter.records.tasks.set_hold(HoldReason.BALANCE, counter.clock.now())
        await self.until_the_token_is_dead(counter)
        found = await counter.records.found(job_id)
        assert {(task.state, task.cost_microusd) for task in found.tasks} == {(TaskState.CANCELLED, 0)}

    async def test_what_is_all_being_drawn_waits_for_its_end(self, counter: Counter) -> None:
        job_id = await self.opened(counter, count=1)
        await counter.records.rendering()
        await self.until_the_token_is_dead(counter)
        assert (await counter.job(job_id)).state is JobState.OPEN
