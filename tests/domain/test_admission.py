"""Whether a request is accepted: each question, and the order in which they are asked."""

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.admission import PLAIN, Admission, Circumstances, Gate, Refusal, Standing, decide
from bot.domain.filters import FilterAction, Hit, Term
from bot.domain.jobs import Quality, Request, Size
from bot.domain.limits import Limit, Value, resolve
from bot.domain.moderation import Block, ChannelRule, ServerSettings
from bot.domain.units import after

NOW = 1_790_000_000_000
SERVER, CHANNEL, CATEGORY, THREAD = 777, 555, 444, 666
HERE = replace(PLAIN, channel_ids=(CHANNEL, CATEGORY))
ASKED = Request("a fox", Size.SQUARE, Quality.MEDIUM, 2)
IMAGE_MICROUSD = 50_000
BLOCK = Block(1, "spam", 9, NOW, None)


def policy(**limits: Value) -> Any:
    return resolve([], frozenset(), {Limit(name): value for name, value in limits.items()})


def standing(used: dict[str, int] | None = None, **more: Any) -> Standing:
    given = {"server": ServerSettings(SERVER), "policy": policy(), **more}
    return Standing(used={Limit(name): value for name, value in (used or {}).items()}, **given)


def decided(at: Standing, around: Circumstances = HERE, request: Request = ASKED) -> Admission | Refusal:
    return decide(request, IMAGE_MICROUSD, around, at, NOW)


def refused(at: Standing, around: Circumstances = HERE) -> Refusal:
    verdict = decided(at, around)
    assert isinstance(verdict, Refusal)
    return verdict


def hit(action: FilterAction) -> Hit:
    return Hit(Term("dragon", action))


def test_without_rules_everything_is_accepted() -> None:
    assert decided(standing()) == Admission()


def test_the_questions_are_asked_in_order() -> None:
    """Take away the first obstacle, and the next one speaks."""
    limits: dict[str, Value] = {
        "largest_size": 1,
        "highest_quality": 1,
        "largest_count": 1,
        "membership": 60,
        "cooldown": 60,
        "waiting": 1,
        "server_waiting": 1,
        "images_per_hour": 1,
        "images_per_day": 1,
        "spend_per_day": 1,
        "spend_per_month": 1,
        "server_spend_per_day": 1,
        "server_spend_per_month": 1,
        "bot_spend_per_day": 1,
        "bot_spend_per_month": 1,
    }
    around = Circumstances(
        joined_at=NOW,
        channel_ids=(CHANNEL,),
        missing_permissions=("attach_files",),
        hit=hit(FilterAction.REFUSE),
    )
    at = standing(
        dict.fromkeys(limits, 1),
        server=ServerSettings(SERVER, is_on=False, paused_reason="dinner"),
        policy=policy(**limits),
        block=BLOCK,
        channels={CHANNEL: ChannelRule(CHANNEL, allowed=True, age_restricted_only=True)},
        last_asked_at=NOW,
    )
    seen = []
    for _ in range(30):
        verdict = decided(at, around)
        if isinstance(verdict, Admission):
            break
        seen.append(verdict.by)
        match verdict.by:
            case Gate.BLOCKED:
                at = replace(at, block=None)
            case Gate.OFF:
                at = replace(at, server=replace(at.server, is_on=True))
            case Gate.PAUSED:
                at = replace(at, server=replace(at.server, paused_reason=None))
            case Gate.AGE_RESTRICTED:
                at = replace(at, channels={})
            case Gate.PERMISSIONS:
                around = replace(around, missing_permissions=())
            case Gate.FILTER:
                around = replace(around, hit=None)
            case limit:
                limits[limit] = None
                at = replace(at, policy=policy(**limits))
    assert seen == [
        Gate.BLOCKED,
        Gate.OFF,
        Gate.PAUSED,
        Gate.AGE_RESTRICTED,
        Gate.PERMISSIONS,
        Gate.FILTER,
        *(Limit(name) for name in limits),
    ]


class TestBlock:
    def test_it_ends_by_itself(self) -> None:
        until = after(NOW, 60)
        at = standing(block=replace(BLOCK, until=until))
        assert refused(at).lifts_at == until
        assert decide(ASKED, IMAGE_MICROUSD, HERE, at, until) == Admission()

    def test_without_an_end_it_stays(self) -> None:
        assert refused(standing(block=BLOCK)).lifts_at is None


class TestChannel:
    @pytest.mark.parametrize(
        ("rules", "accepted"),
        [
            ({}, True),
            ({CHANNEL: True}, True),
            ({CHANNEL: False}, False),
            ({999: True}, False),
            ({999: False}, True),
            ({CATEGORY: False}, False),
            ({CATEGORY: False, CHANNEL: True}, True),
            ({CATEGORY: True, CHANNEL: False}, False),
            ({CHANNEL: False, THREAD: True}, True),
            ({SERVER: False}, False),
            ({SERVER: False, CHANNEL: True}, True),
            ({SERVER: True, CHANNEL: False}, False),
            ({SERVER: True, 999: True}, True),
        ],
        ids=str,
    )
    def test_the_most_particular_rule_decides_and_one_allowed_channel_denies_the_rest(
        self, rules: dict[int, bool], accepted: bool
    ) -> None:
        around = replace(PLAIN, channel_ids=(THREAD, CHANNEL, CATEGORY))
        channels = {where: ChannelRule(where, allowed) for where, allowed in rules.items()}
        verdict = decided(standing(channels=channels), around)
        assert isinstance(verdict, Admission) == accepted
        assert accepted or verdict == Refusal(Gate.CHANNEL)

    def test_an_age_restricted_only_channel_has_to_be_marked_so(self) -> None:
        at = standing(channels={CHANNEL: ChannelRule(CHANNEL, True, age_restricted_only=True)})
        assert refused(at).by is Gate.AGE_RESTRICTED
        assert decided(at, replace(HERE, age_restricted=True)) == Admission()

    def test_a_spoiler_channel_covers_its_pictures(self) -> None:
        at = standing(channels={CATEGORY: ChannelRule(CATEGORY, True, spoiler=True)})
        assert decided(at) == Admission(spoiler=True)


class TestReview:
    def test_a_term_to_review_asks_a_moderator(self) -> None:
        found, at = hit(FilterAction.REVIEW), standing(server=ServerSettings(SERVER, log_channel_id=9))
        assert decided(at, replace(HERE, hit=found)) == Admission(review=found)

    def test_so_does_a_server_that_reviews_everything(self) -> None:
        at = standing(server=ServerSettings(SERVER, review=True, log_channel_id=9))
        assert decided(at) == Admission(review=True)

    def test_where_no_moderator_could_be_asked_it_is_refused(self) -> None:
        assert refused(standing(server=ServerSettings(SERVER, review=True))).by is Gate.UNREVIEWED
        around = replace(HERE, hit=hit(FilterAction.REVIEW))
        assert refused(standing(), around).by is Gate.UNREVIEWED


class TestGrants:
    @pytest.mark.parametrize(
        ("used", "extra", "granted"),
        [(3, 0, 0), (4, 1, 1), (5, 2, 2), (9, 2, 2), (5, 9, 2)],
    )
    def test_images_beyond_the_limit_come_out_of_grants(self, used: int, extra: int, granted: int) -> None:
        at = standing({"images_per_hour": used}, policy=policy(images_per_hour=5), extra_images=extra)
        assert decided(at) == Admission(granted=granted)

    @pytest.mark.parametrize(("used", "extra"), [(4, 0), (5, 1), (99, 1)])
    def test_too_few_of_them_help_nothing(self, used: int, extra: int) -> None:
        at = standing({"images_per_day": used}, policy=policy(images_per_day=5), extra_images=extra)
        assert refused(at).by is Limit.IMAGES_PER_DAY

    @pytest.mark.parametrize(
        ("hour", "day", "used", "extra", "left"),
        [(0, None, 0, 1, 1), (1, None, 9, 1, 1), (9, 0, 0, 1, 1), (1, 1, 0, 0, 1), (None, 3, 3, 0, 0)],
    )
    def test_a_refusal_says_how_many_would_pass(
        self, hour: int | None, day: int | None, used: int, extra: int, left: int
    ) -> None:
        limits = policy(images_per_hour=hour, images_per_day=day)
        at = standing({"images_per_hour": used, "images_per_day": used}, policy=limits, extra_images=extra)
        verdict = refused(at)
        assert (verdict.extra_images, verdict.images_left) == (extra, left)
        if left:
            assert isinstance(decide(replace(ASKED, count=left), IMAGE_MICROUSD, HERE, at, NOW), Admission)

    def test_they_do_not_pay(self) -> None:
        at = standing(policy=policy(images_per_hour=0, spend_per_day=0), extra_images=9)
        assert refused(at).by is Limit.SPEND_PER_DAY


class TestLimits:
    def test_a_limit_lower_than_what_is_used_refuses_and_says_both(self) -> None:
        verdict = refused(standing({"images_per_day": 9}, policy=policy(images_per_day=3)))
        assert (verdict.used, verdict.effective and verdict.effective.value) == (9, 3)

    def test_a_cap_can_be_used_to_the_last_cent(self) -> None:
        spent = {"server_spend_per_day": 900_000}
        assert decided(standing(spent, policy=policy(server_spend_per_day=1_000_000))) == Admission()
        assert refused(standing(spent, policy=policy(server_spend_per_day=999_999))).by is (
            Limit.SERVER_SPEND_PER_DAY
        )

    def test_tenure_counts_from_joining_and_is_not_asked_where_nobody_joined(self) -> None:
        at = standing(policy=policy(membership=3600))
        joined = replace(HERE, joined_at=after(NOW, -3599))
        assert refused(at, joined).lifts_at == after(NOW, 1)
        assert decided(at, replace(HERE, joined_at=after(NOW, -3600))) == Admission()
        assert decided(at, HERE) == Admission()

    def test_a_cooldown_counts_from_the_last_request(self) -> None:
        at = standing(policy=policy(cooldown=60), last_asked_at=after(NOW, -59))
        assert refused(at).lifts_at == after(NOW, 1)
        assert decided(replace(at, last_asked_at=after(NOW, -60))) == Admission()

    def test_how_many_may_run_and_priority_go_with_the_job(self) -> None:
        assert decided(standing(policy=policy(running=2, priority=3))) == Admission(running_max=2, priority=3)
