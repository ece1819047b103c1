"""Complaints about pictures, and what moderators do about them."""

from collections.abc import Awaitable, Callable

import structlog

from bot.domain.errors import CardGone, DecidedAlready, JobNotFound, OwnPicture
from bot.domain.jobs import Job, JobId
from bot.domain.log_values import about
from bot.domain.moderation import PERSONAL, Block, NoticeKind
from bot.domain.notices import Choice, Decided, NoticeView
from bot.domain.ports import Clock, Notices, ReportRecord
from bot.services.at_hand import Helper, notice_at_hand
from bot.services.blocks import Blocks
from bot.services.cards import Cards
from bot.services.moderators import Moderator, Target
from bot.services.person import Person

log: structlog.stdlib.BoundLogger = structlog.get_logger()


class Reports:
    """The use cases behind Report, and behind the buttons below it in the log channel."""

    def __init__(
        self,
        record: ReportRecord,
        notices: Notices,
        cards: Cards,
        blocks: Blocks,
        clock: Clock,
        *,
        take_down: Callable[[Job, int], Awaitable[None]],
        changed: Callable[[], None],
    ) -> None:
        """`take_down` deletes a message that shows a job, or raises `DiscordAway` or `PlaceClosed`.

        `changed` is called when there is something to tell.
        """
        self._record = record
        self._notices = notices
        self._cards = cards
        self._take_down = take_down
        self._blocks = blocks
        self._clock = clock
        self._changed = changed

    async def may_report(self, job_id: JobId, person: Person) -> Job:
        """The job, when this person may report its pictures: anybody else's, once.

        Raises:
            JobNotFound: no such job there, or none that anybody moderates.
            OwnPicture, ReportedAlready, ReportedTooMuch: see there.
        """
        job = (await self._cards.find(job_id, person, erased_too=True)).job
        if job.place.account_id == PERSONAL:
            raise JobNotFound(job_id)
        if job.requester_id == person.id:
            raise OwnPicture(job_id)
        await self._record.check(job, person.id, self._clock.now())
        return job

    async def report(self, job_id: JobId, person: Person, reason: str, message_id: int | None) -> bool:
        """Write a complaint down; whether there is a log channel where moderators are told.

        `message_id`: the message that it is about, a card or a copy that others see too, as far as known.

        Raises:
            JobNotFound, OwnPicture, ReportedAlready, ReportedTooMuch: as for `may_report`.
            CardGone: there is nothing any more that others see.
        """
        job = await self.may_report(job_id, person)
        copy_id = None if message_id == job.message_id else message_id
        if copy_id is None and job.deleted_at is not None:
            raise CardGone("deleted meanwhile")
        told = await self._record.file(job, copy_id, person.id, reason, self._clock.now())
        log.info("job.reported", **about(job), by=person.id, told=told)
        self._changed()
        return told

    async def delete(self, notice_id: int, helper: Helper) -> None:
        """Take the picture out of Discord, card and reported copies; that closes every report about it.

        Raises:
            NothingThere, MayNotDecide, DecidedAlready: see there.
            JobNotFound: its record was erased.
            DiscordAway, PlaceClosed: something of it is still there.
        """
        view = await self._open(notice_id, Choice.DELETE, helper)
        job = view.job
        if job is None or not (job.message_id or view.copy_ids):
            raise JobNotFound(str(view.notice.job_id))
        there = Person(helper.id, job.place.channel_id, moderator=True)
        for message_id in (job.message_id if job.deleted_at is None else None, *view.copy_ids):
            if message_id:
                async with self._cards.deleting(job.id, message_id, there):
                    await self._take_down(job, message_id)
        # Somebody may have been faster with all of it: then nothing of that was news.
        await self._decide(view, Decided.DELETED, helper.id)

    async def dismiss(self, notice_id: int, helper: Helper) -> None:
        """Close a report without more.

        Raises:
            NothingThere, MayNotDecide, DecidedAlready: see there.
            OnYourself: it is about them, and they do not own the server.
        """
        view = await self._open(notice_id, Choice.DISMISS, helper)
        helper.check_not_own(view.job.requester_id if view.job else None)
        await self._record.dismiss(view, helper.id, self._clock.now())
        log.info(
            "report.dismissed",
            job=view.notice.job_id,
            guild=helper.guild_id,
            member=view.notice.member_id,
            by=helper.id,
        )
        self._changed()

    async def author(self, notice_id: int, helper: Helper) -> int:
        """Whom to block.

        Raises:
            NothingThere, MayNotDecide, DecidedAlready, JobNotFound: as for `delete`.
        """
        view = await self._open(notice_id, Choice.BLOCK, helper)
        if view.job is None or not view.job.requester_id:  # erased so long ago that nobody knows whose it was
            raise JobNotFound(str(view.notice.job_id))
        return view.job.requester_id

    async def block(
        self,
        notice_id: int,
        helper: Helper,
        moderator: Moderator,
        target: Target,
        reason: str,
        duration_s: int | None,
    ) -> Block:
        """Block who made the picture, for so long or until somebody lifts it.

        Raises:
            NothingThere, MayNotDecide, DecidedAlready: see there.
            OnABot, OnYourself, OnTheOwner, OnSomeoneAbove: see there.
        """
        view = await self._open(notice_id, Choice.BLOCK, helper)
        block = await self._blocks.add(moderator, target, reason, self._blocks.until(duration_s))
        await self._decide(view, Decided.BLOCKED, moderator.id)
        return block

    async def _open(self, notice_id: int, choice: Choice, helper: Helper) -> NoticeView:
        view = await notice_at_hand(self._notices, notice_id, NoticeKind.REPORTED, helper)
        if choice not in view.choices:
            raise DecidedAlready
        return view

    async def _decide(self, view: NoticeView, what: Decided, by_id: int) -> None:
        await self._notices.decide(view.id, what, by_id, self._clock.now())
        self._changed()
