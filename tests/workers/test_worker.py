"""The loop under both workers: wait for the next due row or a nudge, and stop without losing a step."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from bot.domain.errors import StoreBusy
from bot.domain.jobs import JobState, TaskState
from bot.domain.units import after
from bot.storage.jobs import LEASE_S
from bot.workers.worker import RENEW_EVERY_S, Worker
from tests.support.counter import Counter
from tests.support.gate import Gate
from tests.support.studio import Studio


@asynccontextmanager
async def running(worker: Worker) -> AsyncIterator["asyncio.Task[None]"]:
    """A loop that turns while the test goes on."""
    loop = asyncio.create_task(worker.run())
    try:
        yield loop
    finally:
        loop.cancel()
        await asyncio.gather(loop, return_exceptions=True)
        await worker.drain(0)


class TestLoop:
    async def test_a_nudge_wakes_it_at_once(self, counter: Counter) -> None:
        async with running(counter.deliverer):
            await counter.clock.asleep()
            await counter.rendered()
            counter.deliverer.nudge()
            await counter.publisher.has_shown(1)

    async def test_without_a_nudge_it_wakes_when_the_next_row_is_due(self, counter: Counter) -> None:
        await counter.records.opened()
        async with running(counter.deliverer):
            await counter.clock.asleep(2)
            assert counter.publisher.shown == []
            counter.clock.advance(3)
            await counter.publisher.has_shown(1)

    async def test_a_nudge_during_a_look_is_not_lost(self, counter: Counter) -> None:
        await counter.rendered()
        counter.publisher.gate = asyncio.Event()
        async with running(counter.deliverer):
            await counter.publisher.reached.wait()
            await counter.rendered(by=2)
            counter.deliverer.nudge()
            counter.publisher.gate.set()
            await counter.publisher.has_shown(2)

    async def test_many_rows_are_moved_side_by_side_but_not_all_at_once(self, counter: Counter) -> None:
        for member in range(20):
            await counter.rendered(by=member)
        counter.publisher.gate = asyncio.Event()
        async with running(counter.deliverer):
            await counter.publisher.reached.wait()
            assert counter.publisher.calls <= 8
            counter.publisher.gate.set()
            await counter.publisher.has_shown(20)
        assert len({shown.job_id for shown in counter.publisher.shown}) == 20

    async def test_a_database_that_is_away_is_waited_for(
        self, counter: Counter, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await counter.rendered()

        def away(*_: object) -> Any:
            raise StoreBusy("locked")

        with monkeypatch.context() as patch:
            patch.setattr(counter.records.jobs, "claim", away)
            async with running(counter.deliverer):
                await counter.clock.asleep(2)
                patch.undo()
                counter.clock.advance(2)
                await counter.publisher.has_shown(1)


class TestLease:
    async def test_it_is_kept_for_as_long_as_a_step_takes(self, counter: Counter) -> None:
        """A slow upload of four pictures must not be taken for a dead one."""
        await counter.rendered()
        counter.publisher.gate = asyncio.Event()
        async with running(counter.deliverer):
            await counter.publisher.reached.wait()
            await counter.clock.asleep(2)
            for _ in range(2 * round(LEASE_S / RENEW_EVERY_S)):
                counter.clock.advance(RENEW_EVERY_S)
                await counter.clock.asleep(2)
                leased_until = counter.records.database.value("SELECT lease_until FROM job")
                assert leased_until == after(counter.clock.now(), LEASE_S)
            counter.publisher.gate.set()
            await counter.publisher.has_shown(1)

    async def test_a_step_whose_lease_lapsed_while_the_machine_slept_is_not_begun_twice(
        self, counter: Counter, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        view = await counter.rendered()
        counter.publisher.gate = asyncio.Event()
        working = asyncio.create_task(counter.deliverer.run_once())
        await counter.publisher.reached.wait()
        claimed, claim = asyncio.Event(), counter.records.jobs.claim

        async def watched(limit: int, now: int) -> Any:
            views = await claim(limit, now)
            assert [one.job.id for one in views] == [view.job.id]
            claimed.set()
            return views

        monkeypatch.setattr(counter.records.jobs, "claim", watched)
        counter.clock.advance(10 * LEASE_S)
        again = asyncio.create_task(counter.deliverer.run_once())
        await claimed.wait()
        counter.publisher.gate.set()
        await asyncio.gather(working, again)
        assert len(counter.publisher.shown) == 1
        assert (await counter.job(view.job.id)).state is JobState.DELIVERED


class TestStop:
    async def test_steps_under_way_are_given_their_time(self, counter: Counter) -> None:
        view = await counter.rendered()
        counter.publisher.gate = asyncio.Event()
        async with running(counter.deliverer) as loop:
            await counter.publisher.reached.wait()
            loop.cancel()
            await asyncio.gather(loop, return_exceptions=True)
            draining = asyncio.create_task(counter.deliverer.drain(30))
            await asyncio.sleep(0)
            assert not draining.done()
            counter.publisher.gate.set()
            await draining
        assert (await counter.job(view.job.id)).state is JobState.DELIVERED

    async def test_and_then_cut_off_where_a_crash_would_be_safe(self, studio: Studio) -> None:
        gate = Gate(studio.sandbox, "submit.after")
        view = await studio.records.opened()
        async with running(studio.renderer) as loop:
            await gate.reached()
            loop.cancel()
            await asyncio.gather(loop, return_exceptions=True)
            await studio.renderer.drain(0)
        gate.open()
        assert (await studio.task(view.job.id)).state is TaskState.SUBMITTING
        later = await studio.restarted()
        assert (await later.task(view.job.id)).state is TaskState.UNKNOWN

    async def test_what_was_being_claimed_is_sent_rather_than_left_in_doubt(
        self, studio: Studio, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Stopped while the intent was being committed: without its step the image would be unknown
        after the restart, and a person would have to decide about something that was never sent."""
        view = await studio.records.opened()
        claiming, claim = asyncio.Event(), studio.records.tasks.claim_submits

        async def slowly(limit: int, now: int) -> Any:
            claiming.set()
            return await claim(limit, now)

        monkeypatch.setattr(studio.records.tasks, "claim_submits", slowly)
        async with running(studio.renderer) as loop:
            await claiming.wait()
            loop.cancel()
            await asyncio.gather(loop, return_exceptions=True)
            await studio.renderer.drain(30)
        assert (await studio.task(view.job.id)).state is TaskState.RENDERING

    async def test_an_idle_loop_stops_at_once(self, counter: Counter) -> None:
        async with running(counter.deliverer):
            await counter.clock.asleep()
        await counter.deliverer.drain(30)
