"""Replies that tell people that what they waited for is over."""

from dataclasses import dataclass

from bot.domain.jobs import Job
from bot.domain.units import Instant


@dataclass(frozen=True, slots=True)
class Mention:
    """A reply to a job's card that is still to be sent."""

    job: Job
    pictures: int
    """How many there are."""
    tried_at: Instant
    """When it was first tried to send it; this may be the first time."""
    attempts: int
    """How often Discord could not be reached for it."""
