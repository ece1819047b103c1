"""Days as people write them, in UTC: `2026-11-30`."""

from datetime import UTC, date, datetime

from bot.domain.errors import DayUnclear
from bot.domain.units import MS_PER_S, Instant, after

DAY_S = 86_400


def day_start(text: str) -> Instant:
    """When a day begins.

    Raises:
        DayUnclear: not a day of the calendar, written like 2026-11-30.
    """
    typed = text.strip()
    try:
        day = date.fromisoformat(typed)
    except ValueError as fault:
        raise DayUnclear from fault
    if day.isoformat() != typed or day.year < datetime.fromtimestamp(0, UTC).year:
        raise DayUnclear
    return round(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * MS_PER_S


def day_end(text: str) -> Instant:
    """When the day after it begins.

    Raises:
        DayUnclear: see `day_start`.
    """
    return after(day_start(text), DAY_S)


def day_text(at: Instant) -> str:
    """The day that a moment falls into."""
    return datetime.fromtimestamp(at // MS_PER_S, UTC).date().isoformat()
