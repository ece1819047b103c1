"""What a server waits for: look at it, take it back, stop more from coming."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog

from bot.domain.errors import RequestNotHere, TooLateForThat
from bot.domain.jobs import JobId, TaskState
from bot.domain.moderation import Action, Entry
from bot.domain.ports import Clock, Jobs, JobView, QueueRecord, ServerRecord, Tasks
from bot.domain.queue import Backlog, Queued, Stage
from bot.domain.units import Instant
from bot.services.moderators import Moderator

log: structlog.stdlib.BoundLogger = structlog.get_logger()

EACH_STAGE_MAX = 1_000
"""So much of each stage is looked at: nobody reads more, and a server may have more."""


@dataclass(frozen=True, slots=True)
class Overview:
    """What a server waits for, and whether it takes more."""

    queued: Sequence[Queued]
    paused_reason: str | None

    def images(self, stage: Stage) -> int:
        """How many images are at that stage."""
        return sum(each.images for each in self.queued if each.stage is stage)


class Queue:
    """The use cases behind `/imagine-admin queue`.

    Who may manage the server may take back anybody's request, as they may delete anybody's message.
    """

    def __init__(
        self,
        record: QueueRecord,
        servers: ServerRecord,
        jobs: Jobs,
        tasks: Tasks,
        clock: Clock,
        *,
        changed: Callable[[], None],
    ) -> None:
        """`changed` is called when jobs' rows have moved."""
        self._record = record
        self._servers = servers
        self._jobs = jobs
        self._tasks = tasks
        self._clock = clock
        self._changed = changed

    async def show(self, moderator: Moderator) -> Overview:
        """What is not over yet, and what waits for a decision."""
        settings = await self._servers.settings(moderator.guild_id)
        queued = await self._record.queued(moderator.guild_id, EACH_STAGE_MAX)
        return Overview(queued, settings.paused_reason)

    async def cancel(self, moderator: Moderator, code: str) -> bool:
        """Take back what was not sent of a request; whether that was all of it.

        Raises:
            RequestNotHere: no such request on this server.
            TooLateForThat: nothing was left to take back.
        """
        job = (await self._of_server(moderator, code)).job
        entry = Entry(Action.CANCELLED, moderator.id, job.requester_id, job.id)
        left = await self._jobs.cancel(job.id, self._clock.now(), entry)
        log.info(
            "job.taken_back", job=job.id, guild=moderator.guild_id, member=job.requester_id, by=moderator.id
        )
        self._changed()
        return all(task.state is TaskState.CANCELLED for task in left.tasks)

    async def leave(self, moderator: Moderator, code: str) -> None:
        """Wait no longer for what is unknown of a request. To try again is not for moderators: it may cost.

        Raises:
            RequestNotHere: no such request on this server.
            TooLateForThat: nothing is unknown any more.
        """
        job = (await self._of_server(moderator, code)).job
        entry = Entry(Action.LEFT, moderator.id, job.requester_id, job.id)
        left = await self._tasks.leave_unknown(job.id, self._clock.now(), entry)
        if not left:
            raise TooLateForThat(job.id)
        log.info(
            "job.unknown_decided",
            job=job.id,
            guild=moderator.guild_id,
            member=job.requester_id,
            by=moderator.id,
            tasks=left,
        )
        self._changed()

    async def backlog(self, moderator: Moderator, member_id: int | None) -> tuple[Backlog, Instant]:
        """What could be taken back at this moment, of one member or of all; and the moment."""
        now = self._clock.now()
        return await self._record.backlog(moderator.guild_id, member_id, now), now

    async def clear(self, moderator: Moderator, member_id: int | None, until: Instant) -> Backlog:
        """Take back what has not been sent of requests up to `until`; what that was."""
        cleared = await self._record.clear(
            moderator.guild_id, member_id, until, moderator.id, self._clock.now()
        )
        log.info(
            "queue.cleared",
            guild=moderator.guild_id,
            by=moderator.id,
            member=member_id,
            jobs=cleared.requests,
            tasks=cleared.images,
        )
        self._changed()
        return cleared

    async def pause(self, moderator: Moderator, reason: str) -> None:
        """Take no new requests. What is in line goes on."""
        await self._servers.set_pause(moderator.guild_id, reason, moderator.id, self._clock.now())
        log.info("queue.paused", guild=moderator.guild_id, by=moderator.id)

    async def resume(self, moderator: Moderator) -> bool:
        """Take requests again; False when nothing stopped them."""
        if (await self._servers.settings(moderator.guild_id)).paused_reason is None:
            return False
        await self._servers.set_pause(moderator.guild_id, None, moderator.id, self._clock.now())
        log.info("queue.resumed", guild=moderator.guild_id, by=moderator.id)
        return True

    async def _of_server(self, moderator: Moderator, code: str) -> JobView:
        job_id: JobId = code.strip().lower()
        view = await self._jobs.find(job_id)
        if view is None or view.job.place.account_id != moderator.guild_id:
            raise RequestNotHere(job_id)
        return view
