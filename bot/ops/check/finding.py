"""One thing that was looked at, and what came of it."""

from dataclasses import dataclass
from enum import StrEnum

ANSWER_WITHIN_S = 8.0
"""How long each of those that are asked may take."""


class State(StrEnum):
    """What was found, in one word."""

    OK = "ok"
    WRONG = "WRONG"
    """The bot does not work, or not everywhere. Only this one counts for the exit code."""
    NOTE = "note"
    """It works; whoever runs it should know this all the same."""
    SKIPPED = "skipped"
    """Not looked at, because of what is wrong elsewhere."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A row of the table. `mend` says what to do about it; neither text ever holds a secret."""

    name: str
    state: State
    says: str
    mend: str = ""


def ok(name: str, says: str) -> Finding:
    """As it should be."""
    return Finding(name, State.OK, says)


def wrong(name: str, says: str, mend: str) -> Finding:
    """To be mended."""
    return Finding(name, State.WRONG, says, mend)


def note(name: str, says: str, mend: str) -> Finding:
    """To be known."""
    return Finding(name, State.NOTE, says, mend)


def skipped(name: str, why: str) -> Finding:
    """Not to be known before something else is mended."""
    return Finding(name, State.SKIPPED, why)
