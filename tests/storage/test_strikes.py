"""Strikes: requests that the provider refused as unsafe, counted until they block somebody."""

import asyncio
from typing import Any

import pytest

from bot.domain.admission import Gate
from bot.domain.errors import StaleMove
from bot.domain.jobs import FailureReason, JobState
from bot.domain.limits import DAY_S
from bot.domain.moderation import Block
from bot.domain.ports import JobView
from bot.domain.units import after
from bot.storage.blocks import BlockList
from tests.support.drafts import ANA, BEN, SERVER, place
from tests.support.records import Records

MODERATOR = 900
REASON = "3 requests refused as unsafe by the image service"


async def struck(records: Records, times: int = 1, *, images: int = 1, **wishes: Any) -> list[JobView]:
    """So many requests whose images are all refused as unsafe."""
    views = []
    for _ in range(times):
        views.append(await records.opened(count=images, **wishes))
        for claim in await records.rendering(images):
            await records.fail(claim, FailureReason.SAFETY)
    return views


def strikes(records: Records, *, most: int = 3, window_s: int = DAY_S, block_s: int = DAY_S) -> None:
    """What the server's moderators have set."""
    records.database.alter(
        "INSERT INTO server (guild_id, log_channel_id, strikes_most, strikes_window_s, strikes_block_s)"
        " VALUES (?, 9, ?, ?, ?)",
        *(SERVER, most, window_s, block_s),
    )


async def blocks(records: Records) -> list[Block]:
    return await BlockList(records.store).live(SERVER, records.clock.now())


@pytest.mark.parametrize(
    ("most", "personal", "reason", "warned"),
    [
        (3, False, FailureReason.SAFETY, True),
        (3, False, FailureReason.REJECTED, False),
        (0, False, FailureReason.SAFETY, False),
        (1, False, FailureReason.SAFETY, False),
        (3, True, FailureReason.SAFETY, False),
    ],
)
async def test_a_card_warns_where_several_refusals_block(
    records: Records, *, most: int, personal: bool, reason: FailureReason, warned: bool
) -> None:
    """Not where none does, one is enough, or nobody blocks: in personal use."""
    strikes(records, most=most)
    job = (await records.opened(at=place(bot_is_member=not personal))).job
    for claim in await records.rendering():
        await records.fail(claim, reason)
    outlook = await records.jobs.outlook(await records.found(job.id), records.clock.now())
    assert outlook.strikes is warned


class TestCounting:
    async def test_three_requests_in_a_day_block_for_a_day(self, records: Records) -> None:
        """Where moderators have set nothing else."""
        await struck(records, 2)
        assert await blocks(records) == []
        await struck(records)
        now = records.clock.now()
        assert await blocks(records) == [Block(ANA, REASON, None, now, after(now, DAY_S))]
        refusal = await records.refused()
        assert (refusal.by, refusal.reason, refusal.lifts_at) == (Gate.BLOCKED, REASON, after(now, DAY_S))
        records.clock.advance(DAY_S)
        await records.accepted()

    async def test_it_is_written_down_once_and_the_log_channel_is_told_once(self, records: Records) -> None:
        strikes(records, most=2)
        _, last = await struck(records, 2)
        end = after(records.clock.now(), DAY_S)
        reason = REASON.replace("3", "2")
        assert records.database.rows(
            "SELECT action, actor_id, target_id, job_id, before_value, after_value, reason FROM audit"
        ) == [("blocked", None, ANA, last.job.id, None, f"until {end}", reason)]
        assert records.database.rows(
            "SELECT guild_id, member_id, job_id, text FROM notice WHERE kind = 'blocked'"
        ) == [(SERVER, ANA, last.job.id, reason)]

    async def test_four_images_of_one_request_are_one_strike(self, records: Records) -> None:
        await struck(records, 2, images=4)
        assert await blocks(records) == []

    async def test_only_what_the_safety_system_refused_counts(self, records: Records) -> None:
        for reason in FailureReason:
            if reason not in {FailureReason.SAFETY, FailureReason.LEFT}:
                await records.opened()
                (claim,) = await records.rendering()
                await records.fail(claim, reason)
        await struck(records, 2)
        assert await blocks(records) == []

    async def test_members_and_servers_are_counted_apart(self, records: Records) -> None:
        await struck(records, 2, by=ANA)
        await struck(records, 2, by=BEN)
        await struck(records, 1, by=ANA, at=place(guild_id=SERVER + 1))
        assert records.database.value("SELECT COUNT(*) FROM block") == 0

    async def test_personal_use_blocks_nobody(self, records: Records) -> None:
        """There is no moderator to lift it, and no server to protect."""
        for _ in range(5):
            await struck(records, at=place(guild_id=None))
            await struck(records, at=place(bot_is_member=False))
        assert records.database.value("SELECT COUNT(*) FROM block") == 0

    async def test_strikes_leave_the_window(self, records: Records) -> None:
        strikes(records, most=2, window_s=3_600)
        await struck(records)
        records.clock.advance(3_600)
        await struck(records)
        assert await blocks(records) == []
        records.clock.advance(3_599)
        await struck(records)
        assert len(await blocks(records)) == 1

    async def test_none_block_where_moderators_want_that(self, records: Records) -> None:
        strikes(records, most=0)
        await struck(records, 10)
        assert await blocks(records) == []

    async def test_one_is_enough_where_moderators_want_that(self, records: Records) -> None:
        strikes(records, most=1, block_s=60)
        await struck(records)
        (block,) = await blocks(records)
        assert block.until == after(records.clock.now(), 60)

    async def test_a_failure_that_is_recorded_twice_is_counted_once(self, records: Records) -> None:
        """The second finds the image failed already, and nothing of it is kept."""
        strikes(records, most=1)
        await records.opened()
        (claim,) = await records.rendering()
        await records.fail(claim, FailureReason.SAFETY)
        with pytest.raises(StaleMove):
            await records.fail(claim, FailureReason.SAFETY)
        assert records.database.value("SELECT COUNT(*) FROM audit") == 1


class TestEnds:
    async def test_a_block_that_has_ended_begins_a_new_count(self, records: Records) -> None:
        strikes(records, most=2, window_s=10 * DAY_S, block_s=60)
        await struck(records, 2)
        records.clock.advance(60)
        records.clock.advance(0.001)
        await struck(records)
        assert await blocks(records) == []
        await struck(records)
        assert len(await blocks(records)) == 1

    async def test_a_block_that_was_lifted_begins_a_new_count(self, records: Records) -> None:
        """Or the next refusal would block somebody again whom a moderator has just trusted."""
        strikes(records, most=2)
        await struck(records, 2)
        records.clock.advance(1)
        await BlockList(records.store).remove(SERVER, ANA, MODERATOR, records.clock.now())
        records.clock.advance(1)
        await struck(records)
        assert await blocks(records) == []
        await struck(records)
        assert len(await blocks(records)) == 1

    async def test_a_request_that_has_had_its_strike_has_no_second_one(self, records: Records) -> None:
        """Its other images may be refused after the block was lifted."""
        strikes(records, most=1)
        await records.opened(count=2)
        first, second = await records.rendering(2)
        await records.fail(first, FailureReason.SAFETY)
        records.clock.advance(1)
        await BlockList(records.store).remove(SERVER, ANA, MODERATOR, records.clock.now())
        records.clock.advance(1)
        await records.fail(second, FailureReason.SAFETY)
        assert await blocks(records) == []

    async def test_a_fresh_start_begins_a_new_count(self, records: Records) -> None:
        await struck(records, 2)
        records.database.alter("INSERT INTO fresh_start VALUES (?, ?, ?)", SERVER, ANA, records.clock.now())
        records.clock.advance(1)
        await struck(records, 2)
        assert await blocks(records) == []

    async def test_a_moderators_block_stays_as_it_is(self, records: Records) -> None:
        view = await records.opened(count=4)
        claims = await records.rendering(4)
        block = Block(ANA, "spam", MODERATOR, records.clock.now(), None)
        await BlockList(records.store).add(SERVER, block, cancel_waiting=True)
        strikes(records, most=1)
        for claim in claims:
            await records.fail(claim, FailureReason.SAFETY)
        assert await blocks(records) == [block]
        assert (await records.found(view.job.id)).job.id == view.job.id


class TestWaiting:
    async def test_what_the_member_still_has_in_line_is_taken_back(self, records: Records) -> None:
        strikes(records, most=1)
        await records.opened()
        waiting, others = await records.opened(), await records.opened(by=BEN)
        (claim,) = await records.rendering()
        await records.fail(claim, FailureReason.SAFETY)
        job = (await records.found(waiting.job.id)).job
        assert (job.state, job.due_at) == (JobState.CANCELLED, records.clock.now())
        assert (await records.found(others.job.id)).job.state is JobState.OPEN


class TestConcurrency:
    @pytest.mark.parametrize("step", [1, -1])
    async def test_of_many_refusals_at_once_one_blocks(self, records: Records, step: int) -> None:
        strikes(records, most=3)
        for _ in range(20):
            await records.opened(count=2)
        claims = (await records.rendering(40))[::step]
        await asyncio.gather(*(records.fail(claim, FailureReason.SAFETY) for claim in claims))
        assert len(await blocks(records)) == 1
        assert records.database.value("SELECT COUNT(*) FROM audit WHERE action = 'blocked'") == 1
        assert records.database.value("SELECT COUNT(*) FROM notice WHERE kind = 'blocked'") == 1
        assert records.database.value("SELECT COUNT(*) FROM task WHERE state = 'failed'") == 40

    async def test_strikes_outlive_the_run(self, records: Records) -> None:
        await struck(records, 2)
        await struck(records.run("later"))
        assert len(await blocks(records)) == 1

    async def test_a_refusal_that_is_not_recorded_is_no_strike(self, records: Records) -> None:
        """The process died in between, or the database was away: refusal and strike are one transaction."""
        strikes(records, most=1)
        await records.opened()
        (claim,) = await records.rendering()
        records.database.alter(
            "CREATE TRIGGER broken BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'crash'); END"
        )
        with pytest.raises(Exception, match="crash"):
            await records.fail(claim, FailureReason.SAFETY)
        assert await blocks(records) == []
        assert (await records.found(claim.task.job_id)).tasks[0].reason is None
        records.database.alter("DROP TRIGGER broken")
        await records.fail(claim, FailureReason.SAFETY)
        assert len(await blocks(records)) == 1
