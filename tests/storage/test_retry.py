"""Trying an unknown image again spends money, so what forbids spending is asked again."""

from collections.abc import Mapping

import pytest

from bot.domain.admission import Gate, Refusal
from bot.domain.errors import OverLimit
from bot.domain.limits import DAY_S, Limit, Value
from bot.domain.moderation import OperatorDefaults
from bot.storage.tasks import Tasks
from tests.support.drafts import LOW_1K_MICROUSD, SERVER
from tests.support.records import Records


def capped(records: Records, limits: Mapping[Limit, Value]) -> tuple[Records, Tasks]:
    """A run with these limits, and its tasks."""
    run = records.run("capped", limits=limits)
    operator = OperatorDefaults(limits)
    return run, Tasks(run.store, owner="capped", new_attempt_id=lambda: "again", operator=operator)


async def unknown(run: Records) -> str:
    """A job whose only image nobody knows of."""
    view = await run.opened()
    (claim,) = await run.submitting()
    await run.lose(claim)
    return view.job.id


@pytest.mark.parametrize(
    "limit",
    [Limit.SPEND_PER_DAY, Limit.SERVER_SPEND_PER_MONTH, Limit.BOT_SPEND_PER_DAY],
)
async def test_a_cap_holds_for_a_second_try_too(records: Records, limit: Limit) -> None:
    run, tasks = capped(records, {limit: LOW_1K_MICROUSD})
    job_id = await unknown(run)

    with pytest.raises(OverLimit) as refused:
        await tasks.retry_unknown(job_id, run.clock.now())

    assert isinstance(refused.value.refusal, Refusal)
    assert refused.value.refusal.by is limit
    assert records.database.rows("SELECT state, doubt_microusd FROM task") == [("unknown", 0)]


async def test_nothing_is_tried_again_while_requests_are_paused(records: Records) -> None:
    run, tasks = capped(records, {})
    job_id = await unknown(run)
    records.database.alter("INSERT INTO server (guild_id, paused_reason) VALUES (?, 'dinner')", SERVER)

    with pytest.raises(OverLimit) as refused:
        await tasks.retry_unknown(job_id, run.clock.now())

    assert isinstance(refused.value.refusal, Refusal)
    assert refused.value.refusal.by is Gate.PAUSED


async def test_how_many_images_somebody_had_does_not_matter(records: Records) -> None:
    """This one was accepted once."""
    run, tasks = capped(records, {Limit.IMAGES_PER_HOUR: 1, Limit.WAITING: 1, Limit.COOLDOWN: 60})
    assert await tasks.retry_unknown(await unknown(run), run.clock.now()) == 1


async def test_a_second_try_counts_on_the_day_it_is_paid(records: Records) -> None:
    run, tasks = capped(records, {Limit.BOT_SPEND_PER_DAY: 3 * LOW_1K_MICROUSD})
    job_id = await unknown(run)
    run.clock.advance(2 * DAY_S)

    await tasks.retry_unknown(job_id, run.clock.now())

    refusal = await run.refused(estimate=2 * LOW_1K_MICROUSD)
    assert (refusal.by, refusal.used) == (Limit.BOT_SPEND_PER_DAY, 2 * LOW_1K_MICROUSD)
    sums = "SELECT SUM(images), SUM(microusd) FROM use_of_hour WHERE account_id = ? AND microusd > 0"
    assert records.database.rows(sums, SERVER) == [(1, 2 * LOW_1K_MICROUSD)]
