"""What moderators name in `/imagine-admin usage`: a time."""

from bot.domain.errors import NothingThere
from bot.domain.usage import Period


def period_named(value: str) -> Period:
    """How much time a report covers.

    Raises:
        NothingThere: not in the list, whatever Discord let through.
    """
    try:
        return Period(value)
    except ValueError as fault:
        raise NothingThere from fault
