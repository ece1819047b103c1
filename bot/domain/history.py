"""What a member asked for, as they look back on it."""

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.jobs import JobId, Size


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which requests: each condition that is given has to hold."""

    text: str | None = None
    """Contained in the prompt, in capitals or not."""
    kept: bool = False
    size: Size | None = None


EVERYTHING = Wanted()


class Turn(StrEnum):
    """Where a page goes on."""

    NEWER = "newer"
    OLDER = "older"


@dataclass(frozen=True, slots=True)
class Edge:
    """The end of a page, from which another begins."""

    turn: Turn
    job_id: JobId
    """The last request that is not on the other page."""
