"""Who pressed, and what they can see."""

from dataclasses import dataclass

from bot.domain.jobs import Job


@dataclass(frozen=True, slots=True)
class Person:
    """Who pressed."""

    id: int
    channel_id: int
    moderator: bool
    """Whether they may manage messages in that channel."""

    def is_there(self, job: Job) -> bool:
        """Whether they can see the job's card; nobody sees one whose record was erased."""
        return job.erased_at is None and self.is_beside(job)

    def is_beside(self, job: Job) -> bool:
        """Whether the job's message is theirs, or public where they are, whatever became of its record."""
        is_own = job.requester_id == self.id
        return is_own or (not job.place.private and job.place.channel_id == self.channel_id)
