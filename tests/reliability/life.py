"""One life of the program in the model world: the engine as `bot/app.py` joins it, nothing of it replaced."""

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from bot.domain.admission import PLAIN, Refusal
from bot.domain.errors import CardGone, DiscordAway, JobError, StoreError
from bot.domain.jobs import JobId, Place, Request, unchanged
from bot.modellix.governor import Governor
from bot.services.cards import Cards
from bot.services.imagine import Accepted, Imagine
from bot.services.person import Person
from bot.storage.jobs import Jobs
from bot.storage.mentions import Mentions
from bot.storage.tasks import Tasks
from bot.workers.deliverer import Deliverer
from bot.workers.renderer import Renderer
from bot.workers.ringer import Ringer
from tests.reliability.fuse import Crash, Fuse
from tests.reliability.memory import MemoryStore, as_store
from tests.reliability.record import is_at_rest, unknown
from tests.reliability.stage import Stage
from tests.reliability.world import ModelBell, ModelDiscord, ModelPictures, ModelProvider, ModelSpill
from tests.support.drafts import place
from tests.support.filters import NoFilters
from tests.support.prices import default_prices

SLOTS = 2
"""Images rendered at once."""
PATIENCE_MS = 12 * 3600 * 1000
"""Time on the world's clock after which a job that is not over counts as stuck."""


class Life:
    """From a start of the process to its end. What people do runs beside the workers, as in the bot."""

    def __init__(self, stage: Stage, fuse: Fuse, owner: str) -> None:
        """`owner` names this run in leases; it must not be that of an earlier one."""
        self._stage = stage
        self._fuse = fuse
        world, clock, rng = stage.world, stage.clock, random.Random(0)
        store = as_store(MemoryStore(stage.database, fuse, world.locked, world.takes_write))
        jobs = Jobs(store, owner=owner, slots=SLOTS)
        tasks = Tasks(store, owner=owner, new_attempt_id=lambda: f"a-{world.new_id()}")
        self._discord = ModelDiscord(world, fuse)
        pictures = ModelPictures(world, fuse)
        self._renderer = Renderer(
            tasks,
            ModelProvider(world, fuse, clock),
            pictures,
            ModelSpill(world, fuse),
            Governor(SLOTS, 100, rng),
            clock,
            deadline_s=900.0,
            changed=lambda: self._deliverer.nudge(),
            rng=rng,
        )
        self._ringer = Ringer(Mentions(store), ModelBell(world, fuse, clock), clock, rng=rng)
        self._deliverer = Deliverer(
            jobs,
            pictures,
            self._discord,
            clock,
            ready=self._wake,
            delivered=self._ringer.nudge,
            rng=rng,
        )
        self._imagine = Imagine(
            jobs,
            default_prices(),
            NoFilters(),
            clock,
            has_room=lambda: True,
            written=self._wake,
            opened=self._wake,
        )
        self._cards = Cards(jobs, tasks, clock, changed=self._wake)
        self._work = asyncio.create_task(self._working())
        self._deeds: set[asyncio.Task[None]] = set()

    @property
    def is_over(self) -> bool:
        """Whether the process is dead: killed, or ended by itself, as it does when it cannot recover."""
        return self._fuse.blown or self._work.done()

    # What people do: each may be cut off by the end of the process

    def ask(self, request: Request, person: Person, *, cancels: bool = False) -> None:
        """`/imagine`; and, if so wanted, Cancel as soon as there is a card."""
        asking = self._asked(lambda at: self._imagine.accept(request, person.id, at, PLAIN))
        self._do(self._cancelled(asking, person) if cancels else asking)

    def again(self, job_id: JobId, person: Person) -> None:
        """The button Again."""
        self._do(self._asked(lambda at: self._again(job_id, person, at)))

    def cancel(self, job_id: JobId, person: Person) -> None:
        """The button Cancel."""
        self._do(self._cards.cancel(job_id, person))

    def retry_unknown(self, job_id: JobId, prompt: str, person: Person) -> None:
        """The button that says it may be charged twice: to press it is to agree to that."""
        self._stage.world.consents[prompt] += unknown(self._stage.database, job_id)
        self._do(self._cards.retry_unknown(job_id, person))

    def leave_unknown(self, job_id: JobId, person: Person) -> None:
        """The button Leave it."""
        self._do(self._cards.leave_unknown(job_id, person))

    def delete(self, job_id: JobId, message_id: int, person: Person) -> None:
        """The button Delete."""
        self._do(self._deleted(job_id, message_id, person))

    # Going on

    async def goes_on(self) -> None:
        """Let everything happen that can without time passing; no event tells the end of that."""
        loop = asyncio.get_running_loop()
        await asyncio.sleep(0)
        while loop._ready:  # type: ignore[attr-defined]
            await asyncio.sleep(0)

    async def comes_to_rest(self, decides: Callable[[], bool]) -> bool:
        """Let time pass until all is quiet; whether it came to that, alive and within patience.

        `decides` lets people do what they are asked for, and says whether they did something.
        """
        clock = self._stage.clock
        began = clock.now()
        while True:
            await self.goes_on()
            if self.is_over:
                return False
            if not self._deeds and is_at_rest(self._stage.database):
                return True
            if not self._deeds and decides():
                continue
            wakes_at = clock.wakes_at
            if wakes_at is None or wakes_at - began > PATIENCE_MS:
                return False
            clock.move_to(wakes_at)

    async def end(self) -> None:
        """Dead, if it was not before; nothing of it is left running."""
        self._fuse.blown = True
        workers = (self._renderer, self._deliverer, self._ringer)
        steps = [step for worker in workers for step in worker._steps.values()]
        rest = [self._work, *self._deeds, *steps]
        for task in rest:
            task.cancel()
        await self.goes_on()
        await asyncio.gather(*rest, return_exceptions=True)

    async def _working(self) -> None:
        await self._renderer.recover()
        await self._deliverer.recover()
        async with asyncio.TaskGroup() as loops:
            loops.create_task(self._renderer.run())
            loops.create_task(self._deliverer.run())
            loops.create_task(self._ringer.run())

    def _do(self, deed: Coroutine[Any, Any, object]) -> None:
        task = asyncio.create_task(_told(deed))
        self._deeds.add(task)
        task.add_done_callback(self._deeds.discard)

    async def _asked(
        self, accepting: Callable[[Place], Awaitable[Accepted | Refusal | None]]
    ) -> JobId | None:
        """The id of the job whose card is up."""
        world, clock = self._stage.world, self._stage.clock
        at = place(interaction_id=world.new_id(), token_expires_at=clock.now() + 900_000)
        accepted = await accepting(at)
        if not isinstance(accepted, Accepted):
            return None
        try:
            message_id = await self._discord.answer(accepted.view.job, accepted.card)
        except CardGone:
            await self._imagine.withdraw(accepted)
        except DiscordAway:
            pass
        else:
            await self._imagine.acknowledged(accepted, message_id)
            return accepted.job_id
        return None

    async def _again(self, job_id: JobId, person: Person, at: Place) -> Accepted | Refusal | None:
        earlier = await self._imagine.earlier(job_id, person)
        return await self._imagine.again(earlier, unchanged, person.id, at, PLAIN)

    async def _cancelled(self, asking: Awaitable[JobId | None], person: Person) -> None:
        if job_id := await asking:
            await self._cards.cancel(job_id, person)

    async def _deleted(self, job_id: JobId, message_id: int, person: Person) -> None:
        async with self._cards.deleting(job_id, message_id, person):
            await self._discord.delete(message_id)

    def _wake(self) -> None:
        self._renderer.nudge()
        self._deliverer.nudge()


async def _told(deed: Coroutine[Any, Any, object]) -> None:
    """A refusal is a sentence for the person, and a dead process says nothing."""
    with contextlib.suppress(JobError, StoreError, Crash):
        await deed
