"""Values of settings from what an operator writes; ValueError ends a sentence that begins with the name."""

import re
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, SecretStr
from pydantic_core import PydanticCustomError

from bot.chat.moderation.limit_values import read_value
from bot.domain.jobs import Quality, Size
from bot.domain.limits import OF_BOT, Limit, Measure, Value, measure
from bot.domain.prices import TIERS, Prices, microusd
from bot.settings.files import Unusable, bare

_TOKEN = re.compile(r"[\w-]{20,}\.[\w-]{6,}\.[\w-]{20,}", re.ASCII)
DEFAULT_PRICES = "low=0.006/0.024/0.096 medium=0.053/0.120/0.240 high=0.130/0.260/0.480"
DEFAULT_LIMITS = "images_per_hour=30 images_per_day=100 waiting=5 running=3"

_LIMITS = [limit.value for limit in Limit if limit not in OF_BOT]
_TAKES: Mapping[Measure, str] = {
    Measure.COUNT: "a whole number",
    Measure.MONEY: "an amount of US dollars such as 2.50",
    Measure.DURATION: "a time such as 30s, 2h or 7d",
    Measure.SIZE: f"one of {', '.join(Size)}",
    Measure.QUALITY: f"one of {', '.join(Quality)}",
}

IN_ITS_FILE = "in_its_file"
"""The type of a fault that lies in the file of a secret, not in the setting beside it."""

_LOCAL_NAMES = {"localhost"}


def is_loopback(url: str) -> bool:
    """Whether an address leads to this machine only."""
    host = urlsplit(url).hostname or ""
    try:
        return host in _LOCAL_NAMES or ip_address(host).is_loopback
    except ValueError:
        return False


def url(schemes: tuple[str, str]) -> AfterValidator:
    """An address of the secure one of two schemes; of the plain one on this machine only."""
    secure, plain = schemes

    def check(value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in schemes or not parts.hostname or parts.query or parts.fragment:
            raise ValueError(f"must be an address that begins with {secure}://")
        if parts.username or parts.password:
            raise ValueError("must not carry a user name or password")
        if parts.scheme == plain and not is_loopback(value):
            raise ValueError(f"must begin with {secure}:// unless it leads to this machine")
        return value.rstrip("/")

    return AfterValidator(check)


def secret(value: Any) -> Any:
    """A secret as it is pasted; one that its file did not hand out says why."""
    if isinstance(value, Unusable):
        raise PydanticCustomError(IN_ITS_FILE, "{why}", {"why": value.why})
    return bare(value) if isinstance(value, str) else value


def token(value: SecretStr) -> SecretStr:
    """A bot's token has a form; whether Discord knows it is another question."""
    if not _TOKEN.fullmatch(value.get_secret_value()):
        raise ValueError("does not look like a bot token: three parts joined by dots")
    return value


def key(value: SecretStr) -> SecretStr:
    """An API key can stand in an HTTP header."""
    text = value.get_secret_value()
    if not text or not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError("does not look like an API key: letters and digits without blanks")
    return value


def prices(value: Any) -> Any:
    """`low=0.006/0.024/0.096 medium=...`: US dollars for 1K / 2K / 4K."""
    if not isinstance(value, str):
        return value
    table = {}
    try:
        for part in value.split():
            quality, _, amounts = part.partition("=")
            for tier, amount in zip(TIERS, amounts.split("/"), strict=True):
                table[Quality(quality), tier] = microusd(amount)
    except ValueError:
        table.clear()
    if len(table) != len(TIERS) * len(Quality):
        raise ValueError("must give low, medium and high, each with dollars for 1K/2K/4K")
    return Prices(table)


def limits(value: Any) -> Any:
    """`images_per_hour=20 spend_per_day=$2 cooldown=30s`: numbers, dollars and durations by their limit."""
    if not isinstance(value, str):
        return value
    table: dict[Limit, Value] = {}
    for part in value.split() if value != "none" else ():
        name, _, text = part.partition("=")
        if name in OF_BOT:
            raise ValueError(f"{name} has a setting of its own: {name.upper()}")
        if name not in _LIMITS:
            raise ValueError(f"there is no limit {name}; they are: {', '.join(_LIMITS)}")
        limit = Limit(name)
        try:
            table[limit] = read_value(limit, text)
        except ValueError as fault:
            raise ValueError(f"{part}: must be {_TAKES[measure(limit)]}, or none") from fault
    return table


def dollars(value: Any) -> Any:
    """US dollars as micro-dollars; `none` for no limit."""
    if not isinstance(value, str):
        return value
    try:
        return read_value(Limit.BOT_SPEND_PER_DAY, value)
    except ValueError as fault:
        raise ValueError("must be an amount of US dollars, or none") from fault


def address(value: str) -> str:
    """An IP address to listen on, or a name for this machine."""
    try:
        ip_address(value)
    except ValueError:
        if value not in _LOCAL_NAMES:
            raise ValueError("must be an address of this machine; 0.0.0.0 for all of them") from None
    return value


def database(value: str) -> str:
    """Empty, or the address of an SQLite file."""
    if value and not value.startswith("sqlite:///"):
        raise ValueError("must begin with sqlite:/// (PostgreSQL is not supported yet)")
    return value
