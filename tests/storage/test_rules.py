"""Rules, grants and fresh starts: each change with its line in the audit, in one transaction."""

import pytest

from bot.domain.admission import Admission, Circumstances, Gate, Refusal
from bot.domain.filters import FilterAction, Hit, Term
from bot.domain.limits import HOUR_S, Limit, Rule, Scope
from bot.domain.moderation import OperatorDefaults
from bot.domain.units import after
from bot.storage.rules import Rules
from tests.support.drafts import ANA, BEN, SERVER, draft
from tests.support.records import Records

VERA = 900
ARTISTS = 801
ELSEWHERE = SERVER + 1


@pytest.fixture
def rules(records: Records) -> Rules:
    return Rules(records.store, OperatorDefaults({Limit.WAITING: 5}))


def rule(value: int | None = 3, scope: Scope = Scope.MEMBER, holder_id: int = ANA) -> Rule:
    return Rule(scope, holder_id, Limit.IMAGES_PER_HOUR, value)


def audit(records: Records) -> list[tuple[object, ...]]:
    return records.database.rows(
        "SELECT guild_id, action, actor_id, target_id, before_value, after_value FROM audit ORDER BY seq"
    )


class TestSet:
    async def test_the_earlier_rule_comes_back_and_both_are_in_the_audit(
        self, records: Records, rules: Rules
    ) -> None:
        now = records.clock.now()
        assert await rules.set(SERVER, rule(3), VERA, now) is None
        assert await rules.set(SERVER, rule(None), VERA, now) == rule(3)
        assert await rules.rules(SERVER) == [rule(None)]
        one, two = "member images_per_hour 3", "member images_per_hour none"
        assert audit(records) == [
            (SERVER, "limit_set", VERA, ANA, None, one),
            (SERVER, "limit_set", VERA, ANA, one, two),
        ]

    async def test_a_servers_rules_are_its_own(self, records: Records, rules: Rules) -> None:
        await rules.set(ELSEWHERE, rule(0), VERA, records.clock.now())
        assert await rules.rules(SERVER) == []
        assert (await rules.assess(draft(), records.clock.now())).objections == ()

    async def test_a_rule_and_its_line_stand_or_fall_together(self, records: Records, rules: Rules) -> None:
        records.database.alter(
            "CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no'); END"
        )
        with pytest.raises(Exception, match="no"):
            await rules.set(SERVER, rule(3), VERA, records.clock.now())
        assert await rules.rules(SERVER) == []

    async def test_a_limit_of_another_version_is_passed_over(self, records: Records, rules: Rules) -> None:
        records.database.alter("INSERT INTO limit_rule VALUES (?, 'member', ?, 'luck', 7)", SERVER, ANA)
        assert await rules.rules(SERVER) == []
        assert isinstance((await rules.assess(draft(), records.clock.now())).verdict, Admission)


class TestClear:
    async def test_one_or_all_of_a_holder(self, records: Records, rules: Rules) -> None:
        now = records.clock.now()
        mine = [rule(3), Rule(Scope.MEMBER, ANA, Limit.WAITING, 2)]
        others = [rule(3, Scope.ROLE, ARTISTS), rule(3, Scope.SERVER, 0), rule(3, holder_id=BEN)]
        for each in (*mine, *others):
            await rules.set(SERVER, each, VERA, now)
        assert await rules.clear(SERVER, Scope.MEMBER, ANA, Limit.WAITING, VERA, now) == [mine[1]]
        assert await rules.clear(SERVER, Scope.MEMBER, ANA, None, VERA, now) == [mine[0]]
        assert await rules.clear(SERVER, Scope.MEMBER, ANA, None, VERA, now) == []
        assert set(await rules.rules(SERVER)) == set(others)
        assert audit(records)[-2:] == [
            (SERVER, "limit_cleared", VERA, ANA, "member waiting 2", None),
            (SERVER, "limit_cleared", VERA, ANA, "member images_per_hour 3", None),
        ]


class TestAssess:
    async def test_it_says_what_accepting_would(self, records: Records, rules: Rules) -> None:
        run = records.run("limited", limits={Limit.WAITING: 5})
        await rules.set(SERVER, rule(1), VERA, run.clock.now())
        await run.accepted()
        run.clock.advance(60)
        assessment = await rules.assess(draft(), run.clock.now())
        assert assessment.verdict == await run.refused()
        assert assessment.objections == (assessment.verdict,)

    async def test_it_writes_nothing(self, records: Records, rules: Rules) -> None:
        await rules.set(SERVER, rule(0), VERA, records.clock.now())
        await rules.assess(draft(), records.clock.now())
        await rules.assess(draft(by=BEN), records.clock.now())
        for table in ("job", "task", "refusal"):
            assert records.database.value(f"SELECT COUNT(*) FROM {table}") == 0

    async def test_every_objection_has_its_end_in_the_order_of_the_refusals(
        self, records: Records, rules: Rules
    ) -> None:
        began = records.clock.now()
        await records.accepted(count=2)
        for limit, value in {
            Limit.COOLDOWN: 7_200,
            Limit.IMAGES_PER_HOUR: 2,
            Limit.SPEND_PER_DAY: 12_000,
        }.items():
            await rules.set(SERVER, Rule(Scope.SERVER, 0, limit, value), VERA, began)
        around = Circumstances(hit=Hit(Term("dragon", FilterAction.REFUSE)))
        found = (await rules.assess(draft(around=around), began)).objections
        assert [(each.by, each.lifts_at) for each in found] == [
            (Gate.FILTER, None),
            (Limit.COOLDOWN, after(began, 7_200)),
            (Limit.IMAGES_PER_HOUR, after(began, HOUR_S)),
            (Limit.SPEND_PER_DAY, after(began, 24 * HOUR_S)),
        ]


class TestGrant:
    async def test_what_is_left_is_told_until_it_expires(self, records: Records, rules: Rules) -> None:
        now = records.clock.now()
        await rules.grant(SERVER, ANA, 2, after(now, HOUR_S), VERA, now)
        await rules.set(SERVER, rule(0), VERA, now)
        await records.accepted()
        (grant,) = await rules.grants(SERVER, ANA, now)
        assert (grant.images, grant.left, grant.expires_at) == (2, 1, after(now, HOUR_S))
        assert await rules.grants(SERVER, ANA, after(now, HOUR_S)) == []
        assert await rules.grants(ELSEWHERE, ANA, now) == []

    async def test_an_image_that_failed_goes_back(self, records: Records, rules: Rules) -> None:
        now = records.clock.now()
        await rules.grant(SERVER, ANA, 1, after(now, HOUR_S), VERA, now)
        await rules.set(SERVER, rule(0), VERA, now)
        await records.opened()
        assert await rules.grants(SERVER, ANA, now) == []
        (claim,) = await records.submitting()
        await records.fail(claim)
        assert [grant.left for grant in await rules.grants(SERVER, ANA, now)] == [1]


class TestReset:
    async def test_use_and_cooldown_begin_anew_for_this_member_only(
        self, records: Records, rules: Rules
    ) -> None:
        run = records.run("limited", limits={Limit.IMAGES_PER_DAY: 1, Limit.COOLDOWN: 60})
        await run.accepted()
        await run.accepted(by=BEN)
        used = await rules.reset(SERVER, ANA, VERA, run.clock.now())
        assert (used[Limit.IMAGES_PER_HOUR], used[Limit.SPEND_PER_MONTH]) == (1, 6_000)
        run.clock.advance(1)
        await run.accepted()
        assert isinstance(await run.jobs.accept(draft(by=BEN), run.clock.now()), Refusal)

    async def test_again_is_from_then_on(self, records: Records, rules: Rules) -> None:
        run = records.run("limited", limits={Limit.IMAGES_PER_DAY: 1})
        for _ in range(2):
            await run.accepted()
            await rules.reset(SERVER, ANA, VERA, run.clock.now())
            run.clock.advance(1)
        assert (await rules.reset(SERVER, ANA, VERA, run.clock.now()))[Limit.IMAGES_PER_DAY] == 0
