"""What members choose for themselves."""

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.jobs import Quality, Size
from bot.domain.language import Language

LONG_S = 60.0
"""A request that took longer is a long one."""


class Notify(StrEnum):
    """When somebody is told by a reply that their request is done; a reply makes their phone ring."""

    ALWAYS = "always"
    LONG = "long"
    """When it took longer than a minute; what holds where nobody said anything."""
    NEVER = "never"

    def rings(self, took_s: float) -> bool:
        """Whether somebody wants to be told of a request that took so long."""
        return self is Notify.ALWAYS or (self is Notify.LONG and took_s > LONG_S)


@dataclass(frozen=True, slots=True)
class Preferences:
    """One member's choices; None where they left it to the server, or to the bot."""

    size: Size | None = None
    quality: Quality | None = None
    count: int | None = None
    notify: Notify | None = None
    private: bool | None = None
    """Whether only they see their cards, unless they say otherwise."""
    language: Language | None = None
    """None: the language of their Discord."""
