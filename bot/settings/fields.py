"""Every setting: its type, unit, default, and one sentence.

`.env.example` and `docs/operations/settings.md` are written from here (`bot/settings/pages.py`).
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from bot.domain.limits import Limit, Value
from bot.domain.moderation import OperatorDefaults
from bot.domain.prices import Prices
from bot.domain.privacy import Keeping
from bot.domain.units import MICROUSD_PER_USD
from bot.settings import values
from bot.settings.files import WithFiles

ENV_FILE = ".env"


class Settings(BaseSettings):
    """What the operator decides. Frozen; secrets print as stars."""

    model_config = SettingsConfigDict(
        env_file=ENV_FILE, env_ignore_empty=True, frozen=True, extra="ignore", hide_input_in_errors=True
    )

    discord_token: Annotated[SecretStr, BeforeValidator(values.secret), AfterValidator(values.token)] = Field(
        title="secret",
        description="The bot's token, from the Bot page of your application in Discord's developer portal.",
        examples=["MTIzNDU2Nzg5MDEyMzQ1Njc4.Gexamp.an-example-of-the-form-and-no-token-at-all"],
    )
    modellix_api_key: Annotated[SecretStr, BeforeValidator(values.secret), AfterValidator(values.key)] = (
        Field(
            title="secret",
            description="The key of your Modellix team. Every image is paid from its balance.",
            examples=["mx-0123456789abcdef"],
        )
    )
    modellix_base_url: Annotated[str, values.url(("https", "http"))] = Field(
        "https://api.modellix.ai",
        title="address",
        description="Where the image service is.",
        examples=["https://api.modellix.ai"],
    )
    modellix_max_tasks: int = Field(
        10,
        ge=1,
        le=1_000,
        description="Images rendered at once. Your Modellix tier: 2 under $10, 10 from $10, 20 from $100.",
        examples=["10"],
    )
    modellix_requests_per_minute: int = Field(
        100,
        ge=10,
        le=100_000,
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
    prices: Annotated[Prices, NoDecode, BeforeValidator(values.prices)] = Field(
        default_factory=lambda: values.prices(values.DEFAULT_PRICES),
        title="dollars by quality",
        description="Estimated US dollars for one image, by quality, for 1K/2K/4K. The bill settles.",
        examples=[values.DEFAULT_PRICES],
    )
    limits: Annotated[Mapping[Limit, Value], NoDecode, BeforeValidator(values.limits)] = Field(
        default_factory=lambda: values.limits(values.DEFAULT_LIMITS),
        title="limits",
        description="Limits where moderators set none: counts, dollars, durations (30s, 2h, 7d); or none.",
        examples=[values.DEFAULT_LIMITS],
    )
    bot_spend_per_day: Annotated[Value, BeforeValidator(values.dollars)] = Field(
        10 * MICROUSD_PER_USD,
        title="US dollars, or none",
        description="US dollars that all servers together may spend in 24 hours; none for no limit.",
        examples=["10"],
    )
    bot_spend_per_month: Annotated[Value, BeforeValidator(values.dollars)] = Field(
        100 * MICROUSD_PER_USD,
        title="US dollars, or none",
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
        title="folder",
        description="Folder for the database and the pictures. It is all a restart needs.",
        examples=["./data"],
    )
    database_url: Annotated[str, AfterValidator(values.database)] = Field(
        "",
        title="address",
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
    discord_api_url: Annotated[str, values.url(("https", "http"))] = Field(
        "https://discord.com/api/v10",
        title="address",
        description="Discord's HTTP API; change it only for a REST proxy.",
        examples=["https://discord.com/api/v10"],
    )
    discord_gateway_url: Annotated[str, values.url(("wss", "ws"))] = Field(
        "wss://gateway.discord.gg",
        title="address",
        description="Discord's gateway; change it only for a gateway proxy.",
        examples=["wss://gateway.discord.gg"],
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="How much is logged: debug, info, warning or error.", examples=["info"]
    )
    log_form: Literal["auto", "json", "text"] = Field(
        "auto", description="json, text, or auto: text on a terminal, json elsewhere.", examples=["auto"]
    )
    ops_host: Annotated[str, AfterValidator(values.address)] = Field(
        "127.0.0.1",
        title="IP address of this machine",
        description="Address of health and metrics, without a password; by default for this machine only.",
        examples=["127.0.0.1"],
    )
    ops_port: int = Field(
        9464,
        ge=0,
        le=65_535,
        description="Port of /healthz, /readyz and /metrics; 0: they are not served.",
        examples=["9464"],
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment, then `.env`; in each a secret, or the file that it is in."""
        return init_settings, WithFiles(env_settings), WithFiles(dotenv_settings)

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
