"""Each fault that strikes a request, as a client meets it."""

import asyncio
import io
import json
import warnings
from typing import Any

import aiohttp
import pytest
from PIL import Image

from sandbox.modellix import Fault, ModellixSandbox
from tests.sandbox.modellix.conftest import Answer, Api, Clock

STRIKES = [(fault, kind) for fault in Fault for kind in sorted(fault.on)]


async def ask(api: Api, kind: str, task_id: str) -> Answer:
    if kind == "submit":
        return await api.submit()
    if kind == "poll":
        return await api.poll(task_id)
    if kind == "file":
        return await api.file(task_id)
    return await api.ask("GET", "/api/v1/team/balance")


async def done_task(api: Api, clock: Clock, **more: Any) -> str:
    task_id = await api.task(**more)
    clock.now += 10
    return task_id


@pytest.mark.parametrize(("fault", "kind"), STRIKES)
async def test_a_fault_strikes_once_and_takes_effect_as_it_says(
    api: Api, sandbox: ModellixSandbox, clock: Clock, fault: Fault, kind: str
) -> None:
    task_id = await done_task(api, clock)
    sandbox.fault(fault, on=kind, delay_s=0)
    came: Answer | None = None
    try:
        came = await ask(api, kind, task_id)
    except json.JSONDecodeError:
        assert fault is Fault.BROKEN_JSON
    except aiohttp.ClientError:
        assert fault.loses_the_answer or fault is Fault.TRUNCATED
    else:
        assert not fault.loses_the_answer
    task = sandbox.world.tasks[task_id]
    made = {"submit": len(sandbox.world.tasks) - 1, "poll": task.polls, "file": task.downloads}
    assert made.get(kind, fault.executed) == fault.executed
    assert not sandbox.faults.waiting()
    fine = await ask(api, kind, task_id)
    assert fine.status == 200
    if not fault.startswith("late_") and fault is not Fault.STALLED:
        assert came is None or came.raw != fine.raw


async def test_an_answer_lost_after_the_effect_was_paid_for(api: Api, sandbox: ModellixSandbox) -> None:
    sandbox.fault("lost_after", on="submit")
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await api.submit()
    books = sandbox.world.books()
    assert books["charged_microusd"] == 6_000
    assert books["requests"]["submit"]["answers"] == {"lost": 1}


async def test_a_reset_is_a_reset(api: Api, sandbox: ModellixSandbox) -> None:
    sandbox.fault("reset_after", on="submit")
    with pytest.raises(aiohttp.ClientOSError, match="reset by peer"):
        await api.submit()


@pytest.mark.parametrize("fault", ["late_before", "late_after"])
async def test_a_late_submit_is_paid_though_nobody_waits_for_it(
    api: Api, sandbox: ModellixSandbox, fault: str
) -> None:
    made = asyncio.Event()

    async def watch(event: str, _: dict[str, Any]) -> None:
        if event == "submit.after":
            made.set()

    sandbox.on_event = watch
    sandbox.fault(fault, on="submit", delay_s=0.3)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await api.submit()
    assert made.is_set() is (fault == "late_after")
    await asyncio.wait_for(made.wait(), 2)
    assert len(sandbox.world.tasks) == 1


@pytest.mark.parametrize("executed", [True, False])
async def test_an_order_may_say_whether_a_5xx_took_effect(
    api: Api, sandbox: ModellixSandbox, executed: bool
) -> None:
    sandbox.fault("status_500", on="submit", executed=executed)
    assert (await api.submit()).status == 500
    assert len(sandbox.world.tasks) == executed


@pytest.mark.parametrize("fault", [fault for fault in Fault if fault.startswith("status_")], ids=str)
async def test_a_status_comes_with_its_body(api: Api, sandbox: ModellixSandbox, fault: Fault) -> None:
    sandbox.fault(fault, on="submit")
    answer = await api.submit()
    status = int(fault.removeprefix("status_"))
    assert answer.status == status
    if status in (502, 504):
        assert answer.raw.startswith(b"<!doctype html>")
    else:
        assert answer.body["code"] == status


@pytest.mark.parametrize("wait", [None, 7])
@pytest.mark.parametrize(
    ("fault", "category"),
    [("rate_limited", "Rate limit"), ("concurrency_limited", "Concurrent limit")],
)
async def test_both_kinds_of_429_come_with_and_without_retry_after(
    api: Api, sandbox: ModellixSandbox, fault: str, category: str, wait: int | None
) -> None:
    sandbox.fault(fault, on="submit", retry_after_s=wait)
    answer = await api.submit()
    assert answer.status == 429
    assert answer.body["message"].startswith(f"{category} exceeded")
    assert answer.headers.get("Retry-After") == (None if wait is None else "7")


async def test_a_burst_of_errors_ends(api: Api, sandbox: ModellixSandbox) -> None:
    task_id = await api.task()
    sandbox.fault("status_503", on="poll")
    sandbox.fault("status_500", on="poll", times=2, skip=1)
    statuses = [(await api.poll(task_id)).status for _ in range(5)]
    assert statuses == [503, 200, 500, 500, 200]


async def test_a_fault_waits_for_the_prompt_it_matches(
    api: Api, sandbox: ModellixSandbox, clock: Clock
) -> None:
    sandbox.fault("status_403", on="file", match="cat", times=0)
    fox, cat = await api.task("a fox"), await api.task("a cat")
    clock.now += 10
    assert (await api.file(fox)).status == 200
    assert [(await api.file(cat)).status for _ in range(3)] == [403] * 3


async def test_following_a_redirected_submit_pays(api: Api, sandbox: ModellixSandbox) -> None:
    sandbox.fault("redirected", on="submit")
    path, body = "/api/v1/openai/gpt-image-2/async", {"prompt": "x"}
    assert (await api.ask("POST", path, json=body)).status == 307
    assert not sandbox.world.tasks
    sandbox.fault("redirected", on="submit")
    assert (await api.ask("POST", path, json=body, allow_redirects=True)).status == 200
    assert len(sandbox.world.tasks) == 1


@pytest.mark.parametrize(
    ("fault", "there"),
    [("no_task_id", False), ("empty_task_id", True)],
)
async def test_a_submit_is_accepted_and_its_id_kept_secret(
    api: Api, sandbox: ModellixSandbox, fault: str, there: bool
) -> None:
    sandbox.fault(fault)
    body = (await api.submit()).body
    assert body["code"] == 0
    assert ("task_id" in body["data"]) is there
    assert not body["data"].get("task_id")
    assert len(sandbox.world.tasks) == 1


async def test_code_not_zero_comes_with_200(api: Api, sandbox: ModellixSandbox) -> None:
    sandbox.fault("code_not_zero", on="submit")
    answer = await api.submit()
    assert (answer.status, answer.body["code"]) == (200, 500)


async def test_broken_json_says_it_is_json(api: Api, sandbox: ModellixSandbox) -> None:
    sandbox.fault("broken_json", on="submit")
    with pytest.raises(json.JSONDecodeError):
        await api.submit()


# -- pictures --------------------------------------------------------------------------------


async def test_a_truncated_picture_ends_before_its_length(
    api: Api, sandbox: ModellixSandbox, clock: Clock
) -> None:
    task_id = await done_task(api, clock)
    sandbox.fault("truncated")
    with pytest.raises(aiohttp.ClientPayloadError):
        await api.file(task_id)


async def test_a_picture_of_the_wrong_size_is_half_as_wide(
    api: Api, sandbox: ModellixSandbox, clock: Clock
) -> None:
    task_id = await done_task(api, clock)
    sandbox.fault("wrong_size")
    assert Image.open(io.BytesIO((await api.file(task_id)).raw)).size == (512, 512)


async def test_a_bomb_is_small_until_it_is_unpacked(api: Api, sandbox: ModellixSandbox, clock: Clock) -> None:
    task_id = await done_task(api, clock)
    sandbox.fault("bomb")
    raw = (await api.file(task_id)).raw
    assert len(raw) < 60_000
    with pytest.raises(Image.DecompressionBombError), warnings.catch_warnings(action="ignore"):
        Image.open(io.BytesIO(raw))


async def test_noise_of_2048_pixels_exceeds_10_mib(api: Api, sandbox: ModellixSandbox, clock: Clock) -> None:
    task_id = await done_task(api, clock, size="2048x2048")
    sandbox.fault("noise")
    assert len((await api.file(task_id)).raw) > 10 * 2**20


async def test_redirects_lead_to_the_picture_nowhere_private_or_round(
    api: Api, sandbox: ModellixSandbox, clock: Clock
) -> None:
    task_id = await done_task(api, clock)
    sandbox.fault("redirect_private")
    private = await api.file(task_id)
    assert (private.status, private.headers["Location"][:16]) == (302, "http://10.0.0.1/")
    sandbox.fault("redirect_fine", times=0)
    assert (await api.file(task_id, allow_redirects=True)).raw[:4] == b"\x89PNG"
    sandbox.faults.clear()
    sandbox.fault("redirect_loop", times=0)
    with pytest.raises(aiohttp.TooManyRedirects):
        await api.file(task_id, allow_redirects=True)


async def test_a_page_comes_instead_of_the_picture(api: Api, sandbox: ModellixSandbox, clock: Clock) -> None:
    task_id = await done_task(api, clock)
    sandbox.fault("html", on="file")
    answer = await api.file(task_id)
    assert (answer.status, answer.headers["Content-Type"][:9]) == (200, "text/html")
