"""Bring a job back: what its card says now, and its pictures."""

from bot.domain.cards import Card, compose
from bot.domain.errors import JobNotFound
from bot.domain.jobs import JobId
from bot.domain.ports import Clock, Jobs, JobView, Pictures, Upload
from bot.services.cards import Person


class Show:
    """A copy of a card, as often as it is asked for. It changes nothing and costs nothing."""

    def __init__(self, jobs: Jobs, pictures: Pictures, clock: Clock) -> None:
        self._jobs = jobs
        self._pictures = pictures
        self._clock = clock

    async def find(self, job_id: JobId, person: Person) -> JobView:
        """The job, for its requester anywhere, and for others where its card is.

        Raises:
            JobNotFound: there is none that this person may see.
        """
        view = await self._jobs.find(job_id.strip().lower())
        if view is None or not person.is_there(view.job):
            raise JobNotFound(job_id)
        return view

    async def copy(self, view: JobView, file_limit_bytes: int) -> tuple[Card, tuple[Upload, ...]]:
        """Its card as it stands, and the files that belong on it.

        Raises:
            PictureError: a picture cannot be read.
        """
        outlook = await self._jobs.outlook(view, self._clock.now())
        numbered = [(task.number, task.picture) for task in view.tasks if task.picture]
        uploads = await self._pictures.fit(numbered, file_limit_bytes)
        return compose(view.job, view.tasks, outlook), uploads
