"""The composition root: settings in, a running program out, closed in reverse.

The only place that knows everything, together with `bot/desk.py`, which joins what people meet. What is made
later is closed first: workers, then Discord, then pictures and provider, then the database.
"""

import asyncio
import gc
import random
import secrets
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import structlog

from bot import __version__
from bot.chat.cards.publisher import DiscordPublisher
from bot.chat.cards.ringing import DiscordBell
from bot.chat.client import ImagineClient, point_at
from bot.chat.moderation.log_channel import DiscordLogChannel
from bot.clock import SystemClock
from bot.desk import Parts, desk_of
from bot.domain.errors import KeyRefused
from bot.domain.ports import Clock
from bot.media.keep import PictureStore
from bot.modellix.client import ModellixClient
from bot.modellix.governor import Governor
from bot.ops.health import Health
from bot.ops.heartbeat import beat
from bot.ops.metrics import Metrics
from bot.ops.scrape import Scrape
from bot.ops.web import served
from bot.services.ids import new_attempt_id
from bot.services.imagine import Imagine
from bot.settings import Settings, is_loopback
from bot.storage.backup import backed_up
from bot.storage.erasures import ErasureList
from bot.storage.facts import Facts
from bot.storage.jobs import Jobs
from bot.storage.mentions import Mentions
from bot.storage.notices import Notices
from bot.storage.preferences import PreferenceList
from bot.storage.spill import SpillFile
from bot.storage.sqlite import Store
from bot.storage.tasks import Tasks
from bot.storage.upkeep import Upkeep
from bot.storage.vitals import Vitals
from bot.workers.deliverer import Deliverer
from bot.workers.eraser import Eraser
from bot.workers.herald import Herald
from bot.workers.janitor import Janitor
from bot.workers.renderer import Renderer
from bot.workers.ringer import Ringer
from bot.workers.worker import Worker

log: structlog.stdlib.BoundLogger = structlog.get_logger()

DRAIN_S = 10.0
"""What steps under way are given at a stop; containers wait 15 s or so before they kill."""


@dataclass(frozen=True, slots=True)
class App:
    """The parts of a program that is open but does not move yet."""

    client: ImagineClient
    provider: ModellixClient
    renderer: Renderer
    deliverer: Deliverer
    janitor: Janitor
    herald: Herald
    ringer: Ringer
    eraser: Eraser
    imagine: Imagine
    jobs: Jobs
    tasks: Tasks
    metrics: Metrics
    scrape: Scrape
    health: Health

    async def work(self) -> None:
        """Move jobs until cancelled; then let the steps under way finish."""
        await self.renderer.recover()
        await self.deliverer.recover()
        await self.herald.recover()
        await self.eraser.recover()
        try:
            async with asyncio.TaskGroup() as loops:
                loops.create_task(self.renderer.run(), name="renderer")
                for worker in (self.deliverer, self.herald, self.ringer, self.eraser):
                    loops.create_task(self._speak(worker), name=worker.name)
                loops.create_task(self.janitor.run(), name="janitor")
        finally:
            await asyncio.gather(
                self.imagine.drain(DRAIN_S),
                self.renderer.drain(DRAIN_S),
                self.deliverer.drain(DRAIN_S),
                self.herald.drain(DRAIN_S),
                self.ringer.drain(DRAIN_S),
                self.eraser.drain(DRAIN_S),
            )

    async def _speak(self, worker: Worker) -> None:
        await self.client.logged_in.wait()
        await worker.run()


@asynccontextmanager
async def opened(settings: Settings, clock: Clock | None = None) -> AsyncIterator[App]:
    """All parts, joined; nothing moves and Discord is not called until the caller says so.

    Raises:
        StoreError: the database cannot be opened.
    """
    clock = clock or SystemClock()
    run_id = secrets.token_hex(6)
    metrics = Metrics()
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(
            Store.open(
                settings.database_path,
                before_migration=lambda: backed_up(
                    settings.database_path, clock.now(), settings.backups_kept
                ),
                wrote=metrics.wrote,
            )
        )
        jobs = Jobs(store, owner=run_id, slots=settings.modellix_max_tasks, operator=settings.operator)
        tasks = Tasks(store, owner=run_id, new_attempt_id=new_attempt_id, operator=settings.operator)
        governor = Governor(
            settings.modellix_max_tasks, settings.modellix_requests_per_minute, random.Random()
        )
        provider = await stack.enter_async_context(
            ModellixClient(
                settings.modellix_base_url,
                settings.modellix_api_key.get_secret_value(),
                clock,
                on_hint=lambda hint: governor.hint(clock.now(), hint),
            )
        )
        pictures = await stack.enter_async_context(
            PictureStore(settings.data_dir, allow_loopback=is_loopback(settings.modellix_base_url))
        )

        # Services wake workers and workers wake each other: each name is looked up when it is called.
        def wake_workers() -> None:
            renderer.nudge()
            deliverer.nudge()
            herald.nudge()
            eraser.nudge()

        def wake_all() -> None:
            wake_workers()
            eraser.look()

        desk = desk_of(
            Parts(
                settings,
                clock,
                store,
                jobs,
                tasks,
                pictures,
                languages=await PreferenceList(store).languages(),
            ),
            written=lambda: deliverer.nudge(),
            changed=wake_workers,
            take_down=lambda job, message_id: publisher.take_down(job, message_id),
            erasing=wake_all,
            trace=metrics.discord_trace(),
        )
        renderer = Renderer(
            tasks,
            metrics.watched(provider),
            pictures,
            SpillFile(settings.data_dir / "spill.jsonl"),
            governor,
            clock,
            deadline_s=settings.task_deadline_s,
            changed=lambda: deliverer.nudge(),
        )
        publisher = DiscordPublisher(desk.client, clock, settings.data_dir, settings.prices)
        ringer = Ringer(Mentions(store), DiscordBell(desk.client), clock)
        deliverer = Deliverer(jobs, pictures, publisher, clock, ready=wake_workers, delivered=ringer.nudge)
        upkeep = Upkeep(store, settings.database_path, keep=settings.backups_kept)
        janitor = Janitor(upkeep, clock, lapse=desk.reviews.lapse)
        herald = Herald(Notices(store), DiscordLogChannel(desk.client), clock)
        eraser = Eraser(
            ErasureList(store),
            clock,
            retention_days=settings.retention_days,
            discard=pictures.discard,
            take_down=publisher.take_down,
            changed=wake_workers,
        )
        health = Health(
            {"janitor": janitor.pulse}
            | {worker.name: worker.pulse for worker in (renderer, deliverer, herald, ringer, eraser)},
            clock,
            connected=lambda: desk.client.is_connected,
            write=lambda: Facts(store).put("written", str(clock.now())),
        )
        vitals = Vitals(store)
        scrape = Scrape(
            metrics, vitals, governor, health, settings.operator, clock, since=await vitals.newest()
        )
        yield App(
            desk.client,
            provider,
            renderer,
            deliverer,
            janitor,
            herald,
            ringer,
            eraser,
            desk.imagine,
            jobs,
            tasks,
            metrics,
            scrape,
            health,
        )


async def run(settings: Settings) -> None:
    """The bot, until SIGTERM or SIGINT.

    Raises:
        StoreError: the database cannot be opened.
        KeyRefused: the provider does not accept the key.
        TokenRefused: Discord does not know the token.
    """
    point_at(settings.discord_api_url, settings.discord_gateway_url)
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    log.info("bot.starting", version=__version__)
    async with (
        opened(settings) as app,
        app.client,
        served(settings.ops_host, settings.ops_port, app.scrape, app.health),
    ):
        if await app.provider.key_verdict() is False:
            raise KeyRefused
        gc.freeze()  # all that lives to the end: a collection that walks it stops the loop for 60 to 80 ms
        workers = [
            asyncio.create_task(app.work(), name="workers"),
            asyncio.create_task(beat(settings.data_dir, SystemClock()), name="heartbeat"),
            asyncio.create_task(app.metrics.watch_loop(SystemClock()), name="loop lag"),
            asyncio.create_task(app.health.watch(), name="watchdog"),
        ]
        token = settings.discord_token.get_secret_value()
        outside = [
            asyncio.create_task(app.client.live(token), name="discord"),
            asyncio.create_task(stop.wait(), name="signal"),
        ]
        await asyncio.wait([*workers, *outside], return_when=asyncio.FIRST_COMPLETED)
        log.info("bot.stopping")
        await _end(workers)
        await _end(outside)
    log.info("bot.stopped")


async def _end(tasks: Sequence["asyncio.Task[object]"]) -> None:
    """Cancel tasks and wait for them; a failure of one of them is the program's."""
    for task in tasks:
        task.cancel()
    for result in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(result, Exception):
            raise result
