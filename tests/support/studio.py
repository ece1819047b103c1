"""The renderer with all that is real around it: provider over HTTP, database and pictures on disk."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from bot.domain.jobs import Task
from bot.domain.ports import Provider
from bot.domain.units import after
from bot.media.keep import PictureStore
from bot.modellix.client import ModellixClient
from bot.modellix.governor import Governor
from bot.storage.spill import SpillFile
from bot.workers.renderer import Renderer
from sandbox.modellix import ModellixSandbox
from tests.support.clock import ManualClock
from tests.support.records import Records, opened_records

KEY = "a-key-of-the-stand-in"
TURNS_MAX = 400
"""More turns than any story here needs: a loop that turns for nothing is found."""


@dataclass
class Studio:
    """One run of the renderer."""

    records: Records
    sandbox: ModellixSandbox
    provider: Provider
    pictures: PictureStore
    clock: ManualClock
    data_dir: Path
    max_tasks: int = 2
    requests_per_minute: int = 100
    deadline_s: float = 900.0
    changes: int = 0
    """How often the renderer said that something changed."""
    renderer: Renderer = field(init=False)
    governor: Governor = field(init=False)

    def __post_init__(self) -> None:
        self.governor = Governor(self.max_tasks, self.requests_per_minute, Random(7))
        self.renderer = Renderer(
            self.records.tasks,
            self.provider,
            self.pictures,
            SpillFile(self.data_dir / "spill.jsonl"),
            self.governor,
            self.clock,
            deadline_s=self.deadline_s,
            changed=self._count,
            rng=Random(7),
        )

    async def restarted(self, owner: str = "run-2") -> "Studio":
        """The process was killed; another one starts on the same files."""
        later = Studio(
            self.records.run(owner),
            self.sandbox,
            self.provider,
            self.pictures,
            self.clock,
            self.data_dir,
            self.max_tasks,
            self.requests_per_minute,
            self.deadline_s,
        )
        await later.renderer.recover()
        return later

    async def work(self, seconds: float = 3_600) -> None:
        """Let time pass from one due moment to the next, until nothing waits or that much has passed."""
        end = after(self.clock.now(), seconds)
        for _ in range(TURNS_MAX):
            due = await self.renderer.run_once()
            if due is None:
                return
            if due > end:
                self.clock.move_to(end)
                return
            self.clock.move_to(due)
        raise AssertionError("the renderer turns and turns and comes to no end")

    async def drawn(self, seconds: float = 3_600, **wishes: Any) -> Task:
        """The one task of a new job, after so much work on it."""
        view = await self.records.opened(**wishes)
        await self.work(seconds)
        return await self.task(view.job.id)

    async def task(self, job_id: str) -> Task:
        """The first task of a job as it stands."""
        return (await self.records.found(job_id)).tasks[0]

    @property
    def charged(self) -> int:
        """What the provider took, in micro-dollars."""
        return int(self.sandbox.world.books()["charged_microusd"])

    @property
    def taken(self) -> int:
        """How many paid tasks the provider has on its books."""
        return len(self.sandbox.world.tasks)

    def asked(self, kind: str) -> int:
        """How many requests of a kind the provider got."""
        return int(self.sandbox.world.books()["requests"][kind]["total"])

    def times_of(self, *kinds: str) -> list[float]:
        """When requests came in, in seconds."""
        requests = self.sandbox.world.books()["requests"]
        return sorted(time for kind in kinds for time in requests[kind]["times"])

    def _count(self) -> None:
        self.changes += 1


@asynccontextmanager
async def opened_studio(
    tmp_path: Path,
    clock: ManualClock,
    *,
    max_tasks: int = 2,
    requests_per_minute: int = 100,
    deadline_s: float = 900.0,
    base_url: str | None = None,
    submit_timeout_s: float = 10.0,
    **of_the_sandbox: Any,
) -> AsyncIterator[Studio]:
    """A studio on an empty folder; tasks take ten seconds unless told otherwise."""
    settings: dict[str, Any] = {"duration_s": 10, "pictures": "plain", "limit_headers": False}
    sandbox = ModellixSandbox(key=KEY, now=clock.unix_s, **{**settings, **of_the_sandbox})
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(sandbox.serving()) if base_url is None else base_url
        client = ModellixClient(url, KEY, clock, submit_timeout_s=submit_timeout_s)
        studio = Studio(
            await stack.enter_async_context(opened_records(tmp_path / "bot.sqlite3", clock)),
            sandbox,
            await stack.enter_async_context(client),
            await stack.enter_async_context(PictureStore(tmp_path, allow_loopback=True)),
            clock,
            tmp_path,
            max_tasks,
            requests_per_minute,
            deadline_s,
        )
        await studio.renderer.recover()
        yield studio
