"""Times in HTTP headers: `Retry-After`, `X-RateLimit-Reset` and the server's own `Date`."""

from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime

from bot.domain.units import MS_PER_S, Instant

_FIRST_UNIX_S = 1_000_000_000
"""A smaller `X-RateLimit-Reset` cannot be a date: other services send seconds from now."""
_FIRST_UNIX_MS = 100_000_000_000
_LARGEST = 1e15
_SKEW_MIN_MS = 5_000
"""`Date` has whole seconds and travels: a smaller difference says nothing about the clocks."""


def lowered(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers by lower-case name."""
    return {name.lower(): value for name, value in headers.items()}


def number(text: str | None) -> float | None:
    """A number from zero to what arithmetic with times can bear; None for anything else."""
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if 0 <= value <= _LARGEST else None


def date(text: str | None) -> Instant | None:
    """An HTTP date; None for anything else."""
    try:
        moment = parsedate_to_datetime(text or "")
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return round(aware.timestamp() * MS_PER_S)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def retry_after_s(headers: Mapping[str, str], now: Instant) -> float | None:
    """How long `Retry-After` asks to wait, given in seconds or as a date; None when it does not."""
    value = headers.get("retry-after")
    seconds = number(value)
    if seconds is not None:
        return seconds
    then = date(value)
    return None if then is None else max(0.0, (then - server_now(headers, now)) / MS_PER_S)


def reset_at(headers: Mapping[str, str], now: Instant) -> Instant | None:
    """When `X-RateLimit-Reset` says the budget is full again, by this machine's clock.

    Unix seconds (facts: Modellix, Errors and limits); milliseconds and seconds from now are understood.
    """
    value = number(headers.get("x-ratelimit-reset"))
    if value is None:
        return None
    if value < _FIRST_UNIX_S:
        return now + round(value * MS_PER_S)
    unix_ms = value if value >= _FIRST_UNIX_MS else value * MS_PER_S
    return now + round(unix_ms) - server_now(headers, now)


def server_now(headers: Mapping[str, str], now: Instant) -> Instant:
    """The server's idea of now, so that a wrong clock on this machine moves no deadline."""
    theirs = date(headers.get("date"))
    return now if theirs is None or abs(theirs - now) < _SKEW_MIN_MS else theirs
