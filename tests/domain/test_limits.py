"""Whose rule gives a limit its number."""

import pytest

from bot.domain.jobs import Size
from bot.domain.limits import (
    OF_BOT,
    OF_MEMBER,
    OF_SERVER,
    WINDOWS_S,
    Effective,
    Limit,
    Measure,
    Rule,
    Scope,
    Value,
    measure,
    resolve,
    size_value,
)

ARTISTS, REGULARS, STRANGERS = 11, 12, 13
MINE = frozenset({ARTISTS, REGULARS})


def member(value: Value, limit: Limit = Limit.IMAGES_PER_DAY) -> Rule:
    return Rule(Scope.MEMBER, 1, limit, value)


def role(holder_id: int, value: Value, limit: Limit = Limit.IMAGES_PER_DAY) -> Rule:
    return Rule(Scope.ROLE, holder_id, limit, value)


def server(value: Value, limit: Limit = Limit.IMAGES_PER_DAY) -> Rule:
    return Rule(Scope.SERVER, 0, limit, value)


@pytest.mark.parametrize(
    ("rules", "holds"),
    [
        ([], Effective(10, Scope.OPERATOR)),
        ([server(5)], Effective(5, Scope.SERVER)),
        ([server(50)], Effective(50, Scope.SERVER)),
        ([server(5), role(ARTISTS, 7)], Effective(7, Scope.ROLE, ARTISTS)),
        ([server(50), role(ARTISTS, 7)], Effective(7, Scope.ROLE, ARTISTS)),
        ([role(ARTISTS, 7), role(REGULARS, 9)], Effective(9, Scope.ROLE, REGULARS)),
        ([role(ARTISTS, None), role(REGULARS, 9)], Effective(None, Scope.ROLE, ARTISTS)),
        ([role(STRANGERS, 99), server(5)], Effective(5, Scope.SERVER)),
        ([member(0), role(ARTISTS, None)], Effective(0, Scope.MEMBER, 1)),
        ([member(None), server(5)], Effective(None, Scope.MEMBER, 1)),
    ],
)
def test_the_members_own_rule_then_the_most_generous_role_then_the_server_then_the_operator(
    rules: list[Rule], holds: Effective
) -> None:
    assert resolve(rules, MINE, {Limit.IMAGES_PER_DAY: 10})[Limit.IMAGES_PER_DAY] == holds


@pytest.mark.parametrize("limit", [Limit.COOLDOWN, Limit.MEMBERSHIP])
def test_for_waiting_times_the_shorter_is_the_more_generous(limit: Limit) -> None:
    rules = [role(ARTISTS, 60, limit), role(REGULARS, 10, limit)]
    assert resolve(rules, MINE, {})[limit] == Effective(10, Scope.ROLE, REGULARS)


@pytest.mark.parametrize("limit", sorted(OF_SERVER))
@pytest.mark.parametrize(
    ("operators", "servers", "holds"),
    [
        (100, 50, Effective(50, Scope.SERVER)),
        (100, 500, Effective(100, Scope.OPERATOR)),
        (100, None, Effective(100, Scope.OPERATOR)),
        (None, 500, Effective(500, Scope.SERVER)),
    ],
)
def test_a_servers_own_cap_only_lowers_the_operators(
    limit: Limit, operators: Value, servers: Value, holds: Effective
) -> None:
    """The operator pays."""
    assert resolve([server(servers, limit)], MINE, {limit: operators})[limit] == holds


@pytest.mark.parametrize("limit", sorted(OF_BOT))
def test_nobody_on_discord_touches_what_the_whole_bot_may_spend(limit: Limit) -> None:
    rules = [server(None, limit), member(None, limit), role(ARTISTS, None, limit)]
    assert resolve(rules, MINE, {limit: 5})[limit] == Effective(5, Scope.OPERATOR)


def test_what_nobody_has_set_is_no_limit() -> None:
    policy = resolve([], frozenset(), {})
    assert set(policy) == set(Limit)
    assert {effective.value for effective in policy.values()} == {None}


def test_every_limit_is_of_one_kind_and_every_window_is_counted() -> None:
    assert set(Limit) == OF_MEMBER | OF_SERVER | OF_BOT
    assert {limit for limit in Limit if limit.endswith(("_hour", "_day", "_month"))} == WINDOWS_S.keys()
    assert {limit for limit in Limit if measure(limit) is Measure.MONEY} == {
        limit for limit in Limit if "spend" in limit
    }


def test_sizes_compare_by_their_pixels() -> None:
    assert size_value(Size.SQUARE) < size_value(Size.LANDSCAPE) == size_value(Size.PORTRAIT)
    assert max(Size, key=size_value) in {Size.LANDSCAPE_4K, Size.PORTRAIT_4K}
