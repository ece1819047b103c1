"""Discord's side of a job: keep its card true while it waits, and put its outcome there.

It never speaks to the provider. Showing a card is an edit of a known message and so may be repeated;
what a crash leaves behind is simply shown again.
"""

import random
from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from typing import Any

import structlog
from structlog.contextvars import bound_contextvars

from bot.domain.backoff import full_jitter_s
from bot.domain.cards import Card, Failure, Outlook, Phase, compose, steady
from bot.domain.errors import (
    CardGone,
    DiscordAway,
    FilesTooLarge,
    PictureBad,
    PictureError,
    PictureNotKept,
    PlaceClosed,
    StaleMove,
    StoreError,
)
from bot.domain.jobs import FailureReason, Job, JobId, JobState, Picture
from bot.domain.log_values import about
from bot.domain.ports import Clock, Jobs, JobView, Pictures, Publisher
from bot.domain.units import Instant, after
from bot.workers.worker import Worker

log: structlog.stdlib.BoundLogger = structlog.get_logger()

EDIT_GAP_S = 3.0
"""Progress is never shown more often: Discord limits edits, and nobody reads faster."""
PICTURES_GAP_S = 30.0
"""The same where no image came to anything and the pictures of an earlier edit would be uploaded again."""
_AT_ONCE = 8
_BACKOFF_CAP_S = 60.0
_BUGS_MAX = 8
"""Failures of our own in a row before a job is set aside as undeliverable."""
_FAREWELL_S = 150.0
"""How long before a token dies its card is told: the publisher stops using it a minute before the end."""
_ASK_AGAIN_S = 6 * 3600.0
"""How long a question to a person is left alone before it is put up once more."""
_UPLOAD_LIMIT_MIN_BYTES = 1_000_000
_QUIET_S = 1800.0
"""How long a card that only changes by a nudge is left alone."""


class Deliverer(Worker):
    """Moves cards to where their jobs are."""

    def __init__(
        self,
        jobs: Jobs,
        pictures: Pictures,
        publisher: Publisher,
        clock: Clock,
        *,
        ready: Callable[[], None],
        delivered: Callable[[], None],
        rng: random.Random | None = None,
    ) -> None:
        """`ready` is called when tasks of a job may be claimed, `delivered` when a card shows its outcome."""
        super().__init__("deliverer", clock)
        self._jobs = jobs
        self._pictures = pictures
        self._publisher = publisher
        self._ready = ready
        self._delivered = delivered
        self._rng = rng or random.Random()
        self._bugs: Counter[JobId] = Counter()

    async def _recover(self) -> None:
        """Every unfinished card is worth a look."""
        await self._jobs.recover(self._clock.now())

    async def _claim(self) -> list[tuple[str, Coroutine[Any, Any, None]]]:
        room = _AT_ONCE - len(self._steps)
        if room <= 0:
            return []
        views = await self._jobs.claim(room, self._clock.now())
        return [(view.job.id, self._step(view)) for view in views]

    async def _next_due(self) -> Instant | None:
        return None if len(self._steps) >= _AT_ONCE else await self._jobs.next_due()

    async def _renew(self, ids: Sequence[str]) -> None:
        await self._jobs.renew(ids, self._clock.now())

    async def _step(self, view: JobView) -> None:
        with bound_contextvars(**about(view.job)):
            await self._attend(view)

    async def _attend(self, view: JobView) -> None:
        try:
            await self._look(view)
        except DiscordAway as fault:
            log.warning("job.discord_away", fault=str(fault))
            await self._stumble(view.job, fault.retry_after_s)
        except PictureNotKept as fault:
            log.warning("job.disk_trouble", fault=str(fault))
            await self._stumble(view.job, None)
        except (CardGone, PlaceClosed) as fault:
            await self._give_up(view.job, fault)
        except FilesTooLarge as fault:
            await self._admit(view, fault)
        except StoreError:
            raise
        except Exception as bug:
            log.exception("job.bug")
            self._bugs[view.job.id] += 1
            if self._bugs[view.job.id] >= _BUGS_MAX:
                del self._bugs[view.job.id]
                await self._admit(view, bug)
            else:
                await self._stumble(view.job, None)

    async def _look(self, view: JobView) -> None:
        if view.job.deleted_at is not None:
            raise CardGone("a person deleted it")
        match view.job.state:
            case JobState.ACCEPTED:
                await self._find_card(view.job)
            case JobState.OPEN if all(task.over for task in view.tasks):
                await self._jobs.begin_delivery(view.job.id, self._clock.now())
                await self._deliver(view)
            case JobState.OPEN:
                await self._refresh(view)
            case JobState.DELIVERING | JobState.CANCELLED:
                await self._deliver(view)
            case _:
                await self._jobs.snooze(view.job.id, self._later(_QUIET_S), stumbled=False)

    async def _find_card(self, job: Job) -> None:
        """Accepted, but nobody recorded a card: the acknowledgement was cut off. Ask Discord."""
        message_id = None
        try:
            message_id = await self._publisher.find(job)
        except (CardGone, PlaceClosed):
            pass
        except DiscordAway:
            if self._clock.now() < job.place.token_expires_at:
                raise
        now = self._clock.now()
        if message_id is None:
            await self._jobs.withdraw(job.id, now)
        else:
            await self._jobs.acknowledge(job.id, message_id, None, now)
            self._ready()

    async def _refresh(self, view: JobView) -> None:
        """Show what changed, if enough time has passed since the last edit."""
        job, now = view.job, self._clock.now()
        card = await self._card(view, now)
        if _shows(job, card, now):
            await self._jobs.snooze(job.id, self._next_look(job, card, now), stumbled=False)
            return
        gap_s = PICTURES_GAP_S if card.repeats(job.shown_digest) else EDIT_GAP_S
        free_at = after(min(job.shown_at or 0, now), gap_s)
        if now < free_at:
            await self._jobs.snooze(job.id, free_at, stumbled=False)
            return
        await self._show_progress(job, card, _numbered(view))
        now = self._clock.now()
        await self._jobs.shown(
            job.id, card.digest(), card.outlook.expected_at, self._next_look(job, card, now), now
        )

    async def _show_progress(self, job: Job, card: Card, ready: Sequence[tuple[int, Picture]]) -> None:
        """Show how it stands, with the pictures that are ready; without them where they cannot be sent.

        They are uploaded again with the next ones: what an edit does not list is taken off the message, and
        what Discord keeps of an earlier edit is known to nobody after a crash.
        """
        try:
            await self._upload(job, card, ready)
        except (PictureError, FilesTooLarge) as fault:
            log.warning("job.progress_without_pictures", fault=repr(fault))
            await self._publisher.show(job, card, ())

    async def _deliver(self, view: JobView) -> None:
        """Put the outcome on the card. Only when Discord has it is the job delivered."""
        job = view.job
        card = await self._card(view, self._clock.now())
        try:
            await self._upload(job, card, _numbered(view))
        except PictureBad as fault:  # gone from the disk, or damaged there: the card must not wait for ever
            log.error("job.picture_missing", fault=str(fault))
            card = _without_pictures(card)
            await self._publisher.show(job, card, ())
        await self._jobs.finish(job.id, card.digest(), self._clock.now())
        self._delivered()

    async def _upload(self, job: Job, card: Card, pictures: Sequence[tuple[int, Picture]]) -> None:
        """Send the pictures as large as the place allows; should that be less than it said, smaller."""
        limit_bytes = job.place.upload_limit_bytes
        while True:
            uploads = await self._pictures.fit(pictures, limit_bytes)
            try:
                await self._publisher.show(job, card, uploads)
            except FilesTooLarge:
                limit_bytes //= 2
                if limit_bytes < _UPLOAD_LIMIT_MIN_BYTES:
                    raise
            else:
                return

    async def _card(self, view: JobView, now: Instant) -> Card:
        outlook = await self._jobs.outlook(view, now)
        promise = steady(view.job.expected_at, outlook.expected_at, now)
        farewell = any(now >= at for at in _last_chances(view.job))
        return compose(view.job, view.tasks, replace(outlook, expected_at=promise, farewell=farewell))

    def _next_look(self, job: Job, card: Card, now: Instant) -> Instant:
        """When the card may have to change although no row moves: its place, its promise, its last chance."""
        place, expected_at = card.outlook.place, card.outlook.expected_at
        looks = [after(now, _QUIET_S)]
        if card.phase is Phase.WAITING and place is not None:
            looks.append(after(now, min(max(5.0, 2.0 * place), 600.0)))
        if card.phase is Phase.DRAWING and expected_at is not None:
            looks.append(after(max(now, expected_at), EDIT_GAP_S))
        looks += [at for at in _last_chances(job) if at > now]
        return min(looks)

    async def _stumble(self, job: Job, retry_after_s: float | None) -> None:
        pause_s = full_jitter_s(job.attempts, cap_s=_BACKOFF_CAP_S, rng=self._rng)
        next_at = self._later(max(pause_s, retry_after_s or 0.0))
        await self._jobs.snooze(job.id, next_at, stumbled=True)

    async def _admit(self, view: JobView, fault: Exception) -> None:
        """Discord will not take the outcome, or a bug stands before it: let the card say at least that."""
        card = compose(view.job, view.tasks, Outlook())
        try:
            await self._publisher.show(view.job, _unshown(card), ())
        except DiscordAway as away:
            await self._stumble(view.job, away.retry_after_s)
            return
        except Exception:
            log.exception("job.not_admitted")
        await self._give_up(view.job, fault)

    async def _give_up(self, job: Job, fault: Exception) -> None:
        try:
            if job.state is JobState.ACCEPTED:  # nothing was sent: there is nothing to deliver either
                await self._jobs.withdraw(job.id, self._clock.now())
            else:
                await self._jobs.give_up(job.id, type(fault).__name__, self._clock.now())
        except StaleMove:
            log.info("job.moved_on")
        else:
            log.warning("job.given_up", fault=repr(fault))

    def _later(self, seconds: float) -> Instant:
        return after(self._clock.now(), seconds)


def _shows(job: Job, card: Card, now: Instant) -> bool:
    """Whether the message looks like this, and nothing has to be found out by an edit.

    Only an edit tells that it was deleted: a card that asks a person would wait for ever then. And only an
    edit tells that the token is dead: what still waits in line would be drawn for a card that never shows it.
    """
    if job.place.outlives_token:
        is_due = card.phase is Phase.UNSURE and now >= after(job.shown_at or 0, _ASK_AGAIN_S)
    else:
        is_due = card.cancellable and now >= job.place.token_expires_at
    return card.digest() == job.shown_digest and not is_due


def _last_chances(job: Job) -> tuple[Instant, ...]:
    """Where only the interaction's token reaches the card: when to say goodbye, and when it is dead."""
    dies_at = job.place.token_expires_at
    return () if job.place.outlives_token else (after(dies_at, -_FAREWELL_S), dies_at)


def _numbered(view: JobView) -> tuple[tuple[int, Picture], ...]:
    return tuple((task.number, task.picture) for task in view.tasks if task.picture)


def _without_pictures(card: Card) -> Card:
    """The card of a job whose pictures were paid, and are gone from the disk."""
    lost = Failure(FailureReason.PICTURE_LOST, charged=True)
    return replace(card, phase=Phase.FAILED, ready=0, pictures=(), failures=(lost,))


def _unshown(card: Card) -> Card:
    """The card of a job whose pictures Discord will not take; without pictures there is another reason."""
    return replace(card, phase=Phase.UNSHOWN, pictures=()) if card.pictures else card
