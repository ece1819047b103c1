"""What people may do with a card: look at its text, cancel, decide, remember a deletion.

Who may is decided here, from the record, whatever Discord's surface showed.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

import structlog

from bot.domain.admission import PLAIN, Circumstances
from bot.domain.cards import Card, compose
from bot.domain.errors import JobNotFound, NoPicture, NotYours, TooLateForThat
from bot.domain.jobs import Job, JobId
from bot.domain.log_values import about
from bot.domain.moderation import Action, Entry
from bot.domain.ports import Clock, Jobs, JobView, Tasks
from bot.services.person import Person

log: structlog.stdlib.BoundLogger = structlog.get_logger()


class Cards:
    """The use cases behind a card's buttons."""

    def __init__(self, jobs: Jobs, tasks: Tasks, clock: Clock, *, changed: Callable[[], None]) -> None:
        """`changed` is called when a job's rows have moved."""
        self._jobs = jobs
        self._tasks = tasks
        self._clock = clock
        self._changed = changed
        self._removers: dict[int, int] = {}
        """Who is deleting which message at this moment."""
        self._news: list[int] = []
        self._news_turn = asyncio.Lock()

    async def find(self, job_id: JobId, person: Person, *, erased_too: bool = False) -> JobView:
        """A job and its tasks, for somebody who can see its card.

        `erased_too` is for what concerns the message alone: it may have outlived its record.

        Raises:
            JobNotFound: no such job, or its card is elsewhere: a job's id is no secret, its prompt may be.
        """
        view = await self._jobs.find(job_id)
        if view is None or not (person.is_beside if erased_too else person.is_there)(view.job):
            raise JobNotFound(job_id)
        return view

    async def cancel(self, job_id: JobId, person: Person) -> Card:
        """Take back every image that was not sent yet; the card as it is then.

        Raises:
            JobNotFound, NotYours: see there.
            TooLateForThat: nothing was left to take back.
        """
        owned = await self._owned(job_id, person, moderators=True)
        entry = _entry(Action.CANCELLED, owned.job, person)
        view = await self._jobs.cancel(job_id, self._clock.now(), entry)
        log.info("job.taken_back", **about(owned.job), by=person.id)
        self._changed()
        return await self._card(view)

    async def keep(self, job_id: JobId, person: Person) -> bool:
        """Keep its pictures for good, or let them go again; whether they are kept now.

        Letting go within seconds of keeping is taken for a double tap, and ignored.

        Raises:
            JobNotFound, NotYours: see there. What somebody keeps is nobody else's to decide.
            NoPicture: there is none to keep.
        """
        view = await self._owned(job_id, person, moderators=False)
        if not any(task.picture for task in view.tasks):
            raise NoPicture(job_id)
        return await self._jobs.keep(job_id, self._clock.now())

    async def retry_unknown(self, job_id: JobId, person: Person, around: Circumstances = PLAIN) -> None:
        """Send once more what may have been taken already: the person accepts the price of that.

        Raises:
            JobNotFound, NotYours, SpenderBlocked: see there. Moderators may not spend another's money.
            TooLateForThat: nothing is unknown any more.
        """
        owned = await self._owned(job_id, person, moderators=False)
        tried = await self._tasks.retry_unknown(job_id, self._clock.now(), around)
        await self._decided(tried, owned.job, person)

    async def leave_unknown(self, job_id: JobId, person: Person) -> None:
        """Let what is unknown be.

        Raises:
            JobNotFound, NotYours, TooLateForThat: see `retry_unknown`.
        """
        owned = await self._owned(job_id, person, moderators=True)
        entry = _entry(Action.LEFT, owned.job, person)
        left = await self._tasks.leave_unknown(job_id, self._clock.now(), entry)
        await self._decided(left, owned.job, person)

    @asynccontextmanager
    async def deleting(
        self,
        job_id: JobId,
        message_id: int,
        person: Person,
        *,
        private: bool = False,
        called_by: int | None = None,
    ) -> AsyncIterator[Job]:
        """Enter, delete the message (the card, or a copy of it), leave: remembered as this person's doing.

        What fails within is not remembered, nor is a copy that nobody else saw (`private`). Who called a copy
        (`called_by`) may delete it, as its requester and moderators may.

        Raises:
            JobNotFound, NotYours: see there; nothing may be deleted.
        """
        job = (await self.find(job_id, person, erased_too=True)).job
        is_copy = message_id != job.message_id
        own_copy = is_copy and called_by == person.id
        if not own_copy:
            _check_owned(job, person, moderators=True)
        if private and is_copy:
            yield job
            return
        # Discord tells of the deletion too, perhaps before it has answered whoever deletes: whoever comes
        # first writes it down, with the same name.
        self._removers.setdefault(message_id, person.id)
        try:
            yield job
            await self._remember(job, message_id, person.id, own_copy=own_copy)
        finally:
            self._removers.pop(message_id, None)

    async def deleted(self, message_ids: Sequence[int]) -> None:
        """Discord says that these messages are gone: remember it of those that are cards or reported copies.

        Few ever are. What comes in while the record is looked through is looked up all at once.
        """
        self._news += message_ids
        async with self._news_turn:
            news, self._news = self._news, []
            for message_id, job in await self._jobs.with_cards(news) if news else ():
                by_id = self._removers.get(message_id)
                if by_id is None or message_id == job.message_id:  # of a copy, who deletes it writes it down
                    await self._remember(job, message_id, by_id)

    async def channel_deleted(self, guild_id: int, channel_id: int) -> None:
        """Discord says that a channel or thread is gone, and so are the cards in it.

        What is over already stays as it is: nothing more would be shown there.
        """
        for job in await self._jobs.unfinished_in(guild_id, channel_id):
            await self._remember(job, job.message_id, None)

    async def _remember(
        self, job: Job, message_id: int | None, by_id: int | None, *, own_copy: bool = False
    ) -> None:
        now = self._clock.now()
        if await self._jobs.mark_deleted(job.id, message_id, by_id, now, own_copy=own_copy):
            log.info("job.deleted", **about(job), by=by_id)
            self._changed()

    async def _owned(self, job_id: JobId, person: Person, *, moderators: bool) -> JobView:
        view = await self.find(job_id, person)
        _check_owned(view.job, person, moderators=moderators)
        return view

    async def _decided(self, changed: int, job: Job, person: Person) -> None:
        if not changed:
            raise TooLateForThat(job.id)
        log.info("job.unknown_decided", **about(job), by=person.id, tasks=changed)
        self._changed()

    async def _card(self, view: JobView) -> Card:
        return compose(view.job, view.tasks, await self._jobs.outlook(view, self._clock.now()))


def _check_owned(job: Job, person: Person, *, moderators: bool) -> None:
    if job.requester_id != person.id and not (moderators and person.moderator):
        raise NotYours(job.id)


def _entry(action: Action, job: Job, person: Person) -> Entry | None:
    """What the audit says of it; what requesters do with their own is none of its business."""
    if person.id == job.requester_id:
        return None
    return Entry(action, person.id, job.requester_id, job.id)
