"""Requests per minute, tasks at once and money."""

import pytest

from sandbox.modellix import ModellixSandbox, Settings
from tests.sandbox.modellix.conftest import Api, Clock


async def test_the_request_over_the_limit_is_429_until_the_minute_has_passed(
    api: Api, sandbox: ModellixSandbox, clock: Clock
) -> None:
    sandbox.world.change({"requests_per_minute": 2})
    task_id = await api.task()
    clock.now += 20
    assert (await api.poll(task_id)).status == 200
    refused = await api.submit()
    assert refused.status == 429
    assert refused.body["message"].startswith("Rate limit exceeded")
    assert refused.headers["Retry-After"] == "40"
    clock.now += 40
    assert (await api.submit()).status == 200


async def test_polls_may_be_left_out_of_the_count(api: Api, sandbox: ModellixSandbox) -> None:
    sandbox.world.change({"requests_per_minute": 1, "polls_count": False})
    task_id = await api.task()
    assert [(await api.poll(task_id)).status for _ in range(3)] == [200] * 3


async def test_the_task_over_the_limit_is_429_until_another_is_done(
    api: Api, sandbox: ModellixSandbox, clock: Clock
) -> None:
    sandbox.world.change({"tasks_at_once": 1, "retry_after": False})
    await api.task()
    refused = await api.submit()
    assert refused.status == 429
    assert refused.body["message"].startswith("Concurrent limit exceeded")
    assert "Retry-After" not in refused.headers
    clock.now += 10
    assert (await api.submit()).status == 200


async def test_without_balance_a_submit_is_402_and_nothing_is_made(
    api: Api, sandbox: ModellixSandbox
) -> None:
    sandbox.world.change({"balance_microusd": 5_999})
    assert (await api.submit()).status == 402
    assert not sandbox.world.tasks
    sandbox.world.change({"balance_microusd": 6_000})
    assert (await api.submit()).status == 200


async def test_limit_headers_count_down(api: Api, sandbox: ModellixSandbox, clock: Clock) -> None:
    sandbox.world.change({"requests_per_minute": 5})
    await api.submit()
    headers = (await api.submit()).headers
    assert headers["X-RateLimit-Limit"] == "5"
    assert headers["X-RateLimit-Remaining"] == "3"
    assert headers["X-RateLimit-Reset"] == str(round(clock.now + 60))


async def test_limit_headers_may_come_with_429_only(api: Api, sandbox: ModellixSandbox) -> None:
    sandbox.world.change({"requests_per_minute": 1, "limit_headers": False})
    assert "X-RateLimit-Limit" not in (await api.submit()).headers
    assert (await api.submit()).headers["X-RateLimit-Remaining"] == "0"


def test_realistic_settings_are_those_of_a_small_top_up() -> None:
    settings = Settings.realistic()
    assert (settings.requests_per_minute, settings.tasks_at_once) == (100, 10)


@pytest.mark.parametrize(
    "changes",
    [{"speed": 0}, {"speed": -1}, {"tasks_at_once": 1.5}, {"pictures": "art"}, {"colour": "red"}],
)
def test_settings_that_make_no_sense_are_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=next(iter(changes))):
        Settings().changed(changes)
