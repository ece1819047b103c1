"""What is behind a message: the job that it shows, for somebody who can see it."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass

from bot.domain.cards import Card, compose
from bot.domain.errors import PictureError, StoreBusy
from bot.domain.jobs import JobId
from bot.domain.ports import Clock, Jobs, JobView, Pictures
from bot.services.person import Person

_READ_WITHIN_S = 0.9
"""The answer is due in three seconds, and a form must be the first of it."""


@dataclass(frozen=True, slots=True)
class Named:
    """By what a message of the bot's own names its job, the surest first."""

    message_id: int
    """Its own: it may be a card."""
    job_id: JobId | None = None
    """The code that stands on it: it may be a copy of a card."""
    answered_id: int | None = None
    """The message that it answers: that may be a card."""


@dataclass(frozen=True, slots=True)
class Detail:
    """All that is known of one job."""

    view: JobView
    card: Card
    reencoded: bool
    """Whether some picture had to be compressed for the place where it was asked for."""


class Details:
    """From a message to its job. It changes nothing and costs nothing."""

    def __init__(self, jobs: Jobs, pictures: Pictures, clock: Clock) -> None:
        self._jobs = jobs
        self._pictures = pictures
        self._clock = clock

    async def find(self, named: Named, person: Person) -> JobView | None:
        """The job; None where there is none that this person may see.

        Raises:
            StoreBusy: the database did not answer in time.
        """
        try:
            async with asyncio.timeout(_READ_WITHIN_S):
                view = await self._named(named)
        except TimeoutError:
            raise StoreBusy("the database did not answer in time") from None
        return view if view is not None and person.is_there(view.job) else None

    async def of(self, named: Named, person: Person) -> Detail | None:
        """The job and how it stands; None where there is none that this person may see.

        Raises:
            StoreBusy: the database did not answer in time.
        """
        view = await self.find(named, person)
        if view is None:
            return None
        outlook = await self._jobs.outlook(view, self._clock.now())
        return Detail(view, compose(view.job, view.tasks, outlook), await self._reencoded(view))

    async def _named(self, named: Named) -> JobView | None:
        shown_by = self._shown_by
        job_id = (
            await shown_by(named.message_id)
            or named.job_id
            or (await shown_by(named.answered_id) if named.answered_id else None)
        )
        return await self._jobs.find(job_id) if job_id else None

    async def _shown_by(self, message_id: int) -> JobId | None:
        return next((job.id for _, job in await self._jobs.with_cards([message_id])), None)

    async def _reencoded(self, view: JobView) -> bool:
        """As its card was made; the files are there already. One that is gone is not worth a fault here."""
        pictures = [(task.number, task.picture) for task in view.tasks if task.picture]
        with suppress(PictureError):
            uploads = await self._pictures.fit(pictures, view.job.place.upload_limit_bytes)
            return any(upload.reencoded for upload in uploads)
        return False
