"""Accept a request: write it down, show it, let it start; or take it back as if it had never been."""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, replace

import structlog

from bot.domain.admission import Circumstances, Refusal
from bot.domain.cards import Card, compose
from bot.domain.errors import JobNotFound, PressedTwice, StaleMove, StoreBusy, StoreError, StoreFull
from bot.domain.jobs import Change, Job, JobId, Place, Request
from bot.domain.log_values import about
from bot.domain.ports import Clock, Draft, Filters, Jobs, JobView
from bot.domain.prices import Prices
from bot.domain.units import Instant, after
from bot.services.ids import new_job_id
from bot.services.person import Person

log: structlog.stdlib.BoundLogger = structlog.get_logger()

ANSWER_WITHIN_S = 1.8
"""Discord waits three seconds for an answer; the rest is for fetching a prompt's file and for the way."""
ONE_PRESS_S = 3.0
"""Somebody who presses the same twice within this time has a slow phone, and means it once."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """A job is written down, and this card is to be shown; nothing is sent before it was."""

    view: JobView
    card: Card

    @property
    def job_id(self) -> JobId:
        """The job's id."""
        return self.view.job.id


class Imagine:
    """The way of a request until its tasks may be claimed."""

    def __init__(
        self,
        jobs: Jobs,
        prices: Prices,
        filters: Filters,
        clock: Clock,
        *,
        has_room: Callable[[], bool],
        written: Callable[[], None],
        opened: Callable[[], None],
    ) -> None:
        """`has_room`: whether the disk takes more pictures.

        `written` is called when a job is in the record, though its card may never come up; `opened`, when its
        tasks may be claimed.
        """
        self._jobs = jobs
        self.prices = prices
        self._filters = filters
        self._clock = clock
        self._has_room = has_room
        self._written = written
        self._opened = opened
        self._takebacks: set[asyncio.Task[None]] = set()
        self._pressed: dict[tuple[int, JobId, int], tuple[Instant, int]] = {}
        """The last seconds' presses: who, of which job, for which request; when, by which interaction."""

    async def accept(
        self, request: Request, requester_id: int, place: Place, around: Circumstances
    ) -> Accepted | Refusal | None:
        """Write a job for this request, or say why not; None when this very interaction has one already.

        Raises:
            StoreBusy: the database did not answer in time; nothing was or will be accepted.
            StoreFull: the disk is full or nearly so; nothing was accepted.
        """
        try:
            return await self._accept(request, requester_id, place, around)
        except StoreError as fault:
            _note_refusal(type(fault).__name__, requester_id, place)
            raise

    async def _accept(
        self, request: Request, requester_id: int, place: Place, around: Circumstances
    ) -> Accepted | Refusal | None:
        if not self._has_room():
            raise StoreFull("too little room for another picture")
        draft = Draft(
            job_id=new_job_id(),
            request=request,
            requester_id=requester_id,
            place=place,
            estimate_microusd=self.prices.image(request.size, request.quality),
            around=around,
        )
        writing = asyncio.create_task(self._write(draft))
        try:
            return await asyncio.wait_for(asyncio.shield(writing), ANSWER_WITHIN_S)
        except TimeoutError:
            self._take_back_when_written(writing)
            raise StoreBusy("the database did not answer in time") from None

    async def earlier(self, job_id: JobId, person: Person) -> Job:
        """An earlier job, for whoever can see its card and wants something like it.

        Raises:
            JobNotFound: the record was erased, or the card is elsewhere.
            StoreBusy: the database did not answer in time.
        """
        try:
            async with asyncio.timeout(ANSWER_WITHIN_S / 3):
                view = await self._jobs.find(job_id)
        except TimeoutError:
            raise StoreBusy("the database did not answer in time") from None
        if view is None or not person.is_there(view.job):
            raise JobNotFound(job_id)
        return view.job

    async def again(
        self, earlier: Job, change: Change, requester_id: int, place: Place, around: Circumstances
    ) -> Accepted | Refusal | None:
        """Accept the request of an earlier job once more, with a change; twice in a moment is once.

        Raises:
            OptionUnknown: it cannot be changed like that.
            PressedTwice: the same person asked for the same of it just now.
            StoreError: as for `accept`.
        """
        request = change(earlier.request)
        press = (requester_id, earlier.id, hash(request))
        now = self._clock.now()
        self._forget_presses(now)
        if press in self._pressed:
            _, interaction_id = self._pressed[press]
            if interaction_id == place.interaction_id:
                return None
            _note_refusal(PressedTwice.__name__, requester_id, place)
            raise PressedTwice(earlier.id)
        self._pressed[press] = (now, place.interaction_id)
        answer = None
        try:
            answer = await self.accept(request, requester_id, place, around)
        finally:
            if not isinstance(answer, Accepted):  # nothing came of it: pressed once more, they are told why
                self._pressed.pop(press, None)
        return answer

    async def acknowledged(self, accepted: Accepted, message_id: int) -> None:
        """The card is in the channel: its tasks may start."""
        job = accepted.view.job
        try:
            await self._jobs.acknowledge(job.id, message_id, accepted.card, self._clock.now())
        except StaleMove:
            log.info("job.acknowledged_already", **about(job))
        else:
            self._opened()

    async def withdraw(self, accepted: Accepted) -> None:
        """Discord certainly did not take the card: nothing is sent, nothing is charged."""
        job = accepted.view.job
        try:
            await self._jobs.withdraw(job.id, self._clock.now())
        except StaleMove:
            log.info("job.withdrawn_already", **about(job))

    async def drain(self, seconds: float) -> None:
        """Return when every take-back is done, or after so long: the next start does the rest."""
        if self._takebacks:
            await asyncio.wait(self._takebacks, timeout=seconds)

    async def _write(self, draft: Draft) -> Accepted | Refusal | None:
        hit = await self._filters.check(draft.place.account_id, draft.request.prompt)
        draft = replace(draft, around=replace(draft.around, hit=hit))
        now = self._clock.now()
        answer = await self._jobs.accept(draft, now)
        if isinstance(answer, Refusal):
            _note_refusal(answer.by.value, draft.requester_id, draft.place)
        if not isinstance(answer, JobView):
            return answer
        log.info(
            "job.accepted",
            **about(answer.job),
            size=draft.request.size.value,
            quality=draft.request.quality.value,
            count=draft.request.count,
            estimate_microusd=draft.estimate_microusd * draft.request.count,
        )
        self._written()
        return Accepted(answer, compose(answer.job, answer.tasks, await self._jobs.outlook(answer, now)))

    def _forget_presses(self, now: Instant) -> None:
        """Those of another moment; also where the clock was set back."""
        since = after(now, -ONE_PRESS_S)
        self._pressed = {press: when for press, when in self._pressed.items() if since < when[0] <= now}

    def _take_back_when_written(self, writing: "asyncio.Task[Accepted | Refusal | None]") -> None:
        """The member was told no; should the write still succeed, it must not stand."""

        async def take_back() -> None:
            with contextlib.suppress(StoreError):  # the deliverer finds what even this cannot take back
                accepted = await writing
                if isinstance(accepted, Accepted):
                    await self.withdraw(accepted)

        task = asyncio.create_task(take_back())
        self._takebacks.add(task)
        task.add_done_callback(self._takebacks.discard)


def _note_refusal(refusal: str, requester_id: int, place: Place) -> None:
    """Which limit or fault stood against it; what was asked for is nobody's business."""
    log.info("request.refused", refusal=refusal, guild=place.guild_id, member=requester_id)
