"""Each job and each image that is over is told once, by whatever run comes to it."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.domain.errors import StoreFull
from bot.domain.jobs import FailureReason
from bot.ops import outcomes as told_by
from bot.ops.outcomes import GATHER_S, Outcomes
from bot.storage.outcomes import Outcome, OutcomeList
from tests.support.clock import ManualClock
from tests.support.drafts import ANA, SERVER, place
from tests.support.records import Records, opened_records


@pytest.fixture
async def records(tmp_path: Path, clock: ManualClock) -> AsyncIterator[Records]:
    async with opened_records(tmp_path / "bot.sqlite3", clock) as opened:
        yield opened


async def outcomes(records: Records) -> Outcomes:
    """Those of a run that has just begun."""
    ended = OutcomeList(records.store)
    return Outcomes(ended, records.clock, asyncio.Event(), told=await ended.told())


async def told(by: Outcomes) -> list[Any]:
    """What is told now."""
    with capture_logs() as lines:
        await by.tell()
    return lines


async def rested(by: Outcomes) -> None:
    """Return when all is told."""
    async with asyncio.timeout(5):
        while by.pulse.stands_still_s():  # noqa: ASYNC110 - a pulse tells nobody that it is well
            await asyncio.sleep(0.01)


async def test_every_end_has_its_line(records: Records) -> None:
    """However it came to it, and whoever brought it about: a moderator's sweep says nothing of its own."""
    mine, clock = await outcomes(records), records.clock
    assert await told(mine) == []

    delivered = (await records.opened(count=2, estimate=6_000)).job.id
    first, second = await records.rendering(2)
    clock.advance(9)
    await records.render(first)
    await records.fail(second, FailureReason.SAFETY)
    clock.advance(1)
    await records.jobs.claim(1, clock.now())
    await records.jobs.begin_delivery(delivered, clock.now())
    await records.jobs.finish(delivered, "digest", clock.now())
    withdrawn = (await records.accepted()).job.id
    await records.jobs.withdraw(withdrawn, clock.now())
    cancelled = (await records.opened()).job.id
    await records.jobs.cancel(cancelled, clock.now())
    lost = (await records.opened()).job.id
    await records.jobs.claim(9, clock.now())
    await records.jobs.give_up(lost, "CardGone", clock.now())
    await records.opened()

    lines = await told(mine)
    assert Counter((line["event"], line["job"]) for line in lines) == {
        ("task.rendered", delivered): 1,
        ("task.failed", delivered): 1,
        ("job.delivered", delivered): 1,
        ("task.cancelled", withdrawn): 1,
        ("job.withdrawn", withdrawn): 1,
        ("task.cancelled", cancelled): 1,
        ("job.cancelled", cancelled): 1,
        ("task.cancelled", lost): 1,
        ("job.undeliverable", lost): 1,
    }
    by_event = {line["event"]: line for line in lines}
    assert by_event["job.undeliverable"]["fault"] == "CardGone"
    assert by_event["task.failed"] | {"task": second.task.id, "reason": "safety"} == by_event["task.failed"]
    rendered = {"task": first.task.id, "seconds": 9.0, "render_seconds": 9.0, "cost_microusd": 6_000}
    assert by_event["task.rendered"] | rendered == by_event["task.rendered"]
    of_all = {
        "images": 1,
        "count": 2,
        "seconds": 10.0,
        "cost_microusd": 6_000,
        "guild": SERVER,
        "member": ANA,
    }
    assert by_event["job.delivered"] | of_all == by_event["job.delivered"]
    assert await told(mine) == []


async def test_what_a_killed_run_did_not_tell_the_next_one_tells(records: Records) -> None:
    first = await outcomes(records)
    early = (await records.accepted()).job.id
    await records.jobs.withdraw(early, records.clock.now())
    assert len(await told(first)) == 2
    late = (await records.accepted()).job.id
    await records.jobs.withdraw(late, records.clock.now())

    assert {line["job"] for line in await told(await outcomes(records))} == {late}
    assert await told(await outcomes(records)) == []


async def test_the_past_of_a_database_from_before_there_were_such_lines_is_no_news(records: Records) -> None:
    await records.jobs.withdraw((await records.accepted()).job.id, records.clock.now())

    assert await told(await outcomes(records)) == []


async def test_a_database_that_cannot_be_written_has_nothing_told_twice(records: Records) -> None:
    mine = await outcomes(records)
    await records.jobs.withdraw((await records.accepted()).job.id, records.clock.now())
    await records.store._writer.execute("PRAGMA query_only = 1")

    with capture_logs() as lines:
        for _ in range(2):
            with pytest.raises(StoreFull):
                await mine.tell()
    assert len(lines) == 2

    await records.store._writer.execute("PRAGMA query_only = 0")
    assert await told(mine) == []
    assert await told(await outcomes(records)) == []


async def test_while_it_cannot_tell_it_stands_still_and_once_it_could_it_rests(records: Records) -> None:
    mine, clock = await outcomes(records), records.clock
    await records.jobs.withdraw((await records.accepted()).job.id, clock.now())
    await records.store._writer.execute("PRAGMA query_only = 1")
    running = asyncio.create_task(mine.run())

    await clock.asleep()
    clock.advance(GATHER_S)
    await clock.asleep()
    clock.advance(300)
    assert mine.pulse.stands_still_s() == 300 + GATHER_S

    await records.store._writer.execute("PRAGMA query_only = 0")
    await clock.asleep()
    clock.advance(GATHER_S)
    await rested(mine)
    running.cancel()


async def test_an_outcome_that_cannot_be_told_ends_no_bot_and_hides_no_other(
    records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, clock = await outcomes(records), records.clock
    jobs = [(await records.accepted()).job.id for _ in range(2)]
    for job_id in jobs:
        await records.jobs.withdraw(job_id, clock.now())
    tell = told_by._tell

    def failing(over: Outcome) -> None:
        if (over.job_id, over.task_id) == (jobs[0], None):
            raise RuntimeError("a bug")
        tell(over)

    monkeypatch.setattr(told_by, "_tell", failing)
    with capture_logs() as lines:
        running = asyncio.create_task(mine.run())
        async with asyncio.timeout(5):
            for _ in range(3):
                await clock.asleep()
                clock.advance(60)
        await rested(mine)
    running.cancel()

    assert Counter((line["event"], line.get("job")) for line in lines) == {
        ("task.cancelled", jobs[0]): 1,
        ("outcomes.bug", None): 1,
        ("task.cancelled", jobs[1]): 1,
        ("job.withdrawn", jobs[1]): 1,
    }


async def test_who_asked_in_a_direct_message_has_no_server(records: Records) -> None:
    mine = await outcomes(records)
    view = await records.accepted(at=place(guild_id=None))
    await records.jobs.withdraw(view.job.id, records.clock.now())

    assert {line["guild"] for line in await told(mine)} == {None}
