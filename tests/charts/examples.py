"""Reports to draw: a usual one, and those that charts break on."""

import math
from collections.abc import Mapping
from random import Random

from bot.domain.jobs import FailureReason, Quality
from bot.domain.limits import Limit, Measure
from bot.domain.units import Instant
from bot.domain.usage import (
    DAY_MS,
    HOUR_MS,
    LimitUse,
    MemberUse,
    OthersUse,
    OwnUse,
    Period,
    Report,
    Use,
    Waits,
)

JUNE: Instant = 1_748_736_000_000
"""2025-06-01 00:00 UTC, a Sunday."""
PRICES: Mapping[Quality, int] = {Quality.LOW: 6_000, Quality.MEDIUM: 42_000, Quality.HIGH: 167_000}

NAMES = {
    1: "Luna",
    2: "The Gentleman Formerly Known As Bob",
    3: "✨ Stardust ✨",
    4: "山田太郎",
    5: "Żółw Błażej",
    6: "김민준 🦊",
    7: "Ωmega",
    8: "мария",
    9: "xX_Sniper_Xx",
    10: "יוסי",
}
HOSTILE_NAMES = {
    1: "**bold** _it_ ~~no~~ ||secret|| `code`",
    2: "@everyone <@&1> <#2> [link](https://evil.example)",
    3: "\u202egnp.exe\u202c",
    4: "a\x00b\x07\x1b[31m",
    5: "W" * 5_000,
    6: "datum.images * 1e9; signal('width')",
    7: "</text><script>alert(1)</script>&amp;&lt;",
    8: "\ud800 lone",
    9: "\u200b\u2060",
    10: "Z̷̡͚̦͙͐̈́̕͠a̸̧͕͊̊l̵̢̛̮̈́g̴͙͗o" + "\u0301" * 200,
}
RULES = {
    "images_per_hour": "Pictures an hour",
    "images_per_day": "Pictures a day",
    "spend_per_day": "Spend a day",
    "spend_per_month": "Spend in 30 days",
    "cooldown": "Time between two requests",
    "waiting": "Requests waiting in line",
    "filter": "Word filter",
}
HOSTILE_RULES = {rule: HOSTILE_NAMES[place] for place, rule in enumerate(RULES, start=1)}


def uses(period: Period, slots: int, scale: float = 1.0, seed: int = 7) -> tuple[Use, ...]:
    """The same each time: busy weekends, mostly cheap."""
    rng = Random(seed)
    found = []
    for number in range(slots):
        wave = 1.2 + math.sin(number / 7 * 2 * math.pi)
        for quality, usual in ((Quality.LOW, 9), (Quality.MEDIUM, 3), (Quality.HIGH, 1)):
            images = round(rng.random() * usual * wave * scale)
            if images:
                found.append(Use(JUNE + number * period.slot_ms, quality, images, images * PRICES[quality]))
    return tuple(found)


def shares(total: int, count: int) -> list[int]:
    """A sum in so many parts, each smaller than the one before; the last takes what is left."""
    parts = [round(total / (place + 2) / 2.6) for place in range(count - 1)]
    return [*parts, total - sum(parts)]


def a_report(period: Period = Period.MONTH, slots: int = 30, scale: float = 1.0) -> Report:
    """A usual server's."""
    used = uses(period, slots, scale)
    images = shares(sum(use.images for use in used), 11)
    microusd = shares(sum(use.microusd for use in used) // 1000, 11)
    members = [MemberUse(place + 1, images[place], microusd[place] * 1000) for place in range(10)]
    return Report(
        guild_id=1,
        start=JUNE,
        end=JUNE + slots * period.slot_ms,
        period=period,
        uses=used,
        members=tuple(members),
        others=OthersUse(14, images[10], microusd[10] * 1000),
        refusals=(
            ("images_per_day", 21),
            ("cooldown", 9),
            ("filter", 6),
            ("spend_per_day", 3),
            ("blocked", 1),
        ),
        failures=((FailureReason.SAFETY, 7), (FailureReason.TOO_LATE, 1)),
        waits=Waits(8.2, 21.4, sum(use.images for use in used)),
    )


def an_empty_report(period: Period = Period.WEEK) -> Report:
    """Nobody asked for anything."""
    slots = 24 if period is Period.DAY else 7
    return Report(1, JUNE, JUNE + slots * period.slot_ms, period, uses=(), members=())


def a_report_of_one() -> Report:
    """One picture in one hour."""
    return Report(
        guild_id=1,
        start=JUNE,
        end=JUNE + HOUR_MS,
        period=Period.DAY,
        uses=(Use(JUNE, Quality.HIGH, 1, 167_000),),
        members=(MemberUse(1, 1, 167_000),),
        waits=Waits(41.0, 41.0, 1),
    )


def an_own_use() -> OwnUse:
    """A usual member's."""
    return OwnUse(
        start=JUNE,
        end=JUNE + 30 * DAY_MS,
        limits=(
            LimitUse(Limit.IMAGES_PER_HOUR, 0, 5),
            LimitUse(Limit.IMAGES_PER_DAY, 3, 12, renews_at=JUNE + 30 * DAY_MS + HOUR_MS),
            LimitUse(Limit.SPEND_PER_MONTH, 2_814_000, 5_000_000, Measure.MONEY, JUNE + 31 * DAY_MS),
            LimitUse(Limit.WAITING, 0, None),
        ),
        uses=uses(Period.MONTH, 30, 0.5, seed=3),
    )
