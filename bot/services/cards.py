"""What people may do with a card: look at its text, cancel, decide, remember a deletion.

Who may is decided here, from the record, whatever Discord's surface showed.
"""

from collections.abc import Callable
from dataclasses import dataclass

import structlog

from bot.domain.cards import Card, compose
from bot.domain.errors import JobNotFound, NotYours, TooLateForThat
from bot.domain.jobs import Job, JobId
from bot.domain.ports import Clock, Jobs, JobView, Tasks

log: structlog.stdlib.BoundLogger = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Person:
    """Who pressed."""

    id: int
    channel_id: int
    moderator: bool
    """Whether they may manage messages in that channel."""

    def is_there(self, job: Job) -> bool:
        """Whether they are where the job's card is, or it is their own."""
        return job.requester_id == self.id or job.place.channel_id == self.channel_id


class Cards:
    """The use cases behind a card's buttons."""

    def __init__(self, jobs: Jobs, tasks: Tasks, clock: Clock, *, changed: Callable[[], None]) -> None:
        """`changed` is called when a job's rows have moved."""
        self._jobs = jobs
        self._tasks = tasks
        self._clock = clock
        self._changed = changed

    async def find(self, job_id: JobId, person: Person) -> JobView:
        """A job and its tasks, for somebody who can see its card.

        Raises:
            JobNotFound: no such job, or its card is elsewhere: a job's id is no secret, its prompt may be.
        """
        view = await self._jobs.find(job_id)
        if view is None or not person.is_there(view.job):
            raise JobNotFound(job_id)
        return view

    async def cancel(self, job_id: JobId, person: Person) -> Card:
        """Take back every image that was not sent yet; the card as it is then.

        Raises:
            JobNotFound, NotYours: see there.
            TooLateForThat: nothing was left to take back.
        """
        await self._owned(job_id, person, moderators=True)
        view = await self._jobs.cancel(job_id, self._clock.now())
        log.info("job.cancelled", job=job_id, by=person.id)
        self._changed()
        return await self._card(view)

    async def retry_unknown(self, job_id: JobId, person: Person) -> None:
        """Send once more what may have been taken already: the person accepts the price of that.

        Raises:
            JobNotFound, NotYours: see there. Moderators may not spend another's money.
            TooLateForThat: nothing is unknown any more.
        """
        await self._owned(job_id, person, moderators=False)
        await self._decided(await self._tasks.retry_unknown(job_id, self._clock.now()), job_id, person)

    async def leave_unknown(self, job_id: JobId, person: Person) -> None:
        """Let what is unknown be.

        Raises:
            JobNotFound, NotYours, TooLateForThat: see `retry_unknown`.
        """
        await self._owned(job_id, person, moderators=True)
        await self._decided(await self._tasks.leave_unknown(job_id, self._clock.now()), job_id, person)

    async def may_delete(self, job_id: JobId, person: Person) -> None:
        """Return when this person may delete the card.

        Raises:
            JobNotFound, NotYours: see there.
        """
        await self._owned(job_id, person, moderators=True)

    async def deleted(self, job_id: JobId, person: Person) -> None:
        """Remember that the card was deleted."""
        await self._jobs.mark_deleted(job_id, self._clock.now())
        log.info("job.deleted", job=job_id, by=person.id)

    async def _owned(self, job_id: JobId, person: Person, *, moderators: bool) -> JobView:
        view = await self.find(job_id, person)
        if view.job.requester_id != person.id and not (moderators and person.moderator):
            raise NotYours(job_id)
        return view

    async def _decided(self, changed: int, job_id: JobId, person: Person) -> None:
        if not changed:
            raise TooLateForThat(job_id)
        log.info("job.unknown_decided", job=job_id, by=person.id, tasks=changed)
        self._changed()

    async def _card(self, view: JobView) -> Card:
        return compose(view.job, view.tasks, await self._jobs.outlook(view, self._clock.now()))
