"""What people see when the bot goes on from a backup that knows nothing of what was done since."""

from pathlib import Path

import pytest

from bot.chat import words
from bot.domain import errors
from bot.domain.jobs import JobState, Review
from bot.storage.backup import copy_out
from tests.support.discord import World
from tests.support.log import Log
from tests.support.shown import Shown

RETRY, LEAVE = str(words.TRY_AGAIN), str(words.LEAVE_IT)


@pytest.fixture
def backup(world: World, tmp_path: Path) -> Path:
    return tmp_path / "mine.sqlite3"


def backed_up(world: World, backup: Path) -> None:
    copy_out(world.database.path, backup)


async def test_what_was_paid_since_is_not_paid_again_unless_its_requester_says_so(
    world: World, backup: Path
) -> None:
    card = await world.imagine("a red fox", count=2)
    backed_up(world, backup)
    await world.finish()
    assert len(world.again(card).pictures) == len(world.paid) == 2

    await world.put_back(backup)
    await world.finish()

    card = world.again(card)
    assert "**Not sure for 2 pictures.**" in card.text
    assert card.buttons == [RETRY, LEAVE]
    assert len(world.paid) == 2
    await world.press(card, RETRY)
    await world.finish()
    assert len(world.again(card).pictures) == 2
    assert len(world.paid) == 4
    assert "up to $0.024" in world.again(card).text


async def test_a_card_that_was_deleted_since_asks_nobody_and_counts_as_paid(
    world: World, backup: Path
) -> None:
    card = await world.imagine("a red fox")
    backed_up(world, backup)
    await world.finish()
    await world.press(world.again(card), "Delete")
    assert not world.is_there(card)

    await world.put_back(backup)
    await world.finish()

    view = await world.job(card)
    assert (view.job.state, view.tasks[0].reason, view.tasks[0].cost_microusd) == (
        JobState.UNDELIVERABLE,
        "left",
        6_000,
    )
    assert len(world.paid) == 1


async def test_nobody_is_told_a_second_time(world: World, backup: Path) -> None:
    """Neither who asked, by a reply, nor the log channel."""
    log = Log(world)
    world.database.alter("INSERT INTO preference (member_id, notify) VALUES (?, 'always')", world.mira.id)
    await world.imagine("drawn by then")
    await world.finish()
    await world.imagine("under way by then")
    await world.render()
    backed_up(world, backup)
    await world.finish()
    await world.ring()
    told, said = len(await log.told()), len(world.cards)
    assert (told, said, len(world.paid)) == (1, 4, 2)

    await world.put_back(backup)
    await world.finish()
    await world.ring()

    assert (len(await log.told()), len(world.cards), len(world.paid)) == (told, said, 2)


class TestWithAModerator:
    @pytest.fixture
    async def card(self, world: World, backup: Path) -> Shown:
        """Waited for a moderator in the backup; approved, drawn and paid since."""
        self.log = Log(world, review=True)
        card = await world.imagine("a red fox")
        await self.log.told()
        backed_up(world, backup)
        await self.log.press("Approve", as_=world.theo)
        await world.finish()
        assert world.again(card).pictures
        await self.log.told()
        await world.put_back(backup)
        await world.finish()
        return world.again(card)

    async def test_it_takes_the_requester_and_a_moderator_to_send_it_again(
        self, world: World, card: Shown
    ) -> None:
        assert card.buttons == [RETRY, LEAVE]
        await world.press(card, RETRY)
        await world.finish()
        assert "**Waiting for a moderator.**" in world.again(card).text
        assert len(world.paid) == 1
        await self.log.press("Approve", as_=world.theo)
        await world.finish()
        assert world.again(card).pictures
        assert len(world.paid) == 2

    async def test_approved_once_more_it_still_asks(self, world: World, card: Shown) -> None:
        await self.log.press("Approve", as_=world.theo)
        await world.finish()
        assert world.again(card).buttons == [RETRY, LEAVE]
        assert len(world.paid) == 1

    async def test_refused_now_it_cannot_be_sent_again(self, world: World, card: Shown) -> None:
        await self.log.press_and_write("Refuse", as_=world.theo)
        await world.finish()
        view = await world.job(card)
        assert (view.job.state, view.job.review) == (JobState.DELIVERED, Review.REFUSED)
        assert view.tasks[0].cost_microusd == 6_000
        assert RETRY not in world.again(card).buttons
        assert len(world.paid) == 1


async def test_a_question_to_moderators_that_was_posted_since_is_found_and_not_posted_again(
    world: World, backup: Path
) -> None:
    log = Log(world, review=True)
    card = await world.imagine("a red fox")
    backed_up(world, backup)
    posted = await log.last()
    world.clock.advance(120)

    await world.put_back(backup)

    assert len(await log.told()) == 1
    await log.press("Approve", as_=world.theo, on=posted)
    assert (await world.job(card)).job.review is Review.APPROVED
    assert "**Approved**" in (await log.last()).text


async def test_a_button_that_was_posted_since_decides_about_nothing_else(world: World, backup: Path) -> None:
    """The numbers of notices would begin again where the backup ends."""
    log = Log(world, review=True)
    backed_up(world, backup)
    await world.imagine("of the time since")
    stale = await log.last()

    await world.put_back(backup)
    card = await world.imagine("of now")
    assert "of now" in (await log.last()).text

    told = world.told(await log.press("Approve", as_=world.theo, on=stale))
    assert told == words.refusal(errors.NothingThere())
    assert (await world.job(card)).job.review is Review.WAITING
