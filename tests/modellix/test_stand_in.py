"""The client against the project's stand-in: whole runs, and what each of its faults is taken for."""

from decimal import Decimal
from random import Random
from typing import Any

import pytest

from bot.domain.jobs import FailureReason, Quality, Request, Size
from bot.domain.provider import (
    Done,
    Gone,
    Held,
    HoldReason,
    Over,
    Refused,
    RequestKind,
    Taken,
    Throttled,
    Uncertain,
    Unreachable,
    Working,
)
from bot.modellix.client import ModellixClient
from bot.modellix.governor import Governor
from bot.modellix.wire import RateHint
from sandbox.modellix import Fault, Kind, ModellixSandbox
from tests.modellix.loopback import StillClock

NOW = 1_790_000_000_000
KEY = "a-key"
REQUEST = Request("a fox", Size.SQUARE_2K, Quality.HIGH)


def stand_in(**settings: Any) -> ModellixSandbox:
    options: dict[str, Any] = {"key": KEY, "duration_s": 0, "pictures": "plain", **settings}
    return ModellixSandbox(now=lambda: NOW / 1_000, **options)


def client(url: str, key: str = KEY, **options: Any) -> ModellixClient:
    return ModellixClient(url, key, StillClock(NOW), **options)


async def test_a_picture_from_submit_to_bill() -> None:
    sandbox = stand_in()
    async with sandbox.serving() as url, client(url) as provider:
        assert await provider.key_valid()
        taken = await provider.submit(REQUEST)
        assert isinstance(taken, Taken)
        done = await provider.poll(taken.provider_task_id)
        balance = await provider.balance_usd()
    assert isinstance(done, Done)
    assert done.url is not None
    assert done.cost_microusd == 260_000
    assert done.expires_at is not None
    assert balance == Decimal("999.74")


async def test_either_form_of_the_address_works() -> None:
    for settings in ({"async_path": False}, {"plain_path": False}):
        sandbox = stand_in(**settings)
        async with sandbox.serving() as url, client(url) as provider:
            assert isinstance(await provider.submit(REQUEST), Taken)
        assert len(sandbox.world.tasks) == 1


@pytest.mark.parametrize(
    "fault",
    [
        Fault.LOST_BEFORE,
        Fault.LOST_AFTER,
        Fault.RESET_BEFORE,
        Fault.RESET_AFTER,
        Fault.LATE_AFTER,
        Fault.STATUS_408,
        Fault.STATUS_409,
        Fault.STATUS_425,
        Fault.STATUS_500,
        Fault.STATUS_502,
        Fault.STATUS_503,
        Fault.STATUS_504,
        Fault.REDIRECTED,
        Fault.HTML,
        Fault.BROKEN_JSON,
        Fault.CODE_NOT_ZERO,
        Fault.NO_TASK_ID,
        Fault.EMPTY_TASK_ID,
    ],
)
@pytest.mark.parametrize("executed", [True, False])
async def test_a_submit_that_may_have_been_paid_is_uncertain_and_sent_once(
    fault: Fault, executed: bool
) -> None:
    sandbox = stand_in()
    sandbox.fault(fault, on=Kind.SUBMIT, executed=executed, times=0)
    async with sandbox.serving() as url, client(url, submit_timeout_s=0.2) as provider:
        assert isinstance(await provider.submit(REQUEST), Uncertain)
    assert len(sandbox.world.requests[Kind.SUBMIT]) == 1


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        (Fault.STATUS_400, Refused),
        (Fault.STATUS_403, Refused),
        (Fault.STATUS_404, Refused),
        (Fault.STATUS_401, Held),
        (Fault.STATUS_402, Held),
        (Fault.RATE_LIMITED, Throttled),
        (Fault.CONCURRENCY_LIMITED, Throttled),
    ],
)
async def test_a_submit_that_was_certainly_not_accepted(fault: Fault, outcome: type) -> None:
    sandbox = stand_in()
    sandbox.fault(fault, on=Kind.SUBMIT, times=0)
    async with sandbox.serving() as url, client(url) as provider:
        answer = await provider.submit(REQUEST)
    assert isinstance(answer, outcome)
    if isinstance(answer, Throttled):
        assert answer.concurrency is (fault is Fault.CONCURRENCY_LIMITED)
    assert sandbox.world.tasks == {}


@pytest.mark.parametrize(
    "fault", [each for each in Fault if each.startswith("failed_")], ids=lambda each: each.value
)
async def test_each_way_to_fail(fault: Fault) -> None:
    sandbox = stand_in()
    sandbox.fault(fault)
    async with sandbox.serving() as url, client(url) as provider:
        taken = await provider.submit(REQUEST)
        assert isinstance(taken, Taken)
        over = await provider.poll(taken.provider_task_id)
    assert isinstance(over, Over)
    assert (over.reason is FailureReason.SAFETY) is (fault is Fault.FAILED_BY_SAFETY)
    assert bool(over.detail) is (fault is not Fault.FAILED_WITHOUT_TEXT) or over.cost_microusd
    assert bool(over.cost_microusd) is (fault is Fault.FAILED_BUT_BILLED)


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        (Fault.STUCK, Working),
        (Fault.SAYS_SUCCEEDED, Done),
        (Fault.SAYS_COMPLETED, Done),
        (Fault.SAYS_CANCELED, Over),
        (Fault.EXPIRED, Gone),
        (Fault.EMPTY_RESOURCES, Done),
        (Fault.NO_RESULT, Done),
        (Fault.BARE, Done),
        (Fault.SECOND_IS_PRIMARY, Done),
        (Fault.EXPIRES_IN_ISO, Done),
        (Fault.EXPIRES_IN_SECONDS, Done),
    ],
)
async def test_each_end_of_a_task(fault: Fault, outcome: type) -> None:
    sandbox = stand_in()
    sandbox.fault(fault)
    async with sandbox.serving() as url, client(url) as provider:
        taken = await provider.submit(REQUEST)
        assert isinstance(taken, Taken)
        assert isinstance(await provider.poll(taken.provider_task_id), outcome)


@pytest.mark.parametrize(
    "fault",
    [
        Fault.LOST_BEFORE,
        Fault.RESET_AFTER,
        Fault.LATE_BEFORE,
        Fault.STATUS_500,
        Fault.STATUS_502,
        Fault.REDIRECTED,
        Fault.HTML,
        Fault.BROKEN_JSON,
        Fault.OTHER_TASK_ID,
    ],
)
async def test_a_poll_without_a_usable_answer_is_asked_again(fault: Fault) -> None:
    """`times=0`: aiohttp repeats a GET once by itself when its connection breaks."""
    sandbox = stand_in()
    async with sandbox.serving() as url, client(url, poll_timeout_s=0.2) as provider:
        taken = await provider.submit(REQUEST)
        assert isinstance(taken, Taken)
        sandbox.fault(fault, on=Kind.POLL, times=0)
        assert isinstance(await provider.poll(taken.provider_task_id), Unreachable)
        sandbox.faults.clear()
        assert isinstance(await provider.poll(taken.provider_task_id), Done)


async def test_a_bad_key_is_known_before_and_when_it_matters() -> None:
    sandbox = stand_in()
    async with sandbox.serving() as url, client(url, key="another-key") as provider:
        assert await provider.key_verdict() is False
        assert await provider.submit(REQUEST) == Held(HoldReason.KEY)


async def test_the_governor_never_meets_the_limits_of_the_account() -> None:
    """Thirty pictures through an account of ten requests a minute and two tasks at once."""
    now = NOW
    sandbox = ModellixSandbox(
        key=KEY,
        duration_s=3,
        pictures="plain",
        requests_per_minute=10,
        tasks_at_once=2,
        now=lambda: now / 1_000,
    )
    budget = Governor(2, 10, Random(5))
    waiting, running, done = 30, set[str](), 0

    def on_hint(hint: RateHint) -> None:
        budget.hint(now, hint)

    async with (
        sandbox.serving() as url,
        ModellixClient(url, KEY, StillClock(NOW), on_hint=on_hint) as provider,
    ):
        while done < 30:
            for _ in range(budget.submit_room(now, len(running), waiting)):
                budget.spend(now, RequestKind.SUBMIT)
                taken = await provider.submit(REQUEST)
                assert isinstance(taken, Taken)
                running.add(taken.provider_task_id)
                waiting -= 1
            for task_id in list(running)[: budget.poll_room(now, len(running), waiting)]:
                budget.spend(now, RequestKind.POLL)
                outcome = await provider.poll(task_id)
                assert isinstance(outcome, Working | Done)
                if isinstance(outcome, Done):
                    running.discard(task_id)
                    done += 1
            now += 3_000
    assert now - NOW < 10 * 60_000
