"""Requests that are over, and the sums that outlive them."""

from typing import Any

from bot.domain.jobs import FailureReason, JobId
from bot.domain.moderation import OperatorDefaults
from bot.domain.usage import Period
from bot.storage.usage import UsageSums
from tests.support.drafts import SERVER, draft
from tests.support.records import Records


async def delivered(records: Records, *, fails: bool = False, **wishes: Any) -> JobId:
    """A request that is over, with its picture or without."""
    view = await records.opened(draft(**wishes))
    for claim in await records.rendering(view.job.request.count):
        if fails:
            await records.fail(claim, FailureReason.SAFETY)
        else:
            await records.render(claim)
    now = records.clock.now()
    await records.jobs.claim(100, now)
    await records.jobs.begin_delivery(view.job.id, now)
    await records.jobs.finish(view.job.id, "digest", now)
    return view.job.id


async def books(records: Records) -> tuple[object, ...]:
    """All sums: those of the hours, and a month's report without its names."""
    start, end = Period.MONTH.until(records.clock.now())
    report = await UsageSums(records.store, OperatorDefaults()).report(SERVER, Period.MONTH, start, end)
    hours = records.database.rows("SELECT * FROM use_of_hour ORDER BY account_id, hour, quality")
    return hours, report.uses, report.refusals, report.failures, report.waits, report.images, report.microusd
