"""What an operator quotes to the provider's support is in the line of what went wrong."""

import pytest
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from sandbox.modellix import Fault
from tests.support.drafts import LOW_1K_MICROUSD
from tests.support.studio import Studio

SHORT_S = 1_000.0
"""A download that fails is not waited for to its end."""


@pytest.mark.parametrize(
    ("event", "fault", "on", "name"),
    [
        ("task.taken", None, None, "req-submit-"),
        ("task.refused", Fault.STATUS_400, "submit", "req-submit-"),
        ("task.unknown", Fault.CODE_NOT_ZERO, "submit", "req-submit-"),
        ("task.given_up", Fault.FAILED_ERROR_TEXT, None, "req-poll-"),
        ("task.poll_stumbled", Fault.CODE_NOT_ZERO, "poll", "req-poll-"),
        ("task.fetch_failed", Fault.STATUS_404, "file", "req-poll-"),
    ],
)
async def test_the_line_names_task_job_and_request(
    studio: Studio, event: str, fault: Fault | None, on: str | None, name: str
) -> None:
    if fault is not None:
        studio.sandbox.fault(fault, **({"on": on} if on else {}))
    with capture_logs(processors=[merge_contextvars]) as lines:
        task = await studio.drawn(SHORT_S)

    line = next(line for line in lines if line["event"] == event)
    assert (line["task"], line["job"]) == (task.id, task.job_id)
    assert line["provider_request"].startswith(name)
    if event not in {"task.refused", "task.unknown"}:
        assert line["provider_task"] == task.provider_task_id


@pytest.mark.parametrize(("estimate", "times"), [(LOW_1K_MICROUSD // 10, 0), (LOW_1K_MICROUSD // 10 - 1, 1)])
async def test_a_bill_of_more_than_ten_times_its_estimate_is_told(
    studio: Studio, estimate: int, times: int
) -> None:
    with capture_logs() as lines:
        await studio.drawn(estimate=estimate)
    bills = [line["cost_microusd"] for line in lines if line["event"] == "task.dear"]
    assert bills == times * [LOW_1K_MICROUSD]
