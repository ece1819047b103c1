"""Lengths of time, amounts of money and counts, as people write them and read them."""

import re
import unicodedata
from decimal import Decimal
from enum import StrEnum

from bot.chat.speech import figure, say, say_many, sentences, tenths
from bot.domain.prices import microusd
from bot.domain.units import Microusd

DURATION_MAX_S = 365 * 86_400
AMOUNT_MAX_USD = 1_000_000
AMOUNT_MAX_DECIMALS = 6
COUNT_MAX = 1_000_000


class Expected(StrEnum):
    """What should have been written; `bot/chat` has the words for each."""

    DURATION = "duration"
    """A length of time with its units: 45s, 90m, 1h30m, 3 days, 2 weeks."""
    DURATION_RANGE = "duration_range"
    """From one second to 365 days."""
    BLOCK_DURATION = "block_duration"
    """A length of time, or nothing where there is to be no end."""
    AMOUNT = "amount"
    """An amount such as $2.50."""
    POINT = "point"
    """A point before the cents and no comma anywhere: $2.50, $1000."""
    CURRENCY = "currency"
    """US dollars; nothing is converted."""
    AMOUNT_RANGE = "amount_range"
    """From $0 to $1,000,000."""
    PRECISION = "precision"
    """No more than six decimals."""
    COUNT = "count"
    """A whole number in digits, such as 5."""
    COUNT_RANGE = "count_range"
    """From 0 to 1,000,000."""
    SIZE = "size"
    """One of the sizes of pictures: 1536x1024."""
    QUALITY = "quality"
    """low, medium or high."""


class MeasureUnclear(ValueError):
    """It could be read in two ways, or in none."""

    def __init__(self, expected: Expected) -> None:
        super().__init__(expected.value)
        self.expected = expected


_UNIT_NAMES = {
    86_400 * 7: "w wk wks week weeks",
    86_400: "d day days",
    3_600: "h hr hrs hour hours",
    60: "m min mins minute minutes",
    1: "s sec secs second seconds",
}
_UNITS_S = {name: seconds for seconds, names in _UNIT_NAMES.items() for name in names.split()}
_PART = re.compile(r"(?<![0-9])([0-9]+)\s*([a-z]+)(?:\s*(?:,|\band\b)(?=\s*[0-9]))?\s*")

_AMOUNT = re.compile(
    r"(?:us ?\$|usd|\$)?\s*(?P<number>[0-9]+(?:\.[0-9]*)?|\.[0-9]+)\s*(?:us ?\$|usd|\$|(?:us )?dollars?)?"
)
_OTHER_CURRENCY = re.compile(
    r"(?<![a-z])(?:aud|brl|btc|cad|chf|cny|czk|dkk|eth|eur|gbp|hkd|huf|idr|ils|inr|jpy|krw|mxn|myr|nok|nzd|php"
    r"|pln|ron|rub|sek|sgd|thb|try|twd|uah|vnd|zar|euros?|francs?|pesos?|pounds?|rand|reais|real|rmb|roubles?"
    r"|rubles?|rupees?|won|yen|yuan|z[lł])(?![a-z])|(?<![a-z])(?!us ?\$)[a-z]{1,2} ?\$"
)
_CENTS = {"$", "¢"}
_COUNT = re.compile(r"[0-9]+")
_NEGATIVE = re.compile(r"[-−]\s*[$.0-9]|\$\s*[-−]")
_UNLIMITED = {"none", "unlimited", "no limit", "no limits", "no-limit", "∞"}


def duration_s(text: str) -> int:
    """How many seconds `1h30m`, `2 weeks` or `1 hour and 30 minutes` are.

    Raises:
        MeasureUnclear: DURATION, or DURATION_RANGE.
    """
    typed = _typed(text)
    parts = list(_PART.finditer(typed))
    if not parts or "".join(part[0] for part in parts) != typed:
        raise MeasureUnclear(Expected.DURATION)
    units = [_UNITS_S.get(part[2], 0) for part in parts]
    if 0 in units or len(set(units)) < len(units):
        raise MeasureUnclear(Expected.DURATION)
    seconds = sum(
        unit * _bounded(part[1], DURATION_MAX_S + 1) for part, unit in zip(parts, units, strict=True)
    )
    if not 1 <= seconds <= DURATION_MAX_S:
        raise MeasureUnclear(Expected.DURATION_RANGE)
    return seconds


def duration_text(seconds: int) -> str:
    """`1 hour 30 minutes`: in English what `duration_s` reads as the same, for a second or more."""
    minutes, rest_s = divmod(seconds, 60)
    hours, rest_min = divmod(minutes, 60)
    days, rest_h = divmod(hours, 24)
    parts = [
        say_many("{number} day", "{number} days", days) if days else "",
        say_many("{number} hour", "{number} hours", rest_h) if rest_h else "",
        say_many("{number} minute", "{number} minutes", rest_min) if rest_min else "",
        say_many("{number} second", "{number} seconds", rest_s) if rest_s or not seconds else "",
    ]
    return sentences(*parts)


def wait_text(seconds: float) -> str:
    """About how long a wait was, in what a row has room for; `duration_text` is exact."""
    if seconds < 9.95:
        return say("{seconds} s", seconds=tenths(seconds))
    minutes, rest_s = divmod(round(seconds), 60)
    hours, rest_min = divmod(minutes, 60)
    parts = [
        say("{hours} h", hours=figure(hours)) if hours else "",
        say("{minutes} min", minutes=rest_min) if rest_min else "",
        say("{seconds} s", seconds=rest_s) if rest_s and not hours else "",
    ]
    return sentences(*parts)


def counted(count: int, noun: str) -> str:
    """A number with its noun, in English: for moderators."""
    return f"1 {noun}" if count == 1 else f"{count:,} {noun}s"


def pictures(count: int) -> str:
    """How many pictures."""
    return say_many("{number} picture", "{number} pictures", count)


def requests(count: int) -> str:
    """How many requests."""
    return say_many("{number} request", "{number} requests", count)


def amount(text: str) -> Microusd:
    """How much `$2.50`, `.50`, `2.5 usd` or `USD 3` is.

    Raises:
        MeasureUnclear: AMOUNT, POINT, CURRENCY, AMOUNT_RANGE or PRECISION.
    """
    typed = _typed(text)
    if re.search("[0-9],|,[0-9]", typed):  # two euros fifty to one, two hundred and fifty to another
        raise MeasureUnclear(Expected.POINT)
    if _is_other_currency(typed):
        raise MeasureUnclear(Expected.CURRENCY)
    if _NEGATIVE.search(typed):
        raise MeasureUnclear(Expected.AMOUNT_RANGE)
    match = _AMOUNT.fullmatch(typed)
    if not match:
        raise MeasureUnclear(Expected.AMOUNT)
    return _exact(match["number"])


def whole(text: str) -> int:
    """The number that `5` is.

    Raises:
        MeasureUnclear: COUNT or COUNT_RANGE.
    """
    typed = _typed(text)
    if _NEGATIVE.match(typed):
        raise MeasureUnclear(Expected.COUNT_RANGE)
    if not _COUNT.fullmatch(typed):
        raise MeasureUnclear(Expected.COUNT)
    count = _bounded(typed, COUNT_MAX + 1)
    if count > COUNT_MAX:
        raise MeasureUnclear(Expected.COUNT_RANGE)
    return count


def is_unlimited(text: str) -> bool:
    """Whether somebody wrote that there is to be no limit."""
    return " ".join(_typed(text).split()) in _UNLIMITED


def _typed(text: str) -> str:
    """Without what makes no difference: case, blanks around it, and the width of digits."""
    return unicodedata.normalize("NFKC", text).casefold().strip()


def _bounded(digits: str, limit: int) -> int:
    """The number, or the limit: nobody waits for a thousand digits to be read."""
    significant = digits.lstrip("0")
    return min(int(significant or "0"), limit) if len(significant) <= len(str(limit)) else limit


def _is_other_currency(typed: str) -> bool:
    signs = {char for char in typed if unicodedata.category(char) == "Sc"}
    return bool(signs - _CENTS) or bool(_OTHER_CURRENCY.search(typed))


def _exact(number: str) -> Microusd:
    dollars, _, decimals = number.partition(".")
    if _bounded(dollars or "0", AMOUNT_MAX_USD + 1) > AMOUNT_MAX_USD:
        raise MeasureUnclear(Expected.AMOUNT_RANGE)
    if len(decimals) > AMOUNT_MAX_DECIMALS:
        raise MeasureUnclear(Expected.PRECISION)
    if Decimal(number) > AMOUNT_MAX_USD:
        raise MeasureUnclear(Expected.AMOUNT_RANGE)
    return microusd(number)
