"""Blocks: one row for each member, and what they have in line taken back in the same transaction."""

import asyncio

import pytest

from bot.domain.admission import Circumstances, Gate
from bot.domain.cards import Outlook, Phase, compose
from bot.domain.errors import SpenderBlocked
from bot.domain.filters import FilterAction, Hit, Term
from bot.domain.jobs import JobState, Review, TaskState
from bot.domain.moderation import Block
from bot.domain.ports import JobView
from bot.domain.units import Instant, after
from bot.storage.blocks import BlockList
from tests.support.drafts import ANA, BEN, SERVER, draft, place
from tests.support.records import MESSAGE_ID, Records

MODERATOR, OTHER_MODERATOR = 900, 901
AUDIT = "SELECT action, actor_id, target_id, before_value, after_value, reason FROM audit ORDER BY seq"
NOTICES = "SELECT kind, guild_id, member_id, job_id, text FROM notice ORDER BY id"


def blocked(
    records: Records, member_id: int = ANA, *, until: Instant | None = None, by: int = MODERATOR
) -> Block:
    return Block(member_id, "spam", by, records.clock.now(), until)


async def block(records: Records, what: Block | None = None, *, cancel_waiting: bool = True) -> Block:
    return await BlockList(records.store).add(SERVER, what or blocked(records), cancel_waiting=cancel_waiting)


def phase(view: JobView) -> Phase:
    return compose(view.job, view.tasks, Outlook()).phase


class TestHolding:
    async def test_a_block_holds_on_its_server_only(self, records: Records) -> None:
        await block(records)
        assert (await records.refused()).by is Gate.BLOCKED
        await records.accepted(at=place(guild_id=SERVER + 1))
        await records.accepted(at=place(guild_id=None))
        await records.accepted(by=BEN)

    async def test_it_is_kept_as_it_was_given(self, records: Records) -> None:
        what = blocked(records, until=after(records.clock.now(), 60))
        assert await block(records, what) == what
        assert await BlockList(records.store).live(SERVER, records.clock.now()) == [what]
        assert await BlockList(records.store).live(SERVER + 1, records.clock.now()) == []

    async def test_it_ends_at_its_end_and_is_not_listed_then(self, records: Records) -> None:
        await block(records, blocked(records, until=after(records.clock.now(), 60)))
        records.clock.advance(59.999)
        assert (await records.refused()).by is Gate.BLOCKED
        records.clock.advance(0.001)
        await records.accepted()
        assert await BlockList(records.store).live(SERVER, records.clock.now()) == []

    async def test_the_newest_is_listed_first(self, records: Records) -> None:
        await block(records, blocked(records, ANA))
        records.clock.advance(1)
        await block(records, blocked(records, BEN))
        live = await BlockList(records.store).live(SERVER, records.clock.now())
        assert [each.member_id for each in live] == [BEN, ANA]

    async def test_a_block_that_is_lifted_holds_no_more_and_cannot_be_lifted_again(
        self, records: Records
    ) -> None:
        blocks, now = BlockList(records.store), records.clock.now()
        await block(records)
        assert await blocks.remove(SERVER, ANA, OTHER_MODERATOR, now)
        assert not await blocks.remove(SERVER, ANA, OTHER_MODERATOR, now)
        assert not await blocks.remove(SERVER, BEN, OTHER_MODERATOR, now)
        assert await blocks.live(SERVER, now) == []
        await records.accepted()

    async def test_of_two_who_lift_it_at_once_one_did(self, records: Records) -> None:
        await block(records)
        blocks, now = BlockList(records.store), records.clock.now()
        lifted = await asyncio.gather(*(blocks.remove(SERVER, ANA, by, now) for by in range(5)))
        assert sorted(lifted) == [False, False, False, False, True]


class TestChanging:
    async def test_a_second_block_stands_in_for_the_first(self, records: Records) -> None:
        await block(records)
        records.clock.advance(1)
        later = Block(ANA, "worse", OTHER_MODERATOR, records.clock.now(), None)
        assert await block(records, later) == later
        assert await BlockList(records.store).live(SERVER, records.clock.now()) == [later]

    async def test_an_appeal_is_heard_once_however_often_the_block_is_changed(self, records: Records) -> None:
        await block(records, blocked(records, until=after(records.clock.now(), 60)))
        records.database.alter("UPDATE block SET appealed_at = 5")
        assert (await block(records)).appealed_at == 5

    async def test_a_new_block_after_the_end_of_the_last_can_be_appealed_against(
        self, records: Records
    ) -> None:
        await block(records, blocked(records, until=after(records.clock.now(), 60)))
        records.database.alter("UPDATE block SET appealed_at = 5")
        records.clock.advance(60)
        assert (await block(records)).appealed_at is None


class TestUnsure:
    async def test_who_is_blocked_has_nothing_sent_once_more(self, records: Records) -> None:
        view = await records.opened()
        (claim,) = await records.submitting()
        await records.lose(claim)
        end = after(records.clock.now(), 60)
        await block(records, blocked(records, until=end))
        with pytest.raises(SpenderBlocked):
            await records.tasks.retry_unknown(view.job.id, records.clock.now())
        assert (await records.found(view.job.id)).tasks[0].state is TaskState.UNKNOWN
        records.clock.advance(60)
        assert await records.tasks.retry_unknown(view.job.id, records.clock.now()) == 1

    async def test_who_is_blocked_can_let_it_be(self, records: Records) -> None:
        view = await records.opened()
        (claim,) = await records.submitting()
        await records.lose(claim)
        await block(records)
        assert await records.tasks.leave_unknown(view.job.id, records.clock.now()) == 1


class TestWrittenDown:
    async def test_the_audit_has_what_it_was_and_what_it_is(self, records: Records) -> None:
        end = after(records.clock.now(), 60)
        await block(records, blocked(records, until=end))
        await block(records)
        await BlockList(records.store).remove(SERVER, ANA, OTHER_MODERATOR, records.clock.now())
        await block(records, blocked(records, until=end))
        assert records.database.rows(AUDIT) == [
            ("blocked", MODERATOR, ANA, None, f"until {end}", "spam"),
            ("blocked", MODERATOR, ANA, f"until {end}", "until lifted", "spam"),
            ("unblocked", OTHER_MODERATOR, ANA, "until lifted", None, "spam"),
            ("blocked", MODERATOR, ANA, None, f"until {end}", "spam"),
        ]

    async def test_the_log_channel_is_told_of_each_block(self, records: Records) -> None:
        records.database.alter(
            "INSERT INTO server (guild_id, log_channel_id, log_all) VALUES (?, 9, 0)", SERVER
        )
        await block(records)
        await block(records)
        assert records.database.rows(NOTICES) == [("blocked", SERVER, ANA, None, "spam")] * 2


class TestWaiting:
    async def test_what_waits_is_taken_back_and_its_reservation_with_it(self, records: Records) -> None:
        first, second = await records.opened(count=2), await records.opened()
        others = await records.opened(by=BEN)
        elsewhere = await records.opened(at=place(guild_id=SERVER + 1))
        await block(records)
        for view in (first, second):
            job = (await records.found(view.job.id)).job
            assert (job.state, job.due_at) == (JobState.CANCELLED, records.clock.now()), "its card is due"
        for view in (others, elsewhere):
            assert (await records.found(view.job.id)).job.state is JobState.OPEN
        assert records.database.rows(
            "SELECT images, microusd FROM use_of_hour WHERE account_id = ?", SERVER
        ) == [(1, 6_000)]
        assert records.database.rows(AUDIT)[1] == (
            "queue_cleared",
            MODERATOR,
            ANA,
            "requests 2, images 3",
            None,
            None,
        )

    async def test_what_is_on_its_way_already_goes_on(self, records: Records) -> None:
        view = await records.opened(count=2)
        (claim,) = await records.rendering()
        await block(records)
        assert phase(await records.found(view.job.id)) is Phase.DRAWING
        await records.render(claim)
        after_all = await records.found(view.job.id)
        assert [task.state for task in after_all.tasks] == [TaskState.RENDERED, TaskState.CANCELLED]

    async def test_what_has_no_card_yet_is_taken_back_too(self, records: Records) -> None:
        """Or it would begin as soon as its card is up."""
        view = await records.accepted()
        await block(records)
        opened = await records.jobs.acknowledge(view.job.id, MESSAGE_ID, None, records.clock.now())
        assert phase(opened) is Phase.CANCELLED
        assert opened.job.due_at == records.clock.now(), "its card is due"
        assert await records.submitting() == []

    async def test_what_waits_for_a_moderator_is_taken_back_too(self, records: Records) -> None:
        records.database.alter(
            "INSERT INTO server (guild_id, review, log_channel_id) VALUES (?, 1, 9)", SERVER
        )
        view = await records.opened()
        assert view.job.review is Review.WAITING
        await block(records)
        assert phase(await records.found(view.job.id)) is Phase.CANCELLED

    async def test_it_goes_on_where_that_is_wanted(self, records: Records) -> None:
        view = await records.opened()
        await block(records, cancel_waiting=False)
        (claim,) = await records.submitting()
        assert claim.task.job_id == view.job.id
        assert len(records.database.rows(AUDIT)) == 1

    async def test_a_request_at_the_same_moment_is_either_refused_or_taken_back(
        self, records: Records
    ) -> None:
        await asyncio.gather(
            *(records.jobs.accept(draft(), records.clock.now()) for _ in range(20)),
            block(records),
            *(records.jobs.accept(draft(), records.clock.now()) for _ in range(20)),
        )
        assert records.database.value("SELECT COUNT(*) FROM task WHERE state <> 'cancelled'") == 0
        assert records.database.value("SELECT COUNT(*) FROM refusal WHERE why = 'blocked'") == 20


async def test_a_request_taken_back_before_its_card_was_known_is_over_and_tells_nobody(
    records: Records,
) -> None:
    """Or a review would wait for a decision that nobody can make any more."""
    records.database.alter("INSERT INTO server (guild_id, log_channel_id) VALUES (?, 9)", SERVER)
    hit = Hit(Term("dragon", FilterAction.REVIEW))
    view = await records.accepted(around=Circumstances(hit=hit))
    now = records.clock.now()
    await BlockList(records.store).add(SERVER, Block(ANA, "spam", BEN, now, None), cancel_waiting=True)

    view = await records.jobs.acknowledge(view.job.id, 42, None, now)

    assert (view.job.state, view.job.review) == (JobState.CANCELLED, None)
    assert records.database.rows("SELECT kind FROM notice") == ["blocked"]
