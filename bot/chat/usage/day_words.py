"""Days and hours as a report names them, in UTC."""

from datetime import UTC, datetime

from bot.chat.speech import Phrase, say
from bot.domain.units import MS_PER_S, Instant
from bot.domain.usage import Period

_DAYS = (
    Phrase("Mon"),
    Phrase("Tue"),
    Phrase("Wed"),
    Phrase("Thu"),
    Phrase("Fri"),
    Phrase("Sat"),
    Phrase("Sun"),
)
_MONTHS = (
    Phrase("Jan"),
    Phrase("Feb"),
    Phrase("Mar"),
    Phrase("Apr"),
    Phrase("May"),
    Phrase("Jun"),
    Phrase("Jul"),
    Phrase("Aug"),
    Phrase("Sep"),
    Phrase("Oct"),
    Phrase("Nov"),
    Phrase("Dec"),
)


def span(start: Instant, end: Instant) -> str:
    """The days of a report, `end` not included: "28 May to 3 Jun 2025 (UTC)"."""
    first, last = _utc(start), _utc(end - 1)
    since, until = _MONTHS[first.month - 1], _MONTHS[last.month - 1]
    if first.date() == last.date():
        return say("{day} {month} {year} (UTC)", day=last.day, month=until, year=last.year)
    if (first.month, first.year) == (last.month, last.year):
        return say(
            "{first_day} to {last_day} {month} {year} (UTC)",
            first_day=first.day,
            last_day=last.day,
            month=until,
            year=last.year,
        )
    if first.year == last.year:
        return say(
            "{first_day} {first_month} to {last_day} {last_month} {year} (UTC)",
            first_day=first.day,
            first_month=since,
            last_day=last.day,
            last_month=until,
            year=last.year,
        )
    return say(
        "{first_day} {first_month} {first_year} to {last_day} {last_month} {last_year} (UTC)",
        first_day=first.day,
        first_month=since,
        first_year=first.year,
        last_day=last.day,
        last_month=until,
        last_year=last.year,
    )


def moment(at: Instant, period: Period) -> str:
    """What a column is called: "14:00", "Mon 2" or "2 Jun"."""
    then = _utc(at)
    match period:
        case Period.DAY:
            return f"{then.hour}:00"
        case Period.WEEK:
            return say("{weekday} {day}", weekday=_DAYS[then.weekday()], day=then.day)
        case Period.MONTH:
            return say("{day} {month}", day=then.day, month=_MONTHS[then.month - 1])


def _utc(at: Instant) -> datetime:
    return datetime.fromtimestamp(at / MS_PER_S, UTC)
