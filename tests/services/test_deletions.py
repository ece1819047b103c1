"""What is written down of a card that somebody deleted, and of what moderators do to others' requests."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress

import pytest

from bot.domain.errors import DiscordAway, TooLateForThat
from bot.domain.jobs import Job, TaskState
from bot.services.cards import Cards
from bot.services.person import Person
from tests.services.conftest import Desk
from tests.services.test_cards import MODERATOR, OWNER, delete, unknown
from tests.support.drafts import ANA, BEN, CHANNEL, SERVER, place
from tests.support.records import MESSAGE_ID


def audit(desk: Desk) -> list[object]:
    """Its lines: what, who, whom, which job."""
    return desk.records.database.rows("SELECT action, actor_id, target_id, job_id FROM audit ORDER BY seq")


def told(desk: Desk) -> list[object]:
    """What the log channel is told of deletions: whose, which job, by whom."""
    return desk.records.database.rows("SELECT member_id, job_id, text FROM notice WHERE kind = 'deleted'")


@pytest.fixture(autouse=True)
def log_channel(desk: Desk) -> None:
    """The server has one."""
    desk.records.database.alter("INSERT INTO server (guild_id, log_channel_id) VALUES (?, 9)", SERVER)


class TestButton:
    async def test_what_discord_did_not_delete_is_not_remembered(self, desk: Desk) -> None:
        view = await desk.records.opened(by=ANA)
        with pytest.raises(DiscordAway):
            async with desk.cards.deleting(view.job.id, MESSAGE_ID, MODERATOR):
                raise DiscordAway("503")
        assert (await desk.records.found(view.job.id)).job.deleted_at is None
        assert audit(desk) == []

    async def test_discords_own_news_of_it_names_who_pressed(self, desk: Desk) -> None:
        """It comes before the answer, or the answer is lost."""
        view = await desk.records.opened(by=ANA)
        with suppress(DiscordAway):
            async with desk.cards.deleting(view.job.id, MESSAGE_ID, MODERATOR):
                await desk.cards.deleted([MESSAGE_ID])
                raise DiscordAway("502")
        assert audit(desk) == [("deleted", BEN, ANA, view.job.id)]

    async def test_a_deletion_is_written_down_once_whoever_tells_first(self, desk: Desk) -> None:
        view = await desk.records.opened(by=ANA)
        async with desk.cards.deleting(view.job.id, MESSAGE_ID, MODERATOR):
            await desk.cards.deleted([MESSAGE_ID])
        await desk.cards.deleted([MESSAGE_ID])
        assert audit(desk) == [("deleted", BEN, ANA, view.job.id)]
        assert told(desk) == [(ANA, view.job.id, str(BEN))]

    async def test_a_copy_is_deleted_without_an_end_for_the_card(self, desk: Desk) -> None:
        view = await desk.records.opened(by=ANA)
        async with desk.cards.deleting(view.job.id, MESSAGE_ID + 1, MODERATOR):
            pass
        assert (await desk.records.found(view.job.id)).job.deleted_at is None
        assert audit(desk) == [("deleted", BEN, ANA, view.job.id)]


class TestNewsOfDeletions:
    async def test_a_card_deleted_in_discord_is_remembered_by_nobodys_name(self, desk: Desk) -> None:
        view = await desk.records.opened(by=ANA)
        await desk.cards.deleted([1, 2, MESSAGE_ID])
        assert (await desk.records.found(view.job.id)).job.deleted_at == desk.records.clock.now()
        assert audit(desk) == [("deleted", None, ANA, view.job.id)]
        assert told(desk) == [(ANA, view.job.id, None)]
        assert desk.wakes == ["changed"]

    async def test_other_messages_are_none_of_our_business(self, desk: Desk) -> None:
        await desk.records.opened(by=ANA)
        with desk.records.database.write_locked():  # a write would have to wait
            await desk.cards.deleted(range(1, 101))
            await desk.cards.channel_deleted(SERVER, CHANNEL + 1)
            await desk.cards.channel_deleted(SERVER + 1, CHANNEL)
        assert desk.wakes == []

    async def test_a_storm_of_them_is_looked_through_at_once(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A raid is cleaned up: thousands of messages a minute, each with an event of its own."""
        view = await desk.records.opened(by=ANA)
        looks = 0
        look = desk.records.jobs.with_cards

        async def counted(ids: Sequence[int]) -> Sequence[tuple[int, Job]]:
            nonlocal looks
            looks += 1
            return await look(ids)

        monkeypatch.setattr(desk.records.jobs, "with_cards", counted)
        storm = [desk.cards.deleted([number]) for number in range(MESSAGE_ID - 1_000, MESSAGE_ID + 1_000)]
        await asyncio.gather(*storm)
        assert looks <= 2
        assert audit(desk) == [("deleted", None, ANA, view.job.id)]

    async def test_what_is_not_sent_yet_is_taken_back_at_once(self, desk: Desk) -> None:
        view = await desk.records.opened(by=ANA, count=2)
        await desk.records.submitting()
        await desk.cards.deleted([MESSAGE_ID])
        states = [task.state for task in (await desk.records.found(view.job.id)).tasks]
        assert states == [TaskState.SUBMITTING, TaskState.CANCELLED]

    async def test_a_channel_takes_what_is_not_over_with_it(self, desk: Desk) -> None:
        waiting = await desk.records.opened(by=ANA)
        await desk.records.opened(by=BEN, at=place(channel_id=CHANNEL + 1))
        await desk.cards.channel_deleted(SERVER, CHANNEL)
        assert audit(desk) == [("deleted", None, ANA, waiting.job.id)]

    async def test_pictures_shown_long_ago_are_not_counted_one_by_one(self, desk: Desk) -> None:
        """A channel may have had thousands."""
        view = await desk.records.opened(by=ANA)
        (claim,) = await desk.records.submitting()
        await desk.records.fail(claim)
        await desk.cards.channel_deleted(SERVER, CHANNEL)
        assert (await desk.records.found(view.job.id)).job.deleted_at is None
        assert desk.wakes == []


class TestAudit:
    """What moderators do to others' requests is written down; what people do with their own is not."""

    @pytest.mark.parametrize("person", [OWNER, MODERATOR])
    async def test_cancel(self, desk: Desk, person: Person) -> None:
        view = await desk.records.opened(by=ANA)
        await desk.cards.cancel(view.job.id, person)
        assert audit(desk) == ([("cancelled", BEN, ANA, view.job.id)] if person is MODERATOR else [])

    @pytest.mark.parametrize("person", [OWNER, MODERATOR])
    async def test_leave(self, desk: Desk, person: Person) -> None:
        job_id = await unknown(desk)
        await desk.cards.leave_unknown(job_id, person)
        assert audit(desk) == ([("left", BEN, ANA, job_id)] if person is MODERATOR else [])

    @pytest.mark.parametrize("person", [OWNER, MODERATOR])
    async def test_delete(self, desk: Desk, person: Person) -> None:
        """The log channel is told of both."""
        view = await desk.records.opened(by=ANA)
        await delete(desk.cards, view.job.id, person)
        assert audit(desk) == ([("deleted", BEN, ANA, view.job.id)] if person is MODERATOR else [])
        assert told(desk) == [(ANA, view.job.id, str(person.id))]

    async def test_what_came_too_late_leaves_no_line(self, desk: Desk) -> None:
        view = await desk.records.opened(by=ANA)
        await desk.records.submitting()
        for press in (Cards.cancel, Cards.leave_unknown):
            with pytest.raises(TooLateForThat):
                await press(desk.cards, view.job.id, MODERATOR)
        assert audit(desk) == []
