"""Limits are checked and reserved in one transaction, counted from the rows, and given back truthfully."""

import asyncio
from collections import Counter
from collections.abc import Mapping

import pytest

from bot.domain.admission import Circumstances, Gate, Refusal
from bot.domain.filters import FilterAction, Hit, Term
from bot.domain.jobs import FailureReason, Quality, Review, Size
from bot.domain.limits import DAY_S, HOUR_S, MONTH_S, Limit, Rule, Scope, Value
from bot.domain.moderation import OperatorDefaults
from bot.domain.ports import JobView
from bot.domain.units import after
from bot.storage.jobs import Jobs
from bot.storage.rules import Rules
from tests.support.drafts import ANA, BEN, LOW_1K_MICROUSD, SERVER, draft, place
from tests.support.records import Records


def limited(records: Records, **limits: Value) -> Records:
    """A run with these limits of the operator."""
    return records.run("limited", limits={Limit(name): value for name, value in limits.items()})


async def ask_all_at_once(records: Records, count: int) -> list[JobView | Refusal | None]:
    """So many requests of one member, none waiting for another."""
    now = records.clock.now()
    return await asyncio.gather(*(records.jobs.accept(draft(), now) for _ in range(count)))


class TestConcurrency:
    """Promise 4: two requests never see the same room."""

    @pytest.mark.parametrize(
        "limits",
        [
            {"waiting": 5},
            {"images_per_hour": 5},
            {"images_per_day": 5},
            {"spend_per_day": 5 * LOW_1K_MICROUSD},
            {"spend_per_month": 5 * LOW_1K_MICROUSD},
            {"server_waiting": 5},
            {"server_spend_per_day": 5 * LOW_1K_MICROUSD},
            {"server_spend_per_month": 5 * LOW_1K_MICROUSD},
            {"bot_spend_per_day": 5 * LOW_1K_MICROUSD},
            {"bot_spend_per_month": 5 * LOW_1K_MICROUSD + LOW_1K_MICROUSD - 1},
        ],
        ids=str,
    )
    async def test_of_200_at_once_exactly_5_pass(self, records: Records, limits: Mapping[str, int]) -> None:
        run = limited(records, **limits)
        answers = await ask_all_at_once(run, 200)
        (limit,) = limits
        assert Counter(answer.by if isinstance(answer, Refusal) else type(answer) for answer in answers) == {
            JobView: 5,
            Limit(limit): 195,
        }
        assert records.database.value("SELECT COUNT(*) FROM job") == 5
        assert records.database.value("SELECT COUNT(*) FROM refusal") == 195

    async def test_a_cooldown_lets_one_of_200_pass(self, records: Records) -> None:
        answers = await ask_all_at_once(limited(records, cooldown=60), 200)
        assert sum(isinstance(answer, JobView) for answer in answers) == 1

    async def test_no_more_jobs_of_a_member_are_drawn_at_once_than_they_may_have(
        self, records: Records
    ) -> None:
        run = limited(records, running=2)
        for _ in range(4):
            await run.opened(by=ANA, count=2)
        await run.opened(by=BEN)
        claims = await run.submitting(100)
        jobs = Counter(claim.task.job_id for claim in claims)
        assert sorted(jobs.values()) == [1, 2, 2]
        assert await run.submitting(100) == []
        assert (await run.tasks.next_due())[0] is None, "or the worker would spin"
        assert (await run.tasks.load(run.clock.now())).waiting == 0
        for claim in claims[:2]:
            await run.fail(claim)
        done = next(claim.task.job_id for claim in claims)
        for claim in claims[2:]:
            if claim.task.job_id == done:
                await run.fail(claim)
        assert await run.submitting(100) != []


class TestWindows:
    @pytest.mark.parametrize(("limit", "window_s"), [("images_per_hour", HOUR_S), ("images_per_day", DAY_S)])
    async def test_an_image_is_free_again_exactly_when_the_oldest_leaves_the_window(
        self, records: Records, limit: str, window_s: int
    ) -> None:
        run = limited(records, **{limit: 2})
        began = run.clock.now()
        await run.accepted()
        run.clock.advance(600)
        await run.accepted()
        refusal = await run.refused()
        assert (refusal.by, refusal.used, refusal.lifts_at) == (Limit(limit), 2, after(began, window_s))
        run.clock.move_to(after(began, window_s) - 1)
        await run.refused()
        run.clock.move_to(after(began, window_s))
        await run.accepted()
        assert (await run.refused()).lifts_at == after(began, window_s + 600)

    async def test_the_time_told_is_when_all_images_asked_for_fit(self, records: Records) -> None:
        run = limited(records, images_per_hour=4)
        began = run.clock.now()
        for _ in range(4):
            await run.accepted()
            run.clock.advance(60)
        assert (await run.refused(count=3)).lifts_at == after(began, HOUR_S + 120)

    async def test_a_request_larger_than_the_limit_never_lifts(self, records: Records) -> None:
        refusal = await limited(records, images_per_hour=2).refused(count=3)
        assert (refusal.by, refusal.lifts_at) == (Limit.IMAGES_PER_HOUR, None)

    @pytest.mark.parametrize(("limit", "window_s"), [("spend_per_day", DAY_S), ("spend_per_month", MONTH_S)])
    async def test_what_was_spent_leaves_the_window_image_by_image(
        self, records: Records, limit: str, window_s: int
    ) -> None:
        run = limited(records, **{limit: 20_000})
        began = run.clock.now()
        await run.accepted(estimate=5_000)
        run.clock.advance(60)
        await run.accepted(estimate=10_000)
        refusal = await run.refused(estimate=12_000)
        assert (refusal.used, refusal.lifts_at) == (15_000, after(began, window_s + 60))
        run.clock.move_to(after(began, window_s + 60))
        await run.accepted(estimate=12_000)

    @pytest.mark.parametrize("limit", ["server_spend_per_day", "bot_spend_per_month"])
    async def test_a_servers_window_is_exact_too(self, records: Records, limit: str) -> None:
        """Whole hours are summed, the hour at its edge is counted."""
        window_s = DAY_S if limit.endswith("day") else MONTH_S
        run = limited(records, **{limit: 10_000})
        began = run.clock.now()
        await run.accepted(by=ANA, estimate=10_000)
        run.clock.move_to(after(began, window_s) - 1)
        refusal = await run.refused(by=BEN, estimate=1)
        assert refusal.lifts_at is not None
        assert after(began, window_s) <= refusal.lifts_at <= after(began, window_s + HOUR_S)
        run.clock.move_to(after(began, window_s))
        await run.accepted(by=BEN, estimate=10_000)

    async def test_what_has_left_a_servers_window_is_not_told_to_leave_it_again(
        self, records: Records
    ) -> None:
        run = limited(records, server_spend_per_day=60_000)
        hour = -(-run.clock.now() // 3_600_000) * 3_600_000
        run.clock.move_to(hour)
        await run.accepted(estimate=54_000)
        run.clock.move_to(after(hour, 50 * 60))
        await run.accepted(estimate=6_000)
        run.clock.move_to(after(hour, DAY_S + 30 * 60))
        await run.accepted(estimate=54_000)
        refusal = await run.refused(estimate=24_000)
        assert refusal.lifts_at is not None
        run.clock.move_to(refusal.lifts_at)
        await run.accepted(estimate=24_000)

    async def test_windows_outlive_the_run(self, records: Records) -> None:
        await limited(records, images_per_hour=1).accepted()
        await records.run("later", limits={Limit.IMAGES_PER_HOUR: 1}).refused()

    async def test_one_member_does_not_use_up_what_is_anothers(self, records: Records) -> None:
        run = limited(records, images_per_hour=1, waiting=1, cooldown=60)
        await run.accepted(by=ANA)
        await run.accepted(by=BEN)

    async def test_use_on_one_server_does_not_count_on_another(self, records: Records) -> None:
        run = limited(records, images_per_hour=1, server_spend_per_day=LOW_1K_MICROUSD)
        await run.accepted(at=place())
        await run.accepted(at=place(guild_id=SERVER + 1))

    async def test_personal_use_counts_as_one_wherever_it_happens(self, records: Records) -> None:
        """Or a member would take the bot along to one server after the other."""
        run = limited(records, images_per_hour=1)
        await run.accepted(at=place(guild_id=None))
        await run.refused(at=place(guild_id=1, bot_is_member=False))


class TestGivenBack:
    async def test_an_image_that_failed_counts_no_more_and_its_cost_does(self, records: Records) -> None:
        run = limited(records, images_per_hour=1, spend_per_day=10_000)
        await run.opened()
        (claim,) = await run.submitting()
        await run.fail(claim, FailureReason.SAFETY, cost=5_000)
        refusal = await run.refused()
        assert (refusal.by, refusal.used) == (Limit.SPEND_PER_DAY, 5_000)
        await run.accepted(estimate=5_000)

    async def test_a_cancelled_request_leaves_nothing_behind(self, records: Records) -> None:
        run = limited(records, images_per_hour=2, spend_per_day=12_000, server_spend_per_day=12_000)
        view = await run.opened(count=2)
        await run.jobs.cancel(view.job.id, run.clock.now())
        await run.accepted(count=2)

    async def test_a_withdrawn_request_leaves_nothing_behind_not_even_a_cooldown(
        self, records: Records
    ) -> None:
        run = limited(records, images_per_hour=1, cooldown=60, bot_spend_per_day=6_000)
        view = await run.accepted()
        await run.jobs.withdraw(view.job.id, run.clock.now())
        await run.accepted()

    async def test_an_unknown_image_stays_reserved_and_a_second_try_counts_beside_it(
        self, records: Records
    ) -> None:
        run = limited(records, spend_per_day=3 * LOW_1K_MICROUSD, server_spend_per_day=3 * LOW_1K_MICROUSD)
        view = await run.opened()
        (claim,) = await run.submitting()
        await run.lose(claim)
        assert (await run.refused(estimate=3 * LOW_1K_MICROUSD)).used == LOW_1K_MICROUSD
        await run.tasks.retry_unknown(view.job.id, run.clock.now())
        assert (await run.refused(estimate=3 * LOW_1K_MICROUSD)).used == 2 * LOW_1K_MICROUSD

    async def test_the_bill_replaces_the_estimate(self, records: Records) -> None:
        run = limited(records, server_spend_per_month=10_000)
        await run.opened(estimate=9_000)
        (claim,) = await run.rendering()
        await run.render(claim, cost=2_000)
        await run.accepted(estimate=8_000)
        assert (await run.refused(estimate=1)).used == 10_000

    async def test_the_sums_by_the_hour_agree_with_the_tasks(self, records: Records) -> None:
        await records.opened(count=4, estimate=7_000)
        first, second, third = await records.submitting(3)
        await records.fail(first)
        await records.take(second)
        await records.lose(third)
        (poll,) = await records.tasks.claim_polls(1, records.clock.now())
        await records.render(poll, cost=6_500)
        assert records.database.rows(
            "SELECT account_id, images, microusd FROM use_of_hour ORDER BY account_id"
        ) == [(-1, 3, 20_500), (SERVER, 3, 20_500)]


class TestGates:
    async def test_the_same_interaction_twice_is_no_refusal(self, records: Records) -> None:
        run = limited(records, images_per_hour=1)
        what = draft()
        await run.accepted(what)
        assert await run.jobs.accept(what, run.clock.now()) is None
        assert records.database.value("SELECT COUNT(*) FROM refusal") == 0

    async def test_a_term_to_review_holds_the_job_until_a_moderator_says_so(self, records: Records) -> None:
        records.database.alter("INSERT INTO server (guild_id, log_channel_id) VALUES (?, 9)", SERVER)
        hit = Hit(Term("dragon", FilterAction.REVIEW))
        view = await records.opened(around=Circumstances(hit=hit))
        assert view.job.review is Review.WAITING
        assert await records.submitting() == []
        assert records.database.value("SELECT review_term FROM job") == "dragon"

    async def test_options_beyond_the_policy_are_refused(self, records: Records) -> None:
        run = limited(records, largest_size=1_048_576, highest_quality=1, largest_count=1)
        assert (await run.refused(size=Size.LANDSCAPE)).by is Limit.LARGEST_SIZE
        assert (await run.refused(quality=Quality.MEDIUM)).by is Limit.HIGHEST_QUALITY
        assert (await run.refused(count=2)).by is Limit.LARGEST_COUNT
        await run.accepted()

    async def test_a_missing_permission_is_refused_before_anything_is_spent(self, records: Records) -> None:
        refusal = await records.refused(around=Circumstances(missing_permissions=("attach_files",)))
        assert (refusal.by, refusal.reason) == (Gate.PERMISSIONS, "attach_files")


class TestSpendMarks:
    async def test_each_mark_is_told_once_in_its_window(self, records: Records) -> None:
        run = limited(records, server_spend_per_day=10 * LOW_1K_MICROUSD)
        records.database.alter("INSERT INTO server (guild_id, log_channel_id) VALUES (?, 9)", SERVER)
        for _ in range(10):
            await run.accepted()
        told = "SELECT text FROM notice WHERE kind = 'spend' ORDER BY id"
        assert records.database.rows(told) == [f"server_spend_per_day {mark}" for mark in (50, 80, 100)]
        run.clock.advance(DAY_S)
        for _ in range(5):
            await run.accepted()
        assert len(records.database.rows(told)) == 4

    async def test_a_cap_that_no_image_fits_into_any_more_is_used_up(self, records: Records) -> None:
        """Caps are seldom a multiple of a price, so 100 % would never be reached."""
        run = records.run("run-1")
        operator = OperatorDefaults({Limit.SERVER_SPEND_PER_DAY: 20_000}, cheapest_microusd=LOW_1K_MICROUSD)
        jobs = Jobs(run.store, owner="run-1", slots=2, operator=operator)
        records.database.alter("INSERT INTO server (guild_id, log_channel_id) VALUES (?, 9)", SERVER)
        for _ in range(3):
            await jobs.accept(draft(), run.clock.now())
        told = "SELECT text FROM notice WHERE kind = 'spend' ORDER BY id"
        assert records.database.rows(told) == [f"server_spend_per_day {mark}" for mark in (50, 80, 100)]

    async def test_after_a_cap_was_changed_its_use_is_told_anew(self, records: Records) -> None:
        run = limited(records, server_spend_per_day=10 * LOW_1K_MICROUSD)
        records.database.alter("INSERT INTO server (guild_id, log_channel_id) VALUES (?, 9)", SERVER)
        await run.accepted(estimate=5 * LOW_1K_MICROUSD)
        rules = Rules(run.store, OperatorDefaults())
        rule = Rule(Scope.SERVER, 0, Limit.SERVER_SPEND_PER_DAY, 8 * LOW_1K_MICROUSD)
        await rules.set(SERVER, rule, BEN, run.clock.now())
        await run.accepted(estimate=LOW_1K_MICROUSD)
        told = "SELECT text FROM notice WHERE kind = 'spend' ORDER BY id"
        assert records.database.rows(told) == ["server_spend_per_day 50"] * 2


class TestOddClocks:
    async def test_a_fresh_start_in_the_future_counts_for_nothing(self, records: Records) -> None:
        """The clock was set back since; or nothing would be counted until it has caught up."""
        run = limited(records, images_per_hour=1)
        records.database.alter(
            "INSERT INTO fresh_start (guild_id, member_id, at) VALUES (?, ?, ?)",
            SERVER,
            ANA,
            after(run.clock.now(), DAY_S),
        )
        await run.accepted()
        await run.refused()

    async def test_a_request_from_the_future_does_not_prolong_a_cooldown(self, records: Records) -> None:
        run = limited(records, cooldown=60)
        await run.accepted()
        records.database.alter("UPDATE job SET accepted_at = accepted_at + 86400000")
        await run.accepted()
