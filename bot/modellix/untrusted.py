"""JSON that may be anything: looking things up in it without ever raising."""

import json
import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, TypeAlias

from bot.domain.prices import microusd
from bot.domain.units import Microusd

JsonObject: TypeAlias = dict[str, Any]

DETAIL_MAX_CHARS = 200
_SCANNED_MAX_CHARS = 4_000
"""More of one text is never looked at: the work per answer stays small."""
_LINK = re.compile(r"\b[a-z][a-z0-9+.-]{1,9}://\S*", re.IGNORECASE)


def parsed(body: bytes) -> JsonObject | None:
    """The JSON object in a body; None when there is none. Fractions are exact (`Decimal`)."""
    try:
        value = json.loads(body, parse_float=Decimal, parse_constant=lambda _: None)
    except (ValueError, ArithmeticError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def members(value: object, *path: str) -> JsonObject:
    """The object at a path of names; an empty one where there is none."""
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def text_at(found: JsonObject, name: str) -> str | None:
    """A member that is a text with something in it."""
    value = found.get(name)
    return value if isinstance(value, str) and value.strip() else None


def texts(value: object) -> Iterator[str]:
    """What an error says: itself if it is a text, else its message, code and kind, in this order."""
    if isinstance(value, str):
        value = {"message": value}
    if isinstance(value, dict):
        for name in ("message", "code", "type", "detail"):
            if found := text_at(value, name):
                yield found[:_SCANNED_MAX_CHARS]


def whole(value: object, largest: int) -> int | None:
    """A number from 0 to `largest`, a fraction cut off; None for anything else."""
    if isinstance(value, Decimal) and value.is_finite() and 0 <= value <= largest:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= largest:
        return None
    return value


def amount(value: object) -> Microusd | None:
    """An amount of US dollars, as text or number; None when it is no sensible amount."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        return None
    try:
        return microusd(Decimal(value))
    except (ValueError, ArithmeticError):
        return None


def one_line(text: str) -> str:
    """A foreign text fit to be stored and shown to a moderator.

    One line of at most `DETAIL_MAX_CHARS`, without control, format, surrogate or bidi characters, and
    without links, because a result link is a secret.
    """
    visible = "".join(
        " " if unicodedata.category(char).startswith(("C", "Z")) else char
        for char in text[:_SCANNED_MAX_CHARS]
    )
    return " ".join(_LINK.sub("[link]", visible).split())[:DETAIL_MAX_CHARS]
