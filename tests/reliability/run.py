"""One schedule: a scenario played with crashes at chosen points, until all is quiet."""

import asyncio
import contextlib
import random
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.domain.cards import Phase
from bot.domain.errors import CardGone, DiscordAway, JobError, StoreError
from bot.domain.jobs import JOB_OVER, TASK_OVER, Quality, Request, Size, TaskState
from bot.domain.prices import Prices
from bot.modellix.governor import Governor
from bot.services.cards import Cards, Person
from bot.services.imagine import Imagine
from bot.settings import Settings
from bot.storage.jobs import Jobs
from bot.storage.tasks import Tasks
from bot.workers.deliverer import Deliverer
from bot.workers.renderer import Renderer
from tests.reliability.fuse import Crash, Fuse
from tests.reliability.invariants import Facts, JobRow, Shown, TaskRow
from tests.reliability.memory import MemoryStore, as_store, new_database
from tests.reliability.world import ModelDiscord, ModelPictures, ModelProvider, ModelSpill, World
from tests.support.clock import ManualClock
from tests.support.drafts import ANA, place

PROMPT = "a fox"
PATIENCE_MS = 6 * 3600 * 1000
"""Time on the world's clock after which a job that is not over counts as stuck."""


@dataclass(frozen=True)
class Scenario:
    """What is asked for, what goes wrong outside, and what the person decides."""

    name: str
    count: int = 1
    submits: tuple[str, ...] = ()
    polls: tuple[str, ...] = ()
    fetches: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    edits: tuple[str, ...] = ()
    locked: tuple[tuple[str, int], ...] = ()
    """Words of a statement, and how often it finds the database locked."""
    retries: bool = False
    """Whether the person, asked about an unknown outcome, tries again."""
    cancels: bool = False
    """Whether the person presses Cancel as soon as there is a card."""


@dataclass
class Outcome:
    """How a schedule ended."""

    facts: Facts
    points: list[str]
    """The points that the last run passed."""
    world: World = field(repr=False)


async def play(scenario: Scenario, crashes: Sequence[int] = ()) -> Outcome:
    """Start the program, ask, and crash it at these points, each counted from the start before it."""
    stage = _Stage(scenario)
    fuses = [Fuse(at) for at in crashes] + [Fuse()]
    for number, fuse in enumerate(fuses):
        run = _Run(stage, fuse, owner=f"run-{number}")
        if not await run.lives(asks=number == 0):
            break
    return Outcome(stage.facts(), fuse.passed, stage.world)


class _Stage:
    """What outlives a crash."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.database = new_database()
        self.clock = ManualClock()
        self.world = World(
            submits=list(scenario.submits),
            polls=list(scenario.polls),
            fetches=list(scenario.fetches),
            answers=list(scenario.answers),
            edits=list(scenario.edits),
            locked=dict(scenario.locked),
        )

    def facts(self) -> Facts:
        """Both sides, for the invariants."""
        world = self.world
        return Facts(
            jobs=job_rows(self.database),
            charged=world.charged,
            shown=[
                Shown(message.job_id, message.card.over, message.pictures, message.deleted)
                for message in world.messages.values()
            ],
            on_disk=len(world.disk),
            consents={PROMPT: world.consents},
            finished=[world.tasks[task_id] for task_id in world.finished],
        )


def job_rows(database: sqlite3.Connection) -> list[JobRow]:
    """The jobs of a database, for the invariants."""
    tasks: dict[str, list[TaskRow]] = {}
    for job_id, state, cost, path in database.execute(
        "SELECT job_id, state, cost_microusd, picture_path FROM task ORDER BY number"
    ):
        tasks.setdefault(job_id, []).append(TaskRow(state, cost, path is not None))
    return [
        JobRow(job_id, state, prompt, tuple(tasks.get(job_id, ())))
        for job_id, state, prompt in database.execute("SELECT id, state, prompt FROM job")
    ]


class _Run:
    """One life of the process."""

    def __init__(self, stage: _Stage, fuse: Fuse, owner: str) -> None:
        self._stage = stage
        self._fuse = fuse
        store = as_store(MemoryStore(stage.database, fuse, stage.world.locked))
        self._jobs = Jobs(store, owner=owner, slots=2)
        attempts = stage.world.ids
        self._tasks = Tasks(store, owner=owner, new_attempt_id=lambda: f"a-{next(attempts)}")
        rng = random.Random(0)
        self._discord = ModelDiscord(stage.world, fuse)
        pictures = ModelPictures(stage.world, fuse)
        self._renderer = Renderer(
            self._tasks,
            ModelProvider(stage.world, fuse),
            pictures,
            ModelSpill(stage.world, fuse),
            Governor(2, 100, rng),
            stage.clock,
            deadline_s=900.0,
            changed=lambda: self._deliverer.nudge(),
            rng=rng,
        )
        self._deliverer = Deliverer(
            self._jobs, pictures, self._discord, stage.clock, ready=self._wake, rng=rng
        )
        self._imagine = Imagine(self._jobs, _prices(), stage.clock, has_room=lambda: True, opened=self._wake)
        self._cards = Cards(self._jobs, self._tasks, stage.clock, changed=self._wake)

    async def lives(self, *, asks: bool) -> bool:
        """Run until all is quiet, or until the fuse blows; whether it blew."""
        life = [asyncio.create_task(self._work())]
        if asks:
            life.append(asyncio.create_task(self._ask()))
        began = self._stage.clock.now()
        try:
            while True:
                await self._others_run()
                if self._fuse.blown:
                    return True
                if self._is_quiet(life):
                    return False
                if self._wants_a_person() and await self._decided():
                    continue
                wakes_at = self._stage.clock.wakes_at
                if wakes_at is None or wakes_at - began > PATIENCE_MS:
                    return False  # the invariants tell what is stuck
                self._stage.clock.move_to(wakes_at)
        finally:
            self._fuse.blown = True
            await self._bury(life)

    async def _work(self) -> None:
        await self._renderer.recover()
        await self._deliverer.recover()
        async with asyncio.TaskGroup() as loops:
            loops.create_task(self._renderer.run())
            loops.create_task(self._deliverer.run())

    async def _ask(self) -> None:
        """A member types `/imagine`."""
        request = Request(PROMPT, Size.SQUARE, Quality.LOW, self._stage.scenario.count)
        at = place(token_expires_at=self._stage.clock.now() + 900_000)
        accepted = await self._imagine.accept(request, ANA, at)
        assert accepted is not None
        try:
            message_id = await self._discord.answer(accepted.view.job, accepted.card)
        except CardGone:
            await self._imagine.withdraw(accepted)
        except DiscordAway:
            return
        else:
            await self._imagine.acknowledged(accepted, message_id)
            if self._stage.scenario.cancels:
                with contextlib.suppress(JobError):
                    await self._cards.cancel(accepted.job_id, Person(ANA, moderator=False))

    async def _decided(self) -> bool:
        """A person presses one of the two buttons of an unknown outcome."""
        message = next(iter(self._stage.world.messages.values()))
        person = Person(ANA, moderator=False)
        retries = self._stage.scenario.retries and self._stage.world.consents == 0
        try:
            if retries:
                self._stage.world.consents += sum(
                    task.state == TaskState.UNKNOWN
                    for job in job_rows(self._stage.database)
                    for task in job.tasks
                )
                await self._cards.retry_unknown(message.job_id, person)
            else:
                await self._cards.leave_unknown(message.job_id, person)
        except (JobError, StoreError, Crash):
            return False
        return True

    def _wants_a_person(self) -> bool:
        cards = self._stage.world.messages.values()
        return any(message.card.phase is Phase.UNSURE and not message.deleted for message in cards)

    def _is_quiet(self, life: "list[asyncio.Task[None]]") -> bool:
        asking = [task for task in life[1:] if not task.done()]
        jobs = job_rows(self._stage.database)
        (due,) = self._stage.database.execute("SELECT COUNT(*) FROM job WHERE due_at IS NOT NULL").fetchone()
        over = all(
            job.state in JOB_OVER and all(task.state in TASK_OVER for task in job.tasks) for job in jobs
        )
        return not asking and over and not due

    async def _others_run(self) -> None:
        """Let everything go on that can without time passing; no event tells the end of that."""
        loop = asyncio.get_running_loop()
        await asyncio.sleep(0)
        while loop._ready:  # type: ignore[attr-defined]
            await asyncio.sleep(0)

    async def _bury(self, life: "list[asyncio.Task[None]]") -> None:
        for task in life:
            task.cancel()
        for worker in (self._renderer, self._deliverer):
            for step in list(worker._steps.values()):
                step.cancel()
        await self._others_run()
        with contextlib.suppress(BaseException):
            await asyncio.gather(*life, return_exceptions=True)

    def _wake(self) -> None:
        self._renderer.nudge()
        self._deliverer.nudge()


def _prices() -> Prices:
    prices: Prices = Settings.model_fields["prices"].get_default(call_default_factory=True)
    return prices
