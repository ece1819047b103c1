"""The files of a job's pictures, for somebody who wants to have them."""

from dataclasses import dataclass

from bot.domain.cards import Card, Outlook, compose
from bot.domain.errors import NoPicture
from bot.domain.jobs import JobId, Picture
from bot.domain.ports import JobView, Pictures, Upload
from bot.services.cards import Cards
from bot.services.person import Person

FILE_MAX_BYTES = 24 << 20
"""No file can be larger, boosts or not: a message takes 25 MiB in all (facts: Discord, 2)."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """Files to hand over, and the card that they belong to."""

    card: Card
    uploads: tuple[Upload, ...]
    left_out: tuple[Picture, ...] = ()
    """What is too large to be handed over as it is."""


class Handover:
    """The use cases behind Send to me and Original. Whoever can see the card may have its files."""

    def __init__(self, cards: Cards, pictures: Pictures) -> None:
        self._cards = cards
        self._pictures = pictures

    async def in_one_message(self, job_id: JobId, person: Person, file_limit_bytes: int) -> Parcel:
        """All pictures; what is too large is made smaller.

        Raises:
            JobNotFound, NoPicture: see there.
            PictureError: a picture cannot be read.
        """
        view, pictures = await self._find(job_id, person)
        uploads = await self._pictures.fit(pictures, file_limit_bytes)
        return Parcel(_card(view), uploads)

    async def as_made(self, job_id: JobId, person: Person, file_limit_bytes: int) -> Parcel:
        """The originals, for a message each; what is too large for that is left out.

        Raises:
            JobNotFound, NoPicture, PictureError: as above.
        """
        view, pictures = await self._find(job_id, person)
        limit_bytes = min(file_limit_bytes, FILE_MAX_BYTES)
        small = [each for each in pictures if each[1].size_bytes <= limit_bytes]
        uploads = [upload for each in small for upload in await self._pictures.fit([each], limit_bytes)]
        left_out = tuple(picture for _, picture in pictures if picture.size_bytes > limit_bytes)
        return Parcel(_card(view), tuple(uploads), left_out)

    async def _find(self, job_id: JobId, person: Person) -> tuple[JobView, list[tuple[int, Picture]]]:
        view = await self._cards.find(job_id, person)
        pictures = [(task.number, task.picture) for task in view.tasks if task.picture]
        if not pictures:
            raise NoPicture(job_id)
        return view, pictures


def _card(view: JobView) -> Card:
    return compose(view.job, view.tasks, Outlook())
