"""Every setting: its type, unit, default, and one sentence.

`load()` reads the environment and `.env`, and reports every fault at once, before anything opens.
`.env.example` is written from here (`python -m bot settings`).
"""

import re
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
)
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.chat.moderation.limit_values import read_value
from bot.domain.errors import SettingsError
from bot.domain.jobs import Quality
from bot.domain.limits import OF_BOT, Limit, Value
from bot.domain.moderation import OperatorDefaults
from bot.domain.prices import TIERS, Prices, microusd
from bot.domain.privacy import Keeping
from bot.domain.units import MICROUSD_PER_USD

_TOKEN = re.compile(r"[\w-]{20,}\.[\w-]{6,}\.[\w-]{20,}")
_LOCAL_NAMES = {"localhost"}


def is_loopback(url: str) -> bool:
    """Whether an address leads to this machine only."""
    host = urlsplit(url).hostname or ""
    try:
        return host in _LOCAL_NAMES or ip_address(host).is_loopback
    except ValueError:
        return False


def _url(schemes: tuple[str, str]) -> AfterValidator:
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


def _token(value: SecretStr) -> SecretStr:
    if not _TOKEN.fullmatch(value.get_secret_value()):
        raise ValueError("does not look like a bot token: three parts joined by dots")
    return value


def _key(value: SecretStr) -> SecretStr:
    text = value.get_secret_value()
    if not text or not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError("does not look like an API key: letters and digits without blanks")
    return value


def _prices(value: Any) -> Any:
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


def _limits(value: Any) -> Any:
    """`images_per_hour=20 spend_per_day=$2 cooldown=30s`: numbers, dollars and durations by their limit."""
    if not isinstance(value, str):
        return value
    limits: dict[Limit, Value] = {}
    for part in value.split() if value != "none" else ():
        name, _, text = part.partition("=")
        try:
            limit = Limit(name)
            limits[limit] = read_value(limit, text)
        except ValueError as fault:
            raise ValueError(f"{part} is not understood") from fault
        if limit in OF_BOT:
            raise ValueError(f"{name} has a setting of its own: {name.upper()}")
    return limits


def _dollars(value: Any) -> Any:
    """US dollars as micro-dollars; `none` for no limit."""
    if not isinstance(value, str):
        return value
    try:
        return read_value(Limit.BOT_SPEND_PER_DAY, value)
    except ValueError as fault:
        raise ValueError("must be an amount of US dollars, or none") from fault


def _address(value: str) -> str:
    try:
        ip_address(value)
    except ValueError:
        if value not in _LOCAL_NAMES:
            raise ValueError("must be an address of this machine; 0.0.0.0 for all of them") from None
    return value


def _database(value: str) -> str:
    if value and not value.startswith("sqlite:///"):
        raise ValueError("must begin with sqlite:/// (PostgreSQL is not supported yet)")
    return value


DEFAULT_PRICES = "low=0.006/0.024/0.096 medium=0.053/0.120/0.240 high=0.130/0.260/0.480"


DEFAULT_LIMITS = "images_per_hour=30 images_per_day=100 waiting=5 running=3"


class Settings(BaseSettings):
    """What the operator decides. Frozen; secrets print as stars."""

    model_config = SettingsConfigDict(
        env_file=".env", env_ignore_empty=True, frozen=True, extra="ignore", hide_input_in_errors=True
    )

    discord_token: Annotated[SecretStr, AfterValidator(_token)] = Field(
        description="The bot's token, from the Bot page of your application in Discord's developer portal.",
        examples=["MTIzNDU2Nzg5MDEyMzQ1Njc4.Gexamp.an-example-of-the-form-and-no-token-at-all"],
    )
    modellix_api_key: Annotated[SecretStr, AfterValidator(_key)] = Field(
        description="The key of your Modellix team. Every image is paid from its balance.",
        examples=["mx-0123456789abcdef"],
    )
    modellix_base_url: Annotated[str, _url(("https", "http"))] = Field(
        "https://api.modellix.ai",
        description="Where the image service is.",
        examples=["https://api.modellix.ai"],
    )
    modellix_max_tasks: int = Field(
        10,
        ge=1,
        le=100,
        description="Images rendered at once. Your Modellix tier: 2 under $10, 10 from $10, 20 from $100.",
        examples=["10"],
    )
    modellix_requests_per_minute: int = Field(
        100,
        ge=10,
        le=1000,
        description="Requests a minute, submits and polls together. Your Modellix tier: 100, 200 from $100.",
        examples=["100"],
    )
    task_deadline_s: float = Field(
        900.0,
        ge=60,
        le=86_400,
        description="Seconds until an image that does not come is given up.",
        examples=["900"],
    )
    prices: Annotated[Prices, NoDecode, BeforeValidator(_prices)] = Field(
        default_factory=lambda: _prices(DEFAULT_PRICES),
        description="Estimated US dollars for one image, by quality, for 1K/2K/4K. The bill settles.",
        examples=[DEFAULT_PRICES],
    )
    limits: Annotated[Mapping[Limit, Value], NoDecode, BeforeValidator(_limits)] = Field(
        default_factory=lambda: _limits(DEFAULT_LIMITS),
        description="Limits where moderators set none: counts, dollars, durations (30s, 2h, 7d); or none.",
        examples=[DEFAULT_LIMITS],
    )
    bot_spend_per_day: Annotated[Value, BeforeValidator(_dollars)] = Field(
        10 * MICROUSD_PER_USD,
        description="US dollars that all servers together may spend in 24 hours; none for no limit.",
        examples=["10"],
    )
    bot_spend_per_month: Annotated[Value, BeforeValidator(_dollars)] = Field(
        100 * MICROUSD_PER_USD,
        description="US dollars that all servers together may spend in 30 days; none for no limit.",
        examples=["100"],
    )
    new_servers: Literal["on", "off"] = Field(
        "on",
        description="Whether the bot takes requests on a new server before a moderator has turned it on.",
        examples=["on"],
    )
    data_dir: Path = Field(
        Path("data"),
        description="Folder for the database and the pictures. It is all a restart needs.",
        examples=["./data"],
    )
    database_url: Annotated[str, AfterValidator(_database)] = Field(
        "",
        description="The database; empty for SQLite in the data folder.",
        examples=["sqlite:////srv/imagine/bot.sqlite3"],
    )
    backups_kept: int = Field(
        7,
        ge=1,
        le=1000,
        description="Backups of the database kept in the data folder: one a day, one before each upgrade.",
        examples=["7"],
    )
    retention_days: int = Field(
        365,
        ge=0,
        le=36_500,
        description="Days until a request and its pictures are erased, unless somebody keeps it; 0: never.",
        examples=["365"],
    )
    discord_api_url: Annotated[str, _url(("https", "http"))] = Field(
        "https://discord.com/api/v10",
        description="Discord's HTTP API; change it only for a REST proxy.",
        examples=["https://discord.com/api/v10"],
    )
    discord_gateway_url: Annotated[str, _url(("wss", "ws"))] = Field(
        "wss://gateway.discord.gg",
        description="Discord's gateway; change it only for a gateway proxy.",
        examples=["wss://gateway.discord.gg"],
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="How much is logged: debug, info, warning or error.", examples=["info"]
    )
    log_form: Literal["auto", "json", "text"] = Field(
        "auto", description="json, text, or auto: text on a terminal, json elsewhere.", examples=["auto"]
    )
    ops_host: Annotated[str, AfterValidator(_address)] = Field(
        "127.0.0.1",
        description="Where health and metrics are served, without a password: this machine only.",
        examples=["127.0.0.1"],
    )
    ops_port: int = Field(
        9464,
        ge=0,
        le=65_535,
        description="Port of /healthz, /readyz and /metrics; 0: they are not served.",
        examples=["9464"],
    )

    @property
    def operator(self) -> OperatorDefaults:
        """What holds where no moderator has said anything."""
        spend = {
            Limit.BOT_SPEND_PER_DAY: self.bot_spend_per_day,
            Limit.BOT_SPEND_PER_MONTH: self.bot_spend_per_month,
        }
        return OperatorDefaults(
            {**self.limits, **spend},
            cheapest_microusd=min(self.prices.table.values()),
            servers_start_on=self.new_servers == "on",
        )

    @property
    def keeping(self) -> Keeping:
        """How long what is kept of people is kept."""
        return Keeping(self.retention_days, self.backups_kept)

    @property
    def database_path(self) -> Path:
        """Where the SQLite file is."""
        if self.database_url:
            return Path(self.database_url.removeprefix("sqlite:///"))
        return self.data_dir / "bot.sqlite3"


def load(**overrides: Any) -> Settings:
    """The settings of this process.

    Raises:
        SettingsError: with every fault, each naming the setting and an example of a right value.
    """
    try:
        return Settings(**overrides)
    except ValidationError as faults:
        raise SettingsError([_in_words(fault) for fault in faults.errors()]) from None


def _in_words(fault: ErrorDetails) -> str:
    name = str(fault["loc"][0]) if fault["loc"] else "settings"
    field = Settings.model_fields.get(name)
    example = f" Example: {name.upper()}={field.examples[0]}" if field and field.examples else ""
    return f"{name.upper()}: {_said(fault)}.{example}"


def _said(fault: ErrorDetails) -> str:
    bounds = fault.get("ctx", {})
    match fault["type"]:
        case "missing":
            return "is missing"
        case "int_parsing" | "int_from_float":
            return "must be a whole number"
        case "float_parsing":
            return "must be a number"
        case "greater_than_equal":
            return f"must be at least {bounds['ge']}"
        case "less_than_equal":
            return f"must be at most {bounds['le']}"
        case "literal_error":
            return f"must be {bounds['expected']}"
        case _:
            return fault["msg"].removeprefix("Value error, ")


def example_file() -> str:
    """`.env.example`: every setting with its sentence; those without a default are left to fill in."""
    lines = [
        "# Settings of the bot. Copy this file to .env and fill in the first two.",
        "# Everything else has the default shown; take away the # to change it.",
    ]
    for name, field in Settings.model_fields.items():
        example = (field.examples or [""])[0]
        has_value = not field.is_required() and field.default != ""
        hint = f" For example: {example}" if not field.is_required() and not has_value else ""
        lines += ["", f"# {field.description}{hint}"]
        lines.append(f"{'' if field.is_required() else '#'}{name.upper()}={example if has_value else ''}")
    return "\n".join(lines) + "\n"
