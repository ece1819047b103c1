"""The two units that every row and every sum is kept in."""

from typing import TypeAlias

Instant: TypeAlias = int
"""A moment: milliseconds since 1970-01-01 UTC."""

Microusd: TypeAlias = int
"""Money: millionths of a US dollar, so that sums are exact."""

MS_PER_S = 1_000
MICROUSD_PER_USD = 1_000_000


def after(start: Instant, seconds: float) -> Instant:
    """The instant that many seconds after `start`."""
    return start + round(seconds * MS_PER_S)


def seconds_between(start: Instant, end: Instant) -> float:
    """How many seconds passed from `start` to `end`; negative when `end` came first."""
    return (end - start) / MS_PER_S
