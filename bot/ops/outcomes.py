"""One line in the log for each job and each image that is over, whoever ended it and in whatever way.

They are read from the record of moves (table `event`), not said by whoever moves something: a move that is
committed is told, also by the next run if this one is killed before; one that is not committed never is.
"""

import asyncio

import structlog

from bot.domain.errors import StoreError
from bot.domain.jobs import JobState, TaskState
from bot.domain.ports import Clock
from bot.domain.units import seconds_between
from bot.storage.outcomes import Outcome, OutcomeList
from bot.workers.pulse import Pulse

log: structlog.stdlib.BoundLogger = structlog.get_logger()

GATHER_S = 0.5
"""What ends together is told together, after what led to it."""
_STORE_PAUSE_S = 2.0
_BUG_PAUSE_S = 30.0


class Outcomes:
    """Tells outcomes in order. Only a kill between a line and the note of it makes that line come twice."""

    def __init__(self, ended: OutcomeList, clock: Clock, wrote: asyncio.Event, *, told: int) -> None:
        """`wrote` is set by every write, which perhaps is an outcome.

        `told` is what the list says of it before this run moves anything.
        """
        self.pulse = Pulse(clock)
        self._ended = ended
        self._clock = clock
        self._seq = self._noted = told
        """The last move that was told; kept here too, lest a full disk makes it told again and again."""
        self._wrote = wrote
        self._wrote.set()

    async def run(self) -> None:
        """Tell what comes to its end, until cancelled."""
        while True:
            await self._wrote.wait()
            self.pulse.turns()
            await self._clock.sleep(GATHER_S)
            self._wrote.clear()
            try:
                await self.tell()
            except StoreError as fault:
                log.warning("outcomes.store_away", fault=repr(fault))
                self._wrote.set()
                await self._clock.sleep(_STORE_PAUSE_S)
            except Exception:  # a line that cannot be told ends no bot that draws
                log.exception("outcomes.bug", move=self._seq)
                self._wrote.set()
                await self._clock.sleep(_BUG_PAUSE_S)
            else:
                self.pulse.rests(None)

    async def tell(self) -> None:
        """Tell all that was not told.

        Raises:
            StoreError: the record cannot be read, or not be told that it was read.
        """
        while page := await self._ended.since(self._seq):
            for outcome in page:
                self._seq = outcome.seq  # before: where it cannot be told, those after it are
                _tell(outcome)
        if self._seq != self._noted:
            await self._ended.keep(self._seq)
            self._noted = self._seq


def _tell(over: Outcome) -> None:
    about = log.bind(
        job=over.job_id,
        guild=over.guild_id,
        member=over.requester_id or None,
        cost_microusd=over.cost_microusd,
        doubt_microusd=over.doubt_microusd,
        seconds=seconds_between(over.accepted_at, over.at),
        move=over.seq,
    )
    if over.task_id is None:
        _tell_job(about.bind(images=over.images, count=over.count), over)
    else:
        _tell_task(about.bind(task=over.task_id), over)


def _tell_job(about: structlog.stdlib.BoundLogger, over: Outcome) -> None:
    match over.state:
        case JobState.DELIVERED:
            about.info("job.delivered")
        case JobState.CANCELLED:
            about.info("job.cancelled")
        case JobState.WITHDRAWN:
            about.info("job.withdrawn")
        case JobState.UNDELIVERABLE:
            about.warning("job.undeliverable", fault=over.fault)


def _tell_task(about: structlog.stdlib.BoundLogger, over: Outcome) -> None:
    match over.state:
        case TaskState.RENDERED:
            since_at = over.at if over.submitted_at is None else over.submitted_at
            about.info("task.rendered", polls=over.polls, render_seconds=seconds_between(since_at, over.at))
        case TaskState.FAILED:
            about.warning("task.failed", reason=over.reason.value if over.reason else None)
        case TaskState.CANCELLED:
            about.info("task.cancelled")
