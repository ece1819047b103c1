"""How the stand-in behaves when nothing goes wrong: key, money, time, limits, pictures."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Any, Literal, get_args, get_type_hints

SIZES = {
    "1024x1024": (1024, 1024),
    "1536x1024": (1536, 1024),
    "1024x1536": (1024, 1536),
    "2048x2048": (2048, 2048),
    "2048x1152": (2048, 1152),
    "3840x2160": (3840, 2160),
    "2160x3840": (2160, 3840),
}
QUALITIES = ("low", "medium", "high")
PROMPT_CHARACTERS = 32_000

# Modellix's prices of May 2026 in micro-dollars, for 1K, 2K and 4K pictures.
_PRICES_MICROUSD = {
    "low": (6_000, 24_000, 96_000),
    "medium": (53_000, 120_000, 240_000),
    "high": (130_000, 260_000, 480_000),
}
# What people report, in seconds: 15 for low, a minute for medium, up to 4 for high or 4K.
_DURATIONS_S = {"low": (12, 15, 20), "medium": (45, 60, 80), "high": (120, 150, 190)}

Pictures = Literal["painted", "plain", "noise"]


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that may be set, also while the server runs."""

    key: str = "sandbox-key"
    """The one API key that is accepted."""
    balance_microusd: int = 1_000_000_000
    """What is left to spend. Set while running, it replaces what was left."""
    duration_s: float | None = None
    """How long every new task takes; `None`: as the real one, by quality and size."""
    speed: float = 1.0
    """New tasks are this many times faster than `duration_s` or the real one."""
    requests_per_minute: int = 1_000_000
    tasks_at_once: int = 100_000
    polls_count: bool = True
    """Whether a poll counts as one of the requests per minute."""
    limit_headers: bool = True
    """X-RateLimit-* on every answer of the API; else only on a 429."""
    retry_after: bool = True
    """Retry-After on a 429 that the limits caused."""
    async_path: bool = True
    """Whether the submit path that ends in /async exists."""
    plain_path: bool = True
    """Whether the submit path without /async exists."""
    pictures: Pictures = "painted"
    """`painted`; `plain`: one colour, next to free; `noise`: 3 bytes for each pixel."""
    kept_s: float = 7 * 86_400.0
    """How long a finished task and its picture can be fetched."""

    def __post_init__(self) -> None:
        if self.speed <= 0:
            raise ValueError("setting 'speed' must be more than 0")

    @classmethod
    def realistic(cls) -> "Settings":
        """The limits of a team that topped up $10 once."""
        return cls(requests_per_minute=100, tasks_at_once=10)

    def changed(self, changes: Mapping[str, Any]) -> "Settings":
        """These settings with some replaced; ValueError names what does not fit."""
        types = get_type_hints(type(self))
        for name, value in changes.items():
            if name not in types:
                raise ValueError(f"unknown setting {name!r}")
            if not _fits(value, types[name]):
                raise ValueError(f"setting {name!r} cannot be {value!r}")
        return replace(self, **changes)


def price_microusd(size: str, quality: str) -> int:
    """What one picture costs."""
    return _PRICES_MICROUSD[quality][_tier(size)]


def duration_s(size: str, quality: str, number: int) -> float:
    """How long the task of that number takes: up to 30 % off the usual, always the same."""
    return _DURATIONS_S[quality][_tier(size)] * Random(number).uniform(0.7, 1.3)


def _tier(size: str) -> int:
    """0 for 1K, 1 for 2K, 2 for 4K."""
    longest = max(SIZES[size])
    return 0 if longest < 2048 else 1 if longest < 3840 else 2


def _fits(value: object, kind: Any) -> bool:
    if kind == Pictures:
        return value in get_args(Pictures)
    if kind is bool or kind is str:
        return isinstance(value, kind)
    if value is None or isinstance(value, bool):
        return value is None and kind == float | None
    return isinstance(value, int if kind is int else int | float) and value >= 0
