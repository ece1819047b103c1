"""A million requests of one year in one database: how long it takes to say what was used.

`python -m benchmarks.year FILE` makes the database and keeps it, for other questions.
"""

import asyncio
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from dataclasses import replace
from itertools import accumulate
from itertools import count as numbers
from pathlib import Path

from benchmarks.figures import Figure, p50, p99
from bot.domain.admission import PLAIN
from bot.domain.history import EVERYTHING
from bot.domain.jobs import FailureReason, Quality, Size
from bot.domain.limits import MONTH_S, Limit
from bot.domain.units import after
from bot.domain.usage import Period
from bot.ops import logs
from bot.services.history import PAGE_MAX
from bot.services.moderators import Moderator, Target
from bot.services.tables import Form
from bot.services.usage import Usage
from bot.settings import Settings
from bot.storage.audit import Audits
from bot.storage.history import OwnRequests
from bot.storage.jobs import Jobs
from bot.storage.migrate import migrations
from bot.storage.sqlite import Store
from bot.storage.usage import UsageSums
from tests.support.clock import ManualClock
from tests.support.drafts import draft
from tests.support.drafts import place as a_place
from tests.support.prices import default_prices

JOBS = 1_000_000
SERVERS, MEMBERS_OF_SERVER = 50, 2_000
END = 1_790_000_000_000
"""The last request was just before; nothing depends on today."""
YEAR_MS = 365 * 86_400_000
GUILD = 1_000
"""The id of the busiest server: every fifth request is from there."""
TIMES = 5
DECISIONS = 500
RUNS = 1
_NUMBERS = numbers()
_BATCH = 20_000
_MICROUSD = {Quality.LOW: 6_000, Quality.MEDIUM: 53_000, Quality.HIGH: 130_000}
_SIZE = Size.SQUARE.value


async def measure() -> list[Figure]:
    """What the busiest of fifty servers asks for, and the same where all is on one server."""
    logs.set_up("warning", "text")
    figures = []
    for servers, where in ((SERVERS, "a fifth of it on one server"), (1, "all on one server")):
        with tempfile.TemporaryDirectory(prefix="imagine-bench-") as folder:
            path = Path(folder) / "bot.sqlite3"
            await asyncio.to_thread(fill, path, servers=servers)
            figures += [
                replace(figure, what=f"{JOBS:,} jobs, {where}: {figure.what}")
                for figure in await _asked(path)
            ]
    return figures


async def _asked(path: Path) -> list[Figure]:
    moderator = Moderator(1, GUILD, is_owner=False, rank=1)
    busy = GUILD * 1_000_000 + 1
    """Who asked for more than anybody else."""
    target = Target(busy, is_bot=False, is_owner=False, rank=0)
    settings = Settings.model_construct()
    async with Store.open(path) as store:
        sums = UsageSums(store, settings.operator)
        usage = Usage(sums, Audits(store), default_prices(), ManualClock(END))
        jobs = Jobs(store, owner="bench", slots=settings.modellix_max_tasks, operator=settings.operator)
        history = OwnRequests(store)
        decision_ms = [await _took_ms(lambda: _decided(jobs)) for _ in range(DECISIONS)]
        figures = [
            Figure("/imagine decided and written, p50", p50(decision_ms), "ms"),
            Figure("/imagine decided and written, p99", p99(decision_ms), "ms", at_most=20),
        ]
        for what, ask in (
            ("a page of /history", lambda: history.older(busy, EVERYTHING, None, PAGE_MAX + 1)),
            ("the month's report", lambda: usage.report(moderator, Period.MONTH)),
            ("a member's own use", lambda: usage.member(moderator, target, PLAIN)),
            ("the operator's list of servers", lambda: sums.accounts(after(END, -MONTH_S))),
        ):
            slowest_ms = max([await _took_ms(ask) for _ in range(TIMES)])
            figures.append(Figure(f"{what}, slowest of {TIMES}", slowest_ms, "ms", at_most=300))
        with tempfile.TemporaryFile() as file:
            exporting = lambda: usage.export(  # noqa: E731
                moderator, Period.MONTH, Form.CSV, file, prompts=False, max_bytes=1 << 30
            )
            figures.append(Figure("the month's export", await _took_ms(exporting) / 1e3, "s"))
    return figures


async def _decided(jobs: Jobs) -> None:
    """One more request, by somebody who has asked for much, in the busiest server."""
    number = next(_NUMBERS)
    member_id = GUILD * 1_000_000 + 2 + number % 500
    place = a_place(guild_id=GUILD, interaction_id=END + number)
    answer = await jobs.accept(draft(by=member_id, at=place), END)
    assert answer is not None


async def _took_ms(ask: Callable[[], Awaitable[object]]) -> float:
    started = time.perf_counter()
    await ask()
    return (time.perf_counter() - started) * 1e3


def fill(path: Path, *, jobs: int = JOBS, servers: int = SERVERS, seed: int = 7) -> None:
    """Make a database with a year of jobs in it; the same each time. Blocks for two minutes.

    Without the history of their moves, which nothing that is measured here reads.
    """
    path.unlink(missing_ok=True)
    asyncio.run(_make_schema(path))
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA cache_size = -400000")
        triggers = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
        kept = [(name, sql) for name, sql in triggers if "audit" not in sql]
        for name, _ in kept:
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("BEGIN")
        rng = random.Random(seed)
        for first in range(0, jobs, _BATCH):
            _add(connection, rng, range(first, min(first + _BATCH, jobs)), jobs, servers)
        connection.execute(_sums())
        connection.execute("COMMIT")
        for _, sql in kept:
            connection.execute(sql)


async def _make_schema(path: Path) -> None:
    async with Store.open(path):
        pass


def _sums() -> str:
    """The statement of the migration that sums the hours."""
    (sql,) = [step.sql for step in migrations() if "INSERT INTO use_of_hour" in step.sql]
    start = sql.index("INSERT INTO use_of_hour")
    return sql[start : sql.index(";", start)]


def _add(connection: sqlite3.Connection, rng: random.Random, numbers: range, of: int, servers: int) -> None:
    jobs: list[tuple[object, ...]] = []
    tasks: list[tuple[object, ...]] = []
    refusals: list[tuple[object, ...]] = []
    weights = list(accumulate(1 / (place + 1) for place in range(servers)))
    for number in numbers:
        guild_id = GUILD + rng.choices(range(servers), cum_weights=weights)[0]
        member_id = guild_id * 1_000_000 + min(int(rng.paretovariate(0.6)), MEMBERS_OF_SERVER)
        at = END - YEAR_MS + YEAR_MS * number // of
        quality = rng.choices(list(Quality), (9, 3, 1))[0]
        count = rng.choices((1, 2, 3, 4), (8, 1, 0.5, 0.5))[0]
        job_id = f"y{number:09d}"
        place = (number, 500 + guild_id, guild_id, guild_id, at, at, number)
        jobs.append((job_id, member_id, quality.value, count, *place))
        for image in range(1, count + 1):
            task = (f"{job_id}-{image}", job_id, image, member_id, quality.value, guild_id, at, at)
            tasks.append((*task, *_end(rng, quality, at)))
        if rng.random() < 0.1:
            refusals.append((at, guild_id, member_id, rng.choice(list(Limit)).value))
    connection.executemany(_JOB, jobs)
    connection.executemany(_TASK, tasks)
    connection.executemany(_REFUSAL, refusals)


def _end(rng: random.Random, quality: Quality, at: int) -> Iterator[object]:
    """State, reason, estimate, cost, submitted_at, ended_at, provider's id, attempt, picture, took_ms."""
    name = rng.randbytes(8).hex()
    picture = f"images/{name}"
    submitted_at = at + round(rng.lognormvariate(0.5, 1.2) * 1_000)
    took_ms = round(rng.lognormvariate(2.5, 0.5) * 1_000)
    price = _MICROUSD[quality]
    ended_at = submitted_at + took_ms
    luck = rng.random()
    if luck < 0.03:
        yield from ("cancelled", None, price, 0, None, ended_at, None, None, None, None)
    elif luck < 0.08:
        reason = rng.choice(list(FailureReason)).value
        yield from ("failed", reason, price, 0, submitted_at, ended_at, name, name, None, took_ms)
    else:
        yield from ("rendered", None, price, price, submitted_at, ended_at, name, name, picture, took_ms)


_JOB = f"""
INSERT INTO job (id, state, requester_id, prompt, size, quality, count, interaction_id, channel_id, guild_id,
  token, token_expires_at, bot_is_member, upload_limit_bytes, language, account_id, accepted_at, moved_at,
  message_id)
VALUES (?, 'delivered', ?, 'A red fox in fresh snow at sunrise, soft light, film photograph', '{_SIZE}',
  ?, ?, ?, ?, ?, '', 0, 1, 10485760, 'en-US', ?, ?, ?, ?)"""
_TASK = f"""
INSERT INTO task (id, job_id, number, requester_id, size, quality, turn, account_id, accepted_at, moved_at,
  state, reason, estimate_microusd, cost_microusd, submitted_at, ended_at, provider_task_id, attempt_id,
  picture_path, took_ms)
VALUES (?, ?, ?, ?, '{_SIZE}', ?, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_REFUSAL = "INSERT INTO refusal (at, account_id, member_id, why) VALUES (?, ?, ?, ?)"


if __name__ == "__main__":
    started = time.perf_counter()
    fill(Path(sys.argv[1]))
    print(f"{time.perf_counter() - started:.0f} s")
