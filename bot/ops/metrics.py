"""Numbers for Prometheus: how much, how long, how often; never who, where or what.

What the record knows is read from it at each scrape (`scrape.py`). What it does not know is observed here,
where it happens, by what `bot/app.py` passes in.
"""

import asyncio
import platform
from importlib.metadata import version as version_of

import aiohttp
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    ProcessCollector,
    disable_created_metrics,
)

from bot import __version__
from bot.domain.jobs import FailureReason, JobState, Quality, Request, TaskState
from bot.domain.ports import Clock, Provider
from bot.domain.provider import HoldReason, PollOutcome, SubmitOutcome
from bot.storage.vitals import SQLITE_VERSION

LAG_EVERY_S = 1.0
_ANSWERS = {
    "submit": [each.__name__ for each in SubmitOutcome.__args__],
    "poll": [each.__name__ for each in PollOutcome.__args__],
}
_STATUSES = ("ok", "401", "403", "404", "429", "4xx", "5xx", "unreachable")
_FAST_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0)
_ANSWER_S = (0.05, 0.1, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0)
_DELIVERY_S = (0.25, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 20.0, 30.0, 60.0, 300.0)
_RENDER_S = (5.0, 10.0, 15.0, 20.0, 30.0, 45.0, 60.0, 90.0, 120.0, 180.0, 300.0, 600.0, 900.0)
_POLLS = (1, 2, 3, 4, 5, 7, 10, 15, 20, 30, 50)


class Metrics:
    """One run's numbers. Nobody's id, prompt or address is a label: all labels are lists in the code."""

    def __init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series for each, which nothing here uses
        own = self.registry = CollectorRegistry()
        ProcessCollector(registry=own)
        Info("imagine_build", "What runs.", registry=own).info(
            {
                "version": __version__,
                "python": platform.python_version(),
                "discord_py": version_of("discord.py"),
                "sqlite": SQLITE_VERSION,
            }
        )
        self.jobs = Gauge("imagine_jobs", "Jobs that are not over.", ["state"], registry=own)
        self.images = Gauge("imagine_images", "Images that are not over.", ["state"], registry=own)
        self.oldest = Gauge(
            "imagine_queue_oldest_seconds",
            "How long the oldest image that may be drawn has waited.",
            registry=own,
        )
        self.job_moves = Counter(
            "imagine_job_moves",
            "Jobs that came into a state; the last ones are outcomes.",
            ["state"],
            registry=own,
        )
        self.image_moves = Counter(
            "imagine_image_moves", "Images that came into a state.", ["state"], registry=own
        )
        self.failures = Counter("imagine_image_failures", "Images that failed.", ["reason"], registry=own)
        self.acknowledged = Histogram(
            "imagine_acknowledgement_seconds", "From a request to its card.", registry=own, buckets=_ANSWER_S
        )
        self.rendered = Histogram(
            "imagine_render_seconds",
            "From the paid request to the picture on disk.",
            ["quality"],
            registry=own,
            buckets=_RENDER_S,
        )
        self.delivered = Histogram(
            "imagine_delivery_seconds",
            "From a job's last image to its outcome on the card.",
            registry=own,
            buckets=_DELIVERY_S,
        )
        self.polls = Histogram(
            "imagine_polls_per_image", "Looks at a task until its picture came.", registry=own, buckets=_POLLS
        )
        self._answers = Counter(
            "imagine_provider_answers",
            "What the image service answered.",
            ["request", "answer"],
            registry=own,
        )
        self._requests = Counter(
            "imagine_discord_requests", "Requests to Discord by how they ended.", ["status"], registry=own
        )
        self.invalid = Gauge(
            "imagine_discord_invalid_requests",
            "Requests that Discord answered with 401, 403 or 429 in the last ten minutes.",
            registry=own,
        )
        self.held_back = Gauge(
            "imagine_discord_held_back", "Whether requests are held back because of them.", registry=own
        )
        self.hold = Gauge(
            "imagine_hold", "Why nothing is submitted at present: 1 for the reason.", ["reason"], registry=own
        )
        self.ceiling = Gauge("imagine_governor_tasks_max", "Images tried at once now.", registry=own)
        self.left = Gauge("imagine_governor_requests_left", "Requests left in this minute.", registry=own)
        self.pause = Gauge(
            "imagine_governor_pause_seconds", "How long submits wait yet after a complaint.", registry=own
        )
        self.spend = Gauge(
            "imagine_spend_usd",
            "Spent or reserved within the last 24 hours or 30 days.",
            ["window"],
            registry=own,
        )
        self.spend_max = Gauge(
            "imagine_spend_limit_usd",
            "What may be spent in it; absent without limit.",
            ["window"],
            registry=own,
        )
        self._lag = Histogram(
            "imagine_loop_lag_seconds",
            "How late the event loop came to a call that was due.",
            registry=own,
            buckets=_FAST_S,
        )
        self._writes = Histogram(
            "imagine_database_write_seconds",
            "A write, durable, with its wait for the one before.",
            registry=own,
            buckets=_FAST_S,
        )
        self.read = Gauge("imagine_database_readable", "Whether this scrape could read it.", registry=own)
        self.disk_free = Gauge(
            "imagine_disk_free_bytes", "Room on the disk of the data folder.", registry=own
        )
        self.backup_age = Gauge(
            "imagine_backup_age_seconds",
            "Since the newest backup of the bot's own; +Inf without one.",
            registry=own,
        )
        self.connected = Gauge("imagine_gateway_up", "Whether Discord can tell us things.", registry=own)
        self.still = Gauge(
            "imagine_worker_still_seconds",
            "How long a worker has stood still, or is at one endless step; 0: it turns or has nothing to do.",
            ["worker"],
            registry=own,
        )
        self._begin_at_zero()

    def wrote(self, seconds: float) -> None:
        """A write to the database ended."""
        self._writes.observe(seconds)

    async def watch_loop(self, clock: Clock) -> None:
        """Measure, until cancelled, how late the event loop is."""
        loop = asyncio.get_running_loop()
        while True:
            due_s = loop.time() + LAG_EVERY_S
            await clock.sleep(LAG_EVERY_S)
            self._lag.observe(max(0.0, loop.time() - due_s))

    def watched(self, provider: Provider) -> Provider:
        """The same provider, whose answers are counted."""
        return _Watched(provider, self._answers)

    def discord_trace(self) -> aiohttp.TraceConfig:
        """Hears of every request to Discord, whoever sends it and however often it is tried."""
        trace = aiohttp.TraceConfig()

        async def answered(_: object, __: object, end: aiohttp.TraceRequestEndParams) -> None:
            self._requests.labels(_status(end.response.status)).inc()

        async def lost(_: object, __: object, ___: object) -> None:
            self._requests.labels("unreachable").inc()

        trace.on_request_end.append(answered)
        trace.on_request_exception.append(lost)
        return trace

    def _begin_at_zero(self) -> None:
        """Every line is there from the start: what is missing cannot rise, and no alert would see it."""
        for job_state in JobState:
            self.job_moves.labels(job_state.value)
        for image_state in TaskState:
            self.image_moves.labels(image_state.value)
        for failure in FailureReason:
            self.failures.labels(failure.value)
        for hold in HoldReason:
            self.hold.labels(hold.value)
        for quality in Quality:
            self.rendered.labels(quality.value)
        for status in _STATUSES:
            self._requests.labels(status)
        for request, answers in _ANSWERS.items():
            for answer in answers:
                self._answers.labels(request, answer)


class _Watched:
    """See `Provider`."""

    def __init__(self, provider: Provider, answers: Counter) -> None:
        self._provider = provider
        self._answers = answers

    async def submit(self, request: Request) -> SubmitOutcome:
        outcome = await self._provider.submit(request)
        self._answers.labels("submit", type(outcome).__name__).inc()
        return outcome

    async def poll(self, provider_task_id: str) -> PollOutcome:
        outcome = await self._provider.poll(provider_task_id)
        self._answers.labels("poll", type(outcome).__name__).inc()
        return outcome

    async def probe(self) -> HoldReason | None:
        return await self._provider.probe()


def _status(status: int) -> str:
    if status < 400:
        return "ok"
    if str(status) in _STATUSES:
        return str(status)
    return "5xx" if status >= 500 else "4xx"
