"""The numbers of limits as people type them."""

from bot.chat.measures import Expected, MeasureUnclear, amount, duration_s, is_unlimited, whole
from bot.domain.jobs import Quality, Size
from bot.domain.limits import QUALITY_RANKS, Limit, Measure, Value, measure, size_value


def read_value(limit: Limit, text: str) -> Value:
    """The number of a limit; None for no limit.

    Raises:
        MeasureUnclear: not of the limit's measure; a `ValueError` that says what is expected.
    """
    if is_unlimited(text):
        return None
    match measure(limit):
        case Measure.MONEY:
            return amount(text)
        case Measure.DURATION:
            return duration_s(text)
        case Measure.SIZE:
            return _size(text)
        case Measure.QUALITY:
            return _quality(text)
        case Measure.COUNT:
            return whole(text)


def _size(text: str) -> int:
    try:
        return size_value(Size(text.strip().lower().replace("×", "x").replace(" ", "")))
    except ValueError as fault:
        raise MeasureUnclear(Expected.SIZE) from fault


def _quality(text: str) -> int:
    try:
        return QUALITY_RANKS[Quality(text.strip().lower())]
    except ValueError as fault:
        raise MeasureUnclear(Expected.QUALITY) from fault
