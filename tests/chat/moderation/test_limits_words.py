"""What moderators read of limits: complete, short, and within what Discord shows."""

from dataclasses import replace
from typing import Any

import pytest

from bot.chat import limit_words, words
from bot.chat.measures import Expected
from bot.chat.moderation import explain_words, limits_words
from bot.chat.moderation.limit_reading import value_typed
from bot.domain import errors
from bot.domain.admission import PLAIN, Admission, Assessment, Gate, Refusal, Standing
from bot.domain.filters import FilterAction, Hit, Term
from bot.domain.limits import OF_BOT, Effective, Limit, Rule, Scope, measure, resolve
from bot.domain.moderation import Block, ChannelRule, ServerSettings
from bot.services.limits import Change
from tests.chat.test_words import plain_and_short

SERVER, CHANNEL, MEMBER, VERA = 777, 555, 101, 900
AT = 1_790_000_000_000
LINE_MAX_CHARS = 300
HIT = Hit(Term("dragon", FilterAction.REFUSE))


def assessment(verdict: Admission | Refusal | None = None, **standing: Any) -> Assessment:
    around = replace(PLAIN, channel_ids=(CHANNEL,), hit=HIT)
    given = {"server": ServerSettings(SERVER), "policy": resolve([], frozenset(), {}), **standing}
    return Assessment(around, Standing(**given), verdict or Admission())


def policy(rules: list[Rule], operator: dict[Limit, int | None] | None = None) -> Any:
    return resolve(rules, frozenset({801}), operator or {})


class TestWhy:
    @pytest.mark.parametrize("gate", Gate)
    def test_every_gate_says_whose_rule_it_is(self, gate: Gate) -> None:
        refusal = Refusal(gate, reason="attach_files", block=Block(MEMBER, "spam", VERA, 0, None))
        text = explain_words.why(refusal, assessment())
        assert 10 < len(text) < LINE_MAX_CHARS
        assert not text.endswith(".")
        assert "{" not in text

    def test_they_are_all_different(self) -> None:
        texts = {explain_words.why(Refusal(gate, reason="attach_files"), assessment()) for gate in Gate}
        assert len(texts) == len(Gate)

    @pytest.mark.parametrize("limit", Limit)
    @pytest.mark.parametrize("scope", Scope)
    def test_every_limit_says_its_name_its_number_and_whose_it_is(self, limit: Limit, scope: Scope) -> None:
        effective = Effective(2, scope, 801)
        text = explain_words.why(Refusal(limit, effective, used=3, lifts_at=AT), assessment())
        assert text.startswith(f"{limit_words.NAMES[limit]}: {limit_words.value_text(limit, 2)}, set ")
        assert limit_words.whose(effective) in text
        assert text.endswith(f", free again <t:{AT // 1000}:R>")

    @pytest.mark.parametrize(
        ("rules", "said"),
        [
            ({}, "no pictures but in the channels that are allowed"),
            ({CHANNEL: False}, f"no pictures in <#{CHANNEL}>, set for that channel"),
            ({SERVER: False}, "no pictures in channels without a rule of their own, set for this server"),
        ],
        ids=str,
    )
    def test_a_channel_names_the_rule_that_decided(self, rules: dict[int, bool], said: str) -> None:
        channels = {where: ChannelRule(where, allowed) for where, allowed in rules.items()}
        assert explain_words.why(Refusal(Gate.CHANNEL), assessment(channels=channels)).startswith(said)

    def test_a_block_by_itself_names_nobody(self) -> None:
        block = Block(MEMBER, "strikes", None, 0, AT)
        text = explain_words.why(Refusal(Gate.BLOCKED, lifts_at=AT, block=block), assessment())
        assert text == (
            "they are blocked, by itself, after too many refusals by the safety system, "
            f"it ends <t:{AT // 1000}:R>"
        )


class TestTerms:
    @pytest.mark.parametrize(
        ("admission", "said"),
        [
            (Admission(), []),
            (Admission(review=True), ["A moderator has to approve it first, like every request"]),
            (Admission(review=HIT), ["A moderator has to approve it first: the prompt contains “dragon”."]),
            (Admission(granted=2), ["Of its pictures, 2 would come out of extra pictures."]),
            (Admission(spoiler=True), ["Its pictures would be covered as spoilers."]),
        ],
        ids=str,
    )
    def test_conditions_are_said(self, admission: Admission, said: list[str]) -> None:
        first, *others = explain_words.verdict(assessment(admission))
        assert first == "**It would be accepted.**"
        assert [line[: len(expected)] for line, expected in zip(others, said, strict=True)] == said


class TestSet:
    def change(self, rule: Rule, before: Rule | None = None, **standing: Any) -> str:
        return limits_words.limit_set(Change(rule, before, assessment(**standing)))

    def test_a_role_is_named_without_knowing_what_its_members_used(self) -> None:
        rule = Rule(Scope.ROLE, 801, Limit.IMAGES_PER_DAY, 5)
        told = self.change(rule, policy=policy([rule]))
        assert "Pictures a day for <@&801>: **5** from now on." in told
        assert "Members who have used more than that already have to wait" in told

    @pytest.mark.parametrize("value", [5, 6, None])
    def test_a_larger_number_than_before_needs_no_warning(self, value: int | None) -> None:
        rule, before = (Rule(Scope.ROLE, 801, Limit.IMAGES_PER_DAY, each) for each in (value, 5))
        assert "wait" not in self.change(rule, before, policy=policy([rule]))

    @pytest.mark.parametrize("limit", [Limit.COOLDOWN, Limit.LARGEST_SIZE, Limit.HIGHEST_QUALITY])
    def test_what_counts_nothing_cannot_be_used_up(self, limit: Limit) -> None:
        rule = Rule(Scope.SERVER, 0, limit, 1)
        assert len(self.change(rule, policy=policy([rule])).splitlines()) == 1

    @pytest.mark.parametrize("limit", [Limit.RUNNING, Limit.PRIORITY])
    def test_what_a_request_keeps_from_when_it_was_accepted_is_said(self, limit: Limit) -> None:
        rule = Rule(Scope.SERVER, 0, limit, 1)
        assert self.change(rule, policy=policy([rule])).endswith("Requests already in line keep theirs.")

    @pytest.mark.parametrize(("value", "capped"), [(None, True), (6, True), (5, False), (4, False)])
    def test_the_operators_number_is_told_where_it_is_the_lower(
        self, value: int | None, capped: bool
    ) -> None:
        rule = Rule(Scope.SERVER, 0, Limit.SERVER_WAITING, value)
        told = self.change(rule, policy=policy([rule], {Limit.SERVER_WAITING: 5}))
        assert ("But the bot's operator allows this server 5, so that is what holds." in told) == capped


@pytest.mark.parametrize("expected", Expected)
def test_whatever_was_not_understood_there_is_a_sentence_with_what_to_write(expected: Expected) -> None:
    told = words.refusal(errors.Unclear(expected.value))
    plain_and_short(told)
    assert told.endswith("Nothing was changed.")
    assert told != words.refusal(errors.ModerationError())


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (errors.OutOfRange(1), "The number has to be 1 or more. Nothing was changed."),
        (errors.OutOfRange(1, 1_000), "The number has to be 1 to 1,000. Nothing was changed."),
    ],
    ids=str,
)
def test_a_range_names_its_ends(fault: errors.BotError, told: str) -> None:
    assert words.refusal(fault) == told


@pytest.mark.parametrize(
    "kind", [errors.OnARoleAbove, errors.OnlyForServer, errors.HolderUnclear, errors.NothingNamed]
)
def test_what_cannot_be_set_says_that_nothing_was_changed(kind: type[errors.ModerationError]) -> None:
    told = words.refusal(kind())
    plain_and_short(told)
    assert "Nothing was changed." in told
    assert told != words.refusal(errors.ModerationError())


@pytest.mark.parametrize("limit", [limit for limit in Limit if limit not in OF_BOT])
def test_every_number_that_is_shown_can_be_typed_again(limit: Limit) -> None:
    """What `show` says is what `set` takes."""
    examples: dict[str, int | None] = {
        "money": 2_500_000,
        "duration": 5_400,
        "size": 1024 * 1024,
        "quality": 2,
        "count": 3,
    }
    value = examples[measure(limit).value]
    shown = limit_words.value_text(limit, value)
    assert value_typed(limit, shown.rpartition(" ")[2] if limit is Limit.LARGEST_SIZE else shown) == value
    assert value_typed(limit, "none") is None


def test_all_names_are_there_and_short_enough_for_a_choice() -> None:
    assert set(limit_words.NAMES) == set(Limit)
    assert len(set(limit_words.NAMES.values())) == len(Limit)
    assert all(len(str(name)) <= 100 for name in limit_words.NAMES.values())
    assert set(limits_words.CHOICES) == set(Limit) - OF_BOT
    assert len(limits_words.CHOICES) <= 25
