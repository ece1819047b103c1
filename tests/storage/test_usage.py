"""Reports agree with the rows, whoever asks; an export has every row once."""

import asyncio
from dataclasses import replace

from bot.domain.admission import Admission, Circumstances, Refusal
from bot.domain.jobs import FailureReason, JobState, Quality, TaskState
from bot.domain.limits import HOUR_S, MONTH_S, Limit, Measure, Value
from bot.domain.moderation import PERSONAL, OperatorDefaults
from bot.domain.units import after
from bot.domain.usage import DAY_MS, ImageLine, LimitUse, MemberUse, OthersUse, OwnUse, Period, Use, Waits
from bot.storage.usage import UsageSums
from tests.support.drafts import ANA, BEN, CHANNEL, SERVER, draft, place
from tests.support.records import Records

OTHER_SERVER = SERVER + 1


def sums(records: Records, **limits: Value) -> UsageSums:
    """The record of usage, with these limits of the operator."""
    return UsageSums(records.store, OperatorDefaults({Limit(name): each for name, each in limits.items()}))


def today(records: Records) -> int:
    """When the day began that it is now."""
    now = records.clock.now()
    return now - now % DAY_MS


class TestReport:
    async def test_a_server_that_nobody_used_has_an_empty_report(self, records: Records) -> None:
        start, end = Period.WEEK.until(records.clock.now())
        report = await sums(records).report(SERVER, Period.WEEK, start, end)
        assert (report.images, report.microusd, report.refused, report.failed) == (0, 0, 0, 0)
        assert (report.members, report.others, report.waits) == ((), OthersUse(), None)

    async def test_it_has_what_was_drawn_by_day_and_quality_and_by_whom(self, records: Records) -> None:
        yesterday = today(records) - DAY_MS
        records.clock._now = yesterday
        await records.opened(by=ANA, count=2, estimate=5_000)
        records.clock.advance(86_400)
        await records.opened(by=BEN, quality=Quality.HIGH, estimate=100_000)
        await records.opened(by=ANA, quality=Quality.HIGH, estimate=100_000)
        start, end = Period.WEEK.until(records.clock.now())
        report = await sums(records).report(SERVER, Period.WEEK, start, end)
        assert report.uses == (
            Use(yesterday, Quality.LOW, 2, 10_000),
            Use(yesterday + DAY_MS, Quality.HIGH, 2, 200_000),
        )
        assert report.members == (MemberUse(ANA, 3, 110_000), MemberUse(BEN, 1, 100_000))
        assert [slot.total for slot in report.slots] == [0, 0, 0, 0, 0, 2, 2]

    async def test_a_day_is_told_by_the_hour(self, records: Records) -> None:
        await records.opened()
        start, end = Period.DAY.until(records.clock.now())
        report = await sums(records).report(SERVER, Period.DAY, start, end)
        assert [slot.total for slot in report.slots] == [0] * 23 + [1]

    async def test_another_servers_use_and_older_use_is_not_in_it(self, records: Records) -> None:
        await records.opened(at=place(guild_id=OTHER_SERVER))
        await records.opened(at=place(guild_id=None))
        await records.opened()
        records.clock.advance(MONTH_S + 86_400)
        report = await sums(records).report(SERVER, Period.MONTH, *Period.MONTH.until(records.clock.now()))
        assert (report.images, report.members) == (0, ())

    async def test_members_beyond_the_tenth_are_one_sum(self, records: Records) -> None:
        for number in range(13):
            await records.opened(by=1_000 + number, count=2 if number == 12 else 1, estimate=1_000)
        report = await sums(records).report(SERVER, Period.DAY, *Period.DAY.until(records.clock.now()))
        assert [use.member_id for use in report.members] == [1_012, *range(1_000, 1_009)]
        assert report.others == OthersUse(members=3, images=3, microusd=3_000)

    async def test_what_failed_is_told_by_reason_and_its_cost_counts(self, records: Records) -> None:
        await records.opened(count=4)
        first, second, third, fourth = await records.submitting(4)
        await records.fail(first, FailureReason.SAFETY, cost=2_000)
        await records.fail(second, FailureReason.SAFETY)
        await records.fail(third, FailureReason.REJECTED)
        await records.take(fourth)
        (poll,) = await records.tasks.claim_polls(1, records.clock.now())
        await records.render(poll, cost=6_500)
        report = await sums(records).report(SERVER, Period.DAY, *Period.DAY.until(records.clock.now()))
        assert report.failures == ((FailureReason.SAFETY, 2), (FailureReason.REJECTED, 1))
        assert (report.images, report.microusd) == (1, 8_500)
        assert report.members == (MemberUse(ANA, 1, 8_500),)

    async def test_who_used_nothing_up_is_not_named(self, records: Records) -> None:
        view = await records.opened()
        await records.jobs.cancel(view.job.id, records.clock.now())
        report = await sums(records).report(SERVER, Period.DAY, *Period.DAY.until(records.clock.now()))
        assert report.members == ()

    async def test_waits_are_those_in_line(self, records: Records) -> None:
        """Half waited no longer than the first number, nine of ten no longer than the second."""
        for seconds in (1, 2, 3, 4, 5, 6, 7, 8, 9, 60):
            await records.opened()
            records.clock.advance(seconds)
            await records.submitting(1)
        report = await sums(records).report(SERVER, Period.DAY, *Period.DAY.until(records.clock.now()))
        assert report.waits == Waits(5.0, 9.0, 10)

    async def test_refusals_are_told_by_rule_the_most_frequent_first(self, records: Records) -> None:
        run = records.run("limited", limits={Limit.LARGEST_COUNT: 1, Limit.HIGHEST_QUALITY: 1})
        await run.refused(count=2)
        await run.refused(quality=Quality.HIGH)
        await run.refused(quality=Quality.HIGH)
        report = await sums(records).report(SERVER, Period.DAY, *Period.DAY.until(records.clock.now()))
        assert report.refusals == (("highest_quality", 2), ("largest_count", 1))

    async def test_the_sums_are_one_snapshot(self, records: Records) -> None:
        """Members add up to the days, while others ask."""
        usage = sums(records)
        when = Period.DAY.until(records.clock.now())

        async def asking() -> None:
            for _ in range(30):
                await records.accepted()

        async def reading() -> None:
            for _ in range(30):
                report = await usage.report(SERVER, Period.DAY, *when)
                assert report.images == sum(use.images for use in report.members)

        await asyncio.gather(asking(), reading())


class TestMember:
    async def look(self, records: Records, usage: UsageSums, **wishes: object) -> OwnUse:
        now = records.clock.now()
        return (await usage.member(draft(**wishes), *Period.MONTH.until(now), now)).own  # type: ignore[arg-type]

    async def test_each_limit_that_holds_is_told_with_what_is_used_and_when_more_is_free(
        self, records: Records
    ) -> None:
        began = records.clock.now()
        await records.opened(estimate=6_000)
        records.clock.advance(600)
        await records.opened(estimate=6_000)
        usage = sums(records, images_per_hour=5, spend_per_month=100_000, waiting=4, cooldown=60)
        own = await self.look(records, usage)
        assert own.limits == (
            LimitUse("images_per_hour", 2, 5, Measure.COUNT, after(began, HOUR_S)),
            LimitUse("spend_per_month", 12_000, 100_000, Measure.MONEY, after(began, MONTH_S)),
            LimitUse("waiting", 2, 4, Measure.COUNT, None),
        )
        assert (own.images, own.microusd) == (2, 12_000)

    async def test_where_more_is_used_than_allowed_it_is_told_when_one_is_free(
        self, records: Records
    ) -> None:
        """A moderator lowered the limit meanwhile."""
        began = records.clock.now()
        for _ in range(3):
            await records.opened()
            records.clock.advance(60)
        (limit,) = (await self.look(records, sums(records, images_per_hour=2))).limits
        assert (limit.used, limit.left, limit.renews_at) == (3, 0, after(began, 60 + HOUR_S))

    async def test_nothing_used_renews_nothing(self, records: Records) -> None:
        (limit,) = (await self.look(records, sums(records, images_per_day=2))).limits
        assert (limit.used, limit.renews_at) == (0, None)

    async def test_what_all_use_together_is_told_only_where_it_leaves_nothing(self, records: Records) -> None:
        usage = sums(records, server_spend_per_day=10_000, bot_spend_per_day=10_000, server_waiting=50)
        await records.opened(by=BEN, estimate=9_000)
        assert (await self.look(records, usage)).limits == ()
        await records.opened(by=BEN, estimate=1_000)
        limits = (await self.look(records, usage)).limits
        assert [(limit.name, limit.left) for limit in limits] == [
            ("server_spend_per_day", 0),
            ("bot_spend_per_day", 0),
        ]
        assert all(limit.renews_at for limit in limits)

    async def test_they_read_what_would_stand_in_their_way_now(self, records: Records) -> None:
        now = records.clock.now()
        when = Period.MONTH.until(now)
        usage = sums(records, images_per_hour=1)
        assert isinstance((await usage.member(draft(), *when, now)).verdict, Admission)
        await records.opened()
        verdict = (await usage.member(draft(), *when, now)).verdict
        assert isinstance(verdict, Refusal)
        assert (verdict.by, verdict.lifts_at) == (Limit.IMAGES_PER_HOUR, after(now, HOUR_S))
        assert records.database.value("SELECT COUNT(*) FROM refusal") == 0, "looking is not asking"

    async def test_a_moderator_reads_what_became_of_what_a_member_asked_for(self, records: Records) -> None:
        run = records.run("limited", limits={Limit.LARGEST_COUNT: 2})
        await run.refused(count=3)
        await run.refused(count=3, by=BEN)
        await run.accepted(by=BEN)
        first = await run.opened(count=2)
        for claim in (await run.submitting(10))[:2]:
            await run.fail(claim, FailureReason.SAFETY, cost=1_000)
        run.clock.advance(60)
        withdrawn = await run.accepted()
        await run.jobs.withdraw(withdrawn.job.id, run.clock.now())
        second = await run.opened()
        now = run.clock.now()
        report = await sums(records).member(draft(), *Period.MONTH.until(now), now)
        assert report.refusals == (("largest_count", 1),)
        assert report.failures == ((FailureReason.SAFETY, 2),)
        assert [(each.job_id, each.images, each.microusd) for each in report.recent] == [
            (second.job.id, 1, 6_000),
            (first.job.id, 2, 2_000),
        ]
        assert report.recent[0].state is JobState.OPEN
        assert report.recent[0].channel_id == CHANNEL

    async def test_a_block_is_told_while_it_holds(self, records: Records) -> None:
        now = records.clock.now()
        records.database.alter(
            "INSERT INTO block (guild_id, member_id, reason, at, until) VALUES (?, ?, 'spam', ?, ?)",
            SERVER,
            ANA,
            now,
            now + 1,
        )
        when = Period.MONTH.until(now)
        report = await sums(records).member(draft(), *when, now)
        assert report.block is not None
        assert (await sums(records).member(draft(), *when, now + 1)).block is None

    async def test_roles_count(self, records: Records) -> None:
        records.database.alter(
            "INSERT INTO limit_rule (guild_id, scope, holder_id, name, value)"
            " VALUES (?, 'role', 9, 'images_per_hour', 50)",
            SERVER,
        )
        around = Circumstances(role_ids=frozenset({9}))
        (limit,) = (await self.look(records, sums(records, images_per_hour=5), around=around)).limits
        assert limit.limit == 50

    async def test_personal_use_is_counted_apart(self, records: Records) -> None:
        await records.opened(at=place(guild_id=None))
        await records.opened(at=place(guild_id=SERVER, bot_is_member=False))
        await records.opened()
        own = await self.look(records, sums(records), at=place(guild_id=None))
        assert own.images == 2


class TestExport:
    async def test_every_picture_is_there_once_and_in_order_however_small_the_pages(
        self, records: Records
    ) -> None:
        """Many are asked for in the same millisecond."""
        for number in range(7):
            await records.accepted(count=3)
            if number % 3 == 2:
                records.clock.advance(1)
        start, end = Period.DAY.until(records.clock.now())
        usage = sums(records)
        found: list[ImageLine] = []
        while page := await usage.images(SERVER, start, end, found[-1] if found else None, 2, prompts=False):
            assert len(page) <= 2
            found += page
        assert [line.seq for line in found] == sorted(records.database.rows("SELECT seq FROM task"))

    async def test_a_line_has_what_became_of_the_picture(self, records: Records) -> None:
        at = records.clock.now()
        view = await records.opened(prompt="=SUM(A1)", quality=Quality.HIGH)
        records.clock.advance(1.5)
        (claim,) = await records.rendering()
        await records.render(claim, cost=130_000, took_ms=41_250)
        start, end = Period.DAY.until(at)
        (line,) = await sums(records).images(SERVER, start, end, None, 10, prompts=True)
        assert (line.job_id, line.number, line.member_id, line.channel_id) == (view.job.id, 1, ANA, CHANNEL)
        assert (line.accepted_at, line.quality, line.state) == (at, Quality.HIGH, TaskState.RENDERED)
        assert (line.microusd, line.waited_s, line.drawn_s) == (130_000, 1.5, 41.25)
        assert line.prompt == "=SUM(A1)"

    async def test_prompts_are_read_only_when_asked_for(self, records: Records) -> None:
        await records.accepted()
        start, end = Period.DAY.until(records.clock.now())
        (line,) = await sums(records).images(SERVER, start, end, None, 10, prompts=False)
        assert (line.prompt, line.waited_s, line.drawn_s) == (None, None, None)

    async def test_only_this_server_and_this_time(self, records: Records) -> None:
        await records.accepted(at=place(guild_id=OTHER_SERVER))
        await records.accepted(at=place(guild_id=None))
        start, end = Period.DAY.until(records.clock.now())
        usage = sums(records)
        assert await usage.images(SERVER, start, end, None, 10, prompts=False) == []
        assert await usage.images(OTHER_SERVER, start - DAY_MS, start, None, 10, prompts=False) == []
        assert len(await usage.images(OTHER_SERVER, start, end, None, 10, prompts=False)) == 1


class TestOperator:
    async def test_days_are_told_by_server_and_quality(self, records: Records) -> None:
        await records.opened(estimate=6_000)
        await records.opened(at=place(guild_id=OTHER_SERVER), quality=Quality.HIGH, estimate=100_000)
        await records.opened(at=place(guild_id=None), estimate=6_000)
        day = today(records)
        found = await sums(records).of_accounts(day, day + DAY_MS)
        assert [(each.account_id, each.use) for each in found] == [
            (PERSONAL, Use(day, Quality.LOW, 1, 6_000)),
            (SERVER, Use(day, Quality.LOW, 1, 6_000)),
            (OTHER_SERVER, Use(day, Quality.HIGH, 1, 100_000)),
        ]
        assert await sums(records).of_accounts(day + DAY_MS, day + 2 * DAY_MS) == []

    async def test_every_server_is_there_the_dearest_first_and_one_that_was_only_set_up(
        self, records: Records
    ) -> None:
        at = records.clock.now()
        await records.opened(count=2, estimate=6_000)
        await records.opened(at=place(guild_id=OTHER_SERVER), estimate=90_000)
        records.database.alter("INSERT INTO server (guild_id, is_on) VALUES (?, 0)", 99)
        off = replace(OperatorDefaults(), servers_start_on=False)
        found = await UsageSums(records.store, off).accounts(at - 1)
        assert [(each.account_id, each.is_on, each.jobs, each.images) for each in found] == [
            (OTHER_SERVER, False, 1, 1),
            (SERVER, False, 1, 2),
            (99, False, 0, 0),
        ]
        assert [each.last_used_at for each in found] == [at, at, None]
        assert [each.is_on for each in await sums(records).accounts(at)] == [True, True, False]
