"""The renderer between a budget that is small and a database that is away."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from bot.domain.errors import StoreBusy
from bot.domain.jobs import Request, TaskState
from bot.domain.provider import HoldReason, PollOutcome, SubmitOutcome
from bot.storage.spill import SpillFile
from bot.workers.renderer import Renderer
from sandbox.modellix import Fault
from tests.support.clock import ManualClock
from tests.support.gate import Gate
from tests.support.studio import Studio, opened_studio


class Broken:
    """A provider whose client has a bug."""

    async def submit(self, request: Request) -> SubmitOutcome:
        raise ZeroDivisionError

    async def poll(self, provider_task_id: str) -> PollOutcome:
        raise ZeroDivisionError

    async def probe(self) -> HoldReason | None:
        raise ZeroDivisionError


def away(*_: object, **__: object) -> Any:
    raise StoreBusy("locked")


class TestBudget:
    async def test_no_more_requests_a_minute_and_tasks_at_once_than_the_account_takes(
        self, tmp_path: Path, clock: ManualClock
    ) -> None:
        """The stand-in counts for itself and never has to complain."""
        async with opened_studio(
            tmp_path, clock, max_tasks=3, requests_per_minute=12, tasks_at_once=3
        ) as studio:
            studio.sandbox.world.change({"requests_per_minute": 12})
            for member in range(6):
                await studio.records.opened(by=member, count=2)
            await studio.work(3_600)
            answers = studio.sandbox.world.books()["requests"]
            states = studio.records.database.rows("SELECT DISTINCT state FROM task")
        assert states == ["rendered"]
        assert set(answers["submit"]["answers"]) == {"200"}
        assert set(answers["poll"]["answers"]) == {"200"}

    async def test_a_full_house_is_not_asked_for_room_all_the_time(self, studio: Studio) -> None:
        """Two run, ten wait: the next submit goes when one ends, not when the clock ticks."""
        for member in range(6):
            await studio.records.opened(by=member, count=2)
        due = await studio.renderer.run_once()
        assert due is not None
        assert due > studio.clock.now()
        assert studio.asked("submit") == 2

    async def test_with_nothing_to_do_it_waits_for_a_nudge(self, studio: Studio) -> None:
        assert await studio.renderer.run_once() is None
        await studio.drawn()
        assert await studio.renderer.run_once() is None

    async def test_members_are_served_in_turns(self, studio: Studio) -> None:
        await studio.records.opened(by=1, prompt="one", count=4)
        await studio.records.opened(by=2, prompt="two")
        await studio.work()
        prompts = [task.prompt for task in studio.sandbox.world.tasks.values()]
        assert prompts[:2] == ["one", "two"]


class TestStoreAway:
    async def test_what_was_taken_is_written_down_however_long_that_takes(self, studio: Studio) -> None:
        """The provider's answer exists nowhere else."""
        await studio.records.store._writer.execute("PRAGMA busy_timeout = 1")
        gate = Gate(studio.sandbox, "submit.after")
        view = await studio.records.opened()
        working = asyncio.create_task(studio.renderer.run_once())
        await gate.reached()
        with studio.records.database.write_locked():
            gate.open()
            for _ in range(3):
                await studio.clock.asleep()
                studio.clock.advance(1)
            await studio.clock.asleep()
        studio.clock.advance(1)
        await working
        assert (await studio.task(view.job.id)).state is TaskState.RENDERING
        assert (studio.asked("submit"), studio.taken) == (1, 1)

    async def test_a_missing_forecast_holds_up_no_answer(
        self, studio: Studio, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """When to look next is a guess then; the id of a paid task must not be lost over it."""
        view = await studio.records.opened()
        monkeypatch.setattr(studio.records.tasks, "durations", away)
        await studio.renderer.run_once()
        assert (await studio.task(view.job.id)).state is TaskState.RENDERING

    async def test_nor_does_a_missing_count_of_what_runs(
        self, studio: Studio, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """429: certainly not taken, and so put back at once rather than unknown after a restart."""
        studio.sandbox.fault(Fault.CONCURRENCY_LIMITED)
        view = await studio.records.opened()
        load, calls = studio.records.tasks.load, iter([False, True, False, False])

        async def sometimes(now: int) -> object:
            return away() if next(calls, False) else await load(now)

        monkeypatch.setattr(studio.records.tasks, "load", sometimes)
        await studio.renderer.run_once()
        assert (await studio.task(view.job.id)).state is TaskState.QUEUED

    async def test_what_was_claimed_is_sent_although_nothing_else_can_be_claimed(
        self, studio: Studio, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Its intent is committed: not sending it now would make it unknown for nothing."""
        view = await studio.records.opened()
        monkeypatch.setattr(studio.records.tasks, "claim_polls", away)
        await studio.renderer.run_once()
        assert (await studio.task(view.job.id)).state is TaskState.RENDERING

    async def test_without_any_such_the_trouble_is_told_to_the_loop(
        self, studio: Studio, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Which then pauses, rather than turn as fast as it can."""
        monkeypatch.setattr(studio.records.tasks, "claim_polls", away)
        with pytest.raises(StoreBusy):
            await studio.renderer.run_once()

    async def test_a_hold_that_could_not_be_lifted_is_lifted_by_the_next_probe(
        self, studio: Studio, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Otherwise every card would say for ever that nothing moves."""
        studio.sandbox.fault(Fault.STATUS_401, times=2)
        await studio.records.opened(count=3)
        await studio.renderer.run_once()
        assert await studio.records.tasks.hold() is not None
        with monkeypatch.context() as patch:
            patch.setattr(studio.records.tasks, "set_hold", away)
            studio.clock.advance(60)
            await studio.renderer.run_once()
        assert await studio.records.tasks.hold() is not None
        await studio.work()
        assert await studio.records.tasks.hold() is None

    async def test_a_step_that_died_is_made_up_for_when_its_lease_lapses(
        self, studio: Studio, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """With nothing else going on nobody would ever nudge: the lapse itself is due."""
        view = await studio.records.opened()
        await studio.renderer.run_once()
        studio.clock.advance(30)
        with monkeypatch.context() as patch:
            patch.setattr(studio.pictures, "fetch", away)
            due = await studio.renderer.run_once()
        assert due is not None
        await studio.work()
        assert (await studio.task(view.job.id)).state is TaskState.RENDERED


class TestBugs:
    async def test_a_bug_while_sending_is_an_answer_that_was_lost(self, studio: Studio) -> None:
        view = await studio.records.opened()
        broken = Renderer(
            studio.records.tasks,
            Broken(),
            studio.pictures,
            SpillFile(studio.data_dir / "spill.jsonl"),
            studio.governor,
            studio.clock,
            deadline_s=900.0,
            changed=lambda: None,
        )
        await broken.run_once()
        assert (await studio.task(view.job.id)).state is TaskState.UNKNOWN

    async def test_a_bug_while_looking_disturbs_no_other_task(self, studio: Studio) -> None:
        await studio.records.opened(count=2)
        await studio.renderer.run_once()
        fetch = studio.pictures.fetch
        broken_ids: Sequence[str] = [studio.records.database.rows("SELECT id FROM task ORDER BY id")[0]]

        async def sometimes(url: str, task_id: str) -> Any:
            if task_id in broken_ids:
                raise ZeroDivisionError
            return await fetch(url, task_id)

        studio.pictures.fetch = sometimes  # type: ignore[method-assign]
        studio.clock.advance(30)
        await studio.renderer.run_once()
        states = studio.records.database.rows("SELECT state FROM task ORDER BY id")
        assert states == ["rendering", "rendered"]
