"""The names of limits, and their numbers as people write them."""

from collections.abc import Mapping

from bot.chat.measures import duration_text
from bot.chat.speech import Phrase, figure
from bot.chat.words import QUALITIES, SIZES, dollars
from bot.domain.jobs import Size
from bot.domain.limits import QUALITY_RANKS, Effective, Limit, Measure, Scope, Value, measure, size_value

NAMES: Mapping[Limit, Phrase] = {
    Limit.MEMBERSHIP: Phrase("Time on the server before the first picture"),
    Limit.LARGEST_SIZE: Phrase("Largest size"),
    Limit.HIGHEST_QUALITY: Phrase("Highest quality"),
    Limit.LARGEST_COUNT: Phrase("Pictures in one request"),
    Limit.COOLDOWN: Phrase("Time between two requests"),
    Limit.RUNNING: Phrase("Requests drawn at once"),
    Limit.WAITING: Phrase("Requests waiting in line"),
    Limit.IMAGES_PER_HOUR: Phrase("Pictures an hour"),
    Limit.IMAGES_PER_DAY: Phrase("Pictures a day"),
    Limit.SPEND_PER_DAY: Phrase("Spend a day"),
    Limit.SPEND_PER_MONTH: Phrase("Spend in 30 days"),
    Limit.PRIORITY: Phrase("Priority in line"),
    Limit.SERVER_WAITING: Phrase("Whole server: requests waiting in line"),
    Limit.SERVER_SPEND_PER_DAY: Phrase("Whole server: spend a day"),
    Limit.SERVER_SPEND_PER_MONTH: Phrase("Whole server: spend in 30 days"),
    Limit.BOT_SPEND_PER_DAY: Phrase("This bot everywhere: spend a day"),
    Limit.BOT_SPEND_PER_MONTH: Phrase("This bot everywhere: spend in 30 days"),
}


_NONE = Phrase("none")
_NO_LIMIT = Phrase("no limit")
_UNSET: Mapping[Limit, Phrase | str] = {Limit.MEMBERSHIP: _NONE, Limit.COOLDOWN: _NONE, Limit.PRIORITY: "1"}
"""Where nothing is not a lack of limits."""


def value_text(limit: Limit, value: Value) -> str:
    """The number of a limit as people write it."""
    if value is None:
        return str(_UNSET.get(limit, _NO_LIMIT))
    match measure(limit):
        case Measure.MONEY:
            return dollars(value)
        case Measure.DURATION:
            return duration_text(value) if value else str(_NONE)
        case Measure.SIZE:
            return largest_size(value)
        case Measure.QUALITY:
            names = [QUALITIES[quality] for quality, rank in QUALITY_RANKS.items() if rank <= value]
            return str(names[-1] if names else _NONE)
        case Measure.COUNT:
            return figure(value)


def largest_size(pixels: int) -> str:
    """The largest of the sizes with so many pixels; both where two are as large."""
    fitting = [size for size in Size if size_value(size) <= pixels]
    most = max((size_value(size) for size in fitting), default=0)
    return " / ".join(str(SIZES[size]) for size in fitting if size_value(size) == most) or str(_NONE)


def whose(effective: Effective) -> str:
    """Whose rule gives a number, to moderators; a role is named as Discord names it, without a ping."""
    match effective.scope:
        case Scope.MEMBER:
            return "set for this member"
        case Scope.ROLE:
            return f"set for <@&{effective.holder_id}>"
        case Scope.SERVER:
            return "set for this server"
        case Scope.OPERATOR:
            return "set by the bot's operator"
