"""The crew: who moves what the desk took in, joined."""

import asyncio
from dataclasses import dataclass

from bot.chat.cards.publisher import DiscordPublisher
from bot.chat.cards.ringing import DiscordBell
from bot.chat.moderation.log_channel import DiscordLogChannel
from bot.desk import Desk, Parts
from bot.domain.ports import Budget, Provider, Upkeep
from bot.storage.erasures import ErasureList
from bot.storage.mentions import Mentions
from bot.storage.notices import Notices
from bot.storage.spill import SpillFile
from bot.workers.deliverer import Deliverer
from bot.workers.eraser import Eraser
from bot.workers.herald import Herald
from bot.workers.janitor import Janitor
from bot.workers.pulse import Pulse
from bot.workers.renderer import Renderer
from bot.workers.ringer import Ringer
from bot.workers.worker import Worker


@dataclass(frozen=True, slots=True)
class Crew:
    """The workers."""

    renderer: Renderer
    deliverer: Deliverer
    herald: Herald
    ringer: Ringer
    eraser: Eraser
    janitor: Janitor

    @property
    def pulses(self) -> dict[str, Pulse]:
        """How each fares, by name."""
        workers = (self.renderer, *self._speakers)
        return {"janitor": self.janitor.pulse} | {worker.name: worker.pulse for worker in workers}

    def wake(self) -> None:
        """Rows have moved: whoever may have something to do with them looks at once."""
        for worker in (self.renderer, self.deliverer, self.herald, self.eraser):
            worker.nudge()

    def erase(self) -> None:
        """Somebody has their data erased."""
        self.wake()
        self.eraser.look()

    async def recover(self) -> None:
        """Settle what an earlier run left half done."""
        for worker in (self.renderer, self.deliverer, self.herald, self.eraser):
            await worker.recover()

    def start(self, loops: asyncio.TaskGroup, logged_in: asyncio.Event) -> None:
        """Run every loop in this group; who speaks to Discord begins when the bot is logged in."""

        async def speak(worker: Worker) -> None:
            await logged_in.wait()
            await worker.run()

        loops.create_task(self.renderer.run(), name="renderer")
        for worker in self._speakers:
            loops.create_task(speak(worker), name=worker.name)
        loops.create_task(self.janitor.run(), name="janitor")

    async def drain(self, seconds: float) -> None:
        """Let the steps under way finish, for so long."""
        await asyncio.gather(*(worker.drain(seconds) for worker in (self.renderer, *self._speakers)))

    @property
    def _speakers(self) -> tuple[Worker, ...]:
        return self.deliverer, self.herald, self.ringer, self.eraser


def crew_of(
    parts: Parts,
    desk: Desk,
    *,
    publisher: DiscordPublisher,
    provider: Provider,
    budget: Budget,
    upkeep: Upkeep,
) -> Crew:
    """All who work. They wake each other: `crew` is looked up when somebody does."""
    settings, clock, store = parts.settings, parts.clock, parts.store
    ringer = Ringer(Mentions(store), DiscordBell(desk.client), clock)
    crew = Crew(
        renderer=Renderer(
            parts.tasks,
            provider,
            parts.pictures,
            SpillFile(settings.data_dir / "spill.jsonl"),
            budget,
            clock,
            deadline_s=settings.task_deadline_s,
            changed=lambda: crew.deliverer.nudge(),
        ),
        deliverer=Deliverer(
            parts.jobs,
            parts.pictures,
            publisher,
            clock,
            ready=lambda: crew.wake(),
            delivered=ringer.nudge,
        ),
        herald=Herald(Notices(store), DiscordLogChannel(desk.client), clock),
        ringer=ringer,
        eraser=Eraser(
            ErasureList(store),
            clock,
            retention_days=settings.retention_days,
            discard=parts.pictures.discard,
            take_down=publisher.take_down,
            changed=lambda: crew.wake(),
        ),
        janitor=Janitor(upkeep, clock, lapse=desk.reviews.lapse),
    )
    return crew
