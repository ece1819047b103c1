"""kill -9 at any moment: the next run pays nothing twice and loses nothing that is paid."""

import asyncio

import pytest

from bot.domain.jobs import TaskState
from tests.support.drafts import LOW_1K_MICROUSD
from tests.support.gate import Gate
from tests.support.studio import Studio


async def killed_at(studio: Studio, moment: str) -> str:
    """Work on one image until a request comes to that moment, and die there; the job's id."""
    gate = Gate(studio.sandbox, moment)
    view = await studio.records.opened()
    working = asyncio.create_task(studio.work())
    await gate.reached()
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
    await studio.renderer.drain(0)
    gate.open()
    return view.job.id


@pytest.mark.parametrize("moment", ["submit.before", "submit.after"])
async def test_killed_while_sending_it_is_unknown_and_never_sent_again(studio: Studio, moment: str) -> None:
    job_id = await killed_at(studio, moment)
    assert (await studio.task(job_id)).state is TaskState.SUBMITTING
    later = await studio.restarted()
    await later.work(86_400)
    assert (await later.task(job_id)).state is TaskState.UNKNOWN
    assert studio.asked("submit") == 1


@pytest.mark.parametrize("moment", ["poll.before", "poll.after", "file.before", "file.after"])
async def test_killed_later_it_is_looked_at_again_and_rendered(studio: Studio, moment: str) -> None:
    job_id = await killed_at(studio, moment)
    assert (await studio.task(job_id)).state is TaskState.RENDERING
    later = await studio.restarted()
    await later.work()
    task = await later.task(job_id)
    assert (task.state, task.cost_microusd) == (TaskState.RENDERED, LOW_1K_MICROUSD)
    assert (studio.asked("submit"), studio.taken) == (1, 1)
    kept = [file.name for file in (studio.data_dir / "images").rglob("*") if file.is_file()]
    assert kept == ["1.png"]


async def test_killed_again_and_again_it_comes_to_an_end(studio: Studio) -> None:
    job_id = await killed_at(studio, "poll.before")
    run = studio
    for number, moment in enumerate(["poll.after", "file.before", "file.after", "poll.before"]):
        run = await run.restarted(f"run-{number + 2}")
        gate = Gate(studio.sandbox, moment)
        working = asyncio.create_task(run.work())
        await gate.reached()
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)
        await run.renderer.drain(0)
        gate.open()
    last = await run.restarted("run-last")
    await last.work()
    assert (await last.task(job_id)).state is TaskState.RENDERED
    assert studio.taken == 1


async def test_an_answer_to_a_run_thought_dead_is_not_lost(studio: Studio) -> None:
    """Unknown to the new run; then the old one gets its answer after all, and says so by attempt."""
    gate = Gate(studio.sandbox, "submit.after")
    view = await studio.records.opened()
    working = asyncio.create_task(studio.renderer.run_once())
    await gate.reached()
    later = await studio.restarted()
    assert (await later.task(view.job.id)).state is TaskState.UNKNOWN
    gate.open()
    await working
    await later.work()
    assert (await later.task(view.job.id)).state is TaskState.RENDERED
    assert studio.taken == 1


async def test_a_run_thought_dead_settles_nothing(studio: Studio) -> None:
    """Its lease is gone: the picture that it brings is the new run's to settle, once."""
    await studio.records.opened()
    await studio.renderer.run_once()
    studio.clock.advance(30)
    gate = Gate(studio.sandbox, "file.after")
    working = asyncio.create_task(studio.renderer.run_once())
    await gate.reached()
    later = await studio.restarted()
    gate.open()
    await asyncio.gather(working, later.work())
    assert studio.records.database.rows("SELECT to_state FROM event WHERE to_state = 'rendered'") == [
        "rendered"
    ]
