"""What the deliverer makes of each kind of trouble with Discord, the disk and the database."""

import asyncio
from typing import Any

import pytest

from bot.domain.cards import Phase
from bot.domain.errors import (
    CardGone,
    DiscordAway,
    FilesTooLarge,
    PictureNotKept,
    PlaceClosed,
    StoreBusy,
)
from bot.domain.jobs import JobState, TaskState
from bot.domain.provider import HoldReason
from bot.workers.deliverer import EDIT_GAP_S
from tests.support.counter import Counter
from tests.support.drafts import draft, place

MIB = 1 << 20


def away(*_: object, **__: object) -> Any:
    raise StoreBusy("locked")


class TestAway:
    async def test_the_outcome_waits_and_is_shown_once_when_discord_is_back(self, counter: Counter) -> None:
        view = await counter.rendered()
        counter.publisher.troubles = [DiscordAway("503")] * 6
        await counter.work(3_600)
        assert (await counter.job(view.job.id)).state is JobState.DELIVERED
        assert len(counter.publisher.shown) == 1
        assert counter.publisher.calls == 7

    async def test_it_is_asked_less_and_less_often(self, counter: Counter) -> None:
        await counter.rendered()
        counter.publisher.troubles = [DiscordAway("503")] * 1_000
        await counter.work(1_800)
        assert 30 <= counter.publisher.calls <= 100

    async def test_it_is_left_alone_for_as_long_as_it_asks(self, counter: Counter) -> None:
        await counter.rendered()
        counter.publisher.troubles = [DiscordAway("429", retry_after_s=300)]
        await counter.work(299)
        assert counter.publisher.calls == 1
        await counter.work(2)
        assert counter.publisher.calls == 2

    async def test_one_that_waits_holds_up_no_other(self, counter: Counter) -> None:
        first = await counter.rendered()
        counter.publisher.troubles = [DiscordAway("429", retry_after_s=300)]
        await counter.work()
        second = await counter.rendered()
        await counter.work(1)
        states = [(await counter.job(view.job.id)).state for view in (first, second)]
        assert states == [JobState.DELIVERING, JobState.DELIVERED]

    async def test_an_edit_that_was_not_answered_may_have_been_carried_out(self, counter: Counter) -> None:
        """So the card is put up again, though its job is back where it was when it was last shown."""
        tasks = counter.records.tasks
        await counter.opened()
        await tasks.set_hold(HoldReason.KEY, counter.clock.now())
        await counter.work(EDIT_GAP_S)
        await tasks.set_hold(None, counter.clock.now())
        counter.publisher.troubles = [DiscordAway("502")]
        await counter.deliverer.run_once()
        await tasks.set_hold(HoldReason.KEY, counter.clock.now())
        await counter.work(60)
        assert [card.phase for card in counter.cards] == [Phase.HELD, Phase.HELD]

    async def test_an_acknowledgement_is_looked_for_later(self, counter: Counter) -> None:
        view = await counter.records.accepted()
        counter.publisher.messages[view.job.id] = 99
        counter.publisher.troubles = [DiscordAway("503")] * 3
        await counter.work(120)
        assert (await counter.job(view.job.id)).state is JobState.OPEN

    async def test_until_nobody_could_find_it_any_more(self, counter: Counter) -> None:
        """The interaction's token is dead: no card can be shown, so nothing is sent and nothing charged."""
        view = await counter.records.accepted()
        counter.publisher.troubles = [DiscordAway("503")] * 1_000
        await counter.work(16 * 60)
        assert (await counter.job(view.job.id)).state is JobState.WITHDRAWN


class TestGone:
    @pytest.mark.parametrize("trouble", [CardGone("404"), PlaceClosed("403")])
    async def test_the_outcome_is_undeliverable_and_the_pictures_are_kept(
        self, counter: Counter, trouble: Exception
    ) -> None:
        view = await counter.rendered()
        counter.publisher.troubles = [trouble]
        await counter.work(86_400)
        found = await counter.records.found(view.job.id)
        assert found.job.state is JobState.UNDELIVERABLE
        assert counter.publisher.calls == 1
        picture = found.tasks[0].picture
        assert picture is not None
        assert (counter.data_dir / picture.path).exists()

    @pytest.mark.parametrize("trouble", [CardGone("404"), PlaceClosed("403")])
    async def test_on_the_way_there_what_was_not_sent_is_taken_back(
        self, counter: Counter, trouble: Exception
    ) -> None:
        """What is at the provider is paid: it is drawn, and kept."""
        view = await counter.opened(count=2)
        await counter.records.rendering()
        counter.publisher.troubles = [trouble]
        await counter.work()
        found = await counter.records.found(view.job.id)
        assert found.job.state is JobState.UNDELIVERABLE
        assert [task.state for task in found.tasks] == [TaskState.RENDERING, TaskState.CANCELLED]

    @pytest.mark.parametrize("trouble", [CardGone("404"), PlaceClosed("403")])
    async def test_a_cancelled_job_stays_cancelled(self, counter: Counter, trouble: Exception) -> None:
        view = await counter.opened()
        await counter.records.jobs.cancel(view.job.id, counter.clock.now())
        counter.publisher.troubles = [trouble]
        await counter.work(86_400)
        assert (await counter.job(view.job.id)).state is JobState.CANCELLED
        assert counter.publisher.calls == 1

    @pytest.mark.parametrize("trouble", [CardGone("404"), PlaceClosed("403")])
    async def test_an_acknowledgement_that_nobody_can_see_was_none(
        self, counter: Counter, trouble: Exception
    ) -> None:
        view = await counter.records.accepted()
        counter.publisher.troubles = [trouble]
        await counter.work(30)
        assert (await counter.job(view.job.id)).state is JobState.WITHDRAWN


class TestTooLarge:
    async def test_pictures_are_made_to_fit_what_the_place_allows(self, counter: Counter) -> None:
        at = place(upload_limit_bytes=1_200_000)
        await counter.rendered(side=800, what=draft(at=at))
        await counter.work()
        (upload,) = counter.publisher.shown[0].uploads
        assert upload.reencoded
        assert (counter.data_dir / upload.path).stat().st_size <= 1_200_000

    async def test_should_the_place_take_less_than_it_said_they_are_made_smaller(
        self, counter: Counter
    ) -> None:
        await counter.rendered(side=800, what=draft(at=place(upload_limit_bytes=5 * MIB)))
        counter.publisher.troubles = [FilesTooLarge("413"), FilesTooLarge("413")]
        await counter.work()
        (upload,) = counter.publisher.shown[0].uploads
        assert upload.reencoded
        assert (counter.data_dir / upload.path).stat().st_size <= 5 * MIB // 4

    async def test_a_place_that_takes_nothing_at_all_is_given_up(self, counter: Counter) -> None:
        view = await counter.rendered()
        counter.publisher.troubles = [FilesTooLarge("413")] * 4
        await counter.work()
        assert (await counter.job(view.job.id)).state is JobState.UNDELIVERABLE
        assert counter.cards[-1].phase is Phase.UNSHOWN, "the member reads that there is a picture"


class TestCrash:
    async def test_killed_between_showing_and_writing_that_down_it_is_shown_again_the_same(
        self, counter: Counter, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """An edit of a known message may be repeated; nobody sees the difference."""
        view = await counter.rendered(count=2)
        monkeypatch.setattr(counter.records.jobs, "finish", away)
        await counter.work()
        assert (await counter.job(view.job.id)).state is JobState.DELIVERING
        later = await counter.restarted()
        await later.work()
        first, second = counter.publisher.shown
        assert (first.card.digest(), first.uploads) == (second.card.digest(), second.uploads)
        assert (await counter.job(view.job.id)).state is JobState.DELIVERED

    async def test_killed_while_showing_it_is_shown_by_the_next_run(self, counter: Counter) -> None:
        view = await counter.rendered()
        counter.publisher.gate = asyncio.Event()
        working = asyncio.create_task(counter.deliverer.run_once())
        await counter.publisher.reached.wait()
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)
        await counter.deliverer.drain(0)
        counter.publisher.gate = None
        later = await counter.restarted()
        await later.work()
        assert len(counter.publisher.shown) == 1
        assert (await counter.job(view.job.id)).state is JobState.DELIVERED


class TestStoreAway:
    async def test_an_outcome_that_could_not_be_written_down_is_not_forgotten(
        self, counter: Counter, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """No row moves and nobody nudges any more: its lapsed lease alone brings it back."""
        view = await counter.rendered()
        with monkeypatch.context() as patch:
            patch.setattr(counter.records.jobs, "finish", away)
            await counter.work()
        await counter.work(120)
        assert (await counter.job(view.job.id)).state is JobState.DELIVERED

    async def test_nor_is_a_card_on_its_way(self, counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
        await counter.opened()
        with monkeypatch.context() as patch:
            patch.setattr(counter.records.jobs, "outlook", away)
            await counter.work()
        assert counter.cards == []
        await counter.work(62)
        assert [card.phase for card in counter.cards] == [Phase.WAITING]


class TestOurOwnFaults:
    async def test_a_disk_in_trouble_is_waited_for_however_long(
        self, counter: Counter, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The pictures are there and paid; only making them smaller does not work just now."""
        view = await counter.rendered()

        async def full(*_: object) -> Any:
            raise PictureNotKept("the disk is full")

        with monkeypatch.context() as patch:
            patch.setattr(counter.pictures, "fit", full)
            await counter.work(1_800)
        assert (await counter.job(view.job.id)).state is JobState.DELIVERING
        await counter.work(120)
        assert (await counter.job(view.job.id)).state is JobState.DELIVERED

    async def test_a_bug_is_tried_again_a_few_times_and_then_set_aside(self, counter: Counter) -> None:
        view = await counter.rendered()
        counter.publisher.troubles = [ZeroDivisionError()] * 8
        await counter.work(3_600)
        assert (await counter.job(view.job.id)).state is JobState.UNDELIVERABLE
        assert counter.publisher.calls == 9
        assert counter.cards[-1].phase is Phase.UNSHOWN

    async def test_a_bug_that_passes_harms_nothing(self, counter: Counter) -> None:
        view = await counter.rendered()
        counter.publisher.troubles = [ZeroDivisionError()] * 7
        await counter.work(3_600)
        job = await counter.job(view.job.id)
        assert (job.state, job.attempts) == (JobState.DELIVERED, 0)

    async def test_a_job_whose_card_cannot_be_looked_for_is_withdrawn(self, counter: Counter) -> None:
        """Nothing was sent for it; it must not keep its reservation for ever."""
        view = await counter.records.accepted()
        counter.publisher.troubles = [ZeroDivisionError()] * 100
        await counter.work(3_600)
        assert (await counter.job(view.job.id)).state is JobState.WITHDRAWN


class TestDeleted:
    async def test_a_card_deleted_while_its_outcome_was_on_the_way_does_not_strand_the_job(
        self, counter: Counter
    ) -> None:
        """The edit was carried out and its answer lost; the person saw the picture and deleted it."""
        view = await counter.rendered()
        counter.publisher.troubles = [DiscordAway("502")]
        await counter.deliverer.run_once()
        await counter.records.jobs.mark_deleted(view.job.id, view.job.message_id, None, counter.clock.now())
        counter.publisher.troubles = [CardGone("10008")]

        await counter.work()

        assert (await counter.job(view.job.id)).state is JobState.UNDELIVERABLE

    async def test_a_deleted_card_on_which_nothing_would_change_is_found_out_all_the_same(
        self, counter: Counter
    ) -> None:
        """It asked a person, who deleted it: nobody can be asked any more, so nothing waits for them."""
        view = await counter.opened()
        (claim,) = await counter.records.submitting()
        await counter.records.lose(claim)
        await counter.work()
        assert counter.cards[-1].phase is Phase.UNSURE
        await counter.records.jobs.mark_deleted(view.job.id, view.job.message_id, None, counter.clock.now())
        counter.publisher.troubles = [CardGone("10008")]

        await counter.work(EDIT_GAP_S)

        found = await counter.records.found(view.job.id)
        assert found.job.state is JobState.UNDELIVERABLE
        assert [task.state for task in found.tasks] == [TaskState.FAILED]

    async def test_nor_does_a_dead_token_keep_it_from_being_found_out(self, counter: Counter) -> None:
        view = await counter.opened()
        (claim,) = await counter.records.submitting()
        await counter.records.lose(claim)
        await counter.work()
        counter.records.database.alter("UPDATE job SET token = ''")
        await counter.records.jobs.mark_deleted(view.job.id, view.job.message_id, None, counter.clock.now())
        counter.publisher.troubles = [CardGone("10008")]

        await counter.work(EDIT_GAP_S)

        assert (await counter.job(view.job.id)).state is JobState.UNDELIVERABLE

    async def test_a_card_deleted_before_it_was_recorded_does_not_strand_the_job(
        self, counter: Counter
    ) -> None:
        """Its acknowledgement could not be written down: the look that asks Discord for it still comes."""
        view = await counter.records.accepted()
        await counter.records.jobs.mark_deleted(view.job.id, view.job.message_id, None, counter.clock.now())

        await counter.work(60)

        assert (await counter.job(view.job.id)).state is JobState.WITHDRAWN
