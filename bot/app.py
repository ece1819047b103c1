"""The composition root: settings in, a running program out, closed in reverse.

The only place that knows everything, together with `bot/desk.py`, which joins what people meet, and
`bot/crew.py`, which joins the workers. What is made later is closed first: workers, then Discord, then
pictures and provider, then the database.
"""

import asyncio
import contextlib
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
from bot.chat.client import ImagineClient, point_at
from bot.clock import SystemClock
from bot.crew import Crew, crew_of
from bot.desk import Desk, Parts, desk_of
from bot.domain.errors import KeyRefused
from bot.domain.ports import Clock
from bot.media.keep import PictureStore
from bot.modellix.client import ModellixClient
from bot.modellix.governor import Governor
from bot.ops.health import Health
from bot.ops.heartbeat import beat
from bot.ops.metrics import Metrics
from bot.ops.outcomes import Outcomes
from bot.ops.scrape import Scrape
from bot.ops.web import served
from bot.services.ids import new_attempt_id
from bot.services.imagine import Imagine
from bot.settings import Settings
from bot.settings.values import is_loopback
from bot.storage.backup import backed_up
from bot.storage.facts import Facts
from bot.storage.jobs import Jobs
from bot.storage.outcomes import OutcomeList
from bot.storage.preferences import PreferenceList
from bot.storage.sqlite import Store
from bot.storage.tasks import Tasks
from bot.storage.upkeep import Upkeep
from bot.storage.vitals import Vitals

log: structlog.stdlib.BoundLogger = structlog.get_logger()

DRAIN_S = 10.0
"""What steps under way are given at a stop; containers wait 15 s or so before they kill."""


@dataclass(frozen=True, slots=True)
class App:
    """The parts of a program that is open but does not move yet."""

    client: ImagineClient
    provider: ModellixClient
    pictures: PictureStore
    crew: Crew
    imagine: Imagine
    jobs: Jobs
    metrics: Metrics
    scrape: Scrape
    health: Health
    outcomes: Outcomes

    async def work(self) -> None:
        """Move jobs until cancelled; then let the steps under way finish."""
        await self.crew.recover()
        try:
            async with asyncio.TaskGroup() as loops:
                self.crew.start(loops, self.client.logged_in)
                loops.create_task(self.outcomes.run(), name="outcomes")
        finally:
            await asyncio.gather(self.imagine.drain(DRAIN_S), self.crew.drain(DRAIN_S))
            with contextlib.suppress(Exception):  # the next run tells them
                await self.outcomes.tell()


@asynccontextmanager
async def opened(settings: Settings, clock: Clock | None = None) -> AsyncIterator[App]:
    """All parts, joined; nothing moves and Discord is not called until the caller says so.

    Raises:
        StoreError: the database cannot be opened.
    """
    clock = clock or SystemClock()
    run_id = secrets.token_hex(6)
    metrics, has_written = Metrics(), asyncio.Event()

    def wrote(seconds: float) -> None:
        metrics.wrote(seconds)
        has_written.set()

    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(
            Store.open(
                settings.database_path,
                before_migration=lambda: backed_up(
                    settings.database_path, clock.now(), settings.backups_kept
                ),
                wrote=wrote,
            )
        )
        ended = OutcomeList(store)
        outcomes = Outcomes(ended, clock, has_written, told=await ended.told())
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
        # The desk wakes the crew, which speaks with the desk's client: looked up when it is called.
        parts = Parts(
            settings, clock, store, jobs, tasks, pictures, languages=await PreferenceList(store).languages()
        )
        desk = desk_of(
            parts,
            written=lambda: crew.deliverer.nudge(),
            changed=lambda: crew.wake(),
            take_down=lambda job, message_id: publisher.take_down(job, message_id),
            erasing=lambda: crew.erase(),
            trace=metrics.discord_trace(),
        )
        publisher = DiscordPublisher(desk.client, clock, settings.data_dir, settings.prices)
        upkeep = Upkeep(store, settings.database_path, keep=settings.backups_kept)
        crew = crew_of(
            parts,
            desk,
            publisher=publisher,
            provider=metrics.watched(provider),
            budget=governor,
            upkeep=upkeep,
        )
        health = _health_of(parts, desk, crew, outcomes)
        vitals = Vitals(store)
        scrape = Scrape(
            metrics,
            vitals,
            governor,
            health,
            desk.client.restraint,
            upkeep,
            settings.data_dir,
            settings.operator,
            clock,
            since=await vitals.newest(),
        )
        yield App(
            client=desk.client,
            provider=provider,
            pictures=pictures,
            crew=crew,
            imagine=desk.imagine,
            jobs=jobs,
            metrics=metrics,
            scrape=scrape,
            health=health,
            outcomes=outcomes,
        )


def _health_of(parts: Parts, desk: Desk, crew: Crew, outcomes: Outcomes) -> Health:
    facts, clock = Facts(parts.store), parts.clock
    return Health(
        crew.pulses | {"outcomes": outcomes.pulse},
        clock,
        connected=lambda: desk.client.is_connected,
        write=lambda: facts.put("written", str(clock.now())),
    )


async def run(settings: Settings) -> None:
    """The bot, until SIGTERM or SIGINT.

    Raises:
        StoreError: the database cannot be opened.
        KeyRefused: the provider does not accept the key.
        DecoderBroken: no picture can be decoded on this machine.
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
        await app.pictures.prove()  # before anything is paid
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
