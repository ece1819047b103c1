"""Who may do what with a card, and what comes of it: decided from the record, whatever was pressed."""

from collections.abc import Awaitable, Callable

import pytest

from bot.chat.cards import card_words
from bot.domain.cards import Phase
from bot.domain.errors import JobNotFound, NoPicture, NotYours, TooLateForThat
from bot.domain.jobs import FailureReason, JobState, TaskState
from bot.services.cards import Cards
from bot.services.person import Person
from bot.storage.jobs import KEEP_GRACE_S
from tests.services.conftest import Desk
from tests.support.drafts import ANA, BEN, CHANNEL, LOW_1K_MICROUSD
from tests.support.records import MESSAGE_ID

OWNER = Person(ANA, CHANNEL, moderator=False)
MODERATOR = Person(BEN, CHANNEL, moderator=True)
STRANGER = Person(BEN, CHANNEL, moderator=False)
MODERATOR_ELSEWHERE = Person(BEN, CHANNEL + 1, moderator=True)
Press = Callable[[Cards, str, Person], Awaitable[object]]


async def delete(cards: Cards, job_id: str, person: Person) -> None:
    """Delete the card, as its button does."""
    async with cards.deleting(job_id, MESSAGE_ID, person):
        pass


PRESSES = pytest.mark.parametrize(
    "press",
    [Cards.cancel, Cards.keep, Cards.retry_unknown, Cards.leave_unknown, delete],
    ids=lambda press: press.__name__,
)


async def unknown(desk: Desk, count: int = 1) -> str:
    """A job of Ana's, all of whose images are in doubt."""
    view = await desk.records.opened(by=ANA, count=count)
    for claim in await desk.records.submitting(count):
        await desk.records.lose(claim)
    return view.job.id


async def pictured(desk: Desk) -> str:
    """A job of Ana's with its picture."""
    view = await desk.records.opened(by=ANA)
    (claim,) = await desk.records.rendering()
    await desk.records.render(claim)
    return view.job.id


class TestEverybody:
    @PRESSES
    async def test_a_stranger_may_do_nothing(self, desk: Desk, press: Press) -> None:
        view = await desk.records.opened(by=ANA)
        with pytest.raises(NotYours):
            await press(desk.cards, view.job.id, STRANGER)
        assert desk.wakes == []

    @PRESSES
    async def test_a_job_that_is_not_there_is_not_found(self, desk: Desk, press: Press) -> None:
        with pytest.raises(JobNotFound):
            await press(desk.cards, "0000000000", OWNER)

    @PRESSES
    async def test_a_moderator_of_another_place_finds_nothing(self, desk: Desk, press: Press) -> None:
        """Job ids are shown to all, so a forged press may name a job of any server."""
        view = await desk.records.opened(by=ANA)
        with pytest.raises(JobNotFound):
            await press(desk.cards, view.job.id, MODERATOR_ELSEWHERE)
        assert desk.wakes == []

    async def test_whoever_can_see_the_card_may_read_its_prompt(self, desk: Desk) -> None:
        view = await desk.records.opened(by=ANA, prompt="a fox")
        assert (await desk.cards.find(view.job.id, STRANGER)).job.request.prompt == "a fox"

    async def test_from_elsewhere_only_the_requester_may(self, desk: Desk) -> None:
        view = await desk.records.opened(by=ANA, prompt="a fox")
        at_home = Person(ANA, CHANNEL + 1, moderator=False)
        assert (await desk.cards.find(view.job.id, at_home)).job.request.prompt == "a fox"
        with pytest.raises(JobNotFound):
            await desk.cards.find(view.job.id, MODERATOR_ELSEWHERE)


class TestCancel:
    @pytest.mark.parametrize("person", [OWNER, MODERATOR])
    async def test_owner_and_moderators_take_back_a_job_of_which_nothing_was_sent(
        self, desk: Desk, person: Person
    ) -> None:
        view = await desk.records.opened(by=ANA, count=2)
        card = await desk.cards.cancel(view.job.id, person)
        assert (card.phase, card.cancelled, card.cost_microusd, card.settled) == (Phase.CANCELLED, 2, 0, True)
        assert (await desk.records.found(view.job.id)).job.state is JobState.CANCELLED
        assert desk.wakes == ["changed"]

    async def test_what_was_sent_goes_on(self, desk: Desk) -> None:
        view = await desk.records.opened(by=ANA, count=3)
        await desk.records.rendering()
        card = await desk.cards.cancel(view.job.id, OWNER)
        assert (card.phase, card.cancelled, card.cancellable) == (Phase.DRAWING, 2, False)
        assert (await desk.records.found(view.job.id)).job.state is JobState.OPEN

    async def test_twice_is_too_late(self, desk: Desk) -> None:
        view = await desk.records.opened(by=ANA)
        await desk.cards.cancel(view.job.id, OWNER)
        with pytest.raises(TooLateForThat):
            await desk.cards.cancel(view.job.id, OWNER)

    async def test_when_all_is_sent_it_is_too_late(self, desk: Desk) -> None:
        view = await desk.records.opened(by=ANA)
        await desk.records.submitting()
        with pytest.raises(TooLateForThat):
            await desk.cards.cancel(view.job.id, OWNER)
        assert desk.wakes == []

    async def test_before_its_card_is_up_there_is_nothing_to_press(self, desk: Desk) -> None:
        """A forged button."""
        view = await desk.records.accepted(by=ANA)
        with pytest.raises(TooLateForThat):
            await desk.cards.cancel(view.job.id, OWNER)


class TestKeep:
    async def test_the_owner_keeps_it_and_lets_it_go(self, desk: Desk) -> None:
        job_id = await pictured(desk)
        assert await desk.cards.keep(job_id, OWNER)
        assert (await desk.records.found(job_id)).job.kept_at == desk.records.clock.now()
        desk.records.clock.advance(KEEP_GRACE_S)
        assert not await desk.cards.keep(job_id, OWNER)
        assert (await desk.records.found(job_id)).job.kept_at is None
        assert desk.wakes == [], "the card shows nothing of it"

    async def test_a_double_tap_keeps_it(self, desk: Desk) -> None:
        """The second press of a slow phone comes after the first was answered."""
        job_id = await pictured(desk)
        kept_at = desk.records.clock.now()
        assert await desk.cards.keep(job_id, OWNER)
        desk.records.clock.advance(KEEP_GRACE_S - 0.001)
        assert await desk.cards.keep(job_id, OWNER)
        assert (await desk.records.found(job_id)).job.kept_at == kept_at

    async def test_a_moderator_may_not(self, desk: Desk) -> None:
        with pytest.raises(NotYours):
            await desk.cards.keep(await pictured(desk), MODERATOR)

    async def test_what_is_not_there_is_not_kept(self, desk: Desk) -> None:
        view = await desk.records.opened(by=ANA)
        with pytest.raises(NoPicture):
            await desk.cards.keep(view.job.id, OWNER)

    async def test_what_was_erased_cannot_be_kept(self, desk: Desk) -> None:
        """Neither by somebody who comes later, nor by a press that was on its way."""
        job_id = await pictured(desk)
        desk.records.database.alter("UPDATE job SET erased_at = 1")
        with pytest.raises(JobNotFound):
            await desk.cards.keep(job_id, OWNER)
        with pytest.raises(JobNotFound):
            await desk.records.jobs.keep(job_id, desk.records.clock.now())


class TestUnknown:
    async def test_the_owner_may_have_it_tried_again(self, desk: Desk) -> None:
        job_id = await unknown(desk, count=2)
        await desk.cards.retry_unknown(job_id, OWNER)
        assert desk.wakes == ["changed"]
        assert len(await desk.records.submitting(9)) == 2

    async def test_a_moderator_may_not_spend_another_s_money(self, desk: Desk) -> None:
        job_id = await unknown(desk)
        with pytest.raises(NotYours):
            await desk.cards.retry_unknown(job_id, MODERATOR)
        assert await desk.records.submitting() == []

    @pytest.mark.parametrize("person", [OWNER, MODERATOR])
    async def test_owner_and_moderators_may_let_it_be(self, desk: Desk, person: Person) -> None:
        job_id = await unknown(desk)
        await desk.cards.leave_unknown(job_id, person)
        (task,) = (await desk.records.found(job_id)).tasks
        assert (task.state, task.reason) == (TaskState.FAILED, FailureReason.LEFT)
        assert task.cost_microusd == task.estimate_microusd

    @pytest.mark.parametrize("press", [Cards.retry_unknown, Cards.leave_unknown])
    async def test_what_somebody_decided_already_is_too_late(self, desk: Desk, press: Press) -> None:
        job_id = await unknown(desk)
        await press(desk.cards, job_id, OWNER)
        for other in (Cards.retry_unknown, Cards.leave_unknown):
            with pytest.raises(TooLateForThat):
                await other(desk.cards, job_id, OWNER)

    async def test_where_nothing_is_in_doubt_there_is_nothing_to_decide(self, desk: Desk) -> None:
        view = await desk.records.opened(by=ANA)
        with pytest.raises(TooLateForThat):
            await desk.cards.retry_unknown(view.job.id, OWNER)


class TestDelete:
    @pytest.mark.parametrize("person", [OWNER, MODERATOR])
    async def test_owner_and_moderators_may(self, desk: Desk, person: Person) -> None:
        view = await desk.records.opened(by=ANA)
        await delete(desk.cards, view.job.id, person)
        job = (await desk.records.found(view.job.id)).job
        assert job.deleted_at == desk.records.clock.now()
        assert desk.wakes == ["changed"], "or a job that is not over would go on for nobody"

    async def test_the_first_deletion_counts(self, desk: Desk) -> None:
        view = await desk.records.opened(by=ANA)
        first = desk.records.clock.now()
        await delete(desk.cards, view.job.id, OWNER)
        desk.records.clock.advance(60)
        await delete(desk.cards, view.job.id, MODERATOR)
        assert (await desk.records.found(view.job.id)).job.deleted_at == first

    @pytest.mark.parametrize("person", [OWNER, MODERATOR])
    async def test_also_a_message_that_outlived_its_record(self, desk: Desk, person: Person) -> None:
        """Erased without its message. That is all that can be done with it, and by nobody else."""
        job_id = await pictured(desk)
        desk.records.database.alter("UPDATE job SET erased_at = 1")
        for other, fault in ((STRANGER, NotYours), (MODERATOR_ELSEWHERE, JobNotFound)):
            with pytest.raises(fault):
                await delete(desk.cards, job_id, other)
        with pytest.raises(JobNotFound):
            await desk.cards.find(job_id, person)
        await delete(desk.cards, job_id, person)
        assert (await desk.records.found(job_id)).job.deleted_at == desk.records.clock.now()

    async def test_and_one_of_which_nobody_knows_whose_it_was(self, desk: Desk) -> None:
        """Moderators may, and it is written down without a name."""
        job_id = await pictured(desk)
        desk.records.database.alter("UPDATE job SET erased_at = 1, requester_id = 0, message_id = 0")
        with pytest.raises(NotYours):
            await delete(desk.cards, job_id, OWNER)
        await delete(desk.cards, job_id, MODERATOR)
        assert desk.records.database.rows("SELECT actor_id, target_id FROM audit") == [(BEN, None)]


async def test_what_was_unknown_before_it_was_cancelled_is_not_called_free(desk: Desk) -> None:
    """Tried again, and cancelled while still in line: the first try may have been charged."""
    job_id = await unknown(desk)
    await desk.cards.retry_unknown(job_id, OWNER)

    card = await desk.cards.cancel(job_id, OWNER)

    assert (card.phase, card.maybe_charged) == (Phase.CANCELLED, True)
    assert (card.cost_microusd, card.doubt_microusd) == (0, LOW_1K_MICROUSD)
    assert "may have been charged" in " ".join(card_words.status(card))
