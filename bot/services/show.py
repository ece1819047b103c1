"""Bring a job back: what its card says now, and its pictures."""

import re
from dataclasses import replace

from bot.domain.cards import Card, compose
from bot.domain.errors import CodeUnknown, JobErased
from bot.domain.jobs import JobId
from bot.domain.ports import Clock, Jobs, JobView, Pictures, Upload
from bot.services.ids import JOB_ID_PATTERN
from bot.services.person import Person


class Show:
    """A copy of a card, as often as it is asked for. It changes nothing and costs nothing."""

    def __init__(self, jobs: Jobs, pictures: Pictures, clock: Clock) -> None:
        self._jobs = jobs
        self._pictures = pictures
        self._clock = clock

    async def find(self, job_id: JobId, person: Person) -> JobView:
        """The job, for its requester anywhere, and for others where its card is, until that is deleted.

        Raises:
            CodeUnknown: there is none that this person may see.
            JobErased: there was one. Whose it was is not known any more, and nothing of it is left to hide.
        """
        code = job_id.strip("` ").lower()
        view = await self._jobs.find(code) if re.fullmatch(JOB_ID_PATTERN, code) else None
        if view is None:
            raise CodeUnknown(job_id)
        if view.job.erased_at is not None:
            raise JobErased(job_id)
        is_gone = view.job.deleted_at is not None and view.job.requester_id != person.id
        if is_gone or not person.is_there(view.job):
            raise CodeUnknown(job_id)
        return view

    async def copy(
        self, view: JobView, file_limit_bytes: int, *, private: bool
    ) -> tuple[Card, tuple[Upload, ...]]:
        """Its card as it stands, and the files that belong on it; `private`: for one person alone.

        Raises:
            PictureError: a picture cannot be read.
        """
        outlook = await self._jobs.outlook(view, self._clock.now())
        numbered = [(task.number, task.picture) for task in view.tasks if task.picture]
        uploads = await self._pictures.fit(numbered, file_limit_bytes)
        return replace(compose(view.job, view.tasks, outlook), copied=True, private=private), uploads
