"""A hundred, ten thousand and a hundred thousand tasks that are not over: what their number costs.

One task is due when the bot starts; the others in an hour. The cost of a claim is taken in this process, on a
database with so many in line and so many at the provider.
"""

import asyncio
import sqlite3
import tempfile
import time
from contextlib import closing
from pathlib import Path
from statistics import median

from benchmarks.figures import Figure
from benchmarks.process import used
from benchmarks.stage import Stage, stage
from bot.services.ids import new_attempt_id
from bot.storage.sqlite import Store
from bot.storage.tasks import Tasks
from sandbox.modellix.faults import Kind
from sandbox.modellix.tasks import Task

RUNS = 1
COUNTS = (100, 10_000, 100_000)
SETTLE_S, WATCHED_S = 5.0, 20.0
CLAIMS = 50
_HOUR_MS = 3_600_000


async def measure() -> list[Figure]:
    """From the start to the first poll, memory, and processor; then claims."""
    figures, fewest_mib = [], 0.0
    for count in COUNTS:
        first_poll_s, idle_percent, resident_mib = await _start(count)
        fewest_mib = fewest_mib or resident_mib
        what = f"{count:,} pending tasks"
        kib_each = max(0.0, resident_mib - fewest_mib) * 1024 / count
        figures += [
            Figure(f"{what}: start to first poll", first_poll_s, "s", at_most=2),
            Figure(f"{what}: processor when nothing is due", idle_percent, "%", at_most=2),
            Figure(f"{what}: memory a task, beyond {COUNTS[0]} of them", kib_each, "KiB", at_most=2),
        ]
    fewest_ms = None
    for count in COUNTS:
        submit_ms, poll_ms = await _claims(count)
        fewest_ms = fewest_ms or (submit_ms, poll_ms)
        # Flat: within what a disk's fsync varies.
        figures += [
            Figure(f"{count:,} in line: a claim to submit", submit_ms, "ms", at_most=2 * fewest_ms[0]),
            Figure(f"{count:,} rendering: a claim to poll", poll_ms, "ms", at_most=2 * fewest_ms[1]),
        ]
    return figures


async def _start(count: int) -> tuple[float, float, float]:
    async with stage() as place:
        await _filled(place.bot.database, rendering=count)
        _known_to(place, count)
        started = time.perf_counter()
        await place.bot.start()
        polls = place.provider.world.requests[Kind.POLL]
        while not polls:  # noqa: ASYNC110 - the stand-in tells nobody
            await asyncio.sleep(0.005)
        first_poll_s = time.perf_counter() - started
        await place.discord.ready("imagine")
        await asyncio.sleep(SETTLE_S)
        async with used(place.bot.pid) as use:
            await asyncio.sleep(WATCHED_S)
    return first_poll_s, use.cpu_percent, use.peak_mib


def _known_to(place: Stage, count: int) -> None:
    """The first of them is done at the provider."""
    world = place.provider.world
    now = world.now()
    world.tasks["p0"] = Task("p0", 1, "a pear", "1024x1024", "low", frozenset(), now - 10, now - 5)


async def _claims(count: int) -> tuple[float, float]:
    """Medians in milliseconds: whose turn it is, and which task to look at."""
    with tempfile.TemporaryDirectory(prefix="imagine-bench-") as folder:
        path = Path(folder) / "bot.sqlite3"
        await _filled(path, queued=count, rendering=count)
        async with Store.open(path) as store:
            tasks = Tasks(store, owner="bench", new_attempt_id=new_attempt_id)
            now = _now()
            submit_ms = [await _took_ms(tasks.claim_submits(1, now)) for _ in range(CLAIMS)]
            poll_ms = [await _took_ms(tasks.claim_polls(1, now + 2 * _HOUR_MS)) for _ in range(CLAIMS)]
    return median(submit_ms), median(poll_ms)


async def _took_ms(claim: object) -> float:
    started = time.perf_counter()
    assert await claim  # type: ignore[misc]
    return (time.perf_counter() - started) * 1e3


async def _filled(path: Path, *, queued: int = 0, rendering: int = 0) -> None:
    """Jobs of one picture each, all by different members."""
    path.parent.mkdir(parents=True, exist_ok=True)
    async with Store.open(path):
        pass
    now, later = _now(), _now() + _HOUR_MS
    jobs = [_job(f"q{n}", n, now, later) for n in range(queued)]
    jobs += [_job(f"r{n}", queued + n, now, later) for n in range(rendering)]
    tasks = [_task(f"q{n}", n, "queued", now, now, None) for n in range(queued)]
    tasks += [
        _task(f"r{n}", queued + n, "rendering", now, later if n else now, f"p{n}") for n in range(rendering)
    ]
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN")
        connection.executemany(_JOB, jobs)
        connection.executemany(_TASK, tasks)
        connection.execute("COMMIT")


def _job(job_id: str, number: int, now: int, due_at: int) -> tuple[object, ...]:
    return (job_id, number, number, number, now, now, number, due_at)


def _task(
    job_id: str, number: int, state: str, now: int, due_at: int, provider_task_id: str | None
) -> tuple[object, ...]:
    submitted_at, deadline_at = (now, now + 2 * _HOUR_MS) if provider_task_id else (None, None)
    attempt_id = f"a{number}" if provider_task_id else None
    return (
        *(f"{job_id}-1", job_id, state, number, number, now, now, due_at),
        *(provider_task_id, attempt_id, submitted_at, deadline_at),
    )


def _now() -> int:
    return round(time.time() * 1000)


_JOB = """
INSERT INTO job (id, state, requester_id, prompt, size, quality, count, interaction_id, channel_id, guild_id,
  token, token_expires_at, bot_is_member, upload_limit_bytes, language, account_id, accepted_at, moved_at,
  message_id, due_at)
VALUES (?, 'open', ?, 'A red fox', '1024x1024', 'low', 1, ?, ?, 1, '', 0, 1, 10485760, 'en-US', 1, ?, ?,
  ?, ?)"""
_TASK = """
INSERT INTO task (id, job_id, number, state, requester_id, size, quality, turn, account_id, accepted_at,
  moved_at, due_at, estimate_microusd, provider_task_id, attempt_id, submitted_at, deadline_at)
VALUES (?, ?, 1, ?, ?, '1024x1024', 'low', ?, 1, ?, ?, ?, 6000, ?, ?, ?, ?)"""
