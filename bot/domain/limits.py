"""Limits: which there are, whose rule gives each its number, and what most generous means.

A number is found in this order: the member's own rule, else the most generous rule of their roles, else the
server's, else the operator's. What the server or the whole bot may spend is the operator's to cap: a server's
own rule can only lower it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from bot.domain.jobs import Quality, Size

Value: TypeAlias = int | None
"""Whole number in the limit's measure; None means no limit."""


class Measure(StrEnum):
    """What the number of a limit counts."""

    COUNT = "count"
    MONEY = "money"
    """Micro-dollars."""
    DURATION = "duration"
    """Seconds."""
    SIZE = "size"
    """Pixels of the whole picture."""
    QUALITY = "quality"
    """1 for low, 2 for medium, 3 for high."""


class Limit(StrEnum):
    """What can be limited; `bot/chat/limit_words.py` names each, `refusal_words.py` has its sentence."""

    MEMBERSHIP = "membership"
    """How long somebody must have been on the server."""
    LARGEST_SIZE = "largest_size"
    HIGHEST_QUALITY = "highest_quality"
    LARGEST_COUNT = "largest_count"
    """Pictures in one request."""
    COOLDOWN = "cooldown"
    """How long after one request the next may come."""
    RUNNING = "running"
    """Requests of one member being drawn at once; more wait in line, they are not refused."""
    WAITING = "waiting"
    """Requests of one member in line at once."""
    IMAGES_PER_HOUR = "images_per_hour"
    IMAGES_PER_DAY = "images_per_day"
    SPEND_PER_DAY = "spend_per_day"
    SPEND_PER_MONTH = "spend_per_month"
    PRIORITY = "priority"
    """How many times faster than others somebody moves up in line."""
    SERVER_WAITING = "server_waiting"
    """Requests of all members in line at once."""
    SERVER_SPEND_PER_DAY = "server_spend_per_day"
    SERVER_SPEND_PER_MONTH = "server_spend_per_month"
    BOT_SPEND_PER_DAY = "bot_spend_per_day"
    """All servers together: the operator's alone."""
    BOT_SPEND_PER_MONTH = "bot_spend_per_month"


HOUR_S, DAY_S, MONTH_S = 3_600, 86_400, 30 * 86_400
"""The windows slide: the last hour, the last 24 hours, the last 30 days."""

WINDOWS_S: Mapping[Limit, int] = {
    Limit.IMAGES_PER_HOUR: HOUR_S,
    Limit.IMAGES_PER_DAY: DAY_S,
    Limit.SPEND_PER_DAY: DAY_S,
    Limit.SPEND_PER_MONTH: MONTH_S,
    Limit.SERVER_SPEND_PER_DAY: DAY_S,
    Limit.SERVER_SPEND_PER_MONTH: MONTH_S,
    Limit.BOT_SPEND_PER_DAY: DAY_S,
    Limit.BOT_SPEND_PER_MONTH: MONTH_S,
}
"""Limits on what happened in the time just past."""

OF_SERVER = frozenset({Limit.SERVER_WAITING, Limit.SERVER_SPEND_PER_DAY, Limit.SERVER_SPEND_PER_MONTH})
OF_BOT = frozenset({Limit.BOT_SPEND_PER_DAY, Limit.BOT_SPEND_PER_MONTH})
OF_MEMBER = frozenset(Limit) - OF_SERVER - OF_BOT

_OTHER_MEASURES: Mapping[Limit, Measure] = {
    Limit.MEMBERSHIP: Measure.DURATION,
    Limit.COOLDOWN: Measure.DURATION,
    Limit.LARGEST_SIZE: Measure.SIZE,
    Limit.HIGHEST_QUALITY: Measure.QUALITY,
    **{limit: Measure.MONEY for limit in Limit if "spend" in limit},
}
_LESS_IS_MORE = frozenset({Limit.MEMBERSHIP, Limit.COOLDOWN})
"""Here the smaller number is the more generous one."""

QUALITY_RANKS: Mapping[Quality, int] = {quality: rank for rank, quality in enumerate(Quality, start=1)}


def measure(limit: Limit) -> Measure:
    """What a limit's number counts."""
    return _OTHER_MEASURES.get(limit, Measure.COUNT)


def size_value(size: Size) -> int:
    """A size as a number that can be compared."""
    width, height = size.pixels
    return width * height


class Scope(StrEnum):
    """Whose rule it is."""

    MEMBER = "member"
    ROLE = "role"
    SERVER = "server"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Rule:
    """One number that a moderator has set."""

    scope: Scope
    holder_id: int
    """The member's or the role's id; 0 for the server."""
    limit: Limit
    value: Value


@dataclass(frozen=True, slots=True)
class Effective:
    """The number that holds, and whose rule gives it."""

    value: Value
    scope: Scope
    holder_id: int = 0


Policy: TypeAlias = Mapping[Limit, Effective]
"""The limits that hold for one member in one place: each limit is in it."""


def resolve(rules: Iterable[Rule], role_ids: frozenset[int], operator: Mapping[Limit, Value]) -> Policy:
    """The policy of one member: `rules` are their own, those of the server's roles, and the server's.

    `operator` has the operator's numbers; a limit that is not in it is none.
    """
    found = [rule for rule in rules if rule.scope is not Scope.ROLE or rule.holder_id in role_ids]
    return {limit: _effective(limit, found, operator.get(limit)) for limit in Limit}


def _effective(limit: Limit, rules: list[Rule], operators: Value) -> Effective:
    mine = [rule for rule in rules if rule.limit is limit]
    ours = Effective(operators, Scope.OPERATOR)
    if limit in OF_BOT:
        return ours
    if limit in OF_SERVER:
        servers = [Effective(rule.value, rule.scope) for rule in mine if rule.scope is Scope.SERVER]
        return min([ours, *servers], key=lambda each: _generosity(limit, each.value))
    for scope in (Scope.MEMBER, Scope.ROLE, Scope.SERVER):
        if of_scope := [rule for rule in mine if rule.scope is scope]:
            best = max(of_scope, key=lambda rule: _generosity(limit, rule.value))
            return Effective(best.value, scope, best.holder_id)
    return ours


def _generosity(limit: Limit, value: Value) -> float:
    """Larger is more generous."""
    if value is None:
        return float("inf")
    return -value if limit in _LESS_IS_MORE else value
