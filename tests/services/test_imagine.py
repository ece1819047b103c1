"""A request is accepted whole and shown, or it has never been."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from bot.domain.admission import PLAIN, Refusal
from bot.domain.cards import Phase
from bot.domain.errors import JobNotFound, PressedTwice, StoreBusy, StoreFull
from bot.domain.filters import FilterAction, Hit, Term
from bot.domain.jobs import Change, JobState, Quality, Size, TaskState, bigger, unchanged
from bot.services import imagine as imagine_module
from bot.services.imagine import ONE_PRESS_S, Accepted
from bot.services.person import Person
from bot.storage.sqlite import Transaction
from tests.services.conftest import Desk
from tests.support.drafts import ANA, BEN, CHANNEL, place, request
from tests.support.records import Records


async def accepted(desk: Desk, count: int = 1) -> Accepted:
    found = await desk.imagine.accept(request(count=count), ANA, place(), PLAIN)
    assert isinstance(found, Accepted)
    return found


@asynccontextmanager
async def writes_held(records: Records) -> AsyncIterator[None]:
    """No other write gets its turn meanwhile."""
    begun, go_on = threading.Event(), threading.Event()

    async def hold(_: Transaction) -> None:
        begun.set()
        go_on.wait()

    holding = asyncio.create_task(records.store.write(hold))
    await asyncio.to_thread(begun.wait)
    try:
        yield
    finally:
        go_on.set()
        await holding


class TestAccept:
    async def test_the_card_to_show_tells_place_time_and_price(self, desk: Desk) -> None:
        wish = request(count=2, size=Size.SQUARE_2K, quality=Quality.MEDIUM)
        found = await desk.imagine.accept(wish, ANA, place(), PLAIN)
        assert isinstance(found, Accepted)
        card = found.card
        assert (card.phase, card.outlook.place, card.request) == (Phase.WAITING, 1, wish)
        assert (card.cost_microusd, card.settled) == (240_000, False)
        assert card.outlook.expected_at is not None
        assert card.outlook.expected_at > desk.records.clock.now()

    async def test_nothing_starts_before_the_card_was_shown(self, desk: Desk) -> None:
        found = await accepted(desk)
        assert desk.wakes == ["written"]
        assert await desk.records.submitting() == []
        await desk.imagine.acknowledged(found, 42)
        assert desk.wakes == ["written", "opened"]
        assert len(await desk.records.submitting()) == 1

    async def test_the_same_interaction_again_makes_nothing(self, desk: Desk) -> None:
        here = place()
        assert await desk.imagine.accept(request(), ANA, here, PLAIN) is not None
        assert await desk.imagine.accept(request(), ANA, here, PLAIN) is None

    async def test_a_full_disk_accepts_nothing(self, desk: Desk) -> None:
        await desk.records.store._writer.execute("PRAGMA max_page_count = 1")
        with pytest.raises(StoreFull):
            await desk.imagine.accept(request("x" * 30_000), ANA, place(), PLAIN)
        assert desk.records.database.value("SELECT COUNT(*) FROM job") == 0

    async def test_ids_are_short_and_never_the_same(self, desk: Desk) -> None:
        ids = {(await accepted(desk)).job_id for _ in range(20)}
        assert len(ids) == 20
        assert all(len(job_id) == 10 and job_id.isalnum() for job_id in ids)


class TestLate:
    """The database answers after the member was told that it did not."""

    @pytest.fixture(autouse=True)
    def _impatient(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(imagine_module, "ANSWER_WITHIN_S", 0.01)

    async def test_the_member_is_told_no_and_so_it_stays(self, desk: Desk) -> None:
        async with writes_held(desk.records):
            with pytest.raises(StoreBusy):
                await desk.imagine.accept(request(count=2), ANA, place(), PLAIN)
        await desk.imagine.drain(10)
        assert desk.records.database.rows("SELECT state FROM job") == ["withdrawn"]
        assert desk.records.database.rows("SELECT state, cost_microusd FROM task") == [("cancelled", 0)] * 2

    async def test_a_stop_waits_until_it_is_taken_back(self, desk: Desk) -> None:
        async with writes_held(desk.records):
            with pytest.raises(StoreBusy):
                await desk.imagine.accept(request(), ANA, place(), PLAIN)
            draining = asyncio.create_task(desk.imagine.drain(10))
            await asyncio.sleep(0)
            assert not draining.done()
        await draining
        assert desk.records.database.rows("SELECT state FROM job") == ["withdrawn"]

    async def test_a_write_that_fails_after_all_has_left_nothing_to_take_back(self, desk: Desk) -> None:
        await desk.records.store._writer.execute("PRAGMA max_page_count = 1")
        async with writes_held(desk.records):
            with pytest.raises(StoreBusy):
                await desk.imagine.accept(request("x" * 30_000), ANA, place(), PLAIN)
        await desk.imagine.drain(10)
        assert desk.records.database.value("SELECT COUNT(*) FROM job") == 0

    async def test_what_cannot_even_be_taken_back_disturbs_nobody(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The deliverer finds it: there is no card, so nothing was sent."""
        failures = []
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, context: failures.append(context))

        async def away(*_: object) -> None:
            raise StoreBusy("locked")

        monkeypatch.setattr(desk.records.jobs, "withdraw", away)
        async with writes_held(desk.records):
            with pytest.raises(StoreBusy):
                await desk.imagine.accept(request(), ANA, place(), PLAIN)
        await desk.imagine.drain(10)
        assert desk.records.database.rows("SELECT state FROM job") == ["accepted"]
        assert failures == []

    async def test_many_at_once_all_hear_no_and_nothing_is_left(self, desk: Desk) -> None:
        async with writes_held(desk.records):
            answers = await asyncio.gather(
                *(desk.imagine.accept(request(), member, place(), PLAIN) for member in range(20)),
                return_exceptions=True,
            )
        await desk.imagine.drain(10)
        assert all(isinstance(answer, StoreBusy) for answer in answers)
        assert desk.records.database.rows("SELECT DISTINCT state FROM job") == ["withdrawn"]


class TestAcknowledged:
    async def test_a_card_that_the_deliverer_found_first_is_no_fault(self, desk: Desk) -> None:
        found = await accepted(desk)
        await desk.records.jobs.acknowledge(found.job_id, 42, None, desk.records.clock.now())
        await desk.imagine.acknowledged(found, 42)
        assert (await desk.records.found(found.job_id)).job.state is JobState.OPEN

    async def test_what_was_shown_is_remembered_so_that_it_is_not_shown_again(self, desk: Desk) -> None:
        found = await accepted(desk)
        await desk.imagine.acknowledged(found, 42)
        job = (await desk.records.found(found.job_id)).job
        assert (job.message_id, job.shown_digest) == (42, found.card.digest())


class TestWithdraw:
    async def test_nothing_is_sent_and_nothing_charged(self, desk: Desk) -> None:
        found = await accepted(desk, count=3)
        await desk.imagine.withdraw(found)
        view = await desk.records.found(found.job_id)
        assert view.job.state is JobState.WITHDRAWN
        assert {(task.state, task.cost_microusd) for task in view.tasks} == {(TaskState.CANCELLED, 0)}

    async def test_too_late_it_changes_nothing(self, desk: Desk) -> None:
        found = await accepted(desk)
        await desk.imagine.acknowledged(found, 42)
        await desk.imagine.withdraw(found)
        assert (await desk.records.found(found.job_id)).job.state is JobState.OPEN


async def pressed(
    desk: Desk, job_id: str, change: Change = unchanged, *, by: int = ANA, private: bool = False
) -> Accepted | Refusal | None:
    """Somebody wants an earlier request once more, where its card is."""
    earlier = await desk.imagine.earlier(job_id, Person(by, CHANNEL, moderator=False))
    return await desk.imagine.again(earlier, change, by, replace(place(), private=private), PLAIN)


class TestAgain:
    async def test_whoever_asks_gets_the_same_request_as_their_own(self, desk: Desk) -> None:
        first = await accepted(desk, count=2)
        second = await pressed(desk, first.job_id, by=BEN)
        assert isinstance(second, Accepted)
        assert second.job_id != first.job_id
        assert (second.card.request, second.card.requester_id) == (first.card.request, BEN)

    async def test_the_same_twice_in_a_moment_is_one_request(self, desk: Desk) -> None:
        """One finger on a slow phone; but each person, each job and each change is for itself."""
        first, other = await accepted(desk), await accepted(desk)
        for by, job_id, change in [
            (ANA, first.job_id, unchanged),
            (ANA, first.job_id, bigger),
            (ANA, other.job_id, unchanged),
            (BEN, first.job_id, unchanged),
        ]:
            assert isinstance(await pressed(desk, job_id, change, by=by), Accepted)
        desk.records.clock.advance(ONE_PRESS_S - 0.001)
        with pytest.raises(PressedTwice):
            await pressed(desk, first.job_id)
        desk.records.clock.advance(0.001)
        assert isinstance(await pressed(desk, first.job_id), Accepted)
        assert len(desk.imagine._pressed) == 1, "what is past is forgotten"

    async def test_two_presses_before_the_first_is_answered_are_one_request(self, desk: Desk) -> None:
        first = await accepted(desk)
        async with writes_held(desk.records):
            both = [asyncio.create_task(pressed(desk, first.job_id)) for _ in range(2)]
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        one, two = await asyncio.gather(*both, return_exceptions=True)
        assert {type(one), type(two)} == {Accepted, PressedTwice}

    async def test_what_was_refused_may_be_asked_for_at_once_again(self, desk: Desk) -> None:
        """And is refused in its own words, not for being the second press."""
        first = await accepted(desk)
        desk.hit = Hit(Term("fox", FilterAction.REFUSE))
        assert [type(await pressed(desk, first.job_id)) for _ in range(2)] == [Refusal, Refusal]

    async def test_nobody_else_asks_for_what_was_private(self, desk: Desk) -> None:
        first = await pressed(desk, (await accepted(desk)).job_id, private=True)
        assert isinstance(first, Accepted)
        with pytest.raises(JobNotFound):
            await pressed(desk, first.job_id, by=BEN)

    async def test_of_a_job_that_is_not_there_it_is_refused(self, desk: Desk) -> None:
        with pytest.raises(JobNotFound):
            await pressed(desk, "0000000000")

    async def test_of_a_card_elsewhere_it_is_refused(self, desk: Desk) -> None:
        first = await accepted(desk)
        with pytest.raises(JobNotFound):
            await desk.imagine.earlier(first.job_id, Person(BEN, CHANNEL + 1, moderator=True))


async def test_a_nearly_full_disk_refuses_what_is_new(desk: Desk) -> None:
    """Promise 3: what is under way needs the rest of the room."""
    desk.room = False

    with pytest.raises(StoreFull):
        await desk.imagine.accept(request(), ANA, place(), PLAIN)
